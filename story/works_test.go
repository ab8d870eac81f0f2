package story

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

func TestTheLongStoryFollowsItsScript(t *testing.T) {
	s, play := opened(t)
	if _, err := Tell(context.Background(), play); err != nil {
		t.Fatal(err)
	}
	script, err := TellAll(context.Background(), play)
	if err != nil {
		t.Fatal(err)
	}
	if s.dup == 0 {
		t.Error("the short story was recorded twice")
	}
	ends := map[string]string{
		script.Cement: "released", script.Unit: "open", script.Fill: "open", script.Wall: "open", script.Toe: "accepted",
		script.Centre: "open", script.Columns: "accepted", script.Slabs: "open", script.Column: "accepted",
		script.Waste[0]: "received", script.Waste[1]: "disputed", script.Waste[2]: "sent",
	}
	for _, e := range append(script.Strip, script.Components...) {
		ends[e.Code] = e.State
	}
	for code, want := range ends {
		if got := s.state(code); got != want {
			t.Errorf("%s ended %q, want %s", code, got, want)
		}
	}
	recorded := len(s.world.State.Records())
	if _, err := TellAll(context.Background(), play); err != nil {
		t.Fatalf("told again: %v", err)
	}
	if len(s.world.State.Records()) != recorded {
		t.Fatal("told twice, recorded twice")
	}
}

// The script of the recall agrees with what went into what, and the ledger takes it.
func TestTheRecallOfTheScript(t *testing.T) {
	s, play := opened(t)
	script, err := TellAll(context.Background(), play)
	if err != nil {
		t.Fatal(err)
	}
	possible, via := s.downstream(script.Recall.Lot)
	elements := map[string]bool{} // whether only possibly
	var through []string
	for code, maybe := range possible {
		r, _ := s.world.State.Get(rootline.Ref{Space: rootline.SpaceAsset, ID: code})
		switch r.(*rootline.Asset).Kind {
		case "fill-layer", "concealed":
			elements[code] = maybe
		default:
			through = append(through, code)
		}
	}
	want := map[string]bool{}
	for _, code := range script.Recall.Certain {
		want[code] = false
	}
	for _, code := range script.Recall.Possible {
		want[code] = true
	}
	if !maps.Equal(elements, want) || len(want) != len(script.Recall.Elements()) {
		t.Errorf("it went into %v, the script says %v", elements, want)
	}
	slices.Sort(through)
	slices.Sort(script.Recall.Through)
	if !slices.Equal(through, script.Recall.Through) {
		t.Errorf("it went through %v, the script says %v", through, script.Recall.Through)
	}
	for _, code := range script.Recall.Untouched {
		if _, named := possible[code]; named || s.state(code) == "" {
			t.Errorf("%s is said to be untouched", code)
		}
	}
	for _, code := range script.Recall.Tests {
		if s.state(code) != "passed" || s.asset(script.Recall.Lot).Under != code {
			t.Errorf("%s is said to be its test", code)
		}
		possible[code], via[code] = false, script.Recall.Lot
	}
	above := map[string]bool{}
	for _, code := range script.Recall.Certain {
		above[s.asset(code).Under] = true
	}
	if slices.Sort(script.Recall.Above); !slices.Equal(script.Recall.Above, slices.Sorted(maps.Keys(above))) {
		t.Errorf("it rests under %v, the script says %v", above, script.Recall.Above)
	}
	for code := range above {
		if s.state(code) != "open" {
			t.Errorf("%s is %s and has to be held, too", code, s.state(code))
		}
	}

	w := s.world
	supervisor := w.Enrol(judgetest.Supervisor, "supervisor")
	data := rootline.RecallData{Asset: script.Recall.Lot, Reason: "A later test failed (synthetic).", Deadline: w.Now + 86_400_000}
	for _, code := range slices.Concat(script.Recall.Through, script.Recall.Tests, script.Recall.Elements()) {
		data.Dependants = append(data.Dependants, rootline.Dependant{Asset: code, Via: via[code]})
	}
	slices.SortStableFunc(data.Dependants, func(a, b rootline.Dependant) int { return depth(via, a.Asset) - depth(via, b.Asset) })
	w.Do(supervisor, judgetest.Act(rootline.ActRecall, data))
	for code, maybe := range possible {
		r, _ := w.State.Get(rootline.Ref{Space: rootline.SpaceAsset, ID: code})
		if frozen := r.(*rootline.Asset).Frozen; len(frozen) != 1 || frozen[0].Possible != maybe {
			t.Errorf("%s is frozen as %+v", code, frozen)
		}
	}
}

// downstream follows a lot forward through the records: what holds some of it, whether that is only possible, and
// through which asset.
func (s *stage) downstream(lot string) (possible map[string]bool, via map[string]string) {
	possible, via = map[string]bool{}, map[string]string{}
	for changed := true; changed; {
		changed = false
		for _, r := range s.world.State.Records() {
			a, ok := r.(*rootline.Asset)
			if !ok {
				continue
			}
			for _, p := range a.Parents {
				before, known := possible[a.ID]
				maybe, held := possible[p.Asset]
				if p.Asset != lot && !held {
					continue
				}
				if maybe = maybe || p.Possible; !known || before && !maybe {
					possible[a.ID], via[a.ID], changed = maybe, p.Asset, true
				}
			}
		}
	}
	return possible, via
}

func depth(via map[string]string, code string) int {
	n := 0
	for ; via[code] != ""; code = via[code] {
		n++
	}
	return n
}
