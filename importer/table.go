package importer

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"

	"golang.org/x/text/transform"

	"github.com/rootline/rootline/limits"
)

// maxRow bounds a row in bytes. A longer one is a quote that is never closed.
const maxRow = limits.TableRow

// Row is one row of a table.
type Row struct {
	// Line is the line of the file that it begins on, counted from 1 as an editor or a spreadsheet shows it.
	Line  int
	Cells []string
	// Raw is the row as it was written.
	Raw []byte
	// Fault is why the row could not be read; Cells may then be short.
	Fault *Fault
}

func (r Row) cell(i int) string {
	if i < 0 || i >= len(r.Cells) {
		return ""
	}
	return r.Cells[i]
}

// Table is an open CSV file, positioned after its heading.
type Table struct {
	Heading []string
	file    *os.File
	tape    *tape
	csv     *csv.Reader
	// skipped are lines of the file before what the CSV reader was given.
	skipped int
}

// TableError says why a file cannot be read as a table.
type TableError struct {
	Path   string
	Line   int
	Reason string
	Err    error
}

// Error implements error.
func (e *TableError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s, line %d: %s", e.Path, e.Line, e.Reason)
	}
	return e.Path + ": " + e.Reason
}

// Unwrap gives the cause.
func (e *TableError) Unwrap() error { return e.Err }

// OpenTable opens a CSV file, plain or compressed with gzip (which its first bytes tell), and reads its heading. The
// caller closes it. Every error is a *TableError.
func OpenTable(path string, format Format) (*Table, error) {
	bad := func(err error, reason string) (*Table, error) {
		return nil, &TableError{Path: path, Reason: reason, Err: err}
	}
	f, err := os.Open(path)
	if err != nil {
		return bad(err, err.Error())
	}
	r := bufio.NewReaderSize(f, 1<<16)
	if magic, _ := r.Peek(4); string(magic) == "PK\x03\x04" || string(magic) == "\xd0\xcf\x11\xe0" {
		f.Close()
		return bad(nil, "it is a workbook: save the sheet as CSV, or import it at the desk")
	}
	if magic, _ := r.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		zip, err := gzip.NewReader(r)
		if err != nil {
			f.Close()
			return bad(err, "it begins like a gzip file and is none")
		}
		r = bufio.NewReaderSize(zip, 1<<16)
	}
	plain := bufio.NewReaderSize(decoded(r, format.Encoding), 1<<16)
	if head, _ := plain.Peek(maxHead); bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		plain = bufio.NewReaderSize(transform.NewReader(plain, carriageReturns{}), 1<<16)
	}
	skipped := 0
	if head, _ := plain.Peek(7); saidMark.Match(head) {
		format.Delimiter = string(head[4])
		if _, err := plain.ReadString('\n'); err != nil {
			f.Close()
			return bad(err, "it has no heading")
		}
		skipped = 1
	}
	t := &Table{file: f, tape: &tape{from: plain}, skipped: skipped}
	t.csv = csv.NewReader(t.tape)
	t.csv.FieldsPerRecord = -1 // rows of another length are a fault of theirs, not of the file
	if format.Delimiter != "" {
		t.csv.Comma = rune(format.Delimiter[0])
	}
	if format.Comment != "" {
		t.csv.Comment = rune(format.Comment[0])
	}
	var heading []string
	for range max(format.Heading, 1) {
		if heading, err = t.csv.Read(); err != nil {
			f.Close()
			return bad(err, "it has no heading: "+err.Error())
		}
	}
	for _, name := range heading {
		t.Heading = append(t.Heading, strings.TrimSpace(unescaped(name)))
	}
	t.tape.cut(t.csv.InputOffset())
	return t, nil
}

// Close closes the file.
func (t *Table) Close() error { return t.file.Close() }

// Rows goes through the rows to the end, once. An error, which ends it, is a *TableError: the file cannot be read on.
// A row that is not CSV is a row with a Fault.
func (t *Table) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for {
			cells, err := t.csv.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			row := Row{Cells: cells, Raw: t.tape.cut(t.csv.InputOffset())}
			var syntax *csv.ParseError
			switch {
			case errors.As(err, &syntax):
				row.Line = syntax.StartLine
				row.Fault = fault("", "", CodeRowCSV)
			case err != nil:
				yield(Row{}, &TableError{Path: t.file.Name(), Reason: err.Error(), Err: err})
				return
			default:
				row.Line, _ = t.csv.FieldPos(0)
				for i, cell := range cells {
					cells[i] = unescaped(cell)
				}
				if len(cells) != len(t.Heading) {
					row.Fault = fault("", "", CodeRowShape, len(cells), len(t.Heading))
				}
			}
			row.Line += t.skipped
			if !yield(row, nil) {
				return
			}
		}
	}
}

var errLongRow = errors.New("a row is longer than 1 MiB: is there a quote that is never closed?")

// tape keeps what the CSV reader was given since the last row, so that a faulty row can be handed back as it was.
type tape struct {
	from  io.Reader
	kept  []byte
	start int64
}

// Read implements io.Reader.
func (t *tape) Read(b []byte) (int, error) {
	if len(t.kept) > maxRow {
		return 0, errLongRow
	}
	n, err := t.from.Read(b)
	t.kept = append(t.kept, b[:n]...)
	return n, err
}

// cut gives what was kept up to an offset and forgets it.
func (t *tape) cut(offset int64) []byte {
	n := offset - t.start
	raw := bytes.Clone(t.kept[:n])
	t.kept = append(t.kept[:0], t.kept[n:]...)
	t.start = offset
	return raw
}
