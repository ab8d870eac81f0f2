package httpapi

import (
	"context"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/integrity"
	"github.com/rootline/rootline/gateway/readmodel"
)

// AssetCheck says whether the record of an asset is intact, as checked just now.
type AssetCheck struct {
	Asset         string        `json:"asset"`
	Verdict       string        `json:"verdict" enum:"intact,partial,unchecked,not-judged,disputed,broken,no-events" doc:"unchecked: nothing was compared, see compared; not-judged: something newer of it goes back to a transaction that is quarantined at this gateway; partial: what was read agrees, and newer blocks are missing here, see block; disputed: the ledger holds an event that this gateway judges otherwise; broken: something does not agree"`
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
	Compared      Compared      `json:"compared"`
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
	Kind  string `json:"kind" enum:"unreadable,hash,sequence,link,head,device,signature,block-hash,previous-hash,field"`
	Field string `json:"field,omitempty" doc:"What differs, for the kind field: event.role, asset.state, block.dataHash"`
	By    string `json:"by,omitempty" doc:"MSP id of whose peer holds another record; absent for the own one"`
	Event string `json:"event,omitempty"`
	Seq   uint64 `json:"seq,omitempty"`
	Block uint64 `json:"block"`
}

// Compared says what was compared with what, and by whom: the events with the blocks that the own peer delivers, the record
// with the ones that organisations' peers endorse.
type Compared struct {
	Unchecked string           `json:"unchecked,omitempty" enum:"peer,behind,busy" doc:"Why nothing was compared: the own peer does not answer or is behind; the ledger has just gone on; too many ask"`
	At        rootline.Instant `json:"at" doc:"When; an answer is kept for a minute for the very same content"`
	Events    int              `json:"events" doc:"Events that were compared with their blocks, the newest; each field that is shown of them"`
	First     uint64           `json:"first" doc:"Block of the oldest of them"`
	Last      uint64           `json:"last" doc:"Block of the newest"`
	Blocks    int              `json:"blocks" doc:"How many blocks those lie in"`
	Records   int              `json:"records" doc:"Records that were compared with the own peer's: the item's, devices, places, rules, organisations, tags"`
	By        string           `json:"by" doc:"MSP id of the peer that delivered the blocks"`
	Peers     []string         `json:"peers" doc:"MSP ids of whose peers endorsed the very record that is shown"`
	Silent    []string         `json:"silent" doc:"MSP ids of whose peers did not answer, or stand at another block"`
}

// The verdicts of a check.
const (
	verdictIntact    = "intact"
	verdictPartial   = "partial"
	verdictUnjudged  = "not-judged"
	verdictDisputed  = "disputed"
	verdictBroken    = "broken"
	verdictNone      = "no-events"
	verdictUnchecked = "unchecked"
)

type assetCheckOutput struct{ Body AssetCheck }

// assetCheck checks the record of an asset again.
func (s *Server) assetCheck(ctx context.Context, in *CodePath) (*assetCheckOutput, error) {
	if err := validCode(in.ID); err != nil {
		return nil, err
	}
	c, r, err := s.checked(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &assetCheckOutput{Body: AssetCheck{
		Asset: c.Asset, Verdict: verdictOf(c, r), Events: c.Events, Signatures: c.Signed, Devices: c.Devices,
		Organisations: c.Organisations, Disputed: c.Disputed, Unjudged: c.Unjudged, First: c.First, Last: c.Last, Head: c.Head,
		Chain:  ChainCheck{Blocks: c.Chain.Blocks, Hash: c.Chain.Hash, Began: c.Chain.Began},
		Faults: make([]CheckFault, len(c.Faults)), Compared: s.comparedOf(r),
		Block: s.blockRef(c.Cursor),
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
	for _, f := range r.Faults {
		out.Body.Faults = append(out.Body.Faults, CheckFault{Kind: "field", Field: f.Field, By: f.By, Event: f.Event, Seq: f.Seq, Block: f.Block})
	}
	return out, nil
}

// checked checks the record of an asset by what is kept here, and compares what is shown with blocks and peers. Nothing is
// said of it without both.
func (s *Server) checked(ctx context.Context, code string) (*readmodel.Check, *integrity.Report, error) {
	c, err := s.Reader.Check(ctx, code)
	if err != nil {
		return nil, nil, err
	}
	r, err := s.Compare.Check(ctx, code)
	if err == nil && c.Unjudged != "" {
		left := *r
		left.Faults = nil // what is not judged here differs from the peers', and is said to be so
		r = &left
	}
	return c, r, err
}

func (s *Server) comparedOf(r *integrity.Report) Compared {
	return Compared{
		Unchecked: r.Unchecked, At: r.At, Events: r.Compared, First: r.First, Last: r.Last, Blocks: r.Blocks, Records: r.Records,
		By: s.config.Organisation, Peers: orEmpty(r.Peers), Silent: orEmpty(r.Silent),
	}
}

func faultOf(f readmodel.Fault) CheckFault {
	return CheckFault{Kind: string(f.Kind), Event: f.Event, Seq: f.Seq, Block: f.Block}
}

func verdictOf(c *readmodel.Check, r *integrity.Report) string {
	switch {
	case len(c.Faults) > 0 || c.Chain.Broken != nil || len(r.Faults) > 0:
		return verdictBroken
	case c.Disputed > 0:
		return verdictDisputed
	case c.Unjudged != "":
		return verdictUnjudged
	case c.Events == 0:
		return verdictNone
	case r.Unchecked != "":
		return verdictUnchecked
	case !r.Whole():
		return verdictPartial
	}
	return verdictIntact
}
