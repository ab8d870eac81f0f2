package readmodel

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

// TestPlansOfOrders: a page of any order has its index, on a file that was never analysed; nothing is sorted that was not
// few before.
func TestPlansOfOrders(t *testing.T) {
	s := open(t)
	v := view(t, s)
	plan := func(query string, args ...any) string {
		t.Helper()
		rows, err := v.query("EXPLAIN QUERY PLAN "+query, args...)
		if err != nil {
			t.Fatal(query, err)
		}
		defer rows.Close()
		var out strings.Builder
		for rows.Next() {
			var id, parent, unused int
			var detail string
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				t.Fatal(err)
			}
			out.WriteString(detail + "\n")
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	held := func(index, query string, args ...any) {
		t.Helper()
		if p := plan(query, args...); !strings.Contains(p, index) || strings.Contains(p, "TEMP B-TREE") || strings.Contains(p, "SCAN") {
			t.Errorf("%s does not go by %s: %s", query, index, p)
		}
	}
	for o, index := range map[Order]string{ByID: "PRIMARY KEY", ByIDDown: "PRIMARY KEY", Newest: "assets_changed", Oldest: "assets_changed"} {
		by := ""
		if o.column() == "changed" {
			by = ` INDEXED BY assets_changed`
		}
		query, args := ordered(o, by, nil, nil, at{Changed: 5, ID: code(1)}, 50)
		held(index, query, args...)
	}
	for _, query := range []string{idsOfGroup, idsOfGroupDown} {
		held("assets_group (kind=? AND state=? AND custodian=? AND located=? AND id", query, "tree", "dead", "AMSP", 1, code(1), 50)
	}
	for _, query := range []string{idsOfGroupAt, idsOfGroupAtDown} {
		held("assets_place (place=? AND kind=? AND state=? AND custodian=? AND id", query, "forest/9", "tree", "dead", "AMSP", code(1), 50)
	}
	for _, query := range []string{nextPlace, lastPlace} {
		held("assets_place (place>? AND place<?)", query, "forest/9", "forest/90")
	}
	held("assets_place (place>? AND place<?)", idsWithin, "forest/9", "forest/90", 50)
	held("assets_group ((kind,state,custodian)>(?,?,?))", nextKind, "tree", "dead", beyond)
	held("assets_group", nextGroup, "tree", "dead", "AMSP", 1, beyond)
}

// TestOrdersWithinManyPlaces: a page of what lies in thousands of places costs a bounded number of statements in any order,
// however the values come there, and the pages together are all of it in that order.
func TestOrdersWithinManyPlaces(t *testing.T) {
	s := founded(t)
	const many = 2*maxFew + 500
	var all []*rootline.Asset
	var records []rootline.Record
	for n := range many {
		a := planted(n)
		a.Place = fmt.Sprintf("wide/%d", n/2)
		if a.Kind = "slab"; n%3 == 0 {
			a.Kind = "tree"
		}
		a.State = fmt.Sprintf("state-%d", n%7)
		if n >= maxFew-1 {
			a.Place = "large/" + a.Place
		}
		all, records = append(all, a), append(records, a)
	}
	put(t, s, records...)
	for _, place := range []string{"", "wide", "large"} { // all, as many as are sorted at once, and more
		for _, o := range Orders {
			f := AssetFilter{Place: place, Order: o}
			var want []string
			for _, a := range slices.SortedFunc(slices.Values(all), func(a, b *rootline.Asset) int { return compared(o, a, b) }) {
				if passes(&f, a) {
					want = append(want, a.ID)
				}
			}
			var got []string
			for p := (Page{Limit: MaxLimit}); ; {
				before := s.Statements()
				list, err := view(t, s).Assets(f, p)
				if err != nil {
					t.Fatal(err)
				}
				if ran := s.Statements() - before; ran > 2*maxGroups+10*maxValues {
					t.Fatalf("%q in %q: %d statements for a page of %d", o, place, ran, len(list.Items))
				}
				got = append(got, codes(list.Items)...)
				if p.Cursor = list.Next; p.Cursor == "" {
					break
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q in %q: %d assets, want %d", o, place, len(got), len(want))
			}
		}
	}
}
