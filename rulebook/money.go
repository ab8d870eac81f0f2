package rulebook

import (
	"slices"

	"github.com/rootline/rootline"
)

// Money says what assets of a kind are to who pays for works, by one of its members. It decides nothing: pages and exports of money
// are made by it. The fields that it names are kept fields of the kind; amounts are in fen. The sums are counts of what lies under an
// asset, so that whoever reads them adds up nothing.
type Money struct {
	Contract  *MoneyContract  `json:"contract,omitempty"`
	Line      *MoneyLine      `json:"line,omitempty"`
	Variation *MoneyVariation `json:"variation,omitempty"`
	Claim     *MoneyClaim     `json:"claim,omitempty"`
	Order     *MoneyOrder     `json:"order,omitempty"`
}

// MoneyContract is what works are paid by.
type MoneyContract struct {
	// Number is what its parties call it; Price is what it was signed for, in fen.
	Number string `json:"number"`
	Price  string `json:"price"`
	// Owner pays and Contractor is paid; Bank keeps the account, where the rulebook knows one. They are organisations.
	Owner      string `json:"owner"`
	Contractor string `json:"contractor"`
	Bank       string `json:"bank,omitempty"`
	// Signed are the actions with which it is signed. Pending are the states before that, Void those in which it never holds, and
	// Complete those in which the works are complete, so that what is certified is final.
	Signed   []string     `json:"signed"`
	Pending  []string     `json:"pending"`
	Void     []string     `json:"void,omitempty"`
	Complete []string     `json:"complete,omitempty"`
	Sums     ContractSums `json:"sums"`
}

// ContractSums are the counts that a contract keeps, all in fen.
type ContractSums struct {
	// Worth is the bill with what was agreed to change it. Measured is what was measured of it, Withheld as much of that as a recall holds.
	Worth    string `json:"worth"`
	Measured string `json:"measured"`
	Withheld string `json:"withheld,omitempty"`
	// Certified is what the claims were certified for. Retained and Recovered were taken off it, for retention and for the advance, and Due is what
	// was left to pay.
	Certified string `json:"certified"`
	Retained  string `json:"retained"`
	Recovered string `json:"recovered"`
	Due       string `json:"due"`
	// Paid is all that was paid, and Said as much of it as only the payer says was. Advance and Released are as much of it as was an advance, or
	// gave retention back.
	Paid     string `json:"paid"`
	Said     string `json:"said,omitempty"`
	Advance  string `json:"advance"`
	Released string `json:"released"`
}

// MoneyLine is a line of a contract's bill of quantities.
type MoneyLine struct {
	Number string `json:"number"`
	Title  string `json:"title"`
	// Measure is the field whose choices say what is measured and in what; "" where nothing does.
	Measure string `json:"measure,omitempty"`
	// Quantity is that of the bill as signed. Price is in fen for as many as Per says, or for one.
	Quantity string   `json:"quantity"`
	Price    string   `json:"price"`
	Per      string   `json:"per,omitempty"`
	Sums     LineSums `json:"sums"`
}

// LineSums are the counts that a line keeps.
type LineSums struct {
	// Varied is by how much agreed variations change the quantity; Quantity is how much was measured, Measured what that comes to in
	// fen, and Withheld as much of that as a recall holds.
	Varied   string `json:"varied,omitempty"`
	Quantity string `json:"quantity"`
	Measured string `json:"measured"`
	Withheld string `json:"withheld,omitempty"`
}

// MoneyVariation changes the quantity of the line that it lies under.
type MoneyVariation struct {
	Number string `json:"number"`
	// Change is by how much, Value what that changes the contract by, in fen. Agreed are the actions with which it is agreed.
	Change string   `json:"change"`
	Value  string   `json:"value"`
	Reason string   `json:"reason,omitempty"`
	Agreed []string `json:"agreed"`
}

// MoneyClaim asks for payment under a contract, and is the certificate once it is certified.
type MoneyClaim struct {
	Number string `json:"number"`
	// Cumulative is all that is claimed up to now; Gross of that what was not certified before. Retention, Recovery (of the advance) are taken off
	// Gross, which leaves Net. Wages are the part of Net for the wage account; SetOff is what a recall holds and this claim leaves out. In fen.
	Cumulative string `json:"cumulative"`
	Gross      string `json:"gross"`
	Retention  string `json:"retention"`
	Recovery   string `json:"recovery"`
	Net        string `json:"net"`
	Wages      string `json:"wages,omitempty"`
	SetOff     string `json:"setOff,omitempty"`
	// Way are the states that it goes through until it is certified, in their order; Certified those in which it is, of which Silent are certified by
	// nobody's answer. In other states it is claimed no more.
	Way       []string  `json:"way"`
	Certified []string  `json:"certified"`
	Silent    []string  `json:"silent,omitempty"`
	Sums      ClaimSums `json:"sums"`
}

// ClaimSums are the counts that a claim keeps, in fen.
type ClaimSums struct {
	Ordered string `json:"ordered"`
	Paid    string `json:"paid"`
	// Said is as much of Paid as only the payer says was paid.
	Said string `json:"said,omitempty"`
}

// MoneyOrder orders a payment from what it lies under: a certificate, or the contract itself.
type MoneyOrder struct {
	// Amount is in fen. Payer and Payee are organisations, as is Bank, which keeps the account.
	Amount string `json:"amount"`
	Payer  string `json:"payer"`
	Payee  string `json:"payee"`
	Bank   string `json:"bank,omitempty"`
	// Purpose says by its choices what is paid, and Wages which of these go to the wage account.
	Purpose string   `json:"purpose,omitempty"`
	Wages   []string `json:"wages,omitempty"`
	// Ordered are the states in which it is to be paid, Paid those in which it was. Said are of the latter those in which only the payer says so.
	Ordered []string `json:"ordered"`
	Paid    []string `json:"paid"`
	Said    []string `json:"said,omitempty"`
	// At is when it was paid, in seconds since 1970, and Reference what the bank calls it.
	At        string `json:"at"`
	Reference string `json:"reference,omitempty"`
}

// moneyUnit is the unit of all amounts.
const moneyUnit = "fen"

// moneyWord is one word of money: what it names, and where that is kept.
type moneyWord struct {
	name     string
	into     *string
	list     *[]string
	sort     moneySort
	optional bool
}

// moneySort is what a word of money names.
type moneySort int

const (
	textField moneySort = iota
	amountField
	numberField
	momentField
	organisationField
	sumName
	stateNames
	actionNames
	choiceNames
)

// pendingMoney is what is checked once all kinds are read: counts come from the kinds below, and actions are read last.
type pendingMoney struct {
	kind *Kind
	from entry
	word moneyWord
}

// moneyKind is a kind with what it says of money.
type moneyKind struct {
	kind *Kind
	from entry
}

// money reads what the kind is to who pays, after its fields and states.
func (r *reader) money(kind *Kind, e entry) {
	m := &Money{}
	got := r.members(e.value, e.path, "contract", "line", "variation", "claim", "order")
	if len(got) != 1 {
		r.fail(e.value, e.path, both("a kind is one of contract, line, variation, claim and order", "一个类别只能是 contract、line、variation、claim、order 之一"))
	}
	for name, one := range got {
		r.moneyWords(kind, one, m.words(name))
	}
	kind.Money = m
	r.moneyKinds = append(r.moneyKinds, moneyKind{kind, e})
}

// words are those of a member, which is made.
func (m *Money) words(member string) []moneyWord {
	switch member {
	case "contract":
		c := &MoneyContract{}
		m.Contract = c
		return []moneyWord{
			{name: "number", into: &c.Number}, {name: "price", into: &c.Price, sort: amountField},
			{name: "owner", into: &c.Owner, sort: organisationField}, {name: "contractor", into: &c.Contractor, sort: organisationField},
			{name: "bank", into: &c.Bank, sort: organisationField, optional: true},
			{name: "signed", list: &c.Signed, sort: actionNames}, {name: "pending", list: &c.Pending, sort: stateNames},
			{name: "void", list: &c.Void, sort: stateNames, optional: true}, {name: "complete", list: &c.Complete, sort: stateNames, optional: true},
			{name: "sums.worth", into: &c.Sums.Worth, sort: sumName}, {name: "sums.measured", into: &c.Sums.Measured, sort: sumName},
			{name: "sums.withheld", into: &c.Sums.Withheld, sort: sumName, optional: true}, {name: "sums.certified", into: &c.Sums.Certified, sort: sumName},
			{name: "sums.retained", into: &c.Sums.Retained, sort: sumName}, {name: "sums.recovered", into: &c.Sums.Recovered, sort: sumName},
			{name: "sums.due", into: &c.Sums.Due, sort: sumName}, {name: "sums.paid", into: &c.Sums.Paid, sort: sumName},
			{name: "sums.said", into: &c.Sums.Said, sort: sumName, optional: true},
			{name: "sums.advance", into: &c.Sums.Advance, sort: sumName}, {name: "sums.released", into: &c.Sums.Released, sort: sumName},
		}
	case "line":
		l := &MoneyLine{}
		m.Line = l
		return []moneyWord{
			{name: "number", into: &l.Number}, {name: "title", into: &l.Title}, {name: "measure", into: &l.Measure, optional: true},
			{name: "quantity", into: &l.Quantity, sort: numberField}, {name: "price", into: &l.Price, sort: amountField},
			{name: "per", into: &l.Per, sort: numberField, optional: true},
			{name: "sums.varied", into: &l.Sums.Varied, sort: sumName, optional: true}, {name: "sums.quantity", into: &l.Sums.Quantity, sort: sumName},
			{name: "sums.measured", into: &l.Sums.Measured, sort: sumName}, {name: "sums.withheld", into: &l.Sums.Withheld, sort: sumName, optional: true},
		}
	case "variation":
		v := &MoneyVariation{}
		m.Variation = v
		return []moneyWord{
			{name: "number", into: &v.Number}, {name: "change", into: &v.Change, sort: numberField}, {name: "value", into: &v.Value, sort: amountField},
			{name: "reason", into: &v.Reason, optional: true}, {name: "agreed", list: &v.Agreed, sort: actionNames},
		}
	case "claim":
		c := &MoneyClaim{}
		m.Claim = c
		return []moneyWord{
			{name: "number", into: &c.Number}, {name: "cumulative", into: &c.Cumulative, sort: amountField}, {name: "gross", into: &c.Gross, sort: amountField},
			{name: "retention", into: &c.Retention, sort: amountField}, {name: "recovery", into: &c.Recovery, sort: amountField},
			{name: "net", into: &c.Net, sort: amountField}, {name: "wages", into: &c.Wages, sort: amountField, optional: true},
			{name: "setOff", into: &c.SetOff, sort: amountField, optional: true},
			{name: "way", list: &c.Way, sort: stateNames}, {name: "certified", list: &c.Certified, sort: stateNames},
			{name: "silent", list: &c.Silent, sort: stateNames, optional: true},
			{name: "sums.ordered", into: &c.Sums.Ordered, sort: sumName}, {name: "sums.paid", into: &c.Sums.Paid, sort: sumName},
			{name: "sums.said", into: &c.Sums.Said, sort: sumName, optional: true},
		}
	default:
		o := &MoneyOrder{}
		m.Order = o
		return []moneyWord{
			{name: "amount", into: &o.Amount, sort: amountField}, {name: "payer", into: &o.Payer, sort: organisationField},
			{name: "payee", into: &o.Payee, sort: organisationField}, {name: "bank", into: &o.Bank, sort: organisationField, optional: true},
			{name: "purpose", into: &o.Purpose, optional: true}, {name: "wages", list: &o.Wages, sort: choiceNames, optional: true},
			{name: "ordered", list: &o.Ordered, sort: stateNames}, {name: "paid", list: &o.Paid, sort: stateNames},
			{name: "said", list: &o.Said, sort: stateNames, optional: true}, {name: "at", into: &o.At, sort: momentField},
			{name: "reference", into: &o.Reference, optional: true},
		}
	}
}

// sumsPrefix begins the words that stand within "sums".
const sumsPrefix = "sums."

func (r *reader) moneyWords(kind *Kind, e entry, words []moneyWord) {
	var own, sums []string
	for _, w := range words {
		if w.sort == sumName {
			sums = append(sums, w.name[len(sumsPrefix):])
		} else {
			own = append(own, w.name)
		}
	}
	known := own
	if len(sums) > 0 {
		known = append(slices.Clone(own), "sums")
	}
	got := r.members(e.value, e.path, known...)
	within := map[string]entry{}
	if len(sums) > 0 {
		r.require(e.value, e.path, got, "sums")
		if m, ok := got["sums"]; ok {
			within = r.members(m.value, m.path, sums...)
		}
	}
	for _, w := range words {
		from, name, at := got, w.name, e
		if w.sort == sumName {
			if from, name, at = within, w.name[len(sumsPrefix):], got["sums"]; at.value == nil {
				continue
			}
		}
		one, given := from[name]
		if !given {
			if !w.optional {
				r.fail(at.value, at.path, isMissing, name)
			}
			continue
		}
		r.moneyWord(kind, one, w)
	}
}

func (r *reader) moneyWord(kind *Kind, e entry, w moneyWord) {
	switch w.sort {
	case textField:
		*w.into = r.fieldOf(kind, e, String)
	case amountField, numberField, momentField:
		*w.into = r.fieldOf(kind, e, Integer)
		unit := map[moneySort]string{amountField: moneyUnit, momentField: "s"}[w.sort]
		if f := kind.Field(*w.into); f != nil && f.Type == Integer && unit != "" && f.Unit != unit {
			r.fail(e.value, e.path, both("the field %q is in %q here; %q is needed", "字段 %q 的单位在此为 %q；此处需要 %q"), f.Name, f.Unit, unit)
		}
	case organisationField:
		*w.into = r.fieldOf(kind, e, OrganisationRef)
	case stateNames:
		*w.list = r.words(e, states, func(s string) bool { return kind.State(s) != nil })
	default: // what is read later
		r.laterMoney = append(r.laterMoney, pendingMoney{kind, e, w})
	}
}

// endMoney checks what money names of other kinds, and of actions, when all kinds are read.
func (r *reader) endMoney(book *Rulebook) {
	for _, p := range r.laterMoney {
		switch p.word.sort {
		case actionNames:
			*p.word.list = r.words(p.from, both("actions of "+p.kind.Name, p.kind.Name+" 的操作"), func(s string) bool { return p.kind.Action(s) != nil })
		case choiceNames:
			*p.word.list = r.words(p.from, both("choices", "选项"), func(s string) bool {
				f := p.kind.Field(p.kind.Money.Order.Purpose)
				return f != nil && slices.ContainsFunc(f.Choices, func(c Choice) bool { return c.Value == s })
			})
		case sumName:
			name, ok := r.scalar(p.from)
			if !ok {
				continue
			}
			if *p.word.into = name; !book.sumsUp(p.kind.Name, name) {
				r.fail(p.from.value, p.from.path, notAmong, name, both("sums of what lies under "+p.kind.Name, p.kind.Name+" 之下的合计"))
			}
		}
	}
	for _, k := range r.moneyKinds {
		r.moneyAbove(book, k.kind, k.from)
	}
}

// sumsUp reports whether something that may lie under a kind counts a sum of that name.
func (r *Rulebook) sumsUp(kind, name string) bool {
	return slices.ContainsFunc(r.Kinds, func(k *Kind) bool {
		return slices.ContainsFunc(k.Breakdowns(), func(u *Under) bool {
			return u.ofOwn(kind) && slices.ContainsFunc(u.Counts, func(c *Count) bool { return c.Name == name && c.Of == "" })
		})
	})
}

// moneyAbove checks that a kind of money lies where it is looked for.
func (r *reader) moneyAbove(book *Rulebook, k *Kind, e entry) {
	var above func(*Money) bool
	var called rootline.Text
	switch {
	case k.Money.Contract != nil:
		return
	case k.Money.Line != nil, k.Money.Claim != nil:
		above, called = func(m *Money) bool { return m.Contract != nil }, both("a contract", "合同")
	case k.Money.Variation != nil:
		above, called = func(m *Money) bool { return m.Line != nil }, both("a line", "清单项")
	default:
		above, called = func(m *Money) bool { return m.Contract != nil || m.Claim != nil }, both("a contract or a claim", "合同或支付申请")
	}
	if k.Under == nil || !slices.ContainsFunc(book.Kinds, func(up *Kind) bool { return up.Money != nil && above(up.Money) && k.Under.ofOwn(up.Name) }) {
		r.fail(e.value, e.path, both("%s lies under no kind that is %s", "%s 不归属于作为%s的类别"), k.Name, called)
	}
}

// KindsOfMoney are the names of the kinds of a rulebook that are something to who pays.
func (r *Rulebook) KindsOfMoney(is func(*Money) bool) (names []string) {
	for _, k := range r.Kinds {
		if k.Money != nil && is(k.Money) {
			names = append(names, k.Name)
		}
	}
	return names
}
