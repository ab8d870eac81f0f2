package readmodel

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"github.com/rootline/rootline"
)

// Lists of places and devices are sorted by any of their columns, both ways, and are the same in pages of any size.
func TestListsOfTheRegistryAreSorted(t *testing.T) {
	s := open(t)
	for i := range 12 {
		put(t, s,
			&rootline.Place{ID: fmt.Sprintf("forest/%02d", i), Kind: []string{"plot", "nursery", "yard"}[i%3], Parent: []string{"", "forest"}[i%2]},
			&rootline.Device{Kid: fmt.Sprintf("kid%02d", i), Organisation: []string{"B", "A"}[i%2], Role: []string{"planter", "admin", "manager"}[i%3]})
	}
	places := map[Order]func(a, b rootline.Place) int{
		"": byPlaceID, "id": byPlaceID, "-id": down(byPlaceID),
		"kind":    func(a, b rootline.Place) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), byPlaceID(a, b)) },
		"-kind":   func(a, b rootline.Place) int { return cmp.Or(cmp.Compare(b.Kind, a.Kind), byPlaceID(a, b)) },
		"parent":  func(a, b rootline.Place) int { return cmp.Or(cmp.Compare(a.Parent, b.Parent), byPlaceID(a, b)) },
		"-parent": func(a, b rootline.Place) int { return cmp.Or(cmp.Compare(b.Parent, a.Parent), byPlaceID(a, b)) },
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
