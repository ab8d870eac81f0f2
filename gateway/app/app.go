package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/evidence"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/gateway/httpapi"
	"github.com/rootline/rootline/gateway/integrity"
	"github.com/rootline/rootline/gateway/outbox"
	"github.com/rootline/rootline/gateway/projection"
	"github.com/rootline/rootline/gateway/proofs"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/sessions"
	"github.com/rootline/rootline/gateway/storage"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/profiling"
	"github.com/rootline/rootline/web"
)

// App is a running gateway.
type App struct {
	config   Config
	log      *slog.Logger
	registry *prometheus.Registry
	judge    *judge.Judge

	client     *fabric.Client
	store      *readmodel.Store
	evidence   *evidence.Store
	sessions   *sessions.Store
	outbox     *outbox.Outbox
	projection *projection.Projection
	hub        *httpapi.Hub
	monitor    *monitor
	checker    *integrity.Checker
	proofs     *proofs.Maker
	sets       *proofs.Sets

	listener net.Listener
	server   *http.Server
	// The same for HTTPS; nil without it.
	tlsListener net.Listener
	tlsServer   *http.Server
	https       *https
	// closers undo what Open did, last first.
	closers []func() error
	work    sync.WaitGroup
	failed  chan error
	close   sync.Once
}

// closeTime is how long requests that are under way may take when the gateway stops.
const closeTime = 10 * time.Second

// Run runs a gateway until ctx ends or it cannot go on.
func Run(ctx context.Context, config Config) error {
	a, err := Open(ctx, config)
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		a.log.Info("stopping")
	case err = <-a.failed:
	}
	return errors.Join(err, a.Close())
}

// Open starts a gateway. It serves as soon as Open returns; /readyz says when it is level with its peer. Errors are
// *ConfigError, or name the part that cannot start.
func Open(ctx context.Context, config Config) (*App, error) {
	if err := config.complete(); err != nil {
		return nil, err
	}
	a := &App{config: config, log: slog.Default(), registry: prometheus.NewRegistry(), judge: judge.New(), hub: httpapi.NewHub(), failed: make(chan error, 2)}
	a.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, part := range []struct {
		name  string
		start func(context.Context) error
	}{
		{"listen", a.listen}, {"pprof", a.profile}, {"store", a.openStores}, {"https", a.openTLS}, {"fabric", a.connect}, {"outbox", a.openOutbox},
		{"projection", a.follow}, {"http", a.serve},
	} {
		if err := part.start(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("gateway: %s: %w", part.name, unusable(config.Store, err)), a.Close())
		}
	}
	a.log.Info("gateway runs", "origin", config.Origin, "listen", a.Addr(), "tls", a.TLSAddr(), "organisation", config.MSP, "peer", config.Peer)
	return a, nil
}

// Addr is the address that it serves on.
func (a *App) Addr() string { return a.listener.Addr().String() }

// URL is the address to reach it at from this machine.
func (a *App) URL() string { return "http://" + a.Addr() }

// Close stops the gateway: requests under way are answered, streams end, and what the outbox holds is kept.
func (a *App) Close() error {
	var errs []error
	a.close.Do(func() {
		for i := len(a.closers) - 1; i >= 0; i-- {
			errs = append(errs, a.closers[i]())
		}
	})
	return errors.Join(errs...)
}

func (a *App) onClose(f func() error) { a.closers = append(a.closers, f) }

// listen takes the address first: when it is taken, nothing else was touched.
func (a *App) listen(ctx context.Context) (err error) {
	var lc net.ListenConfig
	if a.listener, err = lc.Listen(ctx, "tcp", a.config.Listen); err != nil {
		return fmt.Errorf("%w. Stop what listens there, or choose another address with --listen", err)
	}
	a.onClose(func() error { return ignoreClosed(a.listener.Close()) })
	if a.config.TLSListen == "" {
		return nil
	}
	if a.tlsListener, err = lc.Listen(ctx, "tcp", a.config.TLSListen); err != nil {
		return fmt.Errorf("%w. Stop what listens there, or choose another address with --tls-listen", err)
	}
	a.onClose(func() error { return ignoreClosed(a.tlsListener.Close()) })
	return nil
}

// profile serves profiles when that was asked for.
func (a *App) profile(context.Context) error {
	if a.config.Pprof == "" {
		return nil
	}
	l, err := profiling.Serve(a.config.Pprof)
	if err != nil {
		return &ConfigError{"pprof", "ROOTLINE_PPROF", err.Error()}
	}
	a.onClose(func() error { return ignoreClosed(l.Close()) })
	return nil
}

func (a *App) openStores(ctx context.Context) (err error) {
	dir := a.config.Store
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	unlock, err := lock(filepath.Join(dir, "lock"))
	if err != nil {
		return err
	}
	a.onClose(unlock)
	if a.store, err = readmodel.OpenFollowed(ctx, filepath.Join(dir, "readmodel.db"), a.config.genesis(), build()); err != nil {
		return err
	}
	a.onClose(a.store.Close)
	if a.sessions, err = sessions.Open(ctx, filepath.Join(dir, "gateway.db")); err != nil {
		return err
	}
	a.onClose(a.sessions.Close)
	if a.evidence, err = evidence.Open(ctx, filepath.Join(dir, "evidence"), a.config.quotas()); err != nil {
		return err
	}
	a.onClose(a.evidence.Close)
	return a.evidence.Register(a.registry)
}

func (a *App) connect(ctx context.Context) (err error) {
	config := a.config.fabric()
	config.Registerer = a.registry
	if a.client, err = fabric.Connect(ctx, config); err != nil {
		return err
	}
	a.onClose(a.client.Close)
	return nil
}

func (a *App) openOutbox(ctx context.Context) (err error) {
	var opened atomic.Bool
	state := func(ctx context.Context) (judge.State, func(), error) {
		// Nothing is judged by half of a ledger: what comes is turned away for a while, what was taken goes to the peer. Only
		// what the outbox takes up on start is compared with what is there.
		if opened.Load() && a.store.Rebuilding() != nil {
			return nil, nil, readmodel.ErrRebuilding()
		}
		return a.store.Snapshot(ctx)
	}
	path := filepath.Join(a.config.Store, "outbox.db")
	_, worked := a.store.Newest()
	if info, err := os.Stat(path); err == nil && info.Size() > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
		worked = false
	}
	a.outbox, err = outbox.Open(ctx, outbox.Config{
		Path: path, Ledger: a.client, Peer: a.config.Peer, State: state, Read: a.recorded,
		Evidence: a.evidence, Lists: readmodel.Lists{Store: a.store}, Judge: a.judge, Registerer: a.registry, Log: a.log,
		MaxPending: a.config.maxPending(), Genesis: rootline.Hash(a.config.genesis()),
	})
	if err != nil {
		return err
	}
	a.onClose(a.outbox.Close)
	opened.Store(true)
	if worked {
		if err := a.outbox.Missing(); err != nil {
			return err
		}
	}
	switch c, known, err := a.store.Cursor(ctx); {
	case err == nil && known:
		a.outbox.Saw(c.Block + 1)
	case err == nil && a.outbox.Seen() > 0:
		return a.store.Missing()
	}
	return nil
}

// follow begins to read blocks and to look after the peer. Both end before the stores are closed.
func (a *App) follow(ctx context.Context) (err error) {
	a.projection, err = projection.New(projection.Config{
		Store: a.store, Source: a.client, Genesis: a.config.genesis(), Judge: a.judge, Blobs: blobs{a.evidence}, Registerer: a.registry, Log: a.log,
		Attempts: filepath.Join(a.config.Store, "attempts"), Version: build(), Reserve: a.config.quotas().Reserve,
		Listeners: []projection.Listener{projection.ListenerFunc(a.applied)},
	})
	if err != nil {
		return err
	}
	a.client.Others(a.projection.Anchors, a.projection.Orderers)
	a.client.Follow(a.projection.Followed)
	a.monitor = &monitor{peer: a.client, operations: a.config.PeerOperations, status: a.projection.Status, seen: a.outbox.Seen, store: a.store,
		successor: a.projection.Successor}
	a.checker = integrity.New(integrity.Config{Shown: a.store, Ledger: a.client, Own: a.config.MSP, LateAfter: projection.DefaultLateAfter, Verified: a.ordered, Outdated: a.outdated})
	a.proofs = proofs.New(proofs.Config{
		Shown: proofs.Of(a.store), Ledger: a.client, Blocks: a.checker, Channel: a.config.Channel, Genesis: rootline.Hash(a.config.genesis()),
	})
	if err := a.openSets(); err != nil {
		return err
	}
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	a.onClose(func() error { stop(); a.work.Wait(); return nil })
	a.work.Go(func() { a.monitor.run(work) })
	a.work.Go(func() { a.sweepEvidence(work) })
	a.work.Go(func() { a.sealDaily(work) })
	a.work.Go(func() {
		// A chain that breaks stops the reading, not the gateway: what was read stays readable, and /readyz says why.
		err := a.projection.Run(work)
		if work.Err() != nil {
			return
		}
		a.log.Error("blocks are not read any more", "error", err)
		select {
		case <-work.Done():
		case <-a.store.Broken(): // nobody is left to build it anew; the next start does
			a.ended("store", errors.New("the read model is damaged. Start the gateway again: it builds it anew"))
		}
	})
	return nil
}

// applied hears of each block that was applied.
func (a *App) applied(ctx context.Context, b readmodel.BlockApplied) {
	a.outbox.Saw(b.Number + 1)
	// Those too that this gateway does not agree with: they lie in a valid transaction, and its pages say what it thinks.
	recorded := make([]outbox.Recorded, len(b.Events))
	for i, e := range b.Events {
		recorded[i] = outbox.Recorded{Event: e.ID, Hash: e.Hash, Transaction: e.Transaction, Block: e.Block}
	}
	if err := a.hub.Block(httpapi.NewsOf(b)); err != nil {
		a.log.Error("a block is not told of", "block", b.Number, "error", err)
	}
	if len(recorded) == 0 {
		return
	}
	// The outbox notes it on disk; the next block need not wait for that.
	a.work.Go(func() { a.outbox.Committed(ctx, recorded) })
}

// recorded looks events up in the read model.
func (a *App) recorded(ctx context.Context, ids []string) (outbox.Reading, error) {
	return readmodel.Read(ctx, a.store, func(v *readmodel.View) (out outbox.Reading, err error) {
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

func (a *App) serve(context.Context) error {
	origins := a.config.origins()
	config := httpapi.Config{Origin: origins[0], Origins: origins[1:], Organisation: a.config.MSP, Channel: a.config.Channel, Genesis: rootline.Hash(a.config.genesis()), Proxies: a.config.proxies()}
	var err error
	if config.Zone, err = a.config.zone(); err != nil {
		return err
	}
	if config.Spool, err = storage.OpenSpool(filepath.Join(a.config.Store, "spool"), a.config.quotas().Reserve); err != nil {
		return err
	}
	ground, err := a.config.tiles()
	if err != nil {
		return err
	}
	if a.https != nil && a.https.local != nil {
		config.Root, config.Own = a.https.local.Root(), a.ownOrigin
	}
	api, err := httpapi.New(config, httpapi.Deps{
		Store: a.store, Outbox: a.outbox, Evidence: a.evidence, Sessions: a.sessions, Hub: a.hub, Signed: a.client,
		Compare: a.checker,
		Proofs:  a.proofs, Sets: a.sets,
		Peer: a.monitor.Peer, Notices: a.notices, Stored: a.stored, Tiles: ground, Start: web.Handler(),
		Metrics: promhttp.HandlerFor(a.registry, promhttp.HandlerOpts{}),
	}, a.registry)
	if err != nil {
		return err
	}
	plain := http.Handler(api)
	if a.https != nil {
		plain = a.https.plain(api)
	}
	connections := budget.New(connectionLimits)
	a.server = a.newServer(plain)
	a.work.Go(func() {
		a.ended("http", a.server.Serve(budget.Listener(a.listener, connections, a.config.proxies())))
	})
	if a.https != nil {
		a.tlsServer = a.newServer(api)
		a.tlsServer.TLSConfig = a.https.config
		a.work.Go(func() {
			a.ended("https", a.tlsServer.ServeTLS(budget.Listener(a.tlsListener, connections, a.config.proxies()), "", ""))
		})
	}
	return nil
}

// notices are what an operator has to see to.
func (a *App) notices() (all []string) {
	if s := a.outbox.Salvage(); s != nil {
		all = append(all, s.String())
	}
	if n := a.projection.Successor(); n != nil {
		all = append(all, successorNotice(n, a.projection.Status()))
	}
	all = append(all, evidenceNotices(a.evidence.Standing())...)
	if u := a.outbox.Unconfirmed(); u != nil {
		all = append(all, u.String())
	}
	if n := a.outbox.Pending().Aside; n > 0 {
		all = append(all, fmt.Sprintf("%s: %d events break the gateway or the chaincode each time that they are proposed. They are kept, not refused, and tried again every hour and "+
			"when the gateway is started again; the log names them and says where it breaks: start a version in which that is mended", outbox.CodeAside, n))
	}
	for _, e := range a.client.Avoided() {
		all = append(all, fmt.Sprintf("endorser-avoided: %s since %s (%s); docs/incidents.md says what that means",
			e.MSPID, e.Since.UTC().Format(time.RFC3339), e.Fault))
	}
	return all
}

// successorNotice says how far the read model's successor is.
func successorNotice(n *projection.Successor, served projection.Status) string {
	says := fmt.Sprintf("read-model-outdated: since %s: %s; block %d of %d is reached", n.Since.UTC().Format(time.RFC3339), n.String(), n.Cursor.Block, served.Cursor.Block)
	switch {
	case storage.Full(n.Fault):
		says += "; the disk has no room for it beside the reserve: make room on it, and it goes on by itself"
	case n.Fault != nil:
		says += "; it does not go on at present, the log says why"
	}
	return says
}

// connectionLimits bound the open connections. Nobody is signed in on a connection, so there is one bound for all; an
// address may stand for a whole site hut.
var connectionLimits = budget.Limits{All: 8192, Guests: 8192, Guest: 512}

// newServer makes a server that is shut down when the gateway stops.
func (a *App) newServer(handler http.Handler) *http.Server {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: limits.HTTPHeader,
		ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
	}
	a.onClose(func() error {
		a.hub.Close()
		ctx, cancel := context.WithTimeout(context.Background(), closeTime)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			return errors.Join(fmt.Errorf("gateway: requests were cut off: %w", err), server.Close())
		}
		return nil
	})
	return server
}

// ended hears of a server that stopped, which is a fault unless it was told to.
func (a *App) ended(name string, err error) {
	if !errors.Is(err, http.ErrServerClosed) {
		a.failed <- fmt.Errorf("gateway: %s: %w", name, err)
	}
}

// stored hears of each file of evidence: it may hold the codes of a list.
func (a *App) stored(ctx context.Context, h rootline.Hash) {
	if err := a.projection.IndexList(ctx, h); err != nil {
		a.log.Error("a code list is not indexed", "file", h, "error", err)
	}
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// outdated reports whether the read model was derived by other rules than this program's.
func (a *App) outdated() bool {
	r := a.store.Outdated()
	return r != nil && r.Reason == readmodel.RebuildVersion
}

// ordered checks that the channel's orderers signed a block that was read again.
func (a *App) ordered(b *block.Block) error {
	config := a.projection.Channel()
	if config == nil || b.Raw == nil {
		return errors.New("the channel's configuration is not known yet")
	}
	return config.Ordered(b.Raw)
}
