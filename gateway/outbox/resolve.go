package outbox

import (
	"context"
	"time"
)

// resolveEvery is the pause between two looks for a transaction of unknown fate.
const resolveEvery = 300 * time.Millisecond

// resolve finds out what became of the flight's transaction, for as long as that takes. Its keys stay locked; its
// place is free for others.
//
// Proposing anew what was only delayed could not record it twice: both transactions read the events' own keys as
// absent, so the later one takes no effect. It would be refused work all the same, and is avoided by the grace.
func (f *flight) resolve(ctx context.Context) {
	o := f.o
	if err := o.store.move(f.entries, Unknown, f.tx, 0, o.instant()); err != nil {
		o.config.Log.Error("an unknown fate was not noted on disk", "transaction", f.tx, "error", err)
	}
	f.mark(Unknown, f.tx)
	f.lose()
	o.metrics.transactions.WithLabelValues("unknown").Inc()
	// A peer that works is always a block or two behind a network that works. So it has to come to what was seen before, and
	// after the grace once more to what was seen by then; it is never held against what came meanwhile.
	var missing time.Time // since when a reachable peer, as far as want, does not have it
	want, again := o.seen(), false
	for f.drop() > 0 {
		fate, err := o.config.Ledger.Resolve(ctx, f.tx)
		switch {
		case ctx.Err() != nil:
			f.entries = nil // the next start takes it up from the disk
			return
		case err != nil:
			missing, want, again = time.Time{}, o.seen(), false
		case fate.Found:
			f.finish(ctx, fate.Block, fate.Err(f.tx))
			return
		case fate.Height < want: // it may lie in a block that the peer has yet to read
		case missing.IsZero():
			missing = o.now()
		case o.now().Sub(missing) < o.config.Grace:
		case !again:
			want, again = o.seen(), true
		default:
			o.config.Log.Warn("a transaction never arrived; its events are proposed anew",
				"transaction", f.tx, "events", len(f.entries), "height", fate.Height)
			o.metrics.transactions.WithLabelValues("lost").Inc()
			f.requeueOnDisk()
			f.again(f.tried())
			return
		}
		if !sleep(ctx, resolveEvery) {
			f.entries = nil
			return
		}
	}
}

// tried reports whether one of the entries came to nothing before.
func (f *flight) tried() bool {
	f.o.mu.Lock()
	defer f.o.mu.Unlock()
	for _, e := range f.entries {
		if e.tries > 0 {
			return true
		}
	}
	return false
}

// lose moves the flight from the flying to the unknown.
func (f *flight) lose() {
	f.o.mu.Lock()
	if !f.lost {
		f.lost = true
		f.o.q.flying--
		f.o.q.unknown++
	}
	f.o.mu.Unlock()
	f.o.nudge()
}
