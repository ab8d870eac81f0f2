package judge_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
)

const bothRef = "both@1"

// both is a ledger whose layers lie under a division, and may lie under a line of the bill, too.
type both struct {
	*works
	contract, division, line string
}

func newBoth(t testing.TB) *both {
	t.Helper()
	text, err := os.ReadFile("testdata/both@1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	w := judgetest.NewWorld(t)
	w.Adopt(text, bothRef)
	b := &both{works: &works{
		World: w, yaml: text, builder: w.Enrol(judgetest.Contractor, "builder"), manager: w.Enrol(judgetest.Owner, "manager"),
	}}
	b.contract = b.open("contract", "")
	b.division, b.line = b.open("division", b.contract), b.open("line", b.contract)
	return b
}

// of makes an event under the rulebook.
func (b *both) of(asset, action, data string, refs ...string) *rootline.Event {
	e := act(asset, action, data)
	e.Rulebook, e.Refs = bothRef, refs
	return e
}

func (b *both) open(kind, under string) string {
	b.T.Helper()
	e := b.of(judgetest.Code(judgetest.Owner), "open", "")
	e.Kind, e.Under = kind, under
	b.Do(b.manager, e)
	return e.Asset
}

// start makes the event that begins a layer, on a line where one is named.
func (b *both) start(line ...string) *rootline.Event {
	e := b.of(judgetest.Code(judgetest.Contractor), "start", `{"depth":300}`, line...)
	e.Kind, e.Under = "layer", b.division
	if len(line) > 0 {
		e.Action = "start-on"
	}
	return e
}

func (b *both) try(by *judgetest.Person, asset, action string, refs ...string) error {
	return b.Try(by, b.of(asset, action, "", refs...))
}

func TestAThingIsCountedAtBothThatItLiesUnder(t *testing.T) {
	b := newBoth(t)
	first, second := b.start(b.line), b.start()
	b.Do(b.builder, first)
	b.Do(b.builder, second)
	b.children(b.division, map[string]int64{"total": 2})
	b.children(b.line, map[string]int64{"total": 1})
	b.Do(b.manager, b.of(first.Asset, "accept", ""))
	b.Do(b.manager, b.of(second.Asset, "accept", ""))
	b.children(b.division, map[string]int64{"total": 2, "accepted": 2})
	b.children(b.line, map[string]int64{"total": 1, "depth": 300})
	b.Do(b.manager, b.of(second.Asset, "assign", "", b.line))
	b.children(b.division, map[string]int64{"total": 2, "accepted": 2})
	b.children(b.line, map[string]int64{"total": 2, "depth": 600})
	b.children(b.contract, map[string]int64{"total": 2, "built": 2, "paid": 600})
}

func TestTheSecondIsGivenOnceAndOpen(t *testing.T) {
	b := newBoth(t)
	other := b.open("line", b.contract)
	layer := b.start()
	b.Do(b.builder, layer)
	b.refused(rootline.CodeWrongParent, b.try(b.manager, layer.Asset, "assign", b.division))
	b.refused(rootline.CodeWrongParent, b.Try(b.builder, b.start(b.open("division", b.contract))))
	b.Do(b.manager, b.of(other, "close", ""))
	b.refused(rootline.CodeParentClosed, b.try(b.manager, layer.Asset, "assign", other))
	b.refused(rootline.CodeParentClosed, b.Try(b.builder, b.start(other)))
	b.Do(b.manager, b.of(other, "reopen", ""))
	b.Do(b.manager, b.of(layer.Asset, "assign", "", b.line))
	b.Do(b.manager, b.of(layer.Asset, "assign", "", b.line)) // says the same
	b.refused(rootline.CodeWrongParent, b.try(b.manager, layer.Asset, "assign", other))
	b.children(other, nil)

	// What is counted changes at both or not at all.
	b.Do(b.manager, b.of(b.line, "close", ""))
	b.refused(rootline.CodeParentClosed, b.try(b.manager, layer.Asset, "accept"))
	b.children(b.division, map[string]int64{"total": 1})
	b.Do(b.builder, b.of(layer.Asset, "note", "")) // counts nothing anew
}

func TestARecallHoldsBothThatAThingLiesUnder(t *testing.T) {
	b := newBoth(t)
	layer := b.start(b.line)
	b.Do(b.builder, layer)
	recall := func(asset string, deps ...rootline.Dependant) error {
		return b.Try(b.manager, judgetest.Act(rootline.ActRecall, rootline.RecallData{
			Asset: asset, Reason: "bad", Deadline: b.Now + 86_400_000, Dependants: deps,
		}))
	}
	for _, asset := range []string{b.division, b.line} { // what is recalled itself leads down, by either way
		if err := recall(asset, rootline.Dependant{Asset: layer.Asset, Via: asset}); err != nil {
			t.Fatal(err)
		}
	}
	b.children(b.line, map[string]int64{"total": 1, "frozen": 1})
	b.children(b.division, map[string]int64{"total": 1, "frozen": 1})
	b.children(b.contract, map[string]int64{"total": 2, "frozen": 2})
	if err := recall(layer.Asset, rootline.Dependant{Asset: b.line, Via: layer.Asset}, rootline.Dependant{Asset: b.division, Via: layer.Asset}); err != nil {
		t.Fatal(err)
	}
	b.refused(rootline.CodeNotDependant, recall(b.line, rootline.Dependant{Asset: b.division, Via: b.line}))
}

// A version that could not keep both takes nothing over.
func TestNothingMovesToAVersionThatLosesTheSecond(t *testing.T) {
	b := newBoth(t)
	on, without := b.start(b.line), b.start()
	b.Do(b.builder, on)
	b.Do(b.builder, without)
	next := edit(t, edit(t, b.yaml, "version: 1", "version: 2"), "    alsoUnder:\n      by: line\n      kinds: {line: open}\n      counts: {depth: \"asset.state == \\\"accepted\\\" ? asset.depth : 0\"}\n", "")
	b.Adopt(edit(t, next, "counts: {paid: children.depth}", `counts: {paid: "0"}`), "both@2")
	move := func(asset string) error {
		return b.Try(b.manager, judgetest.Act(rootline.ActMove, rootline.MoveData{Rulebook: "both@2", Assets: []string{asset}, Reason: "new"}))
	}
	b.refused(rootline.CodeDoesNotMap, move(on.Asset))
	if err := move(without.Asset); err != nil {
		t.Fatal(err)
	}
}

// Whatever is done in whatever order: each asset above counts what lies under it, by either way, and a replay comes to the
// same bytes.
func TestBothCountWhatLiesUnderThemInEveryHistory(t *testing.T) {
	b := newBoth(t)
	second, secondLine := b.open("division", b.contract), b.open("line", b.contract)
	begun := b.State.Records()
	fresh := func() *judgetest.State {
		s := judgetest.NewState()
		s.Apply(slices.Collect(maps.Values(begun)))
		return s
	}
	assigned, held, closed := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		state, j := fresh(), judge.New()
		var accepted []rootline.Submission
		var layers, recalls []string
		one := func(codes ...string) string { return rapid.SampledFrom(codes).Draw(t, "one") }
		for range rapid.IntRange(5, 40).Draw(t, "events") {
			by, e := b.manager, b.start()
			action := rapid.SampledFrom([]string{"start", "start-on", "assign", "accept", "accept", "reject", "close", "reopen", "recall", "release"}).Draw(t, "action")
			if len(layers) == 0 || len(recalls) == 0 && action == "release" {
				action = one("start", "start-on")
			}
			switch action {
			case "start", "start-on":
				by = b.builder
				if action == "start-on" {
					e = b.start(one(b.line, secondLine))
				}
				e.Under = one(b.division, second)
			case "assign":
				e = b.of(one(layers...), action, "", one(b.line, secondLine, b.division))
			case "accept", "reject":
				e = b.of(one(layers...), action, "")
			case "close", "reopen":
				e = b.of(one(b.line, secondLine, b.division, second), action, "")
			case "recall":
				layer := one(layers...)
				e = judgetest.Act(rootline.ActRecall, rootline.RecallData{
					Asset: layer, Reason: "bad", Deadline: b.Now + 86_400_000,
					Dependants: []rootline.Dependant{{Asset: one(b.line, secondLine, b.division, second), Via: layer}}[rapid.IntRange(0, 1).Draw(t, "up"):],
				})
				e.ID = rootline.NewEventID(b.manager.Kid())
			case "release":
				e = judgetest.Act(rootline.ActRecallRelease, rootline.RecallReleaseData{Recall: one(recalls...), Assets: []string{one(layers...)}, Reason: "sound"})
			}
			sub := b.Sign(by, e)
			d, err := j.Record(state, []rootline.Submission{sub}, b.Now)
			if err != nil {
				t.Fatal(err)
			}
			if len(d.Refused) > 0 {
				if d.Refused[0].Error.Code == rootline.CodeParentClosed {
					closed++
				}
				continue
			}
			state.Apply(d.Writes)
			accepted = append(accepted, sub)
			switch action {
			case "start", "start-on":
				layers = append(layers, e.Asset)
			case "recall":
				recalls = append(recalls, e.ID)
				held++
			case "assign":
				assigned++
			}
			eachCountsWhatLiesUnderIt(t, assetsOf(state), action)
		}
		replayed := fresh()
		for rest := accepted; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "batch")
			d, err := judge.New().Record(replayed, rest[:n], b.Now)
			if err != nil || len(d.Refused) > 0 {
				t.Fatalf("the replay refuses: %v, %v", err, compact(d.Refused))
			}
			replayed.Apply(d.Writes)
			rest = rest[n:]
		}
		if dump(t, replayed) != dump(t, state) {
			t.Fatal("the replay differs")
		}
	})
	if assigned == 0 || held == 0 || closed == 0 {
		t.Errorf("%d assigned, %d held, %d refused by what is closed: the histories show nothing", assigned, held, closed)
	}
}

func eachCountsWhatLiesUnderIt(t *rapid.T, all map[string]*rootline.Asset, after string) {
	want := map[string]map[string]int64{}
	add := func(above, name string, n int64) {
		if above == "" || n == 0 {
			return
		}
		if want[above] == nil {
			want[above] = map[string]int64{}
		}
		want[above][name] += n
	}
	one := func(holds bool) int64 {
		if holds {
			return 1
		}
		return 0
	}
	// Layers first: the contract counts what the lines and divisions count.
	for _, a := range all {
		if a.Kind == "layer" {
			accepted := one(a.State == "accepted")
			for _, above := range []string{a.Under, a.Fields["line"].Str()} {
				add(above, "total", 1)
				add(above, "frozen", one(len(a.Frozen) > 0))
			}
			add(a.Under, "accepted", accepted)
			add(a.Fields["line"].Str(), "depth", accepted*a.Fields["depth"].Int())
		}
	}
	for _, a := range all {
		if a.Kind == "line" || a.Kind == "division" {
			add(a.Under, "total", 1)
			add(a.Under, "frozen", one(len(a.Frozen) > 0 || want[a.ID]["frozen"] > 0))
			add(a.Under, "paid", want[a.ID]["depth"])
			add(a.Under, "built", want[a.ID]["accepted"])
		}
	}
	for id, a := range all {
		if a.Kind != "layer" && fmt.Sprint(a.Children) != fmt.Sprint(want[id]) {
			t.Fatalf("after %s the %s counts %v; under it are %v", after, a.Kind, a.Children, want[id])
		}
	}
}
