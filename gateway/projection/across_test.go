package projection_test

import (
	"os"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/readmodel/readmodeltest"
	"github.com/rootline/rootline/judge/judgetest"
)

// Who reads the blocks again comes to the same marks, and to the same record of what left them.
func TestMarksAreJudgedAgain(t *testing.T) {
	s := newSite(t)
	text, err := os.ReadFile("../../judge/testdata/money@1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s.Adopt(text, "money@1")
	s.Do(s.builder, asset(s.element, "notice", data(`{}`)))
	s.Now += 48 * 3_600_000
	s.Do(s.builder, asset(s.element, "cover", data(`{"depth":300}`)))
	s.Do(s.supervisor, asset(s.element, "accept", data(`{"rating":"good"}`)))
	pay := func(by *judgetest.Person, of, action, body, under string, refs ...string) string {
		e := asset(judgetest.Code(by.Organisation), action, kind(of), func(e *rootline.Event) {
			e.Rulebook, e.Under, e.Refs = "money@1", under, refs
		})
		if body != "" {
			e.Data = []byte(body)
		}
		s.Do(by, e)
		return e.Asset
	}
	line := pay(s.manager, "line", "open", `{"quantity":700}`, "")
	measure := pay(s.supervisor, "measure", "measure", "", line, s.element)
	share := pay(s.builder, "share", "take", `{"depth":120}`, "", s.element)
	s.cut()
	g := applied(t, s.ledger)
	view := readmodeltest.View(t, g.store)
	if a, err := view.Asset(measure); err != nil || a.Fields["depth"].Int() != 300 || a.Under != line || a.Disputed {
		t.Errorf("the measure is shown as %+v (%v)", a, err)
	}
	for _, code := range []string{measure, share, line} {
		list, err := view.AssetEvents(code, readmodel.Page{})
		if err != nil || len(list.Items) == 0 {
			t.Fatalf("%s: %+v (%v)", code, list.Items, err)
		}
		for _, e := range list.Items {
			if e.Status != readmodel.Committed {
				t.Errorf("%s %s is %s", code, e.Event.Action, e.Status)
			}
		}
	}
}
