package judge_test

import (
	"bytes"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

// second is works@2: it calls a state and a field of elements otherwise, keeps no notice, and counts good ones too.
func (w *works) second(changes ...string) {
	w.T.Helper()
	yaml := bytes.Replace(w.yaml, []byte("version: 1\n"), []byte("version: 2\n"), 1)
	for i := 0; i < len(changes); i += 2 {
		if !bytes.Contains(yaml, []byte(changes[i])) {
			w.T.Fatalf("%q is not in the rulebook", changes[i])
		}
		yaml = bytes.ReplaceAll(yaml, []byte(changes[i]), []byte(changes[i+1]))
	}
	w.Adopt(yaml, "works@2")
}

func move(assets ...string) *rootline.Event {
	return judgetest.Act(rootline.ActMove, rootline.MoveData{Rulebook: "works@2", Assets: assets, Reason: "the second version holds"})
}

func TestAnAssetGoesOverToTheNewVersion(t *testing.T) {
	w := newWorks(t)
	division := w.division()
	element := w.element(division)
	w.Do(w.builder, act(element, "notice", ""))
	w.Do(w.supervisor, act(element, "accept", good))
	other := w.element(w.division())
	w.second("    under:\n      kinds: {division: open}\n", "    moves: {states: {accepted: passed}, fields: {depth: thickness}}\n    under:\n      kinds: {division: open}\n",
		`excellent: asset.state == "accepted" &&`, `excellent: asset.state == "passed" &&`,
		`accepted: asset.state == "accepted"`, `accepted: asset.state == "passed"`,
		"      accepted: {en: Accepted, zh: 已验收}\n      gone", "      passed: {en: Passed, zh: 合格}\n      gone",
		"element: accepted", "element: passed", "to: accepted, by: supervisor, asks", "to: passed, by: supervisor, asks", "from: accepted, to: open, by: supervisor}\n      inspect", "from: passed, to: open, by: supervisor}\n      inspect",
		"depth: {integer", "thickness: {integer", "data: {depth}", "data: {thickness}", "keeps: {depth}", "keeps: {thickness}", "depth: asset.depth", "depth: asset.thickness")
	w.refused(rootline.CodeWrongRole, w.Try(w.supervisor, move(element)))
	before := asset(w.World, element)
	w.Do(w.manager, move(element, division))
	got := asset(w.World, element)
	if got.Rulebook != "works@2" || got.State != "passed" || got.Seq != before.Seq+1 || !got.Fields["rating"].Equal(before.Fields["rating"]) || got.Claim == "" {
		t.Errorf("it became %+v", got)
	}
	w.children(division, map[string]int64{"total": 1, "accepted": 1})
	w.refused(rootline.CodeWrongRulebook, w.Try(w.supervisor, act(element, "reject", "")))
	reject := act(element, "reject", "")
	reject.Rulebook = "works@2"
	w.Do(w.supervisor, reject)
	w.children(division, map[string]int64{"total": 1})
	w.refused(rootline.CodeWrongRulebook, w.Try(w.manager, move(element))) // it is there already
	w.Do(w.supervisor, act(other, "accept", good))                         // what stays, stays under the old one
	if asset(w.World, other).Rulebook != worksRef {
		t.Error("what nobody moved has moved")
	}
}

func TestWhatDoesNotMapStays(t *testing.T) {
	for name, changes := range map[string][]string{
		"no such field":     {"noticeAt", "noticedAt"},
		"no such value":     {"max: 9,", "max: 1,"},
		"a wider breakdown": {"kinds: {division: open}", "kinds: {division: open}\n      optional: true"}, // maps
	} {
		w := newWorks(t)
		division := w.division()
		first := w.element(division)
		w.Do(w.supervisor, act(first, "accept", good))
		second := w.begin(w.builder, "element", "start", `{"layer":2}`, under(division, first))
		w.Do(w.builder, act(second, "notice", ""))
		w.second(changes...)
		want := rootline.CodeDoesNotMap
		if name == "a wider breakdown" {
			want = ""
		}
		if got := rootline.CodeOf(w.Try(w.manager, move(second))); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// What somebody typed as a text does not become an organisation with another version.
func TestATextBecomesNoID(t *testing.T) {
	w := newWorks(t)
	element := w.element(w.division())
	w.Do(w.supervisor, act(element, "accept", good))
	w.second(`excellent: asset.state == "accepted" && asset.rating == "excellent"`, "excellent: 'has(asset.rating)'",
		"      rating: {string, title: {en: Rating, zh: 评定}, choices: {", "      rating: {organisation, title: {en: Rating, zh: 评定}}\n      mark: {string, title: {en: Mark, zh: 评定}, choices: {",
		"data: {rating}", "data: {mark}", "keeps: {rating", "keeps: {mark", "event.data.rating", "event.data.mark", "      layer:", "      other: {string}\n      layer:")
	w.refused(rootline.CodeDoesNotMap, w.Try(w.manager, move(element)))
}

func TestGoingOverTakesSignaturesBackAndNeedsTheCurrentVersion(t *testing.T) {
	w := newWorks(t)
	division := w.ready()
	w.Do(w.builder, act(division, "accept", good))
	w.refused(rootline.CodeUnknownRulebook, w.Try(w.manager, move(division)))
	w.second()
	w.refused(rootline.CodeMissing, w.Try(w.manager, move()))
	w.refused(rootline.CodeUnknownAsset, w.Try(w.manager, move(judgetest.Code(judgetest.Owner))))
	w.Do(w.manager, move(division))
	if asset(w.World, division).Pending != nil {
		t.Error("a signature under the old version stands")
	}
}
