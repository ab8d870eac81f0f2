package judge_test

import (
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

// ready is a division whose elements are accepted.
func (w *works) ready() string {
	w.T.Helper()
	division := w.division()
	w.first = w.element(division)
	w.Do(w.supervisor, act(w.first, "accept", good))
	return division
}

const good = `{"rating":"good"}`

func TestSeveralSignInAnyOrderAndTheLastCompletes(t *testing.T) {
	w := newWorks(t)
	orders := [][]*judgetest.Person{
		{w.builder, w.supervisor, w.manager}, {w.manager, w.builder, w.supervisor}, {w.supervisor, w.manager, w.builder},
	}
	for _, order := range orders {
		division := w.ready()
		base := asset(w.World, division).Head
		for i, p := range order {
			if got := asset(w.World, division); got.State != "open" || i > 0 && (got.Pending == nil || len(got.Pending.Signatures) != i) {
				t.Fatalf("after %d signatures: %s, %+v", i, got.State, got.Pending)
			}
			e := act(division, "accept", good)
			e.Prev = base // all of them signed without a network
			w.Do(p, e)
		}
		got := asset(w.World, division)
		if got.State != "accepted" || got.Pending != nil {
			t.Fatalf("after the last: %s, %+v", got.State, got.Pending)
		}
		if joint := got.Fields["joint"].List(); len(joint) != 3 || joint[2].Str() != order[2].Organisation {
			t.Errorf("kept who signed as %v", joint)
		}
	}
}

func TestNobodySignsTwice(t *testing.T) {
	w := newWorks(t)
	division := w.ready()
	w.Do(w.builder, act(division, "accept", good))
	w.refused(rootline.CodeAlreadySigned, w.Try(w.builder, act(division, "accept", good)))
	w.refused(rootline.CodeAlreadySigned, w.Try(w.Enrol(judgetest.Contractor, "builder"), act(division, "accept", good)))
	w.refused(rootline.CodeWrongRole, w.Try(w.Enrol(judgetest.Supervisor, "laboratory"), act(division, "accept", good)))
	w.refused(rootline.CodeSignersDisagree, w.Try(w.supervisor, act(division, "accept", `{"rating":"fair"}`)))
	w.Do(w.supervisor, act(division, "accept", good))
}

func TestSignaturesAreTakenBackByWhatChangesTheAsset(t *testing.T) {
	w := newWorks(t)
	division := w.ready()
	w.Do(w.builder, act(division, "accept", good))
	w.Do(w.builder, act(division, "note", ""))
	if asset(w.World, division).Pending == nil {
		t.Fatal("a note took the signature back")
	}
	w.Do(w.manager, act(division, "object", ""))
	if asset(w.World, division).Pending != nil {
		t.Fatal("the signature stands in spite of the objection")
	}
	w.accepted(division, `{"rating":"fair"}`)
}

// What was signed for is what there was to see: with another element, or another result of one, all sign anew.
func TestSignaturesAreTakenBackByWhatChangesTheCounts(t *testing.T) {
	w := newWorks(t)
	division := w.ready()
	base := asset(w.World, division).Head
	w.Do(w.builder, act(division, "accept", good))
	w.Do(w.supervisor, act(division, "accept", good))
	w.Do(w.supervisor, act(w.first, "inspect", "")) // changes no count
	if p := asset(w.World, division).Pending; p == nil || len(p.Signatures) != 2 {
		t.Fatalf("the signatures are %+v", p)
	}
	fresh := act(judgetest.Code(judgetest.Contractor), "start", `{"layer":2}`)
	fresh.Kind, fresh.Under, fresh.Refs = "element", division, []string{w.first}
	w.Do(w.builder, fresh)
	if p := asset(w.World, division).Pending; p != nil {
		t.Fatalf("the signatures stand over a new element: %+v", p)
	}
	last := act(division, "accept", good)
	w.refused("elements-open", w.Try(w.manager, last))
	w.Do(w.supervisor, act(fresh.Asset, "accept", good))
	last.Prev = base // seen before the new element came
	w.refused(rootline.CodeStalePrev, w.Try(w.manager, last))
	w.accepted(division, good)
}

// A recall that was let go leaves the counts as they were, and yet something happened.
func TestARecallTakesSignaturesBack(t *testing.T) {
	s, unit, division := raised(t)
	s.Do(s.builder, act(division, "accept", good))
	s.release(s.open(s.all()...), s.certain)
	if asset(s.World, division).Pending != nil {
		t.Error("the signature stands")
	}
	s.accepted(division, good)
	s.Do(s.manager, act(unit, "accept", ""))
}
