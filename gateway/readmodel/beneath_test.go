package readmodel

import (
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

// What lies beneath is what lies under an asset, and under what lies there of the kinds that are named, and no deeper.
func TestBeneath(t *testing.T) {
	s := open(t)
	oneBlock(t, s)
	at := func(n int, kind string, under int) *rootline.Asset {
		a := planted(n)
		if a.Kind = kind; under > 0 {
			a.Under = code(under)
		}
		return a
	}
	put(t, s, at(1, "deed", 0), at(2, "bid", 1), at(3, "row", 1), at(4, "slip", 1), at(5, "slip", 2), at(6, "slip", 3), at(7, "slip", 5), at(8, "slip", 0), at(9, "other", 2))
	for _, c := range []struct{ between, kind, want string }{
		{"bid", "slip", "4 5"}, {"bid,row", "slip", "4 5 6"}, {"row", "slip", "4 6"}, {"none", "slip", "4"}, {"bid", "", "2 3 4 5 9"},
	} {
		f := AssetFilter{Beneath: code(1), Between: c.between, Kind: c.kind}
		list, err := view(t, s).Assets(f, Page{Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range list.Items {
			got = append(got, strings.TrimLeft(a.ID[7:], "0"))
		}
		if slices.Sort(got); strings.Join(got, " ") != c.want {
			t.Errorf("%s of %s: %v, want %s", c.kind, c.between, got, c.want)
		}
	}
}
