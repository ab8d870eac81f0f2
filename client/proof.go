package client

import (
	"context"
	"net/http"
	"net/url"

	"github.com/rootline/rootline/proof"
)

// ProofAnchor gives the anchor as the gateway's organisation publishes it.
func (g *Gateway) ProofAnchor(ctx context.Context) (*proof.Anchor, error) {
	var a proof.Anchor
	err := g.getJSON(ctx, "/api/v1/proof/anchor", nil, &a)
	return &a, err
}

// ProofOptions say what a proof is to hold.
type ProofOptions struct {
	// Nonce, 16 to 64 bytes in hexadecimal digits, has it made now; "" may give one of the last minute.
	Nonce string
	// Deep adds whole blocks. Seal has a seal written first, which needs a session.
	Deep, Seal bool
	// Texts adds the texts of rulebooks.
	Texts bool
}

// Proof gives the proof of an asset as a file.
func (g *Gateway) Proof(ctx context.Context, code string, o ProofOptions) ([]byte, error) {
	query := url.Values{}
	if o.Deep {
		query.Set("deep", "true")
	}
	if o.Texts {
		query.Set("rulebooks", "true")
	}
	if o.Seal {
		query.Set("seal", "true")
	}
	return g.proof(ctx, "/api/v1/assets/"+url.PathEscape(code)+"/proof", o.Nonce, query)
}

// Absence gives the proof that a code was never recorded as a file.
func (g *Gateway) Absence(ctx context.Context, code, nonce string) ([]byte, error) {
	return g.proof(ctx, "/api/v1/codes/"+url.PathEscape(code)+"/absence", nonce, url.Values{})
}

func (g *Gateway) proof(ctx context.Context, path, nonce string, query url.Values) ([]byte, error) {
	if nonce != "" {
		query.Set("nonce", nonce)
	}
	a, err := g.do(ctx, call{method: http.MethodGet, path: path, query: query})
	if err != nil {
		return nil, err
	}
	return a.body, nil
}
