package e2e

import (
	"encoding/json"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/e2e/stage"
	"github.com/rootline/rootline/founding"
	"github.com/rootline/rootline/network"
	"github.com/rootline/rootline/rulebook"
)

// The second version of a shipped rulebook is adopted over works that run: what began under the first goes on under it until the
// manager takes it over, by an act that everybody's gateway shows, and is then held to the second. It comes after all tests that
// begin anything under the first.
func TestWorksGoOverToTheSecondVersion(t *testing.T) {
	const first, second = "service-centre@1", "service-centre@2"
	w := site(t)
	about := func(book, asset, action, data string) *rootline.Event {
		return &rootline.Event{Asset: asset, Action: action, Rulebook: book, Data: json.RawMessage(data)}
	}
	begin := func(book, kind, under, data string) *rootline.Event {
		e := about(book, rootline.NewCode(ownerPrefix), "begin", data)
		e.Kind, e.Under = kind, under
		return e
	}
	unit := begin(first, "unit-works", "", `{"name":"Service centre"}`)
	w.do(w.sign(w.manager, unit))
	division := begin(first, "divisional-works", unit.Asset, `{"name":"Main structure"}`)
	w.do(w.sign(w.manager, division))

	var voters []founding.Voter
	for _, org := range []string{network.Owner, network.Contractor, network.Supervisor} {
		voters = append(voters, founding.Voter{Device: w.admins[org], Gateway: w.owner})
	}
	w.ok(founding.Adopt(t.Context(), second, rulebook.Shipped()[second], voters))
	w.refusedAs(w.sign(w.manager, begin(first, "unit-works", "", `{"name":"Another"}`)), rootline.CodeWrongRulebook, "")
	w.refusedAs(w.sign(w.manager, about(second, division.Asset, "classify", `{"part":"structure","reason":"it carries"}`)), rootline.CodeWrongRulebook, "")

	moved := rootline.MoveData{Rulebook: second, Assets: []string{unit.Asset, division.Asset}, Reason: "the members adopted it"}
	w.refusedAs(w.sign(w.supervisor, act(rootline.ActMove, moved)), rootline.CodeWrongRole, "")
	w.do(w.sign(w.manager, act(rootline.ActMove, moved)))
	w.do(w.sign(w.manager, about(second, division.Asset, "classify", `{"part":"structure","reason":"it carries the building"}`)))
	statuses := w.do(w.sign(w.manager, about(second, division.Asset, "cancel", `{"reason":"begun by mistake"}`)))
	stage.AwaitBlock(t, w.regulator, statuses[0].Block)
	for _, g := range []*client.Gateway{w.owner, w.regulator} {
		above, err := g.Asset(t.Context(), unit.Asset)
		w.ok(err)
		a, err := g.Asset(t.Context(), division.Asset)
		w.ok(err)
		if above.Rulebook != second || a.Rulebook != second || a.State != "cancelled" || a.Fields["part"].Str() != "structure" || a.Fields["name"].Str() != "Main structure" {
			t.Errorf("at %s the unit stands under %s, and the division is %+v", g.URL(), above.Rulebook, a)
		}
	}
}
