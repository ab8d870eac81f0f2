package outbox

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestPlans: what runs again and again uses its index.
func TestPlans(t *testing.T) {
	s, err := openStore(t.Context(), filepath.Join(t.TempDir(), "outbox.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.db.Close()
	for query, index := range map[string]string{
		"DELETE FROM events WHERE stage = 'committed' AND settled = 1 AND changed < 5":                    "events_final",
		"DELETE FROM events WHERE stage = 'refused' AND changed < 5":                                      "events_final",
		"UPDATE events SET jws = '', fetched = 0 WHERE fetched > 0 AND fetched < 5":                       "events_fetched",
		"SELECT " + columns + " FROM events WHERE stage <> 'refused' AND settled = 0 ORDER BY seq":        "events_unsettled",
		"UPDATE events SET stage = 'x' WHERE seq IN (SELECT value FROM json_each('[1]')) AND settled = 0": "PRIMARY KEY",
	} {
		var id, parent, unused int
		var plan, detail string
		rows, err := s.db.Query("EXPLAIN QUERY PLAN " + query)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				t.Fatal(err)
			}
			plan += detail + "\n"
		}
		if err := rows.Close(); err != nil || !strings.Contains(plan, index) {
			t.Errorf("%s does not use %s: %s", query, index, plan)
		}
	}
}
