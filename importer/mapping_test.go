package importer

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/rootline/rootline/fuzzing"
	"github.com/rootline/rootline/rulebook"
)

// A doubled heading stands in nobody's way until a mapping names it.
func TestColumnsOfOneName(t *testing.T) {
	m, err := ParseMapping([]byte(treeMap))
	if err != nil {
		t.Fatal(err)
	}
	heading := []string{"CoM ID", "Common Name", "Scientific Name", "Genus", "Family", "Diameter Breast Height", "Year Planted", "Located In", "Upload Date", "Latitude", "Longitude", "Cond", "Cond"}
	if _, err := m.Bind(heading, nil); err != nil {
		t.Error(err)
	}
	if _, err := m.Bind(append(heading, "CoM ID"), nil); err == nil || !strings.Contains(err.Error(), "CoM ID twice") {
		t.Errorf("a key that two columns may hold: %v", err)
	}
}

func TestMappingsRefused(t *testing.T) {
	change := func(old, new string) string {
		if !strings.Contains(treeMap, old) {
			t.Fatalf("the mapping has no %q", old)
		}
		return strings.Replace(treeMap, old, new, 1)
	}
	for _, c := range []struct{ name, text, where, reason string }{
		{"empty", "", "", "empty"},
		{"unknown setting", change("source: some", "sauce: x\nsource: some"), "", "there is no setting sauce"},
		{"no source", change("source: some-trees", ""), "source", "name"},
		{"no version", change("forestation@1", "forestation"), "rulebook", "version"},
		{"no key", change("key: [CoM ID]", ""), "key", "columns"},
		{"no time", change("at: {column: Upload Date, layout: dd/MM/yyyy, zone: Australia/Melbourne}", ""), "at", "column or a constant"},
		{"odd layout", change("dd/MM/yyyy", "dd/MM"), "at.layout", "yyyy"},
		{"odd zone", change("Australia/Melbourne", "Australia/Nowhere"), "at.zone", "Nowhere"},
		{"odd type", change("type: year", "type: yaer"), "data.yearPlanted.type", "year"},
		{"odd units", change("from: cm, to: mm", "from: cm, to: kg"), "data.dbh", "cannot turn cm into kg"},
		{"half a unit", change("from: cm, to: mm", "from: cm"), "data.dbh", "together"},
		{"column and constant", change("{column: Scientific Name}", "{column: a, constant: b}"), "data.species", "column or a constant"},
		{"constant that is none", change("{column: Year Planted, type: year}", "{constant: x, type: year}"), "data.yearPlanted.constant", "year"},
		{"absent column", change("column: Scientific Name", "column: Species"), "", "no column Species; it has CoM ID"},
		{"not asked", change("  species:", "  colour: {column: Genus}\n  species:"), "data.colour", "does not ask"},
		{"asked and not there", change("  species: {column: Scientific Name}\n", ""), "data", "needs species"},
		{"other unit than the rulebook's", change("to: mm", "to: m"), "data.dbh.to", "keeps it in mm"},
		{"no position", change("position: {lat: Latitude, lon: Longitude, accuracy: 5}", ""), "position", "needs a position"},
		{"action on what is there", change("action: inventory", "action: lift"), "action", "no action"},
		{"other characters", change("table: {comment: \"#\"}", "table: {encoding: koi8}"), "table.encoding", "windows-1252"},
		{"other kind", change("kind: tree", "kind: bush"), "kind", "no kind bush"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := ParseMapping([]byte(c.text))
			if err == nil {
				_, err = m.Bind(strings.Split(strings.Split(trees, "\n")[2], ","), book(t))
			}
			var bad *MappingError
			if !errors.As(err, &bad) || bad.Where != c.where || !strings.Contains(bad.Reason, c.reason) {
				t.Fatalf("got %v", err)
			}
		})
	}
}

// Whatever stands in a mapping or a journal, the error says that it does.
func FuzzParseMapping(f *testing.F) {
	fuzzing.Strings(f, "", trees, "source: &a [*a]", strings.Repeat("[", 10_000), "a: !!binary x")
	f.Fuzz(func(t *testing.T, text string) {
		var bad *MappingError
		if _, err := ParseMapping([]byte(text)); err != nil && !errors.As(err, &bad) {
			t.Fatalf("%T: %v", err, err)
		}
	})
}

// What no cell gives is named before anything is signed: a list of entries that must be there, and all else that a form gives.
func TestWhatNoTableGivesIsNamed(t *testing.T) {
	const works = `rulebook: works
version: 1
title: {en: Works, zh: 工程}
roles: {builder: {en: Builder, zh: 施工}}
kinds:
  wall:
    title: {en: Wall, zh: 墙}
    states: {open: {en: Open, zh: 在}}
    fields:
      note: {string, title: {en: Note, zh: 备注}}
      faults: {entries: {course: integer, sort: {string}}, title: {en: Faults, zh: 缺陷}}
      values: {integers, title: {en: Values, zh: 数值}}
    actions:
      begin: {title: {en: Begin, zh: 建}, creates: true, to: open, by: builder, asks: %s}
`
	for asks, want := range map[string]string{
		"{data: {note, faults}}":                                      "faults",
		"{data: {note, values}}":                                      "values",
		"{evidence: 1, data: {note}}":                                 "evidence",
		"{data: {note, faults: {optional: true}}}":                    "",
		"{data: {note, faults}, refs: {kinds: {wall: open}, min: 1}}": "refs, faults",
	} {
		b, err := rulebook.Parse(fmt.Appendf(nil, works, asks))
		if err != nil {
			t.Fatal(err)
		}
		m, err := ParseMapping([]byte("source: walls\nrulebook: works@1\nkind: wall\naction: begin\nkey: [Wall]\nat: {constant: 2026-03-12T08:15:00Z}\ndata:\n  note: {column: Note}\n"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = m.Bind([]string{"Wall", "Note"}, b)
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", asks, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), "no cell gives: "+want+". Record it")):
			t.Errorf("%s: %v does not name %s", asks, err, want)
		}
	}
}
