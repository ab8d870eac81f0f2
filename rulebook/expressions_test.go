package rulebook

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

// small is a rulebook with one rule and one kept expression, which tests fill in.
const small = `rulebook: works
version: 3
title: {en: Works, zh: 工程}
roles:
  planter: {en: Planter, zh: 栽植}
kinds:
  sand:
    title: {en: Sand, zh: 沙}
    unit: kg
    lot: counted
    states: {here: {en: Here, zh: 在}}
    fields:
      grain: {integer: um, title: {en: Grain, zh: 粒径}}
      pit: {place, title: {en: Pit, zh: 料场}}
    actions:
      bring: {title: {en: Bring, zh: 运}, creates: true, to: here, by: planter, asks: {amount: required}}
  wall:
    title: {en: Wall, zh: 墙}
    states:
      new: {en: New, zh: 新}
    fields:
      height: {integer: mm, min: 10, max: 1000, title: {en: Height, zh: 高}}
      plot: {place, title: {en: Plot, zh: 小班}}
      names: {strings, title: {en: Names, zh: 名}}
    actions:
      make: {title: {en: Make, zh: 建}, creates: true, to: new, by: planter}
      look:
        title: {en: Look, zh: 看}
        from: new
        by: planter
        asks:
          place: optional
          inputs: {kinds: {sand: here}, min: 0, max: 8}
          refs: {kinds: {wall: new, sand: here}, min: 0, max: 2}
          data:
            height: {optional: true}
            plot: {optional: true}
            samples: {integers: mm, maxLength: 50, optional: true, title: {en: Samples, zh: 样}}
            done: {bool, optional: true, title: {en: Done, zh: 完}}
            word: {string, maxLength: 20, optional: true, title: {en: Word, zh: 词}}
        rules:
          - check: |
              %s
            code: it
            says: {en: No., zh: 否。}
        keeps:
          height: |
            %s
`

func parseSmall(check, keeps string) (*Action, error) {
	book, err := Parse(fmt.Appendf(nil, small, check, keeps))
	if err != nil {
		return nil, err
	}
	return book.Kind("wall").Action("look"), nil
}

func look(t testing.TB) *Facts {
	at := inside
	return &Facts{
		Event: &rootline.Event{At: 1_770_000_000_000, Place: &at},
		Data:  data(t, `{"height":200,"plot":"forest/1/1","samples":[3,-4,8],"done":true,"word":"wall"}`),
		Actor: Actor{"device", "PlanterMSP", "planter"},
		Asset: &rootline.Asset{
			ID: "9520001WALL", Kind: "wall", State: "new", Maker: "MakerMSP", Place: plot.ID, Seq: 2,
			Fields: data(t, `{"height":150,"names":["a","b"]}`),
		},
		Inputs: []InputFact{
			{&rootline.Asset{ID: "9520001SAND1", Kind: "sand", Fields: data(t, `{"grain":200,"pit":"forest/1/1"}`), Quantity: &rootline.Quantity{Total: 9, Left: 5}}, 4},
			{&rootline.Asset{ID: "9520001SAND2", Kind: "sand", Quantity: &rootline.Quantity{Total: 7, Left: 7}}, 1},
		},
		Refs:      []*rootline.Asset{{ID: "9520001WALL2", Kind: "wall", Place: plot.ID, Fields: data(t, `{"height":140}`)}},
		Places:    map[string]*rootline.Place{plot.ID: plot},
		Witnessed: 1_770_000_009_000,
	}
}

// TestExpressions evaluates what the language promises.
func TestExpressions(t *testing.T) {
	for _, c := range []struct{ check, want string }{
		{"event.at == 1770000000 && event.witnessed - event.at == 9 && event.evidence == 0", ""},
		{"asset.id == asset.id && asset.id != refs[0].id && asset.state == 'new' && asset.seq == 2 && asset.maker != actor.org", ""},
		{"actor.device == actor.device && actor.role == 'planter' && actor.org in [asset.maker, actor.org]", ""},
		{"!has(asset.total) && !has(asset.left) && !has(asset.lot) && !has(asset.position) && !has(asset.changed)", ""},
		{"has(event.place) && event.place.accuracy == 5", ""},
		{"asset.place == event.data.plot && asset.place.id in [event.data.plot.id] && !has(asset.place.parent) && asset.place.kind == 'plot'", ""},
		{"event.data.plot in [asset.place]", ""},
		{"has(asset.height) && !has(asset.plot) && size(asset.names) == 2 && asset.names[0] != asset.names[1] && asset.names == asset.names", ""},
		{"within(event.place, asset.place) && within(event.place, event.data.plot)", ""},
		{"distance(event.place, event.place) == 0", ""},
		{"inputs.all(i, i.amount <= i.asset.left) && inputs.exists(i, has(i.asset.grain) && i.asset.grain == 200)", ""},
		{"inputs.filter(i, has(i.asset.pit)).all(i, i.asset.pit == asset.place)", ""},
		{"sum(inputs.map(i, i.amount)) == 5 && size(inputs) == 2", ""},
		{"refs[0].height < asset.height && refs[0].place == asset.place", ""},
		{"share(event.data.samples, 3) == 6666 && share(event.data.samples, 9) == 0 && share([1], 1) == 10000", ""},
		{"least(event.data.samples) == -4 && greatest(event.data.samples) == 8 && mean(event.data.samples) == 2 && mean([-3, -4]) == -4", ""},
		{"'wall'.startsWith('wa') && 'x' in ['x', 'y'] && 'wall'.contains('al') && size('wall') == 4", ""},
		{"event.evidence == 0 && size(event.files) == 0 && event.files.all(f, f.size > 1)", ""},
		{"event.data.word.startsWith(event.data.word) && event.data.word.endsWith(event.data.word) && event.data.word.contains(event.data.word)", ""},
		{"size(event.data.word) == 4 && event.data.word.size() == 4 && event.data.word in [event.data.word]", ""},
		{"asset.names[0].contains(event.data.word)", "it"},
		{"event.data.done ? event.data.height / 3 * 3 == 198 : false", ""},
		{"clustered(event.data.samples, 3) == 1 && clustered([1, 1, 5, 1], 3) == 2 && clustered([5], 5) == 0 && clustered([4], 5) == 1", ""},
		{"!asset.frozen && size(asset.signers) == 0 && !has(asset.under) && !(actor.org in asset.signers)", ""},
		{"refs.all(r, !r.frozen) && inputs.all(i, !i.asset.frozen)", ""},
		{"clustered(event.data.samples.filter(s, s > 100), 1) > 0", "rule-undecided"},
		{"false", "it"},
		{"event.data.height > 200", "it"},
		{"asset.plot == asset.place", "rule-undecided"},
		{"event.data.height / (asset.seq - 2) == 1", "rule-undecided"},
		{"9223372036854775807 + asset.seq > 0", "rule-undecided"},
		{"refs[1].height > 0", "rule-undecided"},
		{"mean(event.data.samples.filter(s, s > 100)) > 0", "rule-undecided"},
		{"share(event.data.samples.filter(s, s > 100), 1) > 0", "rule-undecided"},
	} {
		a, err := parseSmall(c.check, "asset.height")
		if err != nil {
			t.Errorf("%s:\n%v", c.check, err)
			continue
		}
		_, refused := a.Decide(look(t))
		if got := codeOf(refused); got != c.want {
			t.Errorf("%s: got %q (%v), want %q", c.check, got, refused, c.want)
		}
		if refused != nil && refused.Rule != "works@3/wall/look/it" {
			t.Errorf("%s: the rule is called %s", c.check, refused.Rule)
		}
	}
}

func codeOf(refused *rootline.Error) string {
	if refused == nil {
		return ""
	}
	return string(refused.Code)
}

// TestForbidden are expressions that Parse refuses, with a word of the reason.
func TestForbidden(t *testing.T) {
	for _, c := range []struct{ check, reason string }{
		{"1.5 > 1.0", "does not go with"},
		{"1.5 == 1.5", "only whole numbers"},
		{"2u == 2u", "only whole numbers"},
		{"b'x' == b'x'", "only whole numbers"},
		{"asset.id == null", "only whole numbers"},
		{"null == null", "only whole numbers"},
		{"double(3) == double(3)", "is not known"},
		{"int('3') == 3", "is not known"},
		{"string(3) == '3'", "is not known"},
		{"dyn(3) == dyn('3')", "is not known"},
		{"type(3) == type(4)", "is not known"},
		{"timestamp('2026-01-01T00:00:00Z') == timestamp('2026-01-01T00:00:00Z')", "is not known"},
		{"duration('1s') == duration('1s')", "is not known"},
		{"event.data.word.matches('w.*')", "is not known"},
		{"{'a': 1} == {'a': 1}", "maps"},
		{"{'a': 1}.all(k, k == 'a')", "maps"},
		{"Place{} == asset.place", "objects and maps"},
		{"[1, 'a'] == [1, 'a']", "type"},
		{"[] == []", "not known"},
		{"event.data.word + 'x' == 'wallx'", "does not go with"},
		{"event.data.word < 'x'", "does not go with"},
		{"true < false", "does not go with"},
		{"asset == asset", "a whole Asset"},
		{"refs[0] in refs", "a whole Ref"},
		{"event.amount > 0", `there is no "amount" here`},
		{"event.tag == ''", `there is no "tag" here`},
		{"asset.grain == 1", `there is no "grain" here`},
		{"facts.now > 0", "is not known"},
		{"inputs[0].asset.pit.kind == 'pit'", "looked at"},
		{"within(event.place, refs[0].plot)", "looked at"},
		{"(asset.seq > 1 ? asset.place : event.data.plot).kind == 'plot'", "looked at"},
		{"event.data.samples.all(asset, asset > 1)", "taken"},
		{"event.data.samples.all(a, event.data.samples.all(b, event.data.samples.all(c, a + b > c)))", "steps"},
		{strings.Repeat("(", 50) + "true" + strings.Repeat(")", 50), "recursion"},
		{strings.Repeat("!", 41) + "true", ""},
		{"true" + strings.Repeat(" && true", 200), "code point"},
		{"true" + strings.Repeat("&&true", 160), "node"},
	} {
		_, err := parseSmall(c.check, "asset.height")
		if err == nil && c.reason != "" {
			t.Errorf("%s was taken", c.check)
		} else if err != nil && !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%s: %v does not mention %q", c.check, err, c.reason)
		}
	}
}

func TestKeeps(t *testing.T) {
	for _, c := range []struct {
		keeps string
		set   func(*Facts)
		want  string
	}{
		{"event.data.height", nil, `{"height":200,"names":["a","b"]}`},
		{"event.data.height", func(f *Facts) { delete(f.Data, "height") }, `{"height":150,"names":["a","b"]}`},
		{"event.data.height", func(f *Facts) { delete(f.Data, "height"); f.Asset.Fields = nil }, `{}`},
		{"asset.height + event.data.height", nil, `{"height":350,"names":["a","b"]}`},
		{"asset.height + event.data.height", func(f *Facts) { delete(f.Data, "height") }, "rule-undecided"},
		{"asset.height * 100", nil, "rule-undecided"}, // above the field's max
	} {
		a, err := parseSmall("true", c.keeps)
		if err != nil {
			t.Fatal(err)
		}
		f := look(t)
		if c.set != nil {
			c.set(f)
		}
		before, _ := json.Marshal(f.Asset)
		e, refused := a.Decide(f)
		got := codeOf(refused)
		if refused == nil {
			b, _ := json.Marshal(e.Fields)
			got = string(b)
		} else if refused.Rule != "works@3/wall/look/keeps-height" {
			t.Errorf("%s: the rule is called %s", c.keeps, refused.Rule)
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.keeps, got, c.want)
		}
		if after, _ := json.Marshal(f.Asset); string(after) != string(before) {
			t.Errorf("%s changed the facts", c.keeps)
		}
	}
}

// TestFilesAreLookedInto shows the facts of evidence: type, size, and whether two files are the same.
func TestFilesAreLookedInto(t *testing.T) {
	file := func(of, media string, size int64) rootline.Evidence {
		return rootline.Evidence{SHA256: rootline.HashOf([]byte(of)), Type: media, Size: size}
	}
	for _, c := range []struct{ check, want string }{
		{"event.evidence == 3 && size(event.files) == 3 && event.files[0].type == 'image/jpeg' && event.files[2].size == 7", ""},
		{"event.files.filter(f, f.type.startsWith('image/')).size() >= 2", ""},
		{"event.files[0].hash == event.files[1].hash && event.files[0].hash != event.files[2].hash", ""},
		{"event.files.all(f, event.files.exists_one(g, g.hash == f.hash))", "it"},
		{"event.files[3].size > 0", "rule-undecided"},
	} {
		a, err := parseSmall(c.check, "asset.height")
		if err != nil {
			t.Errorf("%s:\n%v", c.check, err)
			continue
		}
		f := look(t)
		f.Event.Evidence = []rootline.Evidence{file("a", "image/jpeg", 5), file("a", "image/jpeg", 5), file("b", "application/pdf", 7)}
		if _, refused := a.Decide(f); codeOf(refused) != c.want {
			t.Errorf("%s: %q (%v), want %q", c.check, codeOf(refused), refused, c.want)
		}
	}
}
