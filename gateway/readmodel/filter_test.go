package readmodel

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/rootline/rootline"
)

// TestPagesOfGroups holds pages that are merged from groups to a plain walk over all assets, for many filters.
func TestPagesOfGroups(t *testing.T) {
	s := open(t)
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(values ...string) string { return values[random.IntN(len(values))] }
	var all []*rootline.Asset
	var records []rootline.Record
	for n := range 700 {
		a := planted(n)
		a.Kind, a.State = pick("tree", "slab", "beam"), pick("planted", "dead", "made")
		a.Custodian, a.Place = pick("OwnerMSP", "AMSP"), pick("", "forest", "forest/9", "forest/9/1", "forest/9-a", "forest/90", fmt.Sprintf("wide/%d", n))
		all, records = append(all, a), append(records, a)
	}
	put(t, s, records...)
	put(t, s, all[3], all[4]) // written twice, there once
	for range 150 {
		f := AssetFilter{
			Kind: pick("", "", "tree", "none"), State: pick("", "", "dead"), Custodian: pick("", "AMSP"),
			Place: pick("", "", "forest", "forest/9", "wide", "wid"),
		}
		var want []string
		for _, a := range all {
			if (f.Kind == "" || f.Kind == a.Kind) && (f.State == "" || f.State == a.State) && (f.Custodian == "" || f.Custodian == a.Custodian) &&
				(f.Place == "" || f.Place == a.Place || len(a.Place) > len(f.Place) && a.Place[:len(f.Place)+1] == f.Place+"/") {
				want = append(want, a.ID)
			}
		}
		var got []string
		for page := (Page{Limit: 1 + random.IntN(90)}); ; {
			list, err := s.Assets(t.Context(), f, page)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, codes(list.Items)...)
			if page.Cursor = list.Next; page.Cursor == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%+v: %d assets, want %d", f, len(got), len(want))
		}
	}
}
