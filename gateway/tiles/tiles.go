// Package tiles fetches the pictures that a map may have under it, from the server that whoever runs a gateway chose.
// Browsers ask the gateway alone: so no other server learns who looks at which works, and the pages need no exception
// from their policy.
package tiles

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/rootline/rootline/limits"
)

// The bounds of what is fetched.
const (
	// MaxZoom is the deepest level that is asked for; browsers enlarge what lies deeper.
	MaxZoom = limits.TileZoom
	// maxBytes is the length of one picture. Those of 512 pixels take about 200 KB.
	maxBytes = limits.TileBytes
	// atOnce is how many are fetched at a time: a page of a map asks for about twenty.
	atOnce   = 8
	patience = 10 * time.Second
	agent    = "Rootline gateway (https://github.com/rootline/rootline)"
)

// The ways in which there is no picture.
var (
	ErrNone        = errors.New("tiles: there is none")
	ErrUnreachable = errors.New("tiles: their server does not give it")
)

// Source is a server of tiles in the usual scheme: Web Mercator, levels from 0 on, columns from the west, rows from the
// north. It may be used by many goroutines.
type Source struct {
	template    string
	attribution string
	client      *http.Client
	turns       chan struct{}
}

// Tile is one picture.
type Tile struct {
	// Type is its media type, one of types.
	Type string
	Body []byte
}

// types are what browsers show and what can do nothing else.
var types = []string{"image/png", "image/jpeg", "image/webp"}

// New makes a source of a template such as https://tiles.example/{z}/{x}/{y}.png. The attribution is what the owner of
// the pictures asks to be named as; it is shown with them. Errors say what is wrong with either.
func New(template, attribution string) (*Source, error) {
	u, err := url.Parse(strings.NewReplacer("{z}", "0", "{x}", "0", "{y}", "0").Replace(template))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("%q is no address like https://tiles.example/{z}/{x}/{y}.png", template)
	}
	for _, part := range []string{"{z}", "{x}", "{y}"} {
		if strings.Count(template, part) != 1 {
			return nil, fmt.Errorf("%q has to have %s once, as in https://tiles.example/{z}/{x}/{y}.png", template, part)
		}
	}
	if strings.TrimSpace(attribution) == "" {
		return nil, errors.New("the owner of the tiles has to be named beside the map")
	}
	return &Source{template, attribution, &http.Client{Timeout: patience}, make(chan struct{}, atOnce)}, nil
}

// Attribution is what the owner of the pictures asks to be named as.
func (s *Source) Attribution() string { return s.attribution }

// Tile fetches a picture. The error is ErrNone for what lies outside the world or is not there, ErrUnreachable with its
// reason when the server does not give it, or that of ctx.
func (s *Source) Tile(ctx context.Context, z, x, y int) (*Tile, error) {
	if z < 0 || z > MaxZoom || x < 0 || y < 0 || x >= 1<<z || y >= 1<<z {
		return nil, ErrNone
	}
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	address := strings.NewReplacer("{z}", strconv.Itoa(z), "{x}", strconv.Itoa(x), "{y}", strconv.Itoa(y)).Replace(s.template)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", agent)
	res, err := s.client.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		// The error names the address, which may hold a key.
		return nil, fmt.Errorf("%w: no answer", ErrUnreachable)
	}
	defer func() { _ = res.Body.Close() }()
	return read(res)
}

func read(res *http.Response) (*Tile, error) {
	switch res.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound, http.StatusNoContent, http.StatusGone:
		return nil, ErrNone
	default:
		return nil, fmt.Errorf("%w: it answers %s", ErrUnreachable, res.Status)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%w: its answer was cut", ErrUnreachable)
	}
	if len(body) > maxBytes {
		return nil, fmt.Errorf("%w: its answer is longer than %d bytes", ErrUnreachable, maxBytes)
	}
	// What it is counts, not what it is called.
	kind := http.DetectContentType(body)
	for _, t := range types {
		if kind == t {
			return &Tile{kind, body}, nil
		}
	}
	return nil, fmt.Errorf("%w: its answer is no picture", ErrUnreachable)
}
