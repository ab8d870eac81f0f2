package readmodel

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

// passes is what a filter means, said once more without indexes.
func passes(f *AssetFilter, a *rootline.Asset) bool {
	within := f.Place == "" || f.Place == a.Place || strings.HasPrefix(a.Place, f.Place+"/")
	located := f.Located == Either || (f.Located == Yes) == (a.Position != nil)
	changed := a.Changed >= f.ChangedFrom && (f.ChangedTo == 0 || a.Changed < f.ChangedTo)
	says := f.Text == "" || strings.Contains(strings.ToLower(a.Fields["species"].Str()), strings.ToLower(f.Text))
	return anyOf(f.Book, bookOf(a.Rulebook)) && anyOf(f.Kind, a.Kind) && anyOf(f.State, a.State) && anyOf(f.Custodian, a.Custodian) && anyOf(f.Maker, a.Maker) &&
		within && located && changed && says && strings.Contains(a.ID, f.Q) && (f.Lot == "" || f.Lot == a.Lot)
}

// TestPagesOfFilters holds pages that are merged from groups, sifted or walked to a plain look at all assets, for many
// filters, and the counts to the pages.
func TestPagesOfFilters(t *testing.T) {
	s := open(t)
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(values ...string) string { return values[random.IntN(len(values))] }
	var all []*rootline.Asset
	var records []rootline.Record
	for n := range 700 {
		a := planted(n)
		a.Rulebook = pick("forestation@1", "forestation@2", "floodway@1", "forest@1")
		a.Kind, a.State, a.Maker = pick("tree", "slab", "beam"), pick("planted", "dead", "made"), pick("OwnerMSP", "AMSP")
		a.Custodian, a.Place = pick("OwnerMSP", "AMSP"), pick("", "forest", "forest/9", "forest/9/1", "forest/9-a", "forest/90", fmt.Sprintf("wide/%d", n))
		a.Changed, a.Lot = rootline.Instant(1000+random.IntN(300)), pick("", code(9001))
		a.Fields = rootline.Fields{"species": rootline.StringOf(pick("Pinus tabuliformis", "Ulmus pumila", "油松"))}
		if random.IntN(3) > 0 {
			a.Position = &rootline.Position{Point: rootline.Point{Lat: 1, Lon: 2}}
		}
		all, records = append(all, a), append(records, a)
	}
	put(t, s, records...)
	put(t, s, all[3], all[4]) // written twice, there once
	some := 0
	for range 800 {
		f := AssetFilter{
			Book: pick("", "", "", "", "forestation", "forestation,floodway", "floodway@1"),
			Kind: pick("", "", "tree", "none"), State: pick("", "", "dead", "dead,made"), Custodian: pick("", "AMSP"), Maker: pick("", "", "AMSP"),
			Place: pick("", "", "forest", "forest/9", "wide", "wid"), Located: Choice(pick("", "yes", "no")), Text: pick("", "", "PINUS", "松"),
			Q: pick("", "", "", "7"), Lot: pick("", "", "", code(9001)), Order: Orders[random.IntN(len(Orders))],
			ChangedFrom: rootline.Instant(random.IntN(2) * 1100), ChangedTo: rootline.Instant(random.IntN(2) * 1200),
		}
		var want []string
		for _, a := range slices.SortedFunc(slices.Values(all), func(a, b *rootline.Asset) int {
			return compared(f.Order, a, b)
		}) {
			if passes(&f, a) {
				want = append(want, a.ID)
			}
		}
		if len(want) > 0 {
			some++
		}
		if got := everything(t, s, f, 1+random.IntN(90)); !slices.Equal(got, want) {
			t.Fatalf("%+v: %d assets, want %d", f, len(got), len(want))
		}
		if n, err := view(t, s).CountAssets(f); err != nil || n != (Count{N: len(want)}) {
			t.Fatalf("%+v: %+v, %v; want %d", f, n, err, len(want))
		}
	}
	if some < 300 {
		t.Errorf("only %d of the filters found anything", some)
	}
}

// compared is what an order means, said once more.
func compared(o Order, a, b *rootline.Asset) int {
	column, down := strings.CutPrefix(string(o), "-")
	sign := map[bool]int{false: 1, true: -1}[down]
	place := func(a *rootline.Asset) string { return cmp.Or(a.Place, "zzz") }
	switch column {
	case "changed":
		return sign * cmp.Or(cmp.Compare(a.Changed, b.Changed), cmp.Compare(a.ID, b.ID))
	case "kind":
		return cmp.Or(sign*cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	case "state":
		return cmp.Or(sign*cmp.Compare(a.State, b.State), cmp.Compare(a.ID, b.ID))
	case "custodian":
		return cmp.Or(sign*cmp.Compare(a.Custodian, b.Custodian), cmp.Compare(a.ID, b.ID))
	case "place":
		return cmp.Or(sign*cmp.Compare(place(a), place(b)), cmp.Compare(a.ID, b.ID))
	}
	return sign * cmp.Compare(a.ID, b.ID)
}

// everything reads a list page by page.
func everything(t *testing.T, s *Store, f AssetFilter, limit int) (got []string) {
	t.Helper()
	for page := (Page{Limit: limit}); ; {
		list, err := view(t, s).Assets(f, page)
		if err != nil {
			t.Fatal(err)
		}
		if len(list.Items) > limit {
			t.Fatalf("%d on a page of %d", len(list.Items), limit)
		}
		got = append(got, codes(list.Items)...)
		if page.Cursor = list.Next; page.Cursor == "" {
			return got
		}
	}
}

// TestPagesThatStopLooking finds the few of many that no index leads to, in pages that may be short.
func TestPagesThatStopLooking(t *testing.T) {
	s := open(t)
	var records []rootline.Record
	var want []string
	for n := range 3*maxReadThrough + 10 {
		a := planted(n)
		a.Fields = rootline.Fields{"pit": rootline.StringOf("P")}
		if n%4000 == 3999 || n == maxReadThrough-1 || n == 2*maxReadThrough+10 { // the last two end a stretch, one in each order
			a.Fields["pit"] = rootline.StringOf("Q-7")
			want = append(want, a.ID)
		}
		records = append(records, a)
	}
	put(t, s, records...)
	for _, o := range Orders {
		f := AssetFilter{Text: "q-7", Order: o}
		got := everything(t, s, f, 50)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", o, got, want)
		}
		first, err := view(t, s).Assets(f, Page{})
		if err != nil || len(first.Items) == len(want) || first.Next == "" {
			t.Errorf("%q: all %d at once, %v", o, len(first.Items), err)
		}
	}
	if n, err := view(t, s).CountAssets(AssetFilter{Text: "q-7"}); err != nil || !n.More {
		t.Errorf("%+v, %v", n, err)
	}
	if n, err := view(t, s).CountAssets(AssetFilter{Kind: "tree"}); err != nil || n != (Count{N: MaxCount, More: true}) {
		t.Errorf("%+v, %v", n, err)
	}
}
