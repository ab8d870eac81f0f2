package readmodel

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/judge"
)

// Snapshot returns what the ledger holds as of the last applied block, to judge by. It stays as it is, whatever is
// applied meanwhile, until release is called, which must be done soon: it holds one of the readers. It is for one
// goroutine.
func (s *Store) Snapshot(ctx context.Context) (state judge.State, release func(), err error) {
	c, err := s.begin(ctx)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	v := &View{ctx: ctx, conn: c}
	if v.at, v.started, err = v.readCursor(); err != nil {
		cancel()
		s.readers.end(c)
		return nil, nil, s.noticed(err)
	}
	var once sync.Once
	out := newLedgerState(v.query, s.cache, v.block())
	out.noticed = s.noticed
	out.look = s.cache.unjudged.Load()
	return out, func() { once.Do(func() { cancel(); s.readers.end(c) }) }, nil
}

// ledgerState is a judge.State over the table state. Records are read once and kept.
type ledgerState struct {
	query func(query string, args ...any) (*sql.Rows, error)
	known map[rootline.Ref]rootline.Record
	// cache has constant records, of which the state sees those that hold at its block.
	cache *cache
	at    int64
	// look says that keys have to be looked for among those that are not judged; opaque are those that were found, each
	// with its quarantined transaction. blamed is the one of the last refusal.
	look   bool
	opaque map[rootline.Ref]string
	blamed string
	// noticed, when not nil, looks at errors for damage.
	noticed func(error) error
	// turn, when not nil, is held while the connection is used.
	turn sync.Locker
}

var _ judge.State = (*ledgerState)(nil)

func newLedgerState(query func(string, ...any) (*sql.Rows, error), m *cache, at int64) *ledgerState {
	return &ledgerState{query: query, known: map[rootline.Ref]rootline.Record{}, opaque: map[rootline.Ref]string{}, cache: m, at: at}
}

// Load implements judge.State: all records in one query.
func (s *ledgerState) Load(refs []rootline.Ref) error {
	var missing []rootline.Ref
	var keys []string
	for _, ref := range refs {
		if _, known := s.known[ref]; !known {
			if constant(ref.Space) && !s.look {
				if r, ok := s.cache.record(ref, s.at); ok {
					s.known[ref] = r
					continue
				}
			}
			s.known[ref] = nil
			missing, keys = append(missing, ref), append(keys, wire.Key(ref))
		}
	}
	if len(keys) == 0 {
		return nil
	}
	err := s.load(keys)
	if err != nil && s.noticed != nil {
		err = s.noticed(err)
	}
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
	if s.turn != nil {
		s.turn.Lock()
		defer s.turn.Unlock()
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
	if !s.look {
		return nil
	}
	return s.loadOpaque(string(list))
}

// loadOpaque notes which of the keys are not judged.
func (s *ledgerState) loadOpaque(list string) error {
	rows, err := s.query(`SELECT u.key, u.quarantined FROM json_each(?) j CROSS JOIN unjudged u ON u.key = j.value`, list)
	if err != nil {
		return fmt.Errorf("readmodel: read what is not judged: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var key, by string
		if err := rows.Scan(&key, &by); err != nil {
			return fmt.Errorf("readmodel: read what is not judged: %w", err)
		}
		if ref, err := wire.ParseKey(key); err == nil {
			s.opaque[ref] = by
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("readmodel: read what is not judged: %w", err)
	}
	return nil
}

// Blamed is the quarantined transaction of the last record that was refused as not judged.
func (t *Tx) Blamed() string { return t.state.blamed }

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
	if s.known[ref], err = wire.Decode(ref, value); err != nil {
		return err
	}
	if constant(ref.Space) {
		s.cache.keep(ref, s.known[ref], s.at)
	}
	return nil
}

// Get implements judge.State.
func (s *ledgerState) Get(ref rootline.Ref) (rootline.Record, error) {
	if _, known := s.known[ref]; !known {
		if err := s.Load([]rootline.Ref{ref}); err != nil {
			return nil, err
		}
	}
	if by, ok := s.opaque[ref]; ok {
		s.blamed = by
		return nil, notJudged(ref.String(), by)
	}
	return s.known[ref], nil
}
