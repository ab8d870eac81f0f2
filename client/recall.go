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

// Dependants gives everything that may hold some of an asset, and the acceptances that rest on that, each after the one
// that it depends through. Truncated says that there is more. It needs a session.
func (g *Gateway) Dependants(ctx context.Context, code string) (list []Dependant, truncated bool, err error) {
	return g.dependants(ctx, code, nil)
}

// Missing is Dependants for a recall of the asset: what it has still to name. What it holds does not count towards the
// most that one answer lists, so that there is an end to naming and asking again. What it let go is left out.
func (g *Gateway) Missing(ctx context.Context, code, recall string) (list []Dependant, truncated bool, err error) {
	return g.dependants(ctx, code, url.Values{"recall": {recall}})
}

func (g *Gateway) dependants(ctx context.Context, code string, query url.Values) (list []Dependant, truncated bool, err error) {
	var body struct {
		Items     []Dependant `json:"items"`
		Truncated bool        `json:"truncated"`
	}
	err = g.getJSON(ctx, "/api/v1/assets/"+url.PathEscape(code)+"/dependants", query, &body)
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
	found, truncated, err := g.Dependants(ctx, asset)
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
	named = len(first) + more
	if err == nil && truncated {
		more, err = g.ExtendRecall(ctx, d, status.Event)
		named += more
	}
	return status.Event, named, err
}

// ExtendRecall freezes what the gateway knows to depend on a recalled asset and the recall does not hold yet, and what
// it holds as possible where a certain way was found since, however much that is. It returns how many it named. What was
// let go is not frozen again. It needs a session.
func (g *Gateway) ExtendRecall(ctx context.Context, d *Device, id string) (named int, err error) {
	r, err := g.Recall(ctx, id)
	if err != nil {
		return 0, err
	}
	for {
		found, truncated, err := g.Missing(ctx, r.Asset, id)
		if err != nil {
			return named, err
		}
		n, err := g.addToRecall(ctx, d, id, dependantsOf(found))
		named += n
		if err != nil || !truncated || n == 0 {
			return named, err
		}
	}
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
