package outbox

import (
	"context"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
)

// seeing is a state that notes which records were asked for.
type seeing struct {
	judge.State
	seen map[rootline.Ref]bool
}

// Get implements judge.State.
func (s seeing) Get(ref rootline.Ref) (rootline.Record, error) {
	s.seen[ref] = true
	return s.State.Get(ref)
}

// mayWait reports whether an event that the read model refuses may be refused only because others that wait here, or come
// before it in this call, are not recorded yet: judging it looks at a record that one of them may write, be it one that the
// event's bytes do not name. It then goes behind them. after is what the events of this call write that were judged.
func (a *admission) mayWait(ctx context.Context, after []rootline.Record, c *candidate) (bool, error) {
	if a.alone {
		return false, nil
	}
	gone := a.gone
	for range rounds {
		with := coming{State: a.state, granted: map[rootline.Ref]rootline.Record{}}
		for _, w := range after {
			with.granted[w.Ref()] = w
		}
		s := seeing{with, map[rootline.Ref]bool{}}
		outcomes, _, err := a.o.judged(s, []judge.Reading{c.reading})
		if err != nil {
			return false, err
		}
		waits, now := a.behind(c, s.seen)
		if waits || outcomes[0].Refused == nil {
			return true, nil
		}
		if now == gone {
			return false, nil
		}
		// What was let go of meanwhile may have written what this state does not show: again, with one that does.
		gone = now
		if err := a.look(ctx); err != nil {
			return false, err
		}
	}
	return true, nil
}

// rounds is how often an event is judged at the door while what waits changes under it.
const rounds = 3

// behind puts an event behind what waits and may write the records, and reports whether there is any. gone is how many
// entries were let go of until now.
func (a *admission) behind(c *candidate, records map[rootline.Ref]bool) (waits bool, gone uint64) {
	a.o.mu.Lock()
	defer a.o.mu.Unlock()
	for ref := range records {
		if a.o.q.writes[ref] > 0 || a.building[ref] {
			c.entry.touches.Reads = append(c.entry.touches.Reads, ref)
			waits = true
		}
	}
	return waits, a.o.q.gone
}
