package rootline_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rootline/rootline/rulebook"
)

// lookups are the ways in which code asks rulebook data for something by a name that stands in the code.
var lookups = []*regexp.Regexp{
	regexp.MustCompile(`(?i)(?:kind|action|state|rulebook|book)(?:\.name)?\s*[!=]==?\s*['"]([^'"]+)['"]`),
	regexp.MustCompile(`(?i)\b[ak]\.name\s*[!=]==?\s*['"]([^'"]+)['"]`),
	regexp.MustCompile(`\b(?:kindOf|actionOf|fieldOf|\.Kind|\.Action|\.Field)\([^()]*['"]([^'"]+)['"]\)`),
	regexp.MustCompile(`\bfields\??\.([A-Za-z]+)`),
}

// named are the names that the code may look for, by file, each with its reason.
var named = map[string]string{
	// Not rulebook data: states of an import, of the queue and of a proof in the making, and the kind of a place.
	"web/src/desk/import/JobState.svelte: failed":        "a state of an import",
	"web/src/kept/works.ts: sent":                        "a state of the queue",
	"web/src/app/follow.svelte.ts: discarded":            "a state of the queue",
	"web/src/desk/many/ManyOutcome.svelte: discarded":    "a state of the queue",
	"web/src/desk/works/ActForm.svelte: discarded":       "a state of the queue",
	"web/src/field/queue/EventStrip.svelte: discarded":   "a state of the queue",
	"web/src/field/queue/QueuedScreen.svelte: discarded": "a state of the queue",
	"web/src/field/series/SeriesScan.svelte: discarded":  "a state of the queue",
	"web/src/desk/proofs/ProveSet.svelte: ready":         "a state of the making of a proof",
	"web/src/desk/proofs/ProveSet.svelte: failed":        "a state of the making of a proof",
	"web/src/desk/proofs/job.ts: ready":                  "a state of the making of a proof",
	"web/src/desk/proofs/job.ts: failed":                 "a state of the making of a proof",
	"web/src/desk/works/BuildingPage.svelte: storey":     "a kind of place, which the works' breakdown names",

	// Reached by rulebooks of any name: a page does without where there is none.
	"web/src/desk/lists/VoidItem.svelte: void":     "the page says that it is offered where a rulebook has one of that name",
	"web/src/desk/works/WorksActions.svelte: void": "the same act, not shown twice",

	// A heading of a file that people bring.
}

// What a shipped rulebook calls its kinds, actions, states, fields and itself is data: other rulebooks call theirs
// otherwise, and must find the same pages. So no name of theirs stands in the code of pages or gateway to look it up.
func TestNoNameOfAShippedRulebookIsLookedFor(t *testing.T) {
	names := map[string]bool{}
	for ref, text := range rulebook.Shipped() {
		book, err := rulebook.Parse(text)
		if err != nil {
			t.Fatal(ref, err)
		}
		names[ref], names[book.Name] = true, true
		for _, k := range book.Kinds {
			names[k.Name] = true
			for _, s := range k.States {
				names[s.Name] = true
			}
			for _, f := range k.Fields {
				names[f.Name] = true
			}
			for _, a := range k.Actions {
				names[a.Name] = true
			}
		}
	}
	used := map[string]bool{}
	for _, root := range []string{"gateway", "web/src"} {
		err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			if !isCode(file) {
				return nil
			}
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			for n, line := range strings.Split(string(text), "\n") {
				for _, way := range lookups {
					for _, found := range way.FindAllStringSubmatch(line, -1) {
						key := filepath.ToSlash(file) + ": " + found[1]
						if _, listed := named[key]; listed {
							used[key] = true
						} else if names[found[1]] {
							t.Errorf("%s:%d looks for %q, which a shipped rulebook names", filepath.ToSlash(file), n+1, found[1])
						}
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for key := range named {
		if !used[key] {
			t.Errorf("the exception %q holds for nothing", key)
		}
	}
}

func isCode(file string) bool {
	switch filepath.Ext(file) {
	case ".svelte":
		return true
	case ".ts":
		return !strings.HasSuffix(file, ".test.ts") && !strings.Contains(filepath.ToSlash(file), "/testing/")
	case ".go":
		return !strings.HasSuffix(file, "_test.go")
	}
	return false
}
