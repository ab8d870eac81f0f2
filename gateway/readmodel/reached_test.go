package readmodel

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/rootline/rootline"
)

// Who waits for a block goes on with its commit, and not before.
func TestReached(t *testing.T) {
	s := open(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := s.Reached(ctx, 0); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("a block that is not there was reached: %v", err)
	}
	const many = 50
	reached := make(chan error, many)
	for range many {
		go func() { reached <- s.Reached(t.Context(), 1) }()
	}
	advance(t, s, 0)
	select {
	case err := <-reached:
		t.Fatalf("block 1 was reached with block 0 (%v)", err)
	case <-time.After(20 * time.Millisecond):
	}
	advance(t, s, 1)
	for range many {
		select {
		case err := <-reached:
			if err != nil {
				t.Fatal(err)
			}
		case <-time.After(time.Minute):
			t.Fatal("not everyone was woken")
		}
	}
	if err := s.Reached(t.Context(), 1); err != nil {
		t.Errorf("a block of the past: %v", err)
	}
}

// advance adds an empty block.
func advance(t *testing.T, s *Store, number uint64) {
	t.Helper()
	write(t, s, func(tx *Tx) error {
		h := rootline.HashOf([]byte{byte(number)})
		tx.AddBlock(&Block{Number: number, Hash: h, Time: 1000})
		return tx.SetCursor(Cursor{Block: number, Hash: h, Time: 1000})
	})
}
