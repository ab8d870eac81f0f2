package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/e2e/stage"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/network"
)

// gatewayURL is the origin of the i-th gateway: 0 is the owner's, 1 the regulator's.
func gatewayURL(i int) string { return fmt.Sprintf("http://localhost:%d", httpPort+i) }

// answer is an HTTP answer, read whole.
type answer struct {
	status int
	header http.Header
	body   string
}

// fetch sends a request with the given headers, as pairs.
func fetch(t *testing.T, method, url, body string, headers ...string) answer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(b)}
}

// idle waits until the owner's gateway has nothing left to record and both gateways have read every block of the
// owner's peer. It asks the peer itself: a gateway knows its peer's height of a moment ago.
func idle(t *testing.T, w *works) *client.Readiness {
	t.Helper()
	stage.Await(t, w.owner, func(r *client.Readiness) bool {
		return r.Ready && r.Outbox.Queued+r.Outbox.Endorsed+r.Outbox.Submitted+r.Outbox.Unknown == 0
	})
	height, err := straight(t, network.Owner, false).Height(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	stage.AwaitBlock(t, w.regulator, height-1)
	return stage.AwaitBlock(t, w.owner, height-1)
}

// straight is a connection to an organisation's peer past every gateway, as its service or its admin.
func straight(t *testing.T, org string, admin bool) *fabric.Client {
	t.Helper()
	c, err := ledger.Network.Connection(org)
	if err != nil {
		t.Fatal(err)
	}
	config := fabric.Config{
		PeerEndpoint: c.PeerEndpoint, ServerName: c.PeerServerName, TLSCACert: c.TLSCACert,
		MSPID: c.MSPID, Cert: c.ServiceCert, Key: c.ServiceKey, Channel: c.Channel,
	}
	if admin {
		config.Cert, config.Key = c.AdminCert, c.AdminKey
	}
	f, err := fabric.Connect(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// history is the whole life of an asset as a gateway shows it, oldest first.
func history(t *testing.T, g *client.Gateway, code string) []client.EventView {
	t.Helper()
	var all []client.EventView
	for cursor := ""; ; {
		page, err := g.AssetEvents(t.Context(), code, 100, cursor)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page.Items...)
		if page.Next == "" {
			break
		}
		cursor = page.Next
	}
	for i, j := 0, len(all)-1; i < j; i, j = i+1, j-1 {
		all[i], all[j] = all[j], all[i]
	}
	return all
}

// linked checks that a history is whole: numbered from 1 without gaps, each event once, and heads that can be computed
// from the hashes of what was signed. It returns the last head.
func linked(t *testing.T, events []client.EventView) rootline.Hash {
	t.Helper()
	var head rootline.Hash
	seen := map[string]bool{}
	for i, e := range events {
		head = rootline.NextHead(head, uint64(i+1), e.Hash)
		if e.Seq != uint64(i+1) || e.Head != head || seen[e.ID] || e.Status != client.Committed {
			t.Fatalf("event %d of %s: seq %d, %s, seen before %v", i+1, e.Asset, e.Seq, e.Status, seen[e.ID])
		}
		seen[e.ID] = true
	}
	return head
}
