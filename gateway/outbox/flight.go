package outbox

import (
	"context"
	"errors"
	"runtime/debug"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/fabric"
)

// flight is a transaction under way, from its first proposal until its entries are final or wait again.
type flight struct {
	o       *Outbox
	entries []*entry
	touched touched
	// tx is set from the moment at which the transaction may reach an orderer.
	tx string
	// landedBefore is the outbox's count of landed transactions at the start.
	landedBefore uint64
	// lost says that it no longer counts among the flying, but among the unknown.
	lost bool
}

// fly carries the entries as far as they go.
func (f *flight) fly(ctx context.Context) {
	defer f.land(ctx)
	var heard *fabric.Refused // by a peer that had not shown how far it is
	for f.drop() > 0 {
		undecided := f.undecided()
		if heard != nil {
			switch level, err := f.o.level(ctx); {
			case err != nil:
				f.retry(ctx, err)
				return
			case !level:
				f.behind(heard)
				return
			}
		}
		attempt, err := f.o.config.Ledger.Propose(ctx, f.submissions())
		var refused *fabric.Refused
		if errors.As(err, &refused) {
			switch final, early, ok := f.named(refused, undecided); {
			case heard == nil && (!ok || len(final) > 0):
				heard = refused // once more, from a peer that has shown it
				continue
			case ok && len(final) > 0 && f.o.endRefused(final) != nil:
				f.again(false)
				return
			case ok:
				f.postpone(early)
				continue // the rest at once
			}
		}
		if err != nil {
			f.retry(ctx, err)
			return
		}
		f.carry(ctx, attempt)
		return
	}
}

// drop leaves out what became final meanwhile, and counts the rest.
func (f *flight) drop() int {
	f.o.mu.Lock()
	defer f.o.mu.Unlock()
	var left []*entry
	for _, e := range f.entries {
		if !e.stage.Final() {
			left = append(left, e)
		}
	}
	f.entries = left
	return len(left)
}

func (f *flight) submissions() []rootline.Submission {
	subs := make([]rootline.Submission, len(f.entries))
	for i, e := range f.entries {
		subs[i] = e.sub
	}
	return subs
}

// carry sends an endorsed transaction and waits for its block.
func (f *flight) carry(ctx context.Context, attempt fabric.Attempt) {
	o, txID := f.o, attempt.TxID()
	f.mark(Endorsed, txID)
	// On disk before it is sent: after a crash its fate is found out, not guessed.
	if err := o.store.move(f.entries, Submitted, txID, 0, o.instant()); err != nil {
		f.retry(ctx, err)
		return
	}
	f.tx = txID
	f.mark(Submitted, txID)
	err := attempt.Submit(ctx)
	var at uint64
	if err == nil {
		at, err = attempt.Wait(ctx)
	}
	f.finish(ctx, at, err)
}

// finish takes the outcome of a transaction that was sent.
func (f *flight) finish(ctx context.Context, at uint64, err error) {
	var unknown *fabric.Unknown
	switch {
	case err == nil:
		f.claimed(at)
	case errors.As(err, &unknown):
		f.o.config.Log.Warn("the fate of a transaction is unknown", "transaction", f.tx, "events", len(f.entries), "error", unknown.Err)
		f.resolve(ctx)
	default:
		f.requeueOnDisk()
		f.retry(ctx, err)
	}
}

// claimed leaves entries to the read model of which the own peer says that they are recorded. Nothing is held up by that:
// the flight is over.
func (f *flight) claimed(at uint64) {
	// On disk they stay submitted until the read model shows them, which is soon. After a crash the next start asks about
	// the transaction again.
	f.drop()
	o := f.o
	o.mu.Lock()
	defer o.mu.Unlock()
	o.q.landed++
	o.q.pause = 0
	o.metrics.transactions.WithLabelValues("committed").Inc()
	o.metrics.batch.Observe(float64(len(f.entries)))
	for _, e := range f.entries {
		if !e.stage.Final() {
			o.q.settle(e, f.tx, at, o.now())
		}
	}
	f.entries = nil
}

// requeueOnDisk notes that nothing of the transaction took effect.
func (f *flight) requeueOnDisk() {
	f.drop()
	if err := f.o.store.move(f.entries, Queued, "", 0, f.o.instant()); err != nil {
		// On disk they stay submitted: the next start finds out about that transaction first. That is slower, and safe.
		f.o.config.Log.Error("a transaction without effect was not noted on disk", "transaction", f.tx, "error", err)
	}
	f.tx = ""
}

// mark sets the stage of what is not final.
func (f *flight) mark(stage Stage, txID string) {
	f.o.mu.Lock()
	defer f.o.mu.Unlock()
	for _, e := range f.entries {
		if !e.stage.Final() {
			e.stage, e.tx = stage, txID
			if e.aside && stage == Endorsed { // it broke nothing this time
				e.aside, e.hangs = false, false
			}
		}
	}
}

// land lets others have the keys and the place, and puts what is not final among the waiting. It also catches a panic.
func (f *flight) land(ctx context.Context) {
	if p := recover(); p != nil {
		f.o.config.Log.Error("panic while carrying events", "events", len(f.entries), "transaction", f.tx, "panic", p, "stack", string(debug.Stack()))
		f.crashed(ctx)
	}
	o := f.o
	o.mu.Lock()
	o.q.unlock(f.touched)
	if f.lost {
		o.q.unknown--
	} else {
		o.q.flying--
	}
	for _, e := range f.entries {
		if !e.stage.Final() {
			e.stage, e.tx = Queued, ""
			o.q.enqueue(e)
		}
	}
	o.mu.Unlock()
	o.nudge()
}

// crashed decides about entries whose handling panicked.
func (f *flight) crashed(ctx context.Context) {
	defer func() {
		if p := recover(); p != nil {
			f.o.config.Log.Error("panic again", "transaction", f.tx, "panic", p)
		}
	}()
	if f.tx != "" && ctx.Err() == nil {
		f.resolve(ctx)
		return
	}
	f.poisoned(rootline.Refuse(rootline.CodeInternal))
}

func (o *Outbox) instant() rootline.Instant { return rootline.InstantOf(o.now()) }

// sleep waits, and reports whether it was not cut short by the end of ctx.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
