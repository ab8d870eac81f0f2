package rulebook

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

// selective is a rulebook with everything that somebody could wish to tell one from another by: tests fill in one check,
// one entry of keeps, and more fields to ask for.
const selective = `rulebook: works
version: 1
title: {en: Works, zh: 工程}
roles:
  planter: {en: Planter, zh: 栽植}
kinds:
  roll:
    title: {en: Roll, zh: 册}
    states: {open: {en: Open, zh: 在}}
    fields:
      member: {organisation, title: {en: Member, zh: 单位}}
    actions:
      enter: {title: {en: Enter, zh: 登记}, creates: true, to: open, by: planter, keeps: {member: actor.org}}
  wall:
    title: {en: Wall, zh: 墙}
    states: {open: {en: Open, zh: 在}}
    under: {kinds: {roll: open}, optional: true, counts: {own: "%[4]s"}}
    fields:
      builder: {organisation, title: {en: Builder, zh: 施工}}
      group: {organisations, title: {en: Group, zh: 共同}}
      phone: {device, title: {en: Phone, zh: 手机}}
      first: {item, title: {en: First, zh: 首块}}
      parts: {items, title: {en: Parts, zh: 部件}}
      plot: {place, title: {en: Plot, zh: 小班}}
      note: {string, title: {en: Note, zh: 备注}}
      friend: {string, choices: {FriendMSP: {en: Friend, zh: 朋友}, other: {en: Other, zh: 其他}}, title: {en: Friend, zh: 朋友}}
      done: {bool, title: {en: Done, zh: 完}}
      size: {integer, title: {en: Size, zh: 大小}}
    actions:
      make: {title: {en: Make, zh: 建}, creates: true, to: open, by: planter}
      look:
        title: {en: Look, zh: 看}
        from: open
        by: planter
        asks:
          place: optional
          tag: bind
          corrects: true
          inputs: {kinds: {wall: open}, min: 0}
          refs: {kinds: {roll: open, wall: open}, min: 0}
          data: {note: {optional: true}, friend: {optional: true}, plot: {optional: true}, size: {optional: true}, notes: {strings, optional: true}%[3]s}
        rules:
          - check: |
              %[1]s
            code: it
            says: {en: No., zh: 否。}
        keeps: %[2]s
`

func parseSelective(check, keeps, asks, count string) error {
	_, err := Parse(fmt.Appendf(nil, selective, check, keeps, asks, count))
	return err
}

// TestNoRuleNamesAnybody are attempts to write a rule that holds for one organisation, device, item, place or event and
// not for another. Each is refused when the rulebook is proposed, and says why.
func TestNoRuleNamesAnybody(t *testing.T) {
	const (
		org, dev, item, place = "No rule names an organisation", "No rule names a device", "No rule names an item", "No rule names a place"
		free                  = "A free text is compared with free texts only"
		unlike                = "does not go with"
	)
	for _, c := range []struct{ check, says string }{
		// As it stands in a text.
		{`actor.org == "FriendMSP"`, org},
		{`"FriendMSP" == actor.org`, org},
		{`actor.org != "FriendMSP"`, org},
		{`actor.org in ["FriendMSP"]`, org},
		{`"FriendMSP" in [actor.org]`, org},
		{`[actor.org] == ["FriendMSP"]`, org},
		{`["FriendMSP"].exists(o, o == actor.org)`, org},
		{`asset.maker == "FriendMSP"`, org},
		{`asset.custodian == "FriendMSP"`, org},
		{`"FriendMSP" in asset.signers`, org},
		{`asset.signers[0] == "FriendMSP"`, org},
		{`asset.builder == "FriendMSP"`, org},
		{`"FriendMSP" in asset.group`, org},
		{`refs[0].member == "FriendMSP"`, org},
		{`inputs[0].asset.maker == "FriendMSP"`, org},
		{`under.member == "FriendMSP"`, org},
		{`actor.device == "kid"`, dev},
		{`asset.phone == "kid"`, dev},
		{`asset.id == "9520001WALL"`, item},
		{`asset.lot == "9520001WALL"`, item},
		{`asset.under == "9520001WALL"`, item},
		{`asset.usedBy == "9520001WALL"`, item},
		{`asset.first == "9520001WALL"`, item},
		{`"9520001WALL" in asset.parts`, item},
		{`refs[0].id == "9520001WALL"`, item},
		{`under.id == "9520001WALL"`, item},
		{`event.tag == "9520001WALL"`, item},
		{`asset.place == "forest/1"`, place},
		{`asset.place.id == "forest/1"`, place},
		{`asset.place.parent == "forest"`, place},
		{`event.data.plot.id == "forest/1"`, place},
		{`event.corrects == "019a"`, "No rule names an event"},

		// By a part of it, its order, its length, its form.
		{`actor.org.startsWith("Friend")`, org},
		{`actor.org.endsWith("MSP")`, org},
		{`actor.org.contains("riend")`, org},
		{`"FriendMSP".startsWith(actor.org)`, org},
		{`actor.org.matches("Fr.*")`, "is not known"},
		{`matches(actor.org, "Fr.*")`, "is not known"},
		{`actor.org < "G"`, org},
		{`actor.org < asset.maker`, org},
		{`actor.org >= asset.maker`, org},
		{`size(actor.org) == 9`, org},
		{`actor.org.size() == 9`, org},
		{`actor.device > "a"`, dev},
		{`asset.id < refs[0].id`, item},
		{`asset.id.startsWith("9520001")`, item},
		{`asset.place.id.startsWith("forest/")`, place},
		{`event.corrects.startsWith("019a")`, "No rule names an event"},
		{`least([actor.org]) == 1`, org},
		{`actor.org[0] == "F"`, org},

		// By putting it together, or making one type of the other.
		{`actor.org == "Frie" + "ndMSP"`, unlike},
		{`"" + actor.org == "FriendMSP"`, org},
		{`actor.org + "" == "FriendMSP"`, org},
		{`string(actor.org) == "FriendMSP"`, "is not known"},
		{`actor.org == Organisation("FriendMSP")`, "is not known"},
		{`actor.org == Organisation{}`, "is not known"},
		{`dyn(actor.org) == "FriendMSP"`, "is not known"},
		{`type(actor.org) == type("x")`, "is not known"},
		{`int(actor.org) == 3`, "is not known"},
		{`bytes(actor.org) == b"x"`, "is not known"},
		{`"%s".format([actor.org]) == "FriendMSP"`, "is not known"},
		{`{actor.org: true}[actor.org]`, org},
		{`{"FriendMSP": 1}[actor.org] == 1`, org},
		{`[actor.org, "FriendMSP"][0] == [actor.org, "FriendMSP"][1]`, ""},
		{`(asset.done ? actor.org : "FriendMSP") == asset.maker`, org},
		{`asset.signers + ["FriendMSP"] == asset.group`, unlike},
		{`[actor.org].map(o, o + "")[0] == "FriendMSP"`, org},
		{`actor.org == null`, "only whole numbers"},

		// As one of another sort, and by the same words elsewhere.
		{`actor.org == actor.device`, org},
		{`actor.org == asset.id`, org},
		{`asset.id == asset.place.id`, item},
		{`actor.org == asset.state`, org},
		{`actor.org == actor.role`, org},

		// What a submitter types, or typed once.
		{`actor.org == event.data.friend`, org},
		{`actor.org == event.data.note`, org},
		{`actor.org == asset.friend`, org},
		{`actor.org == asset.note`, org},
		{`actor.org in event.data.notes`, org},
		{`asset.id == event.data.note`, item},
		{`asset.place.id == event.data.note`, place},
		{`event.data.notes.exists(n, n == actor.org)`, org},

		// What tells one from all others without being its id.
		{`asset.note == "Friend's wall"`, free},
		{`event.data.note == "open, sesame"`, free},
		{`"open, sesame" in event.data.notes`, free},
		{`event.data.note.startsWith("open")`, free},
		{`asset.note.contains("Friend")`, free},
		{`"Friend's wall".contains(asset.note)`, free},
		{`asset.note < "G"`, free},
		{`asset.note + "" == "x"`, free},
		{`asset.note == asset.friend`, free},
		{`event.place.lat == 38912345`, `there is no "lat" here`},
		{`event.place.lon > 115000000`, `there is no "lon" here`},
		{`asset.position.lat == 38912345`, `there is no "lat" here`},
		{`event.data.plot.from == 65000000`, "No rule names a stretch"},
		{`asset.place.to > 65000000`, "No rule names a stretch"},
		{`asset.place.to - 65000000 > 0`, "No rule names a stretch"},
		{`[asset.place.from].map(f, f + 0)[0] == 65000000`, "No rule names a stretch"},
		{`sum([asset.place.from]) == 65000000`, "No rule names a stretch"},
		{`event.files[0].hash == "9f86d0"`, "No rule names a file"},
		{`event.files.exists(f, f.hash in ["9f86d0"])`, "No rule names a file"},
		{`event.files[0] == event.files[1]`, "cannot be compared"},
		{`event.place == asset.position`, "cannot be compared"},
	} {
		err := parseSelective(c.check, "{done: true}", "", "1")
		switch {
		case err == nil:
			t.Errorf("%s was taken", c.check)
		case !strings.Contains(err.Error(), c.says):
			t.Errorf("%s: %v does not say %q", c.check, err, c.says)
		}
	}
}

// TestNothingElseBecomesAnIdentity are attempts to have a field hold an organisation, a device, an item or a place that does
// not come from the record.
func TestNothingElseBecomesAnIdentity(t *testing.T) {
	for _, c := range []struct{ keeps, asks, says string }{
		{`{builder: "'FriendMSP'"}`, "", "gives a word; an organisation is needed"},
		{`{builder: event.data.friend}`, "", "gives a word; an organisation is needed"},
		{`{builder: event.data.note}`, "", "gives a free text; an organisation is needed"},
		{`{builder: actor.role}`, "", "an organisation is needed"},
		{`{builder: actor.device}`, "", "gives a device; an organisation is needed"},
		{`{group: "['FriendMSP']"}`, "", "a list, each an organisation is needed"},
		{`{phone: "'kid'"}`, "", "a device is needed"},
		{`{first: "'9520001WALL'"}`, "", "an item is needed"},
		{`{first: event.data.note}`, "", "an item is needed"},
		{`{parts: event.data.notes}`, "", "a list, each an item is needed"},
		{`{plot: "'forest/1'"}`, "", "a place"},
		{`{plot: event.data.note}`, "", "a place"},
		{`{note: actor.org}`, "", "Declare the field as organisation"},
		{`{note: asset.id}`, "", "Declare the field as item"},
		{`{note: "'Friend'"}`, "", "gives a word; a free text is needed"},
		{`{friend: actor.org}`, "", "Declare the field as organisation"},
		{`{friend: event.data.note}`, "", "gives a free text; a word is needed"},
		{`{size: size(actor.org)}`, "", "No rule names an organisation"},
		{`{done: true}`, `, builder: `, "nobody types organisation"},
		{`{done: true}`, `, group: `, "nobody types organisations"},
		{`{done: true}`, `, phone: {optional: true}`, "nobody types device"},
		{`{done: true}`, `, first: `, "nobody types item"},
		{`{done: true}`, `, parts: `, "nobody types items"},
		{`{done: true}`, `, else: {organisation}`, "nobody types organisation"},
		{`{done: true}`, `, builder: {string, optional: true}`, "keeps a field of this name as organisation"},
		{`{done: true}`, `, else: {organisation, choices: {FriendMSP: {en: F, zh: 友}}}`, "only texts have"},
	} {
		err := parseSelective("true", c.keeps, c.asks, "1")
		switch {
		case err == nil:
			t.Errorf("keeps %s, asks%s was taken", c.keeps, c.asks)
		case !strings.Contains(err.Error(), c.says):
			t.Errorf("keeps %s, asks%s: %v does not say %q", c.keeps, c.asks, err, c.says)
		}
	}
	for _, count := range []string{`asset.builder == 'FriendMSP'`, `asset.maker == 'FriendMSP'`, `asset.note == 'x'`, `asset.place.id == 'forest/1'`} {
		if err := parseSelective("true", "{done: true}", "", count); err == nil || !strings.Contains(err.Error(), unlikeEither) {
			t.Errorf("counting %s: %v", count, err)
		}
	}
}

const unlikeEither = "does not go with"

// TestRulesCompareTheRecord is what remains, and suffices for rules that hold for everybody: who of the record is who.
func TestRulesCompareTheRecord(t *testing.T) {
	for _, check := range []string{
		`actor.org != asset.builder && actor.org in asset.group && !(actor.org in asset.signers) && asset.maker == asset.custodian`,
		`actor.device != asset.phone`, `asset.first != refs[0].id && asset.id in asset.parts && event.tag != asset.id`,
		`asset.under == under.id && refs.all(r, r.under == asset.under)`, `refs.map(r, r.id) == asset.parts`,
		`asset.place == event.data.plot && asset.place.parent == event.data.plot.parent && asset.place.id == event.data.plot.id`,
		`asset.place.to - asset.place.from <= 100000 && asset.place.from == event.data.plot.from && event.data.plot.to <= asset.place.to && event.data.plot.to > event.data.plot.from`,
		`event.files.all(f, f.type.startsWith("image/") && f.size > 1000) && event.files.all(f, event.files.exists_one(g, g.hash == f.hash))`,
		`has(event.corrects)`, `asset.note == event.data.note && size(asset.note) > 3`, `event.data.friend in ["other"] && asset.friend.startsWith("Fr")`,
		`[refs[0].member, actor.org].exists(o, o == asset.builder)`, `(asset.done ? actor.org : asset.maker) == asset.builder`,
	} {
		if err := parseSelective(check, `{builder: actor.org, group: "asset.signers + [actor.org]", phone: actor.device, first: asset.id, parts: "refs.map(r, r.id)", plot: asset.place.parent, note, friend}`, "", "asset.maker == asset.custodian"); err != nil {
			t.Errorf("%s: %v", check, err)
		}
	}
}

// Within one rulebook, values of the types keep what they were, whatever their text: an organisation that is called as an
// item is not that item, and values are compared whole.
func TestIdentitiesAreComparedWhole(t *testing.T) {
	a, b := &identity{organisationType, "FriendMSP"}, &identity{itemType, "FriendMSP"}
	if a.Equal(b) != a.Equal(&identity{organisationType, "FriendMS"}) || a.Equal(&identity{organisationType, "FriendMSP"}) == a.Equal(b) {
		t.Error("compared otherwise than by type and whole text")
	}
	if toValue(a).Kind() != rootline.StringValue || identify(itemType, "") != nil {
		t.Error("not kept as it is")
	}
}
