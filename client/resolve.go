package client

import (
	"context"
	"net/http"
)

// Resolved is what a code leads to.
type Resolved struct {
	Code string `json:"code"`
	// Asset is nil when the ledger does not know the code.
	Asset *AssetView `json:"asset"`
}

type resolveBody struct {
	Codes []string `json:"codes"`
}

// Resolve finds many assets at a time, by their codes or those of their tags: one answer for each, in order. A gateway
// takes up to 500. It needs a session.
func (g *Gateway) Resolve(ctx context.Context, codes []string) ([]Resolved, error) {
	a, err := g.do(ctx, call{method: http.MethodPost, path: "/api/v1/assets:resolve", body: jsonBody(resolveBody{Codes: codes})})
	if err != nil {
		return nil, err
	}
	var b struct {
		Results []Resolved `json:"results"`
	}
	if err := g.decode(a, &b); err != nil {
		return nil, err
	}
	if len(b.Results) != len(codes) {
		return nil, &AnswerError{URL: g.URL(), Status: a.status, Reason: "it does not have one result for each code"}
	}
	return b.Results, nil
}
