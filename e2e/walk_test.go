package e2e

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/founding"
	"github.com/rootline/rootline/network"
)

// benches is the rulebook of testdata; of benchSample benches one needs a photo.
const (
	benches     = "benches@1"
	benchSample = 5
)

// walkScene is what a supervisor finds who accepts benches on a walk: a plot of benches in a row from west to east.
type walkScene struct {
	Site    string `json:"site"`
	Through string `json:"through"`
	Lat     int64  `json:"lat"`
	Lon     int64  `json:"lon"`
	// Supervisor is the link of an invitation.
	Supervisor string `json:"supervisor"`
	Plot       string `json:"plot"`
	// Benches are in the order of the walk. Step lies between two of them, in micro-degrees; the third is in the sample
	// that needs a photo, and the last two are not stood before.
	Benches []string `json:"benches"`
	Step    int64    `json:"step"`
}

// A supervisor walks a plot without a network, and the phone dies in between. What was stood before is signed once, each
// bench with its own position and time; what was not stood before stays as it was.
func TestAcceptanceOnAWalk(t *testing.T) {
	w := site(t)
	host, err := url.Parse(gatewayURL(0))
	w.ok(err)
	s := walkScene{
		Site: gatewayURL(0), Through: host.Host, Lat: lat + 1400, Lon: lon, Plot: "forest/9/walked", Step: 100,
		Supervisor: w.invitation(network.Supervisor, "supervisor"),
	}
	w.do(w.sign(w.manager, act(rootline.ActPlace, rootline.Place{
		ID: s.Plot, Kind: "plot", Parent: "forest/9", Title: rootline.Text{En: "Walked plot", Zh: "验收小班"}, Outline: []rootline.Point{
			{Lat: lat + 1000, Lon: lon - 1000}, {Lat: lat + 1000, Lon: lon + 1000}, {Lat: lat + 1900, Lon: lon + 1000}, {Lat: lat + 1900, Lon: lon - 1000},
		},
	})))
	w.adoptBenches()
	var subs []rootline.Submission
	for i := range 5 {
		code := rootline.NewCode(contractorPrefix)
		for rootline.Sampled(code, benchSample) != (i == 2) {
			code = rootline.NewCode(contractorPrefix)
		}
		s.Benches = append(s.Benches, code)
		fit := &rootline.Event{Asset: code, Kind: "bench", Action: "fit", Rulebook: benches, Data: json.RawMessage(fmt.Sprintf(`{"plot":%q}`, s.Plot))}
		subs = append(subs, w.sign(w.builder, at(fit, s.Lat, s.Lon+int64(i)*s.Step)))
	}
	w.do(subs...)
	inBrowser(t, "walk", s)

	var device string
	var before rootline.Instant
	for i, code := range s.Benches {
		accepted := 0
		for _, e := range history(t, w.owner, code) {
			if e.Action != "accept" {
				continue
			}
			accepted++
			if want := s.Lon + int64(i)*s.Step; e.Place == nil || e.Place.Lon != want || e.Place.Lat != s.Lat {
				t.Errorf("bench %d was accepted at %+v, it stands at longitude %d", i, e.Place, want)
			}
			if photos := len(e.Evidence); photos != map[bool]int{true: 1}[i == 2] {
				t.Errorf("bench %d was accepted with %d photos", i, photos)
			}
			if e.At <= before {
				t.Errorf("bench %d was accepted at %s, the one before it at %s", i, e.At, before)
			}
			if device != "" && e.Device != device {
				t.Errorf("bench %d was accepted by another device", i)
			}
			device, before = e.Device, e.At
		}
		if want := map[bool]int{true: 1}[i < 3]; accepted != want {
			t.Errorf("bench %d was accepted %d times on the ledger, want %d", i, accepted, want)
		}
	}
}

// adoptBenches has the rulebook of benches adopted.
func (w *works) adoptBenches() {
	w.Helper()
	yaml, err := os.ReadFile("testdata/" + benches + ".yaml")
	w.ok(err)
	var voters []founding.Voter
	for _, org := range []string{network.Owner, network.Contractor, network.Supervisor} {
		voters = append(voters, founding.Voter{Device: w.admins[org], Gateway: w.owner})
	}
	w.ok(founding.Adopt(w.Context(), benches, yaml, voters))
}
