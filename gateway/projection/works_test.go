package projection_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/projection"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/readmodel/readmodeltest"
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
		list, err := readmodeltest.View(t, g.store).AssetEvents(code, readmodel.Page{Limit: 1})
		if err != nil || len(list.Items) != 1 || list.Items[0].Event.ID != id || list.Items[0].Link != "recall" {
			t.Errorf("the last of %s is %+v (%v)", code, list.Items, err)
		}
	}
	children, err := readmodeltest.View(t, g.store).AssetEvents(s.division, readmodel.Page{Limit: 1})
	if err != nil || len(children.Items) != 1 || children.Items[0].Event.ID != id || children.Items[0].Link != "child" {
		t.Errorf("the last of the division is %+v (%v)", children.Items, err)
	}
	if a, err := readmodeltest.View(t, g.store).Asset(s.element); err != nil || len(a.Frozen) != 1 || !a.Frozen[0].Possible || a.Under != s.division {
		t.Errorf("the element is shown as %+v (%v)", a, err)
	}
	recalled, err := readmodeltest.View(t, g.store).RecallAssets(id, readmodel.Page{})
	if err != nil || len(recalled.Items) != 3 {
		t.Fatalf("it froze %+v (%v)", recalled.Items, err)
	}
	for _, r := range recalled.Items {
		if !r.Held || r.Possible != (r.Asset.ID == s.element) || r.Asset.Kind == "" {
			t.Errorf("it froze %+v", r)
		}
	}
	s.Do(s.supervisor, judgetest.Act(rootline.ActRecallRelease, rootline.RecallReleaseData{Recall: id, Assets: []string{s.element}, Reason: "sound"}))
	s.must(t, g.Apply(t.Context(), s.cut()))
	held, err := readmodeltest.View(t, g.store).Assets(readmodel.AssetFilter{Recall: id}, readmodel.Page{})
	frozen, err2 := readmodeltest.View(t, g.store).Assets(readmodel.AssetFilter{Frozen: true, Kind: "element"}, readmodel.Page{})
	under, err3 := readmodeltest.View(t, g.store).Assets(readmodel.AssetFilter{Under: s.division}, readmodel.Page{})
	if err != nil || err2 != nil || err3 != nil || len(held.Items) != 2 || len(frozen.Items) != 0 || len(under.Items) != 1 {
		t.Errorf("held are %d, frozen elements %d, under the division %d", len(held.Items), len(frozen.Items), len(under.Items))
	}
	recalls, err := readmodeltest.View(t, g.store).Recalls(readmodel.Page{})
	if err != nil || len(recalls.Items) != 1 || recalls.Items[0].ID != id || recalls.Items[0].Frozen != 2 {
		t.Errorf("the recalls are %+v (%v)", recalls.Items, err)
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

		e, err := readmodeltest.View(t, g.store).Event(late.ID)
		if err != nil || e.Device != s.builder.Kid() || e.JWS != embedded.JWS || e.Status != readmodel.Committed {
			t.Fatalf("the event is shown as %+v (%v)", e, err)
		}
		act, err := readmodeltest.View(t, g.store).Event(attest.ID)
		if err != nil || act.Device != s.supervisor.Kid() || act.Event.Action != rootline.ActAttest {
			t.Fatalf("the attestation is shown as %+v (%v)", act, err)
		}
		if e.AttestedBy != attest.ID || act.Attests != late.ID || act.AttestedBy != "" || e.Attests != "" {
			t.Errorf("they lead to %q and %q", e.AttestedBy, act.Attests)
		}
		var said rootline.AttestData
		if err := json.Unmarshal(act.Event.Data, &said); err != nil || said.JWS != e.JWS {
			t.Errorf("it embeds %v", err)
		}
		found, err := readmodeltest.View(t, g.store).Findings(readmodel.Page{})
		if err != nil || (name == "") != (len(found.Items) == 0) || name != "" && found.Items[0].Kind != name {
			t.Errorf("%q: found %+v (%v)", name, found.Items, err)
		}
	}
}

func (s *site) must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// What a recall names comes in an order that the ledger takes, and what was drawn before the lot came is not among it.
func TestDependantsAreNamedAsTheLedgerTakesThem(t *testing.T) {
	s := newSite(t)
	early, late, mix, direct := judgetest.Code(judgetest.Contractor), judgetest.Code(judgetest.Contractor), judgetest.Code(judgetest.Contractor), judgetest.Code(judgetest.Contractor)
	bad := judgetest.Code(judgetest.Contractor)
	for i, code := range []string{early, late, direct} {
		division := judgetest.Code(judgetest.Owner)
		s.Do(s.manager, asset(division, "start", kind("division")))
		s.Do(s.builder, asset(code, "start", kind("element"), data(`{"layer":1}`), func(e *rootline.Event) { e.Under = division }))
		if i == 0 {
			s.Do(s.builder, asset(code, "fill", inputs(rootline.Input{Asset: s.silo, Amount: 1})))
		}
	}
	s.Do(s.supplier, asset(bad, "deliver", kind("cement"), amount(50)))
	s.Do(s.builder, asset(s.silo, "top-up", amount(10), inputs(rootline.Input{Asset: bad, Amount: 10})))
	s.Do(s.builder, asset(mix, "mix", kind("mix"), inputs(rootline.Input{Asset: s.silo, Amount: 5})))
	s.Do(s.builder, asset(late, "fill", inputs(rootline.Input{Asset: mix, Amount: 1})))
	s.Do(s.builder, asset(direct, "fill", inputs(rootline.Input{Asset: s.silo, Amount: 1})))
	s.Do(s.builder, asset(direct, "fill", inputs(rootline.Input{Asset: bad, Amount: 1})))
	s.cut()
	g := applied(t, s.ledger)
	d, err := readmodeltest.View(t, g.store).Dependants(bad, "")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{s.silo: false, mix: true, late: true, direct: false}
	var named []rootline.Dependant
	for _, f := range d.Found {
		if possible, ok := want[f.Asset.ID]; !ok || possible != f.Possible || f.Asset.Kind == "" {
			t.Errorf("found %s (%s) as possible %v", f.Asset.ID, f.Asset.Kind, f.Possible)
		}
		named = append(named, rootline.Dependant{Asset: f.Asset.ID, Via: f.Via})
	}
	if len(d.Found) != len(want) || d.Truncated {
		t.Fatalf("found %d, want %d", len(d.Found), len(want))
	}
	recall := judgetest.Act(rootline.ActRecall, rootline.RecallData{Asset: bad, Reason: "28 d", Deadline: s.Now + 86_400_000, Dependants: named})
	s.Do(s.supervisor, recall)
	s.must(t, g.Apply(t.Context(), s.cut()))
	for id, possible := range want {
		if a, err := readmodeltest.View(t, g.store).Asset(id); err != nil || len(a.Frozen) != 1 || a.Frozen[0].Possible != possible {
			t.Errorf("the ledger holds %s as %+v (%v)", id, a.Frozen, err)
		}
	}
	trace, err := readmodeltest.View(t, g.store).Trace(bad, readmodel.Forward, readmodel.TraceOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range trace.Edges {
		if e.Possible != (e.From == s.silo) {
			t.Errorf("the edge %+v", e)
		}
	}
}
