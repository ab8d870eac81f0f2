package judge_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

const moneyRef = "money@1"

// money is a ledger with the rulebook of works, and one of money that reads it.
type money struct {
	*works
	text []byte
}

func newMoney(t *testing.T) *money {
	t.Helper()
	text, err := os.ReadFile("testdata/money@1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	m := &money{works: newWorks(t), text: text}
	m.Adopt(text, moneyRef)
	return m
}

// pay makes an event that begins an asset of the rulebook of money.
func (m *money) pay(by *judgetest.Person, kind, action, data string, set func(*rootline.Event)) *rootline.Event {
	e := act(judgetest.Code(by.Organisation), action, data)
	e.Rulebook, e.Kind = moneyRef, kind
	if set != nil {
		set(e)
	}
	return e
}

// line is a line of the bill of so many millimetres.
func (m *money) line(quantity string) string {
	m.T.Helper()
	e := m.pay(m.manager, "line", "open", `{"quantity":`+quantity+`}`, nil)
	m.Do(m.manager, e)
	return e.Asset
}

// covered is an element of 300 mm that is accepted.
func (m *money) covered(division, layer string, below ...string) string {
	m.T.Helper()
	element := m.begin(m.builder, "element", "start", `{"layer":`+layer+`}`, under(division, below...))
	m.Do(m.builder, act(element, "notice", ""))
	m.Now += 48 * 3_600_000
	m.Do(m.builder, act(element, "cover", `{"depth":300}`))
	m.Do(m.supervisor, act(element, "accept", `{"rating":"good"}`))
	return element
}

func (m *money) measure(line string, elements ...string) *rootline.Event {
	return m.pay(m.supervisor, "measure", "measure", "", under(line, elements...))
}

func TestAnotherRulebooksThingIsReferredTo(t *testing.T) {
	m := newMoney(t)
	line, division := m.line("500"), m.division()
	first := m.covered(division, "1")
	open := m.begin(m.builder, "element", "start", `{"layer":2}`, under(division, first))
	m.refused(rootline.CodeWrongInput, m.Try(m.supervisor, m.measure(line, open)))
	e := m.measure(line, first)
	m.Do(m.supervisor, e)
	if got := asset(m.World, e.Asset).Fields["depth"].Int(); got != 300 {
		t.Errorf("measured %d mm", got)
	}
	m.refused("over-boq", m.Try(m.supervisor, m.measure(line, m.covered(m.division(), "1"))))
}

// What is called alike in another rulebook is something else.
func TestABareKindIsTheOwnRulebooks(t *testing.T) {
	m := newMoney(t)
	paid := m.pay(m.manager, "cement", "deliver", "", func(e *rootline.Event) { e.Amount = 10 })
	m.Do(m.manager, paid)
	element, lot := m.element(m.division()), m.cement(10)
	e := act(element, "fill", "")
	e.Inputs = []rootline.Input{{Asset: paid.Asset, Amount: 1}}
	refused := m.refused(rootline.CodeWrongInput, m.Try(m.builder, e))
	if !strings.Contains(refused.Says.En, "money@1/cement") {
		t.Errorf("it is said as %q", refused.Says.En)
	}
	m.use(element, "fill", rootline.Input{Asset: lot, Amount: 1})

	take := func(of string) error {
		return m.Try(m.supervisor, m.pay(m.supervisor, "sample", "take", "", using(rootline.Input{Asset: of, Amount: 2})))
	}
	m.refused(rootline.CodeWrongInput, take(paid.Asset))
	if err := take(lot); err != nil {
		t.Fatal(err)
	}
	if q := asset(m.World, lot).Quantity; q.Left != 7 {
		t.Errorf("%d kg are left", q.Left)
	}
}

// Nobody counts into what the rules of another rulebook read.
func TestWhatLiesThereByAnotherRulebookIsCountedApart(t *testing.T) {
	m := newMoney(t)
	division := m.division()
	element := m.element(division)
	note := func() error { return m.Try(m.supervisor, m.pay(m.supervisor, "note", "write", "", under(division))) }
	if err := note(); err != nil {
		t.Fatal(err)
	}
	m.children(division, map[string]int64{"total": 1, "money/total": 1, "money/accepted": 1, "money/words": 1})
	if err := note(); err != nil {
		t.Fatal(err)
	}
	m.refused("enough-notes", note())
	m.Do(m.supervisor, act(element, "accept", `{"rating":"good"}`))
	m.accepted(division, `{"rating":"good"}`)
	stray := m.pay(m.supervisor, "note", "write", "", under(m.line("1")))
	m.refused(rootline.CodeWrongParent, m.Try(m.supervisor, stray))
	m.refused(rootline.CodeParentClosed, note())
}

// edit is a text with one thing changed.
func edit(t *testing.T, text []byte, old, new string) []byte {
	t.Helper()
	if !bytes.Contains(text, []byte(old)) {
		t.Fatalf("no %q", old)
	}
	return bytes.Replace(text, []byte(old), []byte(new), 1)
}

func (w *works) propose(text []byte) error {
	return w.Try(w.Admins[judgetest.Owner], judgetest.Act(rootline.ActPropose, rootline.ProposeData{YAML: string(text)}))
}

func TestWhatIsReadOfAnotherRulebookIsThere(t *testing.T) {
	for name, c := range map[string]struct{ old, new, says string }{
		"the rulebook": {"works/cement: {unit: kg}", "roads/cement: {unit: kg}", `no rulebook "roads" was adopted`},
		"the kind":     {"works/division: open", "works/divizion: open", "no kind divizion"},
		"the state":    {"works/element: accepted", "works/element: measured", "no state measured"},
		"the field":    {"depth: {integer: mm}, rating", "depth: {integer: mm}, thickness: string, rating", "keeps no thickness"},
		"the type":     {"rating: string}", "rating: bool}", "keeps rating as string, not as bool"},
		"the unit":     {"depth: {integer: mm}, rating", "depth: {integer: cm}, rating", "integer: mm, not as integer: cm"},
		"the amount":   {"works/cement: {unit: kg}", "works/cement:", "counts cement in kg, not in each"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorks(t)
			text, err := os.ReadFile("testdata/money@1.yaml")
			if err != nil {
				t.Fatal(err)
			}
			e := w.refused(rootline.CodeBadRulebook, w.propose(edit(t, text, c.old, c.new)))
			if !strings.Contains(e.Says.En, c.says) {
				t.Errorf("it is said as %q", e.Says.En)
			}
			if err := w.propose(text); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAVersionKeepsWhatOthersRead(t *testing.T) {
	for name, c := range map[string]struct {
		old, new string
		reads    bool
	}{
		"a field that is read":     {"depth: {integer: mm, min: 1", "depth: {integer: cm, min: 1", true},
		"a field that is not read": {"layer: {integer: each", "layer: {integer: row", false},
		"the unit of an input":     {"unit: kg\n    lot: counted\n    states: {open: {en: Open, zh: 可用}}\n    actions:\n      deliver", "unit: t\n    lot: counted\n    states: {open: {en: Open, zh: 可用}}\n    actions:\n      deliver", true},
		"another's bounds":         {"max: 1000, title: {en: Depth", "max: 2000, title: {en: Depth", false},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMoney(t)
			next := edit(t, edit(t, m.yaml, "version: 1", "version: 2"), c.old, c.new)
			err := m.propose(next)
			if !c.reads {
				if err != nil {
					t.Error(err)
				}
				return
			}
			e := m.refused(rootline.CodeReadElsewhere, err)
			if !strings.Contains(e.Says.En, "money@1") || e.Field != "/data/yaml" {
				t.Errorf("%s: %q", e.Field, e.Says.En)
			}
		})
	}
}

// What is read may be adopted between a proposal and the vote that decides, and a reader may let go of what it read.
func TestTheDecidingVoteLooksAgain(t *testing.T) {
	w := newWorks(t)
	text, err := os.ReadFile("testdata/money@1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	next := edit(t, edit(t, w.yaml, "version: 1", "version: 2"), "depth: {integer: mm, min: 1", "depth: {integer: cm, min: 1")
	if err := w.propose(next); err != nil {
		t.Fatal(err)
	}
	w.Adopt(text, moneyRef)
	vote := func(msp string) error {
		return w.Try(w.Admins[msp], judgetest.Act(rootline.ActVote, rootline.VoteData{Rulebook: "works@2", SHA256: rootline.HashOf(next)}))
	}
	if err := vote(judgetest.Contractor); err != nil {
		t.Fatal(err)
	}
	w.refused(rootline.CodeReadElsewhere, vote(judgetest.Regulator))
	w.Adopt([]byte("rulebook: money\nversion: 2\ntitle: {en: M, zh: 资}\nroles: {manager: {en: M, zh: 管}}\nkinds: {line: {title: {en: L, zh: 项}, states: {open: {en: O, zh: 开}}, actions: {open: {title: {en: O, zh: 开}, creates: true, to: open, by: manager}}}}\n"), "money@2")
	if err := vote(judgetest.Regulator); err != nil {
		t.Fatal(err)
	}
}

// A value of before means what its own version says.
func TestAThingIsReadUnderItsOwnVersion(t *testing.T) {
	w := newWorks(t)
	m := &money{works: w}
	division := w.division()
	old := m.covered(division, "1")
	w.Adopt(edit(t, edit(t, w.yaml, "version: 1", "version: 2"), "depth: {integer: mm, min: 1", "depth: {integer: cm, min: 1"), "works@2")
	text, err := os.ReadFile("testdata/money@1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	w.Adopt(edit(t, text, "depth: {integer: mm}, rating", "depth: {integer: cm}, rating"), moneyRef)
	line := m.line("500")
	e := w.refused(rootline.CodeRuleUndecided, w.Try(w.supervisor, m.measure(line, old)))
	if !strings.Contains(e.Says.En, "depth is absent") {
		t.Errorf("it is said as %q", e.Says.En)
	}
	move := judgetest.Act(rootline.ActMove, rootline.MoveData{Rulebook: "works@2", Assets: []string{old}, Reason: "measured anew"})
	w.Do(w.manager, move)
	w.Do(w.supervisor, m.measure(line, old))
}

// A rulebook that is read says so to who asks for it.
func TestReadingIsPartOfTheRulebook(t *testing.T) {
	m := newMoney(t)
	r, _ := m.State.Get(rootline.Ref{Space: rootline.SpaceReaders, ID: "works"})
	if got, _ := json.Marshal(r); string(got) != `{"rulebook":"works","names":["money"]}` {
		t.Errorf("works is read by %s", got)
	}
}
