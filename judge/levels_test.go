package judge_test

import (
	"math/rand/v2"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

// deep has divisions count for their unit what their elements count for them.
var deep = []string{
	"      optional: true\n      counts:\n",
	"      optional: true\n      counts:\n        elements: children.total\n        good: children.accepted\n        ready: children.total > 0 && children.accepted == children.total\n",
}

func TestCountsClimbThroughSeveralLevels(t *testing.T) {
	w := newWorks(t, deep...)
	unit := w.begin(w.manager, "unit", "start", "", nil)
	one, two := w.begin(w.manager, "division", "start", "", under(unit)), w.begin(w.manager, "division", "start", "", under(unit))
	w.children(unit, map[string]int64{"total": 2})
	first, second := w.element(one), w.element(two)
	w.children(unit, map[string]int64{"total": 2, "elements": 2})
	before := asset(w.World, unit).Seq
	w.Do(w.supervisor, act(first, "accept", good))
	w.children(unit, map[string]int64{"total": 2, "elements": 2, "good": 1, "ready": 1})
	if got := asset(w.World, unit).Seq; got != before+1 {
		t.Errorf("the unit's history has %d events more, not one", got-before)
	}
	w.Do(w.builder, act(second, "notice", "")) // counts nothing anew
	if got := asset(w.World, unit).Seq; got != before+1 {
		t.Error("the unit is written though nothing was counted")
	}
	w.Do(w.supervisor, act(first, "reject", ""))
	w.children(unit, map[string]int64{"total": 2, "elements": 2})

	// What was accepted on the strength of its counts keeps them: one level up as two.
	for _, division := range []string{one, two} {
		element := first
		if division == two {
			element = second
		}
		w.Do(w.supervisor, act(element, "accept", good))
	}
	for _, p := range []string{one, two} {
		w.accepted(p, good)
	}
	w.Do(w.manager, act(unit, "accept", ""))
	held := asset(w.World, unit).Children
	w.refused(rootline.CodeParentClosed, w.Try(w.supervisor, act(first, "reject", "")))
	w.refused(rootline.CodeParentClosed, w.Try(w.builder, elementOf(one)))
	w.children(unit, held)
}

func elementOf(division string) *rootline.Event {
	e := act(judgetest.Code(judgetest.Contractor), "start", `{"layer":2}`)
	e.Kind, e.Under = "element", division
	return e
}

// What lies two levels up is always the sum of what lies between, whatever is done in whatever order.
func TestCountsOfSeveralLevelsAddUp(t *testing.T) {
	for seed := range uint64(8) {
		random := rand.New(rand.NewPCG(seed, 1))
		w := newWorks(t, deep...)
		unit := w.begin(w.manager, "unit", "start", "", nil)
		var divisions, elements []string
		for range 60 {
			switch n := random.IntN(6); {
			case len(divisions) == 0 || n == 0 && len(divisions) < 4:
				divisions = append(divisions, w.begin(w.manager, "division", "start", "", under(unit)))
			case len(elements) == 0 || n < 3:
				division := divisions[random.IntN(len(divisions))]
				if asset(w.World, division).Children["total"] == 0 {
					elements = append(elements, w.element(division))
				}
			default:
				_ = w.Try(w.supervisor, act(elements[random.IntN(len(elements))], []string{"accept", "reject"}[n%2], map[int]string{0: good}[n%2]))
				_ = w.Try(w.builder, act(elements[random.IntN(len(elements))], "dig-out", ""))
			}
			want := map[string]int64{}
			for _, d := range divisions {
				c := asset(w.World, d).Children
				want["total"]++
				want["elements"] += c["total"]
				want["good"] += c["accepted"]
				if c["total"] > 0 && c["accepted"] == c["total"] {
					want["ready"]++
				}
			}
			for name, n := range want {
				if n == 0 {
					delete(want, name)
				}
			}
			w.children(unit, want)
		}
	}
}
