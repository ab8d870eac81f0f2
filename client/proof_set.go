package client

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/rootline/rootline"
)

// SetScope says which items the proof of a set is about.
type SetScope struct {
	// Filter is the query of the list of assets: kind, place, state, and so on. Empty takes all.
	Filter url.Values
	// Codes, in place of a filter, are the items' own codes.
	Codes []string
	// Whole adds each item's own proof; the file is then a ZIP.
	Whole bool
}

// SetVoice is what came of asking an organisation's gateway to sign a set.
type SetVoice struct {
	Organisation string          `json:"organisation"`
	Outcome      string          `json:"outcome"`
	Items        int             `json:"items"`
	Error        *rootline.Error `json:"error"`
}

// The states of a ProofJob that it stays in, and the outcome of a gateway that signed.
const (
	JobReady  = "ready"
	JobFailed = "failed"
	SetSigned = "signed"
)

// ProofJob is how far the proof of a set is.
type ProofJob struct {
	ID      string          `json:"id"`
	Subject string          `json:"subject"`
	Whole   bool            `json:"whole"`
	State   string          `json:"state"`
	Done    int             `json:"done"`
	Total   int             `json:"total"`
	Block   uint64          `json:"block"`
	Items   int             `json:"items"`
	Proofs  int             `json:"proofs"`
	Signed  int             `json:"signed"`
	K       int             `json:"k"`
	Voices  []SetVoice      `json:"voices"`
	Bytes   int64           `json:"bytes"`
	Error   *rootline.Error `json:"error"`
}

const setsPath = "/api/v1/proofs"

// ProveSet has the proof of a set made, and waits until it is ready or has failed, with what show hears of it on the way. It
// needs a session. The error is the refusal by which it failed. When ctx ends, the job is cancelled.
func (g *Gateway) ProveSet(ctx context.Context, scope SetScope, show func(*ProofJob)) (*ProofJob, error) {
	query := url.Values{}
	for name, values := range scope.Filter {
		query[name] = values
	}
	if scope.Whole {
		query.Set("whole", "true")
	}
	c := call{method: http.MethodPost, path: setsPath, query: query}
	if len(scope.Codes) > 0 {
		c.body = jsonBody(struct {
			Codes []string `json:"codes"`
		}{scope.Codes})
	}
	a, err := g.do(ctx, c)
	if err != nil {
		return nil, err
	}
	j := new(ProofJob)
	if err := g.decode(a, j); err != nil {
		return nil, err
	}
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		if show != nil {
			show(j)
		}
		switch j.State {
		case JobReady:
			return j, nil
		case JobFailed:
			return j, j.Error
		}
		if !sleep(ctx, pause) {
			g.abandon(ctx, j.ID)
			return nil, context.Cause(ctx)
		}
		next := new(ProofJob)
		if err := g.getJSON(ctx, setsPath+"/"+url.PathEscape(j.ID), nil, next); err != nil {
			return nil, err
		}
		j = next
	}
}

// abandon cancels a job that nobody waits for any more.
func (g *Gateway) abandon(ctx context.Context, id string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	_ = g.DropSet(ctx, id) // else it goes by itself, after a day
}

// DropSet cancels the job of a set's proof, or drops what it made.
func (g *Gateway) DropSet(ctx context.Context, id string) error {
	_, err := g.do(ctx, call{method: http.MethodDelete, path: setsPath + "/" + url.PathEscape(id)})
	return err
}

// SetFile gives what a job made.
func (g *Gateway) SetFile(ctx context.Context, id string) ([]byte, error) {
	a, err := g.do(ctx, call{method: http.MethodGet, path: setsPath + "/" + url.PathEscape(id) + "/file"})
	if err != nil {
		return nil, err
	}
	return a.body, nil
}
