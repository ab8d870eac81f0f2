package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rootline/rootline/gateway/fabric"
)

// heights remembers how far the ledger has come, by all that this gateway was shown. A peer that was restored from an
// older copy of its data holds fewer blocks for a while and refuses what builds on the others; such a refusal ends
// nothing.
type heights struct {
	mu sync.Mutex
	// seen is the highest number of blocks, kept of it what is on disk.
	seen, kept uint64
}

// Saw tells the outbox of a number of blocks that the ledger has, as the gateway found out elsewhere.
func (o *Outbox) Saw(blocks uint64) {
	o.heights.mu.Lock()
	defer o.heights.mu.Unlock()
	o.heights.seen = max(o.heights.seen, blocks)
}

// Seen is the highest number of blocks that the ledger was ever seen to have, over restarts.
func (o *Outbox) Seen() uint64 { return o.seen() }

func (o *Outbox) seen() uint64 {
	o.heights.mu.Lock()
	defer o.heights.mu.Unlock()
	return o.heights.seen
}

// Bounds of waiting for the own peer to show that it is level. A peer that works is a few blocks behind for a moment.
const (
	levelPatience = 2 * time.Second
	levelEvery    = 50 * time.Millisecond
)

// level reports whether the own peer shows as many blocks as were seen anywhere. The error is *fabric.Unavailable.
func (o *Outbox) level(ctx context.Context) (bool, error) {
	o.Saw(o.config.Ledger.HeightOfOthers(ctx))
	want := o.seen()
	for until := o.now().Add(levelPatience); ; {
		height, err := o.config.Ledger.Height(ctx)
		if err != nil {
			return false, err
		}
		if height >= want {
			o.Saw(height)
			return true, nil
		}
		if !o.now().Before(until) {
			o.config.Log.Warn("the own peer is behind: what it refuses waits", "blocks", height, "seen", want)
			return false, nil
		}
		if !sleep(ctx, levelEvery) {
			return false, &fabric.Unavailable{Err: ctx.Err()}
		}
	}
}

// keepHeight puts the highest number of blocks on disk. What was seen since the last time is seen again: in the read
// model, and at the peers.
func (o *Outbox) keepHeight() {
	o.heights.mu.Lock()
	seen, kept := o.heights.seen, o.heights.kept
	o.heights.mu.Unlock()
	if seen <= kept {
		return
	}
	err := o.store.do(func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO heights (id, seen) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET seen = MAX(seen, excluded.seen)`, seen)
		return err
	})
	switch {
	case err == nil:
		o.heights.mu.Lock()
		o.heights.kept = max(o.heights.kept, seen)
		o.heights.mu.Unlock()
	case !errors.Is(err, errStopped):
		o.config.Log.Error("the ledger's height was not kept", "error", err)
	}
}

// height reads the highest number of blocks that was kept.
func (s *store) height(ctx context.Context) (uint64, error) {
	var seen uint64
	err := s.db.QueryRowContext(ctx, "SELECT COALESCE(MAX(seen), 0) FROM heights").Scan(&seen)
	if err != nil {
		return 0, fmt.Errorf("outbox: read: %w", err)
	}
	return seen, nil
}
