package e2e

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/e2e/stage"
)

// Every attack of a hostile member, three times under load, with what it cost: the table in docs/performance.md. Each begins when a quarter
// of 2,000 events was taken, and goes on until all are recorded.
func TestEveryAttackThreeTimesUnderLoad(t *testing.T) {
	if os.Getenv("ROOTLINE_MEASURE") == "" {
		t.Skip("takes several minutes: set ROOTLINE_MEASURE")
	}
	w := site(t)
	attacks := []hostile{
		{name: "none", strike: func(*works) {}, mend: func(*works) {}},
		forgedClient(),
		lyingPeerOf(t, w, 0, "own peer flips verdicts", func(b *common.Block) *common.Block {
			flags := b.GetMetadata().GetMetadata()[common.BlockMetadataIndex_TRANSACTIONS_FILTER]
			for i := range flags {
				flags[i] ^= byte(peer.TxValidationCode_MVCC_READ_CONFLICT)
			}
			return b
		}),
		lyingPeerOf(t, w, 1, "own peer keeps blocks back", func(*common.Block) *common.Block { return nil }),
		hanging, otherwise, refuses, signsBadly(t, w),
	}
	table := "| attack | events acknowledged | lost | doubled | all recorded after (s) |\n| --- | --- | --- | --- | --- |\n"
	for _, h := range attacks {
		for run := range 3 {
			t.Run(fmt.Sprintf("%s, %d", h.name, run+1), func(t *testing.T) {
				w := *w
				w.T = t
				table += h.measure(t, &w)
			})
		}
	}
	t.Log("\n" + table)
}

// measure records a load under attack, and returns its row of the table.
func (h hostile) measure(t *testing.T, w *works) string {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	honest, w := w, h.works(w) // the former looks afterwards
	l := honest.prepareLoad()
	l.to = w.owner.URL()
	start := time.Now()
	sent := make(chan error, 1)
	go func() { sent <- l.send(ctx, t) }()
	for l.taken.Load() < int64(l.size()/4) && ctx.Err() == nil {
		time.Sleep(time.Millisecond)
	}
	h.strike(w)
	func() {
		defer h.mend(w)
		w.ok(<-sent)
		stage.Await(t, w.owner, func(r *client.Readiness) bool {
			return r.Outbox.Queued+r.Outbox.Endorsed+r.Outbox.Submitted+r.Outbox.Unknown == 0
		})
		idle(t, honest)
	}()
	all := time.Since(start)
	lost, doubled := l.missing(t, honest)
	if lost > 0 || doubled > 0 {
		t.Errorf("%d lost, %d doubled", lost, doubled)
	}
	return fmt.Sprintf("| %s | %d | %d | %d | %.1f |\n", h.name, l.size(), lost, doubled, all.Seconds())
}

// forgedClient is a member's own client that submits past every gateway what has no effect.
func forgedClient() hostile {
	var forging sync.WaitGroup
	end := func() {}
	return hostile{
		name: "a member's client forges transactions",
		strike: func(w *works) {
			ctx, cancel := context.WithCancel(w.Context())
			end = cancel
			forge := w.forger(w.Context())
			forging.Go(func() {
				for ctx.Err() == nil {
					forge()
				}
			})
		},
		mend: func(*works) { end(); forging.Wait() },
	}
}

// lyingPeerOf is a gateway whose peer begins to lie.
func lyingPeerOf(t *testing.T, w *works, i int, name string, lie func(*common.Block) *common.Block) hostile {
	var lies atomic.Bool
	g := startLying(t, 5+i, func(b *common.Block) *common.Block {
		if lies.Load() {
			return lie(b)
		}
		return b
	})
	stage.Await(t, g.Gateway, func(r *client.Readiness) bool { return r.Ready && r.Lag == 0 })
	_, err := g.SignIn(t.Context(), w.reader)
	w.ok(err)
	_, err = g.PutEvidence(t.Context(), sitePhoto, w.photo.Type)
	w.ok(err)
	return hostile{
		name:   name,
		strike: func(*works) { lies.Store(true) },
		mend:   func(*works) { lies.Store(false) },
		at:     g.Gateway,
	}
}
