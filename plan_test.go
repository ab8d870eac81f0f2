package rootline

import (
	"testing"
	"time"
)

func TestWeeks(t *testing.T) {
	for day := time.Date(2019, 12, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2034; day = day.AddDate(0, 0, 1) {
		week := WeekOf(day)
		monday, ok := WeekStart(week)
		if !ok || monday.Weekday() != time.Monday || day.Before(monday) || !day.Before(monday.AddDate(0, 0, 7)) {
			t.Fatalf("%s lies in %s, which begins %v, %v", day, week, monday, ok)
		}
	}
	for _, week := range []string{"", "2026", "2026-W00", "2026-W54", "2025-W53", "2026-w12", "2026-W1", "1926-W12", "2026-W12 "} {
		if _, ok := WeekStart(week); ok {
			t.Errorf("%q is a week", week)
		}
	}
	if _, ok := WeekStart("2026-W53"); !ok {
		t.Error("2026 has 53 weeks")
	}
}

func TestPlan(t *testing.T) {
	many := map[string]int64{}
	for at := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC); len(many) <= MaxWeeks; at = at.AddDate(0, 0, 7) {
		many[WeekOf(at)] = 1
	}
	type weeks = map[string]map[string]int64
	for name, c := range map[string]struct {
		place Place
		valid bool
	}{
		"none":         {Place{}, true},
		"total":        {Place{Plan: map[string]int64{"tree": 300}}, true},
		"below 0":      {Place{Plan: map[string]int64{"tree": -1}}, false},
		"no kind":      {Place{Plan: map[string]int64{"Tree!": 1}}, false},
		"weeks":        {Place{Weeks: weeks{"tree": {"2026-W12": 100, "2026-W13": 0}}}, true},
		"no week":      {Place{Weeks: weeks{"tree": {"2026-12": 100}}}, false},
		"week below 0": {Place{Weeks: weeks{"tree": {"2026-W12": -1}}}, false},
		"empty":        {Place{Weeks: weeks{"tree": {}}}, false},
		"too many":     {Place{Weeks: weeks{"tree": many}}, false},
	} {
		if got := c.place.ValidPlan(); got != c.valid {
			t.Errorf("%s: got %v", name, got)
		}
	}
	p := Place{Plan: map[string]int64{"tree": 5}, Weeks: weeks{"tree": {"2026-W12": 100}, "shrub": {"2026-W12": 3, "2026-W13": 4}}}
	if p.Planned("tree") != 5 || p.Planned("shrub") != 7 || p.Planned("hedge") != 0 {
		t.Error("planned", p.Planned("tree"), p.Planned("shrub"), p.Planned("hedge"))
	}
}
