package readmodel

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/rootline/rootline"
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
func (s *Store) Trace(ctx context.Context, code string, d Direction, o TraceOptions) (*Trace, error) {
	if d != Back && d != Forward {
		return nil, rootline.Refuse(rootline.CodeBadRequest, "direction: back or forward").At("direction")
	}
	o.Depth, o.Nodes = bounded(o.Depth, DefaultDepth, MaxDepth), bounded(o.Nodes, DefaultTrace, MaxTrace)
	return look(ctx, s, func(v *view) (*Trace, error) {
		root, err := v.resolve(s, code)
		if err != nil {
			return nil, err
		}
		if root == nil {
			return nil, absent(code)
		}
		w := &walk{view: v, options: o, direction: d, depth: map[string]int{root.ID: 0}}
		if err := w.run(root); err != nil {
			return nil, err
		}
		return w.trace(root)
	})
}

func bounded(n, normal, most int) int {
	if n <= 0 {
		return normal
	}
	return min(n, most)
}

// walk is a trace being followed.
type walk struct {
	*view
	options   TraceOptions
	direction Direction
	depth     map[string]int
	edges     []orderedEdge
	truncated bool
}

type orderedEdge struct {
	Edge
	ordinal int64
}

func (w *walk) run(root *Asset) error {
	level := []string{root.ID}
	if root.Asleep && w.direction == Back && root.Lot != "" {
		w.edges = append(w.edges, orderedEdge{Edge: Edge{From: root.Lot, To: root.ID, Amount: 1}})
		w.depth[root.Lot] = 1
		level = []string{root.Lot}
	}
	for depth := w.depth[level[0]] + 1; len(level) > 0; depth++ {
		next, err := w.step(level, depth)
		if err != nil {
			return err
		}
		level = next
	}
	return nil
}

// step follows the edges of one level and returns the next one.
func (w *walk) step(level []string, depth int) ([]string, error) {
	edges, err := w.edgesOf(level)
	if err != nil {
		return nil, err
	}
	var next []string
	for _, e := range edges {
		beyond := e.From
		if w.direction == Forward {
			beyond = e.To
		}
		if _, known := w.depth[beyond]; !known {
			if depth > w.options.Depth || len(w.depth) >= w.options.Nodes {
				w.truncated = true
				continue
			}
			w.depth[beyond] = depth
			next = append(next, beyond)
		}
		w.edges = append(w.edges, e)
	}
	return next, nil
}

func (w *walk) edgesOf(level []string) ([]orderedEdge, error) {
	ids, err := json.Marshal(level)
	if err != nil {
		return nil, fmt.Errorf("readmodel: ids: %w", err)
	}
	end := `to_asset`
	if w.direction == Forward {
		end = `from_asset`
	}
	most := w.options.Nodes * maxEdgesPerNode
	edges, err := collect(w.view, func(rows *sql.Rows) (orderedEdge, error) {
		var e orderedEdge
		err := rows.Scan(&e.From, &e.To, &e.Amount, &e.Event, &e.ordinal)
		return e, err
	}, `SELECT x.from_asset, x.to_asset, x.amount, e.id, e.ordinal FROM edges x JOIN events e ON e.ordinal = x.event
		WHERE x.`+end+` IN (SELECT value FROM json_each(?)) ORDER BY e.ordinal, x.from_asset, x.to_asset LIMIT ?`,
		string(ids), most+1)
	if len(edges) > most {
		edges, w.truncated = edges[:most], true
	}
	return edges, err
}

// trace puts what was walked in order.
func (w *walk) trace(root *Asset) (*Trace, error) {
	t := &Trace{Root: root.ID, Direction: w.direction, Truncated: w.truncated}
	ids := make([]string, 0, len(w.depth))
	for id := range w.depth {
		ids = append(ids, id)
	}
	assets, err := w.assets(ids)
	if err != nil {
		return nil, err
	}
	if root.Asleep {
		assets = append(assets, *root)
	}
	for _, a := range assets {
		t.Nodes = append(t.Nodes, TraceNode{Asset: a, Depth: w.depth[a.ID]})
	}
	slices.SortFunc(t.Nodes, func(a, b TraceNode) int {
		if a.Depth != b.Depth {
			return a.Depth - b.Depth
		}
		if a.Asset.ID < b.Asset.ID {
			return -1
		}
		return 1
	})
	slices.SortStableFunc(w.edges, func(a, b orderedEdge) int { return int(a.ordinal - b.ordinal) })
	for _, e := range w.edges {
		t.Edges = append(t.Edges, e.Edge)
	}
	return t, nil
}
