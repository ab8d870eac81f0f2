package httpapi

import (
	"context"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/jws"
)

// SignedItem is what was signed about one item, for who checks it without this gateway: the events as their devices signed
// them, the devices' keys with the acts by which they came in, and the headers of the blocks. It is the one answer in which
// guests find exact positions, keys and pseudonyms: they are inside what was signed, and cutting them would leave nothing to
// check. See docs/privacy.md.
type SignedItem struct {
	Asset   string         `json:"asset"`
	Net     string         `json:"net"`
	Seq     uint64         `json:"seq" doc:"Of the item's record"`
	Head    rootline.Hash  `json:"head" doc:"Of the item's record; the events lead to it"`
	Events  []SignedEvent  `json:"events" doc:"In the order of the ledger"`
	Devices []SignedDevice `json:"devices" doc:"Those that signed these events"`
	Blocks  []SignedBlock  `json:"blocks" doc:"Those that these events lie in"`
	Next    uint64         `json:"next,omitempty" doc:"The page after this one begins after this number; absent on the last"`
	Block   BlockRef       `json:"block"`
}

// SignedEvent is an event as its device signed it, and where it lies.
type SignedEvent struct {
	Seq         uint64              `json:"seq"`
	Head        rootline.Hash       `json:"head" doc:"SHA-256 of domain, head before, seq and the SHA-256 of the JWS signing input"`
	JWS         string              `json:"jws"`
	Inclusion   *rootline.Inclusion `json:"inclusion,omitempty"`
	Witnessed   rootline.Instant    `json:"witnessed"`
	Block       uint64              `json:"block"`
	Transaction string              `json:"transaction"`
	Position    int                 `json:"position" doc:"Its place in the transaction, from 0"`
}

// SignedDevice is a device's key, and the signed acts by which it came in.
type SignedDevice struct {
	Kid          string  `json:"kid"`
	Key          jws.Key `json:"key"`
	Organisation string  `json:"organisation"`
	Role         string  `json:"role"`
	Enrol        string  `json:"enrol,omitempty" doc:"JWS by this key"`
	Invite       string  `json:"invite,omitempty" doc:"JWS by an admin's key; absent for an organisation's first device, which its Fabric admin confirmed"`
}

// SignedBlock is a block's header: its hash is the SHA-256 of number, previous and dataHash in ASN.1 DER.
type SignedBlock struct {
	Number   uint64        `json:"number"`
	Previous rootline.Hash `json:"previous"`
	DataHash rootline.Hash `json:"dataHash"`
	Hash     rootline.Hash `json:"hash"`
}

// Signing reads what was signed; *readmodel.Store does.
type Signing interface {
	ShownAfter(ctx context.Context, code string, seq uint64, limit int) (*readmodel.Shown, error)
	Enrolment(ctx context.Context, kid string) (*readmodel.Enrolment, error)
}

type signedInput struct {
	CodePath
	After uint64 `query:"after" doc:"Only events after this number of the item's history"`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"How many events"`
}

type signedOutput struct{ Body SignedItem }

// signed gives what was signed about one item, a page at a time.
func (s *Server) signed(ctx context.Context, in *signedInput) (*signedOutput, error) {
	if err := validCode(in.ID); err != nil {
		return nil, err
	}
	ledger, err := s.ledgerOf(ctx)
	if err != nil {
		return nil, err
	}
	shown, err := s.Reader.ShownAfter(ctx, in.ID, in.After, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &signedOutput{Body: SignedItem{
		Asset: shown.Asset.ID, Net: ledger.Net, Seq: shown.Asset.Seq, Head: shown.Asset.Head,
		Events: []SignedEvent{}, Devices: []SignedDevice{}, Blocks: []SignedBlock{}, Block: s.blockRef(shown.Cursor),
	}}
	devices, blocks := map[string]bool{}, map[uint64]bool{}
	part := shown.Newest
	if part == nil {
		return out, nil // it sleeps
	}
	for i := range part.Events {
		e := &part.Events[i]
		if len(out.Body.Events) == in.Limit {
			out.Body.Next = out.Body.Events[in.Limit-1].Seq
			break
		}
		out.Body.Events = append(out.Body.Events, SignedEvent{
			Seq: e.Seq, Head: e.Head, JWS: e.JWS, Inclusion: e.Inclusion, Witnessed: e.Witnessed, Block: e.Block, Transaction: e.Transaction, Position: e.Position,
		})
		if b := part.Blocks[e.Block]; !blocks[e.Block] {
			blocks[e.Block] = true
			out.Body.Blocks = append(out.Body.Blocks, SignedBlock{Number: b.Number, Previous: b.Previous, DataHash: b.DataHash, Hash: b.Hash})
		}
		if d := part.Devices[e.Device]; d != nil && !devices[e.Device] {
			devices[e.Device] = true
			signer := SignedDevice{Kid: d.Kid, Key: d.Key, Organisation: d.Organisation, Role: d.Role}
			came, err := s.Reader.Enrolment(ctx, d.Kid)
			if ok, err := there(err); err != nil {
				return nil, err
			} else if ok {
				if signer.Enrol = came.Enrol.JWS; came.Invite != nil {
					signer.Invite = came.Invite.JWS
				}
			}
			out.Body.Devices = append(out.Body.Devices, signer)
		}
	}
	return out, nil
}
