package labels

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

// line is what a calibration page draws, in millimetres from the paper's upper left corner.
type line struct{ x1, y1, x2, y2 float64 }

func linesOf(t *testing.T, template Template, c Calibration) []line {
	t.Helper()
	var b bytes.Buffer
	if err := WriteCalibration(&b, template, c); err != nil {
		t.Fatal(err)
	}
	d := read(t, b.Bytes())
	if n := len(d.pages()); n != 1 {
		t.Fatalf("%d pages", n)
	}
	const mm = 25.4 / 72
	var base matrix
	var all []line
	for _, l := range strings.Split(d.content(d.pages()[0]), "\n") {
		fields := strings.Fields(l)
		var v []float64
		for _, f := range fields {
			if n, err := strconv.ParseFloat(f, 64); err == nil {
				v = append(v, n)
			}
		}
		switch {
		case strings.HasSuffix(l, " cm"):
			base = matrix(v)
		case strings.HasSuffix(l, " l S"):
			at := func(x, y float64) (float64, float64) {
				m := matrix{1, 0, 0, 1, x, y}.then(base)
				return m[4] * mm, mmOf(template.PageHeight) - m[5]*mm
			}
			var n line
			n.x1, n.y1 = at(v[0], v[1])
			n.x2, n.y2 = at(v[2], v[3])
			all = append(all, n)
		}
	}
	return all
}

func TestCalibrationPage(t *testing.T) {
	has := func(all []line, x1, y1, x2, y2 float64) bool {
		return slices.ContainsFunc(all, func(l line) bool { return near(l.x1, x1) && near(l.y1, y1) && near(l.x2, x2) && near(l.y2, y2) })
	}
	a4 := linesOf(t, template(t, "a4-70x37"), Calibration{})
	for _, want := range [][4]float64{
		{15, 20, 25, 20}, {20, 15, 20, 25}, {185, 277, 195, 277}, {190, 272, 190, 282}, // crosses 20 mm from the edges
		{30, 40, 190, 40}, {30, 40, 30, 275}, // rulers of 160 and 235 mm
		{130, 40, 130, 35.5}, {30, 140, 25.5, 140}, // their strokes at 100 mm
	} {
		if !has(a4, want[0], want[1], want[2], want[3]) {
			t.Errorf("there is no line %v", want)
		}
	}
	// A calibration shows on its own page.
	moved := linesOf(t, template(t, "a4-70x37"), Calibration{OffsetX: 500, OffsetY: -500, ScaleX: 1_010_000})
	if !has(moved, 30*1.01+.5, 39.5, 190*1.01+.5, 39.5) {
		t.Error("the ruler is not stretched")
	}
	for _, x := range Templates() {
		for _, l := range linesOf(t, x, Calibration{}) {
			for _, v := range []float64{l.x1, l.x2} {
				if v < 0 || v > mmOf(x.PageWidth) {
					t.Errorf("%s: %v leaves the paper", x.Name, l)
				}
			}
			for _, v := range []float64{l.y1, l.y2} {
				if v < 0 || v > mmOf(x.PageHeight) {
					t.Errorf("%s: %v leaves the paper", x.Name, l)
				}
			}
		}
	}
	if err := WriteCalibration(&bytes.Buffer{}, template(t, "a4-70x37"), Calibration{ScaleX: 1}); rootline.CodeOf(err) != CodeCalibration {
		t.Error(err)
	}
	if err := WriteCalibration(&full{10}, template(t, "a4-70x37"), Calibration{}); !errors.Is(err, errFull) {
		t.Error(err)
	}
}
