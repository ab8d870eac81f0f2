package story

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/rulebook"
)

// stage is a ledger in memory that judges for real, behind the two routes that the story needs.
type stage struct {
	world *judgetest.World
	codes map[string]proved
	dup   int
}

type proved struct {
	list  string
	codes rootline.Codes
}

func (s *stage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPut {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusCreated)
		return
	}
	var body struct {
		Events []rootline.Submission `json:"events"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	results := make([]client.EventStatus, len(body.Events))
	for i, sub := range body.Events {
		results[i] = s.record(sub)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"results": results})
}

func (s *stage) record(sub rootline.Submission) client.EventStatus {
	signed, err := jws.Parse(sub.JWS)
	if err != nil {
		s.world.T.Error(err)
		return client.EventStatus{Status: client.Refused}
	}
	event, err := rootline.ParseEvent(signed.Payload)
	if err != nil {
		s.world.T.Error(err)
		return client.EventStatus{Status: client.Refused}
	}
	if p, ok := s.codes[event.Asset]; ok {
		sub.Inclusion, _ = p.codes.Prove(p.list, event.Asset)
	}
	status := client.EventStatus{Event: event.ID, Asset: event.Asset, Status: client.Committed, Transaction: "t"}
	d := s.world.Record(sub)
	if len(d.Refused) > 0 {
		status.Status, status.Error = client.Refused, d.Refused[0].Error
	} else if d.Outcomes[0].Duplicate {
		s.dup++
	}
	return status
}

// opened gives the stage with its cast, and where the story is told on it.
func opened(t *testing.T) (*stage, Stage) {
	t.Helper()
	w := judgetest.NewWorld(t)
	for ref, yaml := range rulebook.FirstVersions() {
		w.Adopt(yaml, ref)
	}
	s := &stage{world: w, codes: map[string]proved{}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	gateway, err := client.NewGateway(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	ledger := &client.Ledger{Net: judgetest.Net}
	for _, msp := range []string{judgetest.Owner, judgetest.Contractor, judgetest.Supervisor, judgetest.Regulator} {
		r, _ := w.State.Get(rootline.Ref{Space: rootline.SpaceOrganisation, ID: msp})
		ledger.Organisations = append(ledger.Organisations, *r.(*rootline.Organisation))
	}
	enrolled := func(msp, role string) *client.Device {
		offer := w.Invite(msp, role)
		device, err := client.NewDevice(judgetest.Net)
		if err != nil {
			t.Fatal(err)
		}
		device.Organisation, device.Role = msp, role
		proof := w.SignRaw(offer.Once, rootline.TypEnrolment, `{"device":"`+device.Kid+`","organisation":"`+msp+`","invitation":"`+offer.Event.ID+`"}`)
		enrol := judgetest.Act(rootline.ActEnrol, rootline.EnrolData{Key: device.Key(), Role: role, Proof: proof.JWS})
		enrol.At = w.Now
		sub, err := device.Sign(enrol)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.TrySubmission(sub); err != nil {
			t.Fatal(err)
		}
		return device
	}
	cast := Cast{
		Manager: enrolled(judgetest.Owner, "manager"), Nursery: enrolled(judgetest.Contractor, "nursery"),
		Carrier: enrolled(judgetest.Contractor, "carrier"), Planter: enrolled(judgetest.Contractor, "planter"),
		Supervisor: enrolled(judgetest.Supervisor, "supervisor"), Supplier: enrolled(judgetest.Contractor, "supplier"),
		Builder: enrolled(judgetest.Contractor, "builder"), Laboratory: enrolled(judgetest.Supervisor, "laboratory"),
		Designer: enrolled(judgetest.Owner, "designer"), Operator: enrolled(judgetest.Owner, "operator"),
		Disposal: enrolled(judgetest.Owner, "disposal"), Factory: enrolled(judgetest.Contractor, "factory"),
		Regulator: enrolled(judgetest.Regulator, "regulator"),
	}
	play := Stage{Gateway: gateway, Cast: cast, Ledger: ledger}
	s.learn(play)
	return s, play
}

// state is what an asset of the story ended as.
func (s *stage) asset(code string) *rootline.Asset {
	r, _ := s.world.State.Get(rootline.Ref{Space: rootline.SpaceAsset, ID: code})
	a, ok := r.(*rootline.Asset)
	if !ok {
		return &rootline.Asset{}
	}
	return a
}

func (s *stage) state(code string) string { return s.asset(code).State }

func TestTheStoryIsAcceptedAndToldOnce(t *testing.T) {
	s, play := opened(t)
	items, err := Tell(context.Background(), play)
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range map[string]string{
		items.Tree: "established", items.Dead: "replaced", items.Heir: "planted", items.Cement: "released", items.Layer: "accepted",
	} {
		if got := s.state(code); got != want {
			t.Errorf("%s ended %s, want %s", code, got, want)
		}
	}
	recorded := len(s.world.State.Records())
	if _, err := Tell(context.Background(), play); err != nil {
		t.Fatalf("told again: %v", err)
	}
	if len(s.world.State.Records()) != recorded || s.dup == 0 {
		t.Fatal("told twice, recorded twice")
	}
}

// learn gives the stage the code list that a gateway would read from its evidence.
func (s *stage) learn(play Stage) {
	t := &teller{Stage: play}
	raw := make([]string, lotSize)
	for i := range raw {
		raw[i] = t.code(play.Cast.Nursery, "sapling", i)
	}
	p := proved{list: t.code(play.Cast.Nursery, "lot", 0), codes: rootline.NewCodes(raw)}
	for _, c := range p.codes {
		s.codes[c] = p
	}
}
