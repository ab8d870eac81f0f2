package importer

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootline/rootline/limits"
)

// FuzzTable: a file is anybody's. It is read row by row, a row within its bound, or it is said why not.
func FuzzTable(f *testing.F) {
	for _, s := range []string{"", "a,b\n1,2\n", "a\n\"x", "a,a\n", "\xef\xbb\xbfa\n1\n", "\x1f\x8b\x08", "PK\x03\x04", "a\n" + strings.Repeat("\x00\xff", 100), "a\n" + strings.Repeat(",", 1000)} {
		f.Add([]byte(s))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(dir, "t.csv")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		table, err := OpenTable(path, Format{})
		if err != nil {
			return
		}
		defer table.Close()
		for row, err := range table.Rows() {
			if err != nil {
				return
			}
			if len(row.Raw) > 2*limits.TableRow {
				t.Fatalf("a row of %d bytes", len(row.Raw))
			}
		}
	})
}
