package importer

import (
	"bytes"
	"context"
	"encoding/json"
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
			again, err := r.settle(ctx, t, &open[i], subs[i], s)
			if err != nil {
				return err
			}
			if again == nil {
				continue
			}
			later, laterSubs = append(later, open[i]), append(laterSubs, *again)
		}
		if len(later) == len(open) && !pause(ctx, 250*time.Millisecond) { // a gateway that does not wait is not to be hurried
			return context.Cause(ctx)
		}
		open, subs = later, laterSubs
	}
	return r.Journal.Sync()
}

// settle notes the fate of one event, or gives what is to be sent in its place.
func (r *Run) settle(ctx context.Context, t *tally, it *item, sub rootline.Submission, s client.EventStatus) (*rootline.Submission, error) {
	if s.Status == client.Committed {
		t.record()
		return nil, r.Journal.Done(it.entry.Key)
	}
	refused := rootline.AsError(s.Err())
	if refused.Code != rootline.CodeEventReused && refused.Code != rootline.CodeAssetExists {
		t.refuse(it.row, r.Plan.Blame(it.row, refused))
		return nil, nil
	}
	// An earlier run recorded it and did not live to hear so: with this key or an earlier one of the device, or with
	// what the row said then.
	same, err := r.recordedBefore(ctx, it, sub)
	switch {
	case err != nil:
		return nil, err
	case same:
		t.before()
		return nil, r.Journal.Done(it.entry.Key)
	case refused.Code == rootline.CodeEventReused:
		return r.renew(it)
	}
	t.refuse(it.row, *fault(r.Plan.Key[0], it.row.cell(r.Plan.key[0]), CodeChanged))
	return nil, nil
}

// renew signs a row's event under another id: a program beside this one, with the same key, was first to make the one that it had.
func (r *Run) renew(it *item) (*rootline.Submission, error) {
	entry, err := r.Journal.Renew(it.entry.Key, r.Device.Kid)
	if err != nil {
		return nil, err
	}
	it.entry, it.event.ID = entry, entry.Event
	sub, err := r.Device.Sign(it.event)
	if err != nil {
		return nil, err
	}
	return &sub, r.Journal.Sync()
}

// recordedBefore reports whether the ledger has the row's event, in these very words, under its id or one of an earlier key.
func (r *Run) recordedBefore(ctx context.Context, it *item, sub rootline.Submission) (bool, error) {
	for _, id := range append([]string{it.entry.Event}, it.entry.Earlier...) {
		v, err := r.Gateway.Event(ctx, id)
		if rootline.CodeOf(err) == rootline.CodeNotFound {
			continue
		}
		if err != nil {
			return false, err
		}
		if onLedger := v.Status == client.Committed || v.Status == client.Disputed; onLedger && sameButID(v.JWS, sub.JWS) {
			return true, nil
		}
	}
	return false, nil
}

// sameButID reports whether two signed events say the same under whatever ids.
func sameButID(theirs, ours string) bool {
	said := func(compact string) []byte {
		signed, err := jws.Parse(compact)
		if err != nil {
			return nil
		}
		e, err := rootline.ParseEvent(signed.Payload)
		if err != nil {
			return nil
		}
		e.ID = ""
		b, err := json.Marshal(e)
		if err != nil {
			return nil
		}
		return b
	}
	a, b := said(theirs), said(ours)
	return a != nil && bytes.Equal(a, b)
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
