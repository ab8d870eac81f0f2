package readmodel

import (
	"cmp"
	"database/sql"
	"slices"
	"strings"

	"github.com/rootline/rootline"
)

// Turns are the first of what waits for an organisation. Those who caused it take turns, so that nobody hides with many
// of its own what another one asks.
type Turns[T any] struct {
	Items []T
	// More is how many others wait.
	More int64
}

// turns takes in any number of items and keeps few: of each organisation the first ones by compare.
type turns[T any] struct {
	most    int
	compare func(a, b T) int
	of      map[string][]T
	all     int64
}

func newTurns[T any](most int, compare func(a, b T) int) *turns[T] {
	return &turns[T]{most: most, compare: compare, of: map[string][]T{}}
}

// add takes in an item that an organisation caused.
func (t *turns[T]) add(organisation string, item T) {
	t.all++
	list := t.of[organisation]
	at, _ := slices.BinarySearchFunc(list, item, t.compare)
	list = slices.Insert(list, at, item)
	t.of[organisation] = list[:min(len(list), t.most)]
}

// take gives the first of each organisation, then the second of each, and so on, as far as most.
func (t *turns[T]) take() Turns[T] {
	out := Turns[T]{Items: []T{}}
	for round := 0; round < t.most && len(out.Items) < t.most; round++ {
		var these []T
		for _, list := range t.of {
			if round < len(list) {
				these = append(these, list[round])
			}
		}
		slices.SortFunc(these, t.compare)
		out.Items = append(out.Items, these[:min(len(these), t.most-len(out.Items))]...)
	}
	out.More = t.all - int64(len(out.Items))
	return out
}

// each gives the records that a query finds to work, one by one, so that many of them take no memory.
func each[T rootline.Record](v *View, space rootline.Space, work func(T), query string, args ...any) error {
	v = v.long()
	scan := scanRecord[T](space)
	_, err := collect(v, func(rows *sql.Rows) (struct{}, error) {
		r, err := scan(rows)
		if err == nil {
			work(r)
		}
		return struct{}{}, err
	}, query, args...)
	return err
}

// RecallsDue are open recalls that an organisation answers for something of and has not acknowledged, at most so many.
// Those who opened them take turns, each with the soonest deadline first.
func (v *View) RecallsDue(organisation string, most int) (Turns[rootline.Recall], error) {
	t := newTurns(most, func(a, b rootline.Recall) int {
		return cmp.Or(cmp.Compare(a.Deadline, b.Deadline), strings.Compare(a.ID, b.ID))
	})
	err := each(v, rootline.SpaceRecall, func(r *rootline.Recall) {
		if r.Closed == 0 && slices.ContainsFunc(r.Holders, func(h rootline.Holder) bool {
			return h.Organisation == organisation && h.Acknowledged == 0
		}) {
			t.add(r.Organisation, *r)
		}
	}, `SELECT substr(key, 3), value FROM state WHERE key > 'F/' AND key < 'F0'`)
	return t.take(), err
}

// oldestLooked is how many assets are looked through for the one that has waited longest.
const oldestLooked = 20_000

// OldestOf is when the asset that has stood unchanged longest, of a rulebook's kind in a state, last changed. ok is false when there is
// none, or none among the first that are looked through.
func (v *View) OldestOf(book, kind, state string) (at rootline.Instant, ok bool, err error) {
	// Few are looked at by themselves. Of many, one is soon found among those that changed longest ago.
	var n int64
	if _, err := v.one([]any{&n}, `SELECT coalesce(sum(n), 0) FROM stocks WHERE book = ? AND kind = ? AND state = ?`, book, kind, state); err != nil || n == 0 {
		return 0, false, err
	}
	query := `SELECT changed FROM assets INDEXED BY assets_group WHERE kind = ? AND state = ? AND rulebook > ? AND rulebook < ? ORDER BY changed LIMIT 1`
	args := []any{kind, state, book + "@", book + "A"}
	if n > oldestLooked {
		query = `SELECT changed FROM (SELECT changed, kind, state, rulebook FROM assets INDEXED BY assets_changed ORDER BY changed, id LIMIT ?)
			WHERE kind = ? AND state = ? AND rulebook > ? AND rulebook < ? LIMIT 1`
		args = append([]any{oldestLooked}, args...)
	}
	v = v.long()
	ok, err = v.one([]any{&at}, query, args...)
	return at, ok, err
}

// Cosign are the assets of a rulebook's kind of which an action waits for more signatures.
type Cosign struct {
	Rulebook, Kind, Action string // Rulebook with its version
	Count                  int64
	// Oldest is when the one that has waited longest last changed, Asset its id.
	Oldest rootline.Instant
	Asset  string
}

// Cosigns counts, by rulebook, kind and action, the assets of which an action waits for more signatures and that neither
// the organisation nor anybody of the role has signed. All are counted, however many of them somebody causes. The groups
// come in the order of who has waited longest.
func (v *View) Cosigns(organisation, role string) ([]Cosign, error) {
	of := map[[3]string]*Cosign{}
	err := each(v, rootline.SpaceAsset, func(a *rootline.Asset) {
		if a.Pending == nil || slices.ContainsFunc(a.Pending.Signatures, func(g rootline.Signature) bool {
			return g.Organisation == organisation || g.Role == role
		}) {
			return
		}
		key := [3]string{a.Rulebook, a.Kind, a.Pending.Action}
		c := of[key]
		if c == nil {
			c = &Cosign{Rulebook: a.Rulebook, Kind: a.Kind, Action: a.Pending.Action, Oldest: a.Changed, Asset: a.ID}
			of[key] = c
		}
		c.Count++
		if a.Changed < c.Oldest || a.Changed == c.Oldest && a.ID < c.Asset {
			c.Oldest, c.Asset = a.Changed, a.ID
		}
	}, `SELECT a.id, s.value FROM assets a INDEXED BY assets_pending JOIN state s ON s.key = 'A/' || a.id WHERE a.pending <> ''`)
	out := make([]Cosign, 0, len(of))
	for _, c := range of {
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b Cosign) int {
		return cmp.Or(cmp.Compare(a.Oldest, b.Oldest), strings.Compare(a.Asset, b.Asset))
	})
	return out, err
}
