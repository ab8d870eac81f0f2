package projection_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/projection"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/readmodel/readmodeltest"
	"github.com/rootline/rootline/judge/judgetest"
)

// TestASleepingItemWakes finds an item by its code once the list of its lot is here, proves it, and sees it wake.
func TestASleepingItemWakes(t *testing.T) {
	s := newStory(t)
	g := applied(t, s.ledger)
	code := s.codes[7]
	if _, err := readmodeltest.View(t, g.store).Asset(code); rootline.CodeOf(err) != rootline.CodeNotFound {
		t.Fatalf("without the list: %v", err)
	}
	if pending, err := readmodeltest.View(t, g.store).PendingLists(); err != nil || len(pending) != 2 {
		t.Fatalf("%d files are waited for, %v", len(pending), err)
	}
	g.files.put(s.blob)
	if err := g.IndexList(t.Context(), rootline.HashOf(s.blob)); err != nil {
		t.Fatal(err)
	}
	if pending, err := readmodeltest.View(t, g.store).PendingLists(); err != nil || len(pending) != 1 {
		t.Errorf("%d files are waited for, %v", len(pending), err)
	}
	a, err := readmodeltest.View(t, g.store).Asset(code)
	if err != nil || !a.Asleep || a.ID != code || a.Kind != "tree" || a.State != "received" || a.Lot != s.lot || a.Seq != 0 ||
		a.Fields["species"].Str() != "Ulmus pumila" {
		t.Fatalf("asleep: %+v, %v", a, err)
	}
	asleep, err := readmodeltest.View(t, g.store).Trace(code, readmodel.Back, readmodel.TraceOptions{})
	if err != nil || len(asleep.Nodes) != 2 || len(asleep.Edges) != 1 || asleep.Nodes[1].Asset.ID != s.lot || !asleep.Nodes[0].Asset.Asleep {
		t.Errorf("trace %+v, %v", asleep, err)
	}
	in := inclusion(t, g, rootline.SpaceAsset, code)
	if in == nil {
		t.Fatal("not proved")
	}
	s.wake(code, in)
	if err := g.Apply(t.Context(), s.cut()); err != nil {
		t.Fatal(err)
	}
	a, err = readmodeltest.View(t, g.store).Asset(code)
	if err != nil || a.Asleep || a.State != "planted" || a.Lot != s.lot || a.Seq != 1 {
		t.Errorf("awake: %+v, %v", a, err)
	}
	trace, err := readmodeltest.View(t, g.store).Trace(s.lot, readmodel.Forward, readmodel.TraceOptions{})
	if err != nil || len(trace.Edges) != 1 || trace.Edges[0].To != code || trace.Edges[0].Amount != 1 || trace.Edges[0].Event == "" {
		t.Errorf("trace %+v, %v", trace, err)
	}
	if f := g.findings(t); len(f) > 0 {
		t.Errorf("findings %+v", f)
	}
}

func TestAListThatIsHereAlreadyIsIndexedWithItsBlock(t *testing.T) {
	s := newStory(t)
	g := newGateway(t, nil)
	g.files.put(s.blob)
	g.files.put(s.tags)
	if err := g.Apply(t.Context(), s.blocks...); err != nil {
		t.Fatal(err)
	}
	for _, code := range s.codes {
		if in := inclusion(t, g, rootline.SpaceAsset, code); in == nil || !in.Proves(code, listOf(s.codes)) {
			t.Fatalf("%s: %+v", code, in)
		}
		if in := inclusion(t, g, rootline.SpaceTag, code); in != nil {
			t.Errorf("an item is taken for a tag: %+v", in)
		}
	}
	tags := rootline.NewCodes(strings.Fields(string(s.tags)))
	if in := inclusion(t, g, rootline.SpaceTag, s.tag); in == nil || in.List != s.roll || !in.Proves(s.tag, listOf(tags)) {
		t.Errorf("%+v", in)
	}
	if in := inclusion(t, g, rootline.SpaceAsset, s.tag); in != nil {
		t.Errorf("a blank tag is proved as an item: %+v", in)
	}
	if in := inclusion(t, g, rootline.SpaceAsset, judgetest.Code(judgetest.Contractor)); in != nil {
		t.Errorf("an unknown code is proved: %+v", in)
	}
	if a, err := readmodeltest.View(t, g.store).Asset(s.tag); err != nil || a.ID != s.tree || !slices.Equal(a.Tags, []string{s.tag}) {
		t.Errorf("by its tag: %+v, %v", a, err)
	}
}

// Another organisation lists the same codes on a roll of its own, with a file that is the same and a code that comes first: pages
// and the outbox keep to the list of whose the codes are.
func TestNobodysListTakesThePlaceOfAnothers(t *testing.T) {
	s := newStory(t)
	roll := judgetest.Code(judgetest.Owner)
	if roll > s.roll {
		t.Fatalf("%s does not come before %s", roll, s.roll)
	}
	tags := rootline.NewCodes(strings.Fields(string(s.tags)))
	issue := judgetest.Act(rootline.ActIssue, rootline.IssueData{Roll: roll})
	issue.List, issue.Evidence = listOf(tags), evidence(s.tags)
	s.Do(s.Admins[judgetest.Owner], issue)
	s.cut()
	g := newGateway(t, nil)
	g.files.put(s.blob)
	g.files.put(s.tags)
	if err := g.Apply(t.Context(), s.blocks...); err != nil {
		t.Fatal(err)
	}
	if codes, err := readmodeltest.View(t, g.store).ListCodes(roll, readmodel.Page{}); err != nil || len(codes.Items) != len(tags) {
		t.Fatalf("the other roll lists %d codes: %v", len(codes.Items), err)
	}
	if list, err := readmodeltest.View(t, g.store).TagListing(tags[5]); err != nil || list != s.roll {
		t.Errorf("a blank tag is of the roll %s, not %s: %v", list, s.roll, err)
	}
	if in := inclusion(t, g, rootline.SpaceTag, tags[5]); in == nil || in.List != s.roll {
		t.Errorf("for an outbox: %+v", in)
	}
}

// inclusion is what an outbox adds to an event: the proof of a code that sleeps on a lot or lies blank on a roll, nil for others.
func inclusion(t *testing.T, g *gateway, space rootline.Space, code string) *rootline.Inclusion {
	t.Helper()
	in, ok := readmodel.Lists{Store: g.store}.Inclusion(t.Context(), space, code)
	if ok != (in != nil) {
		t.Fatalf("%s: %+v, %t", code, in, ok)
	}
	return in
}

func listOf(c rootline.Codes) *rootline.List {
	l := c.List()
	return &l
}

func TestAFileThatIsNotTheListIsFound(t *testing.T) {
	s := newStory(t)
	wrong := lines(s.codes[1:])
	lot := judgetest.Code(judgetest.Contractor)
	s.Do(s.nursery, asset(lot, "register", kind("tree-lot"), data(`{"species":"x"}`), func(e *rootline.Event) {
		e.List, e.Evidence = listOf(s.codes), evidence(wrong)
	}))
	s.cut()
	g := newGateway(t, nil)
	g.files.put(wrong)
	if err := g.Apply(t.Context(), s.blocks...); err != nil {
		t.Fatal(err)
	}
	f := g.findings(t)
	if len(f) != 1 || f[0].Kind != projection.KindListMismatch || f[0].Asset != lot || f[0].Alarm || f[0].Block != uint64(len(s.blocks)-1) {
		t.Fatalf("findings %+v", f)
	}
	if in := inclusion(t, g, rootline.SpaceAsset, s.codes[1]); in != nil {
		t.Errorf("a wrong list proves: %+v", in)
	}
	if pending, err := readmodeltest.View(t, g.store).PendingLists(); err != nil || len(pending) != 2 {
		t.Errorf("%d files are waited for, %v", len(pending), err)
	}
}

// TestADividedLotsItemsBelongToItsParts divides a lot into two whose lists come as two files of one event.
func TestADividedLotsItemsBelongToItsParts(t *testing.T) {
	s := newStory(t)
	halves := [2]rootline.Codes{s.codes[:10], s.codes[10:]}
	parts := [2]string{judgetest.Code(judgetest.Contractor), judgetest.Code(judgetest.Contractor)}
	g := newGateway(t, nil)
	g.files.put(s.blob)
	divide := asset(s.lot, "divide")
	for i, h := range halves {
		divide.Into = append(divide.Into, rootline.Part{Asset: parts[i], List: h.List()})
		divide.Evidence = append(divide.Evidence, evidence(lines(h))...)
		g.files.put(lines(h))
	}
	s.Do(s.nursery, divide)
	s.cut()
	if err := g.Apply(t.Context(), s.blocks...); err != nil {
		t.Fatal(err)
	}
	if f := g.findings(t); len(f) > 0 {
		t.Fatalf("findings %+v", f)
	}
	for i, h := range halves {
		for _, code := range h {
			a, err := readmodeltest.View(t, g.store).Asset(code)
			in := inclusion(t, g, rootline.SpaceAsset, code)
			if err != nil || in == nil || a.Lot != parts[i] || a.State != "received" || !in.Proves(code, listOf(h)) {
				t.Fatalf("%s: %+v %+v %v", code, a, in, err)
			}
		}
	}
	s.wake(halves[1][2], inclusion(t, g, rootline.SpaceAsset, halves[1][2]))
	if err := g.Apply(t.Context(), s.cut()); err != nil {
		t.Fatal(err)
	}
	trace, err := readmodeltest.View(t, g.store).Trace(halves[1][2], readmodel.Back, readmodel.TraceOptions{})
	if err != nil || len(trace.Nodes) != 3 || trace.Nodes[1].Asset.ID != parts[1] || trace.Nodes[2].Asset.ID != s.lot {
		t.Errorf("trace %+v, %v", trace, err)
	}
	history, err := readmodeltest.View(t, g.store).AssetEvents(parts[1], readmodel.Page{})
	if err != nil || len(history.Items) != 1 || history.Items[0].Link != "part" || history.Items[0].Amount != 15 || history.Items[0].Seq != 1 {
		t.Errorf("history %+v, %v", history, err)
	}
}
