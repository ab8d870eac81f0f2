package judge_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/rulebook"
)

const leveeRef = "floodway@1"

// levee is a ledger with the shipped rulebook of levees, two sections, a division of each, and soil that was released.
type levee struct {
	*judgetest.World
	start                                              map[rootline.Ref]rootline.Record
	supplier, builder, laboratory, supervisor, manager *judgetest.Person
	sections, divisions, soils                         []string
}

func middle(section int) *rootline.Position {
	return &rootline.Position{Point: rootline.Point{Lat: 38_950_500 + int64(section)*3_000, Lon: 115_960_500}, Accuracy: 4}
}

// deed is an act under the shipped rulebook, with a photo.
func deed(asset, action, data string) *rootline.Event {
	e := act(asset, action, data)
	e.Rulebook = leveeRef
	e.Evidence = []rootline.Evidence{{SHA256: rootline.HashOf([]byte(asset + action)), Type: "image/jpeg", Size: 1}}
	return e
}

func (l *levee) begin(p *judgetest.Person, kind, action, under, data string, amount int64) string {
	e := deed(judgetest.Code(p.Organisation), action, data)
	e.Kind, e.Under, e.Amount = kind, under, amount
	l.Do(p, e)
	return e.Asset
}

func newLevee(t *testing.T) *levee {
	t.Helper()
	w := judgetest.NewWorld(t)
	w.Adopt(rulebook.Shipped()[leveeRef], leveeRef)
	l := &levee{
		World: w, supplier: w.Enrol(judgetest.Contractor, "supplier"), builder: w.Enrol(judgetest.Contractor, "builder"),
		laboratory: w.Enrol(judgetest.Supervisor, "laboratory"), supervisor: w.Enrol(judgetest.Supervisor, "supervisor"),
		manager: w.Enrol(judgetest.Owner, "manager"),
	}
	unit := l.begin(l.manager, "unit-works", "begin", "", `{"name":"levee"}`, 0)
	for i := range 2 {
		id, at := fmt.Sprintf("levee-%d", i), middle(i)
		l.sections = append(l.sections, id)
		l.Do(l.manager, judgetest.Act(rootline.ActPlace, rootline.Place{
			ID: id, Kind: "section", Title: rootline.Text{En: id, Zh: id},
			Outline: []rootline.Point{
				{Lat: at.Lat - 500, Lon: at.Lon - 500}, {Lat: at.Lat - 500, Lon: at.Lon + 500},
				{Lat: at.Lat + 500, Lon: at.Lon + 500}, {Lat: at.Lat + 500, Lon: at.Lon - 500},
			},
			Chainage: &rootline.Chainage{From: 65_000_000, To: 65_240_000},
		}))
		l.divisions = append(l.divisions, l.begin(l.manager, "divisional-works", "begin", unit, fmt.Sprintf(`{"name":"fill","stretch":%q}`, id), 0))
	}
	for range 3 {
		soil := l.begin(l.supplier, "soil", "deliver", "", `{"source":"pit","deliveryNote":"D"}`, 1_000_000_000)
		l.Do(l.builder, deed(soil, "sample", `{"sample":"S"}`))
		l.Do(l.supervisor, deed(soil, "witness", `{"sample":"S"}`))
		l.Do(l.laboratory, deed(soil, "pass", `{"sample":"S","report":"R","maxDensity":1780,"moisture":1600,"clay":2000}`))
		l.Do(l.supervisor, deed(soil, "release", ""))
		l.soils = append(l.soils, soil)
	}
	l.start = w.State.Records()
	return l
}

// layerActs are the acts on a layer that is there, in the order in which one is built.
var layerActs = []string{"fill", "compact", "test", "check", "countersign", "fail", "rework", "reject", "dig-out"}

// on is one of those acts, well done.
func (l *levee) on(layer, action, soil string, section int) drawn {
	by := map[string]*judgetest.Person{
		"test": l.laboratory, "fail": l.laboratory, "countersign": l.supervisor, "reject": l.supervisor,
	}[action]
	if by == nil {
		by = l.builder
	}
	e := deed(layer, action, map[string]string{
		"fill":    `{"loads":40}`,
		"compact": `{"thickness":[280,280,280,280],"widths":[12010,12010,12010,12010],"passes":8}`,
		"test":    `{"samples":[1700,1700,1700,1700,1700,1700,1700,1700],"report":"R"}`,
		"fail":    `{"samples":[1500,1700],"report":"R"}`,
		"check":   `{"rating":"qualified","volume":800}`,
		"rework":  `{"reason":"again"}`, "reject": `{"reason":"ruts"}`, "dig-out": `{"reason":"bad"}`,
	}[action])
	switch action {
	case "fill":
		e.Inputs = []rootline.Input{{Asset: soil, Amount: 1_500_000}}
	case "countersign":
		e.Place = middle(section)
	}
	return drawn{by, e}
}

// layer begins one on another, or on the ground.
func (l *levee) layer(code, division string, section, number int, below string) drawn {
	e := deed(code, "open", fmt.Sprintf(`{"section":%q,"layer":%d}`, l.sections[section], number))
	if below == "" {
		e = deed(code, "start", fmt.Sprintf(`{"section":%q,"class":"2","design":1690,"width":12000}`, l.sections[section]))
	} else {
		e.Refs = []string{below}
	}
	e.Kind, e.Under, e.Place = "fill-layer", division, middle(section)
	return drawn{l.builder, e}
}

func (l *levee) history(t *rapid.T) []rootline.Submission {
	codes := make([]string, 7)
	for i := range codes {
		codes[i] = judgetest.Code(judgetest.Contractor)
	}
	one := func(from []string) string { return rapid.SampledFrom(from).Draw(t, "one") }
	var list []drawn
	for range rapid.IntRange(5, 30).Draw(t, "turns") {
		code, section := one(codes), rapid.IntRange(0, 1).Draw(t, "section")
		switch rapid.IntRange(0, 9).Draw(t, "turn") {
		case 0:
			list = append(list, l.storeys(t, rapid.Permutation(codes).Draw(t, "layers")[:3], one(l.divisions), one(l.soils), section)...)
		case 1:
			list = append(list, l.on(code, "dig-out", "", section))
		case 2:
			list = append(list, l.layer(code, one(l.divisions), section, 1, ""))
		case 3, 4, 5:
			if below := one(codes); below != code {
				list = append(list, l.layer(code, one(l.divisions), section, rapid.IntRange(2, 4).Draw(t, "number"), below))
			}
		case 6, 7:
			for _, action := range layerActs[:rapid.IntRange(1, 5).Draw(t, "as far as")] {
				list = append(list, l.on(code, action, one(l.soils), section))
			}
		case 8:
			list = append(list, l.on(code, one(layerActs), one(l.soils), section))
		default:
			list = append(list, l.disturb(t, code))
		}
	}
	subs := make([]rootline.Submission, len(list))
	for i, d := range list {
		subs[i] = l.Sign(d.by, d.e)
	}
	return subs
}

// storeys are events that most likely make layers one on the other. Some of them are not finished before the next begins.
func (l *levee) storeys(t *rapid.T, codes []string, division, soil string, section int) (list []drawn) {
	below := ""
	for i, code := range codes {
		list = append(list, l.layer(code, division, section, i+1, below))
		upTo := min(5, rapid.IntRange(3, 9).Draw(t, "up to")) // most are countersigned
		for _, action := range layerActs[:upTo] {
			list = append(list, l.on(code, action, soil, section))
		}
		below = code
	}
	return list
}

// disturb is what comes in between: a recall of soil and of a layer that it went into, and the acts on a division.
func (l *levee) disturb(t *rapid.T, layer string) drawn {
	division := rapid.SampledFrom(l.divisions).Draw(t, "division")
	switch rapid.IntRange(0, 3).Draw(t, "disturbance") {
	case 0:
		soil := rapid.SampledFrom(l.soils).Draw(t, "soil")
		return drawn{l.supervisor, judgetest.Act(rootline.ActRecall, rootline.RecallData{
			Asset: soil, Reason: "bad", Deadline: l.Now + 86_400_000, Dependants: []rootline.Dependant{{Asset: layer, Via: soil}},
		})}
	case 1:
		return drawn{l.manager, deed(division, "cancel", `{"reason":"begun by mistake"}`)}
	case 2:
		return drawn{l.supervisor, deed(division, "reopen", `{"reason":"a crack"}`)}
	}
	by := rapid.SampledFrom([]*judgetest.Person{l.builder, l.supervisor, l.manager}).Draw(t, "signer")
	return drawn{by, deed(division, "accept", `{"rating":"qualified"}`)}
}

// Whatever people send, in whatever order: under the shipped rulebook a layer lies on the one below it in its section,
// and that one is accepted.
func TestNoLayerOfTheShippedLeveeLiesOnAnUnacceptedOne(t *testing.T) {
	l := newLevee(t)
	high, dug := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		state, j := judgetest.NewState(), judge.New()
		for _, r := range l.start {
			state.Apply([]rootline.Record{r})
		}
		for _, sub := range l.history(t) {
			d, err := j.Record(state, []rootline.Submission{sub}, l.Now)
			if err != nil {
				t.Fatal(err)
			}
			if len(d.Refused) > 0 {
				continue
			}
			state.Apply(d.Writes)
			if d.Outcomes[0].Event.Action == "dig-out" {
				dug++
			}
			high += layersLieWell(t, assetsOf(state), d.Outcomes[0].Event.Action)
		}
	})
	if high == 0 || dug == 0 {
		t.Errorf("%d accepted layers on others and %d dug out were seen: the histories show nothing", high, dug)
	}
}

// layersLieWell returns how many accepted layers lie on another.
func layersLieWell(t *rapid.T, all map[string]*rootline.Asset, action string) (high int) {
	lies := func(a *rootline.Asset) bool { return a.Kind == "fill-layer" && a.State != "removed" }
	at := map[string]string{}
	for id, a := range all {
		if !lies(a) {
			continue
		}
		key := fmt.Sprint(a.Place, " ", a.Fields["layer"].Int())
		if at[key] != "" {
			t.Fatalf("after %s both %s and %s are %s", action, id, at[key], key)
		}
		at[key] = id
	}
	for id, a := range all {
		n := a.Fields["layer"].Int()
		if !lies(a) || n == 1 {
			continue
		}
		below := all[at[fmt.Sprint(a.Place, " ", n-1)]]
		if below == nil || below.State != "accepted" || below.ID != a.Fields["below"].Str() {
			t.Fatalf("after %s the layer %s, %s, does not lie on an accepted one: below it is %v", action, id, a.State, below != nil)
		}
		if a.State == "accepted" {
			high++
		}
	}
	for id, a := range all {
		if a.Kind == "divisional-works" && slices.Contains([]string{"accepted", "cancelled"}, a.State) &&
			a.Children["accepted"]+a.Children["gone"] != a.Children["total"] {
			t.Fatalf("after %s the division %s is %s with %v under it", action, id, a.State, a.Children)
		}
	}
	return high
}
