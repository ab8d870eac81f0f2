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

// The rules hold with each signature; and what changes below between two of them takes those that were given back.
func TestTheLastSignatureIsJudgedLikeTheFirst(t *testing.T) {
	w := newWorks(t)
	division := w.ready()
	w.Do(w.builder, act(division, "accept", good))
	w.Do(w.supervisor, act(division, "accept", good))
	fresh := act(judgetest.Code(judgetest.Contractor), "start", `{"layer":2}`)
	fresh.Kind, fresh.Under, fresh.Refs = "element", division, []string{w.first}
	w.Do(w.builder, fresh)
	if asset(w.World, division).Pending != nil {
		t.Fatal("signatures stand for elements that their signers never saw")
	}
	w.refused("elements-open", w.Try(w.manager, act(division, "accept", good)))
	w.Do(w.supervisor, act(fresh.Asset, "accept", good))
	for i, p := range []*judgetest.Person{w.manager, w.builder, w.supervisor} {
		if w.Do(p, act(division, "accept", good)); i < 2 && asset(w.World, division).State == "accepted" {
			t.Fatalf("accepted with %d signatures over what is there now", i+1)
		}
	}
	if got := asset(w.World, division).State; got != "accepted" {
		t.Errorf("it is %s after all have signed", got)
	}
}
