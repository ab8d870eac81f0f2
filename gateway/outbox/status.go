package outbox

import (
	"context"
	"time"

	"github.com/rootline/rootline"
)

// Stage is how far an event has come.
type Stage string

// The stages of an event. Committed is final: the gateway's own reading of the ledger has it. A refused event may be sent
// again and be accepted.
const (
	Queued    Stage = "queued"
	Endorsed  Stage = "endorsed"
	Submitted Stage = "submitted"
	// Unknown: the transaction may or may not have reached the ledger. It is found out before anything else happens.
	Unknown Stage = "unknown"
	// Aside: each time that it is proposed, something here breaks. That says nothing about the event; it is kept, and tried
	// again every hour and when the gateway is started again, perhaps with a program that does not break.
	Aside     Stage = "aside"
	Committed Stage = "committed"
	Refused   Stage = "refused"
)

// Final reports whether nothing more happens by itself.
func (s Stage) Final() bool { return s == Committed || s == Refused }

// Status is how an event stands.
type Status struct {
	// Event is its id; "" when the submission could not be read so far.
	Event string
	// Hash identifies what was signed; zero when the submission could not be read so far.
	Hash  rootline.Hash
	Stage Stage
	// Refused is why, at stage Refused.
	Refused *rootline.Error
	// Transaction and Block say where it is recorded. The transaction is known from Endorsed on, the block when
	// committed. Both are empty for an event that was recorded without this outbox: the read model knows.
	Transaction string
	Block       uint64
	// Received is when the outbox took it; 0 when it did not.
	Received rootline.Instant
}

// Pending counts what waits.
type Pending struct {
	Queued, Endorsed, Submitted, Unknown, Aside int
	// Bytes is the length of the waiting events.
	Bytes int64
	// Oldest is how long the oldest of them has waited.
	Oldest time.Duration
}

// Pending counts what waits now.
func (o *Outbox) Pending() Pending {
	o.mu.Lock()
	defer o.mu.Unlock()
	p := Pending{}
	now := rootline.InstantOf(o.now())
	oldest := now
	for _, e := range o.q.pending {
		if e.stage.Final() {
			continue // and on disk in a moment
		}
		p.Bytes += int64(e.size)
		switch e.shows() {
		case Queued:
			p.Queued++
		case Endorsed:
			p.Endorsed++
		case Submitted:
			p.Submitted++
		case Unknown:
			p.Unknown++
		case Aside:
			p.Aside++
		}
		oldest = min(oldest, e.received)
	}
	p.Oldest = now.Time().Sub(oldest.Time())
	return p
}

// Waiting counts the events of a device that were taken here and have not come to an end, and tells when the first of them
// came; 0 where there is none.
func (o *Outbox) Waiting(device string) (n int, since rootline.Instant) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range o.q.pending {
		if e.source.device != device || e.stage.Final() {
			continue
		}
		if n++; since == 0 || e.received < since {
			since = e.received
		}
	}
	return n, since
}

// Status tells how one event stands; ok is false when the outbox does not know it (any more).
func (o *Outbox) Status(ctx context.Context, id string) (status Status, ok bool, err error) {
	o.mu.Lock()
	if e := o.q.find(id); e != nil {
		defer o.mu.Unlock()
		return e.status(), true, nil
	}
	o.mu.Unlock()
	return o.store.find(ctx, id)
}

// Fetch gives the signed bytes of a refused event to the device that signed it, and notes that it has them: they are
// kept for KeepFetched from now on. ok is false when there are none for that device.
func (o *Outbox) Fetch(ctx context.Context, id, device string) (sub rootline.Submission, ok bool, err error) {
	sub, ok, err = o.store.refused(ctx, id, device)
	if err != nil || !ok {
		return rootline.Submission{}, false, err
	}
	return sub, true, o.store.fetched(id, o.instant())
}

// Wait returns how the events stand as soon as each is final, or when ctx ends, whichever is first. An event that the
// outbox does not know has an empty stage. The order is that of the ids.
func (o *Outbox) Wait(ctx context.Context, ids []string) ([]Status, error) {
	out := make([]Status, len(ids))
	for i, id := range ids {
		o.mu.Lock()
		e := o.q.find(id)
		o.mu.Unlock()
		if e != nil {
			select {
			case <-e.final:
			case <-ctx.Done():
			}
			o.mu.Lock()
			out[i] = e.status()
			o.mu.Unlock()
			if out[i].Stage.Final() {
				continue // the entry may have been let go of; the disk would say the same
			}
		}
		// The answer is read even when ctx has ended: how things stand is what was asked.
		status, ok, err := o.Status(context.WithoutCancel(ctx), id)
		if err != nil {
			return nil, err
		}
		if !ok {
			status = Status{Event: id}
		}
		out[i] = status
	}
	return out, nil
}
