package judge_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
)

const quarryRef = "quarry@1"

// quarry is a founded ledger with the small rulebook of testdata, a supplier and a builder. Histories begin there.
type quarry struct {
	world             *judgetest.World
	supplier, builder *judgetest.Person
	stranger          *judgetest.Person
	start             map[rootline.Ref]rootline.Record
}

func newQuarry(t *testing.T) *quarry {
	t.Helper()
	yaml, err := os.ReadFile("testdata/quarry@1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	w := judgetest.NewWorld(t)
	w.Adopt(yaml, quarryRef)
	q := &quarry{
		world: w, supplier: w.Enrol(judgetest.Contractor, "supplier"), builder: w.Enrol(judgetest.Contractor, "builder"),
		stranger: &judgetest.Person{Key: judgetest.NewKey(t)},
	}
	q.start = w.State.Records()
	return q
}

// state is a ledger as the histories begin with it.
func (q *quarry) state() *judgetest.State {
	s := judgetest.NewState()
	for _, r := range q.start {
		s.Apply([]rootline.Record{r})
	}
	return s
}

// site is the few things that a history is about, so that events meet.
type site struct {
	gravel, stones, walls []string
	crate                 string
	packed                rootline.Codes
	parts                 []string
}

func newSite() *site {
	fresh := func(n int) (codes []string) {
		for range n {
			codes = append(codes, judgetest.Code(judgetest.Contractor))
		}
		return codes
	}
	return &site{gravel: fresh(2), stones: fresh(3), walls: fresh(2), crate: fresh(1)[0], packed: rootline.NewCodes(fresh(4)), parts: fresh(2)}
}

// beginnings are the events that bring the things of the site into being.
func (s *site) beginnings() (events []*rootline.Event) {
	for _, code := range s.gravel {
		events = append(events, &rootline.Event{Asset: code, Kind: "gravel", Action: "deliver", Amount: 12, Rulebook: quarryRef})
	}
	for _, code := range s.stones {
		events = append(events, &rootline.Event{Asset: code, Kind: "stone", Action: "cut", Rulebook: quarryRef})
	}
	list := s.packed.List()
	events = append(events, &rootline.Event{Asset: s.crate, Kind: "crate", Action: "pack", List: &list, Rulebook: quarryRef})
	for _, code := range s.walls {
		events = append(events, &rootline.Event{Asset: code, Kind: "wall", Action: "start", Rulebook: quarryRef})
	}
	return events
}

// history draws events, most of which fit their turn and some of which do not.
func (q *quarry) history(t *rapid.T) []rootline.Submission {
	s := newSite()
	subs := []rootline.Submission{}
	var made []*rootline.Event
	for _, e := range s.beginnings() {
		if rapid.IntRange(0, 4).Draw(t, "there") > 0 {
			who := q.supplier
			if e.Kind == "wall" {
				who = q.builder
			}
			subs, made = append(subs, q.world.Sign(who, e)), append(made, e)
		}
	}
	for range rapid.IntRange(5, 45).Draw(t, "events") {
		if len(subs) > 0 && rapid.IntRange(0, 9).Draw(t, "odd") == 0 {
			subs = append(subs, q.odd(t, s, subs, made))
			continue
		}
		who, e, in := q.draw(t, s)
		sub := q.world.Sign(who, e)
		sub.Inclusion = in
		subs, made = append(subs, sub), append(made, e)
	}
	return subs
}

// draw makes an event that may be in turn.
func (q *quarry) draw(t *rapid.T, s *site) (*judgetest.Person, *rootline.Event, *rootline.Inclusion) {
	one := func(codes []string) string { return rapid.SampledFrom(codes).Draw(t, "code") }
	e := &rootline.Event{Rulebook: quarryRef}
	switch rapid.SampledFrom([]string{"deliver", "cut", "start", "build", "build", "build", "build", "build", "build", "note", "close", "pack", "wake", "wake", "divide", "divide"}).Draw(t, "action") {
	case "deliver":
		e.Action, e.Kind, e.Asset, e.Amount = "deliver", "gravel", one(s.gravel), rapid.Int64Range(0, 12).Draw(t, "amount")
	case "cut":
		e.Action, e.Kind, e.Asset = "cut", "stone", one(s.stones)
	case "start":
		e.Action, e.Kind, e.Asset = "start", "wall", one(s.walls)
		return q.builder, e, nil
	case "build":
		e.Action, e.Asset = "build", one(s.walls)
		pool := slices.Concat(s.gravel, s.stones, s.packed[:1])
		for _, code := range rapid.SliceOfNDistinct(rapid.SampledFrom(pool), 1, 3, rapid.ID).Draw(t, "inputs") {
			amount := int64(1)
			if slices.Contains(s.gravel, code) {
				amount = rapid.Int64Range(1, 7).Draw(t, "used")
			}
			e.Inputs = append(e.Inputs, rootline.Input{Asset: code, Amount: amount})
		}
		return q.builder, e, nil
	case "note":
		e.Action, e.Asset = "note", one(slices.Concat(s.gravel, s.stones))
	case "close":
		e.Action, e.Asset = "close", one(s.walls)
		return q.builder, e, nil
	case "pack":
		list := s.packed.List()
		e.Action, e.Kind, e.Asset, e.List = "pack", "crate", s.crate, &list
	case "wake":
		e.Action, e.Asset = "note", one(s.packed)
		in, _ := s.packed.Prove(s.crate, e.Asset)
		return q.supplier, e, in
	case "divide":
		left, right := rootline.NewCodes(s.packed[:1]), rootline.NewCodes(s.packed[1:])
		e.Action, e.Asset = "divide", s.crate
		e.Into = []rootline.Part{{Asset: s.parts[0], List: left.List()}, {Asset: s.parts[1], List: right.List()}}
		if rapid.Bool().Draw(t, "lost") { // stones that are in no part: refused late, when much is judged already
			e.Into = e.Into[:1]
		}
	}
	return q.supplier, e, nil
}

// odd makes a submission that is sent twice, forged, or signed by the wrong hand.
func (q *quarry) odd(t *rapid.T, s *site, subs []rootline.Submission, made []*rootline.Event) rootline.Submission {
	old := rapid.SampledFrom(subs).Draw(t, "old")
	switch rapid.SampledFrom([]string{"again", "forged", "reused", "stranger", "role", "stale", "not listed"}).Draw(t, "oddity") {
	case "forged":
		head, rest, _ := strings.Cut(old.JWS, ".")
		_, signature, _ := strings.Cut(rest, ".")
		_, other, _ := strings.Cut(q.world.Sign(q.supplier, &rootline.Event{Asset: s.stones[0], Action: "note", Rulebook: quarryRef}).JWS, ".")
		payload, _, _ := strings.Cut(other, ".")
		return rootline.Submission{JWS: head + "." + payload + "." + signature}
	case "reused":
		if len(made) > 0 {
			e := &rootline.Event{ID: rapid.SampledFrom(made).Draw(t, "id").ID, Asset: s.gravel[0], Action: "note", Rulebook: quarryRef}
			return q.world.Sign(q.supplier, e)
		}
	case "stranger":
		return q.world.Sign(q.stranger, &rootline.Event{Asset: s.walls[0], Action: "close", Rulebook: quarryRef})
	case "role":
		return q.world.Sign(q.supplier, &rootline.Event{Asset: s.walls[0], Kind: "wall", Action: "start", Rulebook: quarryRef})
	case "stale":
		return q.world.Sign(q.builder, &rootline.Event{Asset: s.walls[0], Action: "close", Rulebook: quarryRef, Prev: rootline.HashOf(nil)})
	case "not listed":
		sub := q.world.Sign(q.supplier, &rootline.Event{Asset: judgetest.Code(judgetest.Contractor), Action: "note", Rulebook: quarryRef})
		sub.Inclusion, _ = s.packed.Prove(s.crate, s.packed[0])
		return sub
	}
	return old
}

// oneByOne records each event as a transaction of its own. It returns the accepted ones and what was made of each.
func (q *quarry) oneByOne(t *rapid.T, state *judgetest.State, subs []rootline.Submission) (accepted []rootline.Submission, outcomes []judge.Outcome) {
	j := judge.New()
	for _, sub := range subs {
		d, err := j.Record(state, []rootline.Submission{sub}, q.world.Now)
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Refused) > 0 {
			if len(d.Writes) > 0 {
				t.Fatalf("refused (%v) and yet wrote %d records", d.Refused[0].Error, len(d.Writes))
			}
			continue
		}
		state.Apply(d.Writes)
		accepted, outcomes = append(accepted, sub), append(outcomes, d.Outcomes[0])
	}
	return accepted, outcomes
}

// dump is a whole state as text: key and bytes of each record, in key order.
func dump(t rapid.TB, state *judgetest.State) string {
	records := state.Records()
	var lines []string
	for ref, r := range records {
		b, err := wire.Encode(r)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, wire.Key(ref)+" "+string(b))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// parsed gives the event of a submission that was accepted.
func parsed(t rapid.TB, sub rootline.Submission) *rootline.Event {
	e, _, err := judge.Touch(&sub)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

var theQuarry struct {
	once sync.Once
	q    *quarry
}

// sharedQuarry is founded once, since founding takes longer than a history.
func sharedQuarry(t *testing.T) *quarry {
	theQuarry.once.Do(func() { theQuarry.q = newQuarry(t) })
	return theQuarry.q
}

// compact is for messages of failures.
func compact(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
