package readmodel

import (
	"cmp"
	"slices"
)

// The bounds of a trace.
const (
	DefaultDepth    = 20
	MaxDepth        = 256
	DefaultTrace    = 500
	MaxTrace        = 5000
	maxEdgesPerNode = 64
)

// TraceOptions bounds a trace: Depth in steps from the root, Nodes in assets. 0 takes the default, and more than the most is cut to it.
type TraceOptions struct{ Depth, Nodes int }

// Trace follows an asset back to what it was made from, or forward to what it went into, by breadth: what is near the
// root comes first when the whole is too large. The root is found like an Asset's code is. A sleeping item's way back
// goes to its lot.
func (v *View) Trace(code string, d Direction, o TraceOptions) (*Trace, error) {
	o, err := o.bounded(d)
	if err != nil {
		return nil, err
	}
	g, root, err := v.genealogy(code, d, o)
	if err != nil {
		return nil, err
	}
	return v.trace(g, root)
}

func bounded(n, normal, most int) int {
	if n <= 0 {
		return normal
	}
	return min(n, most)
}

// trace puts the whole assets to what was walked.
func (v *View) trace(g *Genealogy, root *Asset) (*Trace, error) {
	t := &Trace{Root: g.Root, Direction: g.Direction, Truncated: g.Truncated}
	ids, depth := make([]string, len(g.Nodes)), make(map[string]int, len(g.Nodes))
	for i := range g.Nodes {
		ids[i] = g.Nodes[i].ID
		depth[ids[i]] = g.Nodes[i].Depth
	}
	assets, err := v.assets(ids)
	if err != nil {
		return nil, err
	}
	if root.Asleep {
		assets = append(assets, *root)
	}
	for i := range assets {
		t.Nodes = append(t.Nodes, TraceNode{Asset: assets[i], Depth: depth[assets[i].ID]})
	}
	slices.SortFunc(t.Nodes, func(a, b TraceNode) int {
		return cmp.Or(cmp.Compare(a.Depth, b.Depth), cmp.Compare(a.Asset.ID, b.Asset.ID))
	})
	slices.SortStableFunc(g.Edges, func(a, b Link) int { return cmp.Compare(a.ordinal, b.ordinal) })
	for _, e := range g.Edges {
		t.Edges = append(t.Edges, Edge{From: g.Nodes[e.From].ID, To: g.Nodes[e.To].ID, Amount: e.Amount, Event: e.Event, Possible: e.Possible})
	}
	return t, nil
}
