package rulebook

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

// inspected asks for a list of entries and keeps it. Filled in are the tables, the rule's check and what is kept.
const inspected = `rulebook: works
version: 1
title: {en: Works, zh: 工程}
roles: {builder: {en: Builder, zh: 施工}}
tables:
  weight: {title: {en: Weight, zh: 权重}, rows: {crack: 3, hollow: 1%s}}
kinds:
  wall:
    title: {en: Wall, zh: 墙}
    states: {new: {en: New, zh: 新}}
    fields:
      worst: {integer: each, title: {en: Worst, zh: 最重}}
      defects:
        entries:
          at: {place, title: {en: At, zh: 位置}}
          code: {string, choices: {crack: {en: Crack, zh: 裂缝}, hollow: {en: Hollow, zh: 空鼓}, leak: {en: Leak, zh: 渗漏}}, title: {en: Code, zh: 代码}}
          length: {integer: mm, min: 1, max: 5000, optional: true, title: {en: Length, zh: 长度}}
          mended: {bool, title: {en: Mended, zh: 已修补}}
          note: {string, maxLength: 20, optional: true, title: {en: Note, zh: 备注}}
        maxLength: 3
        title: {en: Defects, zh: 缺陷}
    actions:
      make: {title: {en: Make, zh: 建}, creates: true, to: new, by: builder}
      look:
        title: {en: Look, zh: 看}
        from: new
        by: builder
        asks: {data: {defects}}
        rules:
          - check: |
              %s
            code: it
            says: {en: No., zh: 否。}
        keeps: {%s}
`

const leak = ", leak: 2"

func listedBook(check, keeps string) (*Rulebook, error) {
	return Parse(fmt.Appendf(nil, inspected, leak, check, keeps))
}

func TestEntriesInRules(t *testing.T) {
	for _, c := range []struct {
		check string
		want  string
	}{
		{`event.data.defects.all(d, d.code != "leak")`, ""},
		{`event.data.defects.exists(d, d.code == "leak")`, "it"},
		{`event.data.defects.exists_one(d, d.code == "crack" && !d.mended)`, ""},
		{`sum(event.data.defects.map(d, d.mended ? 0 : 1)) == 1`, ""},
		{`sum(event.data.defects.filter(d, has(d.length)).map(d, d.length)) == 1200`, ""},
		{`sum(event.data.defects.map(d, d.length)) == 1200`, "rule-undecided"}, // one has none
		{`sum(event.data.defects.map(d, lookup("weight", d.code))) == 4`, ""},
		{`size(event.data.defects) == 2 && size(asset.defects) == 1 && size(asset.defects + event.data.defects) == 3`, ""},
		{`event.data.defects[1].at == asset.defects[0].at && event.data.defects[0].at != event.data.defects[1].at`, ""},
		{`event.data.defects[1].note == asset.defects[0].note`, ""},
		{`event.data.defects[0].at.id == asset.defects[0].at.id`, "it"},
		{`event.data.defects[7].mended`, "rule-undecided"},
	} {
		book, err := listedBook(c.check, `defects: "asset.defects + event.data.defects", worst: "greatest(event.data.defects.map(d, lookup('weight', d.code)))"`)
		if err != nil {
			t.Errorf("%s: %v", c.check, err)
			continue
		}
		kept := `{"at":"levee/2","code":"hollow","mended":true,"note":"by the stairs"}`
		f := &Facts{
			Event: &rootline.Event{}, Asset: &rootline.Asset{Kind: "wall", Fields: data(t, `{"defects":[`+kept+`]}`)},
			Data:   data(t, `{"defects":[{"at":"levee/1","code":"crack","length":1200,"mended":false},{"at":"levee/2","code":"hollow","mended":true,"note":"by the stairs"}]}`),
			Places: map[string]*rootline.Place{"levee/1": {ID: "levee/1"}, "levee/2": {ID: "levee/2"}},
		}
		look := book.Kind("wall").Action("look")
		if refused := look.CheckData(f.Data); refused != nil {
			t.Fatal(refused)
		}
		effects, refused := look.Decide(f)
		if codeOf(refused) != c.want {
			t.Errorf("%s: %q (%v), want %q", c.check, codeOf(refused), refused, c.want)
		}
		if refused != nil {
			continue
		}
		if got := effects.Fields["defects"].List(); len(got) != 3 || got[0].Entry()["note"].Str() != "by the stairs" || got[1].Entry()["length"].Int() != 1200 || effects.Fields["worst"].Int() != 3 {
			t.Errorf("kept %v", effects.Fields)
		}
		if refs := look.PlaceRefs(f.Data, f.Asset); strings.Join(refs, " ") != "levee/1 levee/2" {
			t.Errorf("places %v", refs)
		}
		delete(f.Places, "levee/2")
		if _, refused := look.Decide(f); codeOf(refused) != "unknown-place" || refused.Field != "/data/defects" {
			t.Errorf("a place that the ledger does not have: %v", refused)
		}
		f.Places["levee/2"] = &rootline.Place{}
		f.Asset.Fields = data(t, `{"defects":[`+kept+`,`+kept+`]}`)
		if _, refused := look.Decide(f); codeOf(refused) == "" {
			t.Error("four entries are kept where three go")
		}
	}
}

func TestEntriesAreCheckedAsTheyAreAsked(t *testing.T) {
	book, err := listedBook("true", "defects")
	if err != nil {
		t.Fatal(err)
	}
	look := book.Kind("wall").Action("look")
	const good = `{"at":"levee/1","code":"crack","mended":false}`
	for entries, says := range map[string]string{
		`[` + good + `]`:                    "",
		`[]`:                                "with something in it",
		`{}`:                                "",
		`["crack"]`:                         "expected an entry with at, code",
		`[` + good + `,{}]`:                 "value 2, At: is missing",
		strings.Repeat(good+",", 3) + good:  "4 values, at most 3",
		`[{"at":"levee/1","code":"crack"}]`: "Mended: is missing",
		`[{"at":"levee/1","code":"rust","mended":false}]`:              `"rust" is not one of`,
		`[{"at":"levee/1","code":"crack","mended":1}]`:                 "Mended: expected yes or no",
		`[{"at":"..","code":"crack","mended":true}]`:                   "At: expected the id of a place",
		`[{"at":"levee/1","code":"crack","mended":true,"length":0}]`:   "Length: 0 mm is less than 1 mm",
		`[{"at":"levee/1","code":"crack","mended":true,"deep":1}]`:     `"deep" is not asked for`,
		`[{"at":"levee/1","code":"crack","mended":true,"length":"1"}]`: "Length: expected a whole number",
	} {
		if !strings.HasPrefix(entries, "[") && entries != `{}` {
			entries = "[" + entries + "]"
		}
		f, err := rootline.ParseFields([]byte(`{"defects":` + entries + `}`))
		if err != nil {
			if says != "" || entries != `{}` {
				t.Errorf("%s: %v", entries, err)
			}
			continue
		}
		refused := look.CheckData(f)
		if (refused == nil) != (says == "") || refused != nil && (!strings.Contains(refused.Says.En, says) || refused.Field != "/data/defects") {
			t.Errorf("%s: %v, want %q", entries, refused, says)
		}
	}
}

func TestEntriesAreCheckedWhenProposed(t *testing.T) {
	for _, c := range []struct{ check, keeps, says string }{
		{`event.data.defects.all(d, d.depth > 1)`, "defects", "depth"},
		{`event.data.defects == asset.defects`, "defects", "cannot be compared"},
		{`event.data.defects[0] in asset.defects`, "defects", "cannot be compared"},
		{`event.data.defects.all(d, d.note == "by the stairs")`, "defects", "does not go with"},
		{`event.data.defects.all(d, d.at == "levee/1")`, "defects", "does not go with"},
		{`event.data.defects.all(d, d.at.kind == "wall")`, "defects", "only places of the asset and of the event's data"},
		{`true`, `worst: event.data.defects`, "an integer is needed"},
		{`true`, `defects: "event.data.defects.map(d, d.code)"`, "is needed"},
	} {
		if _, err := listedBook(c.check, c.keeps); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s / %s: %v, want %q", c.check, c.keeps, err, c.says)
		}
	}
	if _, err := Parse(fmt.Appendf(nil, inspected, "", `sum(event.data.defects.map(d, lookup("weight", d.code))) > 0`, "defects")); err == nil || !strings.Contains(err.Error(), "no row for leak") {
		t.Errorf("a key without a row passes: %v", err)
	}
}

// Ids within entries do not come of what was typed as a text in an earlier version.
func TestEntriesThatGoOverToANewVersion(t *testing.T) {
	entry := func(members ...Field) *Field { return &Field{Type: Entries, Members: members, MaxLength: 9} }
	text, place := Field{Name: "at", Type: String, MaxLength: 80}, Field{Name: "at", Type: PlaceRef}
	for _, c := range []struct {
		is, was *Field
		want    bool
	}{
		{entry(text), entry(text), true},
		{entry(place), entry(place), true},
		{entry(place), entry(text), false},
		{entry(text), entry(place), true},
		{entry(text), &Field{Type: Strings}, false},
		{entry(place), nil, false},
	} {
		if got := c.is.TakesOver(c.was); got != c.want {
			t.Errorf("%+v of %+v: %v", c.is, c.was, got)
		}
	}
}
