package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/e2e/stage"
	"github.com/rootline/rootline/founding"
	"github.com/rootline/rootline/network"
	"github.com/rootline/rootline/rulebook"
)

const (
	roadLamps = "road-lamps@1"
	roadID    = "town/high-street"
)

// lamp is an event about a road lamp.
func (w *works) lamp(code, action, data string) *rootline.Event {
	e := &rootline.Event{Asset: code, Action: action, Rulebook: roadLamps, Evidence: []rootline.Evidence{w.photo}}
	if data != "" {
		e.Data = json.RawMessage(data)
	}
	return e
}

// A rulebook that somebody wrote from scratch, for works that nobody thought of, is adopted by vote on a ledger that
// runs. Its forms, refusals, lists and pages are there at once: no chaincode and no gateway was built or started anew.
func TestWorksThatNobodyThoughtOf(t *testing.T) {
	w := site(t)
	text, err := os.ReadFile("../docs/examples/" + roadLamps + ".yaml")
	w.ok(err)
	rules, examples := rulebook.Split(text)
	if len(examples) == 0 {
		t.Fatal("the rulebook of the guide has no examples")
	}
	early := w.lamp(rootline.NewCode(contractorPrefix), "deliver", `{"model":"L-40","height":8000}`)
	early.Kind = "lamp"
	w.refusedAs(w.sign(w.supplier, early), rootline.CodeUnknownRulebook, "")

	var voters []founding.Voter
	for _, org := range []string{network.Owner, network.Contractor, network.Supervisor} {
		voters = append(voters, founding.Voter{Device: w.admins[org], Gateway: w.owner})
	}
	w.ok(founding.Adopt(t.Context(), roadLamps, rules, voters[:2]))
	if _, err := w.owner.Rulebook(t.Context(), roadLamps); err == nil {
		t.Fatal("two of four organisations made it hold")
	}
	w.ok(founding.Adopt(t.Context(), roadLamps, rules, voters))

	road := rootline.Place{ID: roadID, Kind: "road", Parent: "town", Outline: []rootline.Point{
		{Lat: lat - 450, Lon: lon - 500}, {Lat: lat - 450, Lon: lon + 500}, {Lat: lat + 450, Lon: lon + 500}, {Lat: lat + 450, Lon: lon - 500},
	}}
	for _, p := range []rootline.Place{{ID: "town", Kind: "project"}, road} {
		p.Title = testTitle(p.ID)
		w.do(w.sign(w.manager, act(rootline.ActPlace, p)))
	}
	code := rootline.NewCode(contractorPrefix)
	deliver := w.lamp(code, "deliver", `{"model":"L-40","height":8000}`)
	deliver.Kind = "lamp"
	w.do(w.sign(w.supplier, deliver))
	put := `{"road":"` + roadID + `","pole":"P-17"}`
	w.refusedAs(w.sign(w.builder, at(w.lamp(code, "erect", put), lat+5_000, lon)), "outside-road", "lamp/erect/outside-road")
	w.refusedAs(w.sign(w.supplier, at(w.lamp(code, "erect", put), lat, lon)), rootline.CodeWrongRole, "")
	w.do(w.sign(w.builder, at(w.lamp(code, "erect", put), lat, lon)))
	dark := w.refusedAs(w.sign(w.supervisor, at(w.lamp(code, "accept", `{"light":[16,14,13,14]}`), lat, lon)), "too-dark", "lamp/accept/too-dark")
	if !strings.Contains(dark.Clause.En, "15 lx") {
		t.Errorf("the refusal names the clause %q", dark.Clause.En)
	}
	w.do(w.sign(w.supervisor, at(w.lamp(code, "accept", `{"light":[22,18,12,19]}`), lat, lon)))
	failing := w.lamp(code, "fail", `{"reason":"dark since Monday"}`)
	w.do(w.sign(w.supervisor, failing))
	statuses := w.do(w.sign(w.builder, w.lamp(code, "repair", "")))
	stage.AwaitBlock(t, w.regulator, statuses[0].Block)

	for _, g := range []*client.Gateway{w.owner, w.regulator} {
		form, err := g.Rulebook(t.Context(), roadLamps)
		w.ok(err)
		if form.Title.Zh != "道路照明" || form.SHA256 != rootline.HashOf(rules) || form.YAML != string(rules) {
			t.Errorf("at %s the rulebook is %s, %s", g.URL(), form.Title.Zh, form.SHA256)
		}
		a, err := g.Asset(t.Context(), code)
		w.ok(err)
		if a.State != "erected" || a.Seq != 5 || a.Place != roadID || a.StateTitle.Zh != "已立杆" || a.Fields["pole"].Str() != "P-17" {
			t.Errorf("at %s the lamp is %+v", g.URL(), a)
		}
		page, err := g.Assets(t.Context(), client.AssetFilter{Kind: "lamp", Place: roadID})
		w.ok(err)
		if len(page.Items) != 1 || page.Items[0].ID != code {
			t.Errorf("at %s the road's lamps are %+v", g.URL(), page.Items)
		}
	}
	if shown := fetch(t, http.MethodGet, gatewayURL(0)+"/8004/"+code+"?lang=zh", "", "Accept", "text/html"); shown.status != http.StatusOK ||
		!strings.Contains(shown.body, "路灯") || !strings.Contains(shown.body, "已立杆") {
		t.Errorf("its page: HTTP %d", shown.status)
	}
	w.lampsAtTheDesk(t, rules, voters)
}

// refusedAs sends an event that must be refused, with words in both languages and, where one is named, by that rule.
func (w *works) refusedAs(sub rootline.Submission, code rootline.Code, rule string) *rootline.Error {
	w.Helper()
	refused := rootline.AsError(w.submit(sub)[0].Err())
	switch {
	case refused == nil || refused.Code != code:
		w.Fatalf("refused as %v, want %s", refused, code)
	case refused.Says.En == "" || refused.Says.Zh == "":
		w.Errorf("%s is not said in both languages", code)
	case rule != "" && refused.Rule != roadLamps+"/"+rule:
		w.Errorf("%s is said by the rule %q, want %s", code, refused.Rule, rule)
	}
	return refused
}
