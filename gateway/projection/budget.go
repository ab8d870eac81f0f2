package projection

import (
	"context"
	"sync"

	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/limits"
)

// maxAhead bounds the memory of the blocks that are delivered and not applied yet, with what is read ahead of them: bytes
// as unpacked says. It holds some forty blocks of a thousand events.
const maxAhead = limits.AheadBytes

// maxUnpackedAhead is what a block may unpack to, to be read ahead; one beyond it is read transaction by transaction, each
// when its turn comes.
const maxUnpackedAhead = maxAhead / 4

// readFactor is how much memory an event takes that was read, for each byte of what a batch unpacks to: the bytes, the
// JWS in base64, the event, and their headers.
const readFactor = 4

// unpacked says how much memory the calls of a block take once they are read.
func unpacked(b *block.Block) int64 {
	sum := int64(0)
	for i := range b.Transactions {
		t := &b.Transactions[i]
		if t.Valid && t.Malformed == "" && t.Chaincode == wire.Chaincode && t.Function == wire.FnRecord && len(t.Args) == 1 {
			sum += readFactor * wire.UnpackedSize(t.Args[0])
		}
	}
	return sum
}

// budget lends bytes.
type budget struct {
	mu    sync.Mutex
	lent  int64
	freed chan struct{}
}

func newBudget() *budget { return &budget{freed: make(chan struct{}, 1)} }

// take waits until there is room for n bytes. More than there ever is waits until nothing is lent. It is for one goroutine.
func (b *budget) take(ctx context.Context, n int64) error {
	for {
		b.mu.Lock()
		if b.lent == 0 || b.lent+n <= maxAhead {
			b.lent += n
			b.mu.Unlock()
			return nil
		}
		b.mu.Unlock()
		select {
		case <-b.freed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (b *budget) give(n int64) {
	b.mu.Lock()
	b.lent -= n
	b.mu.Unlock()
	select {
	case b.freed <- struct{}{}:
	default:
	}
}
