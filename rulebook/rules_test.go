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
	return map[string][]scene{"forestation@1": forestationScenes(t), "floodway@1": floodwayScenes(t)}
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

// TestShippedRules shows rules of the shipped books facts that they let pass and facts that they refuse. That each rule is
// shown both ways is held by the books' own examples; see package rehearsal.
func TestShippedRules(t *testing.T) {
	for name, list := range scenes(t) {
		book := shipped(t, name)
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
		{"floodway@1", "fill-layer/start", `{"builder":"BuilderMSP","class":"2","design":1680,"layer":1,"width":12000} levee/k65`},
		{"floodway@1", "fill-layer/open", `{"below":"9520001TREE000002","builder":"BuilderMSP","class":"2","design":1680,"layer":3,"width":12000} levee/k65`},
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

func TestHowMuchARoleSeesIsSaid(t *testing.T) {
	const text = "rulebook: r\nversion: 1\ntitle: {en: R, zh: 规}\nroles: {worker: {en: W, zh: 工, reads: device}, boss: {en: B, zh: 主}}\n" +
		"kinds: {k: {title: {en: K, zh: 类}, states: {s: {en: S, zh: 态}}, actions: {a: {title: {en: A, zh: 作}, creates: true, to: s, by: worker}}}}\n"
	book, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if book.Roles[0].Reads != ReadsDevice || book.Roles[1].Reads != ReadsAll || book.Roles[0].Title.En != "W" {
		t.Errorf("read as %+v", book.Roles)
	}
	if _, err := Parse([]byte(strings.Replace(text, "reads: device", "reads: everything", 1))); err == nil || !strings.Contains(err.Error(), "expected one of organisation, device") {
		t.Errorf("everything: %v", err)
	}
}
