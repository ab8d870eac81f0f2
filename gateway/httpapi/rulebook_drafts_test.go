package httpapi

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/rulebook"
)

func lampsText(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/examples/road-lamps@1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A draft is told what the ledger would say of it, with a stable code, the place, and what to write instead.
func TestDraftsAreChecked(t *testing.T) {
	w := newWorks(t)
	token, lamps := w.signIn(w.manager), lampsText(t)
	rules, _ := rulebook.Split([]byte(lamps))
	check := func(yaml string) (c DraftCheck) {
		t.Helper()
		r := w.postAs(token, "/api/v1/rulebooks:check", DraftBody{YAML: yaml})
		describe(t, w).check(t, "/api/v1/rulebooks:check", "POST", r, "application/json")
		r.into(t, &c)
		return c
	}
	good := check(lamps)
	if len(good.Problems) != 0 || good.Name != "road-lamps@1" || good.Bytes != len(rules) || good.SHA256 != rootline.HashOf(rules) || good.Examples != 1 || !slices.Contains(good.Types, "integer") {
		t.Errorf("%+v", good)
	}
	for _, c := range []struct {
		name, old, new string
		want           DraftProblem
	}{
		{"a name", "by: supplier", "by: suplier", DraftProblem{Code: rulebook.UnknownName, Line: 33, Column: 13, Path: "/kinds/lamp/actions/deliver/by", Example: "by: supplier"}},
		{"an expression", "mean(event.data.light) >= 15", "mean(event.data.light) >= '15'", DraftProblem{Code: rulebook.WrongType, Line: 75, Column: 43, Path: "/kinds/lamp/actions/accept/rules/1/check", Example: "- check: mean(event.data.light) >= 15"}},
		{"a title", "        title: {en: Deliver, zh: 到货}\n", "", DraftProblem{Code: rulebook.MissingWord, Line: 30, Column: 9, Path: "/kinds/lamp/actions/deliver", Example: "title: {en: Road lamp, zh: 路灯}"}},
		{"the examples", "asset: lamp, by: sam, place: town/high-street, data: {light: [20]}", "asset: lamp, by: samm, place: town/high-street, data: {light: [20]}", DraftProblem{Code: rulebook.UnknownName, Example: "- {do: accept, asset: lamp, by: sam, place: town/high-street, data: {light: [20]}, refused: wrong-state}"}},
		{"no YAML at all", "rulebook: road-lamps", "rulebook: road: lamps", DraftProblem{Code: rulebook.NotYAML, Line: 4, Column: 1, Example: `rulebook: "road: lamps"`}},
	} {
		got := check(strings.Replace(lamps, c.old, c.new, 1))
		if len(got.Problems) != 1 {
			t.Errorf("%s: %+v", c.name, got.Problems)
			continue
		}
		p := got.Problems[0]
		if p.Says.En == "" || p.Says.Zh == "" || p.Advice.En == "" || p.Advice.Zh == "" {
			t.Errorf("%s: no words: %+v", c.name, p)
		}
		line := p.Line
		p.Says, p.Advice = rootline.Text{}, rootline.Text{}
		if c.name == "the examples" || c.name == "no YAML at all" {
			p.Line, p.Column, p.Path, c.want.Line, c.want.Column, c.want.Path = 0, 0, "", 0, 0, ""
		}
		if p != c.want || line == 0 {
			t.Errorf("%s: %+v", c.name, got.Problems[0])
		}
		if got.Name != "" {
			t.Errorf("%s: it has a name: %s", c.name, got.Name)
		}
	}
	if empty := check(""); len(empty.Problems) == 0 || empty.Bytes != 0 {
		t.Errorf("%+v", empty)
	}
}

// The examples of a draft are played as rootline rulebook test plays them, and nothing of it is kept.
func TestDraftsAreTried(t *testing.T) {
	w := newWorks(t)
	token, lamps := w.signIn(w.manager), lampsText(t)
	try := func(yaml string) (d DraftTrial) {
		t.Helper()
		r := w.postAs(token, "/api/v1/rulebooks:try", DraftBody{YAML: yaml})
		describe(t, w).check(t, "/api/v1/rulebooks:try", "POST", r, "application/json")
		r.into(t, &d)
		return d
	}
	good := try(lamps)
	if good.Histories != 1 || good.Allowed != 5 || good.Refused != 9 || len(good.Failures) != 0 || len(good.Rules) != 6 || len(good.Unplayed) != 0 || good.Stopped {
		t.Errorf("%+v", good)
	}
	loose := try(strings.Replace(lamps, "mean(event.data.light) >= 15", "mean(event.data.light) >= 1", 1))
	if len(loose.Failures) != 1 {
		t.Fatalf("%+v", loose)
	}
	f := loose.Failures[0]
	if f.Line != 138 || f.Rule != "lamp/accept/too-dark" || f.Check != "mean(event.data.light) >= 1" || f.Saw[0] != (rulebook.Saw{Expression: "mean(event.data.light)", Value: "14"}) {
		t.Errorf("%+v", f)
	}
	if wrong := try(strings.Replace(lamps, "by: supplier", "by: suplier", 1)); len(wrong.Problems) != 1 || wrong.Histories != 0 {
		t.Errorf("%+v", wrong)
	}
	w.server.trialTime = time.Nanosecond
	if cut := try(lamps); !cut.Stopped || cut.Histories != 0 || cut.Allowed != 0 {
		t.Errorf("%+v", cut)
	}
	var all struct{ Items []RulebookView }
	w.get("/api/v1/rulebooks", "").into(t, &all)
	if slices.ContainsFunc(all.Items, func(b RulebookView) bool { return b.Book == "road-lamps" }) {
		t.Error("a draft that was tried is adopted")
	}
}

func TestDraftsHaveBounds(t *testing.T) {
	w := newWorks(t)
	token, other := w.signIn(w.manager), w.signIn(w.planter)
	code := func(r *result) rootline.Code {
		t.Helper()
		var p struct{ Code rootline.Code }
		_ = json.Unmarshal(r.body, &p)
		return p.Code
	}
	// A file may be as long as it may be for the command, and the answer to a longer one is a mistake.
	var c DraftCheck
	w.postAs(token, "/api/v1/rulebooks:check", DraftBody{YAML: strings.Repeat("#", limits.RulebookFile+1)}).into(t, &c)
	if len(c.Problems) != 1 || c.Problems[0].Code != rulebook.TooMuch {
		t.Errorf("%+v", c)
	}
	if r := w.postAs(token, "/api/v1/rulebooks:check", DraftBody{YAML: strings.Repeat("#", limits.DraftBody)}); r.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a body beyond the bound: %d", r.status)
	}
	for _, body := range []string{"", "{", "[]", `{"yaml":1}`, `{"yaml":"","more":1}`} {
		if r := w.ask("POST", "/api/v1/rulebooks:check", token, []byte(body), "Content-Type", "application/json"); r.status != http.StatusBadRequest {
			t.Errorf("%q: %d", body, r.status)
		}
	}
	// While one is played, another is not begun.
	w.server.trying <- struct{}{}
	if r := w.postAs(other, "/api/v1/rulebooks:try", DraftBody{YAML: "x"}); r.status != http.StatusTooManyRequests || code(r) != rootline.CodeTooManyRequests {
		t.Errorf("%d %s", r.status, r.body)
	}
	<-w.server.trying
	// So many in a minute for one device, and the others are not kept from theirs.
	refused := 0
	for range limits.Drafts + 1 {
		if r := w.postAs(token, "/api/v1/rulebooks:check", DraftBody{YAML: "x"}); r.status == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused == 0 {
		t.Error("a device has drafts checked without end")
	}
	if r := w.postAs(other, "/api/v1/rulebooks:check", DraftBody{YAML: "x"}); r.status != http.StatusOK {
		t.Errorf("another device is answered %d", r.status)
	}
}

// Who makes the next version of a shipped rulebook finds its examples; those of others the ledger does not hold.
func TestExamplesOfShippedRulebooks(t *testing.T) {
	w := newWorks(t)
	token := w.signIn(w.manager)
	var got ShippedExamples
	r := w.get("/api/v1/rulebooks/forestation@1/examples", token)
	describe(t, w).check(t, "/api/v1/rulebooks/{name}/examples", "GET", r, "application/json")
	r.into(t, &got)
	if !strings.HasPrefix(got.YAML, "examples:\n") {
		t.Errorf("%.80s", got.YAML)
	}
	for _, name := range []string{"floodway@1", "forestation@9", "forestation", "..", "x"} {
		if r := w.get("/api/v1/rulebooks/"+name+"/examples", token); r.status != http.StatusNotFound {
			t.Errorf("%s: %d", name, r.status)
		}
	}
}

// samplesText reads the trees of another rulebook.
const samplesText = `rulebook: samples
version: 1
title: {en: Samples, zh: 样品}
roles:
  tester: {en: Tester, zh: 试验人员}
kinds:
  sample:
    title: {en: Sample, zh: 样品}
    states: {taken: {en: Taken, zh: 已取样}}
    actions:
      take: {title: {en: Take, zh: 取样}, creates: true, to: taken, by: tester, asks: {refs: {kinds: {forestation/tree: selected}, max: 1}}}
examples:
  actors:
    nina: {role: nursery, org: Nursery}
    tim: {role: tester, org: Lab}
  histories:
    a sample of a tree:
      - {do: forestation/tree/select, asset: tree, by: nina, data: {species: Pinus tabuliformis, dbh: 60, height: 3200}}
      - {do: sample/take, asset: sample, by: tim, refs: [tree]}
`

// A draft that reads another rulebook is checked and tried beside what is in force on the ledger; one that reads what is not
// there is told so.
func TestDraftsBesideWhatIsInForce(t *testing.T) {
	w := newWorks(t)
	token := w.signIn(w.manager)
	var c DraftCheck
	w.postAs(token, "/api/v1/rulebooks:check", DraftBody{YAML: samplesText}).into(t, &c)
	if len(c.Problems) != 0 || c.Name != "samples@1" {
		t.Errorf("%+v", c)
	}
	var tried DraftTrial
	w.postAs(token, "/api/v1/rulebooks:try", DraftBody{YAML: samplesText}).into(t, &tried)
	if tried.Allowed != 2 || len(tried.Failures) != 0 || len(tried.Problems) != 0 {
		t.Errorf("%+v", tried)
	}
	var missing DraftCheck
	w.postAs(token, "/api/v1/rulebooks:check", DraftBody{YAML: strings.ReplaceAll(samplesText, "forestation/", "quarry/")}).into(t, &missing)
	if len(missing.Problems) == 0 || missing.Problems[0].Says.Zh == "" {
		t.Errorf("%+v", missing)
	}
}
