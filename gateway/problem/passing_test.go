package problem

import (
	"net/http"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/rootline/rootline"
)

// A status that says "later" and a code that says so are the same codes, and the pages know them too. A ledger that is too
// old stays so.
func TestPassingRefusalsAreThoseOfAStatusThatSaysLater(t *testing.T) {
	source, err := os.ReadFile("../../web/src/kept/device.ts")
	if err != nil {
		t.Fatal(err)
	}
	list := regexp.MustCompile(`(?s)passing: ReadonlySet<string> = new Set\(\[(.*?)\]`).FindSubmatch(source)
	if list == nil {
		t.Fatal("the pages have no such set")
	}
	var pages []string
	for _, m := range regexp.MustCompile(`'([a-z-]+)'`).FindAllSubmatch(list[1], -1) {
		pages = append(pages, string(m[1]))
	}
	later := []int{http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable, http.StatusInsufficientStorage}
	known := 0
	for code, status := range statuses {
		if passes := slices.Contains(later, status) && code != rootline.CodeLedgerTooOld; passes != code.Passing() {
			t.Errorf("%s has status %d, and passing is %v", code, status, code.Passing())
		}
		if slices.Contains(pages, string(code)) != code.Passing() {
			t.Errorf("%s: the pages think otherwise", code)
		}
		if code.Passing() {
			known++
		}
	}
	if known+1 != len(pages) { // the time of a transaction is refused by chaincode alone
		t.Errorf("the pages know %d codes, and here are %d", len(pages), known+1)
	}
}
