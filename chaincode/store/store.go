// Package store is the only one that touches the world state: it reads and writes the ledger's records for one transaction.
package store

import (
	"fmt"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
)

// Stub is the part of the chaincode stub that records need.
type Stub interface {
	GetState(key string) ([]byte, error)
	GetMultipleStates(keys ...string) ([][]byte, error)
	PutState(key string, value []byte) error
	StartWriteBatch()
	FinishWriteBatch() error
}

// Store is the world state as one transaction sees it. It implements judge.State. Records are read once and kept, so
// that a batch reads each key one time.
type Store struct {
	stub Stub
	read map[rootline.Ref]rootline.Record
}

// New returns a Store for the transaction of stub.
func New(stub Stub) *Store { return &Store{stub: stub, read: map[rootline.Ref]rootline.Record{}} }

// Load reads the records that are not read yet, in one round trip to the peer.
func (s *Store) Load(refs []rootline.Ref) error {
	var missing []rootline.Ref
	var keys []string
	for _, ref := range refs {
		if _, known := s.read[ref]; !known {
			missing = append(missing, ref)
			keys = append(keys, wire.Key(ref))
			s.read[ref] = nil
		}
	}
	if len(keys) == 0 {
		return nil
	}
	values, err := s.Values(keys)
	if err != nil {
		return err
	}
	for i, ref := range missing {
		if s.read[ref], err = wire.Decode(ref, values[i]); err != nil {
			return err
		}
	}
	return nil
}

// Value reads the bytes that lie under a key; nothing for one without a record. They are not kept.
func (s *Store) Value(key string) ([]byte, error) { return s.stub.GetState(key) }

// Values reads the bytes that lie under keys, in one round trip to the peer; nothing for a key without a record.
func (s *Store) Values(keys []string) ([][]byte, error) {
	values, err := s.stub.GetMultipleStates(keys...)
	if err == nil && len(values) != len(keys) {
		// The peer answers a database error with an empty list.
		err = fmt.Errorf("%d values came back", len(values))
	}
	if err != nil {
		return nil, fmt.Errorf("store: read %d records: %w", len(keys), err)
	}
	return values, nil
}

// Get returns a record, or nil when there is none.
func (s *Store) Get(ref rootline.Ref) (rootline.Record, error) {
	if r, known := s.read[ref]; known {
		return r, nil
	}
	b, err := s.stub.GetState(wire.Key(ref))
	if err != nil {
		return nil, fmt.Errorf("store: read %s: %w", ref, err)
	}
	r, err := wire.Decode(ref, b)
	if err != nil {
		return nil, err
	}
	s.read[ref] = r
	return r, nil
}

// Write writes the records, in their order and in one round trip to the peer.
func (s *Store) Write(records []rootline.Record) error {
	s.stub.StartWriteBatch()
	for _, r := range records {
		b, err := wire.Encode(r)
		if err != nil {
			return err
		}
		if err := s.stub.PutState(wire.Key(r.Ref()), b); err != nil {
			return fmt.Errorf("store: write %s: %w", r.Ref(), err)
		}
	}
	if err := s.stub.FinishWriteBatch(); err != nil {
		return fmt.Errorf("store: write %d records: %w", len(records), err)
	}
	return nil
}
