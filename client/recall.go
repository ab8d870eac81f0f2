package client

import (
	"context"
	"net/url"
	"slices"

	"github.com/rootline/rootline"
)

// Dependant is an asset that may hold some of another. Possible says that it is not certain.
type Dependant struct {
	Asset    AssetView `json:"asset"`
	Via      string    `json:"via"`
	Possible bool      `json:"possible"`
}

// Recalled is an asset that a recall froze. Held says that it is not let go yet.
type Recalled struct {
	Asset    AssetView `json:"asset"`
	Via      string    `json:"via"`
	Possible bool      `json:"possible"`
	Held     bool      `json:"held"`
}

// Dependants gives everything that may hold some of an asset, each after the one that it depends through. Truncated
// says that there is more. It needs a session.
func (g *Gateway) Dependants(ctx context.Context, code string) (list []Dependant, truncated bool, err error) {
	var body struct {
		Items     []Dependant `json:"items"`
		Truncated bool        `json:"truncated"`
	}
	err = g.getJSON(ctx, "/api/v1/assets/"+url.PathEscape(code)+"/dependants", nil, &body)
	return body.Items, body.Truncated, err
}

// Recalls gives a page of recalls, the newest first. It needs a session.
func (g *Gateway) Recalls(ctx context.Context, limit int, cursor string) (*Page[rootline.Recall], error) {
	return page[rootline.Recall](ctx, g, "/api/v1/recalls", paged(url.Values{}, limit, cursor))
}

// Recall gives one recall. It needs a session.
func (g *Gateway) Recall(ctx context.Context, id string) (*rootline.Recall, error) {
	var r rootline.Recall
	err := g.getJSON(ctx, "/api/v1/recalls/"+url.PathEscape(id), nil, &r)
	return &r, err
}

// RecallAssets gives a page of what a recall froze. It needs a session.
func (g *Gateway) RecallAssets(ctx context.Context, id string, limit int, cursor string) (*Page[Recalled], error) {
	return page[Recalled](ctx, g, "/api/v1/recalls/"+url.PathEscape(id)+"/assets", paged(url.Values{}, limit, cursor))
}

// OpenRecall recalls an asset and freezes everything that may hold some of it, as far as the gateway knows. It returns
// the id of the recall and how many dependants were named. Many take several events: when a later one fails, the recall
// is open, and ExtendRecall goes on with it. It needs a session.
func (g *Gateway) OpenRecall(ctx context.Context, d *Device, asset, reason string, deadline rootline.Instant) (id string, named int, err error) {
	found, _, err := g.Dependants(ctx, asset)
	if err != nil {
		return "", 0, err
	}
	all := dependantsOf(found)
	first := all[:min(len(all), rootline.MaxDependants)]
	data, err := encodeData(rootline.RecallData{Asset: asset, Reason: reason, Deadline: deadline, Dependants: first})
	if err != nil {
		return "", 0, err
	}
	status, err := g.act(ctx, d, rootline.ActRecall, data)
	if err != nil {
		return "", 0, err
	}
	more, err := g.addToRecall(ctx, d, status.Event, all[len(first):])
	return status.Event, len(first) + more, err
}

// ExtendRecall freezes what the gateway knows to depend on a recalled asset and the recall does not hold yet, and what
// it holds as possible where a certain way was found since. It returns how many it named. What was let go is not frozen
// again. It needs a session.
func (g *Gateway) ExtendRecall(ctx context.Context, d *Device, id string) (named int, err error) {
	r, err := g.Recall(ctx, id)
	if err != nil {
		return 0, err
	}
	// settled are the assets that need no naming, held those through which others depend.
	settled, seen, held := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for cursor := ""; ; {
		p, err := g.RecallAssets(ctx, id, 500, cursor)
		if err != nil {
			return 0, err
		}
		for _, a := range p.Items {
			seen[a.Asset.ID], held[a.Asset.ID] = true, a.Held
			settled[a.Asset.ID] = !a.Held || !a.Possible
		}
		if cursor = p.Next; cursor == "" {
			break
		}
	}
	found, _, err := g.Dependants(ctx, r.Asset)
	if err != nil {
		return 0, err
	}
	var missing []Dependant
	for _, f := range found {
		id := f.Asset.ID
		if settled[id] || seen[id] && f.Possible || !held[f.Via] {
			continue // it stands, or it depends only through what was let go
		}
		held[id] = true
		missing = append(missing, f)
	}
	return g.addToRecall(ctx, d, id, dependantsOf(missing))
}

func (g *Gateway) addToRecall(ctx context.Context, d *Device, id string, all []rootline.Dependant) (named int, err error) {
	for part := range slices.Chunk(all, rootline.MaxDependants) {
		data, err := encodeData(rootline.RecallAddData{Recall: id, Dependants: part})
		if err != nil {
			return named, err
		}
		if _, err := g.act(ctx, d, rootline.ActRecallAdd, data); err != nil {
			return named, err
		}
		named += len(part)
	}
	return named, nil
}

// act records an act of the registry and waits for its commit.
func (g *Gateway) act(ctx context.Context, d *Device, action string, data []byte) (EventStatus, error) {
	status, err := g.Record(ctx, d, &rootline.Event{Action: action, Rulebook: rootline.Registry, Data: data}, inviteWait)
	if err == nil && status.Status != Committed {
		err = &NotFinalError{Status: status}
	}
	return status, err
}

func dependantsOf(found []Dependant) []rootline.Dependant {
	list := make([]rootline.Dependant, len(found))
	for i, f := range found {
		list[i] = rootline.Dependant{Asset: f.Asset.ID, Via: f.Via}
	}
	return list
}
