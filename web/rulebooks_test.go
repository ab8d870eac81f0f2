package web

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/rootline/rootline/rulebook"
)

var updateBooks = flag.Bool("update-books", false, "write the rulebooks that the pages' tests read anew")

// The tests of the pages read a shipped rulebook as the gateway sends it.
func TestTheRulebookOfThePagesIsTheShippedOne(t *testing.T) {
	for _, name := range []string{"forestation@1"} {
		text := rulebook.Shipped()[name]
		book, err := rulebook.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(struct {
			Name    string           `json:"name"`
			Book    string           `json:"book"`
			Version int              `json:"version"`
			Current bool             `json:"current"`
			Title   any              `json:"title"`
			Roles   []rulebook.Role  `json:"roles"`
			Kinds   []*rulebook.Kind `json:"kinds"`
		}{book.Ref(), book.Name, book.Version, true, book.Title, book.Roles, book.Kinds})
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, '\n')
		file := filepath.Join("src", "works", "testdata", name+".json")
		if *updateBooks {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the gateway sends (%v); run go test ./web -update-books", file, err)
		}
	}
}
