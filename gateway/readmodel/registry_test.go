package readmodel

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
)

// Lists of places and devices are sorted by any of their columns, both ways, and are the same in pages of any size.
func TestListsOfTheRegistryAreSorted(t *testing.T) {
	s := open(t)
	for i := range 12 {
		put(t, s,
			&rootline.Place{ID: fmt.Sprintf("forest/%02d", i), Title: rootline.Text{En: []string{"plot C", "Plot B", "plot a", ""}[i%4], Zh: []string{"丙", "乙"}[i%2]}, Kind: []string{"plot", "nursery", "yard"}[i%3], Parent: []string{"", "forest"}[i%2]},
			&rootline.Device{Kid: fmt.Sprintf("kid%02d", i), Name: []string{"C7", "c12", "b1"}[i%3], Organisation: []string{"B", "A"}[i%2], Role: []string{"planter", "admin", "manager"}[i%3]})
	}
	places := map[Order]func(a, b rootline.Place) int{
		"": byPlaceID, "id": byPlaceID, "-id": down(byPlaceID),
		"kind":      func(a, b rootline.Place) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), byPlaceID(a, b)) },
		"-kind":     func(a, b rootline.Place) int { return cmp.Or(cmp.Compare(b.Kind, a.Kind), byPlaceID(a, b)) },
		"parent":    func(a, b rootline.Place) int { return cmp.Or(cmp.Compare(a.Parent, b.Parent), byPlaceID(a, b)) },
		"title-en":  func(a, b rootline.Place) int { return cmp.Or(cmp.Compare(titleEn(&a), titleEn(&b)), byPlaceID(a, b)) },
		"-title-en": func(a, b rootline.Place) int { return cmp.Or(cmp.Compare(titleEn(&b), titleEn(&a)), byPlaceID(a, b)) },
		"title-zh":  func(a, b rootline.Place) int { return cmp.Or(cmp.Compare(a.Title.Zh, b.Title.Zh), byPlaceID(a, b)) },
		"-parent":   func(a, b rootline.Place) int { return cmp.Or(cmp.Compare(b.Parent, a.Parent), byPlaceID(a, b)) },
	}
	for order, want := range places {
		sortedInPages(t, string(order), 12, func(p Page) (List[rootline.Place], error) {
			return view(t, s).Places(PlaceFilter{Order: order}, p)
		}, want)
		if list, err := view(t, s).Places(PlaceFilter{Order: order, Kind: "plot"}, Page{}); err != nil || len(list.Items) != 4 {
			t.Errorf("%s: %d plots, %v", order, len(list.Items), err)
		}
	}
	devices := map[Order]func(a, b rootline.Device) int{
		"": byKid, "-kid": down(byKid),
		"organisation": func(a, b rootline.Device) int {
			return cmp.Or(cmp.Compare(a.Organisation, b.Organisation), byKid(a, b))
		},
		"-organisation": func(a, b rootline.Device) int {
			return cmp.Or(cmp.Compare(b.Organisation, a.Organisation), byKid(a, b))
		},
		"name": func(a, b rootline.Device) int {
			return cmp.Or(cmp.Compare(deviceName(&a), deviceName(&b)), byKid(a, b))
		},
		"-name": func(a, b rootline.Device) int {
			return cmp.Or(cmp.Compare(deviceName(&b), deviceName(&a)), byKid(a, b))
		},
		"-role": func(a, b rootline.Device) int { return cmp.Or(cmp.Compare(b.Role, a.Role), byKid(a, b)) },
	}
	for order, want := range devices {
		sortedInPages(t, string(order), 12, func(p Page) (List[rootline.Device], error) {
			return view(t, s).Devices(DeviceFilter{Order: order}, p)
		}, want)
	}
	first, err := view(t, s).Places(PlaceFilter{Order: "kind"}, Page{Limit: 1})
	if err != nil || first.Next == "" {
		t.Fatal(first, err)
	}
	if _, err := view(t, s).Places(PlaceFilter{Order: "-kind"}, Page{Cursor: first.Next}); rootline.CodeOf(err) != rootline.CodeBadRequest {
		t.Errorf("a cursor of another order: got %v", err)
	}
}

func byPlaceID(a, b rootline.Place) int { return cmp.Compare(a.ID, b.ID) }
func byKid(a, b rootline.Device) int    { return cmp.Compare(a.Kid, b.Kid) }

func down[T any](by func(a, b T) int) func(a, b T) int { return func(a, b T) int { return by(b, a) } }

// sortedInPages reads a list in pages of several sizes.
func sortedInPages[T any](t *testing.T, order string, n int, read func(Page) (List[T], error), by func(a, b T) int) {
	t.Helper()
	for _, limit := range []int{1, 5, n} {
		var all []T
		for p := (Page{Limit: limit}); ; {
			list, err := read(p)
			if err != nil {
				t.Fatal(order, err)
			}
			all = append(all, list.Items...)
			if p.Cursor = list.Next; p.Cursor == "" {
				break
			}
		}
		if len(all) != n || !slices.IsSortedFunc(all, by) {
			t.Errorf("%q in pages of %d: %d of %d: %+v", order, limit, len(all), n, all)
		}
	}
}

// Titles of places and names of devices that were there before are in the columns that lists are sorted by.
func TestTitlesThatWereThereAreSortedBy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "readmodel.db")
	written, err := Encode([]rootline.Record{
		&rootline.Place{ID: "a", Kind: "plot", Title: rootline.Text{En: "Second", Zh: "甲"}}, &rootline.Place{ID: "b", Kind: "plot", Title: rootline.Text{En: "first", Zh: "甲"}},
		&rootline.Device{Kid: "k1", Name: "P2"}, &rootline.Device{Kid: "k2", Name: "P1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	var there []string
	for _, w := range written {
		ref := w.Record.Ref()
		there = append(there, fmt.Sprintf(`INSERT INTO state VALUES ('%s', x'%x')`, wire.Key(ref), w.Value))
	}
	older(t, path, append(there, `INSERT INTO places VALUES ('a', 'plot', ''), ('b', 'plot', '')`, `INSERT INTO devices VALUES ('k1', 'A', 'planter'), ('k2', 'A', 'planter')`)...)
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	places, err := view(t, s).Places(PlaceFilter{Order: "title-en"}, Page{})
	if err != nil || len(places.Items) != 2 || places.Items[0].ID != "b" {
		t.Errorf("by title: %+v, %v", places.Items, err)
	}
	devices, err := view(t, s).Devices(DeviceFilter{Order: "name"}, Page{})
	if err != nil || len(devices.Items) != 2 || devices.Items[0].Kid != "k2" {
		t.Errorf("by name: %+v, %v", devices.Items, err)
	}
}
