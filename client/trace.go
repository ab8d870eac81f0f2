package client

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
)

// shortTrace is a trace as the gateway sends it: in columns, and what nodes have in common once.
type shortTrace struct {
	Root      string      `json:"root"`
	Direction Direction   `json:"direction"`
	Truncated bool        `json:"truncated"`
	Looks     []TraceLook `json:"looks"`
	Nodes     struct {
		ID    []string `json:"id"`
		Look  []int    `json:"look"`
		Depth []int    `json:"depth"`
	} `json:"nodes"`
	Edges struct {
		From   []int   `json:"from"`
		To     []int   `json:"to"`
		Amount []int64 `json:"amount"`
		Event  []int   `json:"event"`
		// Possible are the indexes of edges; a gateway of before leaves it out.
		Possible []int `json:"possible"`
	} `json:"edges"`
	Events []string `json:"events"`
}

// readTrace puts the columns together.
func readTrace(b []byte) (*Trace[TraceNode], error) {
	var s shortTrace
	if err := json.Unmarshal(b, &s); err != nil {
		return nil, err
	}
	n, e := &s.Nodes, &s.Edges
	if len(n.Look) != len(n.ID) || len(n.Depth) != len(n.ID) || len(e.To) != len(e.From) || len(e.Amount) != len(e.From) || len(e.Event) != len(e.From) {
		return nil, errors.New("the trace's columns are not of one length")
	}
	t := &Trace[TraceNode]{
		Root: s.Root, Direction: s.Direction, Truncated: s.Truncated,
		Nodes: make([]TraceNode, len(n.ID)), Edges: make([]TraceEdge, len(e.From)),
	}
	for i, id := range n.ID {
		if n.Look[i] < 0 || n.Look[i] >= len(s.Looks) {
			return nil, fmt.Errorf("the trace's node %d looks like none", i)
		}
		t.Nodes[i] = TraceNode{ID: id, Depth: n.Depth[i], TraceLook: &s.Looks[n.Look[i]]}
	}
	for i, from := range e.From {
		to, event := e.To[i], e.Event[i]
		if from < 0 || to < 0 || from >= len(n.ID) || to >= len(n.ID) || event < -1 || event >= len(s.Events) {
			return nil, fmt.Errorf("the trace's edge %d joins none", i)
		}
		t.Edges[i] = TraceEdge{From: n.ID[from], To: n.ID[to], Amount: e.Amount[i]}
		if event >= 0 {
			t.Edges[i].Event = s.Events[event]
		}
	}
	for _, i := range e.Possible {
		if i < 0 || i >= len(t.Edges) {
			return nil, fmt.Errorf("the trace has no edge %d", i)
		}
		t.Edges[i].Possible = true
	}
	return t, nil
}
