package outbox

import (
	"context"
	"time"
)

// maxScan bounds how many waiting entries are looked at to fill one transaction, when many of them collide.
const maxScan = 20_000

// maxUnknown bounds the transactions whose fate is being found out. Past it nothing new begins.
const maxUnknown = 16

// dispatch starts transactions until ctx ends.
func (o *Outbox) dispatch(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		wait := o.start(ctx)
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return
		case <-o.wake:
		case <-timer.C:
		}
	}
}

// idle is how long the dispatcher sleeps when nothing wakes it.
const idle = 10 * time.Second

// start begins what can begin now, and returns when to look again.
func (o *Outbox) start(ctx context.Context) time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	for {
		now := o.now()
		if o.q.flying >= o.config.InFlight || o.q.unknown >= maxUnknown || len(o.q.waiting) == 0 {
			return idle
		}
		if wait := o.q.pausedUntil.Sub(now); wait > 0 {
			return wait
		}
		pick := o.q.pick(now, o.config)
		if len(pick.entries) == 0 {
			return pick.again
		}
		// The more is under way, the longer it pays to wait for company.
		if linger := o.config.Linger*time.Duration(1+2*o.q.flying) - now.Sub(pick.since); linger > 0 && !pick.full {
			return linger
		}
		o.q.remove(pick.entries)
		f := &flight{o: o, entries: pick.entries, touched: newTouched(), landedBefore: o.q.landed}
		for _, e := range pick.entries {
			f.touched.add(e.touches)
		}
		o.q.lock(f.touched)
		o.q.flying++
		o.running.Go(func() { f.fly(ctx) })
	}
}

// picked is what may go into the next transaction.
type picked struct {
	entries []*entry
	// full says that waiting for company is pointless.
	full bool
	// since is when the first of them was received.
	since time.Time
	// again is when to look again, when there are none.
	again time.Duration
}

// pick chooses, in order, waiting entries that collide with nothing under way and with no earlier one left behind.
func (q *queue) pick(now time.Time, c Config) picked {
	p := picked{again: idle}
	limit, bytes := c.BatchEvents, 0
	var behind touched
	skip := func(e *entry) {
		if behind.reads == nil {
			behind = newTouched()
		}
		behind.add(e.touches)
	}
	for i, e := range q.waiting {
		if i >= maxScan {
			break
		}
		if wait := e.notBefore.Sub(now); wait > 0 {
			p.again = min(p.again, wait)
			skip(e)
			continue
		}
		if q.locked(e.touches) || behind.reads != nil && behind.collides(e.touches) {
			skip(e)
			continue
		}
		if e.limit > 0 && e.limit <= len(p.entries) {
			p.full = true
			break
		}
		if len(p.entries) > 0 && bytes+e.size > c.BatchBytes {
			p.full = true
			break
		}
		if e.limit > 0 {
			limit = min(limit, e.limit)
		}
		p.entries = append(p.entries, e)
		bytes += e.size
		if len(p.entries) >= limit {
			p.full = true
			break
		}
	}
	if len(p.entries) > 0 {
		p.since = p.entries[0].received.Time()
		p.full = p.full || p.entries[0].tries > 0
	}
	return p
}

// remove takes entries, which are in order, out of the waiting ones.
func (q *queue) remove(entries []*entry) {
	left := q.waiting[:0]
	for _, e := range q.waiting {
		if len(entries) > 0 && entries[0] == e {
			entries = entries[1:]
			continue
		}
		left = append(left, e)
	}
	clear(q.waiting[len(left):])
	q.waiting = left
}
