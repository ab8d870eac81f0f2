package export

import (
	"bytes"
	"io"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/rootline/rootline"
)

// TestWideTable begins another sheet where a sheet is full, with the heading again.
func TestWideTable(t *testing.T) {
	var out bytes.Buffer
	x := newXLSXTable(&out, "Items")
	if err := x.row(cells{"Code", "Left"}); err != nil {
		t.Fatal(err)
	}
	x.rows = rowsOfSheet - 1 // as if they were there
	for _, r := range []cells{{"=A1", int64(7)}, {"last", nil}} {
		if err := x.row(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.close(); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	second, err := book.GetRows("Items 2")
	if err != nil || len(second) != 2 || second[0][0] != "Code" || second[1][0] != "last" {
		t.Errorf("%q, %v", second, err)
	}
	if kind, err := book.GetCellType("Items", "A1048576"); err != nil || kind == excelize.CellTypeFormula {
		t.Errorf("%v, %v", kind, err)
	}
}

// BenchmarkTables writes a hundred thousand rows like those of items.
func BenchmarkTables(b *testing.B) {
	const size = 100_000
	line := cells{"95200010000000999983", "Tree", "Established", "forest/9/14", 38.912345, 115.912345, "Contractor", "Contractor", nil, nil, nil, nil, nil, nil, "forestation@1", "2026-03-12T08:15:00Z"}
	for _, format := range []string{CSV, XLSX} {
		b.Run(format, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				columns := make([]column[cells], len(line))
				for i := range columns {
					columns[i] = column[cells]{"c", rootline.Text{En: "Column"}, func(r *cells) any { return (*r)[i] }}
				}
				err := writeTable(io.Discard, Options{Format: format, Lang: "en"}, rootline.Text{En: "Items"}, columns, func(row func(*cells) error) error {
					for range size {
						if err := row(&line); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e6/float64(b.N*size), "µs/row")
		})
	}
}
