package rulebook

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

// tabled is a rulebook with tables, which tests fill in with more of them and a check.
const tabled = `rulebook: works
version: 1
title: {en: Works, zh: 工程}
roles: {planter: {en: Planter, zh: 栽植}}
tables:
  least: {clause: "4.2", rows: {clay: 95, sand: 93}}
  class:
    title: {en: Classes, zh: 等级}
    rows: {"1": {density: 95, lots: 3}, "2": {lots: 2, density: 93}}
    default: {density: 91, lots: 1}
%s
kinds:
  layer:
    title: {en: Layer, zh: 层}
    states: {open: {en: Open, zh: 在}}
    fields:
      soil: {string, choices: {clay: {en: Clay, zh: 粘土}, sand: {en: Sand, zh: 砂}}}
      class: {integer, min: 1, max: 3}
      any: {integer}
      word: {string}
      rest: {string, choices: {clay: {en: Clay, zh: 粘土}, peat: {en: Peat, zh: 泥炭}}}
    under: {kinds: {lot: open}, optional: true, counts: {due: "lookup('least', asset.soil)"}}
    actions:
      make: {title: {en: Make, zh: 建}, creates: true, to: open, by: planter}
      look:
        title: {en: Look, zh: 看}
        from: open
        by: planter
        asks: {data: {soil: {optional: true}}, refs: {kinds: {layer: open}, min: 0}}
        rules:
          - check: %q
            code: it
            says: {en: No., zh: 否。}
  lot:
    title: {en: Lot, zh: 批}
    states: {open: {en: Open, zh: 在}}
    fields: {soil: {string, choices: {clay: {en: Clay, zh: 粘土}}}}
    actions:
      make: {title: {en: Make, zh: 建}, creates: true, to: open, by: planter}
`

func TestTablesAreLookedUp(t *testing.T) {
	for _, c := range []struct{ check, want string }{
		{"lookup('least', asset.soil) == 95 && lookup('least', event.data.soil) == 93 && lookup('least', 'sand') == 93", ""},
		{"lookup('class', asset.class, 'density') == 93 && lookup('class', asset.class, 'lots') == 2 && lookup('class', 1, 'lots') == 3", ""},
		{"lookup('class', 3, 'density') == 91 && lookup('class', asset.any, 'lots') == 1", ""},
		{"lookup('least', asset.class > 1 ? asset.soil : 'sand') == 95 && refs.all(r, lookup('least', r.soil) == 93)", ""},
		{"lookup('least', under.soil) == 95", ""},
		{"lookup('least', refs[1].soil) == 93", "rule-undecided"},
	} {
		book, err := Parse(fmt.Appendf(nil, tabled, "", c.check))
		if err != nil {
			t.Errorf("%s: %v", c.check, err)
			continue
		}
		layer := book.Kind("layer")
		fields := data(t, `{"soil":"clay","class":2,"any":77}`)
		f := &Facts{
			Event: &rootline.Event{}, Data: data(t, `{"soil":"sand"}`), Asset: &rootline.Asset{Kind: "layer", Fields: fields, Under: "9520001LOT"},
			Refs: []*rootline.Asset{{Kind: "layer", Fields: data(t, `{"soil":"sand"}`)}}, Under: &rootline.Asset{Kind: "lot", Fields: data(t, `{"soil":"clay"}`)},
		}
		if _, refused := layer.Action("look").Decide(f); codeOf(refused) != c.want {
			t.Errorf("%s: %q (%v), want %q", c.check, codeOf(refused), refused, c.want)
		}
		if got := layer.Under.Adds(f.Asset); got.Sums["due"] != 95 {
			t.Errorf("counted %v", got)
		}
	}
}

func TestTablesAreCheckedWhenProposed(t *testing.T) {
	for _, c := range []struct{ more, check, says string }{
		{"", "lookup('lest', asset.soil) == 1", `there is no table "lest"`},
		{"", "lookup(asset.soil, asset.soil) == 1", "named here as it is called"},
		{"", "lookup('least', asset.rest) == 1", `has no row for peat. Add`},
		{"", "lookup('least', 'silt') == 1", `has no row for silt`},
		{"", "lookup('least', asset.class) == 1", `has no row for 1, 2, 3`},
		{"", "lookup('least', asset.class > 1 ? 'clay' : 'loam') == 1", `has no row for loam`},
		{"", "lookup('least', asset.any) == 1", "not known which keys"},
		{"", "lookup('least', asset.state) == 1", "not known which keys"},
		{"", "refs.map(r, r.rest).all(s, lookup('least', s) == 1)", "not known which keys"},
		{"", "lookup('least', asset.word) == 1", "A free text is compared"},
		{"", "lookup('least', actor.org) == 1", "No rule names an organisation"},
		{"", "lookup('class', asset.class) == 1", "say which, of density, lots"},
		{"", "lookup('class', asset.class, 'dens') == 1", "the column is one of density, lots"},
		{"", "lookup('class', asset.class, asset.soil) == 1", "the column is one of"},
		{"", "lookup('least', asset.soil, 'x') == 1", "the column is one of"},
		{"  bad: {rows: {}}", "true", "this is empty"},
		{"  bad: {default: 3}", "true", `"rows" is missing`},
		{"  bad: {rows: {a: 1.5}}", "true", "whole number"},
		{"  bad: {rows: {a: {x: 1}, b: 2}}", "true", "a number for each of x"},
		{"  bad: {rows: {a: 2, b: {x: 1}}}", "true", "no column"},
		{"  bad: {rows: {a: {x: 1, y: 2}, b: {x: 1}}}", "true", "lacks some of x, y"},
		{"  bad: {rows: {a: {x: 1}, b: {x: 1, z: 2}}}", "true", `no column "z"`},
		{"  bad: {rows: {a: 1, a: 2}}", "true", "here twice"},
		{"  bad: {rows: {a: 9007199254740992}}", "true", "whole number"},
		{"  Bad: {rows: {a: 1}}", "true", "cannot be"},
		{"  bad: {rows: {" + many(201, "k%d: 1, ") + "}}", "true", "at most 200"},
		{"  bad: {rows: {a: {" + many(17, "c%d: 1, ") + "}}}", "true", "at most 16"},
		{many(65, "  t%d: {rows: {a: 1}}\n"), "true", "at most 64"},
	} {
		if _, err := Parse(fmt.Appendf(nil, tabled, c.more, c.check)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%.80s %s: %v does not say %q", c.more, c.check, err, c.says)
		}
	}
}

func many(n int, form string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, form, i)
	}
	return b.String()
}
