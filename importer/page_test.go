package importer

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rootline/rootline"
)

// The desk makes events of tables in the browser, by code of its own. What it must agree with lies in its testdata:
// mappings, tables and, written here with -update, what becomes of each row. Its vectors.test.ts is the other side.

var update = flag.Bool("update", false, "write the desk's vectors anew")

const deskData = "../web/src/desk/import/testdata"

// deskRow is what becomes of a row.
type deskRow struct {
	Line   int             `json:"line"`
	Key    string          `json:"key,omitempty"`
	Digest string          `json:"digest,omitempty"`
	Event  *rootline.Event `json:"event,omitempty"`
	Faults []deskFault     `json:"faults,omitempty"`
}

type deskFault struct {
	Column string        `json:"column"`
	Value  string        `json:"value"`
	Code   rootline.Code `json:"code"`
	Says   rootline.Text `json:"says"`
}

func TestVectorsOfTheDesk(t *testing.T) {
	tables, err := filepath.Glob(filepath.Join(deskData, "*.csv"))
	if err != nil || len(tables) == 0 {
		t.Fatalf("no tables of the desk (%v)", err)
	}
	for _, table := range tables {
		base := table[:len(table)-len(".csv")]
		compare(t, base+".json", deskRows(t, table, base+".yaml"))
	}
}

// TestJournalOfTheDesk opens a journal as the desk writes it.
func TestJournalOfTheDesk(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(deskData, "journal.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	j, err := OpenJournal(write(t, "journal.jsonl", string(text)), "some-trees", "f00df00df00df00df00df00df00df00d")
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	e, err := j.Plan(`["1","A & B <c>"]`, "63a384ec667da4a83a5a2541", "9520001", "another-key")
	if known, recorded := j.Rows(); err != nil || known != 2 || recorded != 1 || !e.Recorded || e.Asset != "95200017H2K9QF3T5V8X" {
		t.Fatalf("%d known, %d recorded, %+v (%v)", known, recorded, e, err)
	}
}

// TestWordsOfTheDesk compares the words of the faults.
func TestWordsOfTheDesk(t *testing.T) { compare(t, filepath.Join(deskData, "words.json"), words) }

func compare(t *testing.T, golden string, v any) {
	t.Helper()
	got, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != string(got) {
		t.Errorf("%s is not what this side makes: run the test with -update, and see that the desk agrees", golden)
	}
}

func deskRows(t *testing.T, table, mapping string) []deskRow {
	t.Helper()
	text, err := os.ReadFile(mapping)
	if err != nil {
		t.Fatal(err)
	}
	m, err := ParseMapping(text)
	if err != nil {
		t.Fatal(err)
	}
	in, err := OpenTable(table, m.Table)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	p, err := m.Bind(in.Heading, book(t))
	if err != nil {
		t.Fatal(err)
	}
	var rows []deskRow
	for row, err := range in.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, deskRowOf(t, p, row))
	}
	return rows
}

func deskRowOf(t *testing.T, p *Plan, row Row) deskRow {
	t.Helper()
	d := deskRow{Line: row.Line}
	fail := func(faults ...Fault) deskRow {
		for _, f := range faults {
			d.Faults = append(d.Faults, deskFault(f))
		}
		return d
	}
	if row.Fault != nil {
		return fail(*row.Fault)
	}
	key, wrong := p.RowKey(row)
	if wrong != nil {
		return fail(*wrong)
	}
	d.Key = key
	event, faults := p.Event(row)
	if len(faults) > 0 {
		return fail(faults...)
	}
	digest, err := digestOf(event)
	if err != nil {
		t.Fatal(err)
	}
	d.Event, d.Digest = event, digest
	return d
}

// TestEveryFaultHasWords keeps the list of codes and their words together.
func TestEveryFaultHasWords(t *testing.T) {
	for _, code := range slices.Sorted(maps.Keys(words)) {
		if words[code].En == "" || words[code].Zh == "" {
			t.Errorf("%s has no words in one language", code)
		}
	}
}

// TestARuleNamesWhatItLookedAt: a rule names no member of the event; the columns are those that its check reads. The
// desk's vectors.test.ts asks the same.
func TestARuleNamesWhatItLookedAt(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(deskData, "trees.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := ParseMapping(text)
	if err != nil {
		t.Fatal(err)
	}
	heading := []string{"No", "Park", "Common Name", "Scientific Name", "Genus", "Diameter", "Height", "Year", "Where", "Day", "Latitude", "Longitude", "Plot"}
	p, err := m.Bind(heading, book(t))
	if err != nil {
		t.Fatal(err)
	}
	row := Row{Line: 2, Cells: []string{"1", "A", "", "", "", "", "", "", "", "", "38.9", "115.9", "forest/9/14"}}
	f := p.Blame(row, &rootline.Error{Code: "outside-plot", Rule: "forestation@1/tree/inventory/outside-plot"})
	if f.Column != "Plot, Latitude, Longitude" || f.Value != "forest/9/14, 38.9, 115.9" {
		t.Errorf("%+v", f)
	}
	if f := p.Blame(row, &rootline.Error{Code: "not-yours", Rule: "registry@1/adopt"}); f.Column != "" || f.Value != "" {
		t.Errorf("%+v", f)
	}
}
