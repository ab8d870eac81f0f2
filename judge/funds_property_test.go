package judge_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

// Whatever happens in whatever order to a contract: what was paid, is held and is to come is what was certified and what of the advance
// is not recovered; nothing is paid twice; no line goes beyond its bill, no thing beyond what was accepted of it; no more of the advance is
// recovered than was paid, unless the bank returned the payment, and exactly all of it when all of the contract is certified; and read
// again, it comes to the same bytes.
func TestFundsAddUp(t *testing.T) {
	f := newFunds(t)
	f.draft(1_000_000_000)
	lines := []string{f.line("1", "layers", 90, 4523, 7), f.line("2", "established", 12, 8057, 1)}
	bill := f.count(f.contract, "value")
	f.sign(bill)
	volumes := []int64{13, 29, 31, 37}
	var layers, trees []string
	for _, v := range volumes {
		layers = append(layers, f.layer(v))
	}
	trees = f.trees(6, "established")
	// What only the end of a history measures.
	restLayer, restTrees := f.layer(10_000), f.trees(700, "established")
	for _, by := range []string{judgetest.Owner, judgetest.Contractor, judgetest.Regulator} {
		f.Do(f.Admins[by], judgetest.Act(rootline.ActRoles, rootline.RolesData{Organisation: judgetest.Owner, Roles: []string{"bank", "manager"}}))
	}
	bank := f.Enrol(judgetest.Owner, "bank")
	start, clock := f.State.Records(), f.Now
	rapid.Check(t, func(t *rapid.T) {
		state := judgetest.NewState()
		for _, r := range start {
			state.Apply([]rootline.Record{r})
		}
		f.State, f.Now = state, clock
		h := &fundsHistory{funds: f, T: t, lines: lines, layers: layers, trees: trees, volumes: volumes, bill: bill, bank: bank}
		for range rapid.IntRange(20, 60).Draw(t, "events") {
			h.one()
			h.holds()
		}
		h.finish(restLayer, restTrees)
		h.replays(start)
	})
}

type fundsHistory struct {
	*funds
	*rapid.T
	lines, layers, trees                     []string
	volumes                                  []int64
	bill                                     int64
	claims, orders, measurements, variations []string
	referred                                 map[string][]string
	recalls                                  []rootline.RecallReleaseData
	bank                                     *judgetest.Person
	// returned says that the bank returned an advance that had been paid.
	returned bool
	// certified says that the last turn certified a claim.
	certified bool
	accepted  []rootline.Submission
	times     []rootline.Instant
}

func (h *fundsHistory) try(by *judgetest.Person, e *rootline.Event) bool {
	sub := h.Sign(by, e)
	d := h.Record(sub)
	if len(d.Refused) > 0 {
		return false
	}
	h.accepted, h.times = append(h.accepted, sub), append(h.times, h.Now)
	return true
}

func (h *fundsHistory) begin(list *[]string, by *judgetest.Person, kind, action, above string, data fen, refs ...string) {
	e := h.fact(judgetest.Code(by.Organisation), action, data)
	e.Kind, e.Under, e.Refs = kind, above, refs
	if h.try(by, e) {
		*list = append(*list, e.Asset)
		if len(refs) > 0 {
			if h.referred == nil {
				h.referred = map[string][]string{}
			}
			h.referred[e.Asset] = refs
		}
	}
}

func (h *fundsHistory) some(list []string, name string) string {
	if len(list) == 0 {
		return ""
	}
	return rapid.SampledFrom(list).Draw(h.T, name)
}

// due works out what a claim of all that is measured comes to, by another way than the rules do.
func (h *fundsHistory) due() (cumulative, net int64) {
	c := asset(h.World, h.contract)
	n := c.Children
	half := func(sum, share int64) int64 { return (sum*share + 5000) / 10000 }
	cumulative = n["measured"] - n["heldBack"]
	gross := cumulative - n["certified"]
	retention := half(cumulative, 300) - n["retained"]
	recovery := min(half(cumulative, 1000), n["advance"]) - n["recovered"]
	if c.State != "in-force" {
		recovery = min(n["advance"]-n["recovered"], gross-retention)
	}
	return cumulative, gross - retention - recovery
}

// open is the claim that waits, "" for none.
func (h *fundsHistory) open() string {
	for _, id := range h.claims {
		if state := asset(h.World, id).State; state == "submitted" || state == "endorsed" || state == "returned" {
			return id
		}
	}
	return ""
}

// amount is all of something or a part of it, or what is too much.
func (h *fundsHistory) amount(all int64) fen {
	return fen{"amount": max(1, rapid.SampledFrom([]int64{all, all, all, all / 2, all + 1}).Draw(h.T, "amount"))}
}

// freeze opens a recall of something that was measured, which reaches the measurement.
func (h *fundsHistory) freeze() {
	m := h.some(h.measurements, "measurement")
	if m == "" {
		return
	}
	thing := h.some(h.referred[m], "thing")
	e := judgetest.Act(rootline.ActRecall, rootline.RecallData{Asset: thing, Reason: "rot", Deadline: h.Now + 86_400_000, Dependants: []rootline.Dependant{{Asset: m, Via: thing}}})
	if h.try(h.supervisor, e) {
		h.recalls = append(h.recalls, rootline.RecallReleaseData{Recall: e.ID, Assets: []string{thing, m}, Reason: "sound"})
	}
}

// decide endorses the claim that waits, and certifies it, each for what may be or a fen off.
func (h *fundsHistory) decide() {
	for _, step := range []string{"endorse", "certify"} {
		id := h.open()
		if id == "" {
			return
		}
		a, n := asset(h.World, id), asset(h.World, h.contract).Children
		sum := min(a.Fields["cumulative"].Int(), a.Fields["base"].Int()-n["heldBack"]-(n["reversed"]-a.Fields["reversedBefore"].Int()))
		sum += rapid.SampledFrom([]int64{0, 0, 0, 0, -1, 1, 5000}).Draw(h.T, "off")
		by := h.supervisor
		if step == "certify" {
			by = h.manager
		}
		if !h.try(by, h.fact(id, step, fen{"cumulative": sum, "reason": "as found"})) {
			return
		}
		h.certified = step == "certify"
	}
}

func (h *fundsHistory) one() {
	h.Now += rootline.Instant(rapid.IntRange(0, 9).Draw(h.T, "days")) * 86_400_000
	kind := rapid.SampledFrom([]string{
		"measure", "measure", "measure", "tree", "reverse", "vary", "agree", "claim", "claim", "claim", "endorse", "deem", "return", "again",
		"withdraw", "advance", "advance", "progress", "progress", "labour", "labour", "paid", "paid", "paid", "bounced", "ordered", "off", "recall", "release", "complete",
	}).Draw(h.T, "turn")
	claim, order := h.some(h.claims, "claim"), h.some(h.orders, "order")
	cumulative, net := h.due()
	if c := asset(h.World, h.contract); claim != "" && (kind == "endorse" || kind == "deem") {
		a := asset(h.World, claim)
		cumulative = min(a.Fields["cumulative"].Int(), a.Fields["base"].Int()-c.Children["heldBack"]-(c.Children["reversed"]-a.Fields["reversedBefore"].Int()))
	}
	cumulative += int64(rapid.SampledFrom([]int{0, 0, 0, 0, 0, -1, 1}).Draw(h.T, "off"))
	sums := fen{"cumulative": cumulative, "reason": "as found"}
	act := func(by *judgetest.Person, asset, action string, data fen, refs ...string) {
		if asset != "" {
			e := h.fact(asset, action, data)
			e.Refs = refs
			h.try(by, e)
		}
	}
	switch kind {
	case "measure":
		things := rapid.Permutation(h.layers).Draw(h.T, "layers")[:rapid.IntRange(1, 3).Draw(h.T, "of")]
		h.begin(&h.measurements, h.supervisor, "measurement", "measure", h.lines[0], fen{"quantity": rapid.IntRange(1, 90).Draw(h.T, "quantity")}, things...)
	case "tree":
		things := rapid.Permutation(h.trees).Draw(h.T, "trees")[:rapid.IntRange(1, 6).Draw(h.T, "of")]
		h.begin(&h.measurements, h.supervisor, "measurement", "measure", h.lines[1], fen{"quantity": rapid.IntRange(1, 7).Draw(h.T, "quantity")}, things...)
	case "reverse":
		m := h.some(h.measurements, "measurement")
		act(h.supervisor, m, "reverse", fen{"reason": "wrong"}, h.referred[m]...)
	case "vary":
		h.begin(&h.variations, h.builder, "variation-order", "propose", h.some(h.lines, "line"), fen{"orderNumber": "V", "change": rapid.IntRange(-20, 20).Draw(h.T, "change"), "reason": "as found"})
	case "agree":
		v := h.some(h.variations, "variation")
		for _, by := range []*judgetest.Person{h.builder, h.supervisor, h.manager} {
			act(by, v, "agree", fen{"orderNumber": "V"})
		}
	case "claim":
		if claim, claimed := h.open(), slices.Clone(h.claims); claim == "" {
			h.begin(&h.claims, h.builder, "interim-claim", "submit", h.contract, fen{"claimNumber": strconv.Itoa(len(h.claims)), "cumulative": cumulative, "net": net})
			if len(h.claims) == len(claimed) {
				return
			}
		}
		if rapid.IntRange(0, 2).Draw(h.T, "recalled") == 0 {
			h.freeze()
		}
		h.decide()
	case "endorse":
		act(h.supervisor, claim, "endorse", sums)
	case "deem":
		act(h.builder, claim, "deem", fen{"cumulative": cumulative})
	case "return":
		act(h.manager, claim, "send-back", fen{"reason": "look again"})
	case "again":
		act(h.builder, claim, "resubmit", fen{"cumulative": cumulative, "net": net})
	case "withdraw":
		act(h.builder, claim, "withdraw", fen{"reason": "mistaken"})
	case "advance":
		h.begin(&h.orders, h.manager, "payment-order", "order-advance", h.contract, h.amount((h.bill*1000+5000)/10000))
	case "progress", "labour":
		if claim != "" {
			a := asset(h.World, claim)
			all := a.Fields["labour"].Int()
			if kind == "progress" {
				all = a.Fields["net"].Int() - all
			}
			h.begin(&h.orders, h.manager, "payment-order", "order-"+kind, claim, h.amount(all))
		}
	case "paid":
		act(h.manager, order, "say-paid", fen{"bankReference": "R"})
	case "bounced":
		if order != "" {
			o := asset(h.World, order)
			if h.try(h.bank, h.fact(order, "bounce", fen{"reason": "account closed"})) && o.State == "said-paid" && o.Fields["purpose"].Str() == "advance" {
				h.returned = true
			}
		}
	case "ordered":
		act(h.manager, order, "order-again", nil)
	case "off":
		act(h.manager, order, "call-off", fen{"reason": "mistaken"})
	case "recall":
		h.freeze()
	case "release":
		if len(h.recalls) > 0 {
			h.try(h.regulator, judgetest.Act(rootline.ActRecallRelease, rapid.SampledFrom(h.recalls).Draw(h.T, "recall")))
		}
	case "complete":
		if rapid.IntRange(0, 9).Draw(h.T, "really") == 0 {
			act(h.builder, h.contract, "report-complete", nil)
		}
	}
}

// holds checks the sums against the single records.
func (h *fundsHistory) holds() {
	c := asset(h.World, h.contract)
	n := c.Children
	var due, certified, retained, recovered, paid, advance int64
	for _, id := range h.claims {
		a := asset(h.World, id)
		if a.State != "certified" && a.State != "deemed" {
			continue
		}
		v := func(name string) int64 { return a.Fields[name].Int() }
		if v("gross") <= 0 || v("net") < 0 || v("labour") < 0 || v("gross") != v("retention")+v("recovery")+v("net") {
			h.Fatalf("a claim of %d fen: held %d, recovered %d, net %d", v("gross"), v("retention"), v("recovery"), v("net"))
		}
		due, certified, retained, recovered = due+v("net"), certified+v("gross"), retained+v("retention"), recovered+v("recovery")
		var under int64
		for _, o := range h.orders {
			if o := asset(h.World, o); o.Under == id && o.State != "called-off" {
				under += o.Fields["amount"].Int()
			}
		}
		if under > v("net") {
			h.Fatalf("%d fen are ordered of a claim of %d", under, v("net"))
		}
	}
	for _, id := range h.orders {
		if o := asset(h.World, id); o.State == "said-paid" {
			paid += o.Fields["amount"].Int()
			if o.Fields["purpose"].Str() == "advance" {
				advance += o.Fields["amount"].Int()
			}
		}
	}
	if h.certified && certified > n["measured"]-n["heldBack"] {
		h.Fatalf("%d fen are certified of %d that no recall holds", certified, n["measured"]-n["heldBack"])
	}
	h.certified = false
	toCome := due - (paid - advance)
	if toCome < 0 || paid+retained+toCome != certified+advance-recovered {
		h.Fatalf("paid %d, held %d, to come %d; certified %d, advance %d, recovered %d", paid, retained, toCome, certified, advance, recovered)
	}
	if n["certified"] != certified || n["paid"] != paid || n["advance"] != advance || n["retained"] != retained || n["recovered"] != recovered {
		h.Fatalf("the contract counts %v", n)
	}
	if recovered > advance && !h.returned || advance > (h.bill*1000+5000)/10000 || retained != (certified*300+5000)/10000 {
		h.Fatalf("of an advance of %d, %d are recovered; of %d, %d are held", advance, recovered, certified, retained)
	}
	things := map[string]bool{}
	for i, id := range h.lines {
		l := asset(h.World, id)
		if l.Children["quantity"] > l.Fields["quantity"].Int()+l.Children["varied"] {
			h.Fatalf("the line has %v, and %v of its bill", l.Children, l.Fields)
		}
		for _, m := range h.measurements {
			m := asset(h.World, m)
			if m.Under != id || m.State != "measured" {
				continue
			}
			most := int64(0)
			for _, thing := range h.referred[m.ID] {
				if things[id+thing] {
					h.Fatalf("%s is measured twice under a line", thing)
				}
				things[id+thing] = true
				if i == 0 {
					most += h.volumes[slices.Index(h.layers, thing)]
				} else {
					most++
				}
			}
			if q := m.Fields["quantity"].Int(); q > most {
				h.Fatalf("%d are measured of %d accepted", q, most)
			}
		}
	}
}

func (h *fundsHistory) replays(start map[rootline.Ref]rootline.Record) {
	again := judgetest.NewState()
	for _, r := range start {
		again.Apply([]rootline.Record{r})
	}
	for i, sub := range h.accepted {
		d, err := h.Judge.Record(again, []rootline.Submission{sub}, h.times[i])
		if err != nil || len(d.Refused) > 0 {
			h.Fatalf("judged again: %v, %v", d.Refused, err)
		}
		again.Apply(d.Writes)
	}
	first, _ := json.Marshal(listed(h.State))
	second, _ := json.Marshal(listed(again))
	if !bytes.Equal(first, second) {
		h.Fatalf("judged again, it came out otherwise")
	}
}

// must is for what the end of a history needs.
func (h *fundsHistory) must(by *judgetest.Person, e *rootline.Event) {
	sub := h.Sign(by, e)
	if d := h.Record(sub); len(d.Refused) > 0 {
		h.Fatalf("%s: %v", e.Action, d.Refused)
	}
	h.accepted, h.times = append(h.accepted, sub), append(h.times, h.Now)
}

// under begins an asset that must be accepted, and gives its code.
func (h *fundsHistory) under(list *[]string, by *judgetest.Person, kind, action, above string, data fen, refs ...string) string {
	n := len(*list)
	if h.begin(list, by, kind, action, above, data, refs...); len(*list) == n {
		h.Fatalf("%s of %v was refused", action, data)
	}
	return (*list)[n]
}

// finish brings a history to the contract's end: no recall is open, all of the bill is measured and certified, and what was ordered is paid.
func (h *fundsHistory) finish(layer string, trees []string) {
	for _, r := range h.recalls {
		h.try(h.regulator, judgetest.Act(rootline.ActRecallRelease, r))
	}
	if claim := h.open(); claim != "" {
		h.must(h.builder, h.fact(claim, "withdraw", fen{"reason": "all is claimed at once"}))
	}
	for _, id := range h.orders {
		switch asset(h.World, id).State {
		case "bounced":
			h.must(h.manager, h.fact(id, "order-again", nil))
			fallthrough
		case "ordered":
			h.must(h.manager, h.fact(id, "say-paid", fen{"bankReference": "R"}))
		}
	}
	pay := func(purpose, above string, amount int64) {
		if amount > 0 {
			id := h.under(&h.orders, h.manager, "payment-order", "order-"+purpose, above, fen{"amount": amount})
			h.must(h.manager, h.fact(id, "say-paid", fen{"bankReference": "R"}))
		}
	}
	agreed := (h.bill*1000 + 5000) / 10000
	pay("advance", h.contract, agreed-asset(h.World, h.contract).Children["advance"])

	more := h.under(&h.variations, h.builder, "variation-order", "propose", h.lines[0], fen{"orderNumber": "V", "change": 1000, "reason": "as found"})
	for _, by := range []*judgetest.Person{h.builder, h.supervisor, h.manager} {
		h.must(by, h.fact(more, "agree", fen{"orderNumber": "V"}))
	}
	left := func(line string) int {
		l := asset(h.World, line)
		return int(l.Fields["quantity"].Int() + l.Children["varied"] - l.Children["quantity"])
	}
	h.volumes, h.layers = append(slices.Clone(h.volumes), 10_000), append(slices.Clone(h.layers), layer)
	h.under(&h.measurements, h.supervisor, "measurement", "measure", h.lines[0], fen{"quantity": left(h.lines[0])}, layer)
	for some := range slices.Chunk(trees[:left(h.lines[1])], rootline.MaxRefs) {
		h.under(&h.measurements, h.supervisor, "measurement", "measure", h.lines[1], fen{"quantity": len(some)}, some...)
	}
	cumulative, net := h.due()
	last := h.under(&h.claims, h.builder, "interim-claim", "submit", h.contract, fen{"claimNumber": "last", "cumulative": cumulative, "net": net})
	h.must(h.supervisor, h.fact(last, "endorse", fen{"cumulative": cumulative}))
	h.must(h.manager, h.fact(last, "certify", fen{"cumulative": cumulative}))
	for _, id := range h.claims {
		a := asset(h.World, id)
		if a.State != "certified" && a.State != "deemed" {
			continue
		}
		due := map[string]int64{"labour": a.Fields["labour"].Int(), "progress": a.Fields["net"].Int() - a.Fields["labour"].Int()}
		for _, o := range h.orders {
			if o := asset(h.World, o); o.Under == id && o.State == "said-paid" {
				due[o.Fields["purpose"].Str()] -= o.Fields["amount"].Int()
			}
		}
		pay("labour", id, due["labour"])
		pay("progress", id, due["progress"])
	}
	h.returned, h.certified = false, true
	h.holds()
	n := asset(h.World, h.contract).Children
	if n["certified"] != n["value"] || n["advance"] != agreed || n["recovered"] != agreed || n["paid"]+n["retained"] != n["certified"] {
		h.Fatalf("with all of a contract certified it counts %v; the advance is %d", n, agreed)
	}
}
