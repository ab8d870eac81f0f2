package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"github.com/rootline/rootline"
)

// cells are one row of a table: text, whole numbers, degrees as float64, or nil for an empty cell.
type cells []any

// tableWriter writes a table row by row. close ends the file; without it the file is not whole.
type tableWriter interface {
	row(r cells) error
	close() error
}

// csvTable writes RFC 4180 with the mark that lets spreadsheets read it as UTF-8.
type csvTable struct {
	w    *csv.Writer
	line []string
}

func newCSVTable(w io.Writer) (*csvTable, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, err
	}
	t := &csvTable{w: csv.NewWriter(w)}
	t.w.UseCRLF = true
	return t, nil
}

func (t *csvTable) row(r cells) error {
	t.line = t.line[:0]
	for _, c := range r {
		switch c := c.(type) {
		case nil:
			t.line = append(t.line, "")
		case string:
			t.line = append(t.line, rootline.Cell(c))
		case float64:
			t.line = append(t.line, strconv.FormatFloat(c, 'f', 6, 64))
		default: // a number, exact as it is
			t.line = append(t.line, fmt.Sprint(c))
		}
	}
	return t.w.Write(t.line)
}

func (t *csvTable) close() error {
	t.w.Flush()
	return t.w.Error()
}

// xlsxTable writes a workbook. Texts are cells of the type text, which no program takes for a formula. Rows wait in a
// temporary file until the end, since the parts of a workbook are zipped one after the other.
type xlsxTable struct {
	out   io.Writer
	book  *excelize.File
	sheet *excelize.StreamWriter
	name  string
	head  cells
	// sheets and rows count what was begun; rows are those of the last sheet.
	sheets, rows int
}

// rowsOfSheet is how many rows a sheet of a workbook can have.
const rowsOfSheet = excelize.TotalRows

func newXLSXTable(w io.Writer, name string) *xlsxTable {
	return &xlsxTable{out: w, book: excelize.NewFile(), name: name}
}

func (t *xlsxTable) row(r cells) error {
	if t.sheet == nil || t.rows == rowsOfSheet {
		if t.head == nil {
			t.head = append(cells{}, r...)
		}
		if err := t.begin(); err != nil {
			return err
		}
		if t.sheets > 1 {
			if err := t.write(t.head); err != nil {
				return err
			}
		}
	}
	return t.write(r)
}

func (t *xlsxTable) write(r cells) error {
	t.rows++
	at, err := excelize.CoordinatesToCellName(1, t.rows)
	if err != nil {
		return err
	}
	for i, c := range r {
		switch c := c.(type) {
		case string:
			r[i] = rootline.Shown(c)
		case decimal:
			r[i] = c.float()
		case yuan:
			r[i] = c.cell()
		}
	}
	return t.sheet.SetRow(at, r)
}

// begin starts a sheet, whose first row stays in sight.
func (t *xlsxTable) begin() error {
	if err := t.end(); err != nil {
		return err
	}
	t.sheets, t.rows = t.sheets+1, 0
	name := t.name
	if t.sheets == 1 {
		if err := t.book.SetSheetName("Sheet1", name); err != nil {
			return err
		}
	} else {
		name = fmt.Sprintf("%s %d", t.name, t.sheets)
		if _, err := t.book.NewSheet(name); err != nil {
			return err
		}
	}
	var err error
	if t.sheet, err = t.book.NewStreamWriter(name); err != nil {
		return err
	}
	if err := t.sheet.SetColWidth(1, len(t.head), 18); err != nil {
		return err
	}
	return t.sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

func (t *xlsxTable) end() error {
	if t.sheet == nil {
		return nil
	}
	return t.sheet.Flush()
}

func (t *xlsxTable) close() error {
	defer t.book.Close()
	if err := t.end(); err != nil {
		return err
	}
	return t.book.Write(t.out)
}
