package story

import (
	"encoding/json"
	"time"

	"github.com/rootline/rootline"
)

// The places. The coordinates lie in the plain of northern China; no real plot or levee is meant.
const (
	plotID    = "forest/9/14"
	sectionID = "floodway/east/k65+000"
	// nextSectionID is the stretch after it; only the long story goes there.
	nextSectionID = "floodway/east/k65+240"
	disposalID    = "disposal"
)

// The corner of the plot from which trees are set out, in rows of 8 m.
var plotCorner = rootline.Point{Lat: 38_981_000, Lon: 115_931_000}

// leveeMiddle lies on the section of the levee.
var leveeMiddle = rootline.Point{Lat: 38_951_050, Lon: 115_961_000}

// middleOf is where people stand on a section.
func middleOf(section string) rootline.Point {
	p := leveeMiddle
	if section == nextSectionID {
		p.Lat += 2_160
	}
	return p
}

func rectangle(corner rootline.Point, north, east int64) []rootline.Point {
	return []rootline.Point{
		corner, {Lat: corner.Lat, Lon: corner.Lon + east},
		{Lat: corner.Lat + north, Lon: corner.Lon + east}, {Lat: corner.Lat + north, Lon: corner.Lon},
	}
}

func (t *teller) places() {
	t.register(
		rootline.Place{ID: "forest", Kind: "project", Title: rootline.Text{En: "Demonstration forest (synthetic)", Zh: "演示林（虚构）"}},
		rootline.Place{ID: "forest/9", Kind: "section", Parent: "forest", Title: rootline.Text{En: "Section 9", Zh: "9 标段"}},
		rootline.Place{
			ID: plotID, Kind: "plot", Parent: "forest/9", Title: rootline.Text{En: "Plot 9-14", Zh: "9-14 小班"},
			Outline: rectangle(rootline.Point{Lat: plotCorner.Lat - 100, Lon: plotCorner.Lon - 100}, 1_400, 2_200),
			Plan:    map[string]int64{"tree": 320},
			Weeks:   map[string]map[string]int64{"tree": weeksFrom(time.Now(), 40, 80, 120, 80)},
		},
		rootline.Place{ID: "floodway", Kind: "project", Title: rootline.Text{En: "Demonstration floodway (synthetic)", Zh: "演示行洪道（虚构）"}},
		rootline.Place{ID: "floodway/east", Kind: "section", Parent: "floodway", Title: rootline.Text{En: "East levee", Zh: "东堤"}},
		rootline.Place{
			ID: sectionID, Kind: "section", Parent: "floodway/east", Title: rootline.Text{En: "K65+000 to K65+240", Zh: "K65+000～K65+240"},
			Outline:  rectangle(rootline.Point{Lat: 38_950_000, Lon: 115_960_500}, 2_160, 1_000),
			Chainage: &rootline.Chainage{From: 65_000_000, To: 65_240_000},
			Plan:     map[string]int64{"fill-layer": 8},
		},
	)
	t.send("places")
}

// weeksFrom plans amounts for one week after the other.
func weeksFrom(from time.Time, amounts ...int64) map[string]int64 {
	weeks := map[string]int64{}
	for i, n := range amounts {
		weeks[rootline.WeekOf(from.AddDate(0, 0, 7*i))] = n
	}
	return weeks
}

// register has the manager put places on the ledger.
func (t *teller) register(places ...rootline.Place) {
	for _, p := range places {
		b, err := json.Marshal(p)
		if err != nil {
			t.err = err
			return
		}
		t.act(t.Cast.Manager, &rootline.Event{Action: rootline.ActPlace, Rulebook: rootline.Registry, Data: b})
	}
}

// The places of the long story.
const (
	buildingID = "centre/b1"
	storey1ID  = "centre/b1/s1"
	storey2ID  = "centre/b1/s2"
)

// building is the middle of the service centre.
var building = rootline.Point{Lat: 38_971_500, Lon: 115_941_500}

func (t *teller) morePlaces() {
	outline := rectangle(rootline.Point{Lat: 38_971_000, Lon: 115_941_000}, 1_000, 1_000)
	t.register(
		rootline.Place{
			ID: nextSectionID, Kind: "section", Parent: "floodway/east", Title: rootline.Text{En: "K65+240 to K65+480", Zh: "K65+240～K65+480"},
			Outline:  rectangle(rootline.Point{Lat: 38_952_160, Lon: 115_960_500}, 2_160, 1_000),
			Chainage: &rootline.Chainage{From: 65_240_000, To: 65_480_000},
		},
		rootline.Place{
			ID: disposalID, Kind: "yard", Title: rootline.Text{En: "Disposal site (synthetic)", Zh: "弃土场（虚构）"},
			Outline: rectangle(disposalCorner, 2_000, 2_000),
		},
		rootline.Place{ID: "centre", Kind: "project", Title: rootline.Text{En: "Demonstration service centre (synthetic)", Zh: "演示服务中心（虚构）"}},
		rootline.Place{ID: buildingID, Kind: "building", Parent: "centre", Title: rootline.Text{En: "Building 1", Zh: "1 号楼"}, Outline: outline},
		rootline.Place{ID: storey1ID, Kind: "storey", Parent: buildingID, Title: rootline.Text{En: "Storey 1", Zh: "1 层"}, Outline: outline},
		rootline.Place{ID: storey2ID, Kind: "storey", Parent: buildingID, Title: rootline.Text{En: "Storey 2", Zh: "2 层"}, Outline: outline},
	)
	t.send("more places")
}

// disposalCorner is where waste is taken.
var disposalCorner = rootline.Point{Lat: 38_990_000, Lon: 115_990_000}
