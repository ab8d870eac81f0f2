package readmodel

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/rootline/rootline"
)

// Tally is how many acts of a sort there were in an hour.
type Tally struct {
	Book, Kind, Action string
	// State is the one after the act.
	State string
	// Place is where the asset belonged then; "" is nowhere, or not asked for.
	Place string
	// Hour is when the ledger witnessed them, in hours since 1970; 0 where the places are kept apart.
	Hour int64
	// N counts the acts; Units what they were about, one for a single thing and its whole amount for a lot.
	N, Units int64
}

// TallyFilter says which acts are counted. Book is a rulebook without its version. "" and 0 leave the members after Action
// open.
type TallyFilter struct {
	Book, Kind, Action string
	// Place takes the places within it, too.
	Place string
	// From and To are hours since 1970: from the one, and before the other.
	From, To int64
	// ByPlace keeps the places apart, and not the hours.
	ByPlace bool
}

const lastHour = int64(1) << 40

// Tallies counts committed acts, by the hour or by the place. Disputed ones count nothing.
func (v *View) Tallies(f TallyFilter) ([]Tally, error) {
	// The table that has no more apart than is asked for.
	table, apart := `tallies`, `'' AS p, hour AS h`
	allHours := f.From == 0 && f.To == 0
	if f.ByPlace {
		apart = `place AS p, 0 AS h`
	}
	switch {
	case f.ByPlace && allHours:
		table = `tallies_by_place`
	case !f.ByPlace && f.Place == "":
		table = `tallies_by_hour`
	}
	query := `SELECT book, kind, action, state, ` + apart + `, sum(n), sum(units) FROM ` + table + `
		WHERE book = ? AND kind = ? AND action = ?`
	args := []any{f.Book, f.Kind, f.Action}
	if !allHours {
		query, args = query+` AND hour >= ? AND hour < ?`, append(args, f.From, cmp.Or(f.To, lastHour))
	}
	if f.Place != "" {
		query, args = query+within, append(args, f.Place, f.Place+"/", f.Place+"0")
	}
	v = v.long()
	return collect(v, func(rows *sql.Rows) (t Tally, err error) {
		err = rows.Scan(&t.Book, &t.Kind, &t.Action, &t.State, &t.Place, &t.Hour, &t.N, &t.Units)
		return t, err
	}, query+` GROUP BY p, h, state ORDER BY p, h, state`, args...)
}

// within is the condition of a place with all that are in it: '0' follows '/'.
const within = ` AND (place = ? OR place > ? AND place < ?)`

// Stock is how many assets of a sort there are now.
type Stock struct {
	Book, Kind, State string
	// Place is where they belong; "" is nowhere, or not asked for.
	Place string
	// Located says whether they have a position.
	Located bool
	// N counts the assets; Units one for a single thing and the whole amount of a lot.
	N, Units int64
}

// StockFilter narrows stocks; "" leaves a member open.
type StockFilter struct {
	Book, Kind string
	// Place takes the places within it, too.
	Place string
	// ByPlace keeps the places apart.
	ByPlace bool
}

// Stocks counts the assets that there are. Items that sleep on the list of a lot are part of the lot.
func (v *View) Stocks(f StockFilter) ([]Stock, error) {
	place := `''`
	if f.ByPlace {
		place = `place`
	}
	query, args := `SELECT book, kind, state, `+place+` AS p, located, sum(n), sum(units) FROM stocks WHERE true`, []any{}
	if f.Book != "" {
		query, args = query+` AND book = ?`, append(args, f.Book)
	}
	if f.Kind != "" {
		query, args = query+` AND kind = ?`, append(args, f.Kind)
	}
	if f.Place != "" {
		query, args = query+within, append(args, f.Place, f.Place+"/", f.Place+"0")
	}
	v = v.long()
	return collect(v, func(rows *sql.Rows) (k Stock, err error) {
		err = rows.Scan(&k.Book, &k.Kind, &k.State, &k.Place, &k.Located, &k.N, &k.Units)
		return k, err
	}, query+` GROUP BY book, kind, state, p, located ORDER BY book, kind, state, p, located`, args...)
}

// PlannedPlaces are the places that have a plan, of those within one, or of all; in the order of their ids. Their shapes are
// left out, which are most of what a place weighs.
func (v *View) PlannedPlaces(in string) ([]rootline.Place, error) {
	query, args := `SELECT p.id, s.value FROM places p JOIN state s ON s.key = 'P/' || p.id`, []any{}
	if in != "" {
		query, args = query+` WHERE p.id = ? OR p.id > ? AND p.id < ?`, append(args, in, in+"/", in+"0")
	}
	var planned []rootline.Place
	_, err := collect(v, func(rows *sql.Rows) (none struct{}, err error) {
		p, err := scanRecord[*rootline.Place](rootline.SpacePlace)(rows)
		if err == nil && len(p.Plan)+len(p.Weeks) > 0 {
			bare := *p
			bare.Outline, bare.Line = nil, nil
			planned = append(planned, bare)
		}
		return none, err
	}, query+` ORDER BY p.id`, args...)
	return planned, err
}

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

// The tables that figures are read from: counted as they are written, so that a day or a year costs the same however much
// there is. See counting.
const (
	// How many acts of a sort there were in an hour, by the place that their asset had then.
	createTallies = `CREATE TABLE tallies (
		book   TEXT    NOT NULL, -- the rulebook without its version: two may have a kind of one name
		kind   TEXT    NOT NULL,
		action TEXT    NOT NULL,
		hour   INTEGER NOT NULL, -- of the witnessed time, since 1970
		place  TEXT    NOT NULL,
		state  TEXT    NOT NULL, -- after the act
		n      INTEGER NOT NULL,
		units  INTEGER NOT NULL, -- one for a single thing, its whole amount for a lot
		PRIMARY KEY (book, kind, action, hour, place, state)
	) STRICT, WITHOUT ROWID`
	// The same of all places by the hour, and of all hours by the place: years of many places are then few rows, too.
	createTalliesByHour = `CREATE TABLE tallies_by_hour (
		book   TEXT    NOT NULL,
		kind   TEXT    NOT NULL,
		action TEXT    NOT NULL,
		hour   INTEGER NOT NULL,
		state  TEXT    NOT NULL,
		n      INTEGER NOT NULL,
		units  INTEGER NOT NULL,
		PRIMARY KEY (book, kind, action, hour, state)
	) STRICT, WITHOUT ROWID`
	createTalliesByPlace = `CREATE TABLE tallies_by_place (
		book   TEXT    NOT NULL,
		kind   TEXT    NOT NULL,
		action TEXT    NOT NULL,
		place  TEXT    NOT NULL,
		state  TEXT    NOT NULL,
		n      INTEGER NOT NULL,
		units  INTEGER NOT NULL,
		PRIMARY KEY (book, kind, action, place, state)
	) STRICT, WITHOUT ROWID`
	// How many assets there are of each sort. A row goes with its last asset.
	createStocks = `CREATE TABLE stocks (
		book    TEXT    NOT NULL,
		kind    TEXT    NOT NULL,
		state   TEXT    NOT NULL,
		place   TEXT    NOT NULL,
		located INTEGER NOT NULL,
		n       INTEGER NOT NULL,
		units   INTEGER NOT NULL,
		PRIMARY KEY (book, kind, state, place, located)
	) STRICT, WITHOUT ROWID`
	createStocksGone = `CREATE INDEX stocks_gone ON stocks (n) WHERE n = 0`
)

// addCounts makes the tables and counts what is there already. Where an asset was when something was done to it is nowhere
// but in the blocks: acts from before the upgrade count for the place that it has now.
func addCounts(ctx context.Context, tx *sql.Tx) error {
	for _, statement := range []string{createTallies, createTalliesByHour, createTalliesByPlace, createStocks, createStocksGone} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("readmodel: %s: %w", statement, err)
		}
	}
	c := &counting{tallies: map[tallyKey]amount{}, stocks: map[stockKey]amount{}}
	lots, err := c.assetsOf(ctx, tx)
	if err != nil {
		return err
	}
	if err := c.eventsOf(ctx, tx, lots); err != nil {
		return err
	}
	return c.flush(ctx, func(query string) (*sql.Stmt, error) { return tx.PrepareContext(ctx, query) },
		func(ctx context.Context, query string, args ...any) error {
			_, err := tx.ExecContext(ctx, query, args...)
			return err
		})
}

// assetsOf counts all assets, and returns the units of those that count as more than one.
func (c *counting) assetsOf(ctx context.Context, tx *sql.Tx) (map[string]int64, error) {
	lots := map[string]int64{}
	rows, err := tx.QueryContext(ctx, `SELECT a.id, s.value FROM assets a JOIN state s ON s.key = 'A/' || a.id`)
	if err != nil {
		return nil, fmt.Errorf("readmodel: read assets: %w", err)
	}
	defer rows.Close()
	scan := scanRecord[*rootline.Asset](rootline.SpaceAsset)
	for rows.Next() {
		a, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("readmodel: read an asset: %w", err)
		}
		units := unitsOf(a)
		if units != 1 {
			lots[a.ID] = units
		}
		k := stockOf(a)
		c.stocks[k] = c.stocks[k].plus(amount{1, units})
	}
	return lots, rows.Err()
}

func (c *counting) eventsOf(ctx context.Context, tx *sql.Tx, lots map[string]int64) error {
	rows, err := tx.QueryContext(ctx, `SELECT e.rulebook, e.kind, e.action, e.witnessed, a.place, e.state, a.id FROM events e
		JOIN assets a ON a.id = e.asset WHERE e.status = 'committed' AND e.kind <> ''`)
	if err != nil {
		return fmt.Errorf("readmodel: read events: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var k tallyKey
		var at int64
		var asset string
		if err := rows.Scan(&k.book, &k.kind, &k.action, &at, &k.place, &k.state, &asset); err != nil {
			return fmt.Errorf("readmodel: read an event: %w", err)
		}
		units := int64(1)
		if n, lot := lots[asset]; lot {
			units = n
		}
		k.book, k.hour = bookOf(k.book), at/hour
		c.tallies[k] = c.tallies[k].plus(amount{1, units})
	}
	return rows.Err()
}

func dropCounts(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `DROP TABLE stocks; DROP TABLE tallies_by_place; DROP TABLE tallies_by_hour; DROP TABLE tallies`)
	return err
}
