package proofs

import (
	"context"
	"slices"
	"sync"

	"github.com/rootline/rootline/gateway/budget"
)

// turns hands out a number of places, and lets takers take turns where there are fewer than are asked for: whoever asks for many
// waits behind itself, not before others. It may be used by many goroutines.
type turns struct {
	mu   sync.Mutex
	free int
	// waiting are those that wait for a place, by taker; order are the takers, who is next first.
	waiting map[budget.Who][]chan struct{}
	order   []budget.Who
}

func newTurns(places int) *turns {
	return &turns{free: places, waiting: map[budget.Who][]chan struct{}{}}
}

// take waits for a place, which release gives back. The error is that of the context.
func (t *turns) take(ctx context.Context, who budget.Who) (release func(), err error) {
	t.mu.Lock()
	if t.free > 0 {
		t.free--
		t.mu.Unlock()
		return t.release, nil
	}
	mine := make(chan struct{})
	if len(t.waiting[who]) == 0 {
		t.order = append(t.order, who)
	}
	t.waiting[who] = append(t.waiting[who], mine)
	t.mu.Unlock()
	select {
	case <-mine:
		return t.release, nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	i := slices.Index(t.waiting[who], mine)
	if i >= 0 {
		t.drop(who, i)
	}
	t.mu.Unlock()
	if i < 0 {
		t.release() // it was given just then
	}
	return nil, ctx.Err()
}

// release gives a place to who is next.
func (t *turns) release() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.order) == 0 {
		t.free++
		return
	}
	who := t.order[0]
	close(t.waiting[who][0])
	t.drop(who, 0)
	if len(t.order) > 0 && t.order[0] == who {
		t.order = append(t.order[1:], who)
	}
}

// drop takes one that waits out of the queue.
func (t *turns) drop(who budget.Who, i int) {
	if t.waiting[who] = slices.Delete(t.waiting[who], i, i+1); len(t.waiting[who]) == 0 {
		delete(t.waiting, who)
		t.order = slices.DeleteFunc(t.order, func(w budget.Who) bool { return w == who })
	}
}
