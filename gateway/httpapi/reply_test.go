package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/evidence"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/web/page"
)

// blockless are the routes whose answers are not about the ledger as it is read here.
var blockless = []string{
	"GET /api/v1/tiles", "GET /api/v1/tiles/:z/:x/:y", "GET /api/v1/assets/:id/qr.svg", "GET /api/v1/assets/:id/qr.png",
	"GET /api/v1/labels/templates", "GET /api/v1/blocks/:number/signatures", "GET /api/v1/evidence/:sha256", "GET /api/v1/evidence/:sha256/picture", "GET /api/v1/session",
	"GET /healthz", "GET /api/v1/assets/:id/proof", "GET /api/v1/codes/:code/absence", "GET /api/v1/proofs", "GET /api/v1/proofs/:id", "GET /api/v1/proofs/:id/file", "GET /install", "GET /install/root.crt", "GET /install/root.mobileconfig", "GET /metrics", "GET " + page.StylesheetPath,
	"GET /openapi.json", "GET /openapi.yaml", "GET /openapi-3.0.json", "GET /openapi-3.0.yaml",
}

// blockNamed is an answer that names its block.
type blockNamed struct {
	path  string
	block uint64
	body  string
}

// routesRead are what is asked: each route that reads, and some in the ways in which they read more.
func routesRead() []string {
	paths := []string{
		"/api/v1/assets?order=newest&count=true", "/api/v1/assets?kind=tree&state=selected", "/api/v1/exports/events?format=csv",
		"/api/v1/search?q=Section", "/api/v1/search?q=tabuliformis", "/api/v1/assets/TREE/trace?items=full", "/8004/TREE?lang=zh",
	}
	for _, c := range table {
		if strings.HasPrefix(c.route, "GET ") && !slices.Contains(blockless, c.route) && !strings.Contains(c.path, "xlsx") {
			paths = append(paths, c.path)
		}
	}
	return paths
}

// checked is what an answer says of the check that was made beside: of blocks and peers, which go on.
var checked = regexp.MustCompile(`(?s)<section class="integrity.*?</section>|read from the first one on at [^<]*`)

// of asks a route, and leaves out what is not of the read model: the check, the peer's height, how far the chain was read.
func (w *works) read(t *testing.T, path, token string) blockNamed {
	r := w.get(w.fill(path), token)
	n, err := strconv.ParseUint(r.header.Get(presentation.BlockHeader), 10, 64)
	if err != nil {
		t.Errorf("%s: it names no block: %d %.300s", path, r.status, r.body)
	}
	body := checked.ReplaceAll(r.body, nil)
	var whole map[string]json.RawMessage
	if json.Unmarshal(body, &whole) == nil {
		if named, ok := whole["block"]; ok && path != "/api/v1/proof/anchor" { // which names another block
			var ref struct{ Number uint64 }
			if json.Unmarshal(named, &ref) != nil {
				_ = json.Unmarshal(named, &ref.Number)
			}
			if ref.Number != n && !strings.HasPrefix(path, "/api/v1/events/") {
				t.Errorf("%s: the header names block %d, the answer %s", path, n, named)
			}
		}
		for _, name := range []string{"peerBlock", "stored", "outbox", "evidence"} {
			delete(whole, name)
		}
		if strings.HasSuffix(path, "/check") {
			whole = map[string]json.RawMessage{"head": whole["head"], "events": whole["events"]}
		}
		body, _ = json.Marshal(whole)
	}
	return blockNamed{path, n, fmt.Sprint(r.status, " ", string(body))}
}

// Blocks are written while every route that reads is asked: some at any time, and one within each answer, between its
// snapshot and what is read of it. Each answer is what a read model that holds the blocks up to the one which the answer
// names, and no more, answers to the same question.
func TestEveryAnswerIsOfTheBlockThatItNames(t *testing.T) {
	w := newWorks(t)
	token := w.signIn(w.Admins[judgetest.Owner])
	paths := routesRead()
	first := w.height()
	n := 0
	write := func() {
		n++
		switch n % 3 {
		case 0:
			w.Enrol(judgetest.Contractor, "planter")
		case 1:
			w.Do(w.nursery, w.newTree(judgetest.Prefixes[judgetest.Contractor]+fmt.Sprintf("SNAP%09d", n)))
		case 2:
			w.Do(w.manager, judgetest.Act(rootline.ActPlace, rootline.Place{
				ID: "forest/1", Kind: "section", Parent: "forest", Title: rootline.Text{En: fmt.Sprint("Section ", n), Zh: fmt.Sprint("标段", n)}, Plan: map[string]int64{"tree": int64(n)},
			}))
		}
		w.await()
	}
	var all []blockNamed
	// How a block stands to the ledger is asked as soon as the snapshot is taken.
	peer, within := w.server.Peer, false
	w.server.Peer = func() presentation.Peer {
		if within {
			within = false
			for range 3 {
				write()
			}
		}
		return peer()
	}
	for _, path := range paths {
		within = true
		all = append(all, w.read(t, path, token))
	}
	within = false
	var mu sync.Mutex
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for i := range 4 {
		readers.Go(func() {
			for n := i * len(paths) / 4; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				a := w.read(t, paths[n%len(paths)], token)
				mu.Lock()
				all = append(all, a)
				mu.Unlock()
			}
		})
	}
	enough := func(n int) bool { mu.Lock(); defer mu.Unlock(); return len(all) >= n }
	for round := 2; round <= 6; round++ {
		for !enough(round * len(paths)) {
			write()
		}
	}
	close(stop)
	readers.Wait()
	w.answersOf(t, first, all)
}

// answersOf holds answers to those of a read model to which one block after another is given.
func (w *works) answersOf(t *testing.T, first uint64, all []blockNamed) {
	whole := w.blocks
	again := &works{
		ledger: &ledger{World: w.World, blocks: whole[:first], changed: make(chan struct{})}, t: t, hub: NewHub(),
		tree: w.tree, event: w.event, planter: w.planter, gone: w.gone, manager: w.manager, nursery: w.nursery,
	}
	again.open(t.TempDir(), evidence.DefaultQuotas)
	again.await()
	token := again.signIn(w.Admins[judgetest.Owner])
	at := map[uint64][]blockNamed{}
	for _, a := range all {
		at[a.block] = append(at[a.block], a)
	}
	for height := first; height <= uint64(len(whole)); height++ {
		again.mu.Lock()
		again.blocks = whole[:height]
		close(again.changed)
		again.changed = make(chan struct{})
		again.mu.Unlock()
		again.await()
		want := map[string]blockNamed{}
		for _, a := range at[height-1] {
			if _, known := want[a.path]; !known {
				want[a.path] = again.read(t, a.path, token)
			}
			if w := want[a.path]; w.block != a.block || a.body != w.body {
				t.Errorf("%s at block %d:\n%s\nwant, at block %d,\n%s", a.path, a.block, around(a.body, w.body), w.block, around(w.body, a.body))
			}
		}
	}
	if len(at) < len(all)/20 {
		t.Errorf("%d answers are of %d blocks", len(all), len(at))
	}
}

// around is where a text begins to differ from another.
func around(s, other string) string {
	i := 0
	for i < min(len(s), len(other)) && s[i] == other[i] {
		i++
	}
	return s[max(0, i-80):min(len(s), i+120)]
}

// Every operation whose answers name their block says so in the description, and no other.
func TestDescriptionNamesTheHeader(t *testing.T) {
	w := newWorks(t)
	var doc struct {
		Paths map[string]map[string]struct {
			Responses map[string]struct{ Headers map[string]any }
		}
	}
	w.get("/openapi.json", "").into(t, &doc)
	for path, operations := range doc.Paths {
		for method, op := range operations {
			route := strings.ToUpper(method) + " " + strings.NewReplacer("{", ":", "}", "").Replace(path)
			if !strings.HasPrefix(route, http.MethodGet) || strings.HasSuffix(path, "/stream") {
				continue
			}
			_, named := op.Responses["200"].Headers[presentation.BlockHeader]
			if want := !slices.Contains(blockless, route); named != want {
				t.Errorf("%s: its description names the header: %v, want %v", route, named, want)
			}
		}
	}
	if !bytes.Contains(w.get("/openapi.json", "").body, []byte(presentation.BlockHeader)) {
		t.Error("the description does not name the header")
	}
}

// A gateway that does not read on, or that is behind, calls nothing intact, and says how it stands on all its pages.
func TestAGatewayThatIsNotCurrentSaysSo(t *testing.T) {
	w := newWorks(t)
	at := uint64(len(w.blocks))
	for _, c := range []struct {
		name   string
		peer   presentation.Peer
		en, zh string
	}{
		{"behind", presentation.Peer{Height: at + 387, Known: at + 387}, "387 blocks behind", "落后 387"},
		{"stopped", presentation.Peer{Height: at + 387, Known: at + 387, Stop: block.StopUnverified, Since: w.Now}, "387 blocks behind: stopped at a block that does not verify", "停在未通过验证"},
		{"without its peer", presentation.Peer{Known: at, Stop: block.StopPeer, Since: w.Now}, "peer does not answer, since", "节点没有应答"},
	} {
		w.peer = c.peer
		for _, page := range []string{"/8004/TREE", "/8004/TREE/check", "/8004/95200020000000000000"} {
			en := string(w.get(w.fill(page+"?lang=en"), "", "Accept", "text/html").body)
			zh := string(w.get(w.fill(page+"?lang=zh"), "", "Accept", "text/html").body)
			if !strings.Contains(en, c.en) || !strings.Contains(zh, c.zh) {
				t.Errorf("%s: %s does not say so:\n%s\n%s", c.name, page, en, zh)
			}
			if strings.Contains(en, "Record intact") || strings.Contains(zh, "记录完整：") {
				t.Errorf("%s: %s claims more than was read", c.name, page)
			}
		}
		var check AssetCheck
		w.get(w.fill("/api/v1/assets/TREE/check"), "").into(t, &check)
		if check.Verdict != verdictPartial || check.Block.Stopped != string(c.peer.Stop) || c.peer.Known > at && check.Block.Lag != 387 {
			t.Errorf("%s: %+v", c.name, check)
		}
	}
}

// A gateway whose read model is built anew beside the one that answers says so on its pages, in its answers and to its operator,
// and is ready.
func TestAnOutdatedReadModelIsToldOf(t *testing.T) {
	w := newWorks(t)
	at := uint64(len(w.blocks))
	w.peer = presentation.Peer{Height: at, Known: at, Successor: &presentation.Successor{Reason: "version", Since: w.Now, Block: 2, Waits: "disk"}}
	for _, page := range []string{"/8004/TREE", "/8004/TREE/check"} {
		en := string(w.get(w.fill(page+"?lang=en"), "", "Accept", "text/html").body)
		zh := string(w.get(w.fill(page+"?lang=zh"), "", "Accept", "text/html").body)
		if !strings.Contains(en, "rebuilding its read model from blocks: block 2 of") || !strings.Contains(zh, "正在根据区块重建查询数据库：已至区块 2") {
			t.Errorf("%s does not say so:\n%s\n%s", page, en, zh)
		}
	}
	var check AssetCheck
	w.get(w.fill("/api/v1/assets/TREE/check"), "").into(t, &check)
	if s := check.Block.Successor; s == nil || *s != *w.peer.Successor {
		t.Errorf("%+v", check.Block)
	}
	var ready Readiness
	w.get("/readyz", "").into(t, &ready)
	if !ready.Ready || ready.Successor == nil || *ready.Successor != *w.peer.Successor {
		t.Errorf("%+v", ready)
	}
}
