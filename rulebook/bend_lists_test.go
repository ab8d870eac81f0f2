package rulebook

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// parseWide reads the selective rulebook with lists of entries, a table, marks and picks besides, filled in with a check,
// what is kept, what is left as a mark, and what is counted above. A count that is a pick stands in braces.
func parseWide(check, keeps, mark, count string) error {
	text := strings.NewReplacer(
		"kinds:\n  roll:", "marks: {seen: }\ntables:\n  weight: {rows: {crack: 1, leak: 2}, default: 0}\nkinds:\n  roll:",
		"      note: {string, title", "      defects: {entries: {at: {place}, code: {string, choices: {crack: {en: Crack, zh: 裂}, leak: {en: Leak, zh: 漏}}}, remark: {string}, length: {integer, min: 0, max: 9}}, maxLength: 5, title: {en: Defects, zh: 缺陷}}\n      note: {string, title",
		"data: {note", "data: {defects: , note",
		`counts: {own: "%[4]s"}`, "counts: {own: %[4]s}",
		"        keeps: %[2]s", "        marks: {seen: \"%[5]s\"}\n        keeps: %[2]s",
	).Replace(selective)
	_, err := Parse(fmt.Appendf(nil, text, check, keeps, "", count, mark))
	return err
}

// TestNoListTableMarkOrPickNamesAnybody are attempts to get around the types of organisations, devices, items and places through
// what has them inside, or turns them into numbers.
func TestNoListTableMarkOrPickNamesAnybody(t *testing.T) {
	if err := parseWide(`event.data.defects.all(d, d.at.id != asset.place.id && d.code == "leak")`, "{defects: , done: true}", "1", "{greatest: asset.size}"); err != nil {
		t.Fatalf("what is right is refused: %v", err)
	}
	// What the check says of types; a slip in the text of the test says something else.
	reasons := []string{"does not go with", "is needed", "cannot be compared", "but found 'int'"}
	type attempt struct{ check, keeps, mark, count string }
	check := func(s string) attempt { return attempt{check: s} }
	for _, c := range []attempt{
		// What stands in an entry.
		check(`event.data.defects[0].at.id == "hill"`),
		check(`event.data.defects[0].at == "hill"`),
		check(`event.data.defects.exists(d, d.at.id == "hill")`),
		check(`event.data.defects.exists(d, d.at.id.startsWith("hi"))`),
		check(`event.data.defects.exists(d, d.at.id in ["hill"])`),
		check(`"hill" in event.data.defects.map(d, d.at.id)`),
		check(`event.data.defects.map(d, d.at.id) == ["hill"]`),
		check(`event.data.defects.map(d, d.at.id + "")[0] == "hill"`),
		check(`size(event.data.defects[0].at.id) == 4`),
		check(`event.data.defects[0].at.from == 65000000`),
		check(`event.data.defects[0].at.kind == event.data.note`),
		check(`event.data.defects[0].remark == "open, sesame"`),
		check(`event.data.defects.exists(d, d.remark.startsWith("open"))`),
		check(`"open, sesame" in event.data.defects.map(d, d.remark)`),
		check(`event.data.defects.map(d, d.remark + "") == ["open, sesame"]`),
		check(`event.data.defects[0].remark == event.data.defects[0].code`),
		check(`event.data.defects[0].remark == actor.org`),
		check(`event.data.defects[0].remark == asset.place.id`),
		check(`event.data.defects[0].code == actor.org`),
		check(`actor.org in event.data.defects.map(d, d.code)`),
		check(`event.data.defects == asset.defects`),
		check(`event.data.defects[0] == {"code": "leak"}`),
		check(`event.data.defects[0]["remark"] == "open"`),
		check(`asset.defects.exists(d, d.at.id == "hill")`),
		check(`asset.defects.filter(d, d.at.id == "hill").size() > 0`),
		check(`size(event.data.defects[0].remark + "x") == 5 && event.data.defects[0].remark == "abcd"`),

		// As the key of a table.
		check(`lookup("weight", actor.org) == 1`),
		check(`lookup("weight", actor.device) == 1`),
		check(`lookup("weight", asset.id) == 1`),
		check(`lookup("weight", asset.place.id) == 1`),
		check(`lookup("weight", event.data.note) == 1`),
		check(`lookup("weight", asset.note) == 1`),
		check(`lookup("weight", event.data.defects[0].remark) == 1`),
		check(`lookup("weight", event.data.defects[0].at.id) == 1`),
		check(`lookup("weight", asset.done ? "crack" : actor.org) == 1`),
		check(`lookup("weight", asset.done ? "crack" : asset.note) == 1`),
		check(`lookup("weight", asset.note + "") == 1`),
		check(`lookup("weight", asset.place.from) == 1`),
		check(`lookup(asset.note, "crack") == 1`),
		check(`event.data.notes.exists(n, lookup("weight", n) == 1)`),
		check(`asset.signers.exists(o, lookup("weight", o) == 1)`),

		// As a number.
		check(`ratio(asset.place.from, 1, 1) == 65000000`),
		check(`root(asset.place.from) == 8062`),
		check(`cubeRoot(asset.place.from) == 402`),
		check(`power(asset.place.from, 1) == 65000000`),
		check(`day(asset.place.from, 8) == 752`),
		check(`share([asset.place.from], 65000000) == 10000`),
		check(`clustered([asset.place.from], 65000000) == 1`),
		check(`deviation([asset.place.from, asset.place.to]) == 0`),
		check(`mean([asset.place.from]) == 65000000`),
		check(`greatest([asset.place.from]) == 65000000`),
		check(`least([asset.place.from, 5]) == 5`),
		check(`asset.place.from - 0 == 65000000`),
		check(`asset.place.from - (asset.place.to - asset.place.to) == 65000000`),
		check(`-asset.place.from == -65000000`),
		check(`asset.place.from * 1 == 65000000`),
		check(`asset.place.from / 1 == 65000000`),
		check(`asset.place.from % 7 == 3`),
		check(`(asset.done ? asset.place.from : 0) == 65000000`),
		check(`size(event.data.notes.filter(n, n == "open")) > 0`),

		// Through what is left, counted or kept.
		{mark: `ref.id == 'x' ? 1 : 0`},
		{mark: `ref.maker == 'FriendMSP' ? 1 : 0`},
		{mark: `ref.maker`},
		{mark: `ref.id`},
		{mark: `ref.place.from`},
		{mark: `lookup('weight', ref.maker)`},
		{mark: `actor.org in ['FriendMSP'] ? 1 : 0`},
		{check: `refs[0].marked == "x"`},
		{check: `refs[0].marked[actor.org] == 1`},
		{count: `{greatest: asset.builder}`},
		{count: `{least: asset.first}`},
		{count: `{last: asset.plot}`},
		{count: `{last: asset.note}`},
		{count: `{last: asset.group}`},
		{count: `{greatest: "asset.builder == 'FriendMSP' ? 1 : 0"}`},
		{count: `{last: "lookup('weight', asset.builder)"}`},
		{count: `"asset.defects.exists(d, d.at.id == 'hill')"`},
		{keeps: `{builder: "lookup('weight', 'crack')"}`},
		{keeps: `{builder: "event.data.defects[0].remark"}`},
		{keeps: `{builder: "event.data.defects[0].code"}`},
		{keeps: `{first: "event.data.defects[0].remark"}`},
		{keeps: `{plot: "event.data.defects[0].remark"}`},
		{keeps: `{note: "event.data.defects[0].at.id"}`},
		{keeps: `{friend: "event.data.defects[0].remark"}`},
		{keeps: `{friend: asset.note}`},
		{keeps: `{note: actor.org}`},
		{keeps: `{size: asset.place.from}`},
		{keeps: `{group: "event.data.defects.map(d, d.remark)"}`},
		{keeps: `{parts: "event.data.defects.map(d, d.code)"}`},
		{keeps: `{defects: "[{'remark': actor.org}]"}`},
		{keeps: `{defects: event.data.notes}`},
		{keeps: `{defects: "asset.signers"}`},
	} {
		name := c.check + c.keeps + c.mark + c.count
		if c.check == "" {
			c.check = "true"
		}
		if c.keeps == "" {
			c.keeps = "{done: true}"
		}
		if c.mark == "" {
			c.mark = "1"
		}
		if c.count == "" {
			c.count = "1"
		}
		err := parseWide(c.check, c.keeps, c.mark, c.count)
		switch {
		case err == nil:
			t.Errorf("%s was taken", name)
		case !slices.ContainsFunc(reasons, func(r string) bool { return strings.Contains(err.Error(), r) }):
			t.Errorf("%s is refused for another reason: %v", name, err)
		}
	}
}
