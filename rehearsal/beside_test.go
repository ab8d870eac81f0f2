package rehearsal

import (
	"os"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
)

// samples reads the stones of the rulebook quarry.
const samples = `rulebook: samples
version: 1
title: {en: Samples, zh: 样品}
roles:
  tester: {en: Tester, zh: 试验人员}
kinds:
  sample:
    title: {en: Sample, zh: 样品}
    states: {taken: {en: Taken, zh: 已取样}}
    actions:
      take: {title: {en: Take, zh: 取样}, creates: true, to: taken, by: tester, asks: {refs: {kinds: {quarry/stone: open}, max: 1}}}
examples:
  actors:
    sue: {role: supplier, org: Quarry}
    tim: {role: tester, org: Lab}
  histories:
    a sample of a stone:
      - {do: quarry/stone/cut, asset: stone, by: sue, state: open}
      - {do: note, asset: stone, by: sue}
      - {do: sample/take, asset: sample, by: tim, refs: [stone]}
`

func TestActionsOfARulebookBeside(t *testing.T) {
	text, err := os.ReadFile("../judge/testdata/quarry@1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	f, err := rulebook.ParseFile([]byte(samples), parse(t, string(text)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Play(t.Context(), f)
	if err != nil || !r.Passed() || !r.Complete() || r.Allowed != 3 {
		t.Fatalf("%+v, %v", r, err)
	}
}

func TestARulebookThatIsReadAndNotGiven(t *testing.T) {
	_, err := rulebook.ParseFile([]byte(samples))
	if len(rulebook.AsProblems(err)) == 0 {
		t.Fatalf("examples with actions of a text that was not given are read: %v", err)
	}
	rules, _ := rulebook.Split([]byte(samples))
	f := parse(t, string(rules)+"examples:\n  actors: {tim: {role: tester, org: Lab}}\n  histories: {none: []}\n")
	if _, err := Play(t.Context(), f); rootline.CodeOf(err) != rootline.CodeBadRulebook {
		t.Fatalf("played without what it reads: %v", err)
	}
}
