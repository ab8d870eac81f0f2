package readmodel

import (
	"slices"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
)

// What left a mark at something that leads recalls is named, and nothing else that refers to it.
func TestARecallNamesWhatLeftItsMark(t *testing.T) {
	s := open(t)
	oneBlock(t, s)
	made(t, s, 0)
	made(t, s, 1, from(0, 1))
	put(t, s, &rootline.AdoptedRulebook{Name: "funds@1", YAML: string(rulebook.Shipped()["funds@1"]), Adopted: 6})
	left := func(n, by int, mark string, count int64) {
		put(t, s, &rootline.Asset{ID: code(by), Kind: "measurement", Rulebook: "funds@1", Seq: 1, Under: code(90)})
		put(t, s, &rootline.Mark{ID: rootline.MarkID(code(n), "funds", mark, code(90), ""), Asset: code(by), Count: count, Sum: count})
	}
	left(0, 2, "measured", 1)
	left(0, 3, "subclaimed", 1)
	left(1, 4, "measured", 1)
	left(5, 5, "measured", 1)
	d, err := view(t, s).Dependants(code(0), "")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, f := range d.Found {
		found = append(found, f.Asset.ID+"<"+f.Via)
	}
	slices.Sort(found)
	if want := []string{code(1) + "<" + code(0), code(2) + "<" + code(0), code(4) + "<" + code(1)}; !slices.Equal(found, want) {
		t.Errorf("found %v, want %v", found, want)
	}
	put(t, s, &rootline.Mark{ID: rootline.MarkID(code(0), "funds", "measured", code(90), "")}) // taken back
	if d, err = view(t, s).Dependants(code(0), ""); err != nil || len(d.Found) != 2 {
		t.Errorf("after it was reversed %d were found (%v)", len(d.Found), err)
	}
}
