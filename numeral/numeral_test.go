package numeral

import (
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/rootline/rootline/fuzzing"
)

// vector is a number as it is written and what is read: a number, two that it may be, or none. The pages read the same file.
type vector struct {
	Text   string   `json:"text"`
	Mark   Mark     `json:"mark"`
	Number string   `json:"number"`
	Either []string `json:"either"`
}

func TestNumbersOfThePages(t *testing.T) {
	text, err := os.ReadFile("../web/src/core/testdata/numbers.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors {
		r, err := Read(v.Text, v.Mark)
		var asks *AmbiguousError
		switch {
		case errors.As(err, &asks):
			if len(v.Either) != 2 || Write(asks.Grouped) != v.Either[0] || Write(asks.Decimal) != v.Either[1] {
				t.Errorf("%q %q: %v, want %q%q", v.Text, v.Mark, err, v.Number, v.Either)
			}
		case err != nil:
			if v.Number != "" || len(v.Either) > 0 {
				t.Errorf("%q %q: %v, want %q%q", v.Text, v.Mark, err, v.Number, v.Either)
			}
		case Write(r) != v.Number:
			t.Errorf("%q %q: %s, want %q%q", v.Text, v.Mark, Write(r), v.Number, v.Either)
		}
	}
}

func TestWholeNumbersAreAskedFor(t *testing.T) {
	for text, want := range map[string]int64{"40000": 40000, "40 000": 40000, "４万": 40000, "1,000,000": 1_000_000, "-3": -3} {
		if got, err := Whole(text); got != want || err != nil {
			t.Errorf("%q: %d (%v)", text, got, err)
		}
	}
	for _, text := range []string{"40,000", "40.000", "1.5", "", "x", "99999999999999999999"} {
		if got, err := Whole(text); err == nil {
			t.Errorf("%q was taken for %d", text, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"1,000", "1.5", "１，２", "-.5万", "'", "1'000,5"} {
		fuzzing.Strings(f, s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, m := range []Mark{Unsaid, Point, Comma} {
			r, err := Read(s, m)
			if err != nil {
				continue
			}
			again, err := Read(Write(r), Point)
			if err != nil || again.Cmp(r) != 0 {
				t.Fatalf("%q is %s, which is read as %v (%v)", s, Write(r), again, err)
			}
		}
	})
}
