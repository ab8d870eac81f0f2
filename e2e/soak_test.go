package e2e

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/network"
)

// The shape of the soak.
const (
	// soakShare is the part of the peak rate that is offered.
	soakShare = 0.8
	// briefSoak is how long it lasts unless ROOTLINE_SOAK says otherwise: long enough to lose or double an event, too
	// short to judge memory and rates by.
	briefSoak = 30 * time.Second
	// warmUp comes before a long one, at the same rate: on a fresh network the heaps of peers and orderers fill for
	// about two minutes, and then stay (docs/performance.md).
	warmUp      = 90 * time.Second
	sampleEvery = 5 * time.Second
	// A process may grow by less than either of these: Go's heaps breathe.
	growthShare, growthBytes = 1.25, 64 * mib
	// keepsRate is how much of its first third's rate the last third must have.
	keepsRate = 0.9
	// windows is how often it is measured at most. A heap that fills late is flat in the next window; a leak is not.
	windows = 2
	// sameMachine is how far the processors' time that others take may move before rates cannot be compared.
	sameMachine = 0.1
)

// At 80 % of its peak rate Rootline goes on as it began: nothing is lost or doubled and, where ROOTLINE_SOAK gives the
// time to see it, the rate stays and no process grows.
func TestSoak(t *testing.T) {
	bringUp(t)
	length, long := briefSoak, false
	if v := os.Getenv("ROOTLINE_SOAK"); v != "" {
		long = true
		var err error
		if length, err = time.ParseDuration(v); err != nil || length < 30*time.Second {
			t.Fatalf("ROOTLINE_SOAK=%q: want 30s or more, such as 15m (%v)", v, err)
		}
	}
	w := site(t)
	c := &crewsAtWork{works: w}
	for range crews {
		c.devices = append(c.devices, w.enrol(network.Contractor, "nursery"))
	}
	from, err := straight(t, network.Owner, false).Height(t.Context())
	w.ok(err)

	found := idle(t, w).Findings // of the tests before this one
	peak := c.peak()
	offered := soakShare * peak
	t.Logf("peak %.0f events/s; %s at %.0f events/s", peak, length, offered)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- c.work(ctx, offered, soakSenders) }()
	m := newMeter(t, gatewayURL(0))
	if long {
		m.during(warmUp)
	}
	wrong := complaints(t, m.during(length), offered)
	if !long {
		wrong = nil
	}
	for window := 1; len(wrong) > 0 && window < windows; window++ {
		t.Logf("measured once more: %s", strings.Join(wrong, "; "))
		wrong = complaints(t, m.during(length), offered)
	}
	for _, what := range wrong {
		t.Error(what)
	}
	cancel()
	w.ok(<-done)
	if ready := idle(t, w); ready.Findings != found {
		t.Errorf("the owner's gateway did not agree with %d things", ready.Findings-found)
	}
	onceEach(t, c.acknowledged, recorded(t, from))
	t.Logf("%d events acknowledged, each once on the ledger; the outbox is empty", len(c.acknowledged))
}

// complaints prints the table and holds it against the limits.
func complaints(t *testing.T, samples []sample, offered float64) (wrong []string) {
	t.Helper()
	third := len(samples) / 3
	if third < 2 {
		t.Fatalf("%d samples are too few", len(samples))
	}
	var parts [3][]sample
	var rates, others [3]float64
	for i := range parts {
		parts[i] = samples[i*third : (i+1)*third+1-i/2]
		first, last := parts[i][0], parts[i][len(parts[i])-1]
		wall := last.at.Sub(first.at)
		rates[i] = (last.committed - first.committed) / wall.Seconds()
		others[i] = ((last.busy - first.busy) - (last.ours - first.ours)).Seconds() / wall.Seconds()
	}
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(name, form string, v [3]float64) {
		fmt.Fprintf(table, "%s\t"+form+"\t"+form+"\t"+form+"\t%+.1f %%\t\n", name, v[0], v[1], v[2], 100*(v[2]/v[0]-1))
	}
	fmt.Fprintln(table, "\tfirst third\tmiddle\tlast third\tchange\t")
	row("events/s", "%.0f", rates)
	row("processors taken by others", "%.2f", others)
	var names []string
	for name := range samples[0].resident {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		var v [3]float64
		for i, part := range parts {
			var all []int64
			for _, s := range part {
				all = append(all, s.resident[name])
			}
			v[i] = float64(median(all)) / mib
		}
		row(name+", MiB", "%.0f", v)
		if v[2] > growthShare*v[0] && v[2]-v[0] > growthBytes/mib {
			wrong = append(wrong, fmt.Sprintf("%s grew from %.0f to %.0f MiB", name, v[0], v[2]))
		}
	}
	_ = table.Flush()
	t.Logf("offered %.0f events/s\n%s", offered, text.String())
	if rates[2] >= keepsRate*rates[0] {
		return wrong
	}
	// What was taken in the middle is made up for at the end.
	if max(others[1], others[2])-others[0] > sameMachine {
		t.Logf("the rate fell, and so did what other programs left of the machine: not held against it")
		return wrong
	}
	return append(wrong, fmt.Sprintf("the rate fell from %.0f to %.0f events/s", rates[0], rates[2]))
}

// soakSenders is the number of requests under way at most, and the number at which the peak is looked for last.
const soakSenders = 64

// peak finds the highest rate that more and more senders bring about.
func (c *crewsAtWork) peak() (best float64) {
	c.Helper()
	for i, senders := range []int{16, 16, 32, soakSenders} {
		ctx, cancel := context.WithTimeout(c.Context(), 5*time.Second)
		before, began := len(c.acknowledged), time.Now()
		err := c.work(ctx, 0, senders)
		cancel()
		c.ok(err)
		rate := float64(len(c.acknowledged)-before) / time.Since(began).Seconds()
		c.Logf("%d senders: %.0f events/s", senders, rate)
		if i > 0 { // the first round only warms up
			best = max(best, rate)
		}
	}
	return best
}

// noneRefusedNorOpen says that all events of a request are recorded.
func noneRefusedNorOpen(statuses []client.EventStatus) error {
	for _, s := range statuses {
		if s.Status != client.Committed {
			return fmt.Errorf("%s about %s is %s: %w", s.Event, s.Asset, s.Status, s.Err())
		}
	}
	return nil
}
