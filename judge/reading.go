package judge

import (
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/strictjson"
)

// reading is a submission taken apart, before anything is known of the ledger.
type reading struct {
	sub     *rootline.Submission
	signed  *jws.Signed
	event   *rootline.Event
	hash    rootline.Hash
	touches Touches
	err     error
	// attested is the event that an attestation embeds.
	attested *reading
	// verified is the key whose signature was found good ahead of judging.
	verified jws.Key
}

// Touches are the records that a submission may read and write, as far as its bytes tell. Two transactions in flight
// must not share one that either may write.
type Touches struct {
	Reads, Writes []rootline.Ref
}

// Count is how many records there are, none counted as the same as another.
func (t Touches) Count() int { return len(t.Reads) + len(t.Writes) }

// Touch reads a submission's form without any state. The error is the refusal that its form alone earns.
func Touch(sub *rootline.Submission) (*rootline.Event, Touches, error) {
	r := read(sub)
	return r.event, r.touches, r.err
}

func (r *reading) eventID() string {
	if r.event == nil {
		return ""
	}
	return r.event.ID
}

func readAll(subs []rootline.Submission) []*reading {
	out := make([]*reading, len(subs))
	parallel(len(subs), func(i int) { out[i] = read(&subs[i]) })
	return out
}

func read(sub *rootline.Submission) *reading {
	r := &reading{sub: sub}
	if len(sub.JWS) > rootline.MaxEventBytes {
		r.err = rootline.Refuse(rootline.CodeTooLarge, len(sub.JWS), rootline.MaxEventBytes)
		return r
	}
	signed, err := jws.Parse(sub.JWS)
	if err != nil {
		r.err = rootline.Refuse(rootline.CodeMalformedJWS, err)
		return r
	}
	r.signed, r.hash = signed, signed.Hash()
	if signed.Typ != rootline.TypEvent {
		r.err = rootline.Refuse(rootline.CodeWrongType, signed.Typ, rootline.TypEvent)
		return r
	}
	r.event, r.err = rootline.ParseEvent(signed.Payload)
	if r.err != nil {
		return r
	}
	if !rootline.EventIDOf(signed.Kid, r.event.ID) {
		r.err = rootline.Refuse(rootline.CodeOtherKeysID).At("/id")
		return r
	}
	if r.err = r.event.CheckInclusion(sub.Inclusion); r.err != nil {
		return r
	}
	r.touches = touchesOf(r.event, signed, sub.Inclusion)
	if r.event.Rulebook == rootline.Registry && r.event.Action == rootline.ActAttest {
		r.embedded()
	}
	return r
}

// touchesOf names the records. Data that does not fit its act touches nothing more: it is refused later.
func touchesOf(e *rootline.Event, signed *jws.Signed, in *rootline.Inclusion) Touches {
	t := Touches{}
	reads := func(space rootline.Space, id string) { t.Reads = append(t.Reads, rootline.Ref{Space: space, ID: id}) }
	writes := func(space rootline.Space, id string) { t.Writes = append(t.Writes, rootline.Ref{Space: space, ID: id}) }
	reads(ledgerRef.Space, ledgerRef.ID)
	writes(rootline.SpaceEvent, e.ID)
	if e.Rulebook == rootline.Registry {
		touchRegistry(e, signed, reads, writes)
		return t
	}
	reads(rootline.SpaceDevice, signed.Kid)
	reads(rootline.SpaceRulebook, e.Rulebook)
	writes(rootline.SpaceAsset, e.Asset)
	if e.Under != "" {
		writes(rootline.SpaceAsset, e.Under)
	}
	if e.Kind != "" || in != nil {
		name, _, _ := rootline.SplitRulebook(e.Rulebook)
		reads(rootline.SpaceRulebook, name)
		reads(rootline.SpaceTag, e.Asset)
	}
	for _, input := range e.Inputs {
		writes(rootline.SpaceAsset, input.Asset)
	}
	for _, ref := range e.Refs {
		reads(rootline.SpaceAsset, ref)
	}
	for _, part := range e.Into {
		writes(rootline.SpaceAsset, part.Asset)
	}
	if e.Tag != "" {
		writes(rootline.SpaceTag, e.Tag)
		reads(rootline.SpaceAsset, e.Tag)
	}
	if e.Replaces != "" {
		writes(rootline.SpaceTag, e.Replaces)
	}
	if in != nil {
		space := rootline.SpaceAsset
		if e.Tag != "" {
			space = rootline.SpaceTag
		}
		reads(space, in.List)
	}
	if e.Corrects != "" {
		reads(rootline.SpaceEvent, e.Corrects)
	}
	return t
}

func touchRegistry(e *rootline.Event, signed *jws.Signed, reads, writes func(rootline.Space, string)) {
	reads(rootline.SpaceDevice, signed.Kid)
	// Each changes what its organisation has voted for; they are rare, so they simply exclude each other.
	votes := func(ballot string) {
		writes(rootline.SpaceOpenVotes, "")
		if ballot != "" {
			writes(rootline.SpaceBallot, ballot)
			writes(rootline.SpaceProposedText, ballot)
		}
	}
	switch e.Action {
	case rootline.ActInvite:
		writes(rootline.SpaceInvitation, e.ID)
	case rootline.ActEnrol:
		writes(rootline.SpaceDevice, signed.Kid)
		if d, err := body[rootline.EnrolData](e); err == nil {
			if proof, err := jws.Parse(d.Proof); err == nil {
				if said, err := enrolProof(proof.Payload); err == nil {
					writes(rootline.SpaceInvitation, said.Invitation)
				}
			}
		}
	case rootline.ActRenew:
		if d, err := body[rootline.RenewData](e); err == nil {
			writes(rootline.SpaceDevice, d.Device)
		}
	case rootline.ActRevoke:
		if d, err := body[rootline.RevokeData](e); err == nil {
			if d.Device != "" {
				writes(rootline.SpaceDevice, d.Device)
			}
			if d.Invitation != "" {
				writes(rootline.SpaceInvitation, d.Invitation)
			}
		}
	case rootline.ActPlace:
		if d, err := body[rootline.Place](e); err == nil {
			writes(rootline.SpacePlace, d.ID)
			if d.Parent != "" {
				reads(rootline.SpacePlace, d.Parent)
			}
		}
	case rootline.ActIssue:
		if d, err := body[rootline.IssueData](e); err == nil {
			writes(rootline.SpaceTag, d.Roll)
			reads(rootline.SpaceAsset, d.Roll)
		}
	case rootline.ActWithdraw:
		if d, err := body[rootline.WithdrawData](e); err == nil {
			ref, _ := rootline.BallotRulebook(d.Rulebook)
			name, _, _ := rootline.SplitRulebook(ref)
			votes(d.Rulebook)
			reads(rootline.SpaceRulebook, name)
		}
	case rootline.ActVote:
		if d, err := body[rootline.VoteData](e); err == nil {
			ref, _ := rootline.BallotRulebook(d.Rulebook)
			name, _, _ := rootline.SplitRulebook(ref)
			votes(d.Rulebook)
			writes(rootline.SpaceRulebook, ref)
			writes(rootline.SpaceRulebook, name)
		}
	case rootline.ActRaise:
		// All others read the ledger's record: nothing is under way beside the vote that may be the last.
		writes(ledgerRef.Space, ledgerRef.ID)
		if d, err := body[rootline.RaiseData](e); err == nil {
			writes(rootline.SpaceBallot, rootline.ProtocolBallot(d.Protocol))
		}
	case rootline.ActRoles:
		votes("")
		if d, err := body[rootline.RolesData](e); err == nil {
			writes(rootline.SpaceOrganisation, d.Organisation)
		}
	case rootline.ActMove:
		if d, err := body[rootline.MoveData](e); err == nil {
			name, _, _ := rootline.SplitRulebook(d.Rulebook)
			reads(rootline.SpaceRulebook, name)
			reads(rootline.SpaceRulebook, d.Rulebook)
			for _, id := range d.Assets {
				writes(rootline.SpaceAsset, id)
			}
		}
	case rootline.ActRecall, rootline.ActRecallAdd, rootline.ActRecallAcknowledge, rootline.ActRecallRelease, rootline.ActRecallClose:
		touchRecall(e, writes)
	case rootline.ActPropose:
		votes("") // the name is inside the YAML
	}
}

// body reads the data of an act of the registry.
func body[T any](e *rootline.Event) (*T, error) {
	var v T
	if len(e.Data) == 0 {
		return nil, rootline.Refuse(rootline.CodeMissing, e.Action, "data").At("/data")
	}
	if err := strictjson.Decode(e.Data, &v); err != nil {
		pointer := "/data"
		if strict, ok := err.(*strictjson.Error); ok {
			pointer += strict.Pointer
		}
		return nil, rootline.Refuse(rootline.CodeMalformedEvent, err).At(pointer)
	}
	return &v, nil
}

// parallel runs work for each of n indices on all processors. What it runs must not depend on order. A panic in it comes
// to the caller, who may know what to do; in a goroutine of its own it would end the process.
func parallel(n int, work func(int)) {
	workers := min(runtime.GOMAXPROCS(0), (n+31)/32)
	if workers <= 1 {
		for i := range n {
			work(i)
		}
		return
	}
	var wg sync.WaitGroup
	var panicked atomic.Pointer[any]
	for w := range workers {
		wg.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					panicked.Store(&p)
				}
			}()
			for i := w; i < n; i += workers {
				work(i)
			}
		})
	}
	wg.Wait()
	if p := panicked.Load(); p != nil {
		panic(*p)
	}
}
