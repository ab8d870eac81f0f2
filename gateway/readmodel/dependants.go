package readmodel

import (
	"container/heap"
	"database/sql"

	"github.com/rootline/rootline"
)

// MaxDependants is how many dependants one answer names at most.
const MaxDependants = 20_000

// Dependants is what an asset went into, directly or through others, as a recall has to name it.
type Dependants struct {
	// Root is the asset, Found what depends on it, each after the one that it depends through.
	Root  string
	Found []Dependant
	// Truncated says that there is more.
	Truncated bool
}

// Dependant is an asset that depends on the root through Via: that went into it, or lies under it and was accepted with
// it. Possible says that it is not certain: it came out of a silo or a stockpile, or went in by way of one.
type Dependant struct {
	Asset    Asset
	Via      string
	Possible bool
}

// Dependants follows an asset to everything that may hold some of it, and up to the acceptances that rest on that. Time
// counts: what was drawn from a silo before the asset went in does not depend on it.
//
// With the id of a recall of the asset, only what that recall has still to name is found: what it named is gone through
// and does not count towards MaxDependants, so that naming and asking again comes to an end. What it let go is not found
// again, nor what depends only through that.
func (v *View) Dependants(code, recall string) (*Dependants, error) {
	return v.dependants(code, recall, MaxDependants)
}

func (v *View) dependants(code, recall string, most int) (*Dependants, error) {
	v = v.long()
	root, err := v.asset(code)
	if err != nil {
		return nil, err
	}
	if root == nil {
		return nil, absent(code)
	}
	sp := spread{View: v, most: most, best: map[string]*[2]trail{}, raised: map[string]string{}}
	if err := sp.mark(root.ID, recall); err != nil {
		return nil, err
	}
	if err := sp.from(root.ID); err != nil {
		return nil, err
	}
	d := &Dependants{Root: root.ID, Truncated: sp.truncated}
	named := map[string]int{}
	for _, id := range sp.order {
		sp.name(d, named, root.ID, id)
	}
	return d, sp.fill(d, named)
}

// trail is the earliest way to an asset: by which event it got some of the root, and from what.
type trail struct {
	ordinal int64
	via     string
	known   bool
}

// spread goes through the edges in the order of the ledger. Of each asset it finds the earliest certain way and the
// earliest possible one: trails[0] and trails[1].
type spread struct {
	*View
	// most is how many may be found, fresh how many were that no recall named.
	most, fresh int
	// marks are what the recall named before.
	marks map[string]mark
	// raised remembers what above gave.
	raised    map[string]string
	best      map[string]*[2]trail
	order     []string
	queue     steps
	truncated bool
}

type step struct {
	asset, via string
	ordinal    int64
	possible   bool
}

type steps []step

func (q steps) Len() int { return len(q) }
func (q steps) Less(i, j int) bool {
	a, b := q[i], q[j]
	if a.ordinal != b.ordinal {
		return a.ordinal < b.ordinal
	}
	if a.possible != b.possible {
		return b.possible
	}
	return a.asset < b.asset || a.asset == b.asset && a.via < b.via
}
func (q steps) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *steps) Push(x any)   { *q = append(*q, x.(step)) }
func (q *steps) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}

func (s *spread) from(root string) error {
	heap.Push(&s.queue, step{asset: root})
	if err := s.below(root); err != nil {
		return err
	}
	for len(s.queue) > 0 {
		next := heap.Pop(&s.queue).(step)
		best := s.best[next.asset]
		if best == nil {
			if _, known := s.marks[next.asset]; !known && next.asset != root {
				if s.fresh++; s.fresh > s.most {
					s.truncated = true
					return nil
				}
			}
			best = &[2]trail{}
			s.best[next.asset] = best
			s.order = append(s.order, next.asset)
		}
		class := 0
		if next.possible {
			class = 1
		}
		// A certain way that came earlier, or at the same time, is as good as any.
		if best[class].known || best[0].known {
			continue
		}
		best[class] = trail{next.ordinal, next.via, true}
		if err := s.follow(next); err != nil {
			return err
		}
	}
	return nil
}

func (s *spread) follow(from step) error {
	found, err := collect(s.View, func(rows *sql.Rows) (step, error) {
		to := step{via: from.asset}
		err := rows.Scan(&to.asset, &to.ordinal, &to.possible)
		to.possible = to.possible || from.possible
		return to, err
	}, `SELECT to_asset, event, possible FROM edges WHERE from_asset = ? AND event > ? ORDER BY event, to_asset`, from.asset, from.ordinal)
	for _, to := range found {
		s.push(to)
	}
	if err != nil {
		return err
	}
	up, err := s.above(from.asset)
	if up != "" {
		s.push(step{asset: up, via: from.asset, ordinal: from.ordinal, possible: from.possible})
	}
	return err
}

// push takes a step, unless it leads from what was let go to what was not named.
func (s *spread) push(to step) {
	if _, known := s.marks[to.asset]; known || !s.free(to.via) {
		heap.Push(&s.queue, to)
	}
}

// name adds a dependant after the one that it depends through. A certain way goes through certain ones only.
func (s *spread) name(d *Dependants, named map[string]int, root, id string) {
	if _, done := named[id]; done || id == root {
		return
	}
	best := s.best[id]
	way, possible := best[0], false
	if !way.known {
		way, possible = best[1], true
	}
	named[id] = -1 // ways lead back in time, so that this is never met on one
	s.name(d, named, root, way.via)
	if s.settled(id, way.via, possible) {
		return
	}
	named[id] = len(d.Found)
	d.Found = append(d.Found, Dependant{Asset: Asset{Asset: rootline.Asset{ID: id}}, Via: way.via, Possible: possible})
}

// fill puts the whole assets to the names.
func (s *spread) fill(d *Dependants, named map[string]int) error {
	ids := make([]string, len(d.Found))
	for i := range d.Found {
		ids[i] = d.Found[i].Asset.ID
	}
	for len(ids) > 0 {
		n := min(len(ids), MaxLimit)
		assets, err := s.assets(ids[:n])
		if err != nil {
			return err
		}
		for _, a := range assets {
			d.Found[named[a.ID]].Asset = a
		}
		ids = ids[n:]
	}
	return nil
}

// mark is how a recall has an asset that it named: held until it is let go, for certain or only possibly.
type mark struct{ held, possible bool }

// mark reads what a recall of the root named. "" is no recall.
func (s *spread) mark(root, id string) error {
	if id == "" {
		return nil
	}
	r, err := read[*rootline.Recall](s.View, rootline.Ref{Space: rootline.SpaceRecall, ID: id})
	switch {
	case err != nil:
		return err
	case r == nil || r.Asset != root:
		return absent(id)
	}
	s.marks = map[string]mark{}
	_, err = collect(s.View, func(rows *sql.Rows) (struct{}, error) {
		var asset string
		var m mark
		err := rows.Scan(&asset, &m.held, &m.possible)
		s.marks[asset] = m
		return struct{}{}, err
	}, `SELECT asset, held, possible FROM freezes WHERE recall = ?`, id)
	return err
}

// free reports whether the recall let an asset go.
func (s *spread) free(asset string) bool {
	m, known := s.marks[asset]
	return known && !m.held
}

// settled reports whether the recall needs to name an asset no more: it was let go, or is held as surely as was found. A
// way through what was let go names nothing, since the ledger would not take it.
func (s *spread) settled(asset, via string, possible bool) bool {
	m, known := s.marks[asset]
	return known && (!m.held || !m.possible || possible) || s.free(via)
}

// below goes to what lies under the root: deliveries share the fate of the test lot that they were tested with. Only
// from the root, or each panel would lead through its division to all the others.
func (s *spread) below(root string) error {
	found, err := collect(s.View, func(rows *sql.Rows) (step, error) {
		to := step{via: root}
		return to, rows.Scan(&to.asset)
	}, `SELECT id FROM assets WHERE under = ? ORDER BY id`, root)
	for _, to := range found {
		s.push(to)
	}
	return err
}

// above is what an asset lies under when that, or something above it, is closed to what lies under it: it was accepted on
// the strength of this one. Otherwise it is "". Something that is still open counts what is held under it, and is not
// accepted meanwhile, so that it need not be held itself.
func (s *spread) above(id string) (string, error) {
	if up, known := s.raised[id]; known {
		return up, nil
	}
	up, open, err := s.under(id)
	if err != nil || up == "" {
		return "", err
	}
	if open {
		higher, err := s.above(up)
		if err != nil {
			return "", err
		}
		if higher == "" {
			up = ""
		}
	}
	s.raised[id] = up
	return up, nil
}

// under gives what an asset lies under, "" for nothing, and whether that is open to it.
func (s *spread) under(id string) (up string, open bool, err error) {
	type pair struct{ up, kind, book, above, state string }
	pairs, err := collect(s.View, func(rows *sql.Rows) (pair, error) {
		var p pair
		err := rows.Scan(&p.up, &p.kind, &p.book, &p.above, &p.state)
		return p, err
	}, `SELECT p.id, c.kind, c.rulebook, p.kind, p.state FROM assets c JOIN assets p ON p.id = c.under WHERE c.id = ? AND c.under <> ''`, id)
	if err != nil || len(pairs) == 0 {
		return "", false, err
	}
	p := pairs[0]
	adopted, err := record[*rootline.AdoptedRulebook](s.View, rootline.SpaceRulebook, p.book)
	if err != nil || adopted == nil {
		return p.up, false, err
	}
	book, err := s.store.books.Parse(adopted.YAML)
	if err != nil {
		return "", false, err
	}
	kind := book.Kind(p.kind)
	return p.up, kind != nil && kind.Under != nil && kind.Under.Open(p.above, p.state), nil
}
