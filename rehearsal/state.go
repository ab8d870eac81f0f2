package rehearsal

import (
	"maps"

	"github.com/rootline/rootline"
)

// state is a ledger's records in memory. It implements judge.State.
type state map[rootline.Ref]rootline.Record

// Load implements judge.State.
func (s state) Load([]rootline.Ref) error { return nil }

// Get implements judge.State.
func (s state) Get(ref rootline.Ref) (rootline.Record, error) {
	if r, ok := s[ref]; ok {
		return r, nil
	}
	return nil, nil
}

// clone is the same ledger for another history. Records are never changed, only replaced.
func (s state) clone() state { return maps.Clone(s) }
