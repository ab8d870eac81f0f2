package judge_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/rulebook"
)

const forestation = "forestation@1"

// forest is a founded ledger with the forestation rulebook, its people and one plot.
type forest struct {
	*judgetest.World
	nursery, carrier, planter, supervisor, manager *judgetest.Person
}

const (
	plotID = "forest/9/14"
	lat    = 38_912_450
	lon    = 115_912_500
)

func newForest(t testing.TB) *forest {
	t.Helper()
	w := judgetest.NewWorld(t)
	w.Adopt(rulebook.Shipped()[forestation], forestation)
	f := &forest{
		World: w, nursery: w.Enrol(judgetest.Contractor, "nursery"), carrier: w.Enrol(judgetest.Contractor, "carrier"),
		planter: w.Enrol(judgetest.Contractor, "planter"), supervisor: w.Enrol(judgetest.Supervisor, "supervisor"),
		manager: w.Enrol(judgetest.Owner, rootline.RoleManager),
	}
	f.Do(f.manager, judgetest.Act(rootline.ActPlace, place("forest", "project", "")))
	f.Do(f.manager, judgetest.Act(rootline.ActPlace, place("forest/9", "section", "forest")))
	plot := place(plotID, "plot", "forest/9")
	plot.Outline = []rootline.Point{{Lat: lat - 450, Lon: lon - 1000}, {Lat: lat - 450, Lon: lon + 1000}, {Lat: lat + 450, Lon: lon + 1000}, {Lat: lat + 450, Lon: lon - 1000}}
	f.Do(f.manager, judgetest.Act(rootline.ActPlace, plot))
	return f
}

func place(id, kind, parent string) rootline.Place {
	return rootline.Place{ID: id, Kind: kind, Parent: parent, Title: rootline.Text{En: id, Zh: id}}
}

var photos int

// event makes an event about an asset under the forestation rulebook, with a photo of its own.
func event(asset, action, data string) *rootline.Event {
	photos++
	e := &rootline.Event{
		Asset: asset, Action: action, Rulebook: forestation,
		Evidence: []rootline.Evidence{{SHA256: rootline.HashOf([]byte(fmt.Sprint(photos))), Type: "image/jpeg", Size: 1000}},
	}
	if data != "" {
		e.Data = json.RawMessage(data)
	}
	return e
}

func at(e *rootline.Event, lat, lon, accuracy int64) *rootline.Event {
	e.Place = &rootline.Position{Point: rootline.Point{Lat: lat, Lon: lon}, Accuracy: accuracy}
	return e
}

func selectTree(code string) *rootline.Event {
	e := event(code, "select", `{"species":"Pinus tabuliformis","dbh":60,"height":3200}`)
	e.Kind = "tree"
	return e
}

func plant(code string) *rootline.Event {
	return at(event(code, "plant", `{"plot":"`+plotID+`","pit":"P1","crew":"C7"}`), lat, lon, 5)
}

func accept(code string) *rootline.Event {
	return at(event(code, "accept", `{"condition":"good"}`), lat, lon, 5)
}

// grow takes a new tree as far as it stands on the site.
func (f *forest) grow(code string) {
	f.T.Helper()
	f.Do(f.nursery, selectTree(code))
	f.Do(f.nursery, event(code, "lift", `{"rootBall":400}`))
	f.Do(f.nursery, event(code, "load", `{"waybill":"W1"}`))
	f.Do(f.carrier, event(code, "ship", ""))
	f.Do(f.planter, event(code, "receive", `{}`))
}

func (f *forest) asset(code string) *rootline.Asset {
	f.T.Helper()
	r, err := f.State.Get(rootline.Ref{Space: rootline.SpaceAsset, ID: code})
	if err != nil || r == nil {
		f.T.Fatalf("no asset %s (%v)", code, err)
	}
	return r.(*rootline.Asset)
}

func TestATreesLife(t *testing.T) {
	f := newForest(t)
	code := judgetest.Code(judgetest.Contractor)
	f.grow(code)
	f.Do(f.planter, plant(code))
	f.Do(f.planter, event(code, "tend", `{"work":"water","litres":40}`))
	f.Do(f.supervisor, accept(code))
	tree := f.asset(code)
	if tree.State != "established" || tree.Seq != 8 || tree.Place != plotID || tree.Fields["planter"].Str() != judgetest.Contractor {
		t.Fatalf("ended as %+v", tree)
	}
	if tree.Position == nil || tree.Position.Lat != lat {
		t.Fatalf("stands at %+v", tree.Position)
	}
}

func TestHeadsAreRecomputable(t *testing.T) {
	f := newForest(t)
	code := judgetest.Code(judgetest.Contractor)
	var head rootline.Hash
	for i, e := range []*rootline.Event{selectTree(code), event(code, "lift", `{"rootBall":400}`)} {
		sub := f.Sign(f.nursery, e)
		d := f.Record(sub)
		if len(d.Refused) > 0 {
			t.Fatal(d.Refused[0].Error)
		}
		head = rootline.NextHead(head, uint64(i+1), d.Outcomes[0].Hash)
		if got := f.asset(code).Head; got != head {
			t.Fatalf("head %d is %s, computed %s", i+1, got, head)
		}
	}
}

// Each row is one way to break a rule, against the same tree that stands on the site.
func TestForestRefusals(t *testing.T) {
	f := newForest(t)
	code, planted := judgetest.Code(judgetest.Contractor), judgetest.Code(judgetest.Contractor)
	f.grow(code)
	f.grow(planted)
	first := plant(planted)
	f.Do(f.planter, first)
	ownSupervisor := f.Enrol(judgetest.Supervisor, "supervisor")
	head := f.asset(code).Head
	with := func(e *rootline.Event, change func(*rootline.Event)) *rootline.Event { change(e); return e }
	for _, c := range []struct {
		name string
		who  *judgetest.Person
		e    *rootline.Event
		want rootline.Code
	}{
		{"skipped step", f.supervisor, accept(code), rootline.CodeWrongState},
		{"wrong role", f.supervisor, plant(code), rootline.CodeWrongRole},
		{"outside the plot", f.planter, at(plant(code), lat+5000, lon, 5), "outside-plot"},
		{"unknown plot", f.planter, at(event(code, "plant", `{"plot":"forest/8","pit":"P1","crew":"C7"}`), lat, lon, 5), rootline.CodeUnknownPlace},
		{"no position", f.planter, event(code, "plant", `{"plot":"`+plotID+`","pit":"P1","crew":"C7"}`), rootline.CodeMissing},
		{"no photo", f.planter, with(plant(code), func(e *rootline.Event) { e.Evidence = nil }), rootline.CodeMissing},
		{"missing data", f.planter, at(event(code, "plant", `{"plot":"`+plotID+`"}`), lat, lon, 5), rootline.CodeMissing},
		{"unasked data", f.planter, at(event(code, "plant", `{"plot":"`+plotID+`","pit":"P1","crew":"C7","colour":"red"}`), lat, lon, 5), rootline.CodeNotAsked},
		{"text for a number", f.planter, event(planted, "measure", `{"height":"tall"}`), rootline.CodeBadData},
		{"float for a number", f.planter, event(planted, "measure", `{"height":3.5}`), rootline.CodeMalformedEvent},
		{"unknown action", f.planter, event(code, "dance", ""), rootline.CodeUnknownAction},
		{"another version", f.planter, with(plant(code), func(e *rootline.Event) { e.Rulebook = "forestation@2" }), rootline.CodeUnknownRulebook},
		{"unknown asset", f.planter, plant(judgetest.Code(judgetest.Contractor)), rootline.CodeUnknownAsset},
		{"made twice", f.nursery, selectTree(code), rootline.CodeAssetExists},
		{"another's prefix", f.nursery, selectTree(judgetest.Code(judgetest.Owner)), rootline.CodeForeignPrefix},
		{"unknown kind", f.nursery, with(selectTree(judgetest.Code(judgetest.Contractor)), func(e *rootline.Event) { e.Kind = "cloud" }), rootline.CodeUnknownKind},
		{"stale head", f.planter, with(plant(code), func(e *rootline.Event) { e.Prev = rootline.HashOf(nil) }), rootline.CodeStalePrev},
		{"unasked amount", f.planter, with(plant(code), func(e *rootline.Event) { e.Amount = 3 }), rootline.CodeNotAsked},
		{"unasked input", f.planter, with(plant(code), func(e *rootline.Event) { e.Inputs = []rootline.Input{{Asset: planted, Amount: 1}} }), rootline.CodeNotAsked},
		{"corrects another tree's event", f.supervisor, with(event(code, "correct", `{"reason":"x","height":3000}`), func(e *rootline.Event) { e.Corrects = first.ID }), rootline.CodeUnknownEvent},
		{"reused id", f.planter, with(plant(code), func(e *rootline.Event) { e.ID = first.ID }), rootline.CodeEventReused},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := f.State.Records()
			err := f.Try(c.who, c.e)
			if got := rootline.CodeOf(err); got != c.want {
				t.Fatalf("got %v, want %s", err, c.want)
			}
			if after := f.State.Records(); len(after) != len(before) || f.asset(code).Head != head {
				t.Fatal("a refused event changed something")
			}
		})
	}
	f.Do(f.planter, with(plant(code), func(e *rootline.Event) { e.Prev = head }))
	_ = ownSupervisor
}

func TestSelfAcceptance(t *testing.T) {
	f := newForest(t)
	// The supervising organisation plants a tree itself, and then may not accept it.
	code := judgetest.Code(judgetest.Contractor)
	f.grow(code)
	f.Do(f.planter, plant(code))
	tree := *f.asset(code)
	tree.Fields = rootline.Fields{"planter": rootline.StringOf(judgetest.Supervisor)}
	f.State.Apply([]rootline.Record{&tree})
	if err := f.Try(f.supervisor, accept(code)); rootline.CodeOf(err) != "self-acceptance" {
		t.Fatalf("got %v", err)
	}
}

func TestCorrectionNamesWhatItCorrects(t *testing.T) {
	f := newForest(t)
	code := judgetest.Code(judgetest.Contractor)
	wrong := selectTree(code)
	f.Do(f.nursery, wrong)
	fix := event(code, "correct", `{"reason":"misread tape","height":2300}`)
	fix.Corrects = wrong.ID
	f.Do(f.nursery, fix)
	if got := f.asset(code).Fields["height"].Int(); got != 2300 {
		t.Fatalf("height %d", got)
	}
}

func TestADeadTreeIsReplacedInItsPit(t *testing.T) {
	f := newForest(t)
	dead, heir := judgetest.Code(judgetest.Contractor), judgetest.Code(judgetest.Contractor)
	f.grow(dead)
	f.Do(f.planter, plant(dead))
	f.Do(f.supervisor, event(dead, "die", `{"cause":"drought"}`))
	f.grow(heir)
	replant := func(pit string) *rootline.Event {
		e := at(event(heir, "replant", `{"plot":"`+plotID+`","pit":"`+pit+`","crew":"C7"}`), lat, lon, 5)
		e.Refs = []string{dead}
		return e
	}
	if err := f.Try(f.planter, replant("P2")); rootline.CodeOf(err) != "other-pit" {
		t.Fatalf("another pit: %v", err)
	}
	f.Do(f.planter, replant("P1"))
	if err := f.Try(f.planter, event(dead, "tend", `{"work":"water"}`)); rootline.CodeOf(err) != rootline.CodeWrongState {
		t.Fatalf("the dead was revived: %v", err)
	}
	mark := event(dead, "replace", "")
	mark.Refs = []string{heir}
	f.Do(f.supervisor, mark)
	if f.asset(dead).State != "replaced" || f.asset(heir).Fields["replaces"].Str() != dead {
		t.Fatal("the two do not name each other")
	}
}
