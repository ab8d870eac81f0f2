package story

import "github.com/rootline/rootline"

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
