package judge_test

import (
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

func (w *works) recallOf(id string) *rootline.Recall {
	w.T.Helper()
	r, _ := w.State.Get(rootline.Ref{Space: rootline.SpaceRecall, ID: id})
	recall, ok := r.(*rootline.Recall)
	if !ok {
		w.T.Fatalf("the recall %s is a %T", id, r)
	}
	return recall
}

// spill is a bad lot, and what it went into: one element for certain, another possibly through the silo.
type spill struct {
	*works
	lot, silo, mix, certain, perhaps, apart, division string
}

func newSpill(t *testing.T) *spill {
	w := newWorks(t)
	s := &spill{works: w, lot: w.cement(1000), division: w.division()}
	s.silo = w.begin(w.builder, "silo", "fill", "", func(e *rootline.Event) {
		e.Amount, e.Inputs = 100, []rootline.Input{{Asset: s.lot, Amount: 100}}
	})
	s.mix = w.begin(w.builder, "mix", "mix", "", using(rootline.Input{Asset: s.silo, Amount: 10}))
	s.certain = w.element(s.division)
	w.use(s.certain, "fill", rootline.Input{Asset: s.lot, Amount: 5})
	s.perhaps, s.apart = w.element(w.division()), w.element(w.division())
	w.use(s.perhaps, "fill", rootline.Input{Asset: s.mix, Amount: 1})
	return s
}

func (s *spill) open(dependants ...rootline.Dependant) string {
	s.T.Helper()
	e := judgetest.Act(rootline.ActRecall, rootline.RecallData{
		Asset: s.lot, Reason: "strength at 28 days", Deadline: s.Now + 86_400_000, Dependants: dependants,
	})
	s.Do(s.supervisor, e)
	return e.ID
}

func (s *spill) all() []rootline.Dependant {
	return []rootline.Dependant{{Asset: s.silo, Via: s.lot}, {Asset: s.certain, Via: s.lot}, {Asset: s.mix, Via: s.silo}, {Asset: s.perhaps, Via: s.mix}}
}

func TestARecallFreezesWhatDependsOnTheLot(t *testing.T) {
	s := newSpill(t)
	id := s.open(s.all()...)
	for code, possible := range map[string]bool{s.lot: false, s.silo: false, s.certain: false, s.mix: true, s.perhaps: true} {
		if f := asset(s.World, code).Frozen; len(f) != 1 || f[0].Recall != id || f[0].Possible != possible {
			t.Errorf("%s is held as %+v, want possible %v", code, f, possible)
		}
	}
	if len(asset(s.World, s.apart).Frozen) > 0 {
		t.Error("what does not depend on it is frozen")
	}
	r := s.recallOf(id)
	if r.Named != 5 || r.Frozen != 5 || len(r.Holders) != 1 || r.Holders[0].Organisation != judgetest.Contractor || r.Holders[0].Assets != 5 {
		t.Errorf("the recall says %+v", r)
	}
	s.children(s.division, map[string]int64{"total": 1, "frozen": 1})

	s.refused(rootline.CodeFrozen, s.Try(s.supervisor, act(s.certain, "accept", good)))
	s.Do(s.supervisor, act(s.certain, "inspect", "")) // allowed to what is frozen
	fill := act(s.apart, "fill", "")
	fill.Inputs = []rootline.Input{{Asset: s.lot, Amount: 1}}
	if e := s.refused(rootline.CodeFrozen, s.Try(s.builder, fill)); e.Field != "/inputs/0" {
		t.Errorf("it points at %q", e.Field)
	}
	s.Do(s.supervisor, act(s.apart, "accept", good))
}

func TestWhoRecallsAndReleases(t *testing.T) {
	s := newSpill(t)
	data := rootline.RecallData{Asset: s.lot, Reason: "strength", Deadline: s.Now + 86_400_000}
	s.refused(rootline.CodeWrongRole, s.Try(s.builder, judgetest.Act(rootline.ActRecall, data)))
	for _, c := range []struct {
		change func(*rootline.RecallData)
		want   rootline.Code
	}{
		{func(d *rootline.RecallData) { d.Reason = " " }, rootline.CodeMissing},
		{func(d *rootline.RecallData) { d.Deadline = s.Now }, rootline.CodeBadDeadline},
		{func(d *rootline.RecallData) { d.Asset = judgetest.Code(judgetest.Owner) }, rootline.CodeUnknownAsset},
		{func(d *rootline.RecallData) { d.Dependants = []rootline.Dependant{{Asset: s.apart, Via: s.lot}} }, rootline.CodeNotDependant},
		{func(d *rootline.RecallData) { d.Dependants = []rootline.Dependant{{Asset: s.perhaps, Via: s.mix}} }, rootline.CodeNotDependant},
		{func(d *rootline.RecallData) { d.Dependants = make([]rootline.Dependant, rootline.MaxDependants+1) }, rootline.CodeTooManyAssets},
	} {
		bad := data
		c.change(&bad)
		s.refused(c.want, s.Try(s.supervisor, judgetest.Act(rootline.ActRecall, bad)))
	}
	id := s.open(s.all()...)
	release := rootline.RecallReleaseData{Recall: id, Assets: []string{s.perhaps}, Reason: "cores were tested"}
	s.refused(rootline.CodeWrongRole, s.Try(s.builder, judgetest.Act(rootline.ActRecallRelease, release)))
	s.Do(s.supervisor, judgetest.Act(rootline.ActRecallRelease, release))
	s.refused(rootline.CodeNotFrozen, s.Try(s.supervisor, judgetest.Act(rootline.ActRecallRelease, release)))
	s.Do(s.supervisor, act(s.perhaps, "accept", good))
	// Who finds things does not overrule that; who may recall does.
	again := rootline.RecallAddData{Recall: id, Dependants: []rootline.Dependant{{Asset: s.perhaps, Via: s.mix}}}
	s.refused(rootline.CodeWrongRole, s.Try(s.supplier, judgetest.Act(rootline.ActRecallAdd, again)))
	s.Do(s.manager, judgetest.Act(rootline.ActRecallAdd, again))
	if a := asset(s.World, s.perhaps); len(a.Frozen) != 1 || len(a.Released) != 0 {
		t.Errorf("frozen again it is %+v", a)
	}
}

func TestWhatIsFoundLaterIsAdded(t *testing.T) {
	s := newSpill(t)
	id := s.open()
	add := func(d ...rootline.Dependant) error {
		return s.Try(s.supplier, judgetest.Act(rootline.ActRecallAdd, rootline.RecallAddData{Recall: id, Dependants: d}))
	}
	s.refused(rootline.CodeMissing, add())
	s.refused(rootline.CodeNotDependant, add(rootline.Dependant{Asset: s.mix, Via: s.silo})) // the silo is not named yet
	if err := add(s.all()...); err != nil {
		t.Fatal(err)
	}
	if err := add(s.all()...); err != nil { // named again, nothing changes
		t.Fatal(err)
	}
	if r := s.recallOf(id); r.Named != 5 {
		t.Errorf("%d were named", r.Named)
	}
	s.refused(rootline.CodeUnknownRecall, s.Try(s.supplier, judgetest.Act(rootline.ActRecallAdd,
		rootline.RecallAddData{Recall: rootline.NewEventID(s.supplier.Kid()), Dependants: s.all()})))
	// The division depends on its element, and can be named too.
	if err := add(rootline.Dependant{Asset: s.division, Via: s.certain}); err != nil {
		t.Fatal(err)
	}
	s.refused(rootline.CodeFrozen, s.Try(s.builder, act(s.division, "note", "")))
}

func TestWhatWasPossibleBecomesCertain(t *testing.T) {
	s := newSpill(t)
	s.use(s.perhaps, "fill", rootline.Input{Asset: s.lot, Amount: 1})
	id := s.open(rootline.Dependant{Asset: s.silo, Via: s.lot}, rootline.Dependant{Asset: s.mix, Via: s.silo}, rootline.Dependant{Asset: s.perhaps, Via: s.mix})
	if f := asset(s.World, s.perhaps).Frozen; !f[0].Possible {
		t.Fatalf("held as %+v", f)
	}
	s.Do(s.builder, judgetest.Act(rootline.ActRecallAdd, rootline.RecallAddData{Recall: id, Dependants: []rootline.Dependant{{Asset: s.perhaps, Via: s.lot}}}))
	if f := asset(s.World, s.perhaps).Frozen; len(f) != 1 || f[0].Possible || f[0].Via != s.lot {
		t.Errorf("held as %+v", f)
	}
}

func TestHoldersAcknowledgeAndTheRecallIsClosed(t *testing.T) {
	s := newSpill(t)
	id := s.open(s.all()...)
	acknowledge := judgetest.Act(rootline.ActRecallAcknowledge, rootline.RecallAcknowledgeData{Recall: id})
	s.refused(rootline.CodeNotHolder, s.Try(s.manager, judgetest.Act(rootline.ActRecallAcknowledge, rootline.RecallAcknowledgeData{Recall: id})))
	s.Do(s.builder, acknowledge)
	s.refused(rootline.CodeAlreadyAcknowledged, s.Try(s.supplier, judgetest.Act(rootline.ActRecallAcknowledge, rootline.RecallAcknowledgeData{Recall: id})))
	if h := s.recallOf(id).Holders[0]; h.Acknowledged != s.Now-1000 || h.Device != s.builder.Kid() {
		t.Errorf("the holder is %+v", h)
	}
	end := rootline.RecallCloseData{Recall: id, Reason: "the elements were replaced"}
	s.refused(rootline.CodeStillFrozen, s.Try(s.supervisor, judgetest.Act(rootline.ActRecallClose, end)))
	s.Do(s.supervisor, judgetest.Act(rootline.ActRecallRelease, rootline.RecallReleaseData{
		Recall: id, Assets: []string{s.lot, s.silo, s.mix, s.certain, s.perhaps}, Reason: "replaced",
	}))
	s.children(s.division, map[string]int64{"total": 1})
	s.refused(rootline.CodeWrongRole, s.Try(s.builder, judgetest.Act(rootline.ActRecallClose, end)))
	s.Do(s.manager, judgetest.Act(rootline.ActRecallClose, end))
	if r := s.recallOf(id); r.Closed != s.Now || r.Outcome != end.Reason || r.Frozen != 0 || r.Named != 5 {
		t.Errorf("closed as %+v", r)
	}
	s.refused(rootline.CodeRecallClosed, s.Try(s.manager, judgetest.Act(rootline.ActRecallAdd, rootline.RecallAddData{Recall: id, Dependants: s.all()})))
}

// Two recalls may hold one asset; it is free when both have let it go. A closed division does not hinder a recall.
func TestTwoRecallsHoldOneElementOfAClosedDivision(t *testing.T) {
	s := newSpill(t)
	s.Do(s.supervisor, act(s.certain, "accept", good))
	s.accepted(s.division, good)
	first, second := s.open(s.all()...), s.open(s.all()...)
	s.children(s.division, map[string]int64{"total": 1, "accepted": 1, "frozen": 1})
	for _, id := range []string{second, first} {
		s.refused(rootline.CodeFrozen, s.Try(s.supervisor, act(s.certain, "reject", "")))
		s.Do(s.supervisor, judgetest.Act(rootline.ActRecallRelease, rootline.RecallReleaseData{Recall: id, Assets: []string{s.certain}, Reason: "sound"}))
	}
	s.children(s.division, map[string]int64{"total": 1, "accepted": 1})
	s.Do(s.supervisor, act(s.division, "reopen", ""))
	s.Do(s.supervisor, act(s.certain, "reject", ""))
}
