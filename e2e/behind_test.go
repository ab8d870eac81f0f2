package e2e

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/network"
)

// The own peer is restored from an older copy of its data and cannot catch up yet. It refuses what builds on the blocks
// that it lacks; the gateway, which has seen them, ends nothing for that, and all is recorded once the peer has them.
func TestNothingIsRefusedByAPeerThatWasRestored(t *testing.T) {
	w := site(t)
	const peer = "owner-peer"
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	data, kept := peerData(t, network.Owner), filepath.Join(t.TempDir(), "peer")
	w.ok(ledger.Network.Stop(ctx, peer))
	w.ok(os.CopyFS(kept, os.DirFS(data)))
	w.ok(ledger.Network.Start(ctx, peer))
	w.ok(ledger.Network.AwaitReady(ctx))
	trees := make([]string, 5)
	for i := range trees {
		trees[i] = rootline.NewCode(contractorPrefix)
		w.do(w.sign(w.nursery, w.selecting(trees[i])))
	}
	idle(t, w)

	w.ok(ledger.Network.Stop(ctx, peer))
	w.ok(os.RemoveAll(data))
	w.ok(os.CopyFS(data, os.DirFS(kept)))
	goOn := standStill(t, 4)
	level := make(chan error, 1)
	go func() { level <- ledger.Network.Start(ctx, peer) }() // it returns when the peer has caught up
	var subs []rootline.Submission
	for _, code := range trees {
		subs = append(subs, w.sign(w.nursery, w.event(code, "lift", `{"rootBall":500}`)))
	}
	statuses, err := w.owner.Submit(ctx, subs, 0)
	w.ok(err)
	for _, s := range statuses {
		if s.Status != client.Queued {
			t.Fatalf("%s is %s: %v", s.Event, s.Status, s.Error)
		}
	}
	doubted := func() bool {
		return strings.Contains(fetch(t, http.MethodGet, gatewayURL(0)+"/metrics", "").body, `rootline_outbox_transactions_total{result="behind"}`)
	}
	for !doubted() {
		if ctx.Err() != nil {
			t.Fatal("the peer that lacks blocks refused nothing: the test shows nothing")
		}
		time.Sleep(100 * time.Millisecond)
	}
	goOn()
	w.ok(<-level)
	w.ok(ledger.Network.AwaitReady(ctx))
	// Asked by id: sent again, an event that was refused would be taken anew.
	for _, sub := range statuses {
		for {
			v, err := w.owner.Event(ctx, sub.Event)
			w.ok(err)
			if v.Status == client.Refused {
				t.Fatalf("%s was taken and is refused: %v", sub.Event, v.Error)
			}
			if v.Status == client.Committed {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
	}
}

// peerData is the folder of an organisation's peer's ledger.
func peerData(t *testing.T, org string) string {
	t.Helper()
	dir := filepath.Join(ledger.Network.Data(), "ledger", org+"-peer")
	if _, err := os.Stat(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}
