package e2e

import (
	"context"
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
