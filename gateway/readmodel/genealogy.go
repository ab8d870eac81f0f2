package readmodel

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
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
		return o, rootline.Refuse(rootline.CodeBadRequest, rootline.Text{En: "direction: back or forward", Zh: "direction：应为 back 或 forward"}).At("direction")
	}
	o.Depth, o.Nodes = bounded(o.Depth, DefaultDepth, MaxDepth), bounded(o.Nodes, DefaultTrace, MaxTrace)
	return o, nil
}

// genealogy walks in memory, as of a block; nil when that is not the last one, or an asset or its links are not there.
func (m *cache) genealogy(at int64, root string, d Direction, o TraceOptions) *Genealogy {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.at != at || m.linked[root] == nil {
		return nil
	}
	w := newWalk(root, d, o)
	w.Cursor = m.cursor
	for w.next() {
		for _, i := range w.level {
			k := m.linked[w.Nodes[i].ID]
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
		found, whole, err := v.linkedOf(ids, d, o.Nodes*maxEdgesPerNode)
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
func (w *walk) visit(i int, k *linked) {
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

// linked is an asset as traces need it, with its links. It does not change once others see it.
type linked struct {
	Relative
	since int64
	// back leads to what it was made from, forward to what it went into, each nil until it is read.
	back, forward *links
}

// links are the edges at an asset, in the order of the ledger.
type links []link

type link struct {
	// other is the asset at the far end.
	other  string
	amount int64
	// possible says that it is not certain that the one went into the other.
	possible bool
	event    string
	ordinal  int64
}

// maxKept is how many links of one asset are cached. A lot that a city's trees wake from has more.
const maxKept = 5_000

func (k *linked) links(d Direction) *links {
	if d == Forward {
		return k.forward
	}
	return k.back
}

// size is what counts towards maxLinked.
func (k *linked) size() int {
	n := 1
	for _, l := range []*links{k.back, k.forward} {
		if l != nil {
			n += len(*l)
		}
	}
	return n
}

func (m *cache) drop(k *linked) {
	m.links -= k.size()
	delete(m.linked, k.ID)
}

// keepLinked remembers assets that were read at a block.
func (m *cache) keepLinked(all []*linked, at int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if at != m.at {
		return
	}
	for _, k := range all {
		if k.size() > maxKept {
			continue
		}
		if old := m.linked[k.ID]; old != nil {
			m.drop(old)
			if k.back == nil {
				k.back = old.back
			}
			if k.forward == nil {
				k.forward = old.forward
			}
		}
		if m.links > maxLinked {
			clear(m.linked)
			m.links = 0
		}
		m.linked[k.ID] = k
		m.links += k.size()
	}
}

// linkedOf gives assets with their links in a direction. whole is false when some links were left out, being too many.
func (v *View) linkedOf(ids []string, d Direction, most int) (found map[string]*linked, whole bool, err error) {
	at := v.block()
	found = make(map[string]*linked, len(ids))
	var missing []string
	v.cache.mu.RLock()
	for _, id := range ids {
		if k := v.cache.linked[id]; k != nil && k.links(d) != nil && k.since <= at && at <= v.cache.at {
			found[id] = k
		} else {
			missing = append(missing, id)
		}
	}
	v.cache.mu.RUnlock()
	if len(missing) == 0 {
		return found, true, nil
	}
	read, whole, err := v.readLinked(missing, d, at, most)
	if err != nil {
		return nil, false, err
	}
	for _, k := range read {
		found[k.ID] = k
	}
	if whole {
		v.cache.keepLinked(read, at)
	}
	return found, whole, nil
}

// readLinked reads assets and their links from the tables.
func (v *View) readLinked(ids []string, d Direction, at int64, most int) (all []*linked, whole bool, err error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, false, fmt.Errorf("readmodel: ids: %w", err)
	}
	words := map[string]string{} // kinds, rulebooks and states are few
	word := func(s *string) {
		if known, ok := words[*s]; ok {
			*s = known
		} else {
			words[*s] = *s
		}
	}
	all, err = collect(v, func(rows *sql.Rows) (*linked, error) {
		k := &linked{since: at}
		err := rows.Scan(&k.ID, &k.Kind, &k.Rulebook, &k.State, &k.Disputed)
		word(&k.Kind)
		word(&k.Rulebook)
		word(&k.State)
		return k, err
	}, `SELECT a.id, a.kind, a.rulebook, a.state, EXISTS (SELECT 1 FROM event_subjects x WHERE x.asset = a.id AND x.seq = 0 AND x.link <> 'unjudged')
		FROM json_each(?) j CROSS JOIN assets a ON a.id = j.value`, string(list))
	if err != nil {
		return nil, false, err
	}
	by := make(map[string]*links, len(all))
	for _, k := range all {
		l := &links{}
		if by[k.ID] = l; d == Forward {
			k.forward = l
		} else {
			k.back = l
		}
	}
	whole, err = v.readLinks(string(list), d, by, most)
	return all, whole, err
}

// The links of some assets: the near end, the far end, and what lies between, in the order of the ledger for each.
const (
	linksBack = `SELECT x.to_asset, x.from_asset, x.amount, x.event, x.possible FROM json_each(?) j
		CROSS JOIN edges x ON x.to_asset = j.value ORDER BY x.event, x.from_asset, x.to_asset LIMIT ?`
	linksForward = `SELECT x.from_asset, x.to_asset, x.amount, x.event, x.possible FROM json_each(?) j
		CROSS JOIN edges x ON x.from_asset = j.value ORDER BY x.event, x.from_asset, x.to_asset LIMIT ?`
)

func (v *View) readLinks(ids string, d Direction, by map[string]*links, most int) (whole bool, err error) {
	query := linksBack
	if d == Forward {
		query = linksForward
	}
	n, events := 0, map[int64]string{}
	_, err = collect(v, func(rows *sql.Rows) (struct{}, error) {
		var near string
		var l link
		err := rows.Scan(&near, &l.other, &l.amount, &l.ordinal, &l.possible)
		if to := by[near]; to != nil && n < most {
			*to = append(*to, l)
			events[l.ordinal] = ""
		}
		n++
		return struct{}{}, err
	}, query, ids, most+1)
	if err != nil || len(events) == 0 {
		return n <= most, err
	}
	return n <= most, v.nameEvents(events, by)
}

// nameEvents puts the events' ids into the links.
func (v *View) nameEvents(events map[int64]string, by map[string]*links) error {
	ordinals := make([]int64, 0, len(events))
	for o := range events {
		ordinals = append(ordinals, o)
	}
	list, err := json.Marshal(ordinals)
	if err != nil {
		return fmt.Errorf("readmodel: ordinals: %w", err)
	}
	_, err = collect(v, func(rows *sql.Rows) (struct{}, error) {
		var ordinal int64
		var id string
		err := rows.Scan(&ordinal, &id)
		events[ordinal] = id
		return struct{}{}, err
	}, `SELECT e.ordinal, e.id FROM json_each(?) j CROSS JOIN events e ON e.ordinal = j.value`, string(list))
	for _, l := range by {
		for i := range *l {
			(*l)[i].event = events[(*l)[i].ordinal]
		}
	}
	return err
}

// The bounds of a trace.
const (
	DefaultDepth    = 20
	MaxDepth        = 256
	DefaultTrace    = 500
	MaxTrace        = limits.TraceItems
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
