package httpapi

import (
	"encoding/json"
	"io"
	"reflect"
	"slices"
	"strconv"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/query"
	"github.com/rootline/rootline/gateway/readmodel"
)

type traceInput struct {
	query.CodePath
	Direction string `query:"direction" enum:"back,forward" default:"back" doc:"back: what it was made from. forward: what it went into; that needs sign-in"`
	Depth     int    `query:"depth" minimum:"1" maximum:"64" default:"16" doc:"How many steps"`
	Nodes     int    `query:"nodes" minimum:"1" maximum:"5000" default:"2000" doc:"How many assets at most"`
	Items     string `query:"items" enum:"short,full" default:"short" doc:"short: what is needed to draw the trace, in columns. full: each asset as GET /api/v1/assets/{id} gives it"`
}

// Trace is where an asset comes from, or what it went into, with the whole of each asset.
type Trace struct {
	Root      string      `json:"root"`
	Direction string      `json:"direction" enum:"back,forward"`
	Nodes     []TraceNode `json:"nodes"`
	Edges     []TraceEdge `json:"edges"`
	Truncated bool        `json:"truncated" doc:"There is more than this answer holds"`
}

// TraceNode is an asset of a trace.
type TraceNode struct {
	Asset presentation.AssetView `json:"asset"`
	Depth int                    `json:"depth" doc:"The least number of steps from the root"`
}

// TraceEdge says that an amount of one asset went into another.
type TraceEdge struct {
	From     string `json:"from" doc:"The input"`
	To       string `json:"to" doc:"What it went into"`
	Amount   int64  `json:"amount"`
	Event    string `json:"event"`
	Possible bool   `json:"possible,omitempty" doc:"It is not certain that the input went in: it came from where things mix"`
}

type traceOutput struct{ Body traceAnswer }

// trace follows inputs and outputs. What an item was made from is public with the item; what it went into is a list
// like any other.
func (s *Server) trace(v *reply, in *traceInput) (*traceOutput, error) {
	if err := query.CheckCode(in.ID); err != nil {
		return nil, err
	}
	if in.Direction == string(readmodel.Forward) && member(v.Context()) == nil {
		return nil, guest(v.Context())
	}
	options := readmodel.TraceOptions{Depth: in.Depth, Nodes: in.Nodes}
	if in.Items == "full" {
		return v.wholeTrace(in, options)
	}
	g, err := v.Genealogy(in.ID, readmodel.Direction(in.Direction), options)
	if err != nil {
		return nil, err
	}
	return &traceOutput{Body: traceAnswer{short: v.shortTrace(g)}}, nil
}

func (v *reply) wholeTrace(in *traceInput, options readmodel.TraceOptions) (*traceOutput, error) {
	t, err := v.Trace(in.ID, readmodel.Direction(in.Direction), options)
	if err != nil {
		return nil, err
	}
	out := &Trace{
		Root: t.Root, Direction: string(t.Direction), Truncated: t.Truncated,
		Nodes: make([]TraceNode, len(t.Nodes)), Edges: make([]TraceEdge, len(t.Edges)),
	}
	for i := range t.Nodes {
		out.Nodes[i] = TraceNode{Asset: v.ShowAsset(&t.Nodes[i].Asset), Depth: t.Nodes[i].Depth}
	}
	for i, e := range t.Edges {
		out.Edges[i] = TraceEdge(e)
	}
	return &traceOutput{Body: traceAnswer{whole: out}}, nil
}

// ShortTrace is a trace as it is drawn. A thousand assets are often of a few kinds and states, so these are written
// once, and the nodes and edges in columns: the i-th value of each list belongs to node or edge i.
type ShortTrace struct {
	Root      string                `json:"root"`
	Direction string                `json:"direction" enum:"back,forward"`
	Truncated bool                  `json:"truncated" doc:"There is more than this answer holds"`
	Block     presentation.BlockRef `json:"block" doc:"The block that this answer is current to"`
	Looks     []TraceLook           `json:"looks" doc:"The kinds and states that the nodes have"`
	Nodes     TraceNodes            `json:"nodes" doc:"In the order of their depth; the first is the root"`
	Edges     TraceEdges            `json:"edges" doc:"In the order of depth, then of the ledger"`
	Events    []string              `json:"events" doc:"Ids of the events that the edges come from"`
}

// TraceLook is what nodes have in common.
type TraceLook struct {
	Rulebook   string        `json:"rulebook"`
	Kind       string        `json:"kind"`
	KindTitle  rootline.Text `json:"kindTitle"`
	Unit       string        `json:"unit,omitempty" doc:"The smallest unit that amounts are counted in"`
	State      string        `json:"state"`
	StateTitle rootline.Text `json:"stateTitle"`
	Asleep     bool          `json:"asleep" doc:"It is only a code on its lot's list so far"`
	Disputed   bool          `json:"disputed" doc:"An event that this gateway judges otherwise names it"`
}

// TraceNodes are assets, in columns.
type TraceNodes struct {
	ID    []string `json:"id" doc:"Codes"`
	Look  []int    `json:"look" doc:"Indexes of looks"`
	Depth []int    `json:"depth" doc:"The least number of steps from the root"`
}

// TraceEdges say that amounts of assets went into others, in columns.
type TraceEdges struct {
	From     []int   `json:"from" doc:"The inputs: indexes of nodes"`
	To       []int   `json:"to" doc:"What they went into: indexes of nodes"`
	Amount   []int64 `json:"amount"`
	Event    []int   `json:"event" doc:"Indexes of events; -1 for an item that sleeps on its lot's list"`
	Possible []int   `json:"possible" doc:"Indexes of the edges of which it is not certain that the input went in"`
}

// traceAnswer is a trace in one of its forms.
type traceAnswer struct {
	short *shortTrace
	whole *Trace
}

// forGuests is what guests see of it. The short form has only what is drawn.
func (a traceAnswer) forGuests() any {
	if a.whole != nil {
		cut := forGuests(*a.whole)
		a.whole = &cut
	}
	return a
}

// Schema implements huma.SchemaProvider.
func (traceAnswer) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{
		r.Schema(reflect.TypeFor[ShortTrace](), true, "ShortTrace"), r.Schema(reflect.TypeFor[Trace](), true, "Trace"),
	}}
}

// writeJSON writes the answer. The short form is written by hand: a thousand nodes take longer to reflect on than to find.
func (a traceAnswer) writeJSON(w io.Writer) error {
	if a.short == nil {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		return e.Encode(a.whole)
	}
	room, _ := buffers.Get().(*[]byte)
	defer buffers.Put(room)
	b, err := a.short.append((*room)[:0])
	*room = b
	if err == nil {
		_, err = w.Write(b)
	}
	return err
}

// buffers are reused: a trace's answer is some 50 KB.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// shortTrace is a ShortTrace before it is put in columns.
type shortTrace struct {
	*readmodel.Genealogy
	block presentation.BlockRef
	looks []TraceLook
	// look has the index of each node's look.
	look []int
}

// shortTrace finds out what the nodes have in common.
func (v *reply) shortTrace(g *readmodel.Genealogy) *shortTrace {
	t := &shortTrace{Genealogy: g, look: make([]int, len(g.Nodes))}
	c := g.Cursor
	t.block = v.Gateway.BlockRef(c)
	for i := range g.Nodes {
		n := &g.Nodes[i]
		at := slices.IndexFunc(t.looks, func(l TraceLook) bool {
			return l.State == n.State && l.Kind == n.Kind && l.Rulebook == n.Rulebook && l.Asleep == n.Asleep && l.Disputed == n.Disputed
		})
		if at < 0 {
			at = len(t.looks)
			t.looks = append(t.looks, v.look(n))
		}
		t.look[i] = at
	}
	return t
}

func (v *reply) look(n *readmodel.Relative) TraceLook {
	l := TraceLook{Rulebook: n.Rulebook, Kind: n.Kind, State: n.State, Asleep: n.Asleep, Disputed: n.Disputed}
	if k := v.KindOf(n.Rulebook, n.Kind); k != nil {
		l.KindTitle, l.Unit = k.Title, k.Unit
		if state := k.State(n.State); state != nil {
			l.StateTitle = state.Title
		}
	}
	return l
}

// append writes the trace after b, as ShortTrace says.
func (t *shortTrace) append(b []byte) ([]byte, error) {
	head, err := json.Marshal(struct {
		Root      string                `json:"root"`
		Direction string                `json:"direction"`
		Truncated bool                  `json:"truncated"`
		Block     presentation.BlockRef `json:"block"`
		Looks     []TraceLook           `json:"looks"`
	}{t.Root, string(t.Direction), t.Truncated, t.block, t.looks})
	if err != nil {
		return b, err
	}
	b = append(b, head[:len(head)-1]...)
	nodes, edges := t.Nodes, t.Edges
	b = append(b, `,"nodes":{"id":`...)
	b = column(b, len(nodes), func(b []byte, i int) []byte { return quoted(b, nodes[i].ID) })
	b = append(b, `,"look":`...)
	b = column(b, len(nodes), func(b []byte, i int) []byte { return strconv.AppendInt(b, int64(t.look[i]), 10) })
	b = append(b, `,"depth":`...)
	b = column(b, len(nodes), func(b []byte, i int) []byte { return strconv.AppendInt(b, int64(nodes[i].Depth), 10) })
	b = append(b, `},"edges":{"from":`...)
	b = column(b, len(edges), func(b []byte, i int) []byte { return strconv.AppendInt(b, int64(edges[i].From), 10) })
	b = append(b, `,"to":`...)
	b = column(b, len(edges), func(b []byte, i int) []byte { return strconv.AppendInt(b, int64(edges[i].To), 10) })
	b = append(b, `,"amount":`...)
	b = column(b, len(edges), func(b []byte, i int) []byte { return strconv.AppendInt(b, edges[i].Amount, 10) })
	var events []string // edges of one event lie together
	b = append(b, `,"event":`...)
	b = column(b, len(edges), func(b []byte, i int) []byte {
		e := edges[i].Event
		if e == "" {
			return append(b, "-1"...)
		}
		if n := len(events); n == 0 || events[n-1] != e {
			events = append(events, e)
		}
		return strconv.AppendInt(b, int64(len(events)-1), 10)
	})
	var possible []int
	for i := range edges {
		if edges[i].Possible {
			possible = append(possible, i)
		}
	}
	b = append(b, `,"possible":`...)
	b = column(b, len(possible), func(b []byte, i int) []byte { return strconv.AppendInt(b, int64(possible[i]), 10) })
	b = append(b, `},"events":`...)
	b = column(b, len(events), func(b []byte, i int) []byte { return quoted(b, events[i]) })
	return append(b, "}\n"...), nil
}

// column writes a list.
func column(b []byte, n int, value func(b []byte, i int) []byte) []byte {
	b = append(b, '[')
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		b = value(b, i)
	}
	return append(b, ']')
}

// quoted writes a code or an event's id, which need no escapes; anything else is written as JSON has it.
func quoted(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			escaped, _ := json.Marshal(s) // of a string there is no error
			return append(b, escaped...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}
