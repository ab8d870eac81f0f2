package rootline

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/rootline/rootline/fuzzing"
)

// The pages show the same texts alike; see web/src/core/shown.ts.
func TestShown(t *testing.T) {
	raw, err := os.ReadFile("web/src/core/testdata/shown.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct{ Given, Shown string }
	if err := json.Unmarshal(raw, &vectors); err != nil || len(vectors) == 0 {
		t.Fatal(err)
	}
	for _, v := range vectors {
		if got := Shown(v.Given); got != v.Shown {
			t.Errorf("%q is shown as %q, want %q", v.Given, got, v.Shown)
		}
	}
}

// However the writes are cut, what comes out is the same.
func TestTerminal(t *testing.T) {
	const given = "油松 👩\u200d🌾\r\n\x1b]0;title\x07 paid\rvoid \x9b2J\xff a\u202eb\n"
	const want = "油松 👩\u200d🌾\r\n[U+001B]]0;title[U+0007] paid[U+000D]void \ufffd2J\ufffd a[U+202E]b\n"
	for _, size := range []int{1, 2, 3, 5, len(given)} {
		var out strings.Builder
		term := &Terminal{To: &out}
		for rest := given; rest != ""; {
			n := min(size, len(rest))
			if wrote, err := term.Write([]byte(rest[:n])); wrote != n || err != nil {
				t.Fatal(wrote, err)
			}
			rest = rest[n:]
		}
		if out.String() != want {
			t.Errorf("by %d: %q", size, out.String())
		}
	}
	if _, err := (&Terminal{To: iotest.TruncateWriter(nil, 0)}).Write(nil); err != nil {
		t.Error(err)
	}
}

// Cells are shown, and no formulas.
func TestCell(t *testing.T) {
	for in, want := range map[string]string{
		"Pinus": "Pinus", "=1+1": "'=1+1", "\u00a0=1": "'\u00a0=1", "\u202e=1": "[U+202E]=1", "": "",
	} {
		if got := Cell(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

// What is read as an instant, a hash or an amount is written so that it is read again.
func FuzzScalars(f *testing.F) {
	fuzzing.Strings(f, "", "2026-03-12T08:00:00.123Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", strings.Repeat("ab", 32), "9520002T7H2K9QF3ABCD")
	f.Fuzz(func(t *testing.T, s string) {
		if at, err := ParseInstant(s); err == nil {
			if again, err := ParseInstant(at.String()); err != nil || again != at {
				t.Fatalf("%q is %s, read as %s: %v", s, at, again, err)
			}
		}
		if h, err := ParseHash(s); err == nil && h.String() != s {
			t.Fatalf("%q is %s", s, h)
		}
	})
}
