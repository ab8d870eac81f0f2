package projection_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/projection"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/readmodel/readmodeltest"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
)

// TestWhatIsNotAgreedIsKeptAndFlagged has colluding organisations get things into valid transactions. The state that
// is judged by stays as it was, every event is kept, and an alarm is found.
func TestWhatIsNotAgreedIsKeptAndFlagged(t *testing.T) {
	revoke := func(s *story) {
		s.Do(s.Admins[judgetest.Contractor], judgetest.Act(rootline.ActRevoke, rootline.RevokeData{Device: s.planter.Kid()}))
		s.cut()
	}
	// honest is what the judge says of a submission.
	honest := func(s *story, sub rootline.Submission) []rootline.Record {
		d, err := s.Judge.Record(s.State, []rootline.Submission{sub}, s.Now+1000)
		if err != nil {
			s.T.Fatal(err)
		}
		return d.Writes
	}
	deliver := func(s *story) rootline.Submission {
		return s.Sign(s.builder, asset(judgetest.Code(judgetest.Contractor), "deliver", kind("cement"), amount(5)))
	}
	for _, c := range []struct {
		name, kind, detail string
		events             int
		forge              func(s *story) *block.Transaction
	}{
		{"skipped step", projection.KindJudgedOtherwise, "wrong-state", 1, func(s *story) *block.Transaction {
			planted := *s.State.Records()[rootline.Ref{Space: rootline.SpaceAsset, ID: s.tree}].(*rootline.Asset)
			planted.State, planted.Seq = "planted", planted.Seq+1
			sub := s.Sign(s.planter, asset(s.tree, "plant", here))
			return s.forge([]rootline.Record{&planted}, sub)
		}},
		{"wrong role", projection.KindJudgedOtherwise, "wrong-role", 1, func(s *story) *block.Transaction {
			return s.forge(nil, s.Sign(s.nursery, asset(judgetest.Code(judgetest.Contractor), "deliver", kind("cement"), amount(5))))
		}},
		{"unknown device", projection.KindJudgedOtherwise, "unknown-device", 1, func(s *story) *block.Transaction {
			return s.forge(nil, s.Sign(&judgetest.Person{Key: s.stranger()}, asset(s.tree, "plant", here)))
		}},
		{"revoked device", projection.KindJudgedOtherwise, "device-revoked", 1, func(s *story) *block.Transaction {
			revoke(s)
			return s.forge(nil, s.Sign(s.planter, asset(s.tree, "amend", data(`{"species":"x"}`),
				func(e *rootline.Event) { e.Corrects = s.first })))
		}},
		{"one bad of three", projection.KindJudgedOtherwise, "wrong-state", 3, func(s *story) *block.Transaction {
			return s.forge(nil, deliver(s), s.Sign(s.planter, asset(s.tree, "plant", here)), deliver(s))
		}},
		{"not a JWS", projection.KindJudgedOtherwise, "malformed-jws", 1, func(s *story) *block.Transaction {
			return s.forge(nil, rootline.Submission{JWS: "rubbish"})
		}},
		{"missing write", projection.KindWritesDiffer, "did not write", 1, func(s *story) *block.Transaction {
			sub := deliver(s)
			return s.forge(honest(s, sub)[:1], sub)
		}},
		{"other content", projection.KindWritesDiffer, "other content", 1, func(s *story) *block.Transaction {
			sub := deliver(s)
			writes := honest(s, sub)
			more := *writes[0].(*rootline.Asset)
			more.Quantity = &rootline.Quantity{Total: 500, Left: 500}
			writes[0] = &more
			return s.forge(writes, sub)
		}},
		{"a write too many", projection.KindWritesDiffer, "also wrote", 1, func(s *story) *block.Transaction {
			sub := deliver(s)
			return s.forge(append(honest(s, sub), &rootline.Tag{Code: judgetest.Code(judgetest.Owner), Asset: s.tree}), sub)
		}},
		{"another write instead", projection.KindWritesDiffer, "belongs", 1, func(s *story) *block.Transaction {
			sub := deliver(s)
			writes := honest(s, sub)
			writes[1] = &rootline.Tag{Code: judgetest.Code(judgetest.Owner), Asset: s.tree}
			return s.forge(writes, sub)
		}},
		{"a deletion", projection.KindWritesDiffer, "deleted", 1, func(s *story) *block.Transaction {
			sub := deliver(s)
			tx := s.forge(honest(s, sub), sub)
			tx.Writes[0].Value, tx.Writes[0].Delete = nil, true
			return tx
		}},
		{"unreadable batch", projection.KindUnreadable, "malformed-event", 0, func(s *story) *block.Transaction {
			return s.transact(wire.FnRecord, `{"events":[],"and":1}`, judge.Caller{}, &judge.Decision{})
		}},
		{"two arguments", projection.KindUnreadable, "2 arguments", 0, func(s *story) *block.Transaction {
			tx := s.forge(nil, deliver(s))
			tx.Args = append(tx.Args, "more")
			return tx
		}},
		{"malformed envelope", projection.KindUnreadable, "no proposal", 0, func(s *story) *block.Transaction {
			tx := s.forge(nil, deliver(s))
			tx.Malformed = "no proposal"
			return tx
		}},
		{"endorsed by one organisation, for its own collection", projection.KindForeignWrites, "in a collection", 0, func(s *story) *block.Transaction {
			tx := s.forge(nil, s.Sign(s.planter, asset(s.tree, "plant", here)))
			tx.Apart = []string{wire.Chaincode}
			return tx
		}},
		{"unknown function", projection.KindForeignWrites, "wipe", 0, func(s *story) *block.Transaction {
			tx := s.forge([]rootline.Record{&rootline.Tag{Code: "12345678"}})
			tx.Function = "wipe"
			return tx
		}},
		{"a function spelled as the chaincode refuses it", projection.KindForeignWrites, "record", 0, func(s *story) *block.Transaction {
			tx := s.forge([]rootline.Record{&rootline.Tag{Code: "12345678"}}, deliver(s))
			tx.Function = "record"
			return tx
		}},
		{"another chaincode", projection.KindForeignWrites, "tokens", 0, func(s *story) *block.Transaction {
			tx := s.forge([]rootline.Record{&rootline.Tag{Code: "12345678"}})
			tx.Chaincode, tx.Function = "tokens", "Record"
			return tx
		}},
		{"a second founding", projection.KindJudgedOtherwise, "already-founded", 0, func(s *story) *block.Transaction {
			return s.transact(wire.FnFound, judgetest.FoundingJSON(s.T), judge.Caller{MSPID: judgetest.Owner, Admin: true}, &judge.Decision{})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t)
			tx := c.forge(s)
			id := tx.ID
			s.cut()
			g := applied(t, s.ledger)
			f := g.findings(t)
			if len(f) != 1 || f[0].Kind != c.kind || !f[0].Alarm || f[0].Transaction != id || !strings.Contains(f[0].Detail, c.detail) {
				t.Fatalf("findings %+v", f)
			}
			sameState(t, g, s)
			row, err := readmodeltest.View(t, g.store).Transaction(id)
			if err != nil || row.Verdict != readmodel.VerdictDisputed || len(row.Arguments) == 0 || len(row.Events) != c.events {
				t.Fatalf("transaction %+v, %v", row, err)
			}
			news := g.told[len(g.told)-1]
			if len(news.Events) != c.events || !slices.Equal(kinds(news.Findings), []string{c.kind}) {
				t.Errorf("listeners were told %+v", news)
			}
			for _, e := range news.Events {
				if e.Status != readmodel.Disputed {
					t.Errorf("told of %+v", e)
				}
			}
		})
	}
}

func TestADisputedEventIsSeenOnItsAsset(t *testing.T) {
	s := newStory(t)
	event := asset(s.tree, "plant", here)
	s.forge(nil, s.Sign(s.planter, event))
	s.cut()
	g := applied(t, s.ledger)
	a, err := readmodeltest.View(t, g.store).Asset(s.tree)
	if err != nil || !a.Disputed || a.Seq != 4 {
		t.Fatalf("asset %+v, %v", a, err)
	}
	history, err := readmodeltest.View(t, g.store).AssetEvents(s.tree, readmodel.Page{})
	if err != nil || len(history.Items) != 5 {
		t.Fatalf("%d events, %v", len(history.Items), err)
	}
	first := history.Items[0]
	if first.Status != readmodel.Disputed || first.Event.ID != event.ID || first.Device != s.planter.Kid() || first.Seq != 0 {
		t.Errorf("the newest is %+v", first)
	}
	if e, err := readmodeltest.View(t, g.store).Event(event.ID); err != nil || e.Status != readmodel.Disputed {
		t.Errorf("event %+v, %v", e, err)
	}
	if list, err := readmodeltest.View(t, g.store).Assets(readmodel.AssetFilter{Disputed: true}, readmodel.Page{}); err != nil || len(list.Items) != 1 {
		t.Errorf("disputed assets: %+v, %v", list, err)
	}
}

func TestRefusalsOfABigTransactionAreBounded(t *testing.T) {
	s := newStory(t)
	var subs []rootline.Submission
	for range 30 {
		subs = append(subs, s.Sign(s.planter, asset(s.tree, "plant", here)))
	}
	s.forge(nil, subs...)
	s.cut()
	g := applied(t, s.ledger)
	f := g.findings(t)
	if len(f) != 20 || !strings.Contains(f[0].Detail, "and 10 more") {
		t.Errorf("%d findings, the last %+v", len(f), f[0])
	}
	if n := len(g.told[len(g.told)-1].Events); n != 30 {
		t.Errorf("%d events are kept", n)
	}
}

func TestInvalidAndForeignTransactionsAreListedAndNotJudged(t *testing.T) {
	s := newStory(t)
	invalid := s.forge(nil, rootline.Submission{JWS: "rubbish"})
	invalid.Valid, invalid.Code, invalid.CodeName = false, 11, "MVCC_READ_CONFLICT"
	id := invalid.ID
	other := s.forge(nil)
	other.Chaincode, other.Function = "_lifecycle", "ApproveChaincodeDefinitionForMyOrg"
	other.Writes = []block.Write{{Namespace: "_lifecycle", Key: "k", Value: []byte("v")}}
	read := s.forge(nil)
	read.Function, read.Args = wire.FnGet, []string{"L/"}
	s.cut()
	g := applied(t, s.ledger)
	if f := g.findings(t); len(f) > 0 {
		t.Errorf("findings %+v", f)
	}
	row, err := readmodeltest.View(t, g.store).Transaction(id)
	if err != nil || row.Valid || row.CodeName != "MVCC_READ_CONFLICT" || row.Verdict != readmodel.NotJudged {
		t.Errorf("%+v, %v", row, err)
	}
	b, err := readmodeltest.View(t, g.store).Block(uint64(len(s.blocks) - 1))
	if err != nil || len(b.Transactions) != 3 || b.Transactions[2].Function != wire.FnGet {
		t.Errorf("%+v, %v", b, err)
	}
	sameState(t, g, s)
}

// A seal is judged like any other transaction: what it says is kept, and one that writes more is disputed.
func TestASealIsJudged(t *testing.T) {
	s := newStory(t)
	seal := func(nonce string) *judge.Decision {
		d, err := s.Judge.Seal(s.State, nonce, s.Now)
		s.accepted(d, err)
		return d
	}
	good := s.transact(wire.FnSeal, "0123456789abcdef", judge.Caller{MSPID: judgetest.Regulator}, seal("0123456789abcdef")).ID
	s.cut()
	first := &rootline.Seal{Nonce: []byte("0123456789abcdef"), Witnessed: s.Now}
	early := s.transact(wire.FnSeal, "fedcba9876543210", judge.Caller{MSPID: judgetest.Regulator}, &judge.Decision{
		Writes: []rootline.Record{&rootline.Seal{Nonce: []byte("fedcba9876543210"), Witnessed: s.Now}},
	}).ID
	s.State.Apply([]rootline.Record{first}) // as it was
	s.cut()
	s.Now += 10 * 60 * 1000
	other := s.transact(wire.FnSeal, "fedcba9876543210", judge.Caller{MSPID: judgetest.Regulator}, seal("another nonce altogether")).ID
	short := s.transact(wire.FnSeal, "short", judge.Caller{MSPID: judgetest.Regulator}, &judge.Decision{}).ID
	s.State.Apply([]rootline.Record{first})
	s.cut()
	g := applied(t, s.ledger)
	for id, want := range map[string]readmodel.Verdict{good: readmodel.Agreed, other: readmodel.VerdictDisputed, short: readmodel.VerdictDisputed, early: readmodel.VerdictDisputed} {
		if row, err := readmodeltest.View(t, g.store).Transaction(id); err != nil || row.Verdict != want {
			t.Errorf("%s: %+v, %v; want %q", id, row, err, want)
		}
	}
	if f := g.findings(t); len(f) != 3 {
		t.Errorf("findings %+v", f)
	}
	sameState(t, g, s)
}

func TestCircumstancesAreFound(t *testing.T) {
	s := newStory(t)
	seen := func(number uint64, hash rootline.Hash) func(*rootline.Event) {
		return func(e *rootline.Event) { e.Seen = &rootline.Seen{Block: number, Hash: hash} }
	}
	deliver := func(change ...func(*rootline.Event)) *rootline.Event {
		return asset(judgetest.Code(judgetest.Contractor), "deliver", append(change, kind("cement"), amount(5))...)
	}
	good, other, future := deliver(seen(3, s.blocks[3].Hash)), deliver(seen(3, s.blocks[2].Hash)), deliver(seen(99, s.blocks[2].Hash))
	s.Do(s.builder, good)
	s.Do(s.builder, other)
	s.Do(s.builder, future)
	ahead := deliver(func(e *rootline.Event) { e.At = s.Now + 600_000 })
	s.Do(s.builder, ahead)
	late := deliver(func(e *rootline.Event) { e.At = s.Now - 3*86_400_000 })
	s.Do(s.builder, late)
	s.cut()
	s.Now -= 3_600_000 // held back for an hour, or a wrong clock
	apart := deliver()
	s.Do(s.builder, apart)
	s.cut()
	g := applied(t, s.ledger)
	byEvent := map[string]string{}
	for _, f := range g.findings(t) {
		if f.Alarm {
			t.Errorf("an alarm: %+v", f)
		}
		byEvent[f.Event] = f.Kind
	}
	for id, want := range map[string]string{
		good.ID: "", other.ID: projection.KindSeenOther, future.ID: projection.KindSeenOther, ahead.ID: projection.KindClaimedAhead,
		late.ID: "", "": projection.KindTimeApart,
	} {
		if byEvent[id] != want {
			t.Errorf("%s: found %q, want %q", id, byEvent[id], want)
		}
	}
	for id, want := range map[string]bool{good.ID: false, late.ID: true} {
		e, err := readmodeltest.View(t, g.store).Event(id)
		if err != nil || e.Late != want || e.Status != readmodel.Committed {
			t.Errorf("%+v, %v", e, err)
		}
	}
	sameState(t, g, s)
}
