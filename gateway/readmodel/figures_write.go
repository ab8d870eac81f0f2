package readmodel

import (
	"context"
	"database/sql"
	"strings"

	"github.com/rootline/rootline"
)

// counting is what a transaction adds to the tables that figures are read from. Many events of a block are of one sort,
// so that their rows are written once, at the end.
type counting struct {
	tallies map[tallyKey]amount
	stocks  map[stockKey]amount
	// failed is the first error of reading what an asset was before.
	failed error
}

type tallyKey struct {
	book, kind, action string
	hour               int64
	place, state       string
}

type stockKey struct {
	book, kind, state, place string
	located                  bool
}

type amount struct{ n, units int64 }

func (a amount) plus(b amount) amount { return amount{a.n + b.n, a.units + b.units} }

const hour = 3_600_000 // ms

// unitsOf is what an asset counts as: a lot as all that it began with, anything else as one.
func unitsOf(a *rootline.Asset) int64 {
	switch {
	case a.Quantity != nil:
		return a.Quantity.Total
	case a.List != nil:
		return a.List.Count
	}
	return 1
}

// bookOf is a rulebook's name without its version.
func bookOf(rulebook string) string {
	name, _, _ := strings.Cut(rulebook, "@")
	return name
}

func stockOf(a *rootline.Asset) stockKey {
	return stockKey{bookOf(a.Rulebook), a.Kind, a.State, a.Place, a.Position != nil}
}

// countAsset counts an asset where it is now, and no more where it was.
func (t *Tx) countAsset(before rootline.Record, a *rootline.Asset) {
	if t.counting.stocks == nil {
		t.counting.stocks = map[stockKey]amount{}
	}
	add := func(a *rootline.Asset, sign int64) {
		k := stockOf(a)
		t.counting.stocks[k] = t.counting.stocks[k].plus(amount{sign, sign * unitsOf(a)})
	}
	if old, ok := before.(*rootline.Asset); ok && old != nil {
		add(old, -1)
	}
	add(a, 1)
}

// countEvent counts a committed act on an asset. The asset's record is the one after the transaction.
func (t *Tx) countEvent(n *NewEvent) {
	if n.Status != Committed || n.Kind == "" || n.Event.Event == nil {
		return
	}
	e := n.Event.Event
	k, units := tallyKey{bookOf(e.Rulebook), n.Kind, e.Action, int64(n.Witnessed) / hour, "", n.State}, int64(1)
	if a, ok := t.state.known[rootline.Ref{Space: rootline.SpaceAsset, ID: e.Asset}].(*rootline.Asset); ok && a != nil {
		k.place, units = a.Place, unitsOf(a)
	}
	if t.counting.tallies == nil {
		t.counting.tallies = map[tallyKey]amount{}
	}
	t.counting.tallies[k] = t.counting.tallies[k].plus(amount{1, units})
}

// before is the record that an asset has until it is written. The judge has read it, mostly.
func (t *Tx) before(ref rootline.Ref) rootline.Record {
	if ref.Space != rootline.SpaceAsset {
		return t.state.known[ref]
	}
	r, err := t.state.Get(ref)
	if err != nil && t.counting.failed == nil {
		t.counting.failed = err
	}
	return r
}

// Rows that differ in nothing but their counts are added up.
var (
	noTallies = newBulk(`tallies`, `book, kind, action, hour, place, state, n, units`,
		`ON CONFLICT (book, kind, action, hour, place, state) DO UPDATE SET n = n + excluded.n, units = units + excluded.units`)
	noTalliesByHour = newBulk(`tallies_by_hour`, `book, kind, action, hour, state, n, units`,
		`ON CONFLICT (book, kind, action, hour, state) DO UPDATE SET n = n + excluded.n, units = units + excluded.units`)
	noTalliesByPlace = newBulk(`tallies_by_place`, `book, kind, action, place, state, n, units`,
		`ON CONFLICT (book, kind, action, place, state) DO UPDATE SET n = n + excluded.n, units = units + excluded.units`)
	noStocks = newBulk(`stocks`, `book, kind, state, place, located, n, units`,
		`ON CONFLICT (book, kind, state, place, located) DO UPDATE SET n = n + excluded.n, units = units + excluded.units`)
)

// flush writes what was counted.
func (c *counting) flush(ctx context.Context, prepare func(string) (*sql.Stmt, error), exec func(context.Context, string, ...any) error) error {
	if c.failed != nil {
		return c.failed
	}
	tallies, byHour, byPlace, stocks := noTallies, noTalliesByHour, noTalliesByPlace, noStocks
	for k, a := range c.tallies {
		tallies.add(k.book, k.kind, k.action, k.hour, k.place, k.state, a.n, a.units)
	}
	for k, a := range c.without(func(k *tallyKey) { k.place = "" }) {
		byHour.add(k.book, k.kind, k.action, k.hour, k.state, a.n, a.units)
	}
	for k, a := range c.without(func(k *tallyKey) { k.hour = 0 }) {
		byPlace.add(k.book, k.kind, k.action, k.place, k.state, a.n, a.units)
	}
	for k, a := range c.stocks {
		if a != (amount{}) {
			stocks.add(k.book, k.kind, k.state, k.place, k.located, a.n, a.units)
		}
	}
	clear(c.tallies)
	clear(c.stocks)
	gone := len(stocks.values) > 0
	for _, b := range []*bulk{&tallies, &byHour, &byPlace, &stocks} {
		if err := b.flush(ctx, prepare); err != nil {
			return err
		}
	}
	if !gone {
		return nil
	}
	return exec(ctx, `DELETE FROM stocks WHERE n = 0`)
}

// without adds the tallies up that a part of their keys told apart.
func (c *counting) without(drop func(*tallyKey)) map[tallyKey]amount {
	sums := map[tallyKey]amount{}
	for k, a := range c.tallies {
		drop(&k)
		sums[k] = sums[k].plus(a)
	}
	return sums
}
