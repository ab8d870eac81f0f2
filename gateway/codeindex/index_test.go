package codeindex

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/rootline/rootline"
)

// tables are those of the index among the read model's, as its migration makes them.
var tables = regexp.MustCompile(`(?s)CREATE TABLE (?:indexed_lists|list_codes|code_runs|code_index) \(.*?STRICT;`)

// file is an index in an empty file in memory.
type file struct {
	testing.TB
	Index
	db *sql.DB
}

func open(t testing.TB) *file {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1) // each connection would have a memory of its own
	f := &file{TB: t, db: db}
	migration, err := os.ReadFile("../readmodel/migrations/00002_search.sql")
	if err != nil {
		t.Fatal(err)
	}
	made := tables.FindAll(migration, -1)
	if len(made) != 4 {
		t.Fatalf("the migration has %d of the tables", len(made))
	}
	for _, table := range made {
		if err := f.exec(string(table)); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func (f *file) query(query string, args ...any) (*sql.Rows, error) {
	return f.db.QueryContext(f.Context(), query, args...)
}

func (f *file) exec(query string, args ...any) error {
	_, err := f.db.ExecContext(f.Context(), query, args...)
	return err
}

// add indexes codes as those of a lot.
func (f *file) add(lot string, codes rootline.Codes) {
	f.Helper()
	if err := f.Add(f.query, f.exec, "A", lot, codes, codes.Tree().Leaves()); err != nil {
		f.Fatal(err)
	}
}

// find gives where a code lies.
func (f *file) find(space rootline.Space, code string) []Listing {
	f.Helper()
	found, err := f.Find(f.query, space, code)
	if err != nil {
		f.Fatal(err)
	}
	return found[code]
}

// code makes the n-th code of a test.
func code(n int) string { return fmt.Sprintf("9520001%013d", n) }

// TestCodesAreFoundThroughMerges indexes many lists, so that their runs are merged several times, and finds each code
// on each of the lists that hold it, and no other.
func TestCodesAreFoundThroughMerges(t *testing.T) {
	f := open(t)
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
		f.add(lot, all[lot])
	}
	f.add("LOT"+code(7), all["LOT"+code(7)]) // another file with the same codes
	runs, err := collect(f.query, text, `SELECT run FROM code_runs`)
	if err != nil || len(runs) > 3*merged {
		t.Errorf("%d runs, %v", len(runs), err)
	}
	for lot, codes := range all {
		for i, c := range codes {
			at, want := f.find(rootline.SpaceAsset, c), 1
			if c == code(0) {
				want = lists
			}
			on := slices.IndexFunc(at, func(l Listing) bool { return l.List == lot })
			if len(at) != want || on < 0 || at[on].Position != i {
				t.Fatalf("%s of %s: %+v", c, lot, at)
			}
		}
		at := f.find(rootline.SpaceAsset, codes[1])
		if len(at) != 1 || at[0].List != lot {
			t.Fatal(at)
		}
		if got, err := f.Codes(f.query, at[0].Number); err != nil || !slices.Equal(got, codes) {
			t.Fatalf("%s: %d codes, %v", lot, len(got), err)
		}
		list := codes.List()
		if in, err := f.Prove(f.query, &at[0], nil); err != nil || in.List != lot || !in.Proves(codes[1], &list) {
			t.Fatalf("%s: %+v, %v", lot, in, err)
		}
		if got, n, err := f.Page(f.query, lot, 3, 7); err != nil || n != int64(len(codes)) || !slices.Equal(got, codes[3:10]) {
			t.Fatalf("%s: %v of %d, %v", lot, got, n, err)
		}
	}
	for _, c := range []string{code(lists * each), "", "LOT" + code(1), strings.ToLower(code(1)) + "X"} {
		if at := f.find(rootline.SpaceAsset, c); len(at) > 0 {
			t.Errorf("%q: %+v", c, at)
		}
	}
	if at := f.find(rootline.SpaceTag, code(1)); len(at) > 0 {
		t.Errorf("an item is taken for a tag: %+v", at)
	}
	f.Reset()
	if at := f.find(rootline.SpaceAsset, code(1)); len(at) != 1 {
		t.Errorf("without what was kept in memory: %+v", at)
	}
}

// TestEntriesOfOneHashStayTogether writes a run in which more entries share a hash than fit in a row.
func TestEntriesOfOneHashStayTogether(t *testing.T) {
	f := open(t)
	var entries []entry
	for i := range 3 * perRow {
		entries = append(entries, entry{hash: uint64(i/(2*perRow)) << 60, list: uint32(i)}) // few
	}
	if err := addRun(f.exec, 1, entries); err != nil {
		t.Fatal(err)
	}
	if back, err := takeRun(f.query, f.exec, 1); err != nil || !slices.Equal(back, entries) {
		t.Errorf("the entries that are read differ from those written: %v", err)
	}
	filter := newFilter(entries)
	if !filter.mayHold(0) || !filter.mayHold(1<<60) {
		t.Error("what is there is denied")
	}
	wrong := 0
	for i := range uint64(10_000) {
		if hash := (i + 1) * 0x9e3779b97f4a7c15; filter.mayHold(hash) {
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

func TestTreesAreBounded(t *testing.T) {
	var kept trees
	built := 0
	get := func(list int64, n int) {
		_, err := kept.get(list, func() (rootline.Codes, error) {
			built++
			return make(rootline.Codes, n), nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range 5 {
		get(int64(i%2), 10)
	}
	if built != 2 {
		t.Errorf("built %d times", built)
	}
	kept.leaves = maxLeaves - 15 // as if others were kept
	get(0, 10)
	get(2, 10)
	if _, ok := kept.by[1]; !ok {
		t.Error("dropped too early")
	}
	get(3, 10)
	if _, ok := kept.by[1]; ok || kept.by[0] == nil {
		t.Error("the one that was not used for longest is to be dropped")
	}
}

// TestAListThatIsReadWholeIsCharged: whoever asks for a proof pays for the list that is read for it, once; who has nothing left
// reads none, and gets what is at hand.
func TestAListThatIsReadWholeIsCharged(t *testing.T) {
	f := open(t)
	var all []string
	for n := range 100 {
		all = append(all, code(n))
	}
	codes := rootline.NewCodes(all)
	f.add("LOT", codes)
	at := f.find(rootline.SpaceAsset, code(7))
	if len(at) != 1 {
		t.Fatal(at)
	}
	var told []int64
	spent := errors.New("nothing is left")
	refused := false
	ask := func() error {
		told = nil
		_, err := f.Prove(f.query, &at[0], func(read int64) error {
			told = append(told, read)
			if refused {
				return spent
			}
			return nil
		})
		return err
	}
	length := int64(len(strings.Join(codes, "\n")) + 1)
	refused = true
	if err := ask(); !errors.Is(err, spent) || !slices.Equal(told, []int64{0}) {
		t.Errorf("refused: %v, %v", told, err)
	}
	refused = false
	if err := ask(); err != nil || !slices.Equal(told, []int64{0, length}) {
		t.Errorf("read: %v, %v; the list has %d bytes", told, err, length)
	}
	refused = true
	if err := ask(); err != nil || told != nil {
		t.Errorf("at hand: %v, %v", told, err)
	}
}
