package e2e

import (
	"encoding/json"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/founding"
	"github.com/rootline/rootline/network"
	"github.com/rootline/rootline/rulebook"
)

// writingScene is what the test of writing a rulebook finds: an administrator's invitation, and a book with its next version.
type writingScene struct {
	Site    string `json:"site"`
	Through string `json:"through"`
	Lat     int64  `json:"lat"`
	Lon     int64  `json:"lon"`
	Admin   string `json:"admin"`
	Book    string `json:"book"`
	Next    string `json:"next"`
}

// The next version of a shipped rulebook is written at the desk. What is then voted on differs from it in what was typed, and
// in nothing else.
func TestARulebookWrittenAtTheDesk(t *testing.T) {
	w := site(t)
	host, err := url.Parse(gatewayURL(0))
	w.ok(err)
	all, err := w.owner.Rulebooks(t.Context())
	w.ok(err)
	open, err := w.owner.Ballots(t.Context(), "")
	w.ok(err)
	// Other tests leave votes on a next version open. Of such a rulebook no other text can be proposed.
	var book, next, version string
	var newest int
	for _, book = range []string{forestation, "service-centre@1"} {
		var name string
		name, version, _ = strings.Cut(book, "@")
		newest, err = strconv.Atoi(version)
		w.ok(err)
		for _, b := range all {
			if b.Book == name {
				newest = max(newest, b.Version)
			}
		}
		next = name + "@" + strconv.Itoa(newest+1)
		if !slices.ContainsFunc(open.Items, func(b client.BallotView) bool { return b.Name == next }) {
			break
		}
	}
	inBrowser(t, "writing", writingScene{
		Site: gatewayURL(0), Through: host.Host, Lat: lat, Lon: lon, Book: book, Next: next,
		Admin: w.invitation(network.Owner, rootline.RoleAdmin),
	})
	ballots, err := w.owner.Ballots(t.Context(), "")
	w.ok(err)
	base, err := rulebook.Parse(rulebook.Shipped()[book])
	w.ok(err)
	want := strings.NewReplacer(
		"version: "+version+"\n", "version: "+strconv.Itoa(newest+1)+"\n",
		"title: {en: "+base.Title.En+", zh: "+base.Title.Zh+"}", "title: {en: Trees of the town, zh: 城镇树木}",
	).Replace(string(rulebook.Shipped()[book]))
	rules, _ := rulebook.Split([]byte(want))
	want = strings.TrimRight(string(rules), "\n") + "\ntables: {cover: {title: {en: Cover, zh: 覆土}, rows: {loam: 30}}}\n"
	for _, b := range ballots.Items {
		if b.Name == next {
			if b.YAML != want {
				t.Errorf("more than what was typed differs:\n%.400s", b.YAML)
			}
			return
		}
	}
	t.Errorf("%s is not among the ballots", next)
}

const (
	dryStone  = "dry-stone@1"
	terraceID = "hill/terrace-3"
)

// Walls without mortar: a rulebook that lies beside the guide's is adopted on a ledger that runs, and a length of wall is
// built under it.
func TestDryStoneWalls(t *testing.T) {
	w := site(t)
	text, err := os.ReadFile("../docs/examples/" + dryStone + ".yaml")
	w.ok(err)
	rules, _ := rulebook.Split(text)
	var voters []founding.Voter
	for _, org := range []string{network.Owner, network.Contractor, network.Supervisor} {
		voters = append(voters, founding.Voter{Device: w.admins[org], Gateway: w.owner})
	}
	w.ok(founding.Adopt(t.Context(), dryStone, rules, voters))
	terrace := rootline.Place{ID: terraceID, Kind: "terrace", Parent: "hill", Outline: []rootline.Point{
		{Lat: lat - 450, Lon: lon - 500}, {Lat: lat - 450, Lon: lon + 500}, {Lat: lat + 450, Lon: lon + 500}, {Lat: lat + 450, Lon: lon - 500},
	}}
	for _, p := range []rootline.Place{{ID: "hill", Kind: "project"}, terrace} {
		p.Title = testTitle(p.ID)
		w.do(w.sign(w.manager, act(rootline.ActPlace, p)))
	}
	event := func(code, kind, action, data string) *rootline.Event {
		return &rootline.Event{Asset: code, Kind: kind, Action: action, Rulebook: dryStone, Evidence: []rootline.Evidence{w.photo}, Data: json.RawMessage(data)}
	}
	load, wall := rootline.NewCode(contractorPrefix), rootline.NewCode(contractorPrefix)
	deliver := event(load, "stone", "deliver", `{"note":"N-1","bed":"upper"}`)
	deliver.Amount = 9000
	w.do(w.sign(w.supplier, deliver))
	dull := w.refusedAs(w.sign(w.supervisor, event(load, "", "find-sound", `{"rings":[10,10,7]}`)), "too-many-dull", "")
	if dull.Rule != dryStone+"/stone/find-sound/too-many-dull" || !strings.Contains(dull.Clause.En, "set by the members") {
		t.Errorf("the load is refused by %s, after %q", dull.Rule, dull.Clause.En)
	}
	w.do(w.sign(w.supervisor, event(load, "", "find-sound", `{"rings":[8,9,10]}`)))
	shallow := `{"number":"W-7","terrace":"` + terraceID + `","depth":199}`
	w.refusedAs(w.sign(w.builder, at(event(wall, "length", "found", shallow), lat, lon)), "footing-too-shallow", "")
	w.do(w.sign(w.builder, at(event(wall, "length", "found", strings.Replace(shallow, "199", "200", 1)), lat, lon)))
	a, err := w.owner.Asset(t.Context(), wall)
	w.ok(err)
	if a.State != "founded" || a.StateTitle.Zh != "基槽已砌" || a.Place != terraceID || a.Fields["number"].Str() != "W-7" {
		t.Errorf("the length of wall is %+v", a)
	}
	raise := event(wall, "", "raise", `{"height":2000,"throughs":2}`)
	second, err := w.owner.PutEvidence(t.Context(), []byte("the other face of the test wall"), w.photo.Type)
	w.ok(err)
	raise.Evidence = append(raise.Evidence, second)
	raise.Inputs = []rootline.Input{{Asset: load, Amount: 6000}}
	w.do(w.sign(w.builder, raise))
	w.do(w.sign(w.supervisor, at(event(wall, "", "accept", `{"batter":[80,110,95]}`), lat, lon)))
	host, err := url.Parse(gatewayURL(0))
	w.ok(err)
	inBrowser(t, "walls", wallScene{
		Site: gatewayURL(0), Through: host.Host, Lat: lat, Lon: lon, Wall: wall, Supervisor: w.invitation(network.Supervisor, "supervisor"),
	})
	a, err = w.owner.Asset(t.Context(), wall)
	w.ok(err)
	if got, err := json.Marshal(a.Fields["faults"]); err != nil || string(got) != `[{"course":4,"sort":"loose"},{"course":7,"size":49,"sort":"belly"}]` {
		t.Errorf("the faults are %s (%v)", got, err)
	}
}

// wallScene is what the test of a wall's pages finds: an accepted length, and the invitation of a warden.
type wallScene struct {
	Site       string `json:"site"`
	Through    string `json:"through"`
	Lat        int64  `json:"lat"`
	Lon        int64  `json:"lon"`
	Wall       string `json:"wall"`
	Supervisor string `json:"supervisor"`
}
