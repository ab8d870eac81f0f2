package rulebook

import (
	"os"
	"strings"
	"testing"
)

// Each is a slip in the rulebook of the road lamps: what it is called, on which line, what to write instead, and that what
// is shown is right: with the example in place of the line, the slip is gone.
func TestAdvice(t *testing.T) {
	whole, err := os.ReadFile("../docs/examples/road-lamps@1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, old, new  string
		code            MistakeCode
		advice, example string
		// mends says that the example stands for the line of the mistake as a whole.
		mends bool
	}{
		{"an unquoted colon", "en: This is not on that road. Choose", "en: Wrong road: choose", NotYAML, "holds a colon", `en: "Wrong road: choose the road where the pole stands."`, false},
		{"an unquoted colon in braces", "title: {en: Deliver, zh: 到货}", "title: {en: Deliver: lamps, zh: 到货}", NotYAML, "holds a colon", `title: {en: "Deliver: lamps", zh: 到货}`, false},
		{"a tab", "    states:\n", "\tstates:\n", NotYAML, "indented with a tab", "  states:", false},
		{"an open bracket", "asks: {evidence: 1, data: {model, height}}", "asks: {evidence: 1, data: {model, height}", NotYAML, "a bracket or a quote is open", "", false},
		{"a role with a slip", "by: supplier", "by: suplier", UnknownName, `Do you mean "supplier"?`, "by: supplier", true},
		{"a state with a slip", "        to: delivered\n", "        to: deliverd\n", UnknownName, `Do you mean "delivered"?`, "to: delivered", true},
		{"a state like none", "        to: delivered\n", "        to: xyzzy\n", UnknownName, "There are: accepted, delivered, erected, failed", "", false},
		{"a word with a slip", "        creates: true\n", "        create: true\n", UnknownWord, `Do you mean "creates"?`, "creates: true", true},
		{"no title", "        title: {en: Deliver, zh: 到货}\n", "", MissingWord, "Add it, like", "title: {en: Road lamp, zh: 路灯}", false},
		{"a title in one language", "title: {en: Deliver, zh: 到货}", "title: {en: Deliver}", MissingWord, "Add it, like", "zh: 已到货", false},
		{"a title that is a text", "title: {en: Deliver, zh: 到货}", "title: Deliver", WrongForm, "both languages", "title: {en: …, zh: …}", false},
		{"a title that is a number", "title: {en: Deliver, zh: 到货}", "title: {en: 12, zh: 到货}", WrongForm, "only in quotes", `title: {en: "12", zh: 到货}`, true},
		{"a number in quotes", "evidence: 1, data: {model, height}", "evidence: \"1\", data: {model, height}", WrongForm, "without quotes", "asks: {evidence: 1, data: {model, height}}", true},
		{"a number with decimals", "min: 3000,", "min: 3.5,", WrongForm, "a smaller unit", "", false},
		{"yes for true", "creates: true", "creates: yes!", WrongForm, "true or false", "creates: true", true},
		{"a need with a slip", "place: required", "place: requred", WrongForm, `"required"`, "place: required", false},
		{"a name with a space", "      failed: {en: Does not light, zh: 故障}", "      Does not light: {en: Does not light, zh: 故障}", WrongName, "small letters", "does-not-light: {en: Does not light, zh: 故障}", true},
		{"a member with a slip", "mean(event.data.light)", "mean(event.data.ligth)", UnknownMember, `"light"`, "- check: mean(event.data.light) >= 15", true},
		{"a member that nobody asks for", "mean(event.data.light) >= 15", "event.data.temperature >= 15", UnknownMember, "Ask for it in the form", "temperature:", false},
		{"a record that nobody keeps", "actor.org != asset.builder", "actor.org != asset.welder", UnknownMember, "Keep it in the record", "welder:", false},
		{"a number against a text", "mean(event.data.light) >= 15", "mean(event.data.light) >= '15'", WrongType, "without quotes", "- check: mean(event.data.light) >= 15", true},
		{"a rule that gives a number", "mean(event.data.light) >= 15", "mean(event.data.light)", WrongType, "compare it", "- check: mean(event.data.light) >= 100", true},
		{"decimals in a rule", "mean(event.data.light) >= 15", "mean(event.data.light) >= 15.5", WrongType, "whole numbers", "", false},
		{"half an expression", "mean(event.data.light) >= 15", "mean(event.data.light) >=", BadExpression, "missing behind", "", false},
		{"a field that is not kept", "keeps: {pole, builder", "keeps: {polle, builder", UnknownName, `Do you mean "pole"?`, "keeps: {pole, builder: actor.org}", true},
		{"a state that nothing leads to", "      failed: {en: Does not light, zh: 故障}", "      failed: {en: Does not light, zh: 故障}\n      stolen: {en: Stolen, zh: 被盗}", DoesNotFit, "Let an action lead there", "to: stolen", false},
		{"too long a title", "title: {en: Deliver, zh: 到货}", "title: {en: " + strings.Repeat("x", 401) + ", zh: 到货}", TooMuch, "", "", false},
		{"an actor with a slip in the examples", "by: finn\n", "by: fin\n", UnknownName, `Do you mean "finn"?`, "by: finn", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(string(whole), c.old) {
				t.Fatalf("there is no %q", c.old)
			}
			text := strings.Replace(string(whole), c.old, c.new, 1)
			_, err := ParseFile([]byte(text))
			ps := AsProblems(err)
			found := false
			for _, p := range ps {
				if p.Code != c.code || !strings.Contains(p.Advice.En, c.advice) || !strings.Contains(p.Example, c.example) {
					continue
				}
				found = true
				if p.Line == 0 || p.Code == "" || (p.Advice.En == "") != (p.Advice.Zh == "") {
					t.Errorf("%+v", p)
				}
				if !c.mends {
					break
				}
				lines := strings.Split(text, "\n")
				was := lines[p.Line-1]
				lines[p.Line-1] = was[:len(was)-len(strings.TrimLeft(was, " "))] + p.Example
				_, err := ParseFile([]byte(strings.Join(lines, "\n")))
				for _, still := range AsProblems(err) {
					if still.Line == p.Line && still.Code == p.Code {
						t.Errorf("with %q there is still: %s", p.Example, still)
					}
				}
				break
			}
			if !found {
				t.Errorf("not among:")
				for _, p := range ps {
					t.Errorf("  %s %s → %s: %s", p.Code, p, p.Advice.En, p.Example)
				}
			}
		})
	}
}

// Every code is that of some mistake of testdata or of the slips above, and nothing else is.
func TestMistakeCodes(t *testing.T) {
	known := map[MistakeCode]bool{}
	for _, c := range MistakeCodes {
		known[c] = true
	}
	for _, s := range sorts {
		if !known[s.code] {
			t.Errorf("%s is not among the codes", s.code)
		}
		for _, begin := range s.begins {
			if sortOf(both(begin, "")) != s.code {
				t.Errorf("%q is %s before it is %s", begin, sortOf(both(begin, "")), s.code)
			}
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"supplier", "builder", "supervisor"}
	for word, want := range map[string]string{
		"suplier": "supplier", "supllier": "supplier", "buidler": "builder", "supervisors": "supervisor", "planter": "", "": "", "builder": "",
		strings.Repeat("x", 1000): "",
	} {
		if got := Nearest(word, known); got != want {
			t.Errorf("%q is nearest to %q, not %q", word, got, want)
		}
	}
}
