package readmodel

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/rootline/rootline"
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
		blocks, err := look(ctx, s, func(v *view) ([]Block, error) {
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
