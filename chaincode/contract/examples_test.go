package contract_test

import (
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/rehearsal"
	"github.com/rootline/rootline/rulebook"
)

// played is the chaincode over a world state in memory, as examples are played on it.
type played struct{ *ledger }

// first is the one refusal of a transaction of one event.
func first(err error) error {
	var refused wire.Refused
	if errors.As(err, &refused) && len(refused) > 0 {
		return refused[0].Error
	}
	return err
}

func (p played) submit(creator []byte, at rootline.Instant, function, arg string) error {
	p.clock = at.Time()
	_, err := p.call(creator, function, arg)
	return first(err)
}

// Found implements rehearsal.Ledger.
func (p played) Found(msp, founding string, at rootline.Instant) error {
	return p.submit(adminOf(p.T, msp), at, wire.FnFound, founding)
}

// Confirm implements rehearsal.Ledger.
func (p played) Confirm(msp, enrolment string, at rootline.Instant) error {
	return p.submit(adminOf(p.T, msp), at, wire.FnConfirm, enrolment)
}

// Record implements rehearsal.Ledger.
func (p played) Record(sub rootline.Submission, at rootline.Instant) error {
	return p.submit(p.client, at, wire.FnRecord, batch(p.T, sub))
}

// Get implements rehearsal.Ledger.
func (p played) Get(ref rootline.Ref) (rootline.Record, error) {
	b, ok := p.peer.state[wire.Key(ref)]
	if !ok {
		return nil, nil
	}
	return wire.Decode(ref, b)
}

// Seed implements rehearsal.Ledger.
func (p played) Seed(r rootline.Record) error {
	b, err := wire.Encode(r)
	p.peer.state[wire.Key(r.Ref())] = b
	return err
}

// Fork implements rehearsal.Ledger.
func (p played) Fork() rehearsal.Ledger {
	fork := *p.ledger
	fork.peer = &world{state: maps.Clone(p.peer.state)}
	other := &fork
	other.cc = newChaincode(p.T, func() time.Time { return other.clock })
	return played{other}
}

// Every rule of the shipped rulebooks refuses and lets pass at the chaincode what its examples say.
func TestTheShippedExamplesAtTheChaincode(t *testing.T) {
	for name, text := range rulebook.ShippedFiles() {
		t.Run(name, func(t *testing.T) {
			f, err := rulebook.ParseFile(text, rulebook.LastVersions()...)
			if err != nil {
				t.Fatal(err)
			}
			r, err := rehearsal.PlayOn(t.Context(), f, played{newLedger(t)})
			if err != nil {
				t.Fatal(err)
			}
			for _, failure := range r.Failures {
				t.Errorf("%d:%d: %s: %s", failure.Line, failure.Column, failure.History, failure.Says.En)
			}
			for _, s := range r.Missing() {
				t.Errorf("%s is shown allowing: %v, refusing: %v", s.Name(), s.Allows, s.Refuses)
			}
		})
	}
}
