package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/rootline/rootline"
)

// Workload draws the things to record. It knows nothing of who records them.
type Workload interface {
	// Draw gives n new trees.
	Draw(n int) []Tree
}

// Tree is a standing tree as an inventory describes it: what both sides record.
type Tree struct {
	Code     string
	Lat, Lon int64
	Measures Measures
}

// Measures are a tree's properties, in the rulebook's names.
type Measures struct {
	Species     string `json:"species"`
	CommonName  string `json:"commonName"`
	Genus       string `json:"genus"`
	Family      string `json:"family"`
	DBH         int64  `json:"dbh"`
	YearPlanted int64  `json:"yearPlanted"`
	Precinct    string `json:"precinct"`
	Source      string `json:"source"`
}

// inventory draws trees of a few species, all of it synthetic and, but for the codes, the same in each run.
type inventory struct {
	random *rand.Rand
	drawn  int
}

func newInventory() *inventory { return &inventory{random: rand.New(rand.NewPCG(25_000_000, 139))} }

var species = [][4]string{
	{"Pinus tabuliformis", "Chinese red pine", "Pinus", "Pinaceae"},
	{"Ulmus pumila", "Siberian elm", "Ulmus", "Ulmaceae"},
	{"Styphnolobium japonicum", "Pagoda tree", "Styphnolobium", "Fabaceae"},
	{"Acer truncatum", "Shantung maple", "Acer", "Sapindaceae"},
	{"Fraxinus chinensis", "Chinese ash", "Fraxinus", "Oleaceae"},
}

// The prefixes of the demonstration's organisations that make things here.
const ownerPrefix, contractorPrefix = "9520001", "9520002"

// Draw implements Workload.
func (w *inventory) Draw(n int) []Tree {
	out := make([]Tree, n)
	for i := range out {
		w.drawn++
		kind := species[w.random.IntN(len(species))]
		out[i] = Tree{
			Code: rootline.NewCode(ownerPrefix),
			Lat:  38_900_000 + w.random.Int64N(100_000), Lon: 115_900_000 + w.random.Int64N(100_000),
			Measures: Measures{
				Species: kind[0], CommonName: kind[1], Genus: kind[2], Family: kind[3],
				DBH: 30 + w.random.Int64N(600), YearPlanted: 1980 + w.random.Int64N(46),
				Precinct: fmt.Sprintf("Section %d", 1+w.random.IntN(40)), Source: fmt.Sprint(w.drawn),
			},
		}
	}
	return out
}

// plainValue is what the usual way stores of a tree: an asset's record with everything that the event says.
func (t *Tree) plainValue(now time.Time) (string, error) {
	b, err := json.Marshal(struct {
		ID        string   `json:"id"`
		Kind      string   `json:"kind"`
		State     string   `json:"state"`
		Owner     string   `json:"owner"`
		Lat       int64    `json:"lat"`
		Lon       int64    `json:"lon"`
		Accuracy  int64    `json:"accuracy"`
		Fields    Measures `json:"fields"`
		CreatedAt string   `json:"createdAt"`
	}{t.Code, "tree", "established", "OwnerMSP", t.Lat, t.Lon, 10, t.Measures, now.UTC().Format(time.RFC3339)})
	return string(b), err
}

// event is the same as an event, before it is signed.
func (t *Tree) event() (*rootline.Event, error) {
	data, err := json.Marshal(t.Measures)
	return &rootline.Event{
		Asset: t.Code, Kind: "tree", Action: "inventory", Rulebook: "forestation@1", Data: data,
		Place: &rootline.Position{Point: rootline.Point{Lat: t.Lat, Lon: t.Lon}, Accuracy: 10},
	}, err
}
