package rootline

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline/fuzzing"
)

// What is given for a code is read as the pages read it: the cases are one file's.
func TestReadGiven(t *testing.T) {
	b, err := os.ReadFile("testdata/given.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Given, Code, Host, Other string
		Meant                    []string
	}
	if err := json.Unmarshal(b, &cases); err != nil || len(cases) == 0 {
		t.Fatal(len(cases), err)
	}
	for _, c := range cases {
		if got, want := ReadGiven(c.Given), (Given{Code: c.Code, Host: c.Host, Other: c.Other}); got != want {
			t.Errorf("%q is read as %+v, not %+v", c.Given, got, want)
		}
		if got := MeantCodes(c.Given); !slices.Equal(got, c.Meant) {
			t.Errorf("%q is taken to mean %q, not %q", c.Given, got, c.Meant)
		}
	}
	if got := ReadGiven(strings.Repeat("x", 501)); got != (Given{}) {
		t.Errorf("a novel is read as %+v", got)
	}
}

func FuzzReadGiven(f *testing.F) {
	for _, s := range []string{"952000174H2K9QF3", "https://w.example/8004/952000174h2k9qf3/21/7?x", "]d28004952000174H2K9QF3\x1d10A", "（8004）9520001toil"} {
		fuzzing.Strings(f, s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		g := ReadGiven(s)
		if g.Code != "" && !ValidCode(g.Code) {
			t.Fatalf("%q is read as %q, which is no code", s, g.Code)
		}
		for _, code := range MeantCodes(s) {
			if !ValidCode(code) || code == s {
				t.Fatalf("%q is taken to mean %q", s, code)
			}
		}
		if ValidCode(s) && g.Code != s {
			t.Fatalf("the code %q is read as %q", s, g.Code)
		}
	})
}
