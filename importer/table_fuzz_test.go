package importer

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootline/rootline/fuzzing"
	"github.com/rootline/rootline/limits"
)

// FuzzTable: a file is anybody's. It is read row by row, a row within its bound, or it is said why not.
func FuzzTable(f *testing.F) {
	for _, s := range []string{"", "a,b\n1,2\n", "a\n\"x", "a,a\n", "\xef\xbb\xbfa\n1\n", "\x1f\x8b\x08", "PK\x03\x04", "a\n" + strings.Repeat("\x00\xff", 100), "a\n" + strings.Repeat(",", 1000)} {
		fuzzing.Bytes(f, []byte(s))
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

func FuzzJournal(f *testing.F) {
	dir := f.TempDir()
	path := filepath.Join(dir, "journal.jsonl")
	open := func() (*Journal, error) { return OpenJournal(path, "some-trees", testNet) }
	j, err := open()
	if err != nil {
		f.Fatal(err)
	}
	for _, key := range []string{"1", "2"} {
		if _, err := j.Plan(key, "digest", "9520001", "key"); err != nil {
			f.Fatal(err)
		}
	}
	if err := errors.Join(j.Done("1"), j.Sync(), j.Close()); err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	fuzzing.Bytes(f, nil, []byte("\n"), whole)
	f.Fuzz(func(t *testing.T, content []byte) {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		j, err := open()
		if err != nil {
			var bad *JournalError
			if !errors.As(err, &bad) {
				t.Fatalf("%T: %v", err, err)
			}
			// What cannot be read is left as it is.
			if left, err := os.ReadFile(path); err != nil || !bytes.Equal(left, content) {
				t.Fatalf("a journal that was refused was changed: %v", err)
			}
			return
		}
		if known, recorded := j.Rows(); recorded > known {
			t.Fatalf("of %d rows, %d are recorded", known, recorded)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	})
}
