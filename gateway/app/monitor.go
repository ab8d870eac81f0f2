package app

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/httpapi"
	"github.com/rootline/rootline/gateway/projection"
)

// monitorEvery is how often the peer is asked how it is.
const monitorEvery = 2 * time.Second

// height is the part of the Fabric client that tells how many blocks the peer holds.
type height interface {
	Height(ctx context.Context) (uint64, error)
}

// monitor keeps what is known of the peer, so that whoever asks need not wait for it.
type monitor struct {
	peer       height
	operations string
	status     func() projection.Status

	mu   sync.Mutex
	last httpapi.Peer
	// known is the greatest height ever told, silent since when the peer does not answer; zero when it did last.
	known  uint64
	silent time.Time
}

// patience is how long a fault may last before pages speak of it: a peer that starts again is no stop.
const patience = 10 * time.Second

// Peer tells what is known.
func (m *monitor) Peer() httpapi.Peer {
	status := m.status()
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.last
	p.Known = max(m.known, p.Height)
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
	return p
}

func (m *monitor) run(ctx context.Context) {
	tick := time.NewTicker(monitorEvery)
	defer tick.Stop()
	for {
		m.look(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (m *monitor) look(ctx context.Context) {
	var now httpapi.Peer
	if h, err := m.peer.Height(ctx); err == nil {
		now.Height = h
	}
	now.SkewMs = m.skew(ctx)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last, m.known = now, max(m.known, now.Height)
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
