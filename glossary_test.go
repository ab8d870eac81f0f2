package rootline_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The words that docs/glossary.md rejects are in no text that Go programs say to people. The pages' words are looked
// through by web/src/words/words.test.ts.
func TestTextsKeepToTheGlossary(t *testing.T) {
	text, err := os.ReadFile("docs/glossary.md")
	if err != nil {
		t.Fatal(err)
	}
	var rejected []string
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		if len(cells) < 7 || strings.HasPrefix(line, "| English") || strings.HasPrefix(line, "| ---") {
			continue
		}
		for word := range strings.SplitSeq(cells[5], ",") {
			if word = strings.TrimSpace(word); word != "" && word[0] >= 0x80 { // English words are code's, too
				rejected = append(rejected, word)
			}
		}
	}
	if len(rejected) < 5 {
		t.Fatalf("the glossary rejects only %q", rejected)
	}
	var files []string
	for _, pattern := range []string{"catalogue*.go", "web/page/words_zh.go", "web/page/install.go", "importer/fault.go", "gateway/*/*.go", "rulebook/*.go", "cmd/rootline/*.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		files = append(files, found...)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(source), "\n") {
			for _, word := range rejected {
				if strings.Contains(line, word) {
					t.Errorf("%s:%d says %q, which docs/glossary.md rejects", name, i+1, word)
				}
			}
		}
	}
}
