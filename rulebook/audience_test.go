package rulebook

import (
	"slices"
	"strings"
	"testing"
)

const priced = `rulebook: priced
version: 1
title: {en: Priced, zh: 计价}
roles: {clerk: {en: Clerk, zh: 文员, reads: organisation}}
kinds:
  bill:
    title: {en: Bill, zh: 清单}
    states: {open: {en: Open, zh: 有效}}
    fields:
      name: {string}
      price: {integer: fen, audience: members}
      bank: {organisation, reader: true}
    actions:
      begin: {title: {en: Begin, zh: 开始}, creates: true, to: open, by: clerk, asks: {data: {name, price: {max: 9}, note: {string}}}, keeps: {name, price, bank: actor.org}}
  line:
    title: {en: Line, zh: 清单项}
    under: {kinds: {bill: [open]}, audience: members, counts: {sum: asset.each}}
    states: {open: {en: Open, zh: 有效}}
    fields: {each: {integer: fen}}
    actions:
      begin: {title: {en: Begin, zh: 开始}, creates: true, to: open, by: clerk, asks: {data: {each}}, keeps: {each}}
`

func TestGuestsAreShownWhatHasNoAudience(t *testing.T) {
	b, err := Parse([]byte(priced))
	if err != nil {
		t.Fatal(err)
	}
	bill, line := b.Kind("bill"), b.Kind("line")
	for what, got := range map[string]bool{
		"a bill is for members in part": b.ForMembers(bill), "a line is not": !b.ForMembers(line),
		"the name is shown": b.GuestsSee(bill, "name"), "the price is not": !b.GuestsSee(bill, "price"), "nor what the kind does not describe": !b.GuestsSee(bill, "other"),
		"an asked price is not, of its kind's audience": !b.GuestsSeeAsked(bill, "begin", "price"), "a note is": b.GuestsSeeAsked(bill, "begin", "note"),
		"nor what an unknown action says": !b.GuestsSeeAsked(bill, "other", "note"), "a sum is not": !b.GuestsSeeCount("sum"), "nor an unknown one": !b.GuestsSeeCount("other"),
		"the total is": b.GuestsSeeCount(CountTotal), "the bank reads": slices.Equal(b.Readers(), []string{"bill/bank"}),
		"what a line has no word for is shown": b.GuestsSee(line, "each"),
	} {
		if !got {
			t.Errorf("not so: %s", what)
		}
	}
	for was, wrong := range map[string]string{
		"audience: members}\n": "audience: guests}\n", "name: {string}": "name: {string, reader: true}",
		"note: {string}": "note: {entries: {at: {integer: fen, audience: members}}}",
	} {
		if _, err := Parse([]byte(strings.Replace(priced, was, wrong, 1))); err == nil {
			t.Errorf("%s is taken", wrong)
		}
	}
}
