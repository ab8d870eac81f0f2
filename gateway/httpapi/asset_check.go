package httpapi

import (
	"context"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel"
)

// AssetCheck says whether the record of an asset is intact, as checked just now.
type AssetCheck struct {
	Asset         string        `json:"asset"`
	Verdict       string        `json:"verdict" enum:"intact,partial,not-judged,disputed,broken,no-events" doc:"not-judged: something newer of it goes back to a transaction that is quarantined at this gateway; partial: what was read agrees, and newer blocks are missing here, see block; disputed: the ledger holds an event that this gateway judges otherwise; broken: something does not agree"`
	Events        int           `json:"events" doc:"Length of its history"`
	Signatures    int           `json:"signatures" doc:"How many signatures were checked now: the newest 2,000"`
	Devices       int           `json:"devices"`
	Organisations int           `json:"organisations"`
	Disputed      int           `json:"disputed"`
	Unjudged      string        `json:"unjudged,omitempty" doc:"The quarantined transaction that something newer of it goes back to"`
	First         uint64        `json:"first" doc:"Block of the oldest event"`
	Last          uint64        `json:"last" doc:"Block of the newest event"`
	Head          rootline.Hash `json:"head" doc:"The asset's head, to which its events lead"`
	Chain         ChainCheck    `json:"chain"`
	Faults        []CheckFault  `json:"faults" doc:"What does not agree, the first 20"`
	Block         BlockRef      `json:"block" doc:"The block that this answer is current to"`
}

// ChainCheck says how far the blocks are links of one chain.
type ChainCheck struct {
	Blocks uint64           `json:"blocks" doc:"Blocks from 0 that were found to follow each other"`
	Hash   rootline.Hash    `json:"hash" doc:"Hash of the last of them"`
	Began  rootline.Instant `json:"began" doc:"When all blocks were last read from the first one on"`
	Broken *CheckFault      `json:"broken,omitempty" doc:"The first block that follows none"`
}

// CheckFault is one thing that does not agree.
type CheckFault struct {
	Kind  string `json:"kind" enum:"unreadable,hash,sequence,link,head,device,signature,block-hash,previous-hash"`
	Event string `json:"event,omitempty"`
	Seq   uint64 `json:"seq,omitempty"`
	Block uint64 `json:"block"`
}

// The verdicts of a check.
const (
	verdictIntact   = "intact"
	verdictPartial  = "partial"
	verdictUnjudged = "not-judged"
	verdictDisputed = "disputed"
	verdictBroken   = "broken"
	verdictNone     = "no-events"
)

type assetCheckOutput struct{ Body AssetCheck }

// assetCheck checks the record of an asset again.
func (s *Server) assetCheck(ctx context.Context, in *CodePath) (*assetCheckOutput, error) {
	if err := validCode(in.ID); err != nil {
		return nil, err
	}
	c, err := s.Reader.Check(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &assetCheckOutput{Body: AssetCheck{
		Asset: c.Asset, Verdict: verdictOf(c), Events: c.Events, Signatures: c.Signed, Devices: c.Devices,
		Organisations: c.Organisations, Disputed: c.Disputed, Unjudged: c.Unjudged, First: c.First, Last: c.Last, Head: c.Head,
		Chain:  ChainCheck{Blocks: c.Chain.Blocks, Hash: c.Chain.Hash, Began: c.Chain.Began},
		Faults: make([]CheckFault, len(c.Faults)),
		Block:  s.blockRef(c.Cursor),
	}}
	if out.Body.Verdict == verdictIntact && !out.Body.Block.page().Current() {
		out.Body.Verdict = verdictPartial
	}
	for i, f := range c.Faults {
		out.Body.Faults[i] = faultOf(f)
	}
	if f := c.Chain.Broken; f != nil {
		broken := faultOf(*f)
		out.Body.Chain.Broken = &broken
	}
	return out, nil
}

func faultOf(f readmodel.Fault) CheckFault {
	return CheckFault{string(f.Kind), f.Event, f.Seq, f.Block}
}

func verdictOf(c *readmodel.Check) string {
	switch {
	case len(c.Faults) > 0 || c.Chain.Broken != nil:
		return verdictBroken
	case c.Disputed > 0:
		return verdictDisputed
	case c.Unjudged != "":
		return verdictUnjudged
	case c.Events == 0:
		return verdictNone
	}
	return verdictIntact
}
