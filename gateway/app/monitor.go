package app

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/projection"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/storage"
)

const (
	// monitorEvery is how often the peer is asked how it is.
	monitorEvery = 2 * time.Second
	// othersEvery is how often other organisations' peers are asked for blocks that the own one may keep back.
	othersEvery = 10 * time.Second
)

// height is the part of the Fabric client that tells how many blocks the peer holds, and how many the channel is shown to have.
type height interface {
	Height(ctx context.Context) (uint64, error)
	Shown(ctx context.Context, known uint64) uint64
}

// monitor keeps what is known of the peer, so that whoever asks need not wait for it.
type monitor struct {
	peer       height
	operations string
	status     func() projection.Status
	// seen is the greatest height ever known here; nil knows none. store, when not nil, is the read model that may be built
	// anew.
	seen  func() uint64
	store *readmodel.Store
	// successor, when not nil, tells of the read model's successor.
	successor func() *projection.Successor

	mu   sync.Mutex
	last presentation.Peer
	// known is the greatest height ever told or shown, silent since when the peer does not answer; zero when it did last.
	known  uint64
	silent time.Time
}

// patience is how long a fault may last before pages speak of it: a peer that starts again is no stop.
const patience = 10 * time.Second

// Peer tells what is known.
func (m *monitor) Peer() presentation.Peer {
	status := m.status()
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.last
	p.Known = max(m.height(), p.Height)
	if status.Started {
		// The peer holds at least what was read from it.
		p.Height, p.Known = max(p.Height, status.Cursor.Block+1), max(p.Known, status.Cursor.Block+1)
	}
	if m.last.Height == 0 {
		p.Height = 0
	}
	since := status.Since
	switch behind := p.Known > status.Cursor.Block+1 || !status.Started; {
	case status.Stop == block.StopProtocol:
		p.Stop, p.Detail = status.Stop, status.Fault.Error()
	case status.Stopped:
		p.Stop, p.Detail = status.Stop, "blocks are not read on, and that is final until somebody has looked into it: "+status.Fault.Error()
	case status.Stop == block.StopUnverified:
		p.Stop, p.Detail = status.Stop, "no block is read that does not verify; others are asked for it: "+status.Fault.Error()
	case m.rebuilding() != nil:
		r := m.rebuilding()
		p.Stop, p.Detail, since = block.StopRebuilding, r.String(), r.Since
		if !m.silent.IsZero() {
			p.Detail += "; the organisation's own peer does not answer"
		}
	case status.Stop == block.StopStore && storage.Full(status.Fault):
		p.Stop, p.Detail = status.Stop, "the disk of the read model is full: make room on it, and blocks are read on by themselves"
	case status.Stop == block.StopStore && time.Since(since) > patience:
		p.Stop, p.Detail = status.Stop, "the read model cannot be written; the log says why"
	case !m.silent.IsZero() && time.Since(m.silent) > patience:
		since = m.silent
		p.Stop, p.Detail = block.StopPeer, "the organisation's own peer does not answer"
	case status.Stop == block.StopPeer && behind && time.Since(since) > patience:
		p.Stop, p.Detail = status.Stop, "the organisation's own peer does not deliver blocks; the log says why"
	}
	if p.Stop != "" {
		p.Since = rootline.InstantOf(since)
	}
	if m.successor != nil {
		p.Successor = successorOf(m.successor())
	}
	return p
}

// successorOf is the same for the API.
func successorOf(n *projection.Successor) *presentation.Successor {
	if n == nil {
		return nil
	}
	s := &presentation.Successor{Reason: n.Reason, Since: rootline.InstantOf(n.Since), Block: n.Cursor.Block}
	switch {
	case storage.Full(n.Fault):
		s.Waits = "disk"
	case n.Fault != nil:
		s.Waits = "fault"
	}
	return s
}

// height is the greatest that is known of; mu is held.
func (m *monitor) height() uint64 {
	if m.seen == nil {
		return m.known
	}
	return max(m.known, m.seen())
}

// rebuilding says that the read model is built anew; nil when it is not.
func (m *monitor) rebuilding() *readmodel.Rebuild {
	if m.store == nil {
		return nil
	}
	return m.store.Rebuilding()
}

// level ends the rebuilding of the read model when it has all blocks that are known of; mu is held.
func (m *monitor) level() {
	status := m.status()
	if m.rebuilding() == nil || m.last.Height == 0 || !status.Started || status.Fault != nil || status.Cursor.Block+1 < m.height() {
		return
	}
	if err := m.store.Level(); err != nil {
		slog.Error("the end of the rebuilding is not noted", "error", err)
	}
}

func (m *monitor) run(ctx context.Context) {
	var asking sync.WaitGroup
	defer asking.Wait()
	asking.Go(func() { every(ctx, othersEvery, m.askOthers) })
	every(ctx, monitorEvery, m.look)
}

// every does something at once and again after each pause, to the end of ctx.
func every(ctx context.Context, pause time.Duration, do func(context.Context)) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		do(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// askOthers takes notice of blocks that others show, though the own peer may say that there are none.
func (m *monitor) askOthers(ctx context.Context) {
	m.mu.Lock()
	known := m.known
	m.mu.Unlock()
	if status := m.status(); status.Started {
		known = max(known, status.Cursor.Block+1)
	}
	shown := m.peer.Shown(ctx, known)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known = max(m.known, shown)
}

func (m *monitor) look(ctx context.Context) {
	var now presentation.Peer
	if h, err := m.peer.Height(ctx); err == nil {
		now.Height = h
	}
	now.SkewMs = m.skew(ctx)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last, m.known = now, max(m.known, now.Height)
	m.level()
	switch {
	case now.Height > 0:
		m.silent = time.Time{}
	case m.silent.IsZero():
		m.silent = time.Now()
	}
}

// skew reads the peer's clock from the header Date of its operations service, which counts whole seconds: the middle
// of the second is taken, so what is less than a second apart is no skew.
func (m *monitor) skew(ctx context.Context) *int64 {
	if m.operations == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, monitorEvery)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, strings.TrimRight(m.operations, "/")+"/healthz", nil)
	if err != nil {
		return nil
	}
	asked := time.Now()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil
	}
	_ = res.Body.Close() // a HEAD has none
	date, err := http.ParseTime(res.Header.Get("Date"))
	if err != nil {
		return nil
	}
	here := asked.Add(time.Since(asked) / 2)
	ms := date.Add(time.Second / 2).Sub(here).Milliseconds()
	if max(ms, -ms) <= 1000 {
		ms = 0
	}
	return &ms
}
