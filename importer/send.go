package importer

import (
	"bytes"
	"context"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/jws"
)

// How long one request waits for the commit, and how long a batch may take in all.
const (
	commitWait = 30 * time.Second
	stallTime  = 10 * time.Minute
)

// send signs a batch, sends it, and stays with it until the fate of each event is known.
func (r *Run) send(ctx context.Context, t *tally, batch []item) error {
	if ctx.Err() != nil {
		return nil // an earlier error stops the run
	}
	subs := make([]rootline.Submission, 0, len(batch))
	open := make([]item, 0, len(batch))
	for _, it := range batch {
		sub, err := r.Device.Sign(it.event)
		if refused := rootline.AsError(err); refused != nil {
			t.refuse(it.row, r.Plan.Blame(it.row, refused))
			continue
		}
		if err != nil {
			return err
		}
		subs, open = append(subs, sub), append(open, it)
	}
	if r.CheckOnly {
		return r.check(ctx, t, open, subs)
	}
	deadline := time.Now().Add(stallTime)
	for len(open) > 0 {
		if time.Now().After(deadline) {
			return ErrStalled
		}
		statuses, err := r.Gateway.Submit(ctx, subs, commitWait)
		if err != nil {
			return err
		}
		// What is not final is sent again, which does nothing but wait for it: it is recorded once.
		var laterSubs []rootline.Submission
		var later []item
		for i, s := range statuses {
			if !s.Final() {
				later, laterSubs = append(later, open[i]), append(laterSubs, subs[i])
				continue
			}
			if err := r.settle(ctx, t, open[i], subs[i], s); err != nil {
				return err
			}
		}
		if len(later) == len(open) && !pause(ctx, 250*time.Millisecond) { // a gateway that does not wait is not to be hurried
			return context.Cause(ctx)
		}
		open, subs = later, laterSubs
	}
	return r.Journal.Sync()
}

// settle notes the fate of one event.
func (r *Run) settle(ctx context.Context, t *tally, it item, sub rootline.Submission, s client.EventStatus) error {
	if s.Status == client.Committed {
		t.record()
		return r.Journal.Done(it.entry.Key)
	}
	refused := rootline.AsError(s.Err())
	if refused.Code == rootline.CodeEventReused || refused.Code == rootline.CodeAssetExists {
		// An earlier run recorded it and did not live to hear so: with this key or an earlier one of the device, or with
		// what the row said then.
		same, err := r.recordedBefore(ctx, it, sub)
		if err != nil {
			return err
		}
		if same {
			t.before()
			return r.Journal.Done(it.entry.Key)
		}
		t.refuse(it.row, *fault(r.Plan.Key[0], it.row.cell(r.Plan.key[0]), CodeChanged))
		return nil
	}
	t.refuse(it.row, r.Plan.Blame(it.row, refused))
	return nil
}

// recordedBefore reports whether the ledger has the row's event, in these very words.
func (r *Run) recordedBefore(ctx context.Context, it item, sub rootline.Submission) (bool, error) {
	v, err := r.Gateway.Event(ctx, it.entry.Event)
	if rootline.CodeOf(err) == rootline.CodeNotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	theirs, errT := jws.Parse(v.JWS)
	ours, errO := jws.Parse(sub.JWS)
	onLedger := v.Status == client.Committed || v.Status == client.Disputed
	return onLedger && errT == nil && errO == nil && bytes.Equal(theirs.Payload, ours.Payload), nil
}

func (r *Run) check(ctx context.Context, t *tally, items []item, subs []rootline.Submission) error {
	if len(subs) == 0 {
		return nil
	}
	statuses, err := r.Gateway.Check(ctx, subs)
	if err != nil {
		return err
	}
	for i, s := range statuses {
		switch {
		case s.Err() != nil:
			t.refuse(items[i].row, r.Plan.Blame(items[i].row, rootline.AsError(s.Err())))
		case s.Status == client.Recorded:
			t.before()
		default:
			t.record()
		}
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
