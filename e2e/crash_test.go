package e2e

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/rootline/rootline/client"
)

// Whatever dies while 2,000 events are being recorded: nothing that was acknowledged is lost, nothing is recorded
// twice, and all of it is on the ledger once the dead one is back.
func TestNothingIsLostOrDoubledWhenAPartIsKilled(t *testing.T) {
	w := site(t)
	for _, c := range []struct{ name, process string }{
		{"the gateway", "owner-gateway"},
		{"a chaincode service", "owner-chaincode-rootline"},
		{"another organisation's peer", "supervisor-peer"},
		{"the gateway's own peer", "owner-peer"},
		{"the leading orderer", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := *w
			w.T = t
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
			defer cancel()
			victim := c.process
			if victim == "" {
				leader, err := ledger.Network.Leader(ctx)
				w.ok(err)
				victim = leader.Name + "-orderer"
			}
			l := w.prepareLoad()
			start := time.Now()
			sent := make(chan error, 1)
			go func() { sent <- l.send(ctx, t) }()
			for l.taken.Load() < int64(l.size()/4) && ctx.Err() == nil {
				time.Sleep(time.Millisecond)
			}
			w.ok(ledger.Network.Kill(victim))
			killed := l.taken.Load()
			time.Sleep(time.Second)
			w.ok(ledger.Network.Start(ctx, victim))
			w.ok(ledger.Network.AwaitReady(ctx))
			back := time.Since(start)
			w.ok(<-sent)
			l.check(t, &w)
			t.Logf("%s died after %d of %d events were taken, was back after %.1f s; all recorded after %.1f s",
				victim, killed, l.size(), back.Seconds(), time.Since(start).Seconds())

			// A phone that heard no answer sends everything again. That records nothing twice.
			again := l.crews[0]
			statuses, err := w.owner.Submit(ctx, again.events, 30*time.Second)
			w.ok(err)
			for _, s := range statuses {
				if s.Status != client.Committed {
					t.Fatalf("sent again, %s is %s", s.Event, s.Status)
				}
			}
			if events := history(t, w.owner, again.walls[0]); len(events) != notesPerWall+2 {
				t.Fatalf("sent again, the wall has %d events", len(events))
			}
		})
	}
}

// fault is something that happens to processes of the network: it strikes, lasts, and is mended.
type fault struct {
	name string
	// processes are those that it befalls; none stands for the orderer that leads.
	processes []string
	// hang suspends them instead of killing them.
	hang  bool
	lasts time.Duration
}

// Every fault, three times under load, with what it cost: the table in docs/performance.md. It takes eight minutes.
func TestEveryFaultThreeTimesUnderLoad(t *testing.T) {
	if os.Getenv("ROOTLINE_MEASURE") == "" {
		t.Skip("takes eight minutes: set ROOTLINE_MEASURE")
	}
	w := site(t)
	table := "| fault | events acknowledged | lost | doubled | back after (s) | all recorded after (s) |\n| --- | --- | --- | --- | --- | --- |\n"
	for _, f := range []fault{
		{name: "gateway killed", processes: []string{"owner-gateway"}, lasts: time.Second},
		{name: "another gateway killed", processes: []string{"regulator-gateway"}, lasts: time.Second},
		{name: "own chaincode service killed", processes: []string{"owner-chaincode-rootline"}, lasts: time.Second},
		{name: "another chaincode service killed", processes: []string{"supervisor-chaincode-rootline"}, lasts: time.Second},
		{name: "own peer killed", processes: []string{"owner-peer"}, lasts: time.Second},
		{name: "another peer killed", processes: []string{"supervisor-peer"}, lasts: time.Second},
		{name: "leading orderer killed", lasts: time.Second},
		{name: "own peer and its chaincode service killed", processes: []string{"owner-peer", "owner-chaincode-rootline"}, lasts: time.Second},
		{name: "two orderers killed", processes: []string{"contractor-orderer", "regulator-orderer"}, lasts: 5 * time.Second},
		{name: "own peer hangs", processes: []string{"owner-peer"}, hang: true, lasts: 10 * time.Second},
		{name: "another peer hangs", processes: []string{"supervisor-peer"}, hang: true, lasts: 10 * time.Second},
		{name: "another chaincode service hangs", processes: []string{"supervisor-chaincode-rootline"}, hang: true, lasts: 10 * time.Second},
		{name: "leading orderer hangs", hang: true, lasts: 10 * time.Second},
		{name: "gateway hangs", processes: []string{"owner-gateway"}, hang: true, lasts: 5 * time.Second},
	} {
		for run := range 3 {
			t.Run(fmt.Sprintf("%s, %d", f.name, run+1), func(t *testing.T) {
				w := *w
				w.T = t
				table += f.measure(t, &w)
			})
		}
	}
	t.Log("\n" + table)
}

// measure lets the fault happen under load, and returns its row of the table.
func (f fault) measure(t *testing.T, w *works) string {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	victims := f.processes
	if len(victims) == 0 {
		leader, err := ledger.Network.Leader(ctx)
		w.ok(err)
		victims = []string{leader.Name + "-orderer"}
	}
	l := w.prepareLoad()
	start := time.Now()
	sent := make(chan error, 1)
	go func() { sent <- l.send(ctx, t) }()
	for l.taken.Load() < int64(l.size()/4) && ctx.Err() == nil {
		time.Sleep(time.Millisecond)
	}
	each := func(do func(string) error) {
		for _, v := range victims {
			w.ok(do(v))
		}
	}
	if f.hang {
		each(ledger.Network.Suspend)
		time.Sleep(f.lasts)
		each(ledger.Network.Resume)
	} else {
		each(ledger.Network.Kill)
		time.Sleep(f.lasts)
		each(func(v string) error { return ledger.Network.Start(ctx, v) })
	}
	w.ok(ledger.Network.AwaitReady(ctx))
	back := time.Since(start)
	w.ok(<-sent)
	idle(t, w)
	all := time.Since(start)
	lost, doubled := l.missing(t, w)
	if lost > 0 || doubled > 0 {
		t.Errorf("%d lost, %d doubled", lost, doubled)
	}
	return fmt.Sprintf("| %s | %d | %d | %d | %.1f | %.1f |\n", f.name, l.size(), lost, doubled, back.Seconds(), all.Seconds())
}

// missing counts the acknowledged events that are not on the ledger, and those that are there more than once.
func (l *load) missing(t *testing.T, w *works) (lost, doubled int) {
	t.Helper()
	for _, c := range l.crews {
		for _, wall := range c.walls {
			seen := map[string]int{}
			for _, e := range history(t, w.owner, wall) {
				if e.Status == client.Committed {
					seen[e.ID]++
				}
			}
			for _, id := range c.ids[wall] {
				switch n := seen[id]; {
				case n == 0:
					lost++
				case n > 1:
					doubled += n - 1
				}
			}
		}
	}
	return lost, doubled
}
