package block

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rootline/rootline/fuzzing"
)

func TestWhatOthersChoseIsKeptInBounds(t *testing.T) {
	for _, c := range []struct {
		name, text, want string
	}{
		{"as it is", "Record", "Record"},
		{"as long as may be", "0123456789", "0123456789"},
		{"too long", "0123456789a", "0123456789… (cut from 11 bytes)"},
		{"cut between characters", "012345678中", "012345678… (cut from 12 bytes)"},
		{"bytes that are no text", "a\xff\xfeb\x00c", "a\uFFFDb\u2400c"},
		{"nothing", "", ""},
	} {
		if got := Kept(c.text, 10); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func FuzzKept(f *testing.F) {
	for _, s := range []string{"", "Record", strings.Repeat("中", 100), "\xff\x00\xf0\x9f\x92", strings.Repeat("\xf0\x9f", 50)} {
		fuzzing.Strings(f, s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		// A byte that is no text becomes three.
		if got := Kept(s, 100); !utf8.ValidString(got) || strings.IndexByte(got, 0) >= 0 || len(got) > 3*100+40 {
			t.Fatalf("%q is kept as %q", s, got)
		}
	})
}
