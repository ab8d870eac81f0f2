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
