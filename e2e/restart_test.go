package e2e

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/demonstration"
	"github.com/rootline/rootline/e2e/stage"
)

// chronicle is what a gateway tells of the whole ledger: the head of every asset.
func chronicle(t *testing.T, w *works, g *client.Gateway) map[string]rootline.Hash {
	t.Helper()
	if _, err := g.SignIn(t.Context(), w.reader); err != nil {
		t.Fatal(err)
	}
	heads := map[string]rootline.Hash{}
	for a, err := range g.AllAssets(t.Context(), client.AssetFilter{Limit: 200}) {
		if err != nil {
			t.Fatal(err)
		}
		heads[a.ID] = a.Head
	}
	return heads
}

// The network stops and starts: the ledger, its history and the gateways' view of it are what they were.
func TestDownAndUpIsTheSameHistory(t *testing.T) {
	w := site(t)
	code := rootline.NewCode(contractorPrefix)
	w.do(w.toTheSite(code)...)
	at := idle(t, w)
	before := chronicle(t, w, w.owner)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	w.ok(ledger.Network.Down(ctx))
	if a, err := client.NewGateway(gatewayURL(0), client.WithPatience(0)); err != nil {
		t.Fatal(err)
	} else if _, err := a.Readiness(ctx); err == nil {
		t.Fatal("a gateway answers after down")
	}
	start := time.Now()
	options := ledger.options
	options.Report = t.Output()
	result, err := demonstration.Up(ctx, options)
	w.ok(err)
	ledger.Result = result
	t.Logf("up again after %.1f s", time.Since(start).Seconds())
	now, err := w.owner.Ledger(ctx)
	w.ok(err)
	if now.Net != w.net {
		t.Fatalf("it is another ledger: %s", now.Net)
	}
	if block, err := w.owner.Block(ctx, at.Block); err != nil || block.Hash != at.Hash {
		t.Fatalf("block %d is another (%v)", at.Block, err)
	}
	stage.AwaitBlock(t, w.regulator, at.Block)
	for _, g := range []*client.Gateway{w.owner, w.regulator} {
		after := chronicle(t, w, g)
		for id, head := range before {
			if after[id] != head {
				t.Fatalf("%s: %s ended at %s, and ends at %s", g.URL(), id, head, after[id])
			}
		}
		if len(after) != len(before) {
			t.Fatalf("%s: %d assets, there were %d", g.URL(), len(after), len(before))
		}
	}
	w.do(w.sign(w.planter, w.planting(code)))
}

// A read model that is deleted is made anew from the blocks, with the same rows.
func TestADeletedReadModelIsRebuiltToTheSameRows(t *testing.T) {
	w := site(t)
	const service = "regulator-gateway"
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	target := idle(t, w).Block
	w.ok(ledger.Network.Kill(service))
	file := filepath.Join(ledger.data, "gateway", "regulator", "readmodel.db")
	before := stage.Rows(t, file)
	for _, part := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(file + part); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	start := time.Now()
	w.ok(ledger.Network.Start(ctx, service))
	stage.AwaitBlock(t, w.regulator, target)
	t.Logf("%d blocks were judged again in %.1f s", target+1, time.Since(start).Seconds())
	w.ok(ledger.Network.Kill(service))
	after := stage.Rows(t, file)
	w.ok(ledger.Network.Start(ctx, service))
	stage.AwaitBlock(t, w.regulator, target)
	if !bytes.Equal(before, after) {
		was, is := stage.FirstDifference(before, after)
		t.Fatalf("the rows differ:\nwas %s\nis  %s", was, is)
	}
}
