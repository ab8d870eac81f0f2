package outbox_test

import (
	"context"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/outbox"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
)

func (r *rig) setProtocol(number int) {
	r.Helper()
	ref := rootline.Ref{Space: rootline.SpaceLedger}
	ledger := *r.world.State.Records()[ref].(*rootline.Ledger)
	ledger.Protocol = number
	r.world.State.Apply([]rootline.Record{&ledger})
}

// Events that wait while the ledger is judged by a number that is not known here are neither refused nor lost; new ones
// are turned away as a whole, with the way out, and nothing is said about them.
func TestEventsWaitForAnUpgrade(t *testing.T) {
	scenario(t, func(r *rig) {
		held := make(chan struct{})
		r.ledger.onPropose = func(ctx context.Context, _ int, _ []rootline.Submission) error {
			select {
			case <-held:
			case <-ctx.Done():
			}
			return nil
		}
		r.open()
		answers := r.submit(r.trees(5)...)
		r.setProtocol(99)
		close(held)
		time.Sleep(10 * time.Minute)
		for _, a := range answers {
			if s, ok, err := r.box.Status(r.Context(), a.Event); err != nil || !ok || s.Stage != outbox.Queued {
				t.Errorf("%s is %v (%v)", a.Event, s.Stage, err)
			}
		}
		late := r.trees(1)
		if _, err := r.box.Submit(r.Context(), late); rootline.CodeOf(err) != rootline.CodeUpgradeNeeded {
			t.Errorf("a new one: %v", err)
		}
		r.setProtocol(rootline.FirstProtocol)
		for _, s := range r.wait(append(answers, r.submit(late...)...)) {
			if s.Stage != outbox.Committed {
				t.Errorf("%s ended %s: %v", s.Event, s.Stage, s.Refused)
			}
		}
	})
}

// A gateway carries no act that states another block 0 than its organisation pinned.
func TestNoOtherBlock0IsTaken(t *testing.T) {
	pinned := rootline.HashOf([]byte("block 0"))
	scenario(t, func(r *rig) {
		r.config.Genesis = pinned
		r.open()
		for genesis, want := range map[rootline.Hash]rootline.Code{
			rootline.HashOf([]byte("another")): rootline.CodeOtherGenesis, pinned: "",
		} {
			pin := r.world.Sign(r.world.Admins[judgetest.Owner], judgetest.Act(rootline.ActPin, rootline.PinData{Genesis: genesis}))
			if got := rootline.CodeOf(asError(r.submit(pin)[0].Refused)); got != want {
				t.Errorf("%s: %s, want %q", genesis, got, want)
			}
		}
	})
}

func asError(e *rootline.Error) error {
	if e == nil {
		return nil
	}
	return e
}

func TestNoVoteForAnUnknownProtocolIsTaken(t *testing.T) {
	scenario(t, func(r *rig) {
		r.open()
		known := judge.Protocols()
		vote := r.world.Sign(r.world.Admins[judgetest.Owner], judgetest.Act(rootline.ActRaise, rootline.RaiseData{Protocol: known[len(known)-1] + 1}))
		answers := r.submit(vote)
		if a := answers[0]; a.Stage != outbox.Refused || a.Refused.Code != rootline.CodeProtocolUnknown {
			t.Errorf("it is %+v", a)
		}
	})
}
