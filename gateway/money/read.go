package money

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/rulebook"
)

// kinds are the kinds of the adopted rulebooks that are something to who pays, and the rulebooks that have them, with commas between.
func kinds(v *presentation.Reply, is func(*rulebook.Money) bool) (books, names string, err error) {
	all, err := v.Rulebooks()
	if err != nil {
		return "", "", err
	}
	var inBooks, named []string
	for _, b := range all {
		for _, name := range b.Book.KindsOfMoney(is) {
			if !slices.Contains(inBooks, b.Book.Name) {
				inBooks = append(inBooks, b.Book.Name)
			}
			if !slices.Contains(named, name) {
				named = append(named, name)
			}
		}
	}
	return strings.Join(inBooks, ","), strings.Join(named, ","), nil
}

// List is a page of records of money.
type List[T any] struct {
	Items []T
	Next  string
}

// part is one sort of records: which they are, and how one is read.
type part[T any] struct {
	is   func(*rulebook.Money) bool
	read func(*presentation.Reply, *readmodel.Asset, *rulebook.Kind) (T, error)
}

var (
	contracts  = part[Contract]{func(m *rulebook.Money) bool { return m.Contract != nil }, contract}
	lines      = part[Line]{func(m *rulebook.Money) bool { return m.Line != nil }, line}
	variations = part[Variation]{func(m *rulebook.Money) bool { return m.Variation != nil }, variation}
	claims     = part[Claim]{func(m *rulebook.Money) bool { return m.Claim != nil }, claim}
	orders     = part[Order]{func(m *rulebook.Money) bool { return m.Order != nil }, order}
)

// page reads a page of what a filter finds.
func (p part[T]) page(v *presentation.Reply, f readmodel.AssetFilter, at readmodel.Page) (List[T], error) {
	out := List[T]{Items: []T{}}
	var err error
	if f.Book, f.Kind, err = kinds(v, p.is); err != nil || f.Kind == "" {
		return out, err
	}
	found, err := v.Assets(f, at)
	if err != nil {
		return out, err
	}
	out.Next = found.Next
	for i := range found.Items {
		a := &found.Items[i]
		k := v.KindOf(a.Rulebook, a.Kind)
		if k == nil || k.Money == nil || !p.is(k.Money) { // of a version that says nothing of money
			continue
		}
		one, err := p.read(v, a, k)
		if err != nil {
			return out, err
		}
		out.Items = append(out.Items, one)
	}
	return out, nil
}

// Contracts lists contracts, those that changed last first.
func Contracts(v *presentation.Reply, at readmodel.Page) (List[Contract], error) {
	return contracts.page(v, readmodel.AssetFilter{Order: readmodel.Newest}, at)
}

// ContractOf reads a contract by its code; a refusal where there is none.
func ContractOf(v *presentation.Reply, code string) (*Contract, error) {
	a, k, err := one(v, code, contracts.is)
	if err != nil {
		return nil, err
	}
	c, err := contract(v, a, k)
	if err != nil {
		return nil, err
	}
	open, err := claims.page(v, readmodel.AssetFilter{Under: a.ID, State: underWay(v)}, readmodel.Page{Limit: readmodel.MaxLimit})
	for i := range open.Items {
		if open.Items[i].Open {
			c.Sums.Claimed += open.Items[i].Gross
		}
	}
	return &c, err
}

// underWay are the states of claims that are not decided, with commas between.
func underWay(v *presentation.Reply) string {
	books, err := v.Rulebooks()
	if err != nil {
		return ""
	}
	var names []string
	for _, b := range books {
		for _, k := range b.Book.Kinds {
			if k.Money == nil || k.Money.Claim == nil {
				continue
			}
			for _, s := range k.Money.Claim.Way {
				if !slices.Contains(names, s) {
					names = append(names, s)
				}
			}
		}
	}
	return strings.Join(names, ",")
}

// ClaimOf reads a claim by its code; a refusal where there is none.
func ClaimOf(v *presentation.Reply, code string) (*Claim, error) {
	a, k, err := one(v, code, claims.is)
	if err != nil {
		return nil, err
	}
	c, err := claim(v, a, k)
	return &c, err
}

func one(v *presentation.Reply, code string, is func(*rulebook.Money) bool) (*readmodel.Asset, *rulebook.Kind, error) {
	a, err := v.Asset(code)
	if err != nil {
		return nil, nil, err
	}
	k := v.KindOf(a.Rulebook, a.Kind)
	if k == nil || k.Money == nil || !is(k.Money) {
		return nil, nil, problem.NotFound(rootline.Text{En: "contract or claim", Zh: "合同或支付申请"}, problem.Clip(code))
	}
	return a, k, nil
}

// Lines lists the bill of a contract, in the order of codes.
func Lines(v *presentation.Reply, contract string, at readmodel.Page) (List[Line], error) {
	return lines.page(v, readmodel.AssetFilter{Under: contract}, at)
}

// Claims lists the claims of a contract, in the order of codes.
func Claims(v *presentation.Reply, contract string, at readmodel.Page) (List[Claim], error) {
	return claims.page(v, readmodel.AssetFilter{Under: contract}, at)
}

// Variations lists those of all lines of a contract.
func Variations(v *presentation.Reply, contract string, at readmodel.Page) (List[Variation], error) {
	return beneath(v, variations, lines.is, contract, at)
}

// Orders lists those of a contract and of its claims.
func Orders(v *presentation.Reply, contract string, at readmodel.Page) (List[Order], error) {
	return beneath(v, orders, claims.is, contract, at)
}

func beneath[T any](v *presentation.Reply, p part[T], between func(*rulebook.Money) bool, contract string, at readmodel.Page) (List[T], error) {
	_, names, err := kinds(v, between)
	if err != nil || names == "" {
		return List[T]{Items: []T{}}, err
	}
	return p.page(v, readmodel.AssetFilter{Beneath: contract, Between: names}, at)
}

// thing reads what every record has.
func thing(v *presentation.Reply, a *readmodel.Asset, k *rulebook.Kind) Thing {
	t := Thing{ID: a.ID, Rulebook: a.Rulebook, Kind: a.Kind, KindTitle: k.Title, State: a.State, Frozen: rulebook.Holds(&a.Asset), Under: a.Under}
	if s := k.State(a.State); s != nil {
		t.StateTitle, t.Tone = s.Title, s.Tone
	}
	if c := k.Shows.Clock(a.State); c != nil {
		if since, given := a.Fields[c.Since]; given && since.Kind() == rootline.IntegerValue {
			t.Clock = &Deadline{Since: seconds(since.Int()), Until: seconds(since.Int() + c.Seconds), By: a.Fields[c.By].Str()}
			if then := k.Action(c.Then); then != nil {
				t.Clock.Then = then.Title
			}
		}
	}
	if p := a.Pending; p != nil {
		if action := k.Action(p.Action); action != nil {
			t.Signing = signing(v, a, action)
		}
	}
	return t
}

func signing(v *presentation.Reply, a *readmodel.Asset, action *rulebook.Action) *Signing {
	s := &Signing{Action: action.Title, Signed: []string{}, Missing: []Missing{}}
	book := v.BookOf(a.Rulebook)
	signed := map[string]bool{}
	for _, one := range a.Pending.Signatures {
		signed[one.Role] = true
		s.Signed = append(s.Signed, one.Organisation)
	}
	for _, role := range action.Signers {
		if signed[role] {
			continue
		}
		m := Missing{Role: role}
		if i := slices.IndexFunc(book.Roles, func(r rulebook.Role) bool { return r.Name == role }); i >= 0 {
			m.Title = book.Roles[i].Title
		}
		s.Missing = append(s.Missing, m)
	}
	return s
}

// seconds is a moment that a record keeps in seconds since 1970.
func seconds(n int64) rootline.Instant { return rootline.Instant(n * 1000) }

// whole is a field that keeps a whole number; 0 where it is absent.
func whole(a *readmodel.Asset, field string) int64 {
	if v, given := a.Fields[field]; given && v.Kind() == rootline.IntegerValue {
		return v.Int()
	}
	return 0
}

func contract(v *presentation.Reply, a *readmodel.Asset, k *rulebook.Kind) (Contract, error) {
	m := k.Money.Contract
	c := Contract{
		Thing: thing(v, a, k), Number: a.Fields[m.Number].Str(), Owner: a.Fields[m.Owner].Str(), Contractor: a.Fields[m.Contractor].Str(),
		Bank: a.Fields[m.Bank].Str(), Price: whole(a, m.Price), Pending: slices.Contains(m.Pending, a.State), Void: slices.Contains(m.Void, a.State),
		Complete: slices.Contains(m.Complete, a.State),
	}
	for _, field := range k.Shows.Name {
		if c.Name == "" && field != m.Number {
			c.Name = a.Fields[field].Str()
		}
	}
	sum := func(name string) int64 { return a.Children[name] }
	s := Sums{
		Worth: sum(m.Sums.Worth), Measured: sum(m.Sums.Measured), Withheld: sum(m.Sums.Withheld), Certified: sum(m.Sums.Certified),
		Retained: sum(m.Sums.Retained), Recovered: sum(m.Sums.Recovered), Due: sum(m.Sums.Due), Paid: sum(m.Sums.Paid), Said: sum(m.Sums.Said),
		Advance: sum(m.Sums.Advance), Released: sum(m.Sums.Released),
	}
	s.Held, s.AdvanceOpen = s.Retained-s.Released, s.Advance-s.Recovered
	s.ToCome = s.Due - (s.Paid - s.Advance - s.Released)
	c.Sums = s
	if !c.Pending && !c.Void {
		var err error
		if c.Signed, err = done(v, a.ID, m.Signed); err != nil {
			return c, err
		}
	}
	return c, nil
}

// done is when one of some actions was last done to an asset.
func done(v *presentation.Reply, id string, actions []string) (rootline.Instant, error) {
	found, err := v.Events(readmodel.EventFilter{Asset: id, Action: strings.Join(actions, ","), Status: readmodel.Committed}, readmodel.Page{Limit: 1})
	if err != nil || len(found.Items) == 0 {
		return 0, err
	}
	return found.Items[0].Witnessed, nil
}

func line(v *presentation.Reply, a *readmodel.Asset, k *rulebook.Kind) (Line, error) {
	m := k.Money.Line
	l := Line{
		Thing: thing(v, a, k), Number: a.Fields[m.Number].Str(), Title: a.Fields[m.Title].Str(), Measure: choice(a, k, m.Measure),
		Quantity: whole(a, m.Quantity), Varied: a.Children[m.Sums.Varied], Price: whole(a, m.Price), Per: cmp.Or(whole(a, m.Per), 1),
		Done: a.Children[m.Sums.Quantity], Measured: a.Children[m.Sums.Measured], Withheld: a.Children[m.Sums.Withheld],
	}
	l.Signed, _ = rulebook.Ratio(l.Price, l.Quantity, l.Per)
	l.Worth, _ = rulebook.Ratio(l.Price, l.Quantity+l.Varied, l.Per)
	return l, nil
}

// choice is what a field's value is called.
func choice(a *readmodel.Asset, k *rulebook.Kind, field string) rootline.Text {
	f := k.Field(field)
	if f == nil {
		return rootline.Text{}
	}
	value := a.Fields[field].Str()
	for _, c := range f.Choices {
		if c.Value == value {
			return c.Title
		}
	}
	return rootline.Text{En: value, Zh: value}
}

func variation(v *presentation.Reply, a *readmodel.Asset, k *rulebook.Kind) (Variation, error) {
	m := k.Money.Variation
	out := Variation{
		Thing: thing(v, a, k), Number: a.Fields[m.Number].Str(), Change: whole(a, m.Change), Value: whole(a, m.Value), Reason: a.Fields[m.Reason].Str(),
	}
	if _, agreed := a.Fields[m.Value]; !agreed {
		return out, nil
	}
	var err error
	out.Agreed, err = done(v, a.ID, m.Agreed)
	return out, err
}

// stepsLooked is how many of a claim's last events its way is read from.
const stepsLooked = 100

func claim(v *presentation.Reply, a *readmodel.Asset, k *rulebook.Kind) (Claim, error) {
	m := k.Money.Claim
	c := Claim{
		Thing: thing(v, a, k), Number: a.Fields[m.Number].Str(), Cumulative: whole(a, m.Cumulative), Gross: whole(a, m.Gross),
		Retention: whole(a, m.Retention), Recovery: whole(a, m.Recovery), Net: whole(a, m.Net), Wages: whole(a, m.Wages), SetOff: whole(a, m.SetOff),
		Open: slices.Contains(m.Way, a.State), Certified: slices.Contains(m.Certified, a.State), Silent: slices.Contains(m.Silent, a.State),
		Ordered: a.Children[m.Sums.Ordered], Paid: a.Children[m.Sums.Paid], Said: a.Children[m.Sums.Said], Way: []Step{},
	}
	c.Answers = []string{}
	for _, clock := range k.Shows.Clocks {
		if by := a.Fields[clock.By].Str(); by != "" && !slices.Contains(c.Answers, by) {
			c.Answers = append(c.Answers, by)
		}
	}
	events, err := v.AssetEvents(a.ID, readmodel.Page{Limit: stepsLooked})
	if err != nil {
		return c, err
	}
	came := map[string]rootline.Instant{} // when it last came into a state
	for i, e := range slices.Backward(events.Items) {
		own := e.Event != nil && e.Event.Asset == a.ID
		if own && (i == len(events.Items)-1 || came[e.State] == 0 || events.Items[i+1].State != e.State) {
			came[e.State] = e.Witnessed
		}
	}
	at := slices.Index(m.Way, a.State)
	for i, name := range m.Way {
		s := k.State(name)
		step := Step{Title: s.Title, Now: name == a.State}
		if c.Certified || i <= at {
			step.At, step.Done = came[name], c.Certified || i < at
		}
		c.Way = append(c.Way, step)
	}
	end := m.Certified[0]
	if c.Certified {
		end, c.At = a.State, came[a.State]
	}
	c.Way = append(c.Way, Step{Title: k.State(end).Title, At: c.At, Done: c.Certified, Now: c.Certified})
	return c, nil
}

func order(v *presentation.Reply, a *readmodel.Asset, k *rulebook.Kind) (Order, error) {
	m := k.Money.Order
	o := Order{
		Thing: thing(v, a, k), Amount: whole(a, m.Amount), Payer: a.Fields[m.Payer].Str(), Payee: a.Fields[m.Payee].Str(), Bank: a.Fields[m.Bank].Str(),
		Ordered: slices.Contains(m.Ordered, a.State), Paid: slices.Contains(m.Paid, a.State), Said: slices.Contains(m.Said, a.State),
		Wages: slices.Contains(m.Wages, a.Fields[m.Purpose].Str()), Reference: a.Fields[m.Reference].Str(), Purpose: choice(a, k, m.Purpose),
	}
	if o.Paid && o.Bank != "" && o.Bank == o.Payer {
		o.Said = true
	}
	if at := whole(a, m.At); o.Paid && at != 0 {
		o.At = seconds(at)
	}
	return o, nil
}
