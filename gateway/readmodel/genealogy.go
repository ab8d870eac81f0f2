package readmodel

import (
	"cmp"
	"slices"

	"github.com/rootline/rootline"
)

// Genealogy is a trace in its short form: what is needed to draw it. It is walked in memory when all of it was asked
// for not long ago.
type Genealogy struct {
	Root      string
	Direction Direction
	// Nodes are in the order of their depth. The first is the root.
	Nodes []Relative
	// Edges join the nodes, in the order of the depth of their near ends, then of the ledger.
	Edges []Link
	// Truncated says that there is more beyond the depth or the limit.
	Truncated bool
	// Cursor is how far the ledger was read.
	Cursor Cursor
}

// Relative is an asset in its short form. Asleep and Disputed are as in Asset, Depth as in TraceNode.
type Relative struct {
	ID, Kind, Rulebook, State string
	Asleep, Disputed          bool
	Depth                     int
}

// Link is an Edge by the indexes of its nodes.
type Link struct {
	From, To int
	Amount   int64
	// Event is the id of the event.
	Event string
	// Possible says that it is not certain that From went in.
	Possible bool

	ordinal int64
}

// Genealogy follows an asset as Trace does, and gives the short form.
func (v *View) Genealogy(code string, d Direction, o TraceOptions) (*Genealogy, error) {
	o, err := o.bounded(d)
	if err != nil {
		return nil, err
	}
	if g := v.cache.genealogy(v.block(), code, d, o); g != nil {
		return g, nil
	}
	g, _, err := v.genealogy(code, d, o)
	return g, err
}

func (o TraceOptions) bounded(d Direction) (TraceOptions, error) {
	if d != Back && d != Forward {
		return o, rootline.Refuse(rootline.CodeBadRequest, "direction: back or forward").At("direction")
	}
	o.Depth, o.Nodes = bounded(o.Depth, DefaultDepth, MaxDepth), bounded(o.Nodes, DefaultTrace, MaxTrace)
	return o, nil
}

// genealogy walks in memory, as of a block; nil when that is not the last one, or an asset or its links are not there.
func (m *memory) genealogy(at int64, root string, d Direction, o TraceOptions) *Genealogy {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.at != at || m.kin[root] == nil {
		return nil
	}
	w := newWalk(root, d, o)
	w.Cursor = m.cursor
	for w.next() {
		for _, i := range w.level {
			k := m.kin[w.Nodes[i].ID]
			if k == nil || k.links(d) == nil {
				return nil
			}
			w.visit(i, k)
		}
		w.follow()
	}
	return &w.Genealogy
}

// genealogy walks through the tables, and gives the root besides when it sleeps.
func (v *View) genealogy(code string, d Direction, o TraceOptions) (*Genealogy, *Asset, error) {
	root, err := v.resolve(code)
	if err != nil {
		return nil, nil, err
	}
	if root == nil {
		return nil, nil, absent(code)
	}
	w := newWalk(root.ID, d, o)
	w.Cursor = v.at
	if root.Asleep {
		w.Nodes[0] = Relative{ID: root.ID, Kind: root.Kind, Rulebook: root.Rulebook, State: root.State, Asleep: true}
		if d == Back && root.Lot != "" {
			w.Edges = append(w.Edges, Link{From: w.node(root.Lot, 1), To: 0, Amount: 1})
		}
		w.begun, w.depth = w.begun[1:], 1 // it has no links of its own
	}
	for w.next() {
		ids := make([]string, len(w.level))
		for i, n := range w.level {
			ids[i] = w.Nodes[n].ID
		}
		found, whole, err := v.kinOf(ids, d, o.Nodes*maxEdgesPerNode)
		if err != nil {
			return nil, nil, err
		}
		w.Truncated = w.Truncated || !whole
		for _, i := range w.level {
			if k := found[w.Nodes[i].ID]; k != nil {
				w.visit(i, k)
			}
		}
		w.follow()
	}
	return &w.Genealogy, root, nil
}

// walk is a trace being followed, level by level.
type walk struct {
	Genealogy
	options TraceOptions
	index   map[string]int
	// level are the nodes whose links are followed, begun those that they led to, found the links.
	level, begun []int
	depth        int
	found        []reached
}

// reached is a link from a node.
type reached struct {
	near int
	*link
}

func newWalk(root string, d Direction, o TraceOptions) *walk {
	w := &walk{options: o, index: make(map[string]int, 64), Genealogy: Genealogy{Root: root, Direction: d}}
	w.node(root, 0)
	return w
}

// node adds a node that is not there yet.
func (w *walk) node(id string, depth int) int {
	i := len(w.Nodes)
	w.index[id] = i
	w.Nodes = append(w.Nodes, Relative{ID: id, Depth: depth})
	w.begun = append(w.begun, i)
	return i
}

// next goes on to the nodes that were found last.
func (w *walk) next() bool {
	w.level, w.begun = w.begun, w.level[:0]
	w.found = w.found[:0]
	w.depth++
	return len(w.level) > 0
}

// visit notes what an asset is, and its links.
func (w *walk) visit(i int, k *kin) {
	depth := w.Nodes[i].Depth
	w.Nodes[i] = k.Relative
	w.Nodes[i].Depth = depth
	l := *k.links(w.Direction)
	for j := range l {
		w.found = append(w.found, reached{i, &l[j]})
	}
}

// follow adds the edges that were found, and the nodes that they lead to.
func (w *walk) follow() {
	slices.SortFunc(w.found, func(a, b reached) int {
		return cmp.Or(cmp.Compare(a.ordinal, b.ordinal), cmp.Compare(a.other, b.other), cmp.Compare(a.near, b.near))
	})
	for _, r := range w.found {
		beyond, known := w.index[r.other]
		if !known {
			if w.depth > w.options.Depth || len(w.Nodes) >= w.options.Nodes {
				w.Truncated = true
				continue
			}
			beyond = w.node(r.other, w.depth)
		}
		e := Link{From: beyond, To: r.near, Amount: r.amount, Event: r.event, Possible: r.possible, ordinal: r.ordinal}
		if w.Direction == Forward {
			e.From, e.To = r.near, beyond
		}
		w.Edges = append(w.Edges, e)
	}
}
