// Package export writes files of everything that matches: tables of items, events, places and devices as CSV or workbooks, and
// places as GeoJSON. Each is read from one snapshot of the read model into a temporary file, row by row: members choose how
// many rows there are.
package export

import (
	"bufio"
	"io"
	"os"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/storage"
)

// The forms of a table, and their media types.
const (
	CSV      = "csv"
	XLSX     = "xlsx"
	CSVType  = "text/csv; charset=utf-8"
	XLSXType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// Options are what every table can be asked.
type Options struct {
	Format string `query:"format" enum:"csv,xlsx" default:"csv"`
	Lang   string `query:"lang" enum:"en,zh" default:"en" doc:"Language of headings, and of titles of kinds, states and choices"`
}

// column is one of a table: its heading, and what a row has there.
type column[T any] struct {
	name  string
	title rootline.Text
	cell  func(*T) any
}

// File is a file of everything that matches.
type File struct {
	// Name says what is in it, in English; Type is its media type, and Extension that of its name.
	Name, Type, Extension string

	write func(w *bufio.Writer) error
}

// Spool writes the file where it waits to be sent.
func (e *File) Spool(where storage.Spool) (*os.File, error) { return where.Write(e.write) }

// asTable is an export of everything that each gives, as a table.
func asTable[T any](e Options, name string, title rootline.Text, columns []column[T], each func(row func(*T) error) error) *File {
	kind := CSVType
	if e.Format == XLSX {
		kind = XLSXType
	}
	return &File{Name: name, Type: kind, Extension: e.Format, write: func(w *bufio.Writer) error {
		return writeTable(w, e, title, columns, each)
	}}
}

func writeTable[T any](w io.Writer, e Options, title rootline.Text, columns []column[T], each func(row func(*T) error) error) error {
	var t tableWriter
	if e.Format == XLSX {
		t = newXLSXTable(w, title.In(e.Lang))
	} else {
		var err error
		if t, err = newCSVTable(w); err != nil {
			return err
		}
	}
	line := make(cells, len(columns))
	for i := range columns {
		line[i] = columns[i].title.In(e.Lang)
	}
	err := t.row(line)
	if err == nil {
		err = each(func(r *T) error {
			for i := range columns {
				line[i] = columns[i].cell(r)
			}
			return t.row(line)
		})
	}
	if err != nil {
		return err
	}
	return t.close()
}

// filled is a text, or nothing for an empty cell.
func filled(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// moment is an instant as the ledger has it, in UTC.
func moment(i rootline.Instant) any {
	if i == 0 {
		return nil
	}
	return i.String()
}

// latitude and longitude are in degrees, as spreadsheets show them.
func latitude(p *rootline.Position) any {
	if p == nil {
		return nil
	}
	return float64(p.Lat) / 1e6
}

func longitude(p *rootline.Position) any {
	if p == nil {
		return nil
	}
	return float64(p.Lon) / 1e6
}
