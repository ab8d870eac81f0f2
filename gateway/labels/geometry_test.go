package labels

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/labels/symbol"
)

var update = flag.Bool("update", false, "write the golden files anew")

func template(t testing.TB, name string) Template {
	t.Helper()
	found, err := TemplateNamed(name)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// jobOf prints n labels with codes of 20 characters.
func jobOf(t testing.TB, name string, n int) Job {
	j := Job{Template: template(t, name), Origin: "https://works.example"}
	for i := range n {
		j.Labels = append(j.Labels, Label{Code: fmt.Sprintf("9520001T7H2K9QF3%04d", i)})
	}
	return j
}

func printed(t testing.TB, j Job) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(context.Background(), &b, j, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func drawn(t *testing.T, j Job) []page {
	t.Helper()
	d := read(t, printed(t, j))
	var pages []page
	for _, object := range d.pages() {
		pages = append(pages, d.draw(object))
	}
	return pages
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update writes it anew):\n%s", path, got)
	}
}

// Where each label of each template is, in millimetres.
func TestCells(t *testing.T) {
	var b strings.Builder
	for _, x := range Templates() {
		fmt.Fprintf(&b, "%s: paper %s, labels %s\n", x.Name, size(x.PageWidth, x.PageHeight), size(x.Width, x.Height))
		for row := range x.Rows {
			for column := range x.Columns {
				left, top := x.Cell(row*x.Columns + column)
				fmt.Fprintf(&b, " %s,%s", inMillimetres(left), inMillimetres(top))
			}
			b.WriteByte('\n')
		}
	}
	golden(t, "cells.txt", b.String())
}

func TestTemplatesFitTheirPaper(t *testing.T) {
	for _, x := range Templates() {
		left, top := x.Cell(x.Cells() - 1)
		if x.Left < 0 || x.Top < 0 || left+x.Width > x.PageWidth || top+x.Height > x.PageHeight {
			t.Errorf("%s leaves its paper", x.Name)
		}
		if x.PitchX < x.Width || x.PitchY < x.Height {
			t.Errorf("%s has labels that overlap", x.Name)
		}
	}
}

const tolerance = 0.001 // mm: a micrometre

func near(a, b float64) bool { return math.Abs(a-b) < tolerance }

// Codes of any length have their place, or are refused; none runs over its label.
func TestLengthsOfCodes(t *testing.T) {
	refused := 0
	for _, x := range Templates() {
		for _, lengths := range [][]int{{8}, {14}, {25}, {30}, {30, 8}} {
			for _, host := range []string{"a.example", "traceability.works-of-the-county.example"} {
				j := Job{Template: x, Origin: "https://" + host}
				for _, n := range lengths {
					j.Labels = append(j.Labels, Label{Code: strings.Repeat("95200WXY12", 3)[:n]})
				}
				if _, err := j.Prepare(); rootline.AsError(err) != nil {
					refused++
					continue
				}
				plan, err := j.Prepare()
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range drawn(t, j) {
					checkTexts(t, plan, &p)
					if got := scan(t, p.paths[0], mmOf(symbol.QuietZone*plan.Module), 203); !strings.HasPrefix(got, "HTTPS://") {
						t.Errorf("%s %v: %q", x.Name, lengths, got)
					}
				}
			}
		}
	}
	if refused > 5 {
		t.Errorf("%d were refused", refused)
	}
}

// Everything of a label is within it, the quiet zone is free, the sizes are those that are reported, and the code scans at the
// resolution of a thermal printer.
func TestEveryTemplateScans(t *testing.T) {
	for _, x := range Templates() {
		for _, words := range [][]string{nil, {"Pinus tabuliformis", "L-220"}} {
			t.Run(fmt.Sprintf("%s-%d", x.Name, len(words)), func(t *testing.T) {
				j := jobOf(t, x.Name, x.Cells()+1)
				j.Text = words
				plan, err := j.Prepare()
				if err != nil {
					t.Fatal(err)
				}
				if plan.Pages != 2 || plan.Module < MinModule || plan.Symbol != plan.Module*29 || plan.Version != 3 || plan.Level != "Q" {
					t.Errorf("%+v", *plan)
				}
				pages := drawn(t, j)
				if len(pages) != 2 || len(pages[0].paths) != x.Cells() || len(pages[1].paths) != 1 {
					t.Fatalf("%d pages, %d labels on the first", len(pages), len(pages[0].paths))
				}
				for i, path := range pages[0].paths {
					left, top := x.Cell(i)
					checkSymbol(t, plan, path, mmOf(left), mmOf(top), mmOf(x.Width), mmOf(x.Height))
					if i == 0 || i == x.Cells()-1 {
						if got, want := scan(t, path, mmOf(symbol.QuietZone*plan.Module), 203), "HTTPS://WORKS.EXAMPLE/8004/"+j.Labels[i].Code; got != want {
							t.Errorf("label %d scans as %q, want %q", i, got, want)
						}
					}
				}
				checkTexts(t, plan, &pages[0])
			})
		}
	}
}

func mmOf(l Length) float64 { return float64(l) / 1000 }

func checkSymbol(t *testing.T, plan *Plan, path []rectangle, left, top, width, height float64) {
	t.Helper()
	b, quiet := bounds(path), mmOf(symbol.QuietZone*plan.Module)
	if !near(b.x2-b.x1, mmOf(plan.Symbol)) || !near(b.y2-b.y1, mmOf(plan.Symbol)) {
		t.Errorf("the symbol measures %.3f × %.3f mm, not %.3f", b.x2-b.x1, b.y2-b.y1, mmOf(plan.Symbol))
	}
	if b.x1-quiet < left-tolerance || b.y1-quiet < top-tolerance || b.x2+quiet > left+width+tolerance || b.y2+quiet > top+height+tolerance {
		t.Errorf("the quiet zone of %v leaves the label at %g,%g", b, left, top)
	}
}

// checkTexts looks at the texts of a page: none begins in a quiet zone, nor too near to the edge of its label.
func checkTexts(t *testing.T, plan *Plan, p *page) {
	t.Helper()
	x := &plan.job.Template
	quiet := mmOf(symbol.QuietZone * plan.Module)
	for _, w := range p.texts {
		for _, path := range p.paths {
			b := bounds(path)
			if w.x < b.x2+quiet-tolerance && w.end > b.x1-quiet+tolerance && w.y > b.y1-quiet && w.y-w.size*codeCap/100 < b.y2+quiet-tolerance {
				t.Fatalf("text at %.2f,%.2f is in the quiet zone of %.2f", w.x, w.y, b)
			}
		}
		inside := false
		for i := range p.paths { // the pages of these tests begin at the first cell
			left, top := x.Cell(i)
			inside = inside || w.x >= mmOf(left+x.Pad)-tolerance && w.end <= mmOf(left+x.Width-x.Pad)+tolerance && w.y > mmOf(top) && w.y <= mmOf(top+x.Height-x.Pad)+tolerance
		}
		if !inside || w.size < mmOf(textSizeLeast) {
			t.Fatalf("text at %.2f,%.2f of size %.2f is in no label", w.x, w.y, w.size)
		}
	}
	if len(p.texts) < len(p.paths) {
		t.Errorf("%d texts for %d labels", len(p.texts), len(p.paths))
	}
}

func TestStart(t *testing.T) {
	j := jobOf(t, "a4-70x37", 21)
	j.Start = 5
	pages := drawn(t, j)
	if len(pages) != 2 || len(pages[0].paths) != 20 || len(pages[1].paths) != 1 {
		t.Fatalf("%d pages", len(pages))
	}
	plain := drawn(t, jobOf(t, "a4-70x37", 24))[0]
	if got, want := bounds(pages[0].paths[0]), bounds(plain.paths[4]); !near(got.x1, want.x1) || !near(got.y1, want.y1) {
		t.Errorf("the first label is at %v, the fifth cell at %v", got, want)
	}
	if got, want := bounds(pages[1].paths[0]), bounds(plain.paths[0]); !near(got.x1, want.x1) || !near(got.y1, want.y1) {
		t.Errorf("the second sheet begins at %v, not %v", got, want)
	}
}

func TestOffsetAndScale(t *testing.T) {
	j := jobOf(t, "a4-48.5x25.4", 40)
	plain := drawn(t, j)[0]
	j.Calibration = Calibration{OffsetX: -1_500, OffsetY: 750, ScaleX: 1_004_000, ScaleY: 990_000}
	moved := drawn(t, j)[0]
	if moved.width != plain.width || moved.height != plain.height || !near(moved.width, 210) || !near(moved.height, 297) {
		t.Errorf("the paper is %g × %g", moved.width, moved.height)
	}
	for i, path := range moved.paths {
		got, was := bounds(path), bounds(plain.paths[i])
		want := rectangle{was.x1*1.004 - 1.5, was.y1*0.99 + 0.75, was.x2*1.004 - 1.5, was.y2*0.99 + 0.75}
		if !near(got.x1, want.x1) || !near(got.y1, want.y1) || !near(got.x2, want.x2) || !near(got.y2, want.y2) {
			t.Fatalf("label %d: %v, want %v", i, got, want)
		}
	}
	for i, w := range moved.texts {
		if was := plain.texts[i]; !near(w.x, was.x*1.004-1.5) || !near(w.y, was.y*0.99+0.75) {
			t.Fatalf("text %d: %v, was %v", i, w, was)
		}
	}
}

// On a thermal printer each edge is on a dot, so that modules print alike.
func TestRollsKeepToWholeDots(t *testing.T) {
	for _, name := range []string{"roll-60x40", "roll-50x30", "roll-40x20"} {
		for _, r := range drawn(t, jobOf(t, name, 1))[0].paths[0] {
			for _, v := range []float64{r.x1, r.y1, r.x2, r.y2} {
				if dots := v * 8; !near(dots, math.Round(dots)) {
					t.Fatalf("%s: an edge at %g mm", name, v)
				}
			}
		}
	}
}
