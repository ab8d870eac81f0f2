package proof

import (
	"bytes"
	"slices"

	"github.com/rootline/rootline"
)

// forestry is the part of a rulebook's text that titles are taken from.
const forestry = `rulebook: forestation
version: 1
title: {en: Forestation, zh: 造林}
kinds:
  tree:
    title: {en: Tree, zh: 树木}
    states:
      planted: {en: Planted, zh: 已栽植}
      accepted: {en: Yes, zh: 已验收}
    actions:
      plant: {title: {en: Plant, zh: 栽植}, by: planter}
      water: {title: {en: "Water: \"deep\"", zh: '浇水'}}
      accept: {title: {zh: 验收}}
      combine: {title: {en: Combine trees, zh: 组合}}
  bundle:
    title: {en: Bundle, zh: 捆}
    states: {made: {en: Made, zh: 已捆}}
    actions:
      combine: {title: {en: Combine, zh: 合并}}
`

// adopt has a majority vote for a text of the tree's rulebook.
func (s *tale) adopt(ballot string, text string, change func(b *rootline.Ballot, c *rootline.CurrentRulebook)) *Rulebook {
	b := &rootline.Ballot{Name: ballot, Title: rootline.Text{En: "Forestation"}, SHA256: rootline.HashOf([]byte(text)), Votes: []string{s.orgs[0].id, s.orgs[1].id, s.orgs[2].id}}
	c := &rootline.CurrentRulebook{Name: "forestation", Version: 1}
	if change != nil {
		change(b, c)
	}
	s.write([][]byte{s.filler()}, 0, b, c)
	s.keys = append(s.keys, "V/"+ballot, "R/forestation")
	return &Rulebook{ballot, []byte(text)}
}

func (x *tamperer) rulebooks() {
	const name = "forestation@1"
	adopted := func(what string, code Code, ballot, text string, change func(b *rootline.Ballot, c *rootline.CurrentRulebook), bundle func(b *Bundle)) {
		s := x.tale.copied()
		r := s.adopt(ballot, text, change)
		b := s.bundle()
		b.Rulebooks = []Rulebook{*r}
		if bundle != nil {
			bundle(b)
		}
		x.unpacked(what, code, b.encode()).Benign = code == ""
	}
	adopted("a rulebook's text", "", name, forestry, nil, nil)
	adopted("an organisation's own text, adopted", "", name+":OwnerMSP", forestry, func(_ *rootline.Ballot, c *rootline.CurrentRulebook) { c.Version = 7 }, nil)
	adopted("a text without titles", "", name, "rulebook: forestation\n", nil, nil)
	adopted("a text left out", "", name, forestry, nil, func(b *Bundle) { b.Rulebooks = nil })
	for i := range 4 {
		adopted("a rulebook's text edited", codeRulebook, name, forestry, nil, func(b *Bundle) { b.Rulebooks[0].Text = flip(bytes.Clone(b.Rulebooks[0].Text), i*37) })
	}
	adopted("another text of the rulebook", codeRulebook, name, forestry, nil, func(b *Bundle) { b.Rulebooks[0].Text = []byte("rulebook: forestation\nversion: 2\n") })
	adopted("a text that is no YAML", codeRulebook, name, "kinds: [", nil, nil)
	adopted("a text that is a list", codeRulebook, name, "- a\n", nil, nil)
	adopted("a text that too few voted for", codeRulebook, name, forestry, func(b *rootline.Ballot, _ *rootline.CurrentRulebook) { b.Votes = b.Votes[:2] }, nil)
	adopted("a text whose vote is not decided", codeRulebook, name, forestry, func(_ *rootline.Ballot, c *rootline.CurrentRulebook) { c.Version = 0 }, nil)
	adopted("the text of a version that nothing lives under", codeUnused, "forestation@2", forestry, func(_ *rootline.Ballot, c *rootline.CurrentRulebook) { c.Version = 2 }, nil)
	adopted("the text of another rulebook", codeUnused, "floodway@1", forestry, nil, nil)
	adopted("the text of a protocol", codeRulebook, rootline.ProtocolBallot(1), forestry, nil, nil)
	adopted("a ballot that nobody asked for", codeNotAttested, name, forestry, nil, func(b *Bundle) { b.Rulebooks[0].Ballot = name + ":OwnerMSP" })
	adopted("a text twice", codeOrder, name, forestry, nil, func(b *Bundle) { b.Rulebooks = append(b.Rulebooks, b.Rulebooks[0]) })
	adopted("no bytes for a text", codeForm, name, forestry, nil, func(b *Bundle) { b.Rulebooks[0].Text = nil })
	s := x.tale.copied()
	r := s.adopt(name, forestry, nil)
	for _, key := range []string{"V/" + name, "R/forestation"} {
		without := s.copied()
		without.keys = slices.DeleteFunc(slices.Clone(s.keys), func(k string) bool { return k == key })
		b := without.bundle()
		b.Rulebooks = []Rulebook{*r}
		x.unpacked("a rulebook's text without its vote", codeNotAttested, b.encode())
	}
	none := x.tale.copied()
	none.keys = append(none.keys, "V/"+name, "R/forestation")
	b := none.bundle()
	b.Rulebooks = []Rulebook{*r}
	x.unpacked("a text that nobody voted on", codeRulebook, b.encode())
	set := x.tale.set(x.tale.orgs[0].client, x.tale.orgs[1].client, x.tale.orgs[3].client)
	set.Rulebooks = []Rulebook{*r}
	x.unpacked("a rulebook's text with a set", codeUnused, set.encode())
}
