package contract_test

import (
	"os"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

// Money that reads works and marks what it measured, as a peer runs it: marks lie in the world state beside the things.
func TestMarksOverTheWorldState(t *testing.T) {
	w := newWorks(t)
	yaml, err := os.ReadFile("../../judge/testdata/money@1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	w.must(w.record(w.sign(w.admins[judgetest.Owner], judgetest.Act(rootline.ActPropose, rootline.ProposeData{YAML: string(yaml)}))))
	for _, msp := range []string{judgetest.Contractor, judgetest.Supervisor} {
		w.must(w.record(w.sign(w.admins[msp], judgetest.Act(rootline.ActVote, rootline.VoteData{Rulebook: "money@1", SHA256: rootline.HashOf(yaml)}))))
	}
	do := func(p *judgetest.Person, e *rootline.Event) {
		t.Helper()
		if code := w.does(p, e); code != "" {
			t.Fatalf("%s: %s", e.Action, code)
		}
	}
	var elements []string
	for range 2 {
		division, element := judgetest.Code(judgetest.Owner), judgetest.Code(judgetest.Contractor)
		do(w.manager, w.event(division, "division", "start", ""))
		start := w.event(element, "element", "start", `{"layer":1}`)
		start.Under = division
		do(w.builder, start)
		do(w.builder, w.event(element, "", "notice", ""))
		elements = append(elements, element)
	}
	w.clock = w.clock.Add(48 * time.Hour)
	for _, element := range elements {
		do(w.builder, w.event(element, "", "cover", `{"depth":300}`))
		do(w.supervisor, w.event(element, "", "accept", `{"rating":"good"}`))
	}
	pay := func(kind, action, data, prefix, under string, refs ...string) *rootline.Event {
		e := w.event(judgetest.Code(prefix), kind, action, data)
		e.Rulebook, e.Under, e.Refs = "money@1", under, refs
		return e
	}
	line := pay("line", "open", `{"quantity":700}`, judgetest.Owner, "")
	do(w.manager, line)
	measure := pay("measure", "measure", "", judgetest.Supervisor, line.Asset, elements...)
	do(w.supervisor, measure)
	if got := w.asset(measure.Asset).Fields["depth"].Int(); got != 600 {
		t.Errorf("measured %d mm", got)
	}
	if code := w.does(w.supervisor, pay("measure", "measure", "", judgetest.Supervisor, line.Asset, elements[1])); code != "over-boq" {
		t.Errorf("beyond the line: %q", code)
	}
	wide := pay("line", "open", `{"quantity":7000}`, judgetest.Owner, "")
	do(w.manager, wide)
	do(w.supervisor, pay("measure", "measure", "", judgetest.Supervisor, wide.Asset, elements[0]))
	if code := w.does(w.supervisor, pay("measure", "measure", "", judgetest.Supervisor, wide.Asset, elements...)); code != rootline.CodeMarked {
		t.Errorf("measured twice in a line: %q", code)
	}
	do(w.builder, pay("share", "take", `{"depth":200}`, judgetest.Contractor, "", elements...))
	if code := w.does(w.builder, pay("share", "take", `{"depth":101}`, judgetest.Contractor, "", elements[0])); code != "over-depth" {
		t.Errorf("beyond the element: %q", code)
	}
	mark := get[*rootline.Mark](w.ledger, rootline.Ref{Space: rootline.SpaceMark, ID: rootline.MarkID(elements[0], "money", "taken", "", "")})
	if mark.Sum != 200 || mark.Count != 1 {
		t.Errorf("the mark is %+v", mark)
	}
}
