package client

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/rootline/rootline"
)

// PlaceView is a place as a gateway shows it: with the block that the answer is current to.
type PlaceView struct {
	rootline.Place
	Block uint64 `json:"block"`
}

// PlaceFilter chooses places. Empty members choose nothing away.
type PlaceFilter struct {
	Kind, Parent string
	Limit        int
	Cursor       string
}

// Places gives a page of the works' places. It needs a session.
func (g *Gateway) Places(ctx context.Context, f PlaceFilter) (*Page[rootline.Place], error) {
	return page[rootline.Place](ctx, g, "/api/v1/places", paged(query("kind", f.Kind, "parent", f.Parent), f.Limit, f.Cursor))
}

// Place gives one place by its id, "forest/9/14".
func (g *Gateway) Place(ctx context.Context, id string) (*PlaceView, error) {
	parts := strings.Split(id, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	var p PlaceView
	err := g.getJSON(ctx, "/api/v1/places/"+strings.Join(parts, "/"), nil, &p)
	return &p, err
}

// RulebookView is an adopted version of a rulebook as a gateway shows it.
type RulebookView struct {
	// Name is with the version, "forestation@1", Book without.
	Name    string `json:"name"`
	Book    string `json:"book"`
	Version int    `json:"version"`
	// Current says that new assets take this version.
	Current bool             `json:"current"`
	Title   rootline.Text    `json:"title"`
	Adopted rootline.Instant `json:"adopted,omitzero"`
	// Roles and Kinds are what forms are made of, in the shape of package rulebook's Role and Kind.
	Roles json.RawMessage `json:"roles,omitempty"`
	Kinds json.RawMessage `json:"kinds,omitempty"`
	// YAML is the text that was voted on. Lists leave it out. SHA256 is its hash.
	YAML   string        `json:"yaml,omitempty"`
	SHA256 rootline.Hash `json:"sha256"`
}

// BallotView is a rulebook that is being voted on.
type BallotView struct {
	// Name is the rulebook with its version, and behind a colon the organisation whose own text it is, where another
	// text was proposed first.
	Name string `json:"name"`
	// Title is the rulebook's.
	Title rootline.Text `json:"title"`
	YAML  string        `json:"yaml"`
	// SHA256 is of the text; a vote names it.
	SHA256 rootline.Hash `json:"sha256"`
	// Votes are MSP ids.
	Votes []string `json:"votes"`
}

// Rulebooks gives the adopted rulebooks, all versions.
func (g *Gateway) Rulebooks(ctx context.Context) ([]RulebookView, error) {
	p, err := page[RulebookView](ctx, g, "/api/v1/rulebooks", nil)
	return p.Items, err
}

// Rulebook gives one version, "forestation@1", with its text.
func (g *Gateway) Rulebook(ctx context.Context, ref string) (*RulebookView, error) {
	var r RulebookView
	err := g.getJSON(ctx, "/api/v1/rulebooks/"+url.PathEscape(ref), nil, &r)
	return &r, err
}

// Ballots gives a page of the rulebooks that are being voted on. It needs a session.
func (g *Gateway) Ballots(ctx context.Context, cursor string) (*Page[BallotView], error) {
	return page[BallotView](ctx, g, "/api/v1/ballots", paged(query(), 0, cursor))
}

// DeviceFilter chooses devices. Empty members choose nothing away.
type DeviceFilter struct {
	Organisation string
	Limit        int
	Cursor       string
}

// Devices gives a page of the registered devices. It needs a session.
func (g *Gateway) Devices(ctx context.Context, f DeviceFilter) (*Page[rootline.Device], error) {
	return page[rootline.Device](ctx, g, "/api/v1/devices", paged(query("organisation", f.Organisation), f.Limit, f.Cursor))
}

// Device gives one registered device by its kid. It needs a session.
func (g *Gateway) Device(ctx context.Context, kid string) (*rootline.Device, error) {
	var d rootline.Device
	err := g.getJSON(ctx, "/api/v1/devices/"+url.PathEscape(kid), nil, &d)
	return &d, err
}

// PutEvidence stores a file under its SHA-256 and returns what an event says of it. It needs a session.
func (g *Gateway) PutEvidence(ctx context.Context, content []byte, mediaType string) (rootline.Evidence, error) {
	e := rootline.Evidence{SHA256: rootline.HashOf(content), Type: mediaType, Size: int64(len(content))}
	_, err := g.do(ctx, call{
		method: http.MethodPut, path: "/api/v1/evidence/" + e.SHA256.String(),
		header: http.Header{"Content-Type": {mediaType}},
		body:   func() ([]byte, error) { return content, nil },
	})
	return e, err
}

// Evidence gives the bytes of a file, checked against their hash, and their media type. It needs a session.
func (g *Gateway) Evidence(ctx context.Context, sha256 rootline.Hash) (content []byte, mediaType string, err error) {
	a, err := g.do(ctx, call{
		method: http.MethodGet, path: "/api/v1/evidence/" + sha256.String(), header: http.Header{"Accept": {"*/*"}},
	})
	if err != nil {
		return nil, "", err
	}
	if rootline.HashOf(a.body) != sha256 {
		return nil, "", &AnswerError{URL: g.URL(), Status: a.status, Reason: "the bytes do not have the hash " + sha256.String()}
	}
	return a.body, a.header.Get("Content-Type"), nil
}

// HasEvidence reports whether the gateway keeps a file. It needs a session.
func (g *Gateway) HasEvidence(ctx context.Context, sha256 rootline.Hash) (bool, error) {
	_, err := g.do(ctx, call{method: http.MethodHead, path: "/api/v1/evidence/" + sha256.String()})
	var other *AnswerError // an answer to HEAD has no body, so its problem is the status alone
	if errors.As(err, &other) && other.Status == http.StatusNotFound {
		return false, nil
	}
	return err == nil, err
}
