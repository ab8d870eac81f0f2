package projection_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/projection"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge/judgetest"
)

// site is a ledger with the rulebook of judge/testdata.
type site struct {
	*ledger
	supplier, builder, supervisor, manager *judgetest.Person
	division, element, cement, silo        string
}

func newSite(t *testing.T) *site {
	t.Helper()
	yaml, err := os.ReadFile("../../judge/testdata/works@1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := &site{ledger: newLedger(t)}
	s.Adopt(yaml, "works@1")
	s.supplier, s.builder = s.Enrol(judgetest.Contractor, "supplier"), s.Enrol(judgetest.Contractor, "builder")
	s.supervisor, s.manager = s.Enrol(judgetest.Supervisor, "supervisor"), s.Enrol(judgetest.Owner, "manager")
	s.division, s.element = judgetest.Code(judgetest.Owner), judgetest.Code(judgetest.Contractor)
	s.cement, s.silo = judgetest.Code(judgetest.Contractor), judgetest.Code(judgetest.Contractor)
	s.Do(s.manager, asset(s.division, "start", kind("division")))
	s.Do(s.builder, asset(s.element, "start", kind("element"), data(`{"layer":1}`), func(e *rootline.Event) { e.Under = s.division }))
	s.Do(s.supplier, asset(s.cement, "deliver", kind("cement"), amount(100)))
	s.Do(s.builder, asset(s.silo, "fill", kind("silo"), amount(60), inputs(rootline.Input{Asset: s.cement, Amount: 60})))
	s.Do(s.builder, asset(s.element, "fill", inputs(rootline.Input{Asset: s.silo, Amount: 5})))
	s.cut()
	return s
}

func (s *site) recall(t *testing.T) string {
	t.Helper()
	recall := judgetest.Act(rootline.ActRecall, rootline.RecallData{
		Asset: s.cement, Reason: "28 d", Deadline: s.Now + 86_400_000,
		Dependants: []rootline.Dependant{{Asset: s.silo, Via: s.cement}, {Asset: s.element, Via: s.silo}},
	})
	s.Do(s.supervisor, recall)
	s.cut()
	return recall.ID
}

func TestARecallIsPartOfTheHistoryOfWhatItFreezes(t *testing.T) {
	s := newSite(t)
	id := s.recall(t)
	g := applied(t, s.ledger)
	for _, code := range []string{s.cement, s.silo, s.element} {
		list, err := g.store.AssetEvents(t.Context(), code, readmodel.Page{Limit: 1})
		if err != nil || len(list.Items) != 1 || list.Items[0].Event.ID != id || list.Items[0].Link != "recall" {
			t.Errorf("the last of %s is %+v (%v)", code, list.Items, err)
		}
	}
	children, err := g.store.AssetEvents(t.Context(), s.division, readmodel.Page{Limit: 1})
	if err != nil || len(children.Items) != 1 || children.Items[0].Event.ID != id || children.Items[0].Link != "child" {
		t.Errorf("the last of the division is %+v (%v)", children.Items, err)
	}
	if a, err := g.store.Asset(t.Context(), s.element); err != nil || len(a.Frozen) != 1 || !a.Frozen[0].Possible || a.Under != s.division {
		t.Errorf("the element is shown as %+v (%v)", a, err)
	}
	if another := applied(t, s.ledger); another.dump(t) != g.dump(t) {
		t.Error("two read models of the same blocks differ")
	}
}

// An attested event is shown as its own device's, and the act that let it in stands beside it.
func TestAnAttestedEventIsShownWithBothSignatures(t *testing.T) {
	for name, seen := range map[string]bool{"": false, projection.KindSignedAfterEnd: true} {
		s := newSite(t)
		late := asset(s.element, "notice")
		if !seen {
			late.Seen = &rootline.Seen{Block: 0, Hash: s.blocks[0].Hash}
		}
		late.At = s.Now
		s.Now += 1000
		s.Do(s.Admins[judgetest.Contractor], judgetest.Act(rootline.ActRevoke, rootline.RevokeData{Device: s.builder.Kid()}))
		s.Now += 60_000
		s.Do(s.supervisor, asset(s.element, "inspect"))
		after := s.cut()
		if seen { // it claims a time before the end, and yet knows a block from after it
			late.Seen = &rootline.Seen{Block: after.Number, Hash: after.Hash}
		}
		embedded := s.Sign(s.builder, late)
		attest := judgetest.Act(rootline.ActAttest, rootline.AttestData{JWS: embedded.JWS, Reason: "I stood beside it"})
		s.Do(s.supervisor, attest)
		s.cut()
		g := applied(t, s.ledger)

		e, err := g.store.Event(t.Context(), late.ID)
		if err != nil || e.Device != s.builder.Kid() || e.JWS != embedded.JWS || e.Status != readmodel.Committed {
			t.Fatalf("the event is shown as %+v (%v)", e, err)
		}
		act, err := g.store.Event(t.Context(), attest.ID)
		if err != nil || act.Device != s.supervisor.Kid() || act.Event.Action != rootline.ActAttest {
			t.Fatalf("the attestation is shown as %+v (%v)", act, err)
		}
		var said rootline.AttestData
		if err := json.Unmarshal(act.Event.Data, &said); err != nil || said.JWS != e.JWS {
			t.Errorf("it embeds %v", err)
		}
		found, err := g.store.Findings(t.Context(), readmodel.Page{})
		if err != nil || (name == "") != (len(found.Items) == 0) || name != "" && found.Items[0].Kind != name {
			t.Errorf("%q: found %+v (%v)", name, found.Items, err)
		}
	}
}
