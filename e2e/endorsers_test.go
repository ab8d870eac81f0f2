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
	"github.com/rootline/rootline/network"
)

// hostile is a way in which the supervisor's endorser misbehaves.
type hostile struct {
	name, fault  string
	strike, mend func(w *works)
}

const supervisorService = network.Supervisor + "-chaincode-rootline"

var (
	hanging = hostile{
		"hangs", "slow",
		func(w *works) { w.ok(ledger.Network.Suspend(supervisorService)) },
		func(w *works) { w.ok(ledger.Network.Resume(supervisorService)) },
	}
	otherwise = hostile{
		"answers otherwise", "differs",
		func(w *works) { w.alter(map[string]string{network.Supervisor: altered(w.T)}) },
		func(w *works) { w.alter(nil) },
	}
)

const avoidsSupervisor = `rootline_endorser_avoided{organisation="SupervisorMSP"} `

// One organisation's endorser misbehaves: events are recorded all the same, the gateway says whom it avoids and why, and
// comes back to it when it behaves.
func TestHostileEndorserIsAvoided(t *testing.T) {
	w := site(t)
	for _, h := range []hostile{hanging, otherwise} {
		t.Run(h.name, func(t *testing.T) {
			w := *w
			w.T = t
			w.recordUntil(func(m string) bool { return !strings.Contains(m, avoidsSupervisor+"1") })
			h.strike(&w)
			mended := false
			defer func() {
				if !mended {
					h.mend(&w)
				}
			}()
			w.recordUntil(func(m string) bool {
				return strings.Contains(m, avoidsSupervisor+"1") && strings.Contains(m, `rootline_endorser_faults_total{fault="`+h.fault+`",organisation="SupervisorMSP"}`)
			})
			h.mend(&w)
			mended = true
			w.recordUntil(func(m string) bool { return strings.Contains(m, avoidsSupervisor+"0") })
		})
	}
}

// endorserMetrics are the lines about endorsers.
func endorserMetrics(t *testing.T) (out string) {
	for line := range strings.Lines(metricsOf(t)) {
		if strings.HasPrefix(line, "rootline_endorser_") {
			out += line
		}
	}
	return out
}

func metricsOf(t *testing.T) string {
	t.Helper()
	return fetch(t, http.MethodGet, gatewayURL(0)+"/metrics", "").body
}

// recordUntil records events, each of which has to take effect, until the owner's metrics say something.
func (w *works) recordUntil(says func(metrics string) bool) {
	w.Helper()
	for deadline := time.Now().Add(time.Minute); !says(metricsOf(w.T)); {
		if time.Now().After(deadline) {
			w.Fatal("the metrics do not come to say it:\n", endorserMetrics(w.T))
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
	honest := hostile{"behaves", "", func(*works) {}, func(*works) {}}
	table := "| the supervisor's endorser | | events/s | p99 of one event (ms) |\n| --- | --- | --- | --- |\n"
	for _, h := range []hostile{honest, hanging, otherwise} {
		t.Run(h.name, func(t *testing.T) {
			w := *w
			w.T = t
			loads := []*load{w.prepareLoad(), w.prepareLoad()}
			h.strike(&w)
			defer h.mend(&w)
			for i, when := range []string{"at first", "then"} {
				t.Log(endorserMetrics(t))
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
