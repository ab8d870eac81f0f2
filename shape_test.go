package rootline

import (
	"encoding/json"
	"os"
	"testing"
)

func TestShapes(t *testing.T) {
	text, err := os.ReadFile("testdata/shapes.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name          string
		Outline, Line [][2]int64
		Fault         ShapeFault
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	points := func(pairs [][2]int64) (out []Point) {
		for _, p := range pairs {
			out = append(out, Point{p[0], p[1]})
		}
		return out
	}
	for _, c := range cases {
		outline := points(c.Outline)
		if got := FaultOfOutline(outline) + FaultOfLine(points(c.Line)); got != c.Fault {
			t.Errorf("%s: %q, want %q", c.Name, got, c.Fault)
		}
		if c.Fault != "" || len(outline) == 0 {
			continue
		}
		// What may stand holds its own corners.
		for _, corner := range outline {
			if !(&Place{Outline: outline}).Contains(corner, 0) {
				t.Errorf("%s does not hold its corner %v", c.Name, corner)
			}
		}
	}
}
