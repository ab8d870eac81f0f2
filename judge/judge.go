// Package judge is the one decision of Rootline: given what the ledger holds, a signed event and the rulebook that the
// organisations adopted, what is written, or why it is refused. The chaincode decides with it and every gateway
// decides again with it, so it has no clock, no I/O and no chance in it.
package judge

import (
	"slices"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/rulebook"
)

// State is what the ledger holds before a transaction.
type State interface {
	// Load announces records that will be asked for, so that an implementation can read many at once. Absent ones are
	// no error. It may be called more than once.
	Load(refs []rootline.Ref) error
	// Get returns a record, or nil when there is none. The caller does not change it. An error is a fault of the
	// machinery, never a statement about the event.
	Get(ref rootline.Ref) (rootline.Record, error)
}

// Caller is the Fabric identity that submitted a transaction. Only founding looks at it.
type Caller struct {
	MSPID string
	// Admin says that its certificate carries the NodeOU "admin".
	Admin bool
}

// Decision is the judgement of one transaction.
type Decision struct {
	// Outcomes has one entry for each submission, in order.
	Outcomes []Outcome
	// Refused lists the refused ones. A transaction with any is not to be recorded.
	Refused []rootline.Refusal
	// Writes are the records to write, in the order of their references. They hold nothing of refused events.
	Writes []rootline.Record
}

// Outcome is the judgement of one submission.
type Outcome struct {
	// Event and Signed are nil when the submission could not be read so far.
	Event  *rootline.Event
	Signed *jws.Signed
	// Hash identifies what was signed.
	Hash rootline.Hash
	// Device is who signed; nil when unknown.
	Device *rootline.Device
	// Duplicate says that the event was recorded before: accepted, and nothing is written.
	Duplicate bool
	// Kind is the kind of the asset, and State the state that it has after the event; "" for acts of the registry.
	Kind, State string
	// Subjects are the assets whose history the event is part of: its own asset first.
	Subjects []Subject
	// Attested is the act by which the event was let in after its device's end; nil when it came by itself.
	Attested *Attestation
	// Refused is why, when it was refused.
	Refused *rootline.Error
}

// Attestation is an act that embeds the event of an Outcome.
type Attestation struct {
	Event  *rootline.Event
	Signed *jws.Signed
	Hash   rootline.Hash
	Device *rootline.Device
	// JWS is the embedded event as its own device signed it.
	JWS string
}

// Subject is an asset that an event is part of the history of.
type Subject struct {
	Asset string
	// Link says how: see the values of Link.
	Link Link
	Seq  uint64
	Head rootline.Hash
	// Amount is what was used of an input.
	Amount int64
	// Possible says that it is not certain that the input went in.
	Possible bool
}

// Link is how an event concerns an asset.
type Link string

// The ways in which an event concerns an asset.
const (
	LinkAsset Link = "asset"
	LinkInput Link = "input"
	LinkPart  Link = "part"
	// LinkChild is the asset that the event's own lies under, and whose counts it changed.
	LinkChild Link = "child"
	// LinkRecall is an asset that a recall froze or let go, LinkMove one that went over to another version.
	LinkRecall Link = "recall"
	LinkMove   Link = "move"
)

// Judge decides. It keeps parsed rulebooks and keys and which signatures were good, as caches that never answer for
// the ledger: each decision reads the ledger's records first, among them the protocol number that it goes by. A number
// that this build does not know is an *UnknownProtocolError. It may be used by many goroutines.
type Judge struct {
	// Watch, where it is set, is told of each decision of a rulebook, with what it was made on: for those who try rules. It
	// changes nothing. It is set before the Judge is used.
	Watch func(*rulebook.Rulebook, *rulebook.Action, *rulebook.Facts)

	books rulebook.Cache
	keys  keyCache
	good  goodCache
}

// New returns a Judge with empty caches.
func New() *Judge { return &Judge{} }

// Record judges a batch of events at the witnessed time of its transaction. Each event sees the effects of the
// accepted ones before it. The error is a fault of the state; refusals are in the decision.
func (j *Judge) Record(state State, subs []rootline.Submission, witnessed rootline.Instant) (*Decision, error) {
	return j.RecordPrepared(state, &Prepared{cases: readAll(subs)}, witnessed)
}

// RecordPrepared is Record for a batch that was read ahead.
func (j *Judge) RecordPrepared(state State, batch *Prepared, witnessed rootline.Instant) (*Decision, error) {
	cases := batch.cases
	refs := []rootline.Ref{ledgerRef}
	for _, c := range cases {
		refs = append(refs, c.touches.Reads...)
		refs = append(refs, c.touches.Writes...)
	}
	refs = unique(refs)
	if n := len(refs); n > rootline.MaxBatchRecords {
		return refuseBatch(cases, rootline.Refuse(rootline.CodeTooManyRecords, n, rootline.MaxBatchRecords)), nil
	}
	if err := state.Load(refs); err != nil {
		return nil, err
	}
	view := newOverlay(state)
	in, err := protocolOf(view)
	if err != nil {
		return nil, err
	}
	if err := j.verifyAhead(view, cases); err != nil {
		return nil, err
	}
	d := &Decision{Outcomes: make([]Outcome, len(cases))}
	for i, c := range cases {
		view.begin()
		out, err := j.one(view, c, in, witnessed)
		if err != nil {
			refusal := rootline.AsError(err)
			if refusal == nil {
				return nil, err
			}
			view.drop()
			out.Refused = refusal
			d.Refused = append(d.Refused, rootline.Refusal{Index: i, Event: c.eventID(), Error: refusal})
		} else {
			view.keep()
		}
		d.Outcomes[i] = out
	}
	d.Writes = view.writes()
	return d, nil
}

// refuseBatch is the decision on a batch that is not looked into.
func refuseBatch(cases []*reading, refusal *rootline.Error) *Decision {
	d := &Decision{Outcomes: make([]Outcome, len(cases))}
	for i, c := range cases {
		d.Outcomes[i] = Outcome{Event: c.event, Signed: c.signed, Hash: c.hash, Refused: refusal}
		d.Refused = append(d.Refused, rootline.Refusal{Index: i, Event: c.eventID(), Error: refusal})
	}
	return d
}

// one judges one event. A refusal comes back as an *rootline.Error; what was learnt until then is in the outcome.
func (j *Judge) one(view *overlay, c *reading, in *protocol, witnessed rootline.Instant) (Outcome, error) {
	out := Outcome{Event: c.event, Signed: c.signed, Hash: c.hash}
	if c.err != nil {
		return out, c.err
	}
	ledger, err := get[*rootline.Ledger](view, ledgerRef)
	if err != nil {
		return out, err
	}
	if ledger == nil {
		return out, rootline.Refuse(rootline.CodeNotFounded)
	}
	if c.signed.Net != ledger.Net {
		return out, rootline.Refuse(rootline.CodeWrongNet, c.signed.Net)
	}
	act := &act{
		judge: j, protocol: in, view: view, sub: c.sub, event: c.event, out: &out, witnessed: witnessed, ledger: ledger,
	}
	known, err := get[*rootline.EventRecord](view, rootline.Ref{Space: rootline.SpaceEvent, ID: c.event.ID})
	if err != nil {
		return out, err
	}
	if known != nil {
		if known.Hash != c.hash {
			return out, rootline.Refuse(rootline.CodeEventReused)
		}
		err := act.signedBy(c)
		out.Duplicate = err == nil
		return out, err
	}
	err = act.decide(c)
	return out, err
}

// decide judges an event that was not recorded before.
func (a *act) decide(c *reading) error {
	if a.event.Rulebook == rootline.Registry && a.event.Action == rootline.ActEnrol {
		return a.registry(c) // it brings the key that signs
	}
	if err := a.signer(c); err != nil {
		return err
	}
	if a.event.Rulebook == rootline.Registry {
		return a.registry(c)
	}
	return a.asset()
}

// act is one event being judged.
type act struct {
	judge *Judge
	// protocol is the one that was in force when the transaction began.
	protocol  *protocol
	view      *overlay
	sub       *rootline.Submission
	event     *rootline.Event
	out       *Outcome
	witnessed rootline.Instant
	ledger    *rootline.Ledger
	device    *rootline.Device
	org       *rootline.Organisation
	// rulebook is the one of an event about an asset.
	rulebook *rulebook.Rulebook
	// possible are the inputs of which it is not certain that they went in.
	possible map[string]bool
}

// accept marks the event as recorded.
func (a *act) accept(subject string, seq uint64) {
	a.view.put(&rootline.EventRecord{ID: a.event.ID, Subject: subject, Seq: seq, Hash: a.out.Hash, Witnessed: a.witnessed})
}

func unique(refs []rootline.Ref) []rootline.Ref {
	slices.SortFunc(refs, rootline.Ref.Compare)
	return slices.Compact(refs)
}
