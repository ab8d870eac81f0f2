package readmodel

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/judge"
)

// Snapshot returns what the ledger holds as of the last applied block, to judge by. It stays as it is, whatever is
// applied meanwhile, until release is called, which must be done soon: it holds one of the readers. It is for one
// goroutine.
func (s *Store) Snapshot(ctx context.Context) (state judge.State, release func(), err error) {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, nil, fmt.Errorf("readmodel: begin: %w", err)
	}
	// SQLite fixes what a transaction sees with its first read.
	var blocks int
	if err := tx.QueryRowContext(ctx, `SELECT coalesce(max(block), 0) FROM cursor`).Scan(&blocks); err != nil {
		_ = tx.Rollback() // nothing was written
		return nil, nil, fmt.Errorf("readmodel: begin: %w", err)
	}
	load := func(query string, args ...any) (*sql.Rows, error) { return tx.QueryContext(ctx, query, args...) }
	return newLedgerState(load), func() { _ = tx.Rollback() }, nil
}

// ledgerState is a judge.State over the table state. Records are read once and kept.
type ledgerState struct {
	query func(query string, args ...any) (*sql.Rows, error)
	known map[rootline.Ref]rootline.Record
}

var _ judge.State = (*ledgerState)(nil)

func newLedgerState(query func(string, ...any) (*sql.Rows, error)) *ledgerState {
	return &ledgerState{query: query, known: map[rootline.Ref]rootline.Record{}}
}

// Load implements judge.State: all records in one query.
func (s *ledgerState) Load(refs []rootline.Ref) error {
	var missing []rootline.Ref
	var keys []string
	for _, ref := range refs {
		if _, known := s.known[ref]; !known {
			s.known[ref] = nil
			missing, keys = append(missing, ref), append(keys, wire.Key(ref))
		}
	}
	if len(keys) == 0 {
		return nil
	}
	err := s.load(keys)
	if err != nil { // what could not be read is not known to be absent
		for _, ref := range missing {
			delete(s.known, ref)
		}
	}
	return err
}

func (s *ledgerState) load(keys []string) error {
	list, err := json.Marshal(keys)
	if err != nil {
		return fmt.Errorf("readmodel: keys: %w", err)
	}
	rows, err := s.query(`SELECT s.key, s.value FROM json_each(?) j CROSS JOIN state s ON s.key = j.value`, string(list))
	if err != nil {
		return fmt.Errorf("readmodel: read %d records: %w", len(keys), err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := s.take(rows); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("readmodel: read %d records: %w", len(keys), err)
	}
	return nil
}

func (s *ledgerState) take(rows *sql.Rows) error {
	var key string
	var value sql.RawBytes
	if err := rows.Scan(&key, &value); err != nil {
		return fmt.Errorf("readmodel: read a record: %w", err)
	}
	ref, err := wire.ParseKey(key)
	if err != nil {
		return err
	}
	s.known[ref], err = wire.Decode(ref, value)
	return err
}

// Get implements judge.State.
func (s *ledgerState) Get(ref rootline.Ref) (rootline.Record, error) {
	if r, known := s.known[ref]; known {
		return r, nil
	}
	if err := s.Load([]rootline.Ref{ref}); err != nil {
		return nil, err
	}
	return s.known[ref], nil
}
