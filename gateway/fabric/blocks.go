package fabric

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"

	"github.com/rootline/rootline/gateway/block"
)

// Pauses between two tries to have blocks delivered.
const (
	firstPause = 200 * time.Millisecond
	lastPause  = 5 * time.Second
)

// Blocks delivers the channel's blocks from one number on, in order, to the end of ctx: those that exist at once, and
// each later one as the peer commits it. It connects again when the peer goes away. It returns the error of deliver,
// or ctx's.
func (c *Client) Blocks(ctx context.Context, from uint64, deliver func(*block.Block) error) error {
	return c.Try(ctx, from, nil, deliver)
}

// Try is Blocks, and asks before each transaction is read. Of one that is not let in only an outline is read.
func (c *Client) Try(ctx context.Context, from uint64, try func(number uint64, index int) bool, deliver func(*block.Block) error) error {
	next, pause := from, firstPause
	for {
		reached, err := c.stream(ctx, next, try, deliver)
		if err != nil {
			return err
		}
		if reached > next {
			next, pause = reached, firstPause
		}
		// Fabric's client does not say why a stream ended; the peer does when it is asked for something else.
		if _, err := c.Height(ctx); err != nil && ctx.Err() == nil {
			slog.Warn("blocks are not delivered", "next", next, "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
			pause = min(2*pause, lastPause)
		}
	}
}

// stream delivers until the peer ends it, and returns the number of the block that comes next.
func (c *Client) stream(ctx context.Context, next uint64, try func(number uint64, index int) bool, deliver func(*block.Block) error) (uint64, error) {
	whole, first := ctx, next
	ctx, cancel := context.WithCancel(ctx)
	network, own := c.deliverer()
	events, err := network.BlockEvents(ctx, client.WithStartBlock(next))
	if err != nil {
		cancel()
		return next, nil
	}
	defer drain(events)
	defer cancel()
	var reached atomic.Uint64
	reached.Store(next)
	go c.watch(ctx, reached.Load, cancel)
	for raw := range events {
		if got := raw.GetHeader().GetNumber(); got != next {
			return next, fmt.Errorf("fabric: the peer delivered block %d where %d comes next", got, next)
		}
		b := c.decoder.block(raw, try)
		c.endorsers.learn(b)
		if err := deliver(b); err != nil {
			return next, err
		}
		next++
		reached.Store(next)
	}
	if !own && whole.Err() == nil && next == first {
		c.Refuse(next, errors.New("it delivers nothing"))
	}
	return next, whole.Err()
}

// drain lets the sender of a cancelled stream end.
func drain(events <-chan *common.Block) {
	go func() {
		for range events { // what comes late is delivered again by the next stream
		}
	}()
}

// Block reads one block again. The error is *Unavailable, or ctx's when the peer does not have it yet.
func (c *Client) Block(ctx context.Context, number uint64) (*block.Block, error) {
	raw, err := c.rawBlock(ctx, number)
	if err != nil {
		return nil, err
	}
	return c.decoder.block(raw, nil), nil
}
