package judge_test

import (
	"bytes"
	"maps"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

func (w *works) children(id string, want map[string]int64) {
	w.T.Helper()
	if got := asset(w.World, id).Children; !maps.Equal(got, want) {
		w.T.Errorf("counted %v, want %v", got, want)
	}
}

func TestADivisionCountsItsElements(t *testing.T) {
	w := newWorks(t)
	division := w.division()
	first := w.element(division)
	seq := asset(w.World, division).Seq
	w.Do(w.builder, act(first, "notice", ""))
	if asset(w.World, division).Seq != seq {
		t.Error("an event that changes no count wrote the division")
	}
	w.children(division, map[string]int64{"total": 1})
	w.Do(w.supervisor, act(first, "accept", `{"rating":"excellent"}`))
	w.children(division, map[string]int64{"total": 1, "accepted": 1, "excellent": 1})
	w.begin(w.builder, "element", "start", `{"layer":2}`, under(division, first))
	w.children(division, map[string]int64{"total": 2, "accepted": 1, "excellent": 1})
	w.Do(w.supervisor, act(first, "reject", ""))
	w.children(division, map[string]int64{"total": 2})
}

func TestWhatLiesUnderWhatIsChecked(t *testing.T) {
	w := newWorks(t)
	division := w.division()
	element := w.element(division)
	for name, c := range map[string]struct {
		under string
		want  rootline.Code
	}{
		"nothing":      {"", rootline.CodeMissing},
		"unknown":      {judgetest.Code(judgetest.Owner), rootline.CodeUnknownAsset},
		"another kind": {element, rootline.CodeWrongParent},
	} {
		e := act(judgetest.Code(judgetest.Contractor), "start", `{"layer":2}`)
		e.Kind, e.Under = "element", c.under
		if got := rootline.CodeOf(w.Try(w.builder, e)); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
	// Other works have divisions, too.
	w.Adopt(bytes.Replace(w.yaml, []byte("rulebook: works"), []byte("rulebook: others"), 1), "others@1")
	elsewhere := act(judgetest.Code(judgetest.Owner), "start", "")
	elsewhere.Kind, elsewhere.Rulebook = "division", "others@1"
	w.Do(w.manager, elsewhere)
	stray := act(judgetest.Code(judgetest.Contractor), "start", `{"layer":2}`)
	stray.Kind, stray.Under = "element", elsewhere.Asset
	w.refused(rootline.CodeWrongParent, w.Try(w.builder, stray))
	cement := act(judgetest.Code(judgetest.Contractor), "deliver", "")
	cement.Kind, cement.Amount, cement.Under = "cement", 1, division
	w.refused(rootline.CodeNotAsked, w.Try(w.supplier, cement))
	note := act(element, "notice", "")
	note.Under = w.division()
	w.refused(rootline.CodeWrongParent, w.Try(w.builder, note))
	note = act(element, "notice", "")
	note.Under = division
	w.Do(w.builder, note)
}

func TestADivisionIsAcceptedAfterItsElementsAndThenClosed(t *testing.T) {
	w := newWorks(t)
	division := w.division()
	rating := `{"rating":"excellent"}`
	w.refused("elements-open", w.Try(w.builder, act(division, "accept", rating))) // none at all
	first := w.element(division)
	w.refused("elements-open", w.Try(w.builder, act(division, "accept", rating)))
	w.Do(w.supervisor, act(first, "accept", `{"rating":"good"}`))
	w.refused("not-excellent", w.Try(w.builder, act(division, "accept", rating)))
	w.accepted(division, `{"rating":"good"}`)

	next := act(judgetest.Code(judgetest.Contractor), "start", `{"layer":2}`)
	next.Kind, next.Under, next.Refs = "element", division, []string{first}
	w.refused(rootline.CodeParentClosed, w.Try(w.builder, next))
	w.refused(rootline.CodeParentClosed, w.Try(w.supervisor, act(first, "reject", "")))
	w.Do(w.supervisor, act(first, "inspect", "")) // changes no count
	w.Do(w.supervisor, act(division, "reopen", ""))
	w.Do(w.supervisor, act(first, "reject", ""))
}

// accepted has a division accepted by all its signers.
func (w *works) accepted(division, data string) {
	w.T.Helper()
	for _, p := range []*judgetest.Person{w.supervisor, w.manager, w.builder} {
		w.Do(p, act(division, "accept", data))
	}
	if got := asset(w.World, division).State; got != "accepted" {
		w.T.Fatalf("the division is %s", got)
	}
}
