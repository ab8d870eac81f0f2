package httpapi

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/evidence"
	"github.com/rootline/rootline/gateway/integrity"
	"github.com/rootline/rootline/gateway/outbox"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/projection"
	"github.com/rootline/rootline/gateway/proofs"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/sessions"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/rulebook"
)

const (
	origin = "https://works.example"
	book   = "forestation@1"
	// treeSerial is the same in every run: the decoder that reads the tree's QR code does not find one in 1,500.
	treeSerial = "7H2K9QF3XWB4M"
)

var photo = []byte("photo")

// works is a gateway over a ledger in memory on which a little has happened. All parts but Fabric are real.
type works struct {
	*ledger
	t       *testing.T
	server  *Server
	http    *httptest.Server
	store   *readmodel.Store
	files   *evidence.Store
	hub     *Hub
	told    atomic.Uint64 // how many blocks' news the hub has
	peer    presentation.Peer
	nursery *judgetest.Person
	planter *judgetest.Person
	gone    *judgetest.Person // a device that was revoked after it signed in
	manager *judgetest.Person
	tree    string
	event   string // the first of the tree
	stopped func()
	dir     string // of the gateway's files
}

func newWorks(t *testing.T) *works {
	t.Helper()
	return newWorksIn(t, t.TempDir(), evidence.DefaultQuotas)
}

// newWorksIn has the gateway's files in a folder, and quotas for evidence.
func newWorksIn(t *testing.T, dir string, quotas evidence.Quotas) *works {
	t.Helper()
	w := &works{ledger: newLedger(t), t: t, hub: NewHub()}
	w.Adopt(rulebook.Shipped()[book], book)
	w.nursery, w.planter = w.Enrol(judgetest.Contractor, "nursery"), w.Enrol(judgetest.Contractor, "planter")
	w.gone, w.manager = w.Enrol(judgetest.Contractor, "planter"), w.Enrol(judgetest.Owner, rootline.RoleManager)
	for _, p := range []rootline.Place{
		{ID: "forest", Kind: "project", Title: rootline.Text{En: "Forest", Zh: "林"}},
		{ID: "forest/1", Kind: "section", Parent: "forest", Title: rootline.Text{En: "Section 1", Zh: "一标段"}},
	} {
		w.Do(w.manager, judgetest.Act(rootline.ActPlace, p))
	}
	w.tree = judgetest.Prefixes[judgetest.Contractor] + treeSerial
	select1 := w.newTree(w.tree)
	w.Do(w.nursery, select1)
	w.event = select1.ID
	w.open(dir, quotas)
	w.await()
	return w
}

// newTree is the event that begins a tree's life.
func (w *works) newTree(code string) *rootline.Event {
	return &rootline.Event{
		Asset: code, Kind: "tree", Action: "select", Rulebook: book, At: rootline.InstantOf(time.Now().Add(-2 * time.Hour)),
		Data:     json.RawMessage(`{"species":"Pinus tabuliformis","dbh":60,"height":2100}`),
		Evidence: []rootline.Evidence{{SHA256: rootline.HashOf(photo), Type: "image/jpeg", Size: int64(len(photo))}},
	}
}

// open starts a gateway over the ledger, with its files in dir.
func (w *works) open(dir string, quotas evidence.Quotas) {
	w.t.Helper()
	w.dir = dir
	ctx, cancel := context.WithCancel(context.Background())
	must := func(err error) {
		w.t.Helper()
		if err != nil {
			w.t.Fatal(err)
		}
	}
	var err error
	w.store, err = readmodel.Open(ctx, filepath.Join(dir, "readmodel.db"))
	must(err)
	w.files, err = evidence.Open(ctx, filepath.Join(dir, "evidence"), quotas)
	must(err)
	known, err := sessions.Open(ctx, filepath.Join(dir, "gateway.db"))
	must(err)
	registry := prometheus.NewRegistry()
	queue, err := outbox.Open(ctx, outbox.Config{
		Path: filepath.Join(dir, "outbox.db"), Ledger: w.ledger, State: w.store.Snapshot, Read: w.recorded, Evidence: w.files,
		Lists: readmodel.Lists{Store: w.store}, Registerer: registry,
	})
	must(err)
	p, err := projection.New(projection.Config{Store: w.store, Source: w.ledger, Blobs: blobs{w.files}, Listeners: []projection.Listener{
		projection.ListenerFunc(func(ctx context.Context, b readmodel.BlockApplied) {
			for _, e := range b.Events {
				queue.Committed(ctx, []outbox.Recorded{{Event: e.ID, Hash: e.Hash, Transaction: e.Transaction, Block: b.Number}})
			}
			if err := w.hub.Block(NewsOf(b)); err != nil {
				w.t.Error(err)
			}
			w.told.Store(b.Number + 1)
		}),
	}})
	must(err)
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	maker := proofs.New(proofs.Config{Shown: proofs.Of(w.store), Ledger: w.ledger})
	sets, err := proofs.NewSets(proofs.SetsConfig{
		Maker: maker, Store: w.store, Member: mute{}, Organisation: judgetest.Owner, Members: proofs.MembersOf(func() *channel.Config { return nil }),
		Dir: filepath.Join(dir, "proofs"),
	})
	must(err)
	w.server, err = New(Config{
		Origin: origin, Organisation: judgetest.Owner, Channel: "works", Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
	}, Deps{
		Store: w.store, Outbox: queue, Evidence: w.files, Sessions: known, Hub: w.hub, Signed: w.ledger,
		Compare: integrity.New(integrity.Config{Shown: w.store, Ledger: w.ledger, Own: judgetest.Owner, LateAfter: projection.DefaultLateAfter}),
		Proofs:  maker, Sets: sets,
		Peer: func() presentation.Peer { p := w.peer; p.Height = w.height(); return p }, Stored: func(context.Context, rootline.Hash) {},
		Start: http.HandlerFunc(unbuilt), Metrics: promhttp.HandlerFor(registry, promhttp.HandlerOpts{}),
	}, registry)
	must(err)
	w.server.heartbeat = 50 * time.Millisecond
	w.http = httptest.NewServer(w.server)
	w.stopped = func() {
		w.hub.Close()
		w.http.Close()
		cancel()
		<-done
		for _, err := range []error{sets.Close(), queue.Close(), w.store.Close(), known.Close(), w.files.Close()} {
			if err != nil {
				w.t.Error(err)
			}
		}
	}
	w.t.Cleanup(func() { w.stopped() })
}

// mute is a gateway's identity that signs nothing.
type mute struct{}

func (mute) Sign([]byte) (identity, signature []byte, err error) { return nil, nil, nil }

// unbuilt serves a start page and nothing else, as a gateway does that was built without its pages: what is tested
// here does not depend on whether they were built.
func unbuilt(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" {
		http.NotFound(w, r)
		return
	}
	_, _ = w.Write([]byte("<!doctype html>"))
}

// await waits until the gateway has read all blocks and told its listeners of them.
func (w *works) await() {
	w.t.Helper()
	for range 6000 { // a minute
		if c, ok, err := w.store.Cursor(context.Background()); err == nil && ok && c.Block+1 == w.height() && w.told.Load() >= w.height() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	w.t.Fatal("the gateway does not catch up")
}

// result is an answer, read whole.
type result struct {
	status int
	header http.Header
	body   []byte
}

func (r *result) code() rootline.Code {
	var p problem.Problem
	_ = json.Unmarshal(r.body, &p)
	return p.Code
}

func (r *result) into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(r.body, v); err != nil {
		t.Fatalf("%v: %s", err, r.body)
	}
}

// ask sends a request; token may be "".
func (w *works) ask(method, path, token string, body []byte, header ...string) *result {
	w.t.Helper()
	req, err := http.NewRequest(method, w.http.URL+path, bytes.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(res.Body); err != nil {
		w.t.Fatal(err)
	}
	return &result{res.StatusCode, res.Header, b.Bytes()}
}

func (w *works) get(path, token string, header ...string) *result {
	return w.ask(http.MethodGet, path, token, nil, header...)
}

func (w *works) post(path string, body any) *result { return w.postAs("", path, body) }

// postAs sends what needs a session.
func (w *works) postAs(token, path string, body any) *result {
	w.t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.ask(http.MethodPost, path, token, b, "Content-Type", "application/json")
}

// signInJWS makes a sign-in, changed by change.
func (w *works) signInJWS(p *judgetest.Person, typ string, change func(*rootline.SignIn)) string {
	m := rootline.SignIn{
		Origin: origin, Nonce: base64.RawURLEncoding.EncodeToString([]byte(rootline.NewCode("nonce"))),
		Expires: rootline.InstantOf(time.Now().Add(2 * time.Minute)),
	}
	if change != nil {
		change(&m)
	}
	b, err := json.Marshal(m)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.SignRaw(p.Key, typ, string(b)).JWS
}

func (w *works) signIn(p *judgetest.Person) string {
	w.t.Helper()
	r := w.post("/api/v1/session", map[string]string{"jws": w.signInJWS(p, rootline.TypSignIn, nil)})
	if r.status != http.StatusOK {
		w.t.Fatalf("sign-in: %d %s", r.status, r.body)
	}
	var s Session
	r.into(w.t, &s)
	return s.Token
}

// fill puts the works' own codes into a path.
func (w *works) fill(path string) string {
	return strings.NewReplacer("TREE", w.tree, "EVENT", w.event, "KID", w.planter.Kid(), "HASH", rootline.HashOf([]byte("photo")).String()).Replace(path)
}

// recorded looks events up in the read model.
func (w *works) recorded(ctx context.Context, ids []string) (outbox.Reading, error) {
	return readmodel.Read(ctx, w.store, func(v *readmodel.View) (out outbox.Reading, err error) {
		if c, ok := v.Cursor(); ok {
			out.Blocks = c.Block + 1
		}
		rows, err := v.Recorded(ids)
		for _, e := range rows {
			out.Events = append(out.Events, outbox.Recorded{Event: e.ID, Hash: e.Hash, Transaction: e.Transaction, Block: e.Block})
		}
		return out, err
	})
}
