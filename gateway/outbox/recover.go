package outbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
)

// recover takes up what the disk holds. What was not sent waits again; what was sent is looked for by its transaction,
// unless the read model shows it already.
func (o *Outbox) recover(ctx context.Context) error {
	rows, last, err := o.store.open(ctx)
	if err != nil {
		return err
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.id
	}
	reading, err := o.read(ctx, ids)
	if err != nil {
		return err
	}
	recorded := reading.byContent()
	if o.q.usage, err = o.store.kept(ctx); err != nil {
		return err
	}
	o.mu.Lock()
	o.q.nextSeq = last
	var done []*entry
	var flights []*flight
	byTx := map[string]*flight{}
	for _, r := range rows {
		e := o.revive(r)
		at := recorded[content{r.id, r.hash}]
		switch {
		case at != nil:
			e.stage, e.tx, e.block = Committed, at.Transaction, at.Block
			done = append(done, e)
		case r.tx != "" && (r.stage == Submitted || r.stage == Unknown):
			o.q.hold(e)
			f := byTx[r.tx]
			if f == nil {
				f = &flight{o: o, tx: r.tx, touched: newTouched()}
				byTx[r.tx] = f
				flights = append(flights, f)
			}
			f.entries = append(f.entries, e)
			f.touched.add(e.touches)
		default:
			e.stage, e.tx = Queued, ""
			o.q.hold(e)
			o.q.enqueue(e)
		}
	}
	for _, f := range flights {
		o.q.lock(f.touched)
		o.q.flying++
		o.running.Go(func() {
			defer f.land(ctx)
			f.resolve(ctx)
		})
	}
	waiting := o.q.waiting.n
	o.mu.Unlock()
	if err := o.regrant(ctx); err != nil {
		return err
	}
	if len(rows) > 0 {
		o.config.Log.Info("the outbox takes up its work", "waiting", waiting, "transactions", len(flights), "recorded", len(done))
	}
	if len(done) == 0 {
		return nil
	}
	return o.store.settle(done, o.instant())
}

// regrant finds out anew whom the acts that wait let in.
func (o *Outbox) regrant(ctx context.Context) error {
	o.mu.Lock()
	var acts []*entry
	for _, e := range o.q.pending {
		if slices.Contains(e.touches.Writes, registryRef) && e.sub.JWS != "" {
			acts = append(acts, e)
		}
	}
	o.mu.Unlock()
	if len(acts) == 0 {
		return nil
	}
	slices.SortFunc(acts, func(a, b *entry) int { return cmp.Compare(a.seq, b.seq) })
	state, release, err := o.config.State(ctx)
	if err != nil {
		return fmt.Errorf("outbox: the read model: %w", err)
	}
	defer release()
	c := o.coming(state)
	for _, e := range acts {
		reading := judge.Read(&e.sub)
		if event := reading.Event(); event == nil || !brings(event) {
			continue
		}
		if _, err := o.bring(c, e, reading); err != nil {
			return err
		}
		o.mu.Lock()
		o.q.grant(e)
		o.mu.Unlock()
	}
	return nil
}

// revive makes an entry of what lies on disk.
func (o *Outbox) revive(r *row) *entry {
	// The form was found good when it was taken. Were it not so any more, the chaincode would say it.
	event, touches, _ := judge.Touch(&r.submission)
	e := newEntry(r.submission, event, r.hash, touches)
	e.id = r.id
	e.seq, e.received, e.stage, e.tx, e.block, e.source = r.seq, r.received, r.stage, r.tx, r.block, r.source
	close(e.admitted)
	if e.stage.Final() {
		close(e.final)
	}
	return e
}

// tidy removes old answers until ctx ends.
func (o *Outbox) tidy(ctx context.Context) {
	for {
		o.keepRefusals()
		o.keepHeight()
		ago := func(d time.Duration) rootline.Instant { return rootline.InstantOf(o.now().Add(-d)) }
		freed, err := o.store.sweep(ago(o.config.KeepCommitted), ago(o.config.KeepRefused), ago(o.config.KeepFetched))
		o.freed(freed)
		if err != nil && !errors.Is(err, errStopped) {
			o.config.Log.Error("old answers were not removed", "error", err)
		}
		if !sleep(ctx, tidyEvery) {
			return
		}
	}
}

// tidyEvery is the pause between two rounds of tidy.
const tidyEvery = time.Minute
