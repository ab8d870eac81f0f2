package readmodel

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/block"
)

// ChainCheck is a check of all blocks that are kept: that each has the hash of its header, and names the hash of the one
// before it.
type ChainCheck struct {
	// Blocks is how many were found to be links of one chain, from block 0; Hash is the last one's.
	Blocks uint64
	Hash   rootline.Hash
	// Began is when the blocks were last read from the first one on.
	Began rootline.Instant
	// Broken is the first block that is none.
	Broken *Fault
}

// Fault is a block that is no link of the chain.
type Fault struct {
	Kind  FaultKind
	Block uint64
}

// FaultKind says why it is none.
type FaultKind string

// The kinds of faults.
const (
	FaultBlock    FaultKind = "block-hash"    // its hash is not that of its header
	FaultPrevious FaultKind = "previous-hash" // it does not follow the one before it
)

// Chain checks that the blocks which are kept here follow each other, from the first one on.
func (s *Store) Chain(ctx context.Context) (ChainCheck, error) { return s.chain.check(ctx, s) }

// chainAge is how long blocks that were checked are believed before all are read again: anybody may ask for a check.
const chainAge = 10 * time.Minute

// chainStep is how many blocks are read in one look, so that a long chain holds no connection for long.
const chainStep = 5000

// chainChecker remembers how far the chain was checked, so that the next check only goes on.
type chainChecker struct {
	mu   sync.Mutex
	done ChainCheck
	last *Block
}

// reset forgets what was checked.
func (c *chainChecker) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done, c.last = ChainCheck{}, nil
}

// check goes on from what was checked before to the newest block.
func (c *chainChecker) check(ctx context.Context, s *Store) (ChainCheck, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); c.last == nil || c.done.Broken != nil || now.Sub(c.done.Began.Time()) > chainAge {
		c.done, c.last = ChainCheck{Began: rootline.InstantOf(now)}, nil
	}
	for {
		blocks, err := Read(ctx, s, func(v *View) ([]Block, error) {
			return collect(v, scanBlock, selectBlock+`WHERE number >= ? ORDER BY number LIMIT ?`, c.done.Blocks, chainStep)
		})
		if err != nil {
			return ChainCheck{}, err
		}
		for i := range blocks {
			b := blocks[i]
			before := c.last
			if before == nil {
				before = &Block{Number: math.MaxUint64} // block 0 follows nothing, and names zeros
			}
			if c.done.Broken = headerFault(&b, before); c.done.Broken != nil {
				return c.done, nil
			}
			c.last, c.done.Blocks, c.done.Hash = &b, b.Number+1, b.Hash
		}
		if len(blocks) < chainStep {
			return c.done, nil
		}
	}
}

// headerFault checks that a block follows the one before it.
func headerFault(b, before *Block) *Fault {
	switch {
	case before != nil && (b.Number != before.Number+1 || b.Previous != before.Hash):
		return &Fault{Kind: FaultPrevious, Block: b.Number}
	case block.HeaderHash(b.Number, b.Previous, b.DataHash) != b.Hash:
		return &Fault{Kind: FaultBlock, Block: b.Number}
	}
	return nil
}
