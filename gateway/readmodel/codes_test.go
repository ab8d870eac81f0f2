package readmodel

import (
	"math"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/fuzzing"
	"github.com/rootline/rootline/limits"
)

// A file of codes is what an enrolled device uploaded: its words are not counted on.
func TestAFileOfCodesIsReadInBounds(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		want int
	}{
		"codes":                  {"9520001B\n9520001A\n9520001A\n", 2},
		"a word without end":     {strings.Repeat("x", 1<<20), 0},
		"a word that is longest": {strings.Repeat("x", limits.CodeLine), 1},
		"a word one longer":      {"A\n" + strings.Repeat("x", limits.CodeLine+2), 0},
		"more than any list has": {strings.Repeat("x\n", rootline.MaxListed+1), 0},
	} {
		if codes, err := readCodes(strings.NewReader(c.file)); err != nil || len(codes) != c.want {
			t.Errorf("%s: %d codes, %v", name, len(codes), err)
		}
	}
}

func FuzzReadCodes(f *testing.F) {
	for _, s := range []string{"", "A\nB", "\xff\x00", strings.Repeat("x", 100)} {
		fuzzing.Strings(f, s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		codes, err := readCodes(strings.NewReader(s))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range codes {
			if len(c) > limits.CodeLine+1 {
				t.Fatalf("a code of %d bytes", len(c))
			}
		}
	})
}

// A number that no row can have is answered, not an error of the database.
func TestNumbersBeyondThoseOfRows(t *testing.T) {
	s := open(t)
	for _, number := range []uint64{1 << 63, math.MaxUint64} {
		if _, err := view(t, s).Block(number); rootline.CodeOf(err) != rootline.CodeNotFound {
			t.Errorf("block %d: %v", number, err)
		}
		if _, err := view(t, s).Blocks(Page{Cursor: cursorOf("blocks", number)}); rootline.CodeOf(err) != rootline.CodeBadRequest {
			t.Errorf("blocks before %d: %v", number, err)
		}
	}
}

// FuzzCursor: a cursor is anybody's text.
func FuzzCursor(f *testing.F) {
	for _, s := range []string{"", "x", cursorOf("blocks", uint64(7)), cursorOf("assets", "A"), "e30", strings.Repeat("A", 5000)} {
		fuzzing.Strings(f, s)
	}
	f.Fuzz(func(t *testing.T, cursor string) {
		var number uint64
		if ok, err := after("blocks", Page{Cursor: cursor}, &number); ok && (err != nil || number > math.MaxInt64 || len(cursor) > limits.CursorBytes) {
			t.Fatalf("%q is read as %d, %v", cursor, number, err)
		}
	})
}
