package projection

import (
	"context"
	"runtime"
	"sync"

	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/block"
)

// ahead is a block with what can be known of it before those before it are applied: its calls are read and their
// signatures checked. That takes most of the time, and all processors do it while one applies.
type ahead struct {
	*block.Block
	// ready is closed when calls may be looked at.
	ready chan struct{}
	calls []called
	// prepared is what verifying needs; nil when blocks are not verified.
	prepared *channel.Prepared
	// cost is how many bytes of the budget it has taken.
	cost int64
}

// called is the call of a transaction. It is zero where there was nothing to read.
type called struct {
	call *call
	err  error
}

// queued is how many blocks may wait, delivered and read ahead, to be applied.
const queued = 32

// lookAhead passes blocks on in their order, and reads them on all processors meanwhile.
type lookAhead struct {
	p *Projection
	// inOrder has the blocks for who applies them, toRead for those who read them.
	inOrder, toRead chan *ahead
	readers         sync.WaitGroup
	budget          *budget
}

func (p *Projection) lookAhead(ctx context.Context) *lookAhead {
	l := &lookAhead{p: p, inOrder: make(chan *ahead, queued), toRead: make(chan *ahead, queued+1), budget: newBudget()}
	for i := range runtime.GOMAXPROCS(0) {
		l.readers.Go(func() {
			for b := range l.toRead {
				if ctx.Err() == nil {
					b.calls = p.readCalls(b.Block, markRead+i)
					b.prepared = p.prepare(b.Block, markRead+i)
				}
				close(b.ready)
			}
		})
	}
	return l
}

// deliver takes the next block.
func (l *lookAhead) deliver(ctx context.Context, b *block.Block) error {
	p := l.p
	p.attempts.done(markDecoded)
	p.attempts.delivered(b.Number)
	if p.attempts.isCareful(b.Number) {
		if err := p.applyAhead(ctx, []*ahead{{Block: b}}); err != nil {
			return &applyFault{err}
		}
		return nil
	}
	next := &ahead{Block: b, ready: make(chan struct{}), cost: int64(b.Bytes)}
	size := unpacked(b)
	if size <= maxUnpackedAhead {
		next.cost += size
	}
	if err := l.budget.take(ctx, next.cost); err != nil {
		return err
	}
	if size > maxUnpackedAhead {
		close(next.ready)
		return l.queue(ctx, next)
	}
	select {
	case l.toRead <- next:
	case <-ctx.Done():
		return ctx.Err()
	}
	return l.queue(ctx, next)
}

// queue hands a block to who applies it.
func (l *lookAhead) queue(ctx context.Context, next *ahead) error {
	select {
	case l.inOrder <- next:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// end says that no block comes any more, and waits for the readers.
func (l *lookAhead) end() {
	close(l.toRead)
	close(l.inOrder)
	l.readers.Wait()
}

// readCalls reads the calls of a block's transactions, and marks each in a slot meanwhile.
func (p *Projection) readCalls(b *block.Block, slot int) []called {
	out := make([]called, len(b.Transactions))
	defer p.attempts.done(slot)
	for i := range b.Transactions {
		t := &b.Transactions[i]
		if t.Valid && t.Malformed == "" && t.Chaincode == wire.Chaincode && judgedFunction(t.Function) && !p.attempts.quarantined(b.Number, i) {
			p.attempts.mark(slot, b.Number, i)
			p.config.at(stageRead, b.Number, i)
			out[i].call, out[i].err = p.read(b.Number, t, t.Function)
		}
	}
	return out
}

// call is what a transaction asks for.
func (a *applying) call(t *block.Transaction, function string) (*call, error) {
	if t.Index < len(a.calls) {
		if c := a.calls[t.Index]; c.call != nil || c.err != nil {
			return c.call, c.err
		}
	}
	return a.read(a.block.Number, t, function)
}
