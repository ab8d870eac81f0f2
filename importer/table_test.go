package importer

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

func TestMicroDegrees(t *testing.T) {
	for _, c := range []struct {
		in   string
		want int64
	}{
		{"0", 0}, {"-0.0000004", 0}, {"0.0000005", 1}, {"-0.0000005", -1}, {"0.00000049999999999", 0},
		{"144.9446299304678", 144944630}, {"1.0000015", 1000002}, {"-37.792416878216265", -37792417}, {"+12.", 12000000}, {"37,8", 37800000}, {"115.912", 115912000}, {"115,912", 115912000}, {" 1", 1000000}, {".5", 500000},
	} {
		if got, ok := MicroDegrees(c.in); !ok || got != c.want {
			t.Errorf("%s: %d %v", c.in, got, ok)
		}
	}
	for _, bad := range []string{"", ".", "1e2", "NaN", "Inf", "--1", "1_0", strings.Repeat("9", 40)} {
		if got, ok := MicroDegrees(bad); ok {
			t.Errorf("%q is taken for %d", bad, got)
		}
	}
}

func TestTables(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte("a,b\r\n1,2\r\n"))
	_ = z.Close()
	for _, c := range []struct {
		name, content string
		format        Format
		heading       string
		rows          int
		faults        string
	}{
		{"gzip", zipped.String(), Format{}, "a,b", 1, ""},
		{"byte order mark", "\uFEFFa,b\n1,2\n", Format{}, "a,b", 1, ""},
		{"semicolons", "a;b\n1;2,5\n", Format{Delimiter: ";"}, "a,b", 1, ""},
		{"Chinese spreadsheet", "\xca\xf7,b\n\xd3\xdc,2\n", Format{Encoding: "gb18030"}, "树,b", 1, ""},
		{"a mended one is UTF-8 whatever the mapping says", "\uFEFF树,b\n榆,2\n", Format{Encoding: "gb18030"}, "树,b", 1, ""},
		{"hash is data", "a,b\n#1,2\n", Format{}, "a,b", 1, ""},
		{"hash is a comment", "a,b\n#1,2\n\"#1\",2\n", Format{Comment: "#"}, "a,b", 1, ""},
		{"no last line break, empty lines", "a,b\n\n1,2\n\n3,4", Format{}, "a,b", 2, ""},
		{"ragged", "a,b\n1\n1,2,3\n4,5\n", Format{}, "a,b", 3, "2:row-of-other-length 3:row-of-other-length "},
		{"bare quote", "a,b\n1,x\"y\n4,5\n", Format{}, "a,b", 2, "2:row-not-csv "},
	} {
		t.Run(c.name, func(t *testing.T) {
			table, err := OpenTable(write(t, "t.csv", c.content), c.format)
			if err != nil {
				t.Fatal(err)
			}
			defer table.Close()
			rows, faults := 0, ""
			for row, err := range table.Rows() {
				if err != nil {
					t.Fatal(err)
				}
				rows++
				if row.Fault != nil {
					faults += string(rune('0'+row.Line)) + ":" + string(row.Fault.Code) + " "
				}
			}
			if strings.Join(table.Heading, ",") != c.heading || rows != c.rows || faults != c.faults {
				t.Fatalf("%v, %d rows, %s", table.Heading, rows, faults)
			}
		})
	}
}

func TestFilesThatAreNoTable(t *testing.T) {
	for _, c := range []struct{ name, content, reason string }{
		{"empty", "", "no heading"},
		{"a workbook", "PK\x03\x04\x14\x00", "workbook"},
		{"a workbook of the old form", "\xd0\xcf\x11\xe0\xa1", "workbook"},
		{"no gzip", "\x1f\x8bxyz", "gzip"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := OpenTable(write(t, "t.csv", c.content), Format{})
			var bad *TableError
			if !errors.As(err, &bad) || !strings.Contains(bad.Reason, c.reason) {
				t.Fatalf("got %v", err)
			}
		})
	}
}

func TestQuoteThatIsNeverClosed(t *testing.T) {
	table, err := OpenTable(write(t, "t.csv", "a,b\n1,\"x\n"+strings.Repeat("2,3\n", 1<<19)), Format{})
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	for _, err := range table.Rows() {
		if !errors.Is(err, errLongRow) {
			t.Fatalf("got %v", err)
		}
		return
	}
	t.Fatal("nothing was said")
}

// Tables are read as the desk reads them: the cases are one file's.
func TestTablesOfThePages(t *testing.T) {
	text, err := os.ReadFile("../testdata/tables.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name, Hex string
		Format    struct {
			Delimiter, Encoding string
			Heading             int
		}
		Heading []string
		Rows    [][]string
	}
	if err := json.Unmarshal(text, &cases); err != nil || len(cases) == 0 {
		t.Fatal(len(cases), err)
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			content, err := hex.DecodeString(c.Hex)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "table.csv")
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			table, err := OpenTable(path, Format{Delimiter: c.Format.Delimiter, Encoding: c.Format.Encoding, Heading: c.Format.Heading})
			if err != nil {
				t.Fatal(err)
			}
			defer table.Close()
			var rows [][]string
			for row, err := range table.Rows() {
				if err != nil || row.Fault != nil {
					t.Fatal(err, row.Fault)
				}
				rows = append(rows, row.Cells)
			}
			if !slices.Equal(table.Heading, c.Heading) || !slices.EqualFunc(rows, c.Rows, slices.Equal) {
				t.Errorf("%q %q", table.Heading, rows)
			}
		})
	}
}

// What is no value is never taken for one: errors of spreadsheets, and bytes that a decoder gave up on.
func TestErrorsAreNoValues(t *testing.T) {
	r, err := newCellReader("species", Cell{Column: "S", Empty: []string{"#N/A"}})
	if err != nil {
		t.Fatal(err)
	}
	for cell, want := range map[string]rootline.Code{"#REF!": CodeErrorValue, " #NAME? ": CodeErrorValue, "Gr\uFFFDe": CodeEncoding, "Gr\xf6e": CodeEncoding, "#N/A": "", "#1": ""} {
		var got rootline.Code
		if _, f := r.read(cell); f != nil {
			got = f.Code
		}
		if got != want {
			t.Errorf("%q: %q, want %q", cell, got, want)
		}
	}
}
