package presentation

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/web/page"
)

// BlockRef is the block that an answer is current to, and how that stands to the ledger.
type BlockRef struct {
	Number  uint64           `json:"number"`
	Hash    rootline.Hash    `json:"hash"`
	Time    rootline.Instant `json:"time"`
	Lag     uint64           `json:"lag" doc:"How many blocks are known of that were not read yet"`
	Stopped string           `json:"stopped,omitempty" enum:"broken-chain,unverified-block,unknown-protocol,peer-unreachable,read-model,rebuilding" doc:"Why blocks are not read on; absent while they are"`
	Since   rootline.Instant `json:"since,omitempty" doc:"When that began"`
	// Successor is of the gateway now, whatever block the answer is of.
	Successor *Successor `json:"successor,omitempty" doc:"The read model that is built anew beside the one that answers; absent when none is"`
}

// Standing is the same for a page.
func (b BlockRef) Standing() page.Standing {
	s := page.Standing{Block: b.Number, BlockTime: b.Time, Behind: b.Lag, Stopped: b.Stopped, Since: b.Since}
	if b.Successor != nil {
		s.Outdated, s.Rebuilt = true, b.Successor.Block
	}
	return s
}

// Peer is what is known of the organisation's own peer and of the reading of its blocks.
type Peer struct {
	// Height is the number of the peer's blocks; 0 when it does not answer.
	Height uint64
	// Known is the most blocks that the ledger is known to have, though the peer may not answer or be behind itself.
	Known uint64
	// SkewMs is how far the peer's clock is ahead of ours, in milliseconds; nil when it is not known.
	SkewMs *int64
	// Stop says why blocks are not read on, "" while they are; Since is when that began, Detail says more in English.
	Stop   block.Stop
	Since  rootline.Instant
	Detail string
	// Successor says that the read model serves while its successor is built beside it; nil when that is not so.
	Successor *Successor
}

// Successor is the read model that is built anew beside the one that answers, because that is of another version or holds what
// another build quarantined.
type Successor struct {
	Reason string           `json:"reason" enum:"version,quarantine"`
	Since  rootline.Instant `json:"since"`
	Block  uint64           `json:"block" doc:"How far it is; it takes the place at the block of the one that answers"`
	Waits  string           `json:"waits,omitempty" enum:"disk,fault" doc:"Why it is not built on at present"`
}
