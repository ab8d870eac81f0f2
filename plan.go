package rootline

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/rootline/rootline/limits"
)

var weekForm = regexp.MustCompile(`^(20[0-9]{2})-W([0-9]{2})$`)

// WeekOf names the week of ISO 8601 that a moment lies in, as of its own zone: 2026-W12.
func WeekOf(t time.Time) string {
	year, week := t.ISOWeek()
	return fmt.Sprintf("%04d-W%02d", year, week)
}

// WeekStart is the Monday that a week begins with, at midnight UTC; ok is false when there is no such week.
func WeekStart(week string) (monday time.Time, ok bool) {
	m := weekForm.FindStringSubmatch(week)
	if m == nil {
		return time.Time{}, false
	}
	year, _ := strconv.Atoi(m[1])
	n, _ := strconv.Atoi(m[2])
	// 4 January always lies in the first week.
	fourth := time.Date(year, time.January, 4, 0, 0, 0, 0, time.UTC)
	monday = fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7+7*(n-1))
	return monday, WeekOf(monday) == week
}

// ValidPlan reports whether the plan and the plan by week can be: names of kinds, weeks that there are, no amount below 0.
func (p *Place) ValidPlan() bool {
	if len(p.Plan) > limits.PlanKinds {
		return false
	}
	for kind, n := range p.Plan {
		if !ValidName(kind) || n < 0 || n > limits.Planned {
			return false
		}
	}
	amounts := 0
	for kind, weeks := range p.Weeks {
		amounts += len(weeks)
		if !ValidName(kind) || len(weeks) == 0 || amounts > MaxWeeks {
			return false
		}
		for week, n := range weeks {
			if _, ok := WeekStart(week); !ok || n < 0 || n > limits.Planned {
				return false
			}
		}
	}
	return true
}

// Planned is how many of a kind are planned here in all: what Plan says, or what the weeks add up to.
func (p *Place) Planned(kind string) int64 {
	if n, ok := p.Plan[kind]; ok {
		return n
	}
	var n int64
	for _, week := range p.Weeks[kind] {
		n += week
	}
	return n
}
