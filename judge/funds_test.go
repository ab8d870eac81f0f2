package judge_test

import (
	"encoding/json"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/rulebook"
)

const fundsRef = "funds@1"

// funds is a ledger on which the shipped rulebook of funds stands beside those of works, with a contract and its parties.
type funds struct {
	*judgetest.World
	manager, builder, supervisor, regulator *judgetest.Person
	contract                                string
}

func newFunds(t testing.TB) *funds {
	t.Helper()
	w := judgetest.NewWorld(t)
	for _, ref := range []string{"floodway@1", "forestation@1", "service-centre@1", fundsRef, "floodway@2", "forestation@2", "service-centre@2"} {
		w.Adopt(rulebook.Shipped()[ref], ref)
	}
	return &funds{
		World: w, manager: w.Enrol(judgetest.Owner, "manager"), builder: w.Enrol(judgetest.Contractor, "builder"),
		supervisor: w.Enrol(judgetest.Supervisor, "supervisor"), regulator: w.Enrol(judgetest.Regulator, "regulator"),
	}
}

// fact makes an event of the rulebook of funds; every one brings a file.
func (f *funds) fact(asset, action string, data map[string]any) *rootline.Event {
	e := &rootline.Event{Asset: asset, Action: action, Rulebook: fundsRef}
	if data != nil {
		e.Data, _ = json.Marshal(data)
	}
	switch action {
	case "sign", "submit", "resubmit", "endorse", "certify", "say-paid", "propose", "report-complete", "take-over", "end-defects", "settle", "terminate":
		e.Evidence = []rootline.Evidence{{SHA256: rootline.HashOf([]byte(asset + action)), Type: "application/pdf", Size: 1}}
	}
	return e
}

type fen = map[string]any

// start begins an asset under another one.
func (f *funds) start(by *judgetest.Person, kind, action, above string, data fen, refs ...string) (string, error) {
	e := f.fact(judgetest.Code(by.Organisation), action, data)
	e.Kind, e.Under, e.Refs = kind, above, refs
	return e.Asset, f.Try(by, e)
}

func (f *funds) must(code string, err error) string {
	f.T.Helper()
	if err != nil {
		f.T.Fatal(err)
	}
	return code
}

func (f *funds) do(by *judgetest.Person, asset, action string, data fen) {
	f.T.Helper()
	f.Do(by, f.fact(asset, action, data))
}

func (f *funds) all(asset, action string, data fen) {
	f.T.Helper()
	for _, by := range []*judgetest.Person{f.builder, f.supervisor, f.manager} {
		f.do(by, asset, action, data)
	}
}

func (f *funds) refused(want rootline.Code, err error) {
	f.T.Helper()
	if got := rootline.CodeOf(err); got != want {
		f.T.Fatalf("got %v, want %s", err, want)
	}
}

func (f *funds) count(code string, names ...string) (sum int64) {
	for _, name := range names {
		sum += asset(f.World, code).Children[name]
	}
	return sum
}

// draft makes a contract of terms as the worked example has them, and its parties.
func (f *funds) draft(estimate int64) {
	f.T.Helper()
	f.contract = f.must(f.start(f.manager, "works-contract", "draft", "", fen{
		"name": "East levee and its wood", "contractNumber": "C-1", "estimate": estimate, "advanceShare": 1000, "retentionShare": 300,
		"progressShare": 10000, "labourShare": 1800, "labourDays": 31, "defectsDays": 720,
	}))
	f.do(f.builder, f.contract, "join-builder", nil)
	f.do(f.supervisor, f.contract, "join-supervisor", nil)
}

func (f *funds) line(number, pays string, quantity, price, per int64) string {
	f.T.Helper()
	return f.must(f.start(f.manager, "bill-line", "add", f.contract, fen{
		"lineNumber": number, "description": number, "pays": pays, "quantity": quantity, "unitPrice": price, "priceUnit": per,
	}))
}

func (f *funds) sign(price int64) {
	f.T.Helper()
	f.do(f.manager, f.contract, "sign", fen{"price": price})
	f.do(f.builder, f.contract, "sign", fen{"price": price})
}

// thing puts something accepted on the ledger, as its own works would have made it.
func (f *funds) thing(book, kind, state string, set func(*rootline.Asset)) string {
	a := &rootline.Asset{
		ID: judgetest.Code(judgetest.Contractor), Rulebook: book, Kind: kind, State: state,
		Maker: judgetest.Contractor, Custodian: judgetest.Contractor,
	}
	if set != nil {
		set(a)
	}
	f.State.Apply([]rootline.Record{a})
	return a.ID
}

func (f *funds) layer(volume int64) string {
	return f.thing("floodway@2", "fill-layer", "accepted", func(a *rootline.Asset) {
		a.Fields = rootline.Fields{"volume": rootline.IntegerOf(volume)}
	})
}

func (f *funds) steel(kg int64) string {
	return f.thing("floodway@2", "rebar", "released", func(a *rootline.Asset) { a.Quantity = &rootline.Quantity{Total: kg, Left: kg} })
}

func (f *funds) trees(n int, state string) (codes []string) {
	for range n {
		codes = append(codes, f.thing("forestation@2", "tree", state, nil))
	}
	return codes
}

func (f *funds) measure(line string, quantity int64, things ...string) (string, error) {
	return f.start(f.supervisor, "measurement", "measure", line, fen{"quantity": quantity}, things...)
}

// claim claims what there is and brings it to its certificate.
func (f *funds) claim(number string, cumulative, net int64) string {
	f.T.Helper()
	c := f.must(f.start(f.builder, "interim-claim", "submit", f.contract, fen{"claimNumber": number, "cumulative": cumulative, "net": net}))
	f.do(f.supervisor, c, "endorse", fen{"cumulative": cumulative})
	f.do(f.manager, c, "certify", fen{"cumulative": cumulative})
	return c
}

func (f *funds) pay(purpose, above string, amount int64) {
	f.T.Helper()
	o := f.must(f.start(f.manager, "payment-order", "order-"+purpose, above, fen{"amount": amount}))
	f.do(f.manager, o, "say-paid", fen{"bankReference": "R-1"})
}

func (f *funds) sums(of string, want map[string]int64) {
	f.T.Helper()
	for name, n := range want {
		if got := asset(f.World, of).Fields[name].Int(); got != n {
			f.T.Errorf("%s is %d fen, want %d", name, got, n)
		}
	}
}

// balanced holds what was paid, is held and is to come against what was certified and what of the advance is not recovered.
func (f *funds) balanced() int64 {
	f.T.Helper()
	toCome := f.count(f.contract, "due") - (f.count(f.contract, "paid") - f.count(f.contract, "advance", "released"))
	held := f.count(f.contract, "retained") - f.count(f.contract, "released")
	left := f.count(f.contract, "paid") + held + toCome
	if right := f.count(f.contract, "certified", "advance") - f.count(f.contract, "recovered"); left != right {
		f.T.Fatalf("paid, held and to come are %d fen; certified and not recovered %d", left, right)
	}
	return left
}

// The worked example, every figure of it.
func TestAContractIsPaidToTheFen(t *testing.T) {
	f := newFunds(t)
	f.draft(150_000_000)
	fill := f.line("1 fill", "layers", 10_000, 4520, 1)
	wall := f.line("2 wall", "concealed", 600, 68_550, 1)
	rebar := f.line("3 rebar", "steel", 30_000, 585_370, 1000)
	planted := f.line("4 tree planted", "planted", 1200, 18_785, 1)
	established := f.line("5 tree established", "established", 1200, 8050, 1)
	f.refused("amount-differs", f.Try(f.manager, f.fact(f.contract, "sign", fen{"price": 136_093_101})))
	f.sign(136_093_100)

	_, err := f.start(f.manager, "payment-order", "order-advance", f.contract, fen{"amount": 13_609_311})
	f.refused("too-much-ordered", err)
	f.pay("advance", f.contract, 13_609_310)

	panel := func() string { return f.thing("floodway@2", "concealed", "covered", nil) }
	layer := f.layer(3000)
	_, err = f.measure(fill, 9500, f.layer(800))
	f.refused("over-accepted", err)
	f.must(f.measure(fill, 3000, layer))
	f.must(f.measure(wall, 200, panel()))
	f.must(f.measure(rebar, 10_240, f.steel(10_240)))
	_, err = f.start(f.builder, "interim-claim", "submit", f.contract, fen{"claimNumber": "1", "cumulative": 33_264_189, "net": 28_939_845})
	f.refused("amount-differs", err)
	one := f.claim("1", 33_264_189, 28_939_844)
	f.sums(one, map[string]int64{"gross": 33_264_189, "retention": 997_926, "recovery": 3_326_419, "net": 28_939_844, "labour": 5_987_554})
	f.pay("labour", one, 5_987_554)
	f.pay("progress", one, 22_952_290)
	if sum := f.balanced(); sum != 43_547_080 {
		t.Errorf("after the first claim it is %d fen", sum)
	}

	for line, change := range map[string]int64{fill: -500, wall: 100} {
		v := f.must(f.start(f.builder, "variation-order", "propose", line, fen{"orderNumber": "VO-1", "change": change, "reason": "as the ground is"}))
		f.all(v, "agree", fen{"orderNumber": "VO-1"})
	}
	if value := f.count(f.contract, "value"); value != 140_688_100 {
		t.Errorf("with the variation it is worth %d fen", value)
	}
	_, err = f.measure(fill, 6500, layer)
	f.refused("measured-twice", err)
	_, err = f.measure(fill, 6501, f.layer(7000))
	f.refused("over-boq", err)
	f.must(f.measure(fill, 6500, f.layer(7000)))
	f.must(f.measure(wall, 320, panel()))
	f.must(f.measure(rebar, 14_635, f.steel(14_635)))
	f.must(f.measure(planted, 500, f.trees(500, "planted")...))
	f.must(f.measure(planted, 500, f.trees(500, "established")...))
	if sum := f.count(rebar, "value"); sum != 14_561_079 {
		t.Errorf("the steel is worth %d fen", sum)
	}
	two := f.claim("2", 111_932_079, 68_441_065)
	f.sums(two, map[string]int64{"gross": 78_667_890, "retention": 2_360_036, "recovery": 7_866_789, "net": 68_441_065, "labour": 14_160_220})
	f.pay("labour", two, 14_160_220)
	f.pay("progress", two, 54_280_845)
	f.balanced()

	f.must(f.measure(wall, 180, panel()))
	f.must(f.measure(rebar, 5125, f.steel(5125)))
	f.must(f.measure(planted, 200, f.trees(200, "planted")...))
	_, err = f.measure(established, 1, f.trees(1, "dead")...)
	f.refused("not-accepted", err)
	for _, n := range []int{500, 500, 104} {
		f.must(f.measure(established, int64(n), f.trees(n, "established")...))
	}
	three := f.claim("3", 139_915_300, 24_727_622)
	f.sums(three, map[string]int64{"gross": 27_983_221, "retention": 839_497, "recovery": 2_416_102, "net": 24_727_622, "labour": 5_036_980})
	f.pay("labour", three, 5_036_980)
	f.pay("progress", three, 19_690_642)
	f.balanced()
	if paid, held := f.count(f.contract, "paid"), f.count(f.contract, "retained"); paid != 135_717_841 || held != 4_197_459 {
		t.Errorf("%d fen are paid, %d held", paid, held)
	}
	_, err = f.start(f.manager, "payment-order", "order-progress", three, fen{"amount": 1})
	f.refused("too-much-ordered", err)

	f.do(f.builder, f.contract, "report-complete", nil)
	f.all(f.contract, "take-over", nil)
	f.pay("release", f.contract, 4_197_459-2_098_730)
	_, err = f.start(f.manager, "payment-order", "order-release", f.contract, fen{"amount": 1})
	f.refused("defects-open", err)
	f.Now += 720 * 86_400_000
	f.all(f.contract, "end-defects", nil)
	f.refused("not-all-paid", f.Try(f.builder, f.fact(f.contract, "settle", nil)))
	f.pay("release", f.contract, 2_098_730)
	if sum := f.balanced(); sum != 139_915_300 || f.count(f.contract, "paid") != sum {
		t.Errorf("%d fen are paid of %d", f.count(f.contract, "paid"), sum)
	}
	f.all(f.contract, "settle", nil)
}

// recall freezes a thing with the measurements that refer to it, and gives the recall's id.
func (f *funds) recall(thing string, measurements ...string) string {
	f.T.Helper()
	d := rootline.RecallData{Asset: thing, Reason: "strength", Deadline: f.Now + 86_400_000}
	for _, m := range measurements {
		d.Dependants = append(d.Dependants, rootline.Dependant{Asset: m, Via: thing})
	}
	e := judgetest.Act(rootline.ActRecall, d)
	f.Do(f.supervisor, e)
	return e.ID
}

// What a recall holds drops out of a claim that is not certified, which goes on with the rest, and is set off in the next claim where it
// was certified and paid. What is released comes back.
func TestARecallReachesWhatIsPaid(t *testing.T) {
	f := newFunds(t)
	f.draft(100_000_000)
	line := f.line("trees", "established", 100, 10_000, 1)
	f.sign(1_000_000)
	trees := f.trees(12, "established")
	first := f.must(f.measure(line, 2, trees[:2]...))
	paid := f.claim("1", 20_000, 19_400)
	f.pay("progress", paid, 19_400-3600)
	f.pay("labour", paid, 3600)

	second := f.must(f.measure(line, 3, trees[2:5]...))
	f.must(f.measure(line, 5, trees[5:10]...))
	// Only what left its mark at the thing is reached, by a step that the ledger checks.
	other := judgetest.Act(rootline.ActRecall, rootline.RecallData{Asset: trees[2], Reason: "rot", Deadline: f.Now + 86_400_000, Dependants: []rootline.Dependant{{Asset: first, Via: trees[2]}}})
	f.refused(rootline.CodeNotDependant, f.Try(f.supervisor, other))

	claim := f.must(f.start(f.builder, "interim-claim", "submit", f.contract, fen{"claimNumber": "2", "cumulative": 100_000, "net": 77_600}))
	f.recall(trees[2], second)
	f.refused("amount-differs", f.Try(f.supervisor, f.fact(claim, "endorse", fen{"cumulative": 100_000})))
	f.do(f.supervisor, claim, "endorse", fen{"cumulative": 70_000})
	id := f.recall(trees[0], first)
	f.refused("amount-differs", f.Try(f.manager, f.fact(claim, "certify", fen{"cumulative": 70_000})))
	f.do(f.manager, claim, "certify", fen{"cumulative": 50_000})
	f.sums(claim, map[string]int64{"gross": 30_000, "net": 29_100, "setOff": 50_000})
	f.balanced()

	_, err := f.start(f.builder, "interim-claim", "submit", f.contract, fen{"claimNumber": "3", "cumulative": 50_000, "net": 1})
	f.refused("recall-open", err)
	f.Do(f.regulator, judgetest.Act(rootline.ActRecallRelease, rootline.RecallReleaseData{Recall: id, Assets: []string{trees[0], first}, Reason: "sound"}))
	back := f.claim("3", 70_000, 19_400)
	f.sums(back, map[string]int64{"gross": 20_000, "setOff": -20_000})
	f.balanced()
}

// A hundred thousand trees are measured in two hundred events, each tree once.
func TestAHundredThousandTreesAreMeasured(t *testing.T) {
	const each, of = rootline.MaxRefs, 200
	f := newFunds(t)
	f.draft(10_000_000_000)
	line := f.line("trees", "planted", each*of, 18_785, 1)
	f.sign(18_785 * each * of)
	var last []string
	for range of {
		last = f.trees(each, "planted")
		f.must(f.measure(line, each, last...))
	}
	if got := f.count(line, "quantity"); got != each*of {
		t.Errorf("%d trees are measured", got)
	}
	if got := f.count(f.contract, "measured"); got != 18_785*each*of {
		t.Errorf("they are worth %d fen", got)
	}
	_, err := f.measure(line, 1, last[each-1])
	f.refused("measured-twice", err)
}
