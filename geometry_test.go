package rootline

import "testing"

// A plot of about 200 m × 100 m, and a bay cut into its east side.
var plot = &Place{Outline: []Point{
	{38_912_000, 115_912_000}, {38_912_000, 115_914_300}, {38_912_400, 115_914_300}, {38_912_400, 115_913_500},
	{38_912_600, 115_913_500}, {38_912_600, 115_914_300}, {38_912_900, 115_914_300}, {38_912_900, 115_912_000},
}}

func TestContains(t *testing.T) {
	for _, c := range []struct {
		name  string
		at    Point
		slack int64
		want  bool
	}{
		{"middle", Point{38_912_450, 115_912_500}, 0, true},
		{"in the bay", Point{38_912_500, 115_914_000}, 0, false},
		{"in the bay, near its side", Point{38_912_420, 115_914_000}, 5, true},
		{"west of it", Point{38_912_450, 115_911_000}, 0, false},
		{"west of it, 87 m off, accuracy 80 m", Point{38_912_450, 115_911_000}, 80, false},
		{"west of it, 87 m off, accuracy 90 m", Point{38_912_450, 115_911_000}, 90, true},
		{"north", Point{38_914_000, 115_913_000}, 10, false},
		{"on a corner", Point{38_912_000, 115_912_000}, 0, true},
		{"level with a corner, east", Point{38_912_400, 115_915_000}, 0, false},
		{"another continent", Point{-38_912_450, -64_000_000}, 10_000, false},
		{"the antimeridian", Point{38_912_450, 179_999_999}, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := plot.Contains(c.at, c.slack); got != c.want {
				t.Fatalf("got %v", got)
			}
		})
	}
	if (&Place{}).Contains(Point{}, 0) {
		t.Fatal("a place without an outline holds nothing")
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		name      string
		a, b      Point
		low, high int64
	}{
		{"nothing", Point{1, 1}, Point{1, 1}, 0, 0},
		{"a degree of latitude", Point{38_000_000, 115_000_000}, Point{39_000_000, 115_000_000}, 110_800, 111_400},
		{"a degree of longitude at 38.9°", Point{38_900_000, 115_000_000}, Point{38_900_000, 116_000_000}, 86_000, 87_000},
		{"far", Point{38_900_000, 115_000_000}, Point{-30_000_000, 20_000_000}, 1_000_000, 1_000_000},
		{"pole", Point{90_000_000, 0}, Point{89_999_000, 0}, 100, 120},
	} {
		if d := Distance(c.a, c.b); d < c.low || d > c.high {
			t.Errorf("%s: %d m", c.name, d)
		}
	}
}
