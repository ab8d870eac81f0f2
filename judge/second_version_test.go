package judge_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/rulebook"
)

const secondLevee = "floodway@2"

// later is the same act under the second version.
func later(asset, action, data string) *rootline.Event {
	e := deed(asset, action, data)
	e.Rulebook = secondLevee
	return e
}

// refuses has one event refused with a code.
func (l *levee) refuses(p *judgetest.Person, e *rootline.Event, want rootline.Code) {
	l.T.Helper()
	if got := rootline.CodeOf(l.Try(p, e)); got != want {
		l.T.Errorf("%s of %s: got %q, want %q", e.Action, e.Asset, got, want)
	}
}

func (l *levee) does(d drawn) {
	l.T.Helper()
	l.Do(d.by, d.e)
}

// panel begins a concealed element under the first version.
func (l *levee) panel(division int, part string) string {
	l.T.Helper()
	e := deed(judgetest.Code(judgetest.Contractor), "start", fmt.Sprintf(`{"section":%q,"part":%q}`, l.sections[division], part))
	e.Kind, e.Under, e.Place = "concealed", l.divisions[division], middle(division)
	l.Do(l.builder, e)
	return e.Asset
}

func (l *levee) inVersion(want string, ids ...string) {
	l.T.Helper()
	for _, id := range ids {
		if got := asset(l.World, id).Rulebook; got != want {
			l.T.Errorf("%s stands under %s, want %s", id, got, want)
		}
	}
}

// recording is what was recorded, each transaction with its time, to be judged again.
type recording struct {
	subs [][]rootline.Submission
	at   []rootline.Instant
}

func (r *recording) of(w *judgetest.World) {
	w.Recorded = func(subs []rootline.Submission, _ *judge.Decision) {
		r.subs, r.at = append(r.subs, subs), append(r.at, w.Now)
	}
}

// again judges it from the same start, and compares every record byte for byte.
func (r *recording) again(t *testing.T, start map[rootline.Ref]rootline.Record, want *judgetest.State) {
	t.Helper()
	state, j := judgetest.NewState(), judge.New()
	for _, one := range start {
		state.Apply([]rootline.Record{one})
	}
	for i, subs := range r.subs {
		d, err := j.Record(state, subs, r.at[i])
		if err != nil || len(d.Refused) > 0 {
			t.Fatal(i, err, d)
		}
		state.Apply(d.Writes)
	}
	got, records := state.Records(), want.Records()
	if len(got) != len(records) {
		t.Errorf("%d records, want %d", len(got), len(records))
	}
	for ref, one := range records {
		a, err := wire.Encode(one)
		if err != nil {
			t.Fatal(err)
		}
		b, err := wire.Encode(got[ref])
		if err != nil || !bytes.Equal(a, b) {
			t.Errorf("%v came out otherwise (%v)", ref, err)
		}
	}
}

// The second version of the shipped levee is adopted over works that are under way: old items go on under the first until the
// manager takes them over, and then under the second, which asks for what the first did not keep.
func TestTheSecondLeveeIsAdoptedOverWorksThatRun(t *testing.T) {
	l := newLevee(t)
	var all recording
	all.of(l.World)
	first := func(division, section int) string {
		d := l.layer(judgetest.Code(judgetest.Contractor), l.divisions[division], section, 1, "")
		l.does(d)
		return d.e.Asset
	}
	accepted, filled := first(0, 0), first(1, 1)
	for _, action := range layerActs[:5] {
		l.does(l.on(accepted, action, l.soils[0], 0))
	}
	l.does(l.on(filled, "fill", l.soils[0], 1))
	staying := l.panel(1, "Panel 1")
	panel := l.panel(0, "Panel 2")
	l.Do(l.builder, deed(panel, "check", `{"rating":"qualified"}`))
	l.Do(l.builder, deed(panel, "notify", ""))
	unit := asset(l.World, l.divisions[0]).Under

	l.Adopt(rulebook.Shipped()[secondLevee], secondLevee)
	l.Do(l.builder, deed(staying, "check", `{"rating":"qualified"}`)) // under the first version, as it began
	old := l.layer(judgetest.Code(judgetest.Contractor), l.divisions[0], 0, 2, accepted)
	l.refuses(old.by, old.e, rootline.CodeWrongRulebook)

	moved := []string{unit, l.divisions[0], l.divisions[1], accepted, filled, panel, l.soils[0]}
	taken := judgetest.Act(rootline.ActMove, rootline.MoveData{Rulebook: secondLevee, Assets: moved, Reason: "the members adopted the second version"})
	l.refuses(l.supervisor, taken, rootline.CodeWrongRole)
	taken.ID = ""
	l.Do(l.manager, taken)
	l.inVersion(secondLevee, moved...)
	l.inVersion(leveeRef, staying, l.soils[1])

	// What was filled before does not say how dense its soil can get: the laboratory does.
	compact := func(layer string) *rootline.Event {
		return later(layer, "compact", `{"thickness":[280,280,280,280],"widths":[12010,12010,12010,12010],"moisture":[1600,1600,1600,1600],"passes":8}`)
	}
	l.refuses(l.builder, compact(filled), "too-wet-or-dry")
	l.Do(l.laboratory, later(filled, "assess", `{"report":"R0","maxDensity":1780,"optimum":1600}`))
	l.Do(l.builder, compact(filled))
	l.Do(l.laboratory, later(filled, "test", `{"samples":[1700,1700,1700,1700,1700,1700,1700,1700],"report":"R"}`))
	l.Do(l.builder, later(filled, "check", `{"rating":"excellent","volume":800}`))
	sign := later(filled, "countersign", "")
	sign.Place = middle(1)
	l.Do(l.supervisor, sign)

	// The next layer lies on one of the first version's, and takes soil of both: each is read under its own.
	next := later(judgetest.Code(judgetest.Contractor), "open", fmt.Sprintf(`{"section":%q,"layer":2}`, l.sections[0]))
	next.Kind, next.Under, next.Place, next.Refs = "fill-layer", l.divisions[0], middle(0), []string{accepted}
	l.Do(l.builder, next)
	fill := later(next.Asset, "fill", `{"loads":40}`)
	fill.Inputs = []rootline.Input{{Asset: l.soils[0], Amount: 750_000}, {Asset: l.soils[1], Amount: 750_000}}
	l.Do(l.builder, fill)
	if got := asset(l.World, next.Asset).Fields["maxDensity"].Int(); got != 1780 {
		t.Errorf("its soil gets as dense as %d", got)
	}
	l.Do(l.builder, compact(next.Asset))

	// Notice was given under the first version; under the second the supervisor may postpone.
	l.Do(l.supervisor, later(panel, "postpone", `{"hours":48,"reason":"called away"}`))
	l.refuses(l.supervisor, later(panel, "postpone", `{"hours":1,"reason":"still away"}`), "postponed-already")
	l.Now += 48 * 3_600_000
	l.refuses(l.builder, later(panel, "record-absence", ""), "still-postponed")
	l.Now += 48 * 3_600_000
	l.Do(l.builder, later(panel, "record-absence", ""))

	// A division is not excellent while something under it stands under the first version, and says what it is before the unit is.
	for _, p := range []*judgetest.Person{l.builder, l.supervisor, l.manager} {
		e := later(l.divisions[1], "accept", `{"rating":"excellent"}`)
		l.refuses(p, e, "not-all-accepted") // of the one that stays
	}
	l.Do(l.builder, deed(staying, "take-out", `{"reason":"not needed"}`))
	for _, p := range []*judgetest.Person{l.builder, l.supervisor, l.manager} {
		l.Do(p, later(l.divisions[1], "accept", `{"rating":"excellent"}`))
	}
	if got := asset(l.World, l.divisions[1]); got.State != "accepted" || got.Children["classed"] != 1 || got.Children["gone"] != 1 {
		t.Errorf("the division is %s with %v", got.State, got.Children)
	}
	l.Do(l.manager, later(l.divisions[1], "classify", `{"main":true,"reason":"it carries the levee"}`))
	if got := asset(l.World, unit).Children; got["classed"] != 1 || got["mainExcellent"] != 1 || got["total"] != 2 {
		t.Errorf("the unit counts %v", got)
	}

	all.again(t, l.start, l.State)
}
