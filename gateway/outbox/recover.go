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
	shown, err := o.shown(ctx, rows)
	if err != nil {
		return err
	}
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
		switch {
		case shown[r.id]:
			if r.stage != Committed {
				e.tx, e.block = "", 0 // by which transaction, the read model knows
			}
			e.stage = Committed
			done = append(done, e)
		case r.stage == Committed:
			o.q.hold(e)
			o.q.settle(e)
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
	for _, held := range []map[string]*entry{o.q.pending, o.q.settling} {
		for _, e := range held {
			if slices.Contains(e.touches.Writes, registryRef) && e.sub.JWS != "" {
				acts = append(acts, e)
			}
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

// shown finds the events that the read model shows as recorded.
func (o *Outbox) shown(ctx context.Context, rows []*row) (map[string]bool, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	state, release, err := o.config.State(ctx)
	if err != nil {
		return nil, fmt.Errorf("outbox: the read model: %w", err)
	}
	defer release()
	refs := make([]rootline.Ref, len(rows))
	for i, r := range rows {
		refs[i] = rootline.Ref{Space: rootline.SpaceEvent, ID: r.id}
	}
	if err := state.Load(refs); err != nil {
		return nil, fmt.Errorf("outbox: the read model: %w", err)
	}
	out := map[string]bool{}
	for _, r := range rows {
		known, err := get[*rootline.EventRecord](state, rootline.SpaceEvent, r.id)
		if err != nil {
			return nil, err
		}
		out[r.id] = known != nil && known.Hash == r.hash
	}
	return out, nil
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

// Committed tells the outbox that the read model shows events, and where they are recorded. Ids that it does not know
// are passed over.
func (o *Outbox) Committed(_ context.Context, ids []string, txID string, block uint64) {
	o.Saw(block + 1)
	o.mu.Lock()
	var shown []*entry
	for _, id := range ids {
		e := o.q.find(id)
		if e == nil {
			continue
		}
		if !e.stage.Final() {
			o.q.unqueue(e)
			o.commitLocked(e, txID, block)
		}
		e.tx, e.block = txID, block
		shown = append(shown, e)
	}
	o.mu.Unlock()
	if len(shown) == 0 {
		return
	}
	o.nudge()
	if err := o.store.settle(shown, o.instant()); err != nil && !errors.Is(err, errStopped) {
		// The next start sees it in the read model.
		o.config.Log.Error("a commit was not noted on disk", "transaction", txID, "error", err)
	}
	// Only now, since from here on the disk answers for them.
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range shown {
		if o.q.settling[e.id] == e {
			o.q.letGo(e)
			close(e.shown)
		}
	}
}

// tidy removes old answers, and looks for words of the read model that were missed, until ctx ends.
func (o *Outbox) tidy(ctx context.Context) {
	for {
		if err := o.reconcile(ctx); err != nil && ctx.Err() == nil {
			o.config.Log.Error("the read model was not asked about committed events", "error", err)
		}
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

// reconcile lets go of committed entries that the read model shows without having said so.
func (o *Outbox) reconcile(ctx context.Context) error {
	o.mu.Lock()
	var settling []*entry
	var rows []*row
	for _, e := range o.q.settling {
		settling = append(settling, e)
		rows = append(rows, &row{id: e.id, hash: e.hash})
	}
	o.mu.Unlock()
	shown, err := o.shown(ctx, rows)
	if err != nil {
		return err
	}
	for _, e := range settling {
		if shown[e.id] {
			o.Committed(ctx, []string{e.id}, e.tx, e.block)
		}
	}
	return nil
}

// tidyEvery is the pause between two rounds of tidy.
const tidyEvery = time.Minute
