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

// Dependant is an asset that depends on the root through Via: that went into it, left a mark at it, or lies under it and was
// accepted with it. Possible says that it is not certain: it came out of a silo or a stockpile, or went in by way of one.
type Dependant struct {
	Asset    Asset
	Via      string
	Possible bool
}

// Dependants follows an asset to everything that may hold some of it, and up to the acceptances that rest on that. Time
// counts: what was drawn from a silo before the asset went in does not depend on it. What left a mark there that leads recalls depends on
// it, too.
//
// With the id of a recall of the asset, only what that recall has still to name is found: what it named is gone through
// and does not count towards MaxDependants, so that naming and asking again comes to an end. What it released is not found
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
	sp := spread{View: v, most: most, best: map[string]*[2]trail{}, raised: map[string][]string{}}
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
	raised    map[string][]string
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
	marking, err := s.marking(from.asset)
	for _, by := range marking {
		s.push(step{asset: by, via: from.asset, ordinal: from.ordinal, possible: from.possible})
	}
	if err != nil {
		return err
	}
	ups, err := s.above(from.asset)
	for _, up := range ups {
		s.push(step{asset: up, via: from.asset, ordinal: from.ordinal, possible: from.possible})
	}
	return err
}

// push takes a step, unless it leads from what was released to what was not named.
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

// mark is how a recall has an asset that it named: held until it is released, for certain or only possibly.
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

// settled reports whether the recall needs to name an asset no more: it was released, or is held as surely as was found. A
// way through what was released names nothing, since the ledger would not take it.
func (s *spread) settled(asset, via string, possible bool) bool {
	m, known := s.marks[asset]
	return known && (!m.held || !m.possible || possible) || s.free(via)
}

// below are those that lie under an asset, which is given twice: by the first breakdown, and by the second.
const below = `SELECT id FROM assets WHERE under = ? AND under <> '' UNION SELECT asset AS id FROM also_under WHERE above = ?`

// below goes to what lies under the root: deliveries share the fate of the test lot that they were tested with. Only
// from the root, or each panel would lead through its division to all the others.
func (s *spread) below(root string) error {
	found, err := collect(s.View, func(rows *sql.Rows) (step, error) {
		to := step{via: root}
		return to, rows.Scan(&to.asset)
	}, below+` ORDER BY id`, root, root)
	for _, to := range found {
		s.push(to)
	}
	return err
}

// above are those that an asset lies under, of two at most, which are closed to what lies under them, or have something above
// them that is: they were accepted on the strength of this one. Something that is still open counts what is held under it,
// and is not accepted meanwhile, so that it need not be held itself.
func (s *spread) above(id string) ([]string, error) {
	if ups, known := s.raised[id]; known {
		return ups, nil
	}
	pairs, err := s.under(id)
	if err != nil {
		return nil, err
	}
	var ups []string
	for _, p := range pairs {
		if p.open {
			higher, err := s.above(p.up)
			if err != nil {
				return nil, err
			}
			if len(higher) == 0 {
				continue
			}
		}
		ups = append(ups, p.up)
	}
	s.raised[id] = ups
	return ups, nil
}

// raise is what an asset lies under, and whether that is open to it.
type raise struct {
	up, kind, book, above, aboveBook, state string
	second, open                            bool
}

// under gives what an asset lies under: none, one or two.
func (s *spread) under(id string) ([]raise, error) {
	pairs, err := collect(s.View, func(rows *sql.Rows) (raise, error) {
		var p raise
		err := rows.Scan(&p.up, &p.kind, &p.book, &p.above, &p.aboveBook, &p.state, &p.second)
		return p, err
	}, `SELECT p.id, c.kind, c.rulebook, p.kind, p.rulebook, p.state, u.second
		FROM (SELECT under AS above, 0 AS second FROM assets WHERE id = ? UNION ALL SELECT above, 1 FROM also_under WHERE asset = ?) u
		JOIN assets p ON p.id = u.above JOIN assets c ON c.id = ?`, id, id, id)
	if err != nil || len(pairs) == 0 {
		return nil, err
	}
	adopted, err := record[*rootline.AdoptedRulebook](s.View, rootline.SpaceRulebook, pairs[0].book)
	if err != nil || adopted == nil {
		return pairs, err
	}
	book, err := s.store.books.Parse(adopted.YAML)
	if err != nil {
		return nil, err
	}
	for i := range pairs {
		p := &pairs[i]
		kind := book.Kind(p.kind)
		if kind == nil {
			continue
		}
		u := kind.Under
		if p.second {
			u = kind.AlsoUnder
		}
		p.open = u != nil && u.Open(p.aboveBook, p.above, p.state)
	}
	return pairs, nil
}
