package judge_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
)

const worksRef = "works@1"

// works is a ledger with the rulebook of testdata and a person of each role.
type works struct {
	*judgetest.World
	yaml                                   []byte
	supplier, builder, supervisor, manager *judgetest.Person
	// first is the element of the division that ready made last.
	first string
}

// newWorks adopts the rulebook of testdata with changes: pairs of what stands in it, and what stands there instead.
func newWorks(t *testing.T, changes ...string) *works {
	t.Helper()
	yaml, err := os.ReadFile("testdata/works@1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(changes); i += 2 {
		if !bytes.Contains(yaml, []byte(changes[i])) {
			t.Fatalf("%q is not in the rulebook", changes[i])
		}
		yaml = bytes.Replace(yaml, []byte(changes[i]), []byte(changes[i+1]), 1)
	}
	w := judgetest.NewWorld(t)
	w.Adopt(yaml, worksRef)
	return &works{
		World: w, yaml: yaml,
		supplier: w.Enrol(judgetest.Contractor, "supplier"), builder: w.Enrol(judgetest.Contractor, "builder"),
		supervisor: w.Enrol(judgetest.Supervisor, "supervisor"), manager: w.Enrol(judgetest.Owner, "manager"),
	}
}

// act makes an event under works@1; data is JSON or "".
func act(asset, action, data string) *rootline.Event {
	e := &rootline.Event{Asset: asset, Action: action, Rulebook: worksRef}
	if data != "" {
		e.Data = json.RawMessage(data)
	}
	return e
}

// begin makes a new asset of a kind by its first action.
func (w *works) begin(p *judgetest.Person, kind, action, data string, set func(*rootline.Event)) string {
	w.T.Helper()
	e := act(judgetest.Code(p.Organisation), action, data)
	e.Kind = kind
	if set != nil {
		set(e)
	}
	w.Do(p, e)
	return e.Asset
}

func (w *works) division() string {
	w.T.Helper()
	return w.begin(w.manager, "division", "start", "", nil)
}

func under(id string, refs ...string) func(*rootline.Event) {
	return func(e *rootline.Event) { e.Under, e.Refs = id, refs }
}

func (w *works) element(division string) string {
	w.T.Helper()
	return w.begin(w.builder, "element", "start", `{"layer":1}`, under(division))
}

func (w *works) cement(amount int64) string {
	w.T.Helper()
	return w.begin(w.supplier, "cement", "deliver", "", func(e *rootline.Event) { e.Amount = amount })
}

func using(inputs ...rootline.Input) func(*rootline.Event) {
	return func(e *rootline.Event) { e.Inputs = inputs }
}

func (w *works) use(asset, action string, inputs ...rootline.Input) {
	w.T.Helper()
	e := act(asset, action, "")
	e.Inputs = inputs
	w.Do(w.builder, e)
}

// refused expects a refusal, in both languages and with the rules that it stands on.
func (w *works) refused(want rootline.Code, err error) *rootline.Error {
	w.T.Helper()
	e := rootline.AsError(err)
	if e == nil || e.Code != want {
		w.T.Fatalf("got %v, want %s", err, want)
	}
	if e.Says.En == "" || e.Says.Zh == "" || bytes.Contains([]byte(e.Says.En+e.Says.Zh), []byte("%!")) {
		w.T.Errorf("%s is said as %+v", want, e.Says)
	}
	return e
}

func asset(w *judgetest.World, id string) *rootline.Asset {
	w.T.Helper()
	r, _ := w.State.Get(rootline.Ref{Space: rootline.SpaceAsset, ID: id})
	a, ok := r.(*rootline.Asset)
	if !ok {
		w.T.Fatalf("%s holds %T", id, r)
	}
	return a
}

func TestARefusalNamesItsRuleVersionAndClause(t *testing.T) {
	w := newWorks(t)
	division := w.division()
	w.element(division)
	e := w.refused("elements-open", w.Try(w.builder, act(division, "accept", `{"rating":"good"}`)))
	if e.Rule != "works@1/division/accept/elements-open" || e.Clause != (rootline.Text{En: "Acceptance, 4.2", Zh: "验收规程 4.2"}) {
		t.Errorf("it is called %q by the clause %+v", e.Rule, e.Clause)
	}
	if e := w.refused(rootline.CodeWrongRole, w.Try(w.supplier, act(division, "note", ""))); e.Rule != "works@1/division/note" {
		t.Errorf("the language's own refusal stands on %q", e.Rule)
	}
}

func TestNothingIsTwiceWhatThereIsOnce(t *testing.T) {
	w := newWorks(t)
	division, other := w.division(), w.division()
	first := w.element(division)
	again := act(judgetest.Code(judgetest.Contractor), "start", `{"layer":1}`)
	again.Kind, again.Under = "element", division
	w.refused(rootline.CodeNotUnique, w.Try(w.builder, again))
	w.element(other) // the same layer elsewhere
	w.Do(w.builder, act(first, "dig-out", ""))
	again.ID = ""
	w.Do(w.builder, again)
	if asset(w.World, first).Claim != "" || asset(w.World, again.Asset).Claim == "" {
		t.Error("what was dug out still claims its layer")
	}
}

func TestNoticeIsCountedFromWitnessedTimes(t *testing.T) {
	w := newWorks(t)
	element := w.element(w.division())
	cover := func() *rootline.Event { return act(element, "cover", `{"depth":300}`) }
	w.refused(rootline.CodeRuleUndecided, w.Try(w.builder, cover())) // no notice at all
	w.Do(w.builder, act(element, "notice", ""))
	w.Now += 47 * 3_600_000
	early := cover()
	early.At = w.Now + 3_600_000*2 // whatever the device claims
	w.refused("notice-too-short", w.Try(w.builder, early))
	w.Now += 3_600_000
	w.Do(w.builder, cover())
}

func TestASiloIsFilledUpAndDrawnOn(t *testing.T) {
	w := newWorks(t)
	cement := w.cement(100)
	silo := w.begin(w.builder, "silo", "fill", "", func(e *rootline.Event) {
		e.Amount, e.Inputs = 60, []rootline.Input{{Asset: cement, Amount: 60}}
	})
	top := func(amount, from int64) *rootline.Event {
		e := act(silo, "top-up", "")
		e.Amount, e.Inputs = amount, []rootline.Input{{Asset: cement, Amount: from}}
		return e
	}
	w.refused("other-amount", w.Try(w.builder, top(50, 40)))
	w.Do(w.builder, top(40, 40))
	if q := asset(w.World, silo).Quantity; q.Total != 100 || q.Left != 100 {
		t.Errorf("the silo holds %+v", q)
	}
	mix := w.begin(w.builder, "mix", "mix", "", using(rootline.Input{Asset: silo, Amount: 90}))
	if p := asset(w.World, mix).Parents; len(p) != 1 || !p[0].Possible {
		t.Errorf("what came from the silo is %+v", p)
	}
	element, heap := w.element(w.division()), w.cement(10)
	w.use(element, "place", rootline.Input{Asset: heap, Amount: 1})
	if p := asset(w.World, element).Parents; !p[0].Possible {
		t.Errorf("what came from the heap is %+v", p)
	}
	w.use(element, "fill", rootline.Input{Asset: heap, Amount: 1})
	if p := asset(w.World, element).Parents; len(p) != 1 || p[0].Possible || p[0].Amount != 2 {
		t.Errorf("what certainly went in after that is %+v", p)
	}
	if p := asset(w.World, silo).Parents; len(p) != 1 || p[0].Possible || p[0].Amount != 100 {
		t.Errorf("what went into the silo is %+v", p)
	}
}

func TestDeliveriesAreGroupedForTheirTest(t *testing.T) {
	w := newWorks(t)
	group := w.begin(w.builder, "group", "begin", "", nil)
	deliver := func(amount int64) (string, error) {
		e := act(judgetest.Code(judgetest.Contractor), "deliver", "")
		e.Kind, e.Under, e.Amount = "rebar", group, amount
		return e.Asset, w.Try(w.supplier, e)
	}
	first, err := deliver(35_000)
	if err != nil {
		t.Fatal(err)
	}
	_, err = deliver(25_001)
	w.refused("group-too-large", err)
	if _, err := deliver(25_000); err != nil {
		t.Fatal(err)
	}
	w.refused("not-passed", w.Try(w.supervisor, act(first, "release", "")))
	w.Do(w.supervisor, act(group, "pass", ""))
	w.Do(w.supervisor, act(first, "release", ""))
	_, err = deliver(1)
	w.refused(rootline.CodeParentClosed, err)
}

func parsedEvent(t testing.TB, sub rootline.Submission) *rootline.Event {
	t.Helper()
	e, _, err := judge.Touch(&sub)
	if err != nil {
		t.Fatal(err)
	}
	return e
}
