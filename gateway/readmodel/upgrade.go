package readmodel

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/pressly/goose/v3"
)

// Upgrades that need more than SQL. Their numbers are in one row with those of the files in migrations.
var upgrades = []*goose.Migration{
	goose.NewGoMigration(5, &goose.GoFunc{RunTx: addCounts}, &goose.GoFunc{RunTx: dropCounts}),
	goose.NewGoMigration(27, &goose.GoFunc{RunTx: addTitles}, &goose.GoFunc{RunTx: dropTitles}),
	goose.NewGoMigration(7, &goose.GoFunc{RunTx: addEventFiles}, &goose.GoFunc{RunTx: dropEventFiles}),
}

// upgradedAtOnce is how many events are read before what they name is written.
const upgradedAtOnce = 2000

// addEventFiles makes the tables that an audit looks things up by: the files that events name, and the hashes of blocks.
// Which files an event names is within its signed bytes, so all events that are there are read.
func addEventFiles(ctx context.Context, tx *sql.Tx) error {
	for _, statement := range []string{
		`CREATE TABLE event_files (
			sha256 BLOB    NOT NULL,
			event  INTEGER NOT NULL REFERENCES events (ordinal),
			PRIMARY KEY (sha256, event)
		) STRICT, WITHOUT ROWID`,
		`CREATE INDEX blocks_hash ON blocks (hash)`,
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("readmodel: %s: %w", statement, err)
		}
	}
	prepared := map[string]*sql.Stmt{}
	prepare := func(query string) (stmt *sql.Stmt, err error) {
		if stmt = prepared[query]; stmt == nil {
			stmt, err = tx.PrepareContext(ctx, query) // closed with the transaction
			prepared[query] = stmt
		}
		return stmt, err
	}
	for last := int64(0); ; {
		next, err := eventFiles(ctx, tx, prepare, last)
		if err != nil || next == last {
			return err
		}
		last = next
	}
}

// eventFiles notes the files of some events after one, and returns the last that it read.
func eventFiles(ctx context.Context, tx *sql.Tx, prepare func(string) (*sql.Stmt, error), last int64) (int64, error) {
	rows, err := tx.QueryContext(ctx, `SELECT ordinal, jws FROM events WHERE ordinal > ? ORDER BY ordinal LIMIT ?`, last, upgradedAtOnce)
	if err != nil {
		return last, fmt.Errorf("readmodel: read events: %w", err)
	}
	defer rows.Close()
	files := newBulk(`event_files`, `sha256, event`, `ON CONFLICT DO NOTHING`)
	for rows.Next() {
		var compact string
		if err := rows.Scan(&last, &compact); err != nil {
			return last, fmt.Errorf("readmodel: read an event: %w", err)
		}
		if e := eventOf(compact); e != nil {
			for _, f := range e.Evidence {
				files.add(f.SHA256[:], last)
			}
		}
	}
	if err := rows.Err(); err != nil {
		return last, fmt.Errorf("readmodel: read events: %w", err)
	}
	if err := rows.Close(); err != nil {
		return last, fmt.Errorf("readmodel: read events: %w", err)
	}
	return last, files.flush(ctx, prepare)
}

func dropEventFiles(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `DROP INDEX blocks_hash; DROP TABLE event_files`)
	return err
}
