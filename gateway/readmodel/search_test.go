package readmodel

import (
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

// addList indexes codes as those of a lot, as index does once they are checked.
func addList(t *testing.T, s *Store, lot string, codes rootline.Codes) {
	t.Helper()
	write(t, s, func(tx *Tx) error { return tx.addCodes("A", lot, codes, newTree(codes)[0]) })
}

// TestCodesAreFoundThroughMerges indexes many lists, so that their runs are merged several times, and finds each code
// on each of the lists that hold it, and no other.
func TestCodesAreFoundThroughMerges(t *testing.T) {
	s := open(t)
	const lists, each = 150, 40
	all := map[string]rootline.Codes{}
	for n := range lists {
		var raw []string
		for i := range each {
			raw = append(raw, code(n*each+i))
		}
		raw = append(raw, code(0), code(n*each)) // one is on all of them; one is there twice
		lot := "LOT" + code(n)
		all[lot] = rootline.NewCodes(raw)
		addList(t, s, lot, all[lot])
	}
	addList(t, s, "LOT"+code(7), all["LOT"+code(7)]) // another file with the same codes
	_, err := Read(t.Context(), s, func(v *View) (struct{}, error) {
		runs, err := collect(v, text, `SELECT run FROM code_runs`)
		if err != nil || len(runs) > 3*merged {
			t.Errorf("%d runs, %v", len(runs), err)
		}
		for lot, codes := range all {
			for i, c := range codes {
				found, err := v.find(rootline.SpaceAsset, c)
				at := found[c]
				if err != nil {
					return struct{}{}, err
				}
				want := 1
				if c == code(0) {
					want = lists
				}
				on := slices.IndexFunc(at, func(l listing) bool { return l.list == lot })
				if len(at) != want || on < 0 || at[on].position != i {
					t.Fatalf("%s of %s: %+v", c, lot, at)
				}
			}
			if got, err := v.codesOf(mustFind(t, v, s, lot, codes)); err != nil || !slices.Equal(got, codes) {
				t.Fatalf("%s: %d codes, %v", lot, len(got), err)
			}
		}
		for _, c := range []string{code(lists * each), "", "LOT" + code(1), strings.ToLower(code(1)) + "X"} {
			if at, err := v.find(rootline.SpaceAsset, c); err != nil || len(at) > 0 {
				t.Errorf("%q: %+v, %v", c, at, err)
			}
		}
		if at, err := v.find(rootline.SpaceTag, code(1)); err != nil || len(at) > 0 {
			t.Errorf("an item is taken for a tag: %+v, %v", at, err)
		}
		return struct{}{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func mustFind(t *testing.T, v *View, s *Store, lot string, codes rootline.Codes) int64 {
	t.Helper()
	found, err := v.find(rootline.SpaceAsset, codes[1])
	at := found[codes[1]]
	if err != nil || len(at) != 1 || at[0].list != lot {
		t.Fatal(at, err)
	}
	return at[0].number
}

// TestEntriesOfOneHashStayTogether writes a run in which more entries share a hash than fit in a row.
func TestEntriesOfOneHashStayTogether(t *testing.T) {
	s := open(t)
	var entries []entry
	for i := range 3 * perRow {
		entries = append(entries, entry{hash: uint64(i/(2*perRow)) << 60, list: uint32(i)}) //nolint:gosec // few
	}
	write(t, s, func(tx *Tx) error {
		if err := tx.addRun(1, entries); err != nil {
			return err
		}
		back, err := tx.takeRun(1)
		if !slices.Equal(back, entries) {
			t.Error("the entries that are read differ from those written")
		}
		return err
	})
	sieve := newSieve(entries)
	if !sieve.may(0) || !sieve.may(1<<60) {
		t.Error("what is there is denied")
	}
	wrong := 0
	for i := range uint64(10_000) {
		if hash := (i + 1) * 0x9e3779b97f4a7c15; sieve.may(hash) {
			wrong++
		}
	}
	if wrong > 300 {
		t.Errorf("%d of 10,000 are taken for possible", wrong)
	}
}

func TestRunsToMerge(t *testing.T) {
	some := func(n int, entries int64) (out []codeRun) {
		for i := range n {
			out = append(out, codeRun{int64(i), entries})
		}
		return out
	}
	for name, c := range map[string]struct {
		runs []codeRun
		want int
	}{
		"few":       {some(merged-1, 10_000), 0},
		"many":      {some(merged, 10_000), merged},
		"of others": {append(some(merged-1, 10_000), some(merged-1, 100)...), 0},
		"large":     {some(merged, maxMerged/3), 3},
		"too large": {some(merged, maxMerged), 0},
	} {
		if got := toMerge(c.runs); len(got) != c.want {
			t.Errorf("%s: %d merged, want %d", name, len(got), c.want)
		}
	}
}
