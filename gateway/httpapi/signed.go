package httpapi

import (
	"context"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/integrity"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/query"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/jws"
)

// SignedItem is what was signed about one item, for who checks it without this gateway: the events as their devices signed
// them, the devices' keys with the acts by which they came in, and the blocks with their orderers' signatures. It is the one
// answer in which guests find exact positions, keys and pseudonyms: they are inside what was signed, and cutting them would
// leave nothing to check. See docs/signed.md and docs/privacy.md.
type SignedItem struct {
	Asset          string                `json:"asset"`
	Net            string                `json:"net"`
	Seq            uint64                `json:"seq" doc:"Of the item's record"`
	Head           rootline.Hash         `json:"head" doc:"Of the item's record; the events lead to it"`
	Events         []SignedEvent         `json:"events" doc:"In the order of the ledger"`
	Devices        []SignedDevice        `json:"devices" doc:"Those that signed these events, and the admins' that let them in"`
	Blocks         []SignedBlock         `json:"blocks" doc:"Those that these events lie in, and the acts by which the devices came in"`
	Configurations []SignedBlock         `json:"configurations,omitempty" doc:"On the first page: block 0 and each later block with a configuration of the channel, whole"`
	Next           uint64                `json:"next,omitempty" doc:"The page after this one begins after this number; absent on the last"`
	Block          presentation.BlockRef `json:"block"`
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
	Kid          string      `json:"kid"`
	Key          jws.Key     `json:"key"`
	Organisation string      `json:"organisation"`
	Role         string      `json:"role"`
	Enrol        string      `json:"enrol,omitempty" doc:"JWS by this key"`
	EnrolledIn   SignedPlace `json:"enrolledIn"`
	// Invite and where it lies are absent for an organisation's first device.
	Invite    string       `json:"invite,omitempty" doc:"JWS by an admin's key, which is among the devices; absent for an organisation's first device, whose enrolment its Fabric admin confirmed"`
	InvitedIn *SignedPlace `json:"invitedIn,omitempty"`
}

// SignedPlace is where an act lies.
type SignedPlace struct {
	Block       uint64 `json:"block"`
	Transaction int    `json:"transaction" doc:"Its place in the block, from 0"`
	Position    int    `json:"position" doc:"The act's place in the transaction, from 0"`
}

// SignedBlock is a block's header with the orderers' signatures, and as much of what it holds as may be given: its hash is
// the SHA-256 of number, previous and dataHash in ASN.1 DER.
type SignedBlock struct {
	Number     uint64           `json:"number"`
	Previous   rootline.Hash    `json:"previous"`
	DataHash   rootline.Hash    `json:"dataHash" doc:"SHA-256 of all envelopes, one after the other"`
	Hash       rootline.Hash    `json:"hash"`
	Signatures []byte           `json:"signatures" doc:"The orderers', over the header: Fabric's common.Metadata, base64"`
	Envelopes  []SignedEnvelope `json:"envelopes" doc:"Transactions that are about this item alone, acts of the founding, and configurations. All others hold other items and where they are"`
	Whole      bool             `json:"whole" doc:"The envelopes are all that the block holds"`
}

// SignedEnvelope is a transaction with the signatures of who submitted and who endorsed it.
type SignedEnvelope struct {
	Index    int    `json:"index" doc:"Its place in the block, from 0"`
	Envelope []byte `json:"envelope" doc:"Fabric's common.Envelope, base64"`
}

type signedInput struct {
	query.CodePath
	After uint64 `query:"after" doc:"Only events after this number of the item's history"`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"How many events"`
}

type signedOutput struct{ Body SignedItem }

// The bounds of a page for strangers: how much is read of the peer for one, what a request of it weighs while it is worked
// on, and how much is read for one address in a minute.
const (
	signedPageBytes  = 8 << 20
	signedPageWeight = 8 << 20
)

// signedRecords are what the read model knows for a page: the item, and who signed its events, by their kids.
type signedRecords struct {
	ledger  *rootline.Ledger
	shown   *readmodel.Shown
	signers map[string]signer
}

// signer is a device, and the acts by which it came in; nil when they are not known here.
type signer struct {
	device *rootline.Device
	came   *readmodel.Enrolment
}

func recordsOf(v *readmodel.View, in *signedInput) (*signedRecords, error) {
	ledger, err := foundingOf(v)
	if err != nil {
		return nil, err
	}
	shown, err := v.ShownAfter(in.ID, in.After, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &signedRecords{ledger: ledger, shown: shown, signers: map[string]signer{}}
	if shown.Newest == nil {
		return out, nil
	}
	for i := range shown.Newest.Events {
		for kid := shown.Newest.Events[i].Device; kid != ""; {
			if _, known := out.signers[kid]; known {
				break
			}
			d, err := v.Device(kid)
			if ok, err := presentation.There(err); err != nil {
				return nil, err
			} else if !ok {
				break
			}
			came, err := v.Enrolment(kid)
			if _, err := presentation.There(err); err != nil {
				return nil, err
			}
			out.signers[kid] = signer{d, came}
			kid = d.InvitedBy
		}
	}
	return out, nil
}

// signing is one page in the making.
type signing struct {
	server  *Server
	ctx     context.Context
	known   map[string]signer
	item    *SignedItem
	devices map[string]bool
	blocks  map[uint64]bool
	// read is what was read of events' blocks, and is charged in the end; configured what was read of configurations, and is
	// charged already.
	read, configured int64
}

// signed gives what was signed about one item, a page at a time.
func (s *Server) signed(ctx context.Context, in *signedInput) (*signedOutput, error) {
	if err := query.CheckCode(in.ID); err != nil {
		return nil, err
	}
	if err := s.maySeeSigned(ctx, in.ID); err != nil {
		return nil, err
	}
	who := taker(ctx)
	if !s.files.Left(who) {
		return nil, tooManyRequests(who, budget.ErrOwn)
	}
	// The peer is asked for blocks below, so all of the read model is read before.
	known, err := readmodel.Read(readmodel.Charged(ctx, s.reads(who)), s.Store, func(v *readmodel.View) (*signedRecords, error) { return recordsOf(v, in) })
	if err != nil {
		return nil, err
	}
	ledger, shown := known.ledger, known.shown
	nameBlock(ctx, shown.Cursor.Block)
	out := &signedOutput{Body: SignedItem{
		Asset: shown.Asset.ID, Net: ledger.Net, Seq: shown.Asset.Seq, Head: shown.Asset.Head,
		Events: []SignedEvent{}, Devices: []SignedDevice{}, Blocks: []SignedBlock{}, Block: s.gateway().BlockRef(shown.Cursor),
	}}
	p := &signing{server: s, ctx: ctx, known: known.signers, item: &out.Body, devices: map[string]bool{}, blocks: map[uint64]bool{}}
	defer func() { s.files.Took(who, p.read) }()
	if in.After == 0 {
		if err := p.configurations(shown.Cursor.Block); err != nil {
			return nil, err
		}
	}
	part := shown.Newest
	if part == nil {
		return out, nil // it sleeps
	}
	for i := range part.Events {
		e := &part.Events[i]
		if i == in.Limit || i > 0 && p.read+p.configured > signedPageBytes {
			out.Body.Next = part.Events[i-1].Seq
			break
		}
		out.Body.Events = append(out.Body.Events, SignedEvent{
			Seq: e.Seq, Head: e.Head, JWS: e.JWS, Inclusion: e.Inclusion, Witnessed: e.Witnessed, Block: e.Block, Transaction: e.Transaction, Position: e.Position,
		})
		if err := p.block(e.Block); err != nil {
			return nil, err
		}
		if err := p.device(e.Device); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// maySeeSigned refuses what was signed about an item to guests, where a rulebook keeps some of it from them: it cannot be cut.
func (s *Server) maySeeSigned(ctx context.Context, code string) error {
	if member(ctx) != nil {
		return nil
	}
	v, err := s.reply(readmodel.Charged(ctx, s.reads(taker(ctx))))
	if err != nil {
		return err
	}
	defer v.Close()
	seen, err := v.GuestsSee(code)
	if err == nil && !seen {
		err = rootline.Refuse(rootline.CodeMembersOnly)
	}
	return err
}

func (p *signing) configurations(upTo uint64) error {
	charge := p.server.reads(taker(p.ctx))
	all, err := p.server.Compare.Configurations(p.ctx, upTo, func(read int64) error {
		if err := charge(read); err != nil {
			return err
		}
		p.configured += read
		return nil
	})
	for _, g := range all {
		p.item.Configurations = append(p.item.Configurations, signedBlock(g))
	}
	return err
}

// block adds a block, once.
func (p *signing) block(number uint64) error {
	if p.blocks[number] {
		return nil
	}
	g, read, err := p.server.Compare.Give(p.ctx, p.item.Asset, number)
	if err != nil {
		return err
	}
	p.blocks[number], p.read = true, p.read+read
	p.item.Blocks = append(p.item.Blocks, signedBlock(g))
	return nil
}

func signedBlock(g *integrity.Given) SignedBlock {
	b := SignedBlock{
		Number: g.Number, Previous: g.Previous, DataHash: g.DataHash, Hash: block.HeaderHash(g.Number, g.Previous, g.DataHash),
		Signatures: orEmpty(g.Signatures), Whole: g.Whole, Envelopes: make([]SignedEnvelope, len(g.Envelopes)),
	}
	for i, e := range g.Envelopes {
		b.Envelopes[i] = SignedEnvelope{Index: e.Index, Envelope: e.Bytes}
	}
	return b
}

// device adds a device with the acts by which it came in, and those of the admins before it, up to the organisation's
// first device.
func (p *signing) device(kid string) error {
	for kid != "" && !p.devices[kid] {
		p.devices[kid] = true
		known, ok := p.known[kid]
		if !ok {
			return nil
		}
		d := known.device
		signer := SignedDevice{Kid: d.Kid, Key: d.Key, Organisation: d.Organisation, Role: d.Role}
		if came := known.came; came != nil {
			signer.Enrol, signer.EnrolledIn = came.Enrol.JWS, signedPlace(&came.Enrol)
			if err := p.block(came.Enrol.Block); err != nil {
				return err
			}
			if came.Invite != nil {
				at := signedPlace(came.Invite)
				signer.Invite, signer.InvitedIn = came.Invite.JWS, &at
				if err := p.block(came.Invite.Block); err != nil {
					return err
				}
			}
		}
		p.item.Devices = append(p.item.Devices, signer)
		kid = d.InvitedBy
	}
	return nil
}

func signedPlace(e *readmodel.ShownEvent) SignedPlace {
	return SignedPlace{Block: e.Place.Block, Transaction: e.Place.Position, Position: e.Position}
}
