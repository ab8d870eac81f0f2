package outbox

import (
	"math"
	"slices"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/fabric"
)

// Turns let an event go before others that came earlier. So it may be refused only because one of those is not recorded
// yet, by records that its own bytes do not name. A refusal ends an event only when it was proposed after all that came
// before it here were decided; until then the event waits. What comes later than an event never delays it.
//
// What hangs holds up nobody: an event that comes to nothing by itself again and again, though the network works, and
// what waits behind one in its line. An event that waits because the network does not answer holds up refusals for as
// long as that lasts.

// order are the entries that are not decided, by seq, and some that are.
type order []*entry

// add takes an entry in; each is later than those before.
func (o *order) add(e *entry, undecided int) {
	if len(*o) > 2*undecided+64 {
		*o = slices.DeleteFunc(*o, func(e *entry) bool { return e.decided })
	}
	*o = append(*o, e)
}

// first is the seq of the earliest entry that holds up refusals of later ones; those that pass are left out.
func (q *queue) first(pass func(*entry) bool) int64 {
	for len(q.order) > 0 && q.order[0].decided {
		q.order[0] = nil
		q.order = q.order[1:]
	}
	for _, e := range q.order {
		if e.decided {
			continue
		}
		// Whom it waits for came earlier, so its own mark is as of now.
		e.stuck = e.waiting && q.waiting.lines.behindOneThatHangs(e)
		if !e.hangs && !e.stuck && !pass(e) {
			return e.seq
		}
	}
	return math.MaxInt64
}

// early is how long an entry waits yet that was refused too early: not at all when of those before it none is left but such,
// which may go with it. due is where that is kept while the queue stays as it is.
func (q *queue) early(e *entry, now time.Time, due *int64) time.Duration {
	if !e.early {
		return 0
	}
	if *due == 0 {
		*due = q.first(func(e *entry) bool { return e.early && !e.notBefore.After(now) })
	}
	if e.seq < *due {
		return 0
	}
	return e.dueAt.Sub(now)
}

// behindOneThatHangs reports whether an earlier entry that collides hangs, or waits for one that does.
func (l lines) behindOneThatHangs(e *entry) bool {
	hangs := func(p *places) bool {
		first := p.first()
		return first != nil && first.seq < e.seq && (first.hangs || first.stuck)
	}
	for _, ref := range e.touches.Writes {
		if line := l[ref]; line != nil && (hangs(&line.writers) || hangs(&line.readers)) {
			return true
		}
	}
	for _, ref := range e.touches.Reads {
		if line := l[ref]; line != nil && hangs(&line.writers) {
			return true
		}
	}
	return false
}

// refusal is why an entry is refused.
type refusal struct {
	entry *entry
	why   *rootline.Error
}

// undecided is the seq of the earliest entry outside the flight that holds up refusals.
func (f *flight) undecided() int64 {
	mine := make(map[*entry]bool, len(f.entries))
	for _, e := range f.entries {
		mine[e] = true
	}
	f.o.mu.Lock()
	defer f.o.mu.Unlock()
	return f.o.q.first(func(e *entry) bool { return mine[e] })
}

// named sorts the refusals of a proposal, made when nothing outside the flight before undecided was left, into those that
// end their events, and those of events that came after one that is not decided: it is outside, or was not refused here.
// ok is false when the refusal is about the whole, or about something else.
func (f *flight) named(refused *fabric.Refused, undecided int64) (final, early []refusal, ok bool) {
	all := map[*entry]refusal{}
	for _, r := range refused.List {
		if r.Index < 0 || r.Index >= len(f.entries) || r.Error == nil || f.entries[r.Index].id != r.Event && r.Event != "" {
			return nil, nil, false
		}
		e := f.entries[r.Index]
		all[e] = refusal{e, r.Error}
	}
	f.o.mu.Lock()
	defer f.o.mu.Unlock()
	for _, e := range f.entries { // by seq
		r, isRefused := all[e]
		switch {
		case !isRefused && !e.hangs:
			undecided = min(undecided, e.seq)
		case isRefused && e.seq < undecided:
			final = append(final, r)
		case isRefused:
			early = append(early, r)
		}
	}
	return final, early, len(all) > 0
}

// postpone has events wait that were refused while earlier ones are not decided. They are proposed again when those are,
// and now and then before.
func (f *flight) postpone(refused []refusal) {
	if len(refused) == 0 {
		return
	}
	f.o.metrics.transactions.WithLabelValues("early").Inc()
	now := f.o.now()
	f.o.mu.Lock()
	defer f.o.mu.Unlock()
	waits, tries := map[*entry]bool{}, 0
	for _, r := range refused {
		tries = max(tries, r.entry.tries+1)
	}
	again := now.Add(jitter(tries)) // together: the first of them that is refused for good lets the next be
	for _, r := range refused {
		e := r.entry
		if waits[e] = true; e.stage.Final() {
			continue
		}
		e.tries++
		e.early, e.notBefore, e.dueAt = true, again, now.Add(time.Second<<min(e.tries, 5))
		e.stage, e.tx = Queued, ""
		f.o.q.enqueue(e)
		f.o.config.Log.Debug("refused while earlier events are not decided; it waits", "event", e.id, "code", r.why.Code)
	}
	f.entries = slices.DeleteFunc(f.entries, func(e *entry) bool { return waits[e] })
}

// stray notes that the flight came to nothing though the network works. An event to which that happens by itself again
// and again hangs.
func (f *flight) stray() {
	f.o.mu.Lock()
	defer f.o.mu.Unlock()
	if len(f.entries) != 1 {
		return
	}
	e := f.entries[0]
	if e.strays++; e.strays >= otherTries {
		e.hangs = true
	}
}
