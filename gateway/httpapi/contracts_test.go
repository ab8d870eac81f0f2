package httpapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/money"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/rulebook"
)

// built is a ledger with the shipped rulebook of funds, beside rulebooks of works as short as that one lets them be: what is measured
// begins as accepted.
type built struct {
	*works
	builder, supervisor *judgetest.Person
	contract            string
	claims              []string
	token               string
}

// begun is a rulebook in whose kinds things begin in any of their states.
func begun(name string, kinds map[string][]string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "rulebook: %s\nversion: 1\ntitle: {en: %[1]s, zh: %[1]s}\nroles: {builder: {en: Builder, zh: 承包单位}}\nkinds:\n", name)
	for kind, states := range kinds {
		fmt.Fprintf(&b, "  %s:\n    title: {en: %[1]s, zh: %[1]s}\n", kind)
		asks := "asks: {data: {volume}}, keeps: {volume}"
		if kind == "rebar" {
			b.WriteString("    unit: kg\n    lot: counted\n")
			asks = "asks: {amount: required}"
		} else {
			b.WriteString("    fields: {volume: {integer: m3}}\n")
		}
		b.WriteString("    states:\n")
		for _, s := range states {
			fmt.Fprintf(&b, "      %s: {en: %[1]s, zh: %[1]s}\n", s)
		}
		b.WriteString("    actions:\n")
		for _, s := range states {
			fmt.Fprintf(&b, "      be-%s: {title: {en: Be %[1]s, zh: %[1]s}, creates: true, to: %[1]s, by: builder, %s}\n", s, asks)
		}
	}
	return []byte(b.String())
}

func newBuilt(t *testing.T) *built {
	t.Helper()
	w := newWorks(t)
	w.Adopt(begun("floodway", map[string][]string{
		"fill-layer": {"open", "filling", "compacted", "tested", "checked", "accepted", "failed", "removed"},
		"concealed":  {"open", "checked", "notified", "absent", "accepted", "filed", "covered", "unseen", "failed", "removed"},
		"rebar":      {"delivered", "released", "failed", "removed"},
	}), "floodway@1")
	w.Adopt(begun("service-centre", map[string][]string{"component": {"arrived", "hoisted", "joined", "sealed", "accepted", "rejected", "removed"}}), "service-centre@1")
	w.Adopt(rulebook.Shipped()["funds@1"], "funds@1")
	f := &built{works: w, builder: w.Enrol(judgetest.Contractor, "builder"), supervisor: w.Enrol(judgetest.Supervisor, "supervisor")}
	f.contract = f.start(f.manager, "works-contract", "draft", "", data{
		"name": "East levee and its wood", "contractNumber": "C-1", "estimate": 150_000_000, "advanceShare": 1000, "retentionShare": 300,
		"progressShare": 10000, "labourShare": 1800, "labourDays": 31, "defectsDays": 720,
	})
	f.do(f.builder, f.contract, "join-builder", nil)
	f.do(f.supervisor, f.contract, "join-supervisor", nil)
	return f
}

type data = map[string]any

// fact is an event of the rulebook of funds, with a file.
func (f *built) fact(asset, action string, d data) *rootline.Event {
	e := &rootline.Event{Asset: asset, Action: action, Rulebook: "funds@1", Evidence: []rootline.Evidence{{SHA256: rootline.HashOf([]byte(asset + action)), Type: "application/pdf", Size: 1}}}
	if slices.Contains([]string{"draft", "join-builder", "join-supervisor", "add", "measure", "agree", "escalate", "deem", "order-advance", "order-progress", "order-labour", "order-release", "reverse", "bounce", "withdraw"}, action) {
		e.Evidence = nil
	}
	if d != nil {
		b, err := json.Marshal(d)
		if err != nil {
			f.t.Fatal(err)
		}
		e.Data = b
	}
	return e
}

func (f *built) start(by *judgetest.Person, kind, action, above string, d data, refs ...string) string {
	f.t.Helper()
	e := f.fact(judgetest.Code(by.Organisation), action, d)
	e.Kind, e.Under, e.Refs = kind, above, refs
	f.Do(by, e)
	return e.Asset
}

func (f *built) do(by *judgetest.Person, asset, action string, d data) {
	f.t.Helper()
	f.Do(by, f.fact(asset, action, d))
}

func (f *built) all(asset, action string, d data) {
	f.t.Helper()
	for _, by := range []*judgetest.Person{f.builder, f.supervisor, f.manager} {
		f.do(by, asset, action, d)
	}
}

func (f *built) line(number, title, pays string, quantity, price, per int64) string {
	f.t.Helper()
	return f.start(f.manager, "bill-line", "add", f.contract, data{
		"lineNumber": number, "description": title, "pays": pays, "quantity": quantity, "unitPrice": price, "priceUnit": per,
	})
}

// measure measures so much of something new that was accepted.
func (f *built) measure(line, kind string, quantity int64) string {
	f.t.Helper()
	state := map[string]string{"fill-layer": "accepted", "concealed": "covered", "rebar": "released"}[kind]
	e := &rootline.Event{Asset: judgetest.Code(judgetest.Contractor), Kind: kind, Action: "be-" + state, Rulebook: "floodway@1"}
	if kind == "rebar" {
		e.Amount = quantity
	} else {
		e.Data = json.RawMessage(fmt.Sprintf(`{"volume":%d}`, quantity))
	}
	f.Do(f.builder, e)
	return f.start(f.supervisor, "measurement", "measure", line, data{"quantity": quantity}, e.Asset)
}

func (f *built) claim(number string, cumulative, net int64) string {
	f.t.Helper()
	c := f.start(f.builder, "interim-claim", "submit", f.contract, data{"claimNumber": number, "cumulative": cumulative, "net": net})
	f.do(f.supervisor, c, "endorse", data{"cumulative": cumulative})
	f.do(f.manager, c, "certify", data{"cumulative": cumulative})
	f.claims = append(f.claims, c)
	return c
}

func (f *built) order(purpose, above string, amount int64) string {
	f.t.Helper()
	return f.start(f.manager, "payment-order", "order-"+purpose, above, data{"amount": amount})
}

func (f *built) pay(purpose, above string, amount int64) {
	f.t.Helper()
	f.do(f.manager, f.order(purpose, above, amount), "say-paid", data{"bankReference": "R-1"})
}

func (f *built) read(path string, into any) {
	f.t.Helper()
	f.await()
	if f.token == "" {
		f.token = f.signIn(f.manager)
	}
	r := f.get(path, f.token)
	if r.status != http.StatusOK {
		f.t.Fatalf("%s: %d %s", path, r.status, r.body)
	}
	r.into(f.t, into)
}

func (f *built) sums() money.Sums {
	f.t.Helper()
	var c ContractView
	f.read("/api/v1/contracts/"+f.contract, &c)
	s := c.Sums
	if s.Paid+s.Held+s.ToCome != s.Certified+s.AdvanceOpen {
		f.t.Errorf("paid %d, held %d and to come %d are not certified %d and of the advance %d", s.Paid, s.Held, s.ToCome, s.Certified, s.AdvanceOpen)
	}
	return s
}

// first is the worked example up to the end of its first claim.
func (f *built) first() (fill, wall, rebar, planted, established string) {
	f.t.Helper()
	fill, wall = f.line("1", "Fill", "layers", 10_000, 4520, 1), f.line("2", "Wall", "concealed", 600, 68_550, 1)
	rebar = f.line("3", "Rebar", "steel", 30_000, 585_370, 1000)
	planted, established = f.line("4", "Trees planted", "layers", 1200, 18_785, 1), f.line("5", "Trees established", "layers", 1200, 8050, 1)
	f.do(f.manager, f.contract, "sign", data{"price": 136_093_100})
	f.do(f.builder, f.contract, "sign", data{"price": 136_093_100})
	f.pay("advance", f.contract, 13_609_310)
	f.measure(fill, "fill-layer", 3000)
	f.measure(wall, "concealed", 200)
	f.measure(rebar, "rebar", 10_240)
	one := f.claim("1", 33_264_189, 28_939_844)
	f.pay("labour", one, 5_987_554)
	f.pay("progress", one, 22_952_290)
	return fill, wall, rebar, planted, established
}

// rest is the worked example from there to the works' completion, where so much of the fill was measured besides.
func (f *built) rest(measured int64, fill, wall, rebar, planted, established string) {
	f.t.Helper()
	for _, v := range []struct {
		line   string
		change int64
	}{{fill, -500}, {wall, 100}} {
		order := f.start(f.builder, "variation-order", "propose", v.line, data{"orderNumber": "VO-1", "change": v.change, "reason": "as the ground is"})
		f.all(order, "agree", data{"orderNumber": "VO-1"})
	}
	f.measure(fill, "fill-layer", 6500-measured)
	f.measure(wall, "concealed", 320)
	f.measure(rebar, "rebar", 14_635)
	f.measure(planted, "fill-layer", 1000)
	two := f.claim("2", 111_932_079, 68_441_065)
	f.pay("labour", two, 14_160_220)
	f.pay("progress", two, 54_280_845)
	f.measure(wall, "concealed", 180)
	f.measure(rebar, "rebar", 5125)
	f.measure(planted, "fill-layer", 200)
	f.measure(established, "fill-layer", 1104)
	three := f.claim("3", 139_915_300, 24_727_622)
	f.pay("labour", three, 5_036_980)
	f.pay("progress", three, 19_690_642)
	f.do(f.builder, f.contract, "report-complete", nil)
}

// The worked example as pages show it: every sum is the ledger's own, and they agree to the fen.
func TestAContractIsShownToTheFen(t *testing.T) {
	f := newBuilt(t)
	if got := f.sums(); got != (money.Sums{}) {
		t.Errorf("a draft comes to %+v", got)
	}
	fill, wall, rebar, planted, established := f.first()
	want := money.Sums{
		Worth: 136_093_100, Measured: 33_264_189, Certified: 33_264_189, Retained: 997_926, Recovered: 3_326_419, Due: 28_939_844,
		Paid: 13_609_310 + 28_939_844, Said: 13_609_310 + 28_939_844, Advance: 13_609_310, Held: 997_926, AdvanceOpen: 13_609_310 - 3_326_419,
	}
	if got := f.sums(); got != want {
		t.Errorf("after the first claim it is\n%+v, want\n%+v", got, want)
	}
	f.measure(fill, "fill-layer", 10)
	claim := f.start(f.builder, "interim-claim", "submit", f.contract, data{"claimNumber": "1a", "cumulative": 33_309_389, "net": 39_324})
	if got := f.sums(); got.Claimed != 45_200 || got.Measured != 33_309_389 {
		t.Errorf("claimed are %d fen of %d", got.Claimed, got.Measured)
	}
	var claims struct{ Items []money.Claim }
	f.read("/api/v1/contracts/"+f.contract+"/claims", &claims)
	byNumber := func(n string) money.Claim {
		t.Helper()
		i := slices.IndexFunc(claims.Items, func(c money.Claim) bool { return c.Number == n })
		if i < 0 {
			t.Fatalf("there is no claim %s among %d", n, len(claims.Items))
		}
		return claims.Items[i]
	}
	open := byNumber("1a")
	if c := open.Clock; !open.Open || c == nil || c.By != judgetest.Supervisor || c.Until-c.Since != rootline.Instant(7*24*time.Hour/time.Millisecond) || c.Then.En != "Pass on to the owner" {
		t.Errorf("the claim waits so: %+v %+v", open, open.Clock)
	}
	if w := open.Way; len(w) != 3 || !w[0].Now || w[0].At == 0 || w[0].Done || w[1].At != 0 || w[2].Done {
		t.Errorf("its way is %+v", w)
	}
	one := byNumber("1")
	if one.Gross != 33_264_189 || one.Retention != 997_926 || one.Recovery != 3_326_419 || one.Net != 28_939_844 || one.Wages != 5_987_554 || one.Paid != one.Net || one.Said != one.Net || one.Clock != nil {
		t.Errorf("the first claim is %+v", one)
	}
	for i, s := range one.Way {
		if !s.Done || s.At == 0 || i > 0 && s.At < one.Way[i-1].At {
			t.Errorf("step %d is %+v", i, s)
		}
	}
	// Who has a time for it is told so, and nobody else.
	for person, want := range map[*judgetest.Person]int{f.supervisor: 1, f.manager: 0, f.builder: 0} {
		var waits struct{ Clocks []ClockDue }
		f.get("/api/v1/waiting", f.signIn(person)).into(t, &waits)
		if len(waits.Clocks) != want || want == 1 && (waits.Clocks[0].Asset != claim || waits.Clocks[0].Name != "1a" || waits.Clocks[0].Until != open.Clock.Until || waits.Clocks[0].Under != f.contract) {
			t.Errorf("for %s waits %+v", person.Role, waits.Clocks)
		}
	}
	f.do(f.builder, claim, "withdraw", data{"reason": "too little"})

	var lines, rest struct {
		Items []money.Line
		Next  string
	}
	f.read("/api/v1/contracts/"+f.contract+"/lines?limit=3", &lines)
	if len(lines.Items) != 3 || lines.Next == "" {
		t.Fatalf("a page has %d lines", len(lines.Items))
	}
	f.read("/api/v1/contracts/"+f.contract+"/lines?limit=3&cursor="+lines.Next, &rest)
	got := map[string]money.Line{}
	for _, l := range append(slices.Clone(lines.Items), rest.Items...) {
		got[l.Number] = l
	}
	if l := got["3"]; l.Worth != 17_561_100 || l.Measured != 5_994_189 || l.Done != 10_240 || l.Price != 585_370 || l.Per != 1000 || l.Measure.Zh != "钢筋（千克）" {
		t.Errorf("the third line is %+v", l)
	}

	// The ten cubic metres are part of the second measurement of the example.
	f.rest(10, fill, wall, rebar, planted, established)
	s := f.sums()
	if s.Worth != 140_688_100 || s.Paid != 135_717_841 || s.Held != 4_197_459 || s.Certified != 139_915_300 || s.ToCome != 0 || s.AdvanceOpen != 0 {
		t.Errorf("at the end it is %+v", s)
	}
	var variations struct{ Items []money.Variation }
	f.read("/api/v1/contracts/"+f.contract+"/variations", &variations)
	var sum int64
	for _, v := range variations.Items {
		if sum += v.Value; v.Agreed == 0 {
			t.Errorf("a variation was agreed at no time: %+v", v)
		}
	}
	if len(variations.Items) != 2 || sum != 4_595_000 {
		t.Errorf("%d variations come to %d fen", len(variations.Items), sum)
	}
	var orders struct{ Items []money.Order }
	f.read("/api/v1/contracts/"+f.contract+"/orders", &orders)
	sum = 0
	for _, o := range orders.Items {
		if sum += o.Amount; !o.Paid || !o.Said || o.At == 0 || o.Payer != judgetest.Owner || o.Payee != judgetest.Contractor {
			t.Errorf("an order is %+v", o)
		}
	}
	if len(orders.Items) != 7 || sum != 135_717_841 {
		t.Errorf("%d orders come to %d fen", len(orders.Items), sum)
	}
	var list struct{ Items []money.Contract }
	f.read("/api/v1/contracts", &list)
	if len(list.Items) != 1 || list.Items[0].ID != f.contract || list.Items[0].Sums.Paid != 135_717_841 || !list.Items[0].Complete {
		t.Errorf("the list is %+v", list.Items)
	}
	if r := f.get("/api/v1/contracts/"+fill, f.token); r.status != http.StatusNotFound {
		t.Errorf("a line as a contract: %d", r.status)
	}
	if r := f.get("/api/v1/contracts", ""); r.status != http.StatusUnauthorized {
		t.Errorf("a guest reads contracts: %d", r.status)
	}
}
