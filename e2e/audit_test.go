package e2e

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/network"
)

// auditScene is what the test of audits at the desk finds: a plot with three trees of a nursery lot, another tree that
// belongs elsewhere, gravel that went into many walls, a proposed rulebook, a device that is to be revoked.
type auditScene struct {
	Site    string `json:"site"`
	Through string `json:"through"`
	Lat     int64  `json:"lat"`
	Lon     int64  `json:"lon"`
	// Regulator and Admin are links of invitations; the regulator signs in at the regulator's own gateway.
	Regulator string `json:"regulator"`
	Admin     string `json:"admin"`
	Saved     string `json:"saved"`
	Plot      string `json:"plot"`
	Levee     string `json:"levee"`
	// Lot is the nursery's lot, Trees are three of it that stand on the plot, Elsewhere stands on another.
	Lot       string   `json:"lot"`
	Trees     []string `json:"trees"`
	Elsewhere string   `json:"elsewhere"`
	Gravel    string   `json:"gravel"`
	Walls     int      `json:"walls"`
	// Photo is the text of a file that the plantings name.
	Photo    string `json:"photo"`
	Proposed string `json:"proposed"`
	Spare    string `json:"spare"`
}

// A regulator follows a tree to its nursery lot and forward, walks an audit session, compares an inventory and exports;
// and writes nothing but the own acts. An administrator votes, invites and revokes.
func TestAuditAtTheDesk(t *testing.T) {
	w := site(t)
	s := w.auditSite()
	inBrowser(t, "audit", s)

	page, err := w.regulator.Assets(t.Context(), client.AssetFilter{Kind: "audit", Limit: 50})
	w.ok(err)
	counts := map[string]int64{}
	for _, a := range page.Items {
		if a.Place == s.Plot {
			for _, name := range []string{"expected", "found", "missing", "elsewhere", "unknown", "duplicate"} {
				counts[name] += a.Fields[name].Int()
			}
		}
	}
	for name, want := range map[string]int64{"expected": 6, "found": 4, "missing": 2, "elsewhere": 1, "unknown": 1, "duplicate": 2} {
		if counts[name] != want {
			t.Errorf("the two audits on the ledger have %s %d, want %d", name, counts[name], want)
		}
	}
	ballots, err := w.owner.Ballots(t.Context(), "")
	w.ok(err)
	if !slices.ContainsFunc(ballots.Items, func(b client.BallotView) bool { return b.Name == s.Proposed && len(b.Votes) == 2 }) {
		t.Errorf("the vote is not on the ledger: %+v", ballots.Items)
	}
	d, err := w.owner.Device(t.Context(), s.Spare)
	w.ok(err)
	if d.Revoked == 0 {
		t.Error("the device is not revoked")
	}
	rows := tableRows(t, filepath.Join(s.Saved, "provenance.csv"))
	walls := 0
	for _, r := range rows {
		if r[0] == "forward" {
			walls++
		}
	}
	if walls != s.Walls {
		t.Errorf("the file of the provenance has %d walls of %d", walls, s.Walls)
	}
	var changes []string
	for _, r := range tableRows(t, filepath.Join(s.Saved, "differences.csv"))[1:] {
		changes = append(changes, r[0])
	}
	slices.Sort(changes)
	if strings.Join(changes, " ") != "gone new size text" {
		t.Errorf("differences: %v", changes)
	}

	// The API lets a regulator read everything; the ledger lets a regulator write nothing of others.
	regulator := w.enrol(network.Regulator, "regulator")
	for name, e := range map[string]*rootline.Event{
		"create": delivering(rootline.NewCode(regulatorPrefix), 1_000),
		"accept": w.accepting(s.Trees[0]),
		"place":  act(rootline.ActPlace, rootline.Place{ID: "forest/99", Kind: "section", Parent: "forest", Title: rootline.Text{En: "x", Zh: "x"}}),
		"vote":   act(rootline.ActVote, rootline.VoteData{Rulebook: s.Proposed}),
		"revoke": act(rootline.ActRevoke, rootline.RevokeData{Device: w.planter.kid(), Reason: "x"}),
	} {
		if got := w.submit(w.sign(regulator, e)); got[0].Status != client.Refused || got[0].Error.Code != rootline.CodeWrongRole {
			t.Errorf("%s by a regulator: %+v", name, got[0])
		}
	}
}

// auditSite sets the scene.
func (w *works) auditSite() auditScene {
	w.Helper()
	host, err := url.Parse(gatewayURL(1))
	w.ok(err)
	const photo = "a photo of three trees of the audited plot"
	s := auditScene{
		Site: gatewayURL(1), Through: host.Host, Lat: lat, Lon: lon, Saved: w.TempDir(), Plot: "forest/9/audit", Levee: "audited-levee",
		Lot: rootline.NewCode(contractorPrefix), Elsewhere: rootline.NewCode(contractorPrefix), Gravel: rootline.NewCode(contractorPrefix),
		Walls: 250, Photo: photo, Proposed: "forestation@2",
	}
	for org, link := range map[string]*string{network.Regulator: &s.Regulator, network.Contractor: &s.Admin} {
		role := map[string]string{network.Regulator: "regulator", network.Contractor: rootline.RoleAdmin}[org]
		i, err := w.regulator.Invite(w.Context(), w.admins[org], client.InviteOptions{Role: role, Name: "auditing-" + role, Expires: time.Now().Add(time.Hour)})
		w.ok(err)
		*link = i.Link
	}
	spare := w.enrol(network.Contractor, "planter")
	s.Spare = spare.kid()
	for _, p := range []rootline.Place{
		{ID: s.Plot, Kind: "plot", Parent: "forest/9", Title: rootline.Text{En: "Audited plot", Zh: "受核查小班"}, Outline: []rootline.Point{
			{Lat: lat + 1000, Lon: lon - 1000}, {Lat: lat + 1000, Lon: lon + 1000}, {Lat: lat + 1900, Lon: lon + 1000}, {Lat: lat + 1900, Lon: lon - 1000},
		}},
		{ID: s.Levee, Kind: "levee", Title: rootline.Text{En: "Audited levee", Zh: "受核查堤段"}, Chainage: &rootline.Chainage{From: 64_900_000, To: 65_200_000}},
	} {
		w.do(w.sign(w.manager, act(rootline.ActPlace, p)))
	}
	var codes []string
	for range 60 {
		codes = append(codes, rootline.NewCode(contractorPrefix))
	}
	list := rootline.NewCodes(codes)
	s.Trees = list[:3]
	var file, picture rootline.Evidence
	for _, g := range []*client.Gateway{w.owner, w.regulator} { // each gateway keeps its own files
		file, err = g.PutEvidence(w.Context(), list.File(), rootline.CodeListType)
		w.ok(err)
		picture, err = g.PutEvidence(w.Context(), []byte(photo), "image/jpeg")
		w.ok(err)
	}
	tree := list.List()
	lot := w.event(s.Lot, "select", `{"species":"Populus tomentosa","height":1500}`)
	lot.Kind, lot.List, lot.Evidence = "tree-lot", &tree, append(lot.Evidence, file)
	w.do(
		w.sign(w.nursery, lot), w.sign(w.nursery, w.event(s.Lot, "lift", "")), w.sign(w.nursery, w.event(s.Lot, "load", `{"waybill":"W-9"}`)),
		w.sign(w.carrier, w.event(s.Lot, "ship", "")), w.sign(w.planter, w.event(s.Lot, "receive", `{"waybill":"W-9"}`)),
	)
	var subs []rootline.Submission
	for i, code := range s.Trees {
		e := at(w.event(code, "plant", `{"plot":"`+s.Plot+`","pit":"A`+string(rune('1'+i))+`","crew":"C9"}`), lat+1400, lon+int64(i)*100)
		e.Evidence = []rootline.Evidence{picture}
		subs = append(subs, w.sign(w.planter, e))
	}
	w.do(append(append(subs, w.toTheSite(s.Elsewhere)...), w.sign(w.planter, w.planting(s.Elsewhere)))...)

	subs = []rootline.Submission{w.sign(w.builder, delivering(s.Gravel, 100_000))}
	for range s.Walls {
		wall := rootline.NewCode(contractorPrefix)
		subs = append(subs, w.sign(w.builder, starting(wall)), w.sign(w.builder, building(wall, s.Gravel, 100)))
	}
	for part := range slices.Chunk(subs, 200) {
		w.do(part...)
	}
	adopted, err := w.owner.Rulebook(w.Context(), forestation)
	w.ok(err)
	proposed := strings.NewReplacer("\nversion: 1\n", "\nversion: 2\n", "asset.dbh * 5", "asset.dbh * 6").Replace(adopted.YAML)
	w.do(w.signed(w.admins[network.Owner], act(rootline.ActPropose, rootline.ProposeData{YAML: proposed})))
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(200 * time.Millisecond) { // the other gateway follows
		if _, err := w.regulator.Asset(w.Context(), s.Trees[2]); err == nil {
			if _, err := w.regulator.Rulebook(w.Context(), forestation); err == nil {
				// What this device is refused is open until it is recorded.
				got, err := w.regulator.Submit(w.Context(), []rootline.Submission{w.sign(spare, w.event(rootline.NewCode(contractorPrefix), "tend", `{"work":"weed"}`))}, patience)
				w.ok(err)
				if got[0].Status != client.Refused {
					w.Fatalf("tending a tree that is not there: %+v", got[0])
				}
				return s
			}
		}
		if time.Now().After(deadline) {
			w.Fatal("the regulator's gateway does not follow")
		}
	}
}

// signed is an act of an administrator.
func (w *works) signed(d *client.Device, e *rootline.Event) rootline.Submission {
	w.Helper()
	sub, err := d.Sign(e)
	w.ok(err)
	return sub
}
