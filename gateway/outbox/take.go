package outbox

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/jws"
)

// judge judges against the read model what does not build on waiting events; of the others it checks who signed. The
// chaincode decides about all of them in any case.
func (a *admission) judge(ctx context.Context) error {
	if len(a.cases) == 0 {
		return nil
	}
	// The waiting events were looked at before this moment: whatever committed since is in the state.
	if err := a.look(ctx); err != nil {
		return err
	}
	defer a.leave()
	a.coming = a.o.coming(a.state)
	var alone, left []*candidate
	for _, c := range a.cases {
		if !c.held && brings(c.event) {
			var err error
			if c.barred, err = a.o.bring(a.coming, c.entry, c.reading); err != nil {
				return err
			}
		}
		if c.builds {
			if why, err := a.signed(c); err != nil {
				return err
			} else if why != nil {
				a.refuse(c.index, why)
				continue
			}
		} else {
			alone = append(alone, c)
		}
		left = append(left, c)
	}
	a.cases = left
	return a.judgeAlone(ctx, alone)
}

// look takes the state of the read model as it is now, instead of the one before: whoever waits for a state and holds another
// may wait for himself.
func (a *admission) look(ctx context.Context) error {
	a.leave()
	state, release, err := a.o.config.State(ctx)
	if err != nil {
		return fmt.Errorf("outbox: the read model: %w", err)
	}
	a.state, a.release, a.coming.State = state, release, state
	return nil
}

// leave lets go of the state.
func (a *admission) leave() {
	if a.release != nil {
		a.release()
		a.state, a.release, a.coming.State = nil, nil, nil
	}
}

func (a *admission) judgeAlone(ctx context.Context, alone []*candidate) error {
	if len(alone) == 0 {
		return nil
	}
	readings := make([]judge.Reading, len(alone))
	for i, c := range alone {
		readings[i] = c.reading
	}
	outcomes, writes, err := a.o.judged(a.state, readings)
	if err != nil {
		return err
	}
	done := map[*candidate]bool{}
	for i, c := range alone {
		out := outcomes[i]
		if out.Device != nil && !c.held {
			c.entry.source = source{organisation: out.Device.Organisation, device: out.Device.Kid}
		}
		switch {
		case out.Refused != nil && a.registry && a.mayStand(c):
			// It may be only the read model that does not know yet; the chaincode decides, after the registry's acts.
			c.entry.touches.Reads = append(c.entry.touches.Reads, registryRef)
		case out.Refused != nil:
			waits, err := a.mayWait(ctx, writes, c)
			if err != nil {
				return err
			}
			if !waits || !a.mayStand(c) {
				a.refuse(c.index, out.Refused)
				if out.Device != nil && !a.asks {
					a.o.noteEvent(out.Device.Kid, c.event, out.Refused)
				}
				done[c] = true
			}
		case out.Duplicate && !a.repeats(c):
			a.answers[c.index].Stage = Committed
			done[c] = true
		case !c.held:
			for _, subject := range out.Subjects {
				c.entry.changes = append(c.entry.changes, rootline.Ref{Space: rootline.SpaceAsset, ID: subject.Asset})
			}
		}
	}
	var left []*candidate
	for _, c := range a.cases {
		if !done[c] {
			left = append(left, c)
		}
	}
	a.cases = left
	return nil
}

// mayStand reports whether an event that the read model refuses was at least signed by whom it says.
func (a *admission) mayStand(c *candidate) bool {
	why, err := a.signed(c)
	return why == nil && err == nil
}

// repeats reports whether an earlier submission of the same call is the same event and still in question; the judge
// calls it a duplicate of that one, not of a recorded one.
func (a *admission) repeats(c *candidate) bool {
	for _, other := range a.cases {
		if other == c {
			return false
		}
		if s := a.answers[other.index].Stage; other.entry.id == c.entry.id && s != Refused {
			return s != Committed
		}
	}
	return false
}

// judged judges submissions that do not build on each other: in parts where they name more records than one batch may, and
// each by itself when one of them makes the judge panic. writes are what the accepted ones write.
func (o *Outbox) judged(state judge.State, readings []judge.Reading) (out []judge.Outcome, writes []rootline.Record, err error) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		o.config.Log.Error("panic while judging", "events", len(readings), "panic", p, "stack", string(debug.Stack()))
		if len(readings) == 1 {
			out, writes, err = []judge.Outcome{{Refused: rootline.Refuse(rootline.CodeInternal)}}, nil, nil
			return
		}
		out, writes, err = o.inHalves(state, readings)
	}()
	records := 0
	for _, r := range readings {
		records += r.Touches().Count()
	}
	if records >= rootline.MaxBatchRecords && len(readings) > 1 {
		return o.inHalves(state, readings)
	}
	d, err := o.config.Judge.RecordRead(state, readings, rootline.InstantOf(o.now()))
	var unknown *judge.UnknownProtocolError
	if errors.As(err, &unknown) {
		return nil, nil, unknown.Says() // of the whole: nothing was taken, and nothing said about any event
	}
	if err != nil {
		return nil, nil, fmt.Errorf("outbox: judge: %w", err)
	}
	return d.Outcomes, d.Writes, nil
}

// inHalves judges one half after the other.
func (o *Outbox) inHalves(state judge.State, readings []judge.Reading) ([]judge.Outcome, []rootline.Record, error) {
	half := len(readings) / 2
	first, writes, err := o.judged(state, readings[:half])
	if err != nil {
		return nil, nil, err
	}
	second, more, err := o.judged(state, readings[half:])
	return append(first, second...), append(writes, more...), err
}

// signed checks who signed an event that the read model cannot judge yet: an enrolled device, one that a waiting act
// enrols, or one that answers an open invitation. What nobody of these signed is not kept.
func (a *admission) signed(c *candidate) (*rootline.Error, error) {
	known, err := get[*rootline.EventRecord](a.state, rootline.SpaceEvent, c.entry.id)
	if err != nil {
		return nil, err
	}
	if known != nil && known.Hash != c.entry.hash {
		return rootline.Refuse(rootline.CodeEventReused), nil
	}
	s, err := jws.Parse(c.entry.sub.JWS)
	if err != nil {
		return rootline.Refuse(rootline.CodeMalformedJWS, err), nil
	}
	ledger, err := get[*rootline.Ledger](a.state, rootline.SpaceLedger, "")
	if err != nil {
		return nil, err
	}
	if ledger != nil && ledger.Net != s.Net {
		return rootline.Refuse(rootline.CodeWrongNet, s.Net), nil
	}
	if c.entry.grants != nil && c.event.Action == rootline.ActEnrol {
		return nil, nil // with the key that it brings, and that of an open invitation
	}
	device, err := get[*rootline.Device](a.coming, rootline.SpaceDevice, s.Kid)
	if err != nil {
		return nil, err
	}
	if device == nil {
		if c.barred != nil && c.event.Action == rootline.ActEnrol {
			return c.barred, nil
		}
		return rootline.Refuse(rootline.CodeUnknownDevice), nil
	}
	if good, err := a.o.config.Judge.Verify(s, device.Key); err != nil || !good {
		return rootline.Refuse(rootline.CodeBadSignature), nil
	}
	if !a.o.changes(device.Ref()) {
		if err := device.Active(a.o.instant()); err != nil {
			return rootline.AsError(err), nil
		}
	}
	if !c.held {
		c.entry.source = source{organisation: device.Organisation, device: device.Kid}
	}
	return nil, nil
}

// changes reports whether a waiting event may write a record.
func (o *Outbox) changes(ref rootline.Ref) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.q.writes[ref] > 0
}

func get[T rootline.Record](state judge.State, space rootline.Space, id string) (T, error) {
	var none T
	r, err := state.Get(rootline.Ref{Space: space, ID: id})
	if err != nil || r == nil {
		return none, err
	}
	t, ok := r.(T)
	if !ok {
		return none, fmt.Errorf("outbox: %c/%s holds a %T", space, id, r)
	}
	return t, nil
}

// take puts what is left on disk and among the waiting, or waits for whoever does so with the same event.
func (a *admission) take() error {
	fresh, err := a.reserve()
	if err != nil {
		return err
	}
	var known map[string]*row
	if len(fresh) > 0 {
		var freed []*row
		known, freed, err = a.o.store.insert(fresh)
		if err == nil {
			a.o.freed(freed)
		}
	}
	a.o.admit(fresh, known, err)
	for _, c := range a.cases {
		<-c.entry.admitted
		if c.entry.failed != nil {
			return c.entry.failed
		}
		a.o.mu.Lock()
		a.answers[c.index] = c.entry.status()
		a.o.mu.Unlock()
	}
	return err
}

// reserve gives the new events their place in the order, all or none.
func (a *admission) reserve() ([]*entry, error) {
	o := a.o
	o.mu.Lock()
	defer o.mu.Unlock()
	var fresh []*entry
	var bytes int64
	seen := map[string]*entry{}
	for _, c := range a.cases {
		if held := o.q.find(c.entry.id); held != nil { // perhaps since a moment ago
			if held.hash != c.entry.hash {
				a.refuse(c.index, rootline.Refuse(rootline.CodeEventReused))
				continue
			}
			c.entry = held
		} else if earlier := seen[c.entry.id]; earlier != nil && earlier.hash != c.entry.hash {
			a.refuse(c.index, rootline.Refuse(rootline.CodeEventReused))
			continue
		} else if earlier != nil {
			c.entry = earlier
		} else if !c.held {
			seen[c.entry.id] = c.entry
			fresh = append(fresh, c.entry)
			bytes += int64(c.entry.size)
		}
	}
	if len(fresh) > 0 {
		if err := o.roomLocked(len(fresh), bytes); err != nil {
			return nil, err
		}
		if err := o.mayTake(fresh); err != nil {
			return nil, err
		}
	}
	now := rootline.InstantOf(o.now())
	for _, e := range fresh {
		o.q.nextSeq++
		e.seq, e.received = o.q.nextSeq, now
		o.q.hold(e)
	}
	a.dropRefused()
	return fresh, nil
}

// dropRefused takes the cases out that have their answer.
func (a *admission) dropRefused() {
	var left []*candidate
	for _, c := range a.cases {
		if a.answers[c.index].Stage != Refused {
			left = append(left, c)
		}
	}
	a.cases = left
}

// admit opens new entries to the dispatcher once they are on disk.
func (o *Outbox) admit(fresh []*entry, known map[string]*row, err error) {
	defer o.nudge()
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range fresh {
		switch {
		case err != nil:
			e.failed = err
			o.q.letGo(e)
		case known[e.id] != nil:
			e.standsAs(known[e.id])
			o.q.letGo(e)
		case e.stage == Queued:
			o.q.enqueue(e)
		}
		close(e.admitted)
	}
}

// standsAs takes over how an event of the same id stands on disk.
func (e *entry) standsAs(old *row) {
	if old.hash != e.hash {
		e.stage, e.refused = Refused, rootline.Refuse(rootline.CodeEventReused)
		return
	}
	e.stage, e.tx, e.block, e.refused, e.received = old.stage, old.tx, old.block, old.refused, old.received
}
