package projection

import (
	"bytes"
	"context"
	"fmt"
	"sync"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/readmodel"
)

// The outcomes of comparing an organisation's commit hash.
const (
	comparedAgrees  = "agrees"
	comparedDiffers = "differs"
	// comparedSilent: its peer did not give the block. comparedEmpty: it gave it without a commit hash.
	comparedSilent = "silent"
	comparedEmpty  = "empty"
)

// comparison holds commit hashes of organisations' peers against each other, beside the reading. One is under way at a time
// and one waits; a later one takes its place, and says all that it would have said: a commit hash covers those before it.
type comparison struct {
	work sync.WaitGroup

	mu      sync.Mutex
	busy    bool
	waiting *witnessed
}

// witnessed is a block whose commit hash is to be compared.
type witnessed struct {
	number uint64
	by     string
	hash   []byte
	found  rootline.Instant
}

// compare holds the commit hash of a block, as it was delivered, against those of all other organisations' peers. It does not
// hold blocks up.
func (p *Projection) compare(ctx context.Context, b *block.Block) {
	w, ok := p.config.Source.(Witness)
	if !ok || !p.verifies() || b.Raw == nil || b.Number == 0 || b.Number%p.config.CompareEvery != 0 {
		return
	}
	c := &p.comparing
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = &witnessed{b.Number, b.By, b.Raw.CommitHash, p.Status().Cursor.Time}
	if c.busy {
		return
	}
	c.busy = true
	c.work.Go(func() {
		for next := c.next(); next != nil; next = c.next() {
			p.compareNow(ctx, w, next)
		}
	})
}

// next is the comparison that waits; nil ends the work.
func (c *comparison) next() *witnessed {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := c.waiting
	c.waiting, c.busy = nil, next != nil
	return next
}

func (p *Projection) compareNow(ctx context.Context, w Witness, b *witnessed) {
	if ctx.Err() != nil { // the reading ends: nobody is asked any more
		return
	}
	if len(b.hash) == 0 {
		p.metrics.compared.WithLabelValues(b.by, comparedEmpty).Inc()
		p.config.Log.Warn("a block came without a commit hash; none is compared", "organisation", b.by, "block", b.number)
		return
	}
	for _, said := range w.CommitHashes(ctx, b.number, b.by) {
		if ctx.Err() != nil {
			return
		}
		outcome := comparedDiffers
		switch {
		case said.Err != nil:
			outcome = comparedSilent
			p.config.Log.Warn("an organisation's commit hash is not known", "organisation", said.MSPID, "block", b.number, "error", said.Err)
		case len(said.Hash) == 0:
			outcome = comparedEmpty
			p.config.Log.Warn("an organisation's peer gives a block without a commit hash", "organisation", said.MSPID, "block", b.number)
		case bytes.Equal(said.Hash, b.hash):
			outcome = comparedAgrees
		}
		p.metrics.compared.WithLabelValues(said.MSPID, outcome).Inc()
		if outcome != comparedDiffers {
			continue
		}
		f := &readmodel.Finding{
			ID: findingID(KindCommitHash, b.number) + "/" + said.MSPID, Kind: KindCommitHash, Alarm: true, Block: b.number, Found: b.found,
			Detail: fmt.Sprintf("%s's peer holds the commit hash %x, %s's, which delivered the block, %x: they do not agree on which transactions are valid",
				said.MSPID, said.Hash, b.by, b.hash),
		}
		p.alarm(f)
		if err := p.config.Store.Write(ctx, func(tx *readmodel.Tx) error { tx.AddFinding(f); return nil }); err != nil {
			p.config.Log.Error("a finding is not kept", "finding", f.ID, "error", err)
		}
	}
}
