package projection_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/chaincode/wire/wiretest"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/projection"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/readmodel/readmodeltest"
	"github.com/rootline/rootline/judge/judgetest"
)

// TestNoTransactionTakesMoreThanItsBounds reads blocks as hostile members could have them made. Each stays a few rows,
// and is disputed or listed; the read model goes on.
func TestNoTransactionTakesMoreThanItsBounds(t *testing.T) {
	endless := strings.Repeat("\x00\xff中", 500_000)
	many := make([]string, 10_000)
	for i := range many {
		many[i] = endless[:1000]
	}
	for _, c := range []struct {
		name, finding string
		verdict       readmodel.Verdict
		forge         func(s *story) *block.Transaction
	}{
		{"proofs without end", projection.KindUnreadable, readmodel.VerdictDisputed, func(s *story) *block.Transaction {
			tx := s.forge(nil)
			tx.Args = []string{wiretest.HugeProofs(s.T)}
			return tx
		}},
		{"a batch that unpacks to 100 MB", projection.KindUnreadable, readmodel.VerdictDisputed, func(s *story) *block.Transaction {
			tx := s.forge(nil)
			tx.Args = []string{wiretest.Batch(s.T, make([]byte, 100<<20))}
			return tx
		}},
		{"8 MB that are no batch, and more of them", projection.KindUnreadable, readmodel.VerdictDisputed, func(s *story) *block.Transaction {
			tx := s.forge(nil)
			tx.Args = []string{strings.Repeat("x", 8<<20), "a", "b", "c", "d", "e", "f"}
			return tx
		}},
		{"an event longer than any", projection.KindJudgedOtherwise, readmodel.VerdictDisputed, func(s *story) *block.Transaction {
			return s.forge(nil, rootline.Submission{JWS: strings.Repeat("x", 4<<20)})
		}},
		{"a proof that no event needs", projection.KindJudgedOtherwise, readmodel.VerdictDisputed, func(s *story) *block.Transaction {
			sub := s.Sign(s.builder, asset(judgetest.Code(judgetest.Contractor), "deliver", kind("cement"), amount(5)))
			sub.Inclusion = &rootline.Inclusion{List: s.lot, Path: make([]rootline.Hash, 64)}
			return s.forge(nil, sub)
		}},
		{"endless names, VALID", projection.KindForeignWrites, readmodel.VerdictDisputed, func(s *story) *block.Transaction {
			tx := s.forge(nil)
			tx.Chaincode, tx.Function, tx.Creator.MSPID, tx.Endorsers = endless, endless, endless, many
			tx.Writes = []block.Write{{Namespace: wire.Chaincode, Key: endless, Value: []byte("x")}}
			return tx
		}},
		{"endless names, INVALID", "", readmodel.NotJudged, func(s *story) *block.Transaction {
			tx := s.forge(nil)
			tx.Valid, tx.Code, tx.CodeName = false, 10, "ENDORSEMENT_POLICY_FAILURE"
			tx.Chaincode, tx.Function, tx.Creator.MSPID, tx.Endorsers = endless, endless, endless, many
			tx.ID = "z" + endless
			return tx
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t)
			g := applied(t, s.ledger)
			c.forge(s)
			bl := s.cut()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			if err := g.Apply(t.Context(), bl); err != nil {
				t.Fatal(err)
			}
			runtime.ReadMemStats(&after)
			if took := after.TotalAlloc - before.TotalAlloc; took > 100<<20 {
				t.Errorf("it took %d MB of memory", took>>20)
			}
			b, err := readmodeltest.View(t, g.store).Block(bl.Number)
			if err != nil || len(b.Transactions) != 1 {
				t.Fatalf("%+v, %v", b, err)
			}
			row := b.Transactions[0]
			if row.Verdict != c.verdict || len(row.Chaincode)+len(row.Function)+len(row.Creator)+len(row.ID) > 4*(3*200+50) ||
				len(row.Endorsers) > 65 || strings.ContainsRune(row.Function, 0) {
				t.Errorf("%.2000v", row)
			}
			if whole, err := readmodeltest.View(t, g.store).Transaction(row.ID); err != nil || c.verdict == readmodel.VerdictDisputed && len(whole.Arguments) == 0 {
				t.Errorf("found again by its id: %v", err)
			}
			var found []string
			for _, f := range g.findings(t) {
				found = append(found, f.Kind)
				if len(f.Detail) > 3*2000+50 {
					t.Errorf("a finding of %d bytes", len(f.Detail))
				}
			}
			if strings.Join(found, " ") != c.finding {
				t.Errorf("findings %v", found)
			}
			if kept := len(g.dump(t)) - len(applied(t, s.ledger).dump(t)); kept != 0 {
				t.Errorf("read again, it differs by %d bytes", kept)
			}
			honest := &ledger{World: s.World, blocks: s.blocks[:len(s.blocks)-1]}
			if grown := len(g.dump(t)) - len(applied(t, honest).dump(t)); grown > 500_000 {
				t.Errorf("the read model grew by %d bytes", grown)
			}
			sameState(t, g, s)
		})
	}
}

// What is kept of an event is what was signed, and of what travelled beside it only what was looked at.
func TestAProofThatWasNotNeededIsNotKept(t *testing.T) {
	s := newStory(t)
	in, _ := s.codes.Prove(s.lot, s.codes[2])
	plant := asset(s.codes[2], "plant", here)
	woken := s.Sign(s.planter, plant)
	woken.Inclusion = in
	s.must(s.TrySubmission(woken))
	s.cut()
	late := s.Sign(s.planter, asset(s.codes[2], "amend", data(`{"species":"x"}`), func(e *rootline.Event) { e.Corrects = plant.ID }))
	late.Inclusion = in
	s.must(s.TrySubmission(late))
	s.cut()
	g := applied(t, s.ledger)
	if f := g.findings(t); len(f) > 0 {
		t.Fatal(f)
	}
	list, err := readmodeltest.View(t, g.store).AssetEvents(s.codes[2], readmodel.Page{})
	if err != nil || len(list.Items) != 2 || list.Items[0].Inclusion != nil || list.Items[1].Inclusion == nil {
		t.Fatalf("%+v, %v", list.Items, err)
	}
}
