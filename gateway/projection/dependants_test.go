package projection_test

import (
	"maps"
	"os"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/readmodel/readmodeltest"
	"github.com/rootline/rootline/judge/judgetest"
)

const good = `{"rating":"good"}`

// built is an accepted element in a division, in a unit; the cement went into it by way of from.
func (s *site) built(unit, from string) (division, element string) {
	division, element = judgetest.Code(judgetest.Owner), judgetest.Code(judgetest.Contractor)
	s.Do(s.manager, asset(division, "start", kind("division"), under(unit)))
	s.Do(s.builder, asset(element, "start", kind("element"), data(`{"layer":1}`), under(division)))
	s.Do(s.builder, asset(element, "fill", inputs(rootline.Input{Asset: from, Amount: 1})))
	s.Do(s.supervisor, asset(element, "accept", data(good)))
	return division, element
}

func (s *site) accept(division string) {
	for _, p := range []*judgetest.Person{s.builder, s.supervisor, s.manager} {
		s.Do(p, asset(division, "accept", data(good)))
	}
}

func under(id string) func(*rootline.Event) { return func(e *rootline.Event) { e.Under = id } }

// said is what was found, each with whether it is only possible.
func said(d *readmodel.Dependants) map[string]bool {
	found := map[string]bool{}
	for _, f := range d.Found {
		found[f.Asset.ID] = f.Possible
	}
	return found
}

func named(d *readmodel.Dependants) []rootline.Dependant {
	var list []rootline.Dependant
	for _, f := range d.Found {
		list = append(list, rootline.Dependant{Asset: f.Asset.ID, Via: f.Via})
	}
	return list
}

func (s *site) open(asset string, d []rootline.Dependant) string {
	recall := judgetest.Act(rootline.ActRecall, rootline.RecallData{Asset: asset, Reason: "28 d", Deadline: s.Now + 86_400_000, Dependants: d})
	s.Do(s.supervisor, recall)
	return recall.ID
}

// A recall reaches the acceptances that rest on what it finds, as certain as that is; what is still open is left alone.
func TestDependantsReachUpToAcceptances(t *testing.T) {
	s := newSite(t)
	unit, mixed := judgetest.Code(judgetest.Owner), judgetest.Code(judgetest.Owner)
	s.Do(s.manager, asset(unit, "start", kind("unit")))
	s.Do(s.manager, asset(mixed, "start", kind("unit")))
	sure, one := s.built(unit, s.cement)
	perhaps, two := s.built(mixed, s.silo)
	started, three := s.built(mixed, s.cement)
	s.accept(sure)
	s.accept(perhaps)
	s.Do(s.manager, asset(unit, "accept"))
	s.cut()
	g := applied(t, s.ledger)
	d, err := readmodeltest.View(t, g.store).Dependants(s.cement, "")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{s.silo: false, s.element: true, one: false, sure: false, unit: false, two: true, perhaps: true, three: false}
	if got := said(d); !maps.Equal(got, want) {
		t.Errorf("found %v, want %v; %s and %s are open", got, want, started, mixed)
	}
	s.open(s.cement, named(d))
	s.must(t, g.Apply(t.Context(), s.cut()))
	for id, possible := range want {
		if a, err := readmodeltest.View(t, g.store).Asset(id); err != nil || len(a.Frozen) != 1 || a.Frozen[0].Possible != possible {
			t.Errorf("the ledger holds %s as %+v (%v)", id, a.Frozen, err)
		}
	}
	if err := s.Try(s.manager, asset(mixed, "accept")); rootline.CodeOf(err) != "recall-open" {
		t.Errorf("the open unit: %v", err)
	}
}

// What lies under two others is listed under both, and a recall reaches both that were closed over it.
func TestDependantsReachUpBothWays(t *testing.T) {
	s := newSite(t)
	text, err := os.ReadFile("../../judge/testdata/both@1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s.Adopt(text, "both@1")
	do := func(by *judgetest.Person, code, action string, set ...func(*rootline.Event)) {
		s.Do(by, asset(code, action, append(set, func(e *rootline.Event) { e.Rulebook = "both@1" })...))
	}
	code := func(msp string) string { return judgetest.Code(msp) }
	contract, division, line, layer := code(judgetest.Owner), code(judgetest.Owner), code(judgetest.Owner), code(judgetest.Contractor)
	do(s.manager, contract, "open", kind("contract"))
	do(s.manager, division, "open", kind("division"), under(contract))
	do(s.manager, line, "open", kind("line"), under(contract))
	do(s.builder, layer, "start", kind("layer"), under(division), data(`{"depth":300}`))
	do(s.manager, layer, "assign", func(e *rootline.Event) { e.Refs = []string{line} })
	s.cut()
	g := applied(t, s.ledger)
	view := readmodeltest.View(t, g.store)
	for _, above := range []string{division, line} {
		list, err := view.Assets(readmodel.AssetFilter{Under: above}, readmodel.Page{})
		if err != nil || len(list.Items) != 1 || list.Items[0].ID != layer {
			t.Errorf("under %s are %+v (%v)", above, list.Items, err)
		}
	}
	found := func(root string, want map[string]bool) {
		t.Helper()
		d, err := readmodeltest.View(t, g.store).Dependants(root, "")
		if err != nil || !maps.Equal(said(d), want) {
			t.Fatalf("of %s was found %v, want %v (%v)", root, said(d), want, err)
		}
	}
	found(layer, map[string]bool{})
	found(line, map[string]bool{layer: false})
	do(s.manager, line, "close")
	s.must(t, g.Apply(t.Context(), s.cut()))
	found(layer, map[string]bool{line: false})
	do(s.manager, division, "close")
	do(s.manager, contract, "close")
	s.must(t, g.Apply(t.Context(), s.cut()))
	found(layer, map[string]bool{line: false, division: false, contract: false})
	d, err := readmodeltest.View(t, g.store).Dependants(layer, "")
	if err != nil {
		t.Fatal(err)
	}
	recall := judgetest.Act(rootline.ActRecall, rootline.RecallData{Asset: layer, Reason: "28 d", Deadline: s.Now + 86_400_000, Dependants: named(d)})
	s.Do(s.manager, recall) // the ledger takes all that was found
}

// A test lot leads to the deliveries that were tested with it; one of them leads to the test lot that passed, and not on
// to the others.
func TestDependantsOfATestLotAreItsDeliveries(t *testing.T) {
	s := newSite(t)
	group, first, second := judgetest.Code(judgetest.Contractor), judgetest.Code(judgetest.Contractor), judgetest.Code(judgetest.Contractor)
	s.Do(s.builder, asset(group, "begin", kind("group")))
	for _, code := range []string{first, second} {
		s.Do(s.supplier, asset(code, "deliver", kind("rebar"), amount(10), under(group)))
	}
	s.Do(s.supervisor, asset(group, "pass"))
	s.cut()
	g := applied(t, s.ledger)
	for root, want := range map[string]map[string]bool{group: {first: false, second: false}, first: {group: false}} {
		d, err := readmodeltest.View(t, g.store).Dependants(root, "")
		if err != nil || !maps.Equal(said(d), want) {
			t.Fatalf("of %s was found %+v, want %v (%v)", root, said(d), want, err)
		}
		s.open(root, named(d))
	}
}
