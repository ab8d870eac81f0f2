package httpapi

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel"
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

// page is the same for a page.
func (b BlockRef) page() page.Standing {
	s := page.Standing{Block: b.Number, BlockTime: b.Time, Behind: b.Lag, Stopped: b.Stopped, Since: b.Since}
	if b.Successor != nil {
		s.Outdated, s.Rebuilt = true, b.Successor.Block
	}
	return s
}

// blockRef says how what is read here as of a cursor stands to the ledger. Every answer and every page that names a
// block takes it from here.
func (s *Server) blockRef(c readmodel.Cursor) BlockRef {
	p := s.Peer()
	b := BlockRef{Number: c.Block, Hash: c.Hash, Time: c.Time, Stopped: string(p.Stop), Since: p.Since, Successor: p.Successor}
	if p.Known > c.Block+1 {
		b.Lag = p.Known - c.Block - 1
	}
	return b
}
