package readmodel

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/rootline/rootline"
)

// The tables that figures are read from: counted as they are written, so that a day or a year costs the same however much
// there is. See figures_write.go.
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
