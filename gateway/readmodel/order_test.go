package readmodel

import (
	"strings"
	"testing"
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
	held("assets_group", nextGroup, "tree", "dead", "AMSP", 1, beyond)
}
