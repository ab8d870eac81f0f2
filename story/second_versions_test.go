package story

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/rulebook"
)

// All that the long story made goes over to the second version of its rulebook, whatever state it is in, and goes on there. Only
// what lies under something accepted stays as it was judged, until that is opened again.
func TestAllThatTheStoryMadeGoesOverToTheSecondVersions(t *testing.T) {
	s, play := opened(t)
	script, err := TellAll(context.Background(), play)
	if err != nil {
		t.Fatal(err)
	}
	w := s.world
	old := map[string][]string{} // by the second version that they go over to
	for ref, text := range rulebook.Shipped() {
		if _, version, _ := rootline.SplitRulebook(ref); version == 1 {
			continue
		}
		w.Adopt(text, ref)
		name, _, _ := rootline.SplitRulebook(ref)
		for _, r := range w.State.Records() {
			if a, ok := r.(*rootline.Asset); ok {
				if of, _, _ := rootline.SplitRulebook(a.Rulebook); of == name {
					old[ref] = append(old[ref], a.ID)
				}
			}
		}
	}
	manager, stayed := w.Enrol(judgetest.Owner, rootline.RoleManager), 0
	for ref, ids := range old {
		slices.Sort(ids)
		for _, id := range ids {
			err := w.Try(manager, judgetest.Act(rootline.ActMove, rootline.MoveData{Rulebook: ref, Assets: []string{id}, Reason: "the members adopted it"}))
			switch got := s.asset(id); {
			case err == nil && got.Rulebook == ref:
			case rootline.CodeOf(err) == rootline.CodeParentClosed && s.state(got.Under) == "accepted":
				stayed++
			default:
				t.Errorf("%s, %s, %s, stands under %s, want %s: %v", id, got.Kind, got.State, got.Rulebook, ref, err)
			}
		}
	}
	if stayed == 0 {
		t.Error("the story accepts nothing that has something under it")
	}
	if len(old) != 3 || s.asset(script.Unit).Children["total"] == 0 || s.asset(script.Unit).Children["classed"] != 0 {
		t.Errorf("went over: %d rulebooks; the unit counts %v", len(old), s.asset(script.Unit).Children)
	}

	act := func(who *judgetest.Person, ref, asset, action, data string) error {
		return w.Try(who, &rootline.Event{
			Asset: asset, Action: action, Rulebook: ref, Data: json.RawMessage(data),
			Evidence: []rootline.Evidence{{SHA256: rootline.HashOf([]byte(asset + action)), Type: "image/jpeg", Size: 1}},
		})
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	for _, division := range []string{script.Fill, script.Wall, script.Toe} {
		must(act(manager, "floodway@2", division, "classify", `{"main":true,"reason":"they carry the levee"}`))
	}
	if got := s.asset(script.Unit).Children; got["main"] != 3 {
		t.Errorf("the unit counts %v", got)
	}
	// A tree that was accepted before has its term counted from the planting.
	if got := rootline.CodeOf(act(manager, "forestation@2", script.Tree, "hand-over", `{"condition":"good"}`)); got != "maintenance-not-over" {
		t.Errorf("the tree is handed over: %q", got)
	}
	w.Now += 1095 * 86_400_000
	planter := w.Enrol(judgetest.Contractor, "planter")
	must(act(planter, "forestation@2", script.Tree, "tend", `{"work":"water"}`))
	must(act(manager, "forestation@2", script.Tree, "hand-over", `{"condition":"good"}`))
	if got := s.asset(script.Tree); got.State != "handed-over" || got.Custodian != judgetest.Owner {
		t.Errorf("the tree is %s, of %s", got.State, got.Custodian)
	}
}
