package outbox

import (
	"context"
	"time"
)

// maxScan bounds how many waiting entries are looked at to fill one transaction, when many of them collide; minLooks is
// what each device has of that at least.
const (
	maxScan  = 20_000
	minLooks = 200
)

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
		if o.q.flying >= o.config.InFlight || o.q.unknown >= maxUnknown || o.q.waiting.n == 0 {
			return idle
		}
		if wait := o.q.pausedUntil.Sub(now); wait > 0 {
			return wait
		}
		if linger := o.q.linger(now, o.config); linger > 0 {
			return linger
		}
		pick := o.q.pick(now, o.config)
		if len(pick.entries) == 0 {
			return pick.again
		}
		f := &flight{o: o, entries: pick.entries, touched: newTouched(), landedBefore: o.q.landed}
		for _, e := range pick.entries {
			f.touched.add(e.touches)
		}
		o.q.lock(f.touched)
		o.q.flying++
		o.running.Go(func() { f.fly(ctx) })
	}
}

// picked is what goes into the next transaction.
type picked struct {
	entries []*entry
	// full says that no more fits.
	full bool
	// again is when to look again, when there are none.
	again time.Duration
}

// linger is how much longer those that could go now wait for company: until the first of them has waited for as long as
// it pays, unless there is enough for a transaction. The more is under way, the longer it pays.
func (q *queue) linger(now time.Time, c Config) time.Duration {
	if q.waiting.n >= c.BatchEvents || q.waiting.bytes >= c.BatchBytes {
		return 0
	}
	var left time.Duration
	pays := c.Linger * time.Duration(1+2*q.flying)
	var due int64
	q.waiting.each(func(e *entry) bool {
		if e.notBefore.After(now) || q.early(e, now, &due) > 0 || q.locked(e.touches) {
			return true
		}
		if e.tries > 0 {
			left = 0
			return false
		}
		wait := pays - now.Sub(e.received.Time())
		if left == 0 || wait < left {
			left = wait
		}
		return left > 0
	})
	return max(left, 0)
}
