package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/network"
)

// fieldScene is what the browser's test finds: a site, people who are invited, trees that have arrived.
type fieldScene struct {
	// Site is the gateway's own address; Through leads to it by way of the weather. A browser is told to take Through
	// for Site, so that it sees one origin.
	Site     string `json:"site"`
	Through  string `json:"through"`
	Director string `json:"director"`
	// Camera is a film of a printed label, whose code is Filmed.
	Camera string `json:"camera"`
	Filmed string `json:"filmed"`
	Plot   string `json:"plot"`
	// Lat and Lon lie in the plot, in micro-degrees.
	Lat int64 `json:"lat"`
	Lon int64 `json:"lon"`
	// Planter, Supervisor and Foreman are links of invitations. The foreman is a supervisor of the contractor's own.
	Planter    string `json:"planter"`
	Spare      string `json:"spare"`
	Supervisor string `json:"supervisor"`
	Foreman    string `json:"foreman"`
	Admin      string `json:"admin"`
	// Offline and Lossy are trees that have arrived, to be planted without a network and with a poor one.
	Offline []string `json:"offline"`
	Lossy   []string `json:"lossy"`
	// Carried is a tree whose planting goes by file to another phone; Late is a tree for the device that is revoked.
	Carried string `json:"carried"`
	Late    string `json:"late"`
	// Blank are tags of an issued roll that are not bound yet.
	Blank []string `json:"blank"`
	// Lot has arrived, and Sleeping are codes on its list, of which none has an event of its own.
	Lot      string   `json:"lot"`
	Sleeping []string `json:"sleeping"`
	// Nursery is an invitation; Listing are codes that nothing has, the last of them for the lot itself.
	Nursery string   `json:"nursery"`
	Listing []string `json:"listing"`
	// Many are trees that have arrived, to be planted for a measurement.
	Many []string `json:"many"`
}

// plantings is how many trees each of the two lots of plantings has.
const plantings = 50

// The field app from the invitation to the ledger: with a camera, without a network, with a poor one, and after the
// device was revoked.
func TestFieldAppInABrowser(t *testing.T) {
	w := site(t)
	sky, s := fieldSite(w)
	inBrowser(t, "field", s)

	for _, code := range append(append([]string{s.Filmed, s.Carried}, s.Offline...), s.Lossy...) {
		planted := 0
		for _, e := range history(t, w.owner, code) {
			if e.Action == "plant" {
				planted++
			}
		}
		if planted != 1 {
			t.Errorf("%s was planted %d times on the ledger", code, planted)
		}
	}
	vouched := 0
	for _, e := range history(t, w.owner, s.Late) {
		if e.Action == "plant" && e.AttestedBy != "" {
			vouched++
		} else if e.Action == "plant" {
			t.Errorf("%s was planted by a revoked device for which nobody vouched", s.Late)
		}
	}
	if vouched != 1 {
		t.Errorf("a supervisor vouched for %d plantings, want 1", vouched)
	}
	t.Logf("%d requests lost, %d passed", sky.lost.Load(), sky.passed.Load())
}

// What a slow phone takes from a scan to the form, and with a thousand plantings in its queue. It prints figures and
// judges none, so it runs only when it is asked for.
func TestFieldAppFigures(t *testing.T) {
	if os.Getenv("ROOTLINE_MEASURE") == "" {
		t.Skip("takes a quarter of an hour: set ROOTLINE_MEASURE")
	}
	w := site(t)
	_, s := fieldSite(w)
	for range 10 {
		s.Many = append(s.Many, w.arrived(100)...)
	}
	inBrowser(t, "measure", s)
}

// fieldSite sets the scene of the field app, with the weather that it is seen through.
func fieldSite(w *works) (*weather, fieldScene) {
	t := w.T
	t.Helper()
	sky := newWeather(t, gatewayURL(0))
	s := fieldScene{Site: gatewayURL(0), Through: sky.Listener.Addr().String(), Plot: plotID, Lat: lat, Lon: lon}
	s.Director = director(t, map[string]func(url.Values) (any, error){
		"weather": func(q url.Values) (any, error) {
			loss, err := strconv.ParseInt(q.Get("loss"), 10, 64)
			sky.loss.Store(loss)
			return map[string]int64{"lost": sky.lost.Load(), "passed": sky.passed.Load()}, err
		},
		"revoke": func(q url.Values) (any, error) {
			sub, err := w.admins[network.Contractor].Sign(act(rootline.ActRevoke, rootline.RevokeData{Device: q.Get("device")}))
			if err != nil {
				return nil, err
			}
			return w.owner.Submit(t.Context(), []rootline.Submission{sub}, patience)
		},
	}).URL
	s.Planter, s.Spare = w.invitation(network.Contractor, "planter"), w.invitation(network.Contractor, "planter")
	s.Supervisor, s.Foreman = w.invitation(network.Supervisor, "supervisor"), w.invitation(network.Contractor, "supervisor")
	s.Admin = w.invitation(network.Contractor, "admin")
	s.Filmed = w.arrived(1)[0]
	s.Offline, s.Lossy, s.Carried, s.Late = w.arrived(plantings), w.arrived(plantings), w.arrived(1)[0], w.arrived(1)[0]
	for range 3 {
		s.Blank = append(s.Blank, rootline.NewCode(contractorPrefix))
	}
	_, _, err := w.owner.IssueRoll(t.Context(), w.admins[network.Contractor], rootline.NewCodes(s.Blank))
	w.ok(err)
	s.Lot, s.Sleeping = w.lotOnSite(20)
	s.Nursery, s.Listing = w.invitation(network.Contractor, "nursery"), w.codes(6)
	s.Camera = filepath.Join(t.TempDir(), "label.y4m")
	film(t, w.sheet(s.Filmed), s.Camera)
	return sky, s
}

// lotOnSite gives a listed lot of trees that has arrived, and the codes on its list.
func (w *works) lotOnSite(n int) (lot string, codes rootline.Codes) {
	w.Helper()
	codes = rootline.NewCodes(w.codes(n))
	file, err := w.owner.PutEvidence(w.Context(), codes.File(), rootline.CodeListType)
	w.ok(err)
	lot, list := rootline.NewCode(contractorPrefix), codes.List()
	e := w.event(lot, "select", `{"species":"Populus tomentosa","height":1500}`)
	e.Kind, e.List, e.Evidence = "tree-lot", &list, append(e.Evidence, file)
	w.do(
		w.sign(w.nursery, e), w.sign(w.nursery, w.event(lot, "lift", "")), w.sign(w.nursery, w.event(lot, "load", `{"waybill":"W-7"}`)),
		w.sign(w.carrier, w.event(lot, "ship", "")), w.sign(w.planter, w.event(lot, "receive", `{"waybill":"W-7"}`)),
	)
	return lot, codes
}

// codes are fresh codes of the contractor's.
func (w *works) codes(n int) []string {
	var codes []string
	for range n {
		codes = append(codes, rootline.NewCode(contractorPrefix))
	}
	return codes
}

// invitation is the link by which a person takes a role.
func (w *works) invitation(org, role string) string {
	w.Helper()
	i, err := w.owner.Invite(w.Context(), w.admins[org], client.InviteOptions{Role: role, Name: role + "-phone", Expires: time.Now().Add(time.Hour)})
	w.ok(err)
	return i.Link
}

// arrived gives the codes of trees that are on site and wait to be planted.
func (w *works) arrived(n int) []string {
	w.Helper()
	var codes []string
	var subs []rootline.Submission
	for range n {
		code := rootline.NewCode(contractorPrefix)
		codes, subs = append(codes, code), append(subs, w.toTheSite(code)...)
	}
	w.do(subs...)
	return codes
}

// sheet prints one label.
func (w *works) sheet(code string) []byte {
	w.Helper()
	session, err := w.owner.SignIn(w.Context(), w.reader)
	w.ok(err)
	a := fetch(w.T, http.MethodPost, gatewayURL(0)+"/api/v1/labels", fmt.Sprintf(`{"template":"a4-70x37","labels":[{"code":%q}]}`, code),
		"Content-Type", "application/json", "Authorization", "Bearer "+session.Token)
	if a.status != http.StatusOK {
		w.Fatalf("labels: HTTP %d: %.300s", a.status, a.body)
	}
	return []byte(a.body)
}
