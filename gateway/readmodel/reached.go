package readmodel

import (
	"context"
	"sync"
)

// waiting lets many goroutines wait for a block without asking the database: two thousand phones that wait for their
// commits would otherwise keep the readers busy, and the write-ahead log from being emptied.
type waiting struct {
	mu sync.Mutex
	// next is closed with the next commit. It is made when somebody waits.
	next chan struct{}
}

// commit wakes everyone who waits.
func (w *waiting) commit() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.next != nil {
		close(w.next)
		w.next = nil
	}
}

// later is closed with the first commit after this call.
func (w *waiting) later() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.next == nil {
		w.next = make(chan struct{})
	}
	return w.next
}

// Reached waits until the read model holds a block. Its only error is that of ctx.
func (s *Store) Reached(ctx context.Context, block uint64) error {
	for {
		later := s.waiting.later() // before looking, so that no commit falls in between
		if s.cache.holds(block) {
			return nil
		}
		select {
		case <-later:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// holds reports whether a block was committed.
func (m *cache) holds(block uint64) bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.at >= int64(block) // as SQLite keeps it
}
