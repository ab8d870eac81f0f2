package httpapi

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

// TestPlansAreComparedAsTheirPlacesLie holds the comparison against one that asks every place about every other.
func TestPlansAreComparedAsTheirPlacesLie(t *testing.T) {
	const kind, now = "tree", "2026-W12"
	within := func(place, of string) bool { return place == of || strings.HasPrefix(place, of+"/") }
	random := rand.New(rand.NewPCG(1, 2)) // the same each time
	for range 200 {
		ids := map[string]bool{}
		for range 12 {
			id := ""
			for range 1 + random.IntN(4) {
				id = strings.TrimPrefix(fmt.Sprintf("%s/%d", id, random.IntN(12)), "/")
				ids[id] = true
			}
		}
		done := map[string]int64{"": 3}
		var places []rootline.Place
		for _, id := range slices.Sorted(maps.Keys(ids)) {
			if random.IntN(2) == 0 {
				done[id] = random.Int64N(9)
			}
			p := rootline.Place{ID: id, Plan: map[string]int64{kind: 7}}
			if random.IntN(2) == 0 {
				p.Weeks = map[string]map[string]int64{kind: {"2026-W11": random.Int64N(9), "2026-W13": random.Int64N(9)}}
			}
			if random.IntN(3) > 0 {
				places = append(places, p)
			}
		}
		rows, weeks, unplaced := compared(places, kind, done, now)
		wantWeeks, wantUnplaced := map[string]int64{}, int64(0)
		for i, p := range places {
			want, finer := int64(0), false
			for place, n := range done {
				if within(place, p.ID) {
					want += n
				}
			}
			for _, other := range places {
				finer = finer || other.ID != p.ID && within(other.ID, p.ID) && len(other.Weeks[kind]) > 0
			}
			if !finer {
				for week, n := range p.Weeks[kind] {
					wantWeeks[week] += n
				}
			}
			if rows[i].Place != p.ID || rows[i].Done != want {
				t.Fatalf("%s: %d done, want %d", p.ID, rows[i].Done, want)
			}
			if due := rows[i].Due; (due != nil) != (len(p.Weeks[kind]) > 0) || due != nil && *due != p.Weeks[kind]["2026-W11"] {
				t.Fatalf("%s: due %v of %v", p.ID, due, p.Weeks[kind])
			}
		}
		for place, n := range done {
			if !slices.ContainsFunc(places, func(p rootline.Place) bool { return within(place, p.ID) }) {
				wantUnplaced += n
			}
		}
		if !maps.Equal(weeks, wantWeeks) || unplaced != wantUnplaced {
			t.Fatalf("weeks %v, unplaced %d; want %v, %d", weeks, unplaced, wantWeeks, wantUnplaced)
		}
	}
}

// TestManyPlansCostNobodyTheOverview compares more plans by week than could be compared in hours each with each.
func TestManyPlansCostNobodyTheOverview(t *testing.T) {
	const n, kind = 200_000, "tree"
	plan := map[string]map[string]int64{kind: {"2026-W11": 1, "2026-W12": 1, "2026-W13": 1}}
	places, done := make([]rootline.Place, n), map[string]int64{}
	for i := range places {
		places[i] = rootline.Place{ID: fmt.Sprintf("a/%06d", i), Weeks: plan}
		done[places[i].ID] = 1
	}
	rows, weeks, unplaced := compared(places, kind, done, "2026-W12")
	if len(rows) != n || rows[n-1].Done != 1 || weeks["2026-W13"] != n || unplaced != 0 {
		t.Errorf("%d rows, weeks %v, unplaced %d", len(rows), weeks, unplaced)
	}
}
