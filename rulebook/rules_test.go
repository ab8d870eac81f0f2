package rulebook

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

// plot is a square of about 200 m, and section the same with a chainage of 90 m.
var (
	outline = []rootline.Point{
		{Lat: 38_000_000, Lon: 115_000_000}, {Lat: 38_002_000, Lon: 115_000_000},
		{Lat: 38_002_000, Lon: 115_002_000}, {Lat: 38_000_000, Lon: 115_002_000},
	}
	plot    = &rootline.Place{ID: "forest/1/1", Kind: "plot", Outline: outline}
	section = &rootline.Place{
		ID: "levee/k65", Kind: "section", Outline: outline,
		Chainage: &rootline.Chainage{From: 65_000_000, To: 65_090_000, Side: "left"},
	}
	store = &rootline.Place{ID: "store", Kind: "yard"}

	inside  = rootline.Position{Point: rootline.Point{Lat: 38_001_000, Lon: 115_001_000}, Accuracy: 5}
	outside = rootline.Position{Point: rootline.Point{Lat: 38_011_000, Lon: 115_001_000}, Accuracy: 5}
)

// data reads an event's data as it is signed.
func data(t testing.TB, text string) rootline.Fields {
	t.Helper()
	fields, err := rootline.ParseFields([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return fields
}

// scene is an action with facts that it accepts, and for each rule a change that exactly this rule refuses.
type scene struct {
	action string // "tree/plant"
	org    string
	role   string // the first of the action's when ""
	data   string
	fields string // of the asset
	set    func(*Facts)
	breaks map[string]func(*Facts)
}

func (s scene) facts(t testing.TB, a *Action) *Facts {
	at := inside
	f := &Facts{
		Event: &rootline.Event{Asset: "9520001TREE000001", Action: a.Name, At: 1_770_000_000_000, Place: &at},
		Data:  rootline.Fields{},
		Actor: Actor{Device: "device", Organisation: s.org, Role: s.role},
		Asset: &rootline.Asset{
			ID: "9520001TREE000001", Kind: a.kind.Name, Maker: "MakerMSP", Custodian: "HolderMSP", Seq: 3, Changed: 1_769_000_000_000,
		},
		Places:    map[string]*rootline.Place{plot.ID: plot, section.ID: section, store.ID: store},
		Witnessed: 1_770_000_005_000,
	}
	if f.Actor.Role == "" {
		f.Actor.Role = a.By[0]
	}
	if s.data != "" {
		f.Data = data(t, s.data)
	}
	if s.fields != "" {
		f.Asset.Fields = data(t, s.fields)
	}
	if s.set != nil {
		s.set(f)
	}
	return f
}

// put changes one member of the event's data.
func put(name string, v rootline.Value) func(*Facts) { return func(f *Facts) { f.Data[name] = v } }

func by(org string) func(*Facts)    { return func(f *Facts) { f.Actor.Organisation = org } }
func away(f *Facts)                 { at := outside; f.Event.Place = &at }
func vague(f *Facts)                { f.Event.Place.Accuracy = 300 }
func number(n int64) rootline.Value { return rootline.IntegerOf(n) }
func words(s string) rootline.Value { return rootline.StringOf(s) }
func amount(n int64) func(*Facts)   { return func(f *Facts) { f.Event.Amount = n } }
func listed(n int64) func(*Facts)   { return func(f *Facts) { f.Event.List = &rootline.List{Count: n} } }
func at(place string) func(*Facts)  { return func(f *Facts) { f.Asset.Place = place } }
func numbers(ns ...int64) (list rootline.Value) {
	var vs []rootline.Value
	for _, n := range ns {
		vs = append(vs, number(n))
	}
	return rootline.ListOf(vs...)
}

// other puts an asset into the event's refs.
func other(t testing.TB, kind, place, fields string) func(*Facts) {
	return func(f *Facts) {
		f.Refs = []*rootline.Asset{{ID: "9520001TREE000002", Kind: kind, Place: place, Fields: data(t, fields)}}
	}
}

func scenes(t testing.TB) map[string][]scene {
	planted := map[string]func(*Facts){
		"position-too-vague": vague,
		"not-a-plot":         put("plot", words(store.ID)),
		"outside-plot":       away,
		"not-custodian":      by("OtherMSP"),
	}
	replanted := map[string]func(*Facts){
		"other-pit": put("pit", words("P-2")),
	}
	for code, breaks := range planted {
		replanted[code] = breaks
	}
	sectioned := map[string]func(*Facts){
		"not-a-section": put("section", words(store.ID)),
		"section-too-long": func(f *Facts) {
			long := *section
			long.Chainage = &rootline.Chainage{From: 0, To: 600_000}
			f.Places = map[string]*rootline.Place{section.ID: &long}
		},
		"outside-section": away,
	}
	opened := map[string]func(*Facts){
		"not-the-next-layer": put("layer", number(4)),
		"other-section":      func(f *Facts) { f.Refs[0].Place = "levee/k66" },
	}
	for code, breaks := range sectioned {
		opened[code] = breaks
	}
	samples := func(ns ...int64) func(*Facts) { return put("samples", numbers(ns...)) }
	return map[string][]scene{
		"forestation@1": {
			{action: "tree/select", org: "MakerMSP", data: `{"species":"Pinus tabuliformis","dbh":60,"height":3000}`,
				breaks: map[string]func(*Facts){"odd-measures": put("height", number(300))}},
			{action: "tree/inventory", org: "MakerMSP", data: `{"species":"Ulmus procera","plot":"forest/1/1"}`,
				breaks: map[string]func(*Facts){"outside-plot": away}},
			{action: "tree/lift", org: "MakerMSP", data: `{"rootBall":400}`, fields: `{"dbh":60}`,
				breaks: map[string]func(*Facts){
					"other-nursery":       by("OtherMSP"),
					"root-ball-too-small": put("rootBall", number(290)),
				}},
			{action: "tree/receive", org: "HolderMSP", data: `{"waybill":"W1","dbh":55}`, fields: `{"waybill":"W1","dbh":60}`,
				breaks: map[string]func(*Facts){
					"other-truck":           put("waybill", words("W2")),
					"smaller-than-selected": put("dbh", number(53)),
				}},
			{action: "tree/plant", org: "HolderMSP", data: `{"plot":"forest/1/1","pit":"P-1","crew":"C7","height":2100}`, breaks: planted},
			{action: "tree/replant", org: "HolderMSP", data: `{"plot":"forest/1/1","pit":"P-1","crew":"C7"}`,
				set: other(t, "tree", plot.ID, `{"pit":"P-1"}`), breaks: replanted},
			{action: "tree/tend", org: "HolderMSP", data: `{"work":"water","litres":40}`,
				breaks: map[string]func(*Facts){"product-missing": put("work", words("spray"))}},
			{action: "tree/measure", org: "HolderMSP", data: `{"dbh":70}`,
				breaks: map[string]func(*Facts){"nothing-measured": func(f *Facts) { f.Data = rootline.Fields{} }}},
			{action: "tree/accept", org: "SupervisorMSP", data: `{"condition":"good"}`, fields: `{"planter":"HolderMSP"}`,
				set: func(f *Facts) { at := inside; f.Asset.Position = &at },
				breaks: map[string]func(*Facts){
					"self-acceptance":    by("HolderMSP"),
					"position-too-vague": vague,
					"not-at-the-tree":    away,
					"too-poor":           put("condition", words("poor")),
				}},
			{action: "tree/replace", org: "HolderMSP", set: other(t, "tree", plot.ID, `{"replaces":"9520001TREE000001"}`),
				breaks: map[string]func(*Facts){
					"not-its-replacement": func(f *Facts) { f.Refs[0].Fields = nil },
				}},
			{action: "tree/correct", org: "MakerMSP", data: `{"reason":"typed wrongly","species":"Acer truncatum"}`,
				breaks: map[string]func(*Facts){"not-yours-to-correct": by("OtherMSP")}},
			{action: "tree/void", org: "MakerMSP", data: `{"reason":"registered twice"}`,
				breaks: map[string]func(*Facts){
					"not-yours-to-void": by("OtherMSP"),
					"was-planted":       func(f *Facts) { f.Asset.Fields = data(t, `{"planter":"HolderMSP"}`) },
				}},
			{action: "tree-lot/select", org: "MakerMSP", data: `{"species":"Pinus tabuliformis"}`, set: listed(10_000),
				breaks: map[string]func(*Facts){"lot-too-large": listed(50_001)}},
			{action: "tree-lot/lift", org: "MakerMSP", breaks: map[string]func(*Facts){"other-nursery": by("OtherMSP")}},
			{action: "tree-lot/receive", org: "HolderMSP", data: `{"waybill":"W1"}`, fields: `{"waybill":"W1"}`,
				breaks: map[string]func(*Facts){"other-truck": put("waybill", words("W2"))}},
			{action: "tree-lot/divide", org: "HolderMSP", breaks: map[string]func(*Facts){"not-custodian": by("OtherMSP")}},
			{action: "tree-lot/retire", org: "HolderMSP", data: `{"reason":"all planted"}`,
				breaks: map[string]func(*Facts){"not-custodian": by("OtherMSP")}},
		},
		"floodway@1": {
			{action: "cement/deliver", org: "MakerMSP", set: amount(200_000),
				data:   `{"producer":"P","batch":"B1","grade":"42.5","packing":"bagged","deliveryNote":"D1"}`,
				breaks: map[string]func(*Facts){"lot-too-large": amount(200_001)}},
			{action: "cement/witness", org: "SupervisorMSP", data: `{"sample":"S1"}`, fields: `{"sampler":"BuilderMSP","sample":"S1"}`,
				breaks: map[string]func(*Facts){"self-witness": by("BuilderMSP"), "other-sample": put("sample", words("S2"))}},
			{action: "cement/pass", org: "LabMSP", data: `{"sample":"S1","report":"R1","strength":45000}`, fields: `{"grade":"42.5","sample":"S1"}`,
				breaks: map[string]func(*Facts){"below-grade": put("strength", number(42_499)), "other-sample": put("sample", words("S2"))}},
			{action: "cement/release", org: "SupervisorMSP", breaks: map[string]func(*Facts){"self-release": by("MakerMSP")}},
			{action: "cement/correct", org: "MakerMSP", data: `{"reason":"typed wrongly"}`,
				breaks: map[string]func(*Facts){"not-yours-to-correct": by("OtherMSP")}},
			{action: "soil/witness", org: "SupervisorMSP", data: `{"sample":"S1"}`, fields: `{"sampler":"BuilderMSP","sample":"S1"}`,
				breaks: map[string]func(*Facts){"self-witness": by("BuilderMSP"), "other-sample": put("sample", words("S2"))}},
			{action: "soil/pass", org: "LabMSP", data: `{"sample":"S1","report":"R1","maxDensity":1750,"moisture":1600,"clay":2000}`,
				fields: `{"sample":"S1"}`,
				breaks: map[string]func(*Facts){"unsuitable-soil": put("clay", number(3501)), "other-sample": put("sample", words("S2"))}},
			{action: "soil/release", org: "SupervisorMSP", breaks: map[string]func(*Facts){"self-release": by("MakerMSP")}},
			{action: "soil/correct", org: "MakerMSP", data: `{"reason":"typed wrongly"}`,
				breaks: map[string]func(*Facts){"not-yours-to-correct": by("OtherMSP")}},
			{action: "fill-layer/start", org: "BuilderMSP", data: `{"section":"levee/k65","class":"2","design":1680}`, breaks: sectioned},
			{action: "fill-layer/open", org: "BuilderMSP", data: `{"section":"levee/k65","layer":3}`,
				set: other(t, "fill-layer", section.ID, `{"layer":2,"class":"2","design":1680}`), breaks: opened},
			{action: "fill-layer/fill", org: "BuilderMSP", fields: `{"builder":"BuilderMSP"}`,
				set: func(f *Facts) {
					f.Inputs = []InputFact{{&rootline.Asset{ID: "9520001S0IL000001", Kind: "soil"}, 40_000}}
				},
				breaks: map[string]func(*Facts){
					"other-builder": by("OtherMSP"),
					"no-soil":       func(f *Facts) { f.Inputs[0].Asset.Kind = "cement" },
				}},
			{action: "fill-layer/compact", org: "BuilderMSP", data: `{"thickness":280,"passes":8}`, fields: `{"builder":"BuilderMSP"}`,
				breaks: map[string]func(*Facts){"other-builder": by("OtherMSP"), "too-thick": put("thickness", number(301))}},
			{action: "fill-layer/test", org: "LabMSP", set: at(section.ID), fields: `{"class":"2","design":1680}`,
				data: `{"samples":[1700,1690,1680,1685,1695,1700,1699,1688,1681,1620],"report":"R1"}`,
				breaks: map[string]func(*Facts){
					"too-few-samples":  samples(1700, 1690),
					"share-too-low":    samples(1700, 1690, 1679, 1680, 1680),
					"sample-too-loose": samples(1700, 1690, 1680, 1685, 1695, 1700, 1699, 1688, 1681, 1612),
				}},
			{action: "fill-layer/rework", org: "BuilderMSP", data: `{"reason":"rolled again"}`, fields: `{"builder":"BuilderMSP"}`,
				breaks: map[string]func(*Facts){"other-builder": by("OtherMSP")}},
			{action: "fill-layer/check", org: "BuilderMSP", data: `{"rating":"qualified"}`, fields: `{"builder":"BuilderMSP"}`,
				breaks: map[string]func(*Facts){"other-builder": by("OtherMSP")}},
			{action: "fill-layer/countersign", org: "SupervisorMSP", set: at(section.ID), fields: `{"builder":"BuilderMSP"}`,
				breaks: map[string]func(*Facts){"self-acceptance": by("BuilderMSP"), "outside-section": away}},
		},
	}
}

func shipped(t testing.TB, name string) *Rulebook {
	t.Helper()
	book, err := Parse(Shipped()[name])
	if err != nil {
		t.Fatal(err)
	}
	return book
}

func (s scene) find(t testing.TB, book *Rulebook) *Action {
	t.Helper()
	kind, action, _ := strings.Cut(s.action, "/")
	if book.Kind(kind) == nil || book.Kind(kind).Action(action) == nil {
		t.Fatalf("%s has no %s", book.Ref(), s.action)
	}
	return book.Kind(kind).Action(action)
}

// TestShippedRules shows for each rule of the shipped books facts that it lets pass and facts that it refuses.
func TestShippedRules(t *testing.T) {
	for name, list := range scenes(t) {
		book := shipped(t, name)
		shown := map[string]bool{}
		for _, s := range list {
			a := s.find(t, book)
			f := s.facts(t, a)
			if refused := a.CheckData(f.Data); refused != nil {
				t.Errorf("%s %s: data: %v", name, s.action, refused)
			}
			if _, refused := a.Decide(f); refused != nil {
				t.Errorf("%s %s: refused what it should take: %v", name, s.action, refused)
			}
			for code, breaks := range s.breaks {
				f := s.facts(t, a)
				breaks(f)
				_, refused := a.Decide(f)
				rule := name + "/" + s.action + "/" + code
				switch {
				case refused == nil:
					t.Errorf("%s did not refuse", rule)
				case string(refused.Code) != code || refused.Rule != rule || refused.Says.En == "" || refused.Says.Zh == "":
					t.Errorf("%s: refused as %s (%s): %v", rule, refused.Code, refused.Rule, refused)
				}
				shown[s.action+"/"+code] = true
			}
		}
		for _, k := range book.Kinds {
			for _, a := range k.Actions {
				for _, r := range a.Rules {
					if key := k.Name + "/" + a.Name + "/" + string(r.Code); !shown[key] {
						t.Errorf("%s: the rule %s is not shown to refuse anything", name, key)
					}
				}
			}
		}
	}
}

// TestShippedFields keeps forms from showing a name where a title belongs.
func TestShippedFields(t *testing.T) {
	for name := range Shipped() {
		for _, k := range shipped(t, name).Kinds {
			fields := slices.Clone(k.Fields)
			for _, a := range k.Actions {
				fields = append(fields, a.Asks.Data...)
			}
			for _, f := range fields {
				if f.Title.En == f.Name || f.Title.Zh == f.Name {
					t.Errorf("%s/%s: the field %s has no title", name, k.Name, f.Name)
				}
			}
		}
	}
}

func TestEffects(t *testing.T) {
	for _, c := range []struct{ book, action, want string }{
		{"forestation@1", "tree/plant", `{"crew":"C7","height":2100,"pit":"P-1","plantedAt":1770000000,"planter":"HolderMSP"} forest/1/1`},
		{"forestation@1", "tree/replant", `{"crew":"C7","pit":"P-1","plantedAt":1770000000,"planter":"HolderMSP","replaces":"9520001TREE000002"} forest/1/1`},
		{"forestation@1", "tree/accept", `{"condition":"good","planter":"HolderMSP","supervisor":"SupervisorMSP"} `},
		{"forestation@1", "tree/inventory", `{"species":"Ulmus procera"} forest/1/1`},
		{"floodway@1", "fill-layer/start", `{"builder":"BuilderMSP","class":"2","design":1680,"layer":1} levee/k65`},
		{"floodway@1", "fill-layer/open", `{"below":"9520001TREE000002","builder":"BuilderMSP","class":"2","design":1680,"layer":3} levee/k65`},
		{"floodway@1", "fill-layer/test", `{"class":"2","design":1680,"laboratory":"LabMSP","report":"R1",` +
			`"samples":[1700,1690,1680,1685,1695,1700,1699,1688,1681,1620],"share":9000} levee/k65`},
	} {
		for _, s := range scenes(t)[c.book] {
			if s.action != c.action {
				continue
			}
			a := s.find(t, shipped(t, c.book))
			e, refused := a.Decide(s.facts(t, a))
			if refused != nil {
				t.Fatal(c.action, refused)
			}
			fields, err := json.Marshal(e.Fields)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(fields) + " " + e.Place; got != c.want {
				t.Errorf("%s:\n got %s\nwant %s", c.action, got, c.want)
			}
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	for name, list := range scenes(b) {
		book := shipped(b, name)
		for _, s := range list {
			a := s.find(b, book)
			if s.action != "tree/plant" && s.action != "fill-layer/test" && s.action != "tree/inventory" {
				continue
			}
			f := s.facts(b, a)
			b.Run(s.action, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, refused := a.Decide(f); refused != nil {
						b.Fatal(refused)
					}
				}
			})
		}
	}
}

func BenchmarkParse(b *testing.B) {
	text := Shipped()["forestation@1"]
	for b.Loop() {
		if _, err := Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}
