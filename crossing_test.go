package rootline

import "testing"

func TestSelfCrossing(t *testing.T) {
	at := func(pairs ...int64) (out []Point) {
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, Point{pairs[i], pairs[i+1]})
		}
		return out
	}
	far := int64(180_000_000)
	for _, c := range []struct {
		name    string
		outline []Point
		want    Crossing
		crosses bool
	}{
		{"a square", at(0, 0, 0, 10, 10, 10, 10, 0), Crossing{}, false},
		{"the other way round", at(0, 0, 10, 0, 10, 10, 0, 10), Crossing{}, false},
		{"a bay", plot.Outline, Crossing{}, false},
		{"a bow tie", at(0, 0, 10, 10, 0, 10, 10, 0), Crossing{0, 2, Point{5, 5}}, true},
		{"a bow tie whose last edge crosses", at(0, 0, 0, 10, 10, 0, 10, 10), Crossing{1, 3, Point{5, 5}}, true},
		{"a corner on an edge", at(0, 0, 0, 10, 10, 10, 0, 5, 10, 0), Crossing{0, 2, Point{0, 5}}, true},
		{"through a corner twice", at(0, 0, 5, 5, 0, 10, 10, 10, 5, 5, 10, 0), Crossing{0, 3, Point{5, 5}}, true},
		{"a spike", at(0, 0, 0, 10, 0, 5, 10, 5), Crossing{0, 1, Point{0, 10}}, true},
		{"a spike at the start", at(0, 5, 0, 10, 10, 5, 0, 20), Crossing{0, 2, Point{0, 10}}, true},
		{"three corners on a line", at(0, 0, 0, 5, 0, 10), Crossing{0, 2, Point{0, 0}}, true},
		{"a corner on a straight edge", at(0, 0, 0, 5, 0, 10, 10, 5), Crossing{}, false},
		{"a repeated corner", at(0, 0, 0, 10, 0, 10, 10, 10), Crossing{}, false},
		{"the first corner repeated", at(0, 0, 0, 10, 10, 10, 0, 0), Crossing{}, false},
		{"one point", at(1, 1, 1, 1, 1, 1), Crossing{}, false},
		{"nothing", nil, Crossing{}, false},
		{"the whole earth", at(-90_000_000, -far, 90_000_000, far, -90_000_000, far, 90_000_000, -far), Crossing{0, 2, Point{0, 0}}, true},
	} {
		got, crosses := SelfCrossing(c.outline)
		if crosses != c.crosses || crosses && c.name != "three corners on a line" && c.name != "a spike at the start" && got != c.want {
			t.Errorf("%s: %+v, %v; want %+v, %v", c.name, got, crosses, c.want, c.crosses)
		}
	}
}
