package rootline_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline/rulebook"
)

// rejectedWords are those in the last column of docs/glossary.md.
func rejectedWords(t *testing.T) (rejected []string) {
	text, err := os.ReadFile("docs/glossary.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		if len(cells) < 7 || strings.HasPrefix(line, "| English") || strings.HasPrefix(line, "| ---") {
			continue
		}
		for word := range strings.SplitSeq(cells[5], ",") {
			if word = strings.TrimSpace(word); word != "" {
				rejected = append(rejected, word)
			}
		}
	}
	if len(rejected) < 5 {
		t.Fatalf("the glossary rejects only %q", rejected)
	}
	return rejected
}

// The words that docs/glossary.md rejects are in no text that Go programs say to people. The pages' words are looked
// through by web/src/words/words.test.ts.
func TestTextsKeepToTheGlossary(t *testing.T) {
	rejected := slices.DeleteFunc(rejectedWords(t), func(word string) bool { return word[0] < 0x80 }) // English words are code's, too
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

// What the shipped rulebooks say keeps to it in both languages: titles, choices, refusals, clauses. So does what the story
// calls its things.
func TestRulebooksAndStoryKeepToTheGlossary(t *testing.T) {
	rejected := rejectedWords(t)
	check := func(where, text string) {
		for _, word := range rejected {
			if strings.Contains(strings.ToLower(text), word) {
				t.Errorf("%s says %q, which has %q: docs/glossary.md rejects it", where, text, word)
			}
		}
	}
	said := regexp.MustCompile(`\b(?:en|zh): *("[^"]*"|'[^']*'|[^,}\n]*)`)
	for ref, text := range rulebook.Shipped() {
		found := said.FindAllSubmatch(text, -1)
		if len(found) < 100 {
			t.Fatalf("%s: only %d texts were found", ref, len(found))
		}
		for _, m := range found {
			check(ref, string(m[1]))
		}
	}
	quoted := regexp.MustCompile("`[^`]*`|\"(?:[^\"\\\\]|\\\\.)*\"")
	files, err := filepath.Glob("story/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, literal := range quoted.FindAllString(string(source), -1) {
			check(name, literal)
		}
	}
}
