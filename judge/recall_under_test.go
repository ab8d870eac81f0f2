package judge_test

import (
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

// raised is a spill whose certain element lies two steps under a unit.
func raised(t *testing.T) (s *spill, unit, division string) {
	s = newSpill(t)
	unit = s.begin(s.manager, "unit", "start", "", nil)
	division = s.begin(s.manager, "division", "start", "", under(unit))
	s.certain = s.element(division)
	s.use(s.certain, "fill", rootline.Input{Asset: s.lot, Amount: 1})
	s.Do(s.supervisor, act(s.certain, "accept", good))
	return s, unit, division
}

func (s *spill) release(id string, codes ...string) {
	s.T.Helper()
	s.Do(s.supervisor, judgetest.Act(rootline.ActRecallRelease, rootline.RecallReleaseData{Recall: id, Assets: codes, Reason: "sound"}))
}

// Nothing is accepted over what a recall holds, however far below it lies, and whoever opened the recall need not name
// what is above.
func TestNoUnitIsAcceptedOverWhatARecallHolds(t *testing.T) {
	s, unit, division := raised(t)
	s.accepted(division, good)
	id := s.open(s.all()...)
	s.children(division, map[string]int64{"total": 1, "accepted": 1, "frozen": 1})
	s.children(unit, map[string]int64{"total": 1, "accepted": 1, "frozen": 1})
	if e := s.refused("recall-open", s.Try(s.manager, act(unit, "accept", ""))); e.Rule != "works@1/unit/accept/recall-open" {
		t.Errorf("it stands on %q", e.Rule)
	}
	s.release(id, s.certain)
	s.children(unit, map[string]int64{"total": 1, "accepted": 1})
	s.Do(s.manager, act(unit, "accept", ""))
}

// What was accepted before is named and held, from the element up, and can be opened again from the top down.
func TestARecallHoldsTheAcceptancesAboveWhatItFound(t *testing.T) {
	s, unit, division := raised(t)
	s.accepted(division, good)
	s.Do(s.manager, act(unit, "accept", ""))
	id := s.open(append(s.all(), rootline.Dependant{Asset: division, Via: s.certain}, rootline.Dependant{Asset: unit, Via: division})...)
	for _, code := range []string{division, unit} {
		if f := asset(s.World, code).Frozen; len(f) != 1 || f[0].Possible {
			t.Errorf("%s is held as %+v", code, f)
		}
	}
	s.refused(rootline.CodeFrozen, s.Try(s.builder, act(division, "note", "")))
	s.refused(rootline.CodeParentClosed, s.Try(s.supervisor, act(division, "reopen", "")))
	s.Do(s.supervisor, act(unit, "reopen", ""))
	s.Do(s.supervisor, act(division, "reopen", ""))
	s.refused(rootline.CodeFrozen, s.Try(s.builder, act(division, "accept", good)))
	s.release(id, division)
	s.refused("elements-open", s.Try(s.builder, act(division, "accept", good)))
	s.release(id, s.certain, unit)
	s.children(unit, map[string]int64{"total": 1})
	s.accepted(division, good)
	s.Do(s.manager, act(unit, "accept", ""))
}

// What was tested together fails together, and only what is recalled itself leads down to what lies under it.
func TestATestLotLeadsToItsDeliveries(t *testing.T) {
	w := newWorks(t)
	group := w.begin(w.builder, "group", "begin", "", nil)
	var deliveries []string
	for range 2 {
		deliveries = append(deliveries, w.begin(w.supplier, "rebar", "deliver", "", func(e *rootline.Event) { e.Under, e.Amount = group, 10 }))
	}
	recall := func(asset string, d ...rootline.Dependant) error {
		return w.Try(w.supervisor, judgetest.Act(rootline.ActRecall, rootline.RecallData{
			Asset: asset, Reason: "strength", Deadline: w.Now + 86_400_000, Dependants: d,
		}))
	}
	if err := recall(group, rootline.Dependant{Asset: deliveries[0], Via: group}, rootline.Dependant{Asset: deliveries[1], Via: group}); err != nil {
		t.Fatal(err)
	}
	for _, code := range deliveries {
		if f := asset(w.World, code).Frozen; len(f) != 1 || f[0].Possible || f[0].Via != group {
			t.Errorf("%s is held as %+v", code, f)
		}
	}
	// A bad delivery says nothing of the other one, though what was tested with it is held.
	w.refused(rootline.CodeNotDependant, recall(deliveries[0],
		rootline.Dependant{Asset: group, Via: deliveries[0]}, rootline.Dependant{Asset: deliveries[1], Via: group}))
	if err := recall(deliveries[0], rootline.Dependant{Asset: group, Via: deliveries[0]}); err != nil {
		t.Fatal(err)
	}
}

// Nobody lets go what their own organisation made or answers for.
func TestNobodyReleasesTheirOwn(t *testing.T) {
	s := newSpill(t)
	id := s.open(append(s.all(), rootline.Dependant{Asset: s.division, Via: s.certain})...)
	release := func(p *judgetest.Person, codes ...string) error {
		return s.Try(p, judgetest.Act(rootline.ActRecallRelease, rootline.RecallReleaseData{Recall: id, Assets: codes, Reason: "sound"}))
	}
	if e := s.refused(rootline.CodeOwnRelease, release(s.manager, s.mix, s.division)); e.Field != "/data/assets/1" {
		t.Errorf("it points at %q", e.Field)
	}
	taken, given := *asset(s.World, s.perhaps), *asset(s.World, s.division)
	taken.Custodian, given.Custodian = s.manager.Organisation, s.builder.Organisation
	s.State.Apply([]rootline.Record{&taken, &given})
	s.refused(rootline.CodeOwnRelease, release(s.manager, s.division))
	s.refused(rootline.CodeOwnRelease, release(s.manager, s.perhaps))
	for p, code := range map[*judgetest.Person]string{s.manager: s.mix, s.supervisor: s.division} {
		if err := release(p, code); err != nil {
			t.Error(err)
		}
	}
}
