package projection_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/readmodel/readmodeltest"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
)

// raised is a ledger whose organisations voted for a number that this build does not know, and went on: the blocks before
// the last vote, that of the last vote, and one that only others can judge.
func raised(t *testing.T) (l *ledger, vote, after *block.Block) {
	t.Helper()
	l = newLedger(t)
	known := judge.Protocols()
	next := known[len(known)-1] + 1
	for i, msp := range []string{judgetest.Owner, judgetest.Contractor, judgetest.Supervisor} {
		l.Do(l.Admins[msp], judgetest.Act(rootline.ActRaise, rootline.RaiseData{Protocol: next}))
		if vote = l.cut(); i < 2 && len(vote.Transactions) != 1 {
			t.Fatal("a vote was not recorded")
		}
	}
	l.record([]rootline.Submission{l.Sign(l.Admins[judgetest.Owner], invitation(t))}, &judge.Decision{Writes: []rootline.Record{
		&rootline.Tag{Code: "of-rules-to-come"},
	}})
	return l, vote, l.cut()
}

func invitation(t *testing.T) *rootline.Event {
	t.Helper()
	return judgetest.Act(rootline.ActRevoke, rootline.RevokeData{Device: "nobody"})
}

// halted checks that reading stopped for want of the protocol, and nothing else is said about the ledger.
func halted(t *testing.T, g *gateway, err error, at uint64, number int) {
	t.Helper()
	var halt block.Halt
	var unknown *judge.UnknownProtocolError
	if !errors.As(err, &halt) || halt.Stop() != block.StopProtocol || !errors.As(err, &unknown) || unknown.Number != number {
		t.Fatalf("got %v", err)
	}
	c, _, cursorErr := g.store.Cursor(t.Context())
	all, alarms, findErr := readmodeltest.View(t, g.store).FindingCount()
	if err := errors.Join(cursorErr, findErr); err != nil || c.Block != at || all > 0 || alarms > 0 {
		t.Errorf("it stands at block %d, want %d; %d findings (%v)", c.Block, at, all, err)
	}
}

// Votes for a number that is not known are counted like those of the others. Once it holds, the reading halts there, at
// once, also when more blocks came with it, and again after each start.
func TestReadingHaltsWhereTheProtocolIsUnknown(t *testing.T) {
	l, vote, after := raised(t)
	number := 1 + judge.Protocols()[len(judge.Protocols())-1]
	for name, blocks := range map[string][]*block.Block{"with the vote": l.blocks[:vote.Number+1], "with more": l.blocks} {
		g := newGateway(t, nil)
		halted(t, g, g.Apply(t.Context(), blocks...), vote.Number, number)
		if ledger, err := readmodeltest.View(t, g.store).Ledger(); err != nil || ledger.Ledger.Protocol != number {
			t.Errorf("%s: the vote did not hold: %+v (%v)", name, ledger, err)
		}
		before := g.dump(t)
		halted(t, g, g.Apply(t.Context(), after), vote.Number, number)
		if g.dump(t) != before {
			t.Errorf("%s: something of a block that cannot be judged is there", name)
		}
	}
	g := newGateway(t, &source{blocks: l.blocks})
	for range 2 {
		err := g.Run(t.Context())
		halted(t, g, err, vote.Number, number)
		if s := g.Status(); !s.Stopped || s.Stop != block.StopProtocol || !strings.Contains(s.Fault.Error(), "upgrade") {
			t.Errorf("the status is %+v", s)
		}
	}
}

// In the block of the last vote, behind it, lies a transaction that others had no right to endorse: nothing of the block is
// kept half.
func TestReadingHaltsWithinABlock(t *testing.T) {
	l, vote, after := raised(t)
	both := &block.Block{Number: vote.Number, Previous: vote.Previous, Transactions: append(vote.Transactions, after.Transactions...)}
	l.seal(both)
	g := newGateway(t, nil)
	if err := g.Apply(t.Context(), l.blocks[:vote.Number]...); err != nil {
		t.Fatal(err)
	}
	before := g.dump(t)
	number := 1 + judge.Protocols()[len(judge.Protocols())-1]
	halted(t, g, g.Apply(t.Context(), both), vote.Number-1, number)
	if g.dump(t) != before {
		t.Error("half of the block is there")
	}
}

// A ledger of before the first release is not judged by rules that it was not made by.
func TestALedgerOfBeforeTheFirstReleaseIsNotRead(t *testing.T) {
	l := newLedger(t)
	var f map[string]any
	founding := &l.blocks[1].Transactions[0]
	if err := json.Unmarshal([]byte(founding.Args[0]), &f); err != nil || founding.Function != wire.FnFound {
		t.Fatal(founding.Function, err)
	}
	delete(f, "protocol")
	older, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	founding.Args[0] = string(older)
	l.seal(l.blocks[1])
	g := newGateway(t, nil)
	if err := g.Apply(t.Context(), l.blocks[0]); err != nil {
		t.Fatal(err)
	}
	halted(t, g, g.Apply(t.Context(), l.blocks[1]), 0, 0)
}
