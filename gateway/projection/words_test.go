package projection

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/readmodel"
)

// The pages say each kind of finding in both languages.
func TestPagesHaveWordsForEachKindOfFinding(t *testing.T) {
	source, err := os.ReadFile("findings.go")
	if err != nil {
		t.Fatal(err)
	}
	words, err := os.ReadFile("../../web/src/words/kinds.ts")
	if err != nil {
		t.Fatal(err)
	}
	kinds := []string{string(block.StopChain), string(block.StopUnverified), string(block.StopProtocol), readmodel.KindListMismatch}
	for _, m := range regexp.MustCompile(`Kind[A-Za-z]+ += "([a-z-]+)"`).FindAllSubmatch(source, -1) {
		kinds = append(kinds, string(m[1]))
	}
	if len(kinds) < 16 {
		t.Fatalf("only %d kinds are found", len(kinds))
	}
	for _, kind := range kinds {
		if n := strings.Count(string(words), "\n    "+kind+": ") + strings.Count(string(words), "\n    '"+kind+"': "); n != 2 {
			t.Errorf("%q has words %d times, once in each language is right", kind, n)
		}
	}
}
