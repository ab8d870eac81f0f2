package rulebook

import (
	"errors"
	"strings"
	"testing"
)

const paidFor = `rulebook: tolls
version: 1
title: {en: Tolls, zh: 费用}
roles: {builder: {en: Builder, zh: 承包单位}}
kinds:
  deed:
    title: {en: Deed, zh: 契约}
    states: {drafted: {en: Drafted, zh: 拟定}, held: {en: Held, zh: 履行}, ended: {en: Ended, zh: 结束}}
    fields: {no: {string}, sum: {integer: fen}, giver: {organisation}, taker: {organisation}}
    money:
      contract:
        number: no
        price: sum
        owner: giver
        contractor: taker
        signed: hold
        pending: drafted
        complete: [ended]
        sums: {worth: worth, measured: done, certified: granted, retained: kept, recovered: back, due: owed, paid: out, advance: ahead, released: freed}
    actions:
      draft: {title: {en: Draft, zh: 拟定}, creates: true, to: drafted, by: builder, asks: {data: {no, sum}}, keeps: {no, sum, giver: actor.org, taker: actor.org}}
      hold: {title: {en: Hold, zh: 签订}, from: drafted, to: held, by: builder}
      end: {title: {en: End, zh: 结束}, from: held, to: ended, by: builder}
  row:
    title: {en: Row, zh: 项}
    under: {kinds: {deed: [drafted, held]}, counts: {worth: asset.fee, done: children.done}}
    states: {there: {en: There, zh: 有}}
    fields: {no: {string}, what: {string}, many: {integer: m3}, fee: {integer: fen}}
    money: {line: {number: no, title: what, quantity: many, price: fee, sums: {quantity: many, measured: done}}}
    actions: {add: {title: {en: Add, zh: 录入}, creates: true, to: there, by: builder, asks: {data: {no, what, many, fee}}, keeps: {no, what, many, fee}}}
  survey:
    title: {en: Survey, zh: 计量}
    under: {kinds: {row: there}, counts: {many: asset.many, done: asset.many, top: {greatest: asset.many}}}
    states: {made: {en: Made, zh: 已计量}}
    fields: {many: {integer: m3}}
    actions: {make: {title: {en: Make, zh: 计量}, creates: true, to: made, by: builder, asks: {data: {many}}, keeps: {many}}}
  change:
    title: {en: Change, zh: 变更}
    under: {kinds: {row: there}}
    states: {made: {en: Made, zh: 已提出}, agreed: {en: Agreed, zh: 已同意}}
    fields: {no: {string}, more: {integer: m3}, worth: {integer: fen}}
    money: {variation: {number: no, change: more, value: worth, agreed: agree}}
    actions:
      make: {title: {en: Make, zh: 提出}, creates: true, to: made, by: builder, asks: {data: {no, more}}, keeps: {no, more}}
      agree: {title: {en: Agree, zh: 同意}, from: made, to: agreed, by: builder, asks: {data: {worth}}, keeps: {worth}}
  bid:
    title: {en: Bid, zh: 申请}
    under: {kinds: {deed: held}, counts: {granted: asset.all, kept: asset.kept, back: asset.back, owed: asset.rest, out: children.out}}
    states: {asked: {en: Asked, zh: 已申请}, given: {en: Given, zh: 已批}}
    fields: {no: {string}, all: {integer: fen}, part: {integer: fen}, kept: {integer: fen}, back: {integer: fen}, rest: {integer: fen}, from: {integer: s}, giver: {organisation}}
    shows: {clocks: [{in: asked, since: from, seconds: 3600, by: giver, then: give}]}
    money: {claim: {number: no, cumulative: all, gross: part, retention: kept, recovery: back, net: rest, way: asked, certified: given, sums: {ordered: out, paid: out}}}
    actions:
      ask: {title: {en: Ask, zh: 申请}, creates: true, to: asked, by: builder, asks: {data: {no, all, part, kept, back, rest}}, keeps: {no, all, part, kept, back, rest, from: event.witnessed, giver: actor.org}}
      give: {title: {en: Give, zh: 批准}, from: asked, to: given, by: builder}
  slip:
    title: {en: Slip, zh: 指令}
    under: {kinds: {deed: held, bid: given}, counts: {out: asset.sum, ahead: asset.sum, freed: asset.sum}}
    states: {open: {en: Open, zh: 已下达}, done: {en: Done, zh: 已付}}
    fields: {sum: {integer: fen}, giver: {organisation}, taker: {organisation}, when: {integer: s}, for: {string: , choices: {pay: {en: Pay, zh: 工资}}}}
    money: {order: {amount: sum, payer: giver, payee: taker, purpose: for, wages: pay, ordered: open, paid: done, at: when}}
    actions:
      order: {title: {en: Order, zh: 下达}, creates: true, to: open, by: builder, asks: {data: {sum, for}}, keeps: {sum, for, giver: actor.org, taker: actor.org}}
      pay: {title: {en: Pay, zh: 支付}, from: open, to: done, by: builder, keeps: {when: event.witnessed}}
`

// What records are to who pays is read from the rulebook, whatever its kinds and fields are called.
func TestMoney(t *testing.T) {
	book, err := Parse([]byte(paidFor))
	if err != nil {
		t.Fatal(err)
	}
	if got := book.Kind("deed").Money.Contract.Sums; got.Worth != "worth" || got.Paid != "out" || got.Said != "" {
		t.Errorf("the sums are %+v", got)
	}
	if c := book.Kind("bid").Shows.Clock("asked"); c == nil || c.Seconds != 3600 || c.Then != "give" || book.Kind("bid").Shows.Clock("given") != nil {
		t.Errorf("the clock is %+v", c)
	}
	if got := book.KindsOfMoney(func(m *Money) bool { return m.Order != nil || m.Claim != nil }); strings.Join(got, " ") != "bid slip" {
		t.Errorf("claims and orders are %v", got)
	}
}

func TestMistakesInMoney(t *testing.T) {
	for _, c := range []struct {
		from, to, want string
		code           MistakeCode
	}{
		{"number: no\n", "number: sum\n", `the field "sum" is integer here; string is needed`, WrongType},
		{"price: sum\n", "price: no\n", `the field "no" is string here; integer is needed`, WrongType},
		{"sum: {integer: fen}, giver: {organisation}, taker: {organisation}}\n    money:\n", "sum: {integer: kg}, giver: {organisation}, taker: {organisation}}\n    money:\n", `the field "sum" is in "kg" here; "fen" is needed`, DoesNotFit},
		{"owner: giver", "owner: no", `the field "no" is string here; organisation is needed`, WrongType},
		{"signed: hold", "signed: holds", `"holds" is not among the actions of deed`, UnknownName},
		{"pending: drafted", "pending: draft", `"draft" is not among the states`, UnknownName},
		{"certified: granted,", "certified: grants,", `"grants" is not among the sums of what lies under deed`, UnknownName},
		{"sums: {quantity: many, measured: done}", "sums: {quantity: many, measured: top}", `"top" is not among the sums of what lies under row`, UnknownName},
		{"sums: {quantity: many, measured: done}", "sums: {quantity: many}", `"measured" is missing`, MissingWord},
		{", sums: {quantity: many, measured: done}", "", `"sums" is missing`, MissingWord},
		{"wages: pay,", "wages: wages,", `"wages" is not among the choices`, UnknownName},
		{"at: when}", "at: sum}", `the field "sum" is in "fen" here; "s" is needed`, DoesNotFit},
		{"money: {line:", "money: {rule:", `"rule" is not known here`, UnknownWord},
		{"money: {line: {number: no, title: what,", "money: {claim: {}, line: {number: no, title: what,", "a kind is one of contract, line, variation, claim and order", DoesNotFit},
		{"under: {kinds: {row: there}}\n    states: {made: {en: Made, zh: 已提出}", "states: {made: {en: Made, zh: 已提出}", "change lies under no kind that is a line", DoesNotFit},
		{"then: give", "then: gave", `bid has no action "gave"`, UnknownName},
		{"then: give", "then: ask", `"ask" does not begin in the states of the clock`, DoesNotFit},
		{"by: giver, then", "by: no, then", `the field "no" is string here; organisation is needed`, WrongType},
		{"seconds: 3600", "seconds: 0", "expected a whole number from 1", WrongForm},
		{"clocks: [{in: asked,", "clocks: [{in: asked, since: from, seconds: 1, by: giver}, {in: asked,", `"asked" is here twice`, WrongName},
	} {
		text := strings.Replace(paidFor, c.from, c.to, 1)
		if text == paidFor {
			t.Fatalf("%q is not there", c.from)
		}
		_, err := Parse([]byte(text))
		var problems Problems
		if !errors.As(err, &problems) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s for %s: %v", c.to, c.from, err)
			continue
		}
		for _, p := range problems {
			if strings.Contains(p.Message, c.want) && p.Code != c.code {
				t.Errorf("%s is %s, not %s", c.want, p.Code, c.code)
			}
		}
	}
}
