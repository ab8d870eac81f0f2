package client

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"strconv"

	"github.com/rootline/rootline"
)

// AssetView is an asset as a gateway shows it.
type AssetView struct {
	rootline.Asset
	KindTitle   rootline.Text            `json:"kindTitle"`
	StateTitle  rootline.Text            `json:"stateTitle"`
	Unit        string                   `json:"unit"`
	FieldTitles map[string]rootline.Text `json:"fieldTitles"`
	// Tags are the codes that lead to the asset besides its own.
	Tags []string `json:"tags"`
	// Asleep says that it has no record of its own yet and shows what its listed lot knows.
	Asleep bool `json:"asleep"`
	// Disputed says that a gateway did not agree with something in its history.
	Disputed bool `json:"disputed"`
	// URL is the address in its QR code.
	URL   string      `json:"url"`
	Block BlockHeight `json:"block"`
}

// BlockHeight is the block that an answer is current to.
type BlockHeight struct {
	Number uint64           `json:"number"`
	Hash   rootline.Hash    `json:"hash"`
	Time   rootline.Instant `json:"time,omitzero"`
	// Lag is the number of blocks that the gateway is behind its peer.
	Lag uint64 `json:"lag,omitempty"`
}

// Page is a part of a list. Next is the cursor of the part that follows, "" when there is none.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
	// Block is the block that the list is current to, where the gateway says it.
	Block uint64 `json:"block,omitempty"`
}

// AssetFilter chooses assets. Empty members choose nothing away.
type AssetFilter struct {
	Kind, State, Place, Custodian, Lot string
	// Rulebook is the name of a rulebook, without a version.
	Rulebook string
	// Under chooses those that lie under an asset, Recall those that a recall holds, Pending those of which an action of
	// that name waits for more signatures.
	Under, Recall, Pending string
	// Frozen chooses those that any recall holds.
	Frozen bool
	// Query is words to look for.
	Query string
	// Limit is the length of a page, Cursor where it begins.
	Limit  int
	Cursor string
}

// Asset gives the asset with a code, or that a tag with this code is bound to.
func (g *Gateway) Asset(ctx context.Context, code string) (*AssetView, error) {
	var v AssetView
	err := g.getJSON(ctx, "/api/v1/assets/"+url.PathEscape(code), nil, &v)
	return &v, err
}

// Assets gives a page of assets. It needs a session.
func (g *Gateway) Assets(ctx context.Context, f AssetFilter) (*Page[AssetView], error) {
	q := query("rulebook", f.Rulebook, "kind", f.Kind, "state", f.State, "place", f.Place, "custodian", f.Custodian, "lot", f.Lot, "q", f.Query,
		"under", f.Under, "recall", f.Recall, "pending", f.Pending)
	if f.Frozen {
		q.Set("frozen", "true")
	}
	return page[AssetView](ctx, g, "/api/v1/assets", paged(q, f.Limit, f.Cursor))
}

// AllAssets goes through all pages. It ends at the first error, which it yields.
func (g *Gateway) AllAssets(ctx context.Context, f AssetFilter) iter.Seq2[AssetView, error] {
	return func(yield func(AssetView, error) bool) {
		for {
			p, err := g.Assets(ctx, f)
			if err != nil {
				yield(AssetView{}, err)
				return
			}
			for _, a := range p.Items {
				if !yield(a, nil) {
					return
				}
			}
			if p.Next == "" {
				return
			}
			f.Cursor = p.Next
		}
	}
}

// AssetEvents gives a page of an asset's history, newest first. A limit of 0 leaves the length to the gateway.
func (g *Gateway) AssetEvents(ctx context.Context, code string, limit int, cursor string) (*Page[EventView], error) {
	return page[EventView](ctx, g, "/api/v1/assets/"+url.PathEscape(code)+"/events", paged(url.Values{}, limit, cursor))
}

// Direction is which way a trace goes.
type Direction string

// Back leads to what went into an asset, forward to what it went into.
const (
	Back    Direction = "back"
	Forward Direction = "forward"
)

// Trace is the graph of what went into what.
type Trace[Node any] struct {
	Root      string      `json:"root"`
	Direction Direction   `json:"direction"`
	Nodes     []Node      `json:"nodes"`
	Edges     []TraceEdge `json:"edges"`
	// Truncated says that the graph goes on beyond the depth or the limit.
	Truncated bool `json:"truncated"`
}

// TraceNode is an asset in short, and its distance from the root.
type TraceNode struct {
	ID    string
	Depth int
	// TraceLook is shared by the nodes that have it.
	*TraceLook
}

// TraceLook is what nodes have in common.
type TraceLook struct {
	Rulebook   string        `json:"rulebook"`
	Kind       string        `json:"kind"`
	KindTitle  rootline.Text `json:"kindTitle"`
	Unit       string        `json:"unit"`
	State      string        `json:"state"`
	StateTitle rootline.Text `json:"stateTitle"`
	Asleep     bool          `json:"asleep"`
	Disputed   bool          `json:"disputed"`
}

// TraceItem is a whole asset, and its distance from the root.
type TraceItem struct {
	Asset AssetView `json:"asset"`
	Depth int       `json:"depth"`
}

// TraceEdge is an input: From went into To, by an event.
type TraceEdge struct {
	From string `json:"from"`
	To   string `json:"to"`
	// Amount is in the smallest unit of From's kind.
	Amount int64 `json:"amount"`
	// Event is "" for an item that sleeps on its lot's list.
	Event string `json:"event"`
	// Possible says that it is not certain that From went in.
	Possible bool `json:"possible,omitempty"`
}

// Trace follows an asset's inputs back, or its uses forward (which needs a session). A depth of 0 leaves it to the gateway.
func (g *Gateway) Trace(ctx context.Context, code string, to Direction, depth int) (*Trace[TraceNode], error) {
	a, err := g.do(ctx, traceCall(code, to, depth, ""))
	if err != nil {
		return nil, err
	}
	t, err := readTrace(a.body)
	if err != nil {
		return nil, &AnswerError{URL: g.URL(), Status: a.status, Reason: err.Error()}
	}
	return t, nil
}

// TraceItems is Trace with the whole of each asset, which takes a gateway many times as long.
func (g *Gateway) TraceItems(ctx context.Context, code string, to Direction, depth int) (*Trace[TraceItem], error) {
	c := traceCall(code, to, depth, "full")
	var t Trace[TraceItem]
	err := g.getJSON(ctx, c.path, c.query, &t)
	return &t, err
}

func traceCall(code string, to Direction, depth int, items string) call {
	q := query("direction", string(to), "items", items)
	if depth > 0 {
		q.Set("depth", strconv.Itoa(depth))
	}
	return call{method: http.MethodGet, path: "/api/v1/assets/" + url.PathEscape(code) + "/trace", query: q}
}

func page[T any](ctx context.Context, g *Gateway, path string, q url.Values) (*Page[T], error) {
	var p Page[T]
	err := g.getJSON(ctx, path, q, &p)
	return &p, err
}

// query makes the parameters of name and value pairs, without the empty ones.
func query(pairs ...string) url.Values {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return q
}

func paged(q url.Values, limit int, cursor string) url.Values {
	if limit > 0 {
		q.Set("limit", strconv.Itoa(limit))
	}
	if cursor != "" {
		q.Set("cursor", cursor)
	}
	return q
}
