package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
)

// Submit takes events in. Each gets an answer of its own, in order: refused at once, with nothing kept of it; or how
// it stands, usually queued, and then it is on disk and will be carried to the ledger. An event that is known already
// is answered as it stands. The error is a fault of the machinery, or an *rootline.Error for the whole: too many, or
// the outbox is full (CodeBusy); then nothing was taken.
func (o *Outbox) Submit(ctx context.Context, subs []rootline.Submission) ([]Status, error) {
	if len(subs) > rootline.MaxBatch {
		return nil, rootline.Refuse(rootline.CodeTooMany, len(subs), rootline.MaxBatch)
	}
	if o.Damaged() {
		return nil, errDamaged()
	}
	if err := o.room(0, 0); err != nil {
		return nil, err
	}
	a := &admission{o: o, answers: make([]Status, len(subs))}
	if err := a.readVouched(ctx, subs); err != nil {
		return nil, err
	}
	a.known()
	if err := a.judge(ctx); err != nil {
		return nil, err
	}
	if err := a.take(); err != nil {
		return nil, err
	}
	o.metrics.answered(a.answers)
	o.noteRefused(a.answers)
	return a.answers, nil
}

// Check judges events against the read model, without taking them. The answers are committed (it was recorded
// before), refused, or queued (it would be taken, once its files are stored: whoever asks has them still to send).
func (o *Outbox) Check(ctx context.Context, subs []rootline.Submission) ([]Status, error) {
	if len(subs) > rootline.MaxBatch {
		return nil, rootline.Refuse(rootline.CodeTooMany, len(subs), rootline.MaxBatch)
	}
	a := &admission{o: o, answers: make([]Status, len(subs)), asks: true}
	if err := a.readVouched(ctx, subs); err != nil {
		return nil, err
	}
	a.known()
	if err := a.judge(ctx); err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, c := range a.cases {
		a.answers[c.index] = c.entry.status()
	}
	return a.answers, nil
}

// room refuses when so many more events of so many bytes do not fit. The caller holds no lock.
func (o *Outbox) room(events int, bytes int64) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.roomLocked(events, bytes)
}

func (o *Outbox) roomLocked(events int, bytes int64) error {
	if len(o.q.pending)+events > o.config.MaxPending || o.q.bytes+bytes > o.config.MaxBytes ||
		(events == 0 && len(o.q.pending) >= o.config.MaxPending) {
		o.metrics.busy.Inc()
		return rootline.Refuse(rootline.CodeBusy, busySeconds)
	}
	return nil
}

// busySeconds is when to come back to a full outbox.
const busySeconds = 5

// admission is one call of Submit.
type admission struct {
	o       *Outbox
	answers []Status
	// cases are the submissions that are still in question, in order.
	cases []*candidate
	// state is the read model as judging sees it, until release; nil when nothing is judged.
	state   judge.State
	release func()
	// coming is the read model with what waiting acts bring.
	coming coming
	// registry says that acts of the registry wait, of which the read model may know nothing yet.
	registry bool
	// building are the records that events of this call may write that were not judged here. alone says that there are none,
	// and that nothing waited in the outbox when this call looked; gone is the queue's count at that time.
	building map[rootline.Ref]bool
	alone    bool
	gone     uint64
	// failed is what broke while the submissions were read.
	failed error
	// asks says that nothing is to be taken: a person asks before recording, when the files are still on the phone.
	asks bool
}

type candidate struct {
	index int
	entry *entry
	event *rootline.Event
	// reading is the entry's submission as it was read.
	reading judge.Reading
	// builds says that it touches what a pending event may write, so that the read model cannot judge it.
	builds bool
	// barred is why an act that invites or enrols lets nobody in, when it does not.
	barred *rootline.Error
	// held says that the entry is one that the outbox had taken before. By the time that this one is to be taken it may
	// be final and let go; it still has the answer.
	held bool
}

func (a *admission) refuse(i int, why *rootline.Error) {
	a.answers[i].Stage, a.answers[i].Refused = Refused, why
}

// read looks at a submission's form, adds the proof of its code where that is missing, and asks for its evidence.
func (a *admission) read(ctx context.Context, i int, sub rootline.Submission) {
	defer func() {
		if p := recover(); p != nil {
			a.o.config.Log.Error("panic while reading an event", "panic", p, "stack", string(debug.Stack()))
			a.refuse(i, rootline.Refuse(rootline.CodeInternal))
		}
	}()
	reading := judge.Read(&sub)
	event := reading.Event()
	if event != nil {
		a.answers[i].Event = event.ID
	}
	if err := reading.Err(); err != nil {
		why := rootline.AsError(err)
		if why == nil {
			why = rootline.Refuse(rootline.CodeMalformedEvent, err)
		}
		a.refuse(i, why)
		return
	}
	hash := reading.Hash()
	a.answers[i].Hash = hash
	if why := judge.UnknownVote(event); why != nil {
		a.refuse(i, why)
		return
	}
	if why := a.o.otherGenesis(event); why != nil {
		a.refuse(i, why)
		return
	}
	said := judge.Said(event) // what an attestation embeds needs its proof and its evidence like any other event
	if a.o.prove(ctx, &sub, said) {
		if reading = judge.Read(&sub); reading.Err() != nil {
			a.refuse(i, rootline.Refuse(rootline.CodeInternal))
			return
		}
	}
	if !a.asks {
		why, err := a.o.missing(ctx, said)
		if err != nil {
			a.failed = err
			return
		}
		if why != nil {
			a.refuse(i, why)
			return
		}
	}
	a.cases = append(a.cases, &candidate{
		index: i, event: event, reading: reading, entry: newEntry(sub, event, hash, reading.Touches()),
	})
}

// missing refuses an event whose evidence is not stored. What is stored is kept for it.
func (o *Outbox) missing(ctx context.Context, event *rootline.Event) (*rootline.Error, error) {
	if o.config.Evidence == nil {
		return nil, nil
	}
	for i, ev := range event.Evidence {
		here, err := o.config.Evidence.Claim(ctx, ev.SHA256)
		if err != nil {
			return nil, fmt.Errorf("outbox: evidence: %w", err)
		}
		if !here {
			return rootline.Refuse(rootline.CodeEvidenceMissing, ev.SHA256).At(fmt.Sprintf("/evidence/%d", i)), nil
		}
	}
	return nil, nil
}

// otherGenesis refuses an act that states another block 0 than the gateway's organisation pinned; nil for every other event.
func (o *Outbox) otherGenesis(event *rootline.Event) *rootline.Error {
	if event.Rulebook != rootline.Registry || event.Action != rootline.ActPin || o.config.Genesis.IsZero() {
		return nil
	}
	var d rootline.PinData
	if err := json.Unmarshal(event.Data, &d); err != nil || d.Genesis.IsZero() || d.Genesis == o.config.Genesis {
		return nil // what cannot be read is refused where it is judged
	}
	return rootline.Refuse(rootline.CodeOtherGenesis, o.config.Genesis).At("/data/genesis")
}

// prove adds the inclusion of a blank tag or of a sleeping item, when the gateway knows the list. One for an
// item that wakes before this event is judged does no harm.
func (o *Outbox) prove(ctx context.Context, sub *rootline.Submission, event *rootline.Event) bool {
	if sub.Inclusion != nil || o.config.Lists == nil || event.Rulebook == rootline.Registry {
		return false
	}
	space, code := rootline.SpaceTag, event.Tag
	if code == "" {
		space, code = rootline.SpaceAsset, event.Asset
		if event.Kind != "" || code == "" {
			return false
		}
	}
	in, ok := o.config.Lists.Inclusion(ctx, space, code)
	if ok {
		sub.Inclusion = in
	}
	return ok
}

// known answers events that the outbox holds, and repeated ones within the call. Of those the same bytes share one fate;
// two that differ in any way are told apart when their signatures have been looked at, which for a device whose enrolment
// waits is later.
func (a *admission) known() {
	var open []*candidate
	first := map[string]*candidate{} // by the signed bytes
	a.o.mu.Lock()
	defer a.o.mu.Unlock()
	group := newTouched()
	a.registry = a.o.q.writes[registryRef] > 0
	a.gone, a.alone = a.o.q.gone, len(a.o.q.writes) == 0
	for _, c := range a.cases {
		held := a.o.q.find(c.entry.id)
		switch earlier := first[c.entry.sub.JWS]; {
		case held != nil && held.hash != c.entry.hash:
			a.refuse(c.index, rootline.Refuse(rootline.CodeEventReused))
		case earlier != nil:
			// It shares the fate of the first, whose answer is copied when it is known.
			c.entry, c.reading, c.builds, c.held = earlier.entry, earlier.reading, earlier.builds, true
			open = append(open, c)
		default:
			// Within one call a later event may build on an earlier one that waits, too.
			c.builds = held != nil || a.o.q.builds(c.entry.touches) || group.collides(c.entry.touches)
			if c.builds {
				group.add(c.entry.touches)
				a.alone = false
			}
			if held != nil {
				c.entry, c.held = held, true
			}
			first[c.entry.sub.JWS] = c
			open = append(open, c)
		}
	}
	a.building = group.writes
	a.cases = open
}
