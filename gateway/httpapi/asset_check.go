package httpapi

import (
	"context"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/integrity"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/query"
	"github.com/rootline/rootline/gateway/readmodel"
)

// AssetCheck says whether the record of an asset is intact, as checked just now.
type AssetCheck struct {
	Asset         string                      `json:"asset"`
	Verdict       string                      `json:"verdict" enum:"intact,partial,unchecked,not-judged,not-recomputed,disputed,broken,no-events" doc:"unchecked: nothing was compared, see compared; not-judged: something newer of it goes back to a transaction that is quarantined at this gateway; not-recomputed: what was compared agrees, and it rests on a transaction of which only the own peer says whether it took effect, see notRecomputed; partial: what was compared agrees, and not all was, see compared, or newer blocks are missing here, see block; no-events: it sleeps on its lot's list, on which its place was checked; disputed: the ledger holds an event that this gateway judges otherwise; broken: something does not agree"`
	Events        int                         `json:"events" doc:"Length of its history"`
	Signatures    int                         `json:"signatures" doc:"How many signatures were checked"`
	Devices       int                         `json:"devices"`
	Organisations int                         `json:"organisations"`
	Disputed      int                         `json:"disputed"`
	Unjudged      string                      `json:"unjudged,omitempty" doc:"The quarantined transaction that something newer of it goes back to"`
	NotRecomputed *presentation.NotRecomputed `json:"notRecomputed,omitempty" doc:"The first transaction that something of what was compared rests on, and of which only the peer that delivered it says whether it took effect"`
	First         uint64                      `json:"first" doc:"Block of the oldest event"`
	Last          uint64                      `json:"last" doc:"Block of the newest event"`
	Head          rootline.Hash               `json:"head" doc:"The asset's head, to which its events lead"`
	Chain         ChainCheck                  `json:"chain"`
	Compared      Compared                    `json:"compared"`
	Faults        []CheckFault                `json:"faults" doc:"What does not agree, the first 20"`
	Block         presentation.BlockRef       `json:"block" doc:"The block that this answer is current to"`
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
	Unchecked string           `json:"unchecked,omitempty" enum:"peer,behind,busy,outdated" doc:"Why nothing was compared: the own peer does not answer or is behind; the ledger has just gone on; too many ask; the read model is of another version, and is built anew"`
	At        rootline.Instant `json:"at" doc:"When; of a long history, when the part was that was compared first: at most ten minutes ago, for the very same content"`
	Events    int              `json:"events" doc:"Events that were compared with their blocks, the newest; each field that is shown of them"`
	More      bool             `json:"more" doc:"Asking again goes on with those that were not compared yet"`
	States    int              `json:"states" doc:"Events whose state was not compared: others of their transaction followed, and what these build on is not at hand to judge them again"`
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
	verdictIntact   = "intact"
	verdictPartial  = "partial"
	verdictUnjudged = "not-judged"
	verdictDisputed = "disputed"
	verdictBroken   = "broken"
	// verdictNotRecomputed claims no more than that what was compared agrees.
	verdictNotRecomputed = "not-recomputed"
	verdictNone          = "no-events"
	verdictUnchecked     = "unchecked"
)

type assetCheckOutput struct{ Body AssetCheck }

// assetCheck checks the record of an asset again.
func (s *Server) assetCheck(ctx context.Context, in *query.CodePath) (*assetCheckOutput, error) {
	if err := query.CheckCode(in.ID); err != nil {
		return nil, err
	}
	who := taker(ctx)
	r, err := s.Compare.Check(readmodel.Charged(ctx, s.reads(who)), who, in.ID)
	if err != nil {
		return nil, err
	}
	nameBlock(ctx, r.Cursor.Block)
	out := &assetCheckOutput{Body: AssetCheck{
		Asset: r.Asset, Events: r.Events, Signatures: r.Signatures, Devices: r.Devices,
		Organisations: r.Organisations, Disputed: r.Disputed, Unjudged: r.Unjudged, NotRecomputed: presentation.NotRecomputedOf(r.NotRecomputed), First: r.First, Last: r.Last, Head: r.Head,
		Chain:  ChainCheck{Blocks: r.Chain.Blocks, Hash: r.Chain.Hash, Began: r.Chain.Began},
		Faults: make([]CheckFault, len(r.Faults)), Compared: s.comparedOf(r),
		Block: s.gateway().BlockRef(r.Cursor),
	}}
	out.Body.Verdict = verdictOf(r, out.Body.Block)
	for i, f := range r.Faults {
		out.Body.Faults[i] = faultOf(f)
	}
	if f := r.Chain.Broken; f != nil {
		out.Body.Chain.Broken = &CheckFault{Kind: string(f.Kind), Block: f.Block}
	}
	return out, nil
}

func (s *Server) comparedOf(r *integrity.Report) Compared {
	return Compared{
		Unchecked: r.Unchecked, At: r.At, Events: r.Compared.Events, More: r.More, States: r.States, First: r.First, Last: r.Last, Blocks: r.Blocks,
		Records: r.Records, By: s.config.Organisation, Peers: orEmpty(r.Peers), Silent: orEmpty(r.Silent),
	}
}

func faultOf(f integrity.Fault) CheckFault {
	return CheckFault{Kind: f.Kind(), Field: f.Field, By: f.By, Event: f.Event, Seq: f.Seq, Block: f.Block}
}

func verdictOf(r *integrity.Report, at presentation.BlockRef) string {
	switch {
	case len(r.Faults) > 0 || r.Chain.Broken != nil:
		return verdictBroken
	case r.Disputed > 0:
		return verdictDisputed
	case r.Unjudged != "":
		return verdictUnjudged
	case r.Unchecked != "":
		return verdictUnchecked
	case r.NotRecomputed != nil:
		return verdictNotRecomputed
	case r.Asleep:
		return verdictNone
	case !r.Intact() || !at.Standing().Current():
		return verdictPartial
	}
	return verdictIntact
}
