package e2e

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/gateway/app"
	"github.com/rootline/rootline/network"
)

// hostile is a way in which a member misbehaves, the supervisor's endorser above all.
type hostile struct {
	name         string
	strike, mend func(w *works)
	// at is the gateway that meets it; nil is the owner's.
	at *client.Gateway
}

// works are the works with the gateway that meets it.
func (h hostile) works(w *works) *works {
	met := *w
	if h.at != nil {
		met.owner = h.at
	}
	return &met
}

const supervisorService = network.Supervisor + "-chaincode-rootline"

var (
	hanging = hostile{
		name:   "hangs",
		strike: func(w *works) { w.ok(ledger.Network.Suspend(supervisorService)) },
		mend:   func(w *works) { w.ok(ledger.Network.Resume(supervisorService)) },
	}
	refuses = hostile{
		name:   "refuses",
		strike: func(w *works) { w.alter(map[string]string{network.Supervisor: refusing(w.T)}) },
		mend:   func(w *works) { w.alter(nil) },
	}
	otherwise = hostile{
		name:   "answers otherwise",
		strike: func(w *works) { w.alter(map[string]string{network.Supervisor: altered(w.T)}) },
		mend:   func(w *works) { w.alter(nil) },
	}
)

// signsBadly is the supervisor's endorser as a gateway behind a proxy hears it: what it signs would commit INVALID.
func signsBadly(t *testing.T, w *works) hostile {
	t.Helper()
	between := newProxy(t)
	behind, _ := oneMoreGateway(t, func(c *app.Config) { c.Peer = between.address })
	_, err := behind.SignIn(t.Context(), w.reader)
	w.ok(err)
	_, err = behind.PutEvidence(t.Context(), sitePhoto, w.photo.Type)
	w.ok(err)
	who := "SupervisorMSP"
	return hostile{
		name:   "signs badly",
		strike: func(*works) { between.garbles.Store(&who) },
		mend:   func(*works) { between.garbles.Store(nil) },
		at:     behind,
	}
}

// avoids is the owner's metric of an organisation that it avoids, or does not.
func avoids(organisation string, yes int) string {
	return fmt.Sprintf("rootline_endorser_avoided{organisation=%q} %d\n", organisation, yes)
}

func blames(organisation, fault string) string {
	return fmt.Sprintf("rootline_endorser_faults_total{fault=%q,organisation=%q}", fault, organisation)
}

// all reports whether metrics say each of these.
func all(lines ...string) func(metrics string) bool {
	return func(metrics string) bool {
		for _, line := range lines {
			if !strings.Contains(metrics, line) {
				return false
			}
		}
		return true
	}
}

// Organisations' endorsers misbehave, each in its own way: events are recorded all the same, the gateway says whom it avoids
// and why, and comes back to them when they behave.
func TestHostileEndorserIsAvoided(t *testing.T) {
	w := site(t)
	const contractor, supervisor, regulator = "ContractorMSP", "SupervisorMSP", "RegulatorMSP"

	// What the owner's gateway hears of others, it hears from its own peer: the proxy between them stands for a peer of the
	// supervisor that signs badly.
	between := newProxy(t)
	behind := *w
	behind.owner, _ = oneMoreGateway(t, func(c *app.Config) { c.Peer = between.address })
	_, err := behind.owner.SignIn(t.Context(), w.reader)
	w.ok(err)
	_, err = behind.owner.PutEvidence(t.Context(), sitePhoto, w.photo.Type)
	w.ok(err)
	who := supervisor
	between.garbles.Store(&who)
	behind.recordUntil(all(avoids(supervisor, 1), blames(supervisor, "signature")))
	between.garbles.Store(nil)

	hanging.strike(w)
	func() {
		defer hanging.mend(w)
		w.recordUntil(all(avoids(supervisor, 1), blames(supervisor, "slow")))
	}()
	behind.recordUntil(all(avoids(supervisor, 0)))
	w.recordUntil(all(avoids(supervisor, 0)))

	w.alter(map[string]string{network.Contractor: altered(t), network.Regulator: refusing(t)})
	func() {
		defer w.alter(nil)
		w.recordUntil(all(avoids(contractor, 1), blames(contractor, "differs"), avoids(regulator, 1), blames(regulator, "refuses")))
	}()
	w.recordUntil(all(avoids(contractor, 0), avoids(regulator, 0)))
}

// endorserMetrics are the lines about endorsers.
func (w *works) endorserMetrics() (out string) {
	w.Helper()
	for line := range strings.Lines(w.metrics()) {
		if strings.HasPrefix(line, "rootline_endorser_") {
			out += line
		}
	}
	return out
}

func (w *works) metrics() string {
	w.Helper()
	return fetch(w.T, http.MethodGet, w.owner.URL()+"/metrics", "").body
}

// recordUntil records events, each of which has to take effect, until the metrics of the owner's gateway say something.
func (w *works) recordUntil(says func(metrics string) bool) {
	w.Helper()
	for deadline := time.Now().Add(time.Minute); !says(w.metrics()); {
		if time.Now().After(deadline) {
			w.Fatal("the metrics do not come to say it:\n", w.endorserMetrics())
		}
		w.do(w.sign(w.nursery, w.selecting(rootline.NewCode(contractorPrefix))))
	}
}

// What a hostile endorser costs: events a second, and how long each waits, while nobody knows and once it is avoided.
func TestHostileEndorserUnderLoad(t *testing.T) {
	if os.Getenv("ROOTLINE_MEASURE") == "" {
		t.Skip("a measurement: set ROOTLINE_MEASURE")
	}
	w := site(t)
	honest := hostile{name: "behaves", strike: func(*works) {}, mend: func(*works) {}}
	table := "| the supervisor's endorser | | events/s | p99 of one event (ms) |\n| --- | --- | --- | --- |\n"
	for _, h := range []hostile{honest, hanging, otherwise, refuses, signsBadly(t, w)} {
		t.Run(h.name, func(t *testing.T) {
			w := *h.works(w)
			w.T = t
			loads := []*load{w.prepareLoad(), w.prepareLoad()}
			h.strike(&w)
			defer h.mend(&w)
			for i, when := range []string{"at first", "then"} {
				loads[i].to = w.owner.URL()
				t.Log(w.endorserMetrics())
				rate, p99 := loads[i].measure(t, &w)
				table += fmt.Sprintf("| %s | %s | %.0f | %d |\n", h.name, when, rate, p99.Milliseconds())
			}
		})
	}
	t.Log("\n" + table)
}

// measure records a load, with single events beside it whose latency is measured.
func (l *load) measure(t *testing.T, w *works) (rate float64, p99 time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	start := time.Now()
	sent := make(chan error, 1)
	go func() { sent <- l.send(ctx, t) }()
	var took []time.Duration
	for done := false; !done; {
		at := time.Now()
		w.do(w.sign(w.nursery, w.selecting(rootline.NewCode(contractorPrefix))))
		took = append(took, time.Since(at))
		select {
		case err := <-sent:
			w.ok(err)
			done = true
		default:
		}
	}
	idle(t, w)
	rate = float64(l.size()) / time.Since(start).Seconds()
	slices.Sort(took)
	return rate, took[(len(took)*99)/100]
}
