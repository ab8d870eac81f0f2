package rootline_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/rootline/rootline"
)

// The pages decide by the same codes: web/src/core/sample.test.ts reads the same file.
func TestSampled(t *testing.T) {
	text, err := os.ReadFile("web/src/core/testdata/sample.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Codes []string
		Taken map[int][]string
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	for n, taken := range want.Taken {
		var got []string
		for _, code := range want.Codes {
			if rootline.Sampled(code, n) {
				got = append(got, code)
			}
		}
		if !slices.Equal(got, taken) {
			t.Errorf("one in %d takes %v, want %v", n, got, taken)
		}
	}
}

// A sample of one in n takes about one in n, whatever n is.
func TestSampledIsEven(t *testing.T) {
	const all = 20_000
	for _, n := range []int{2, 3, 5, 10, 16, rootline.MaxSample} {
		taken := 0
		for i := range all {
			if rootline.Sampled(fmt.Sprintf("9520%013d", i), n) {
				taken++
			}
		}
		if least, most := all/n*9/10-20, all/n*11/10+20; taken < least || taken > most {
			t.Errorf("one in %d takes %d of %d", n, taken, all)
		}
	}
}
