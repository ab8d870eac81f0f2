package projection

import (
	"context"
	"testing"
	"testing/synctest"
)

// What is read ahead never takes more than there is, and a block beyond it is let through alone.
func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBudget()
		ctx, cancel := context.WithCancel(t.Context())
		for range 4 {
			if err := b.take(ctx, maxAhead/4); err != nil {
				t.Fatal(err)
			}
		}
		got := make(chan error, 1)
		go func() { got <- b.take(ctx, 2*maxAhead) }()
		for range 4 {
			synctest.Wait()
			select {
			case <-got:
				t.Fatal("more was lent than there is")
			default:
			}
			b.give(maxAhead / 4)
		}
		if err := <-got; err != nil || b.lent != 2*maxAhead {
			t.Fatalf("%d, %v", b.lent, err)
		}
		go func() { got <- b.take(ctx, 1) }()
		synctest.Wait()
		cancel()
		if err := <-got; err == nil {
			t.Error("it goes on after the end")
		}
	})
}
