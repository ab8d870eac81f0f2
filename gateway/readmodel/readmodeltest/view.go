// Package readmodeltest reads the read model in tests.
package readmodeltest

import (
	"sync"
	"testing"

	"github.com/rootline/rootline/gateway/readmodel"
)

var (
	mu   sync.Mutex
	last = map[*readmodel.Store]*readmodel.View{}
)

// View gives a snapshot of what was applied last. It is good until the next one of the same store, or the end of the test.
func View(t testing.TB, s *readmodel.Store) *readmodel.View {
	t.Helper()
	mu.Lock()
	defer mu.Unlock()
	end(s)
	v, err := s.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	last[s] = v
	t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		end(s)
	})
	return v
}

func end(s *readmodel.Store) {
	if v := last[s]; v != nil {
		v.Close()
		delete(last, s)
	}
}
