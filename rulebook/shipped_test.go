package rulebook

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

func TestShippedBooksParse(t *testing.T) {
	for name, text := range Shipped() {
		book, err := Parse(text)
		if err != nil {
			t.Errorf("%s:\n%v", name, err)
			continue
		}
		if book.Ref() != name {
			t.Errorf("the file of %s is called %s", book.Ref(), name)
		}
	}
}

// threshold is a number that a rule measures by, and not merely whether something is there.
var threshold = regexp.MustCompile(`\b\d{2,}\b|[*] *\d|[<>]=? *[1-9]`)

// followsNoClause are the codes of rules that no standard or contract says, each with what it stands for instead.
// Whoever is refused by another one reads which clause it follows.
var followsNoClause = map[rootline.Code]string{
	"counts-do-not-add-up": "sums agree",
	"other-amount":         "sums agree",

	"concrete-and-steel": "a form is whole",
	"incomplete-lot":     "a form is whole",
	"no-soil":            "a form is whole",
	"nothing-measured":   "a form is whole",
	"product-missing":    "a form is whole",
	"not-a-plot":         "a form names the right sort of place",

	"not-empty":         "one act needs another before it",
	"nothing-delivered": "one act needs another before it",
	"was-planted":       "one act needs another before it",

	"not-custodian":        "who holds something goes on with it",
	"not-yours-to-correct": "who recorded something corrects it",
	"not-yours-to-void":    "who recorded something corrects it",
	"not-yours-to-release": "who answers for something shows it",
	"other-builder":        "who began something goes on with it",
	"other-factory":        "who began something goes on with it",
	"other-nursery":        "who began something goes on with it",

	"other-truck":  "what is recorded agrees with where it is",
	"outside-plot": "what is recorded agrees with where it is",
}

// Every rule of the shipped books says which clause it follows, in both languages: the members set it, or take it from
// the edition that they adopted. Few follow none, and none of those measures.
func TestShippedRulesNameTheirClause(t *testing.T) {
	without := map[rootline.Code]bool{}
	for name := range Shipped() {
		for _, k := range shipped(t, name).Kinds {
			for _, a := range k.Actions {
				for _, r := range a.Rules {
					rule := name + ": " + k.Name + "/" + a.Name + "/" + string(r.Code)
					switch {
					case r.Clause.En != "" && r.Clause.Zh != "":
						continue
					case threshold.MatchString(r.Check):
						t.Errorf("%s measures without a clause: %s", rule, r.Check)
					case followsNoClause[r.Code] == "":
						t.Errorf("%s names no clause in both languages, and does not stand among those that follow none", rule)
					}
					without[r.Code] = true
				}
			}
		}
	}
	for code := range followsNoClause {
		if !without[code] {
			t.Errorf("every rule %s names its clause: it stands for nothing among those that follow none", code)
		}
	}
}

// quoted are the texts that clauses of the shipped books say a figure was read in. docs/shipped-rulebooks.md says where.
var quoted = []string{
	"Regulations for the Implementation of the Forest Law, article 42", "SL 176", "GB 175-2023, foreword",
	"report on the draft of GB 175-2023", "guides for practice",
}

// From the second versions on, every rule has a clause, and it says that the members set it or which text it was read in.
func TestClausesSayWhoseTheyAre(t *testing.T) {
	sources, err := os.ReadFile("../docs/shipped-rulebooks.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range quoted {
		if !strings.Contains(string(sources), "| "+text+":") {
			t.Errorf("docs/shipped-rulebooks.md does not say where %s was read", text)
		}
	}
	for name := range Shipped() {
		if _, first := FirstVersions()[name]; first {
			continue
		}
		book := shipped(t, name)
		for _, table := range book.Tables {
			if !saysWhose(table.Clause) {
				t.Errorf("%s: the table %s does not say whose it is: %v", name, table.Name, table.Clause)
			}
		}
		for _, k := range book.Kinds {
			for _, a := range k.Actions {
				for _, r := range a.Rules {
					if !saysWhose(r.Clause) {
						t.Errorf("%s: %s/%s/%s does not say whose it is: %v", name, k.Name, a.Name, r.Code, r.Clause)
					}
				}
			}
		}
	}
}

func saysWhose(clause rootline.Text) bool {
	own := strings.Contains(clause.En, "set by the members") && strings.Contains(clause.Zh, "由成员")
	read := strings.Contains(clause.En, "as quoted") && strings.Contains(clause.Zh, "引文") &&
		slices.ContainsFunc(quoted, func(text string) bool { return strings.Contains(clause.En, text) })
	return own || read
}

// What is refused for the same reason in several places names a clause in all of them or in none.
func TestShippedRulesOfOneCodeAgreeOnTheirClause(t *testing.T) {
	for name := range Shipped() {
		named := map[rootline.Code]bool{}
		for _, k := range shipped(t, name).Kinds {
			for _, a := range k.Actions {
				for _, r := range a.Rules {
					if before, seen := named[r.Code]; seen && before != (r.Clause.En != "") {
						t.Errorf("%s: %s/%s/%s names a clause in one place and none in another", name, k.Name, a.Name, r.Code)
					}
					named[r.Code] = r.Clause.En != ""
				}
			}
		}
	}
}

// The time that pages count for a notice is the one that the rules hold people to.
func TestShippedNoticesRunAsTheRulesSay(t *testing.T) {
	found := 0
	for name := range Shipped() {
		for _, k := range shipped(t, name).Kinds {
			n := k.Shows.Notice
			if n == nil {
				continue
			}
			rule := fmt.Sprintf("event.witnessed - asset.%s >= %d", n.Given, n.Seconds)
			if !slices.ContainsFunc(k.Actions, func(a *Action) bool {
				return slices.ContainsFunc(a.Rules, func(r *Rule) bool { return r.Check == rule })
			}) {
				t.Errorf("%s: no rule of %s says %s", name, k.Name, rule)
			}
			found++
		}
	}
	if found == 0 {
		t.Error("no shipped kind has a notice")
	}
}

// The time that a clock shows is the one that the rules of what follows on it hold people to, and who is awaited is who may act before.
func TestShippedClocksRunAsTheRulesSay(t *testing.T) {
	found := 0
	for name := range Shipped() {
		for _, k := range shipped(t, name).Kinds {
			for _, c := range k.Shows.Clocks {
				found++
				rule := fmt.Sprintf("event.witnessed - asset.%s >= %d", c.Since, c.Seconds)
				if a := k.Action(c.Then); a == nil || !slices.ContainsFunc(a.Rules, func(r *Rule) bool { return r.Check == rule }) {
					t.Errorf("%s: no rule of what follows in %s says %s", name, k.Name, rule)
				}
			}
		}
	}
	if found == 0 {
		t.Error("no shipped kind has a clock")
	}
}

// What is closed up, a key element among it, is looked at one by one: no action on a kind of which notice is given before it is
// covered, or that several organisations accept together, is done on a walk.
func TestShippedBooksWalkPastNothingConcealed(t *testing.T) {
	oneByOne, walks := 0, 0
	for name, text := range Shipped() {
		book, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range book.Kinds {
			concealed := k.Shows.Notice != nil || slices.ContainsFunc(k.Actions, func(a *Action) bool { return len(a.Signers) > 0 })
			if concealed {
				oneByOne++
			}
			for _, a := range k.Actions {
				if !a.Walk {
					continue
				}
				walks++
				if concealed {
					t.Errorf("%s lets %s of %s be done on a walk", name, a.Name, k.Name)
				}
			}
		}
	}
	if oneByOne < 4 || walks == 0 {
		t.Errorf("%d kinds are looked at one by one, and %d actions are done on a walk", oneByOne, walks)
	}
}
