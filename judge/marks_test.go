package judge_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/rulebook"
)

// taken is the record of how much of an element was taken, in all or by one share.
func (m *money) taken(element, by string) *rootline.Mark {
	r, _ := m.State.Get(rootline.Ref{Space: rootline.SpaceMark, ID: rootline.MarkID(element, "money", "taken", "", by)})
	if mark, ok := r.(*rootline.Mark); ok {
		return mark
	}
	return &rootline.Mark{}
}

func (m *money) take(depth int, elements ...string) *rootline.Event {
	return m.pay(m.builder, "share", "take", fmt.Sprintf(`{"depth":%d}`, depth), under("", elements...))
}

func (m *money) giveBack(share string, elements ...string) *rootline.Event {
	e := act(share, "give-back", "")
	e.Rulebook, e.Refs = moneyRef, elements
	return e
}

// Whoever refers to a thing and whatever they lie under, no more of it is taken than there is.
func TestWhatAllTakeIsCapped(t *testing.T) {
	m := newMoney(t)
	element, other := m.covered(m.division(), "1"), m.covered(m.division(), "1")
	first, second := m.take(200, element), m.take(101, element)
	before := asset(m.World, element).Seq
	m.Do(m.builder, first)
	m.refused("over-depth", m.Try(m.builder, second))
	second = m.take(100, element, other)
	m.Do(m.builder, second)
	m.refused("over-depth", m.Try(m.builder, m.take(1, element)))
	if all := m.taken(element, ""); all.Sum != 300 || all.Count != 2 {
		t.Errorf("all took %+v", all)
	}
	if asset(m.World, element).Seq != before {
		t.Error("the element's own record was written")
	}
	// Each gives back its own, where it took it.
	m.refused(rootline.CodeNotMarked, m.Try(m.builder, m.giveBack(first.Asset, other)))
	m.Do(m.builder, m.giveBack(first.Asset, element))
	m.refused(rootline.CodeNotMarked, m.Try(m.builder, m.giveBack(first.Asset, element)))
	if all := m.taken(element, ""); all.Sum != 100 || all.Count != 1 {
		t.Errorf("all took %+v", all)
	}
	m.Do(m.builder, m.take(200, element))
}

func TestAThingIsCountedOnceInALine(t *testing.T) {
	m := newMoney(t)
	line, another := m.line("1000"), m.line("1000")
	element := m.covered(m.division(), "1")
	first := m.measure(line, element)
	m.Do(m.supervisor, first)
	e := m.refused(rootline.CodeMarked, m.Try(m.supervisor, m.measure(line, element)))
	if e.Field != "/refs/0" || !strings.Contains(e.Says.En, first.Asset) {
		t.Errorf("%s: %q", e.Field, e.Says.En)
	}
	second := m.measure(another, element)
	m.Do(m.supervisor, second)

	reverse := func(measure string, elements ...string) error {
		e := act(measure, "reverse", "")
		e.Rulebook, e.Refs = moneyRef, elements
		return m.Try(m.supervisor, e)
	}
	m.refused(rootline.CodeNotMarked, reverse(second.Asset, m.covered(m.division(), "1")))
	if err := reverse(second.Asset, element); err != nil {
		t.Fatal(err)
	}
	m.refused(rootline.CodeMarked, m.Try(m.supervisor, m.measure(line, element))) // still the first one's
	m.Do(m.supervisor, m.measure(another, element))
}

// As many as an event may name are read, marked and added up, in a record of none of them and of nothing that others share.
func TestFiveHundredThingsAreCountedInOneEvent(t *testing.T) {
	m := newMoney(t)
	line := m.line("1000000")
	template := asset(m.World, m.covered(m.division(), "1"))
	var elements []string
	for range rootline.MaxRefs {
		one := *template
		one.ID = judgetest.Code(judgetest.Contractor)
		m.State.Apply([]rootline.Record{&one})
		elements = append(elements, one.ID)
	}
	e := m.measure(line, elements...)
	sub := m.Sign(m.supervisor, e)
	d := m.Record(sub)
	if len(d.Refused) > 0 {
		t.Fatal(d.Refused[0].Error)
	}
	if got := asset(m.World, e.Asset).Fields["depth"].Int(); got != 300*rootline.MaxRefs {
		t.Errorf("measured %d mm", got)
	}
	for _, r := range d.Writes {
		if r.Ref().Space == rootline.SpaceAsset && r.Ref().ID != e.Asset && r.Ref().ID != line {
			t.Fatalf("wrote %s", r.Ref())
		}
	}
	again := m.measure(line, slices.Concat(elements[:3], []string{template.ID})...)
	m.refused(rootline.CodeMarked, m.Try(m.supervisor, again))
	m.Do(m.supervisor, m.measure(line, template.ID))
	elements = append(elements, template.ID)
	if got := rootline.CodeOf(m.Try(m.supervisor, m.measure(line, elements...))); got != rootline.CodeMalformedEvent {
		t.Errorf("one more: %q", got)
	}
}

func TestMistakesInMarks(t *testing.T) {
	text, err := os.ReadFile("testdata/money@1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, says string }{
		{"unmarks: counted", "unmarks: paid", `"paid" is not among the marks`},
		{"marks: {counted}", "marks: {paid}", `"paid" is not among the marks`},
		{"marks: {counted}", "marks: {taken: ref.rating}", "an integer is needed"},
		{"marks: {counted}", "marks: {counted}\n        unmarks: counted", "left and taken back at once"},
		{"per: under", "per: line", "expected one of under"},
		{"        asks: {refs: {kinds: {works/element: accepted}, max: 4}}\n        unmarks: taken", "        unmarks: taken", `it asks for no "refs"`},
		{"marks: {taken: event.data.depth}\n        keeps", "marks: {counted}\n        keeps", "share lies under nothing"},
		{"keeps: {depth}\n      more", "keeps: {depth: ref.depth}\n      more", `"ref" is not known`},
	} {
		_, err := rulebook.Parse(edit(t, text, c.old, c.new))
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.new, err)
		}
	}
}

// Whatever happens in whatever order: no more is taken than there is, all is the sum of the parts, nothing is counted twice, and both
// who decides first and who reads again later come to the same bytes.
func TestMarksAddUp(t *testing.T) {
	m := newMoney(t)
	var elements, lines, shares, measures []string
	for range 3 {
		elements = append(elements, m.covered(m.division(), "1"))
		lines = append(lines, m.line("700"))
	}
	for range 3 {
		shares = append(shares, judgetest.Code(judgetest.Contractor))
		measures = append(measures, judgetest.Code(judgetest.Supervisor))
	}
	start := m.State.Records()
	rapid.Check(t, func(t *rapid.T) {
		state := judgetest.NewState()
		for _, r := range start {
			state.Apply([]rootline.Record{r})
		}
		m.State = state
		one := func(codes []string) string { return rapid.SampledFrom(codes).Draw(t, "code") }
		some := func() []string {
			all := rapid.Permutation(elements).Draw(t, "elements")
			return all[:rapid.IntRange(1, 3).Draw(t, "of")]
		}
		var accepted []rootline.Submission
		var times []rootline.Instant
		for range rapid.IntRange(1, 30).Draw(t, "events") {
			var e *rootline.Event
			by := m.builder
			switch rapid.IntRange(0, 4).Draw(t, "turn") {
			case 0, 1:
				e = m.take(rapid.IntRange(1, 200).Draw(t, "depth"), some()...)
				if e.Asset = one(shares); state.Records()[rootline.Ref{Space: rootline.SpaceAsset, ID: e.Asset}] != nil {
					e.Action, e.Kind = "more", ""
				}
			case 2:
				e = m.giveBack(one(shares), some()...)
			case 3:
				e, by = m.measure(one(lines), some()...), m.supervisor
				e.Asset = one(measures)
			case 4:
				e, by = act(one(measures), "reverse", ""), m.supervisor
				e.Rulebook, e.Refs = moneyRef, some()
			}
			sub := m.Sign(by, e)
			if d := m.Record(sub); len(d.Refused) == 0 {
				accepted, times = append(accepted, sub), append(times, m.Now)
			}
		}
		for _, element := range elements {
			all, parts := m.taken(element, ""), int64(0)
			for _, share := range shares {
				parts += m.taken(element, share).Sum
			}
			if all.Sum != parts || all.Sum > 300 || all.Sum < 0 {
				t.Fatalf("%d were taken in all, %d by each", all.Sum, parts)
			}
		}
		for _, line := range lines {
			counted := int64(0)
			for _, element := range elements {
				r := state.Records()[rootline.Ref{Space: rootline.SpaceMark, ID: rootline.MarkID(element, "money", "counted", line, "")}]
				if mark, ok := r.(*rootline.Mark); ok {
					counted += 300 * mark.Count
				}
			}
			if got := asset(m.World, line).Children["depth"]; got != counted || got > 700 {
				t.Fatalf("a line of 700 has %d, and marks for %d", got, counted)
			}
		}
		again := judgetest.NewState()
		for _, r := range start {
			again.Apply([]rootline.Record{r})
		}
		for i, sub := range accepted {
			d, err := m.Judge.Record(again, []rootline.Submission{sub}, times[i])
			if err != nil || len(d.Refused) > 0 {
				t.Fatalf("judged again: %v, %v", d.Refused, err)
			}
			again.Apply(d.Writes)
		}
		first, _ := json.Marshal(listed(state))
		second, _ := json.Marshal(listed(again))
		if !bytes.Equal(first, second) {
			t.Fatal("judged again, it came out otherwise")
		}
	})
}

// listed are all records of a state, in the order of their references.
func listed(s *judgetest.State) []rootline.Record {
	records := s.Records()
	var refs []rootline.Ref
	for ref := range records {
		refs = append(refs, ref)
	}
	slices.SortFunc(refs, rootline.Ref.Compare)
	list := make([]rootline.Record, len(refs))
	for i, ref := range refs {
		list[i] = records[ref]
	}
	return list
}
