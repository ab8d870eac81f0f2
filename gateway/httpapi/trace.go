package httpapi

import (
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
	if in.Direction == string(readmodel.Forward) && caller(v.Context()) == nil {
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
