package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"
	"time"

	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/projection"
	"github.com/rootline/rootline/gateway/readmodel"
)

type peerAt uint64

func (p peerAt) Height(context.Context) (uint64, error) {
	if p == 0 {
		return 0, errors.New("no answer")
	}
	return uint64(p), nil
}

func (p peerAt) Shown(_ context.Context, known uint64) uint64 { return known }

// withholding is a peer that keeps blocks back which others show.
type withholding struct {
	peerAt
	shown uint64
}

func (p withholding) Shown(_ context.Context, known uint64) uint64 { return max(known, p.shown) }

func TestBlocksThatOthersShowAreKnown(t *testing.T) {
	m := &monitor{peer: withholding{5, 8}, status: func() projection.Status {
		return projection.Status{Started: true, Cursor: readmodel.Cursor{Block: 4}}
	}}
	m.look(t.Context())
	m.askOthers(t.Context())
	gateway := presentation.Gateway{Peer: m.Peer}
	if p, at := m.Peer(), gateway.BlockRef(readmodel.Cursor{Block: 4}); p.Height != 5 || p.Known != 8 || at.Lag != 3 {
		t.Errorf("%+v, %d blocks behind", p, at.Lag)
	}
}

func TestMonitor(t *testing.T) {
	for _, c := range []struct {
		name   string
		peer   peerAt
		status projection.Status
		height uint64
		halted bool
	}{
		{"level", 5, projection.Status{Started: true, Cursor: readmodel.Cursor{Block: 4}}, 5, false},
		{"behind", 9, projection.Status{Started: true, Cursor: readmodel.Cursor{Block: 4}}, 9, false},
		{"read more since it was asked", 5, projection.Status{Started: true, Cursor: readmodel.Cursor{Block: 7}}, 8, false},
		{"no answer", 0, projection.Status{Started: true, Cursor: readmodel.Cursor{Block: 4}}, 0, false},
		{"fault", 5, projection.Status{Fault: errors.New("disk full"), Stop: block.StopStore, Since: time.Now().Add(-time.Minute)}, 5, true},
		{"fault of a moment", 5, projection.Status{Fault: errors.New("disk full"), Stop: block.StopStore, Since: time.Now()}, 5, false},
		{"full disk", 5, projection.Status{Fault: fmt.Errorf("readmodel: %w", syscall.ENOSPC), Stop: block.StopStore, Since: time.Now()}, 5, true},
		{"broken chain", 5, projection.Status{Fault: &block.Break{Kind: block.BreakPrevious}, Stop: block.StopChain, Stopped: true}, 5, true},
	} {
		m := &monitor{peer: c.peer, status: func() projection.Status { return c.status }}
		m.look(t.Context())
		if p := m.Peer(); p.Height != c.height || (p.Stop != "") != c.halted || p.SkewMs != nil {
			t.Errorf("%s: %+v", c.name, p)
		}
	}
}

func TestClockSkew(t *testing.T) {
	ahead := time.Duration(0)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Now().Add(ahead).UTC().Format(http.TimeFormat))
	}))
	defer server.Close()
	m := &monitor{operations: server.URL + "/"}
	for _, c := range []struct{ ahead, least, most time.Duration }{
		{0, 0, 0},
		{time.Minute, 59 * time.Second, 61 * time.Second},
		{-time.Hour, -time.Hour - time.Second, -time.Hour + time.Second},
	} {
		ahead = c.ahead
		got := m.skew(t.Context())
		if got == nil || *got < c.least.Milliseconds() || *got > c.most.Milliseconds() {
			t.Errorf("%s ahead: measured %v ms", c.ahead, got)
		}
	}
	server.Close()
	if m.skew(t.Context()) != nil {
		t.Error("a clock that cannot be read has no skew")
	}
}
