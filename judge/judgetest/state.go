// Package judgetest helps to test what judges: a state in memory, and a small founded ledger with people who sign.
package judgetest

import (
	"maps"
	"sync"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
)

// State is a judge.State in memory. It may be used by many goroutines.
type State struct {
	mu      sync.RWMutex
	records map[rootline.Ref]rootline.Record
}

// NewState returns an empty state.
func NewState() *State { return &State{records: map[rootline.Ref]rootline.Record{}} }

var _ judge.State = (*State)(nil)

// Load implements judge.State.
func (s *State) Load([]rootline.Ref) error { return nil }

// Get implements judge.State.
func (s *State) Get(ref rootline.Ref) (rootline.Record, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if r, ok := s.records[ref]; ok {
		return r, nil
	}
	return nil, nil
}

// Apply takes over what a decision writes.
func (s *State) Apply(writes []rootline.Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range writes {
		s.records[r.Ref()] = r
	}
}

// Records returns a copy of all that the state holds.
func (s *State) Records() map[rootline.Ref]rootline.Record {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return maps.Clone(s.records)
}
