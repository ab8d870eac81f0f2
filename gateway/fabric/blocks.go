package fabric

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"

	"github.com/rootline/rootline/gateway/block"
)

// Pauses between two tries to have blocks delivered.
const (
	firstPause = 200 * time.Millisecond
	lastPause  = 5 * time.Second
)

// Blocks delivers the channel's blocks from one number on, in order, to the end of ctx: those that exist at once, and
// each later one as it is committed. They come from the own peer, from other organisations' while it does not deliver
// them as they are, and from orderers, without verdicts, while no peer does. It returns the error of deliver, or ctx's.
func (c *Client) Blocks(ctx context.Context, from uint64, deliver func(*block.Block) error) error {
	return c.Try(ctx, from, nil, deliver)
}

// Try is Blocks, and asks before each transaction is read. Of one that is not let in only an outline is read.
func (c *Client) Try(ctx context.Context, from uint64, try func(number uint64, index int) bool, deliver func(*block.Block) error) error {
	r := &reader{Client: c, try: try, deliver: deliver}
	r.next.Store(from)
	pause := firstPause
	for {
		first, before := r.next.Load(), r.from
		if err := r.stream(ctx); err != nil {
			return err
		}
		if r.next.Load() > first || r.from != before {
			pause = firstPause
		}
		r.explain(ctx)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
			pause = min(2*pause, lastPause)
		}
	}
}

// reader is one reading of blocks, by one stream after the other.
type reader struct {
	*Client
	try     func(number uint64, index int) bool
	deliver func(*block.Block) error
	// from is the source that delivers, empty its streams in a row that ended without a block.
	from  string
	empty int
	// next is the number of the block that comes next. waits says that the peer is waited for, and not who reads.
	next  atomic.Uint64
	waits atomic.Bool
	// works is since when what was delivered is worked on, in nanoseconds since 1970, 0 while the peer is waited for; worked is
	// how long that took before, in nanoseconds.
	works, worked atomic.Int64
	// faulty says that the stream's peer was put back.
	faulty atomic.Bool
}

// stream delivers until the peer ends it, or its turn is over. The error is deliver's, or ctx's.
func (r *reader) stream(ctx context.Context) error {
	if now := r.sources.choose(r.from, r.organisations(), r.orderers()); now != r.from {
		if r.from != "" {
			slog.Info("blocks are taken from elsewhere", "source", now, "from_block", r.next.Load())
		}
		r.from, r.empty = now, 0
	}
	r.faulty.Store(false)
	whole, first, began := ctx, r.next.Load(), time.Now()
	if err := r.receive(ctx); err != nil {
		return err
	}
	switch {
	case whole.Err() != nil || r.next.Load() > first || time.Since(began) > quiet:
		r.empty = 0
	case !r.faulty.Load():
		if r.empty++; r.empty >= emptyStreams {
			r.fault(errors.New("its streams end without a block"))
		}
	}
	return whole.Err()
}

// receive delivers what one stream has. The error is deliver's.
func (r *reader) receive(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r.waits.Store(true)
	var watching sync.WaitGroup
	defer watching.Wait()
	defer cancel()
	watching.Go(func() { r.watch(ctx, cancel) })
	events, err := r.blocksFrom(ctx, r.from, r.next.Load())
	if err != nil {
		if errors.Is(err, errNoSource) {
			r.fault(err)
		}
		return nil
	}
	defer drain(events)
	defer cancel()
	for raw := range events {
		if ctx.Err() != nil {
			return nil
		}
		next := r.next.Load()
		if got := raw.GetHeader().GetNumber(); got != next {
			r.fault(fmt.Errorf("it delivered block %d where %d comes next", got, next))
			return nil
		}
		if err := r.work(raw); err != nil {
			return err
		}
		r.next.Store(next + 1)
		r.waits.Store(true)
	}
	return nil
}

// work reads a block and delivers it.
func (r *reader) work(raw *common.Block) error {
	began := time.Now()
	r.works.Store(began.UnixNano())
	defer func() {
		r.works.Store(0)
		r.worked.Add(int64(time.Since(began)))
	}()
	b := r.decoder.block(raw, r.try)
	b.By = r.from
	r.endorsers.learn(b)
	r.waits.Store(false)
	return r.deliver(b)
}

// fault puts the stream's peer back, once.
func (r *reader) fault(why error) {
	if r.faulty.CompareAndSwap(false, true) {
		r.sources.fault(r.from, r.next.Load(), why)
	}
}

// explain logs why the own peer ended a stream: Fabric's client does not say, and the peer does when it is asked for something
// else.
func (r *reader) explain(ctx context.Context) {
	if r.from != r.sources.own {
		return
	}
	if _, err := r.heightOf(ctx, r.from); err != nil && ctx.Err() == nil {
		slog.Warn("blocks are not delivered", "next", r.next.Load(), "error", err)
	}
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
