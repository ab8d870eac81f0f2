package proofs

import (
	"bytes"
	"container/heap"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/proof"
)

// assembly is one proof in the making.
type assembly struct {
	*Maker
	ctx     context.Context
	options Options
	nonce   []byte
	code    string
	bundle  proof.Bundle
	// keys are those that have to be attested, numbers the blocks whose headers are needed.
	keys    map[string]bool
	numbers map[uint64]bool
	// holding are the blocks that hold the item's events.
	holding map[uint64]bool
	// rulebooks are those that the item's events live under.
	rulebooks map[string]bool
	// acts are what let devices in, by their event ids; after says which of them come before which. devices are those that
	// were followed; confirms the confirmations by organisation.
	acts     map[string]*act
	devices  map[string]*came
	confirms map[string][]byte
	// records are what was attested.
	records       map[string]block.AttestedRecord
	organisations []string
}

// act is an invitation, an enrolment or a renewal, with the acts and the devices that it stands after.
type act struct {
	id    string
	jws   proof.JWS
	after []string
}

// came is how a device came in: the act that enrolled it, "" for a confirmed one; when it signed last; and whether the act that
// moved its end was added.
type came struct {
	*rootline.Device
	enrol   string
	last    rootline.Instant
	renewed bool
}

// need says that a record is to be attested.
func (a *assembly) need(space rootline.Space, id string) {
	a.keys[wire.Key(rootline.Ref{Space: space, ID: id})] = true
}

// item makes the proof of an item. The error is errMoved when the ledger went on meanwhile.
func (a *assembly) item() (*Made, error) {
	a.bundle = proof.Bundle{Kind: proof.KindItem, Subject: a.code}
	a.keys, a.numbers, a.holding = map[string]bool{}, map[uint64]bool{}, map[uint64]bool{}
	a.rulebooks = map[string]bool{}
	a.acts, a.devices, a.confirms = map[string]*act{}, map[string]*came{}, map[string][]byte{}
	asset, err := a.history()
	if err != nil {
		return nil, err
	}
	if a.options.Texts {
		if err := a.texts(asset.Rulebook); err != nil {
			return nil, err
		}
	}
	if err := a.renewals(); err != nil {
		return nil, err
	}
	if err := a.arrange(); err != nil {
		return nil, err
	}
	own := wire.Key(rootline.Ref{Space: rootline.SpaceAsset, ID: a.code})
	delete(a.keys, own)
	keys := slices.Sorted(maps.Keys(a.keys))
	for i := 0; ; i++ {
		err := a.attest([]string{own}, keys)
		if err == nil {
			break
		}
		if !errors.Is(err, errMoved) || i == attestTries {
			return nil, err
		}
	}
	if err := a.current(own, asset); err != nil {
		return nil, err
	}
	if err := a.blocks(); err != nil {
		return nil, err
	}
	return a.finish(asset.Head)
}

// absence makes the proof that a code was never recorded.
func (a *assembly) absence() (*Made, error) {
	a.bundle = proof.Bundle{Kind: proof.KindAbsence, Subject: a.code}
	a.numbers = map[uint64]bool{}
	keys := []string{
		wire.Key(rootline.Ref{Space: rootline.SpaceAsset, ID: a.code}), wire.Key(rootline.Ref{Space: rootline.SpaceTag, ID: a.code}),
	}
	if err := a.attest(nil, keys); err != nil {
		return nil, err
	}
	for _, key := range keys {
		if a.records[key].Written != nil {
			return nil, rootline.Refuse(rootline.CodeAssetExists, a.code)
		}
	}
	return a.finish(rootline.Hash{})
}

// finish adds the blocks that were named and makes the file.
func (a *assembly) finish(head rootline.Hash) (*Made, error) {
	for _, r := range a.records {
		if r.Written != nil {
			a.numbers[r.Written.Block] = true
		}
	}
	if err := a.chain(); err != nil {
		return nil, err
	}
	slices.SortFunc(a.bundle.Answers, bytes.Compare)
	file, err := proof.Encode(&a.bundle)
	if fault := new(proof.Fault); errors.As(err, &fault) {
		return nil, rootline.Refuse(rootline.CodeProofTooLong, a.code)
	} else if err != nil {
		return nil, err
	}
	if err := a.verify(); err != nil {
		return nil, err
	}
	return &Made{File: file, Head: head, Organisations: a.organisations}, nil
}

// verify verifies what was made as whoever gets it will. How many organisations are enough is for them to say, beyond the
// fewest that any anchor may ask for.
func (a *assembly) verify() error {
	ledger, err := a.config.Shown.Ledger(a.ctx)
	if err != nil {
		return err
	}
	if ledger.Ledger == nil {
		return rootline.Refuse(rootline.CodeNotFounded)
	}
	anchor := proof.AnchorOf(a.config.Channel, a.config.Genesis, ledger.Ledger.Net, ledger.Ledger.Organisations)
	anchor.K = proof.LeastVouching
	if _, err := proof.Verify(&a.bundle, anchor, proof.Options{Code: a.code, Nonce: a.nonce}); err != nil {
		slog.Error("a proof that was made does not verify", "code", a.code, "error", err)
		return errors.Join(rootline.Refuse(rootline.CodeNotReady, rootline.Text{En: "the proof that was made does not verify", Zh: "所生成的证明未通过验证"}), err)
	}
	return nil
}

// history adds the item's events, with all that let their devices in.
func (a *assembly) history() (*rootline.Asset, error) {
	var asset *rootline.Asset
	for seq := uint64(0); ; {
		shown, err := a.config.Shown.ShownAfter(a.ctx, a.code, seq, readmodel.PartEvents)
		if err != nil {
			return nil, err
		}
		if shown.Asset.Asleep || asset != nil && (asset.Seq != shown.Asset.Seq || asset.Head != shown.Asset.Head) {
			return nil, errMoved
		}
		asset = &shown.Asset.Asset
		for i := range shown.Newest.Events {
			if err := a.event(&shown.Newest.Events[i]); err != nil {
				return nil, err
			}
		}
		if n := len(shown.Newest.Events); n > 0 {
			seq = shown.Newest.Events[n-1].Seq
		} else if seq < asset.Seq {
			return nil, errMoved
		}
		if seq >= asset.Seq {
			return asset, nil
		}
		if len(a.bundle.Events) > limits.ProofEvents {
			return nil, rootline.Refuse(rootline.CodeProofTooLong, a.code)
		}
	}
}

// texts adds the texts of the rulebooks that the item and its events live under, as they were voted on.
func (a *assembly) texts(own string) error {
	a.rulebooks[own] = true
	for _, name := range slices.Sorted(maps.Keys(a.rulebooks)) {
		book, _, ok := rootline.SplitRulebook(name)
		if !ok || name == rootline.Registry {
			continue
		}
		adoption, err := a.config.Shown.Adoption(a.ctx, name)
		if err != nil {
			return err
		}
		if adoption == nil {
			continue // its titles are not shown
		}
		a.need(rootline.SpaceBallot, adoption.Ballot)
		a.need(rootline.SpaceRulebook, book)
		a.bundle.Rulebooks = append(a.bundle.Rulebooks, proof.Rulebook{Ballot: adoption.Ballot, Text: []byte(adoption.YAML)})
	}
	return nil
}

func (a *assembly) event(e *readmodel.ShownEvent) error {
	parts, err := partsOf(e.JWS)
	if err != nil {
		return err
	}
	out := proof.Event{JWS: parts}
	a.need(rootline.SpaceEvent, e.Event.Event.ID)
	a.holding[e.Place.Block], a.rulebooks[e.Event.Event.Rulebook] = true, true
	// One that did not exist yet is no block that there is to show.
	if seen := e.Event.Event.Seen; seen != nil && seen.Block < e.Place.Block {
		a.numbers[e.Event.Event.Seen.Block] = true
	}
	if out.Inclusion, err = a.inclusion(e); err != nil {
		return err
	}
	at := e.Witnessed
	if e.AttestedBy != "" {
		at = e.Event.Event.At + 1 // signed before its device's end
	}
	if err := a.device(e.Device, at); err != nil {
		return err
	}
	if e.AttestedBy != "" {
		by, err := a.config.Shown.Event(a.ctx, e.AttestedBy)
		if err != nil {
			return err
		}
		parts, err := partsOf(by.JWS)
		if err != nil {
			return err
		}
		out.Attestation = &parts
		a.need(rootline.SpaceEvent, e.AttestedBy)
		if err := a.device(by.Device, by.Witnessed); err != nil {
			return err
		}
	}
	a.bundle.Events = append(a.bundle.Events, out)
	return nil
}

// inclusion is the proof that came with an event, where it holds against the list as it is now.
func (a *assembly) inclusion(e *readmodel.ShownEvent) (*rootline.Inclusion, error) {
	in := e.Inclusion
	if in == nil {
		return nil, nil
	}
	space, code := rootline.SpaceAsset, e.Event.Event.Asset
	if e.Event.Event.Tag != "" {
		space, code = rootline.SpaceTag, e.Event.Event.Tag
	}
	list, err := a.list(space, in.List)
	if err != nil || list == nil || !in.Proves(code, list) {
		return nil, err
	}
	a.need(space, in.List)
	return in, nil
}

// list is the list of a lot or a roll as it is now; nil when there is none.
func (a *assembly) list(space rootline.Space, id string) (*rootline.List, error) {
	if space == rootline.SpaceTag {
		roll, err := a.config.Shown.Tag(a.ctx, id)
		if err != nil || roll == nil {
			return nil, err
		}
		return roll.List, nil
	}
	lot, err := a.config.Shown.Asset(a.ctx, id)
	if err != nil || lot.ID != id {
		return nil, err
	}
	return lot.List, nil
}

// device adds how a device that signed at a time came in, and the admins before it, up to the organisation's first device.
func (a *assembly) device(kid string, at rootline.Instant) error {
	for kid != "" {
		if known := a.devices[kid]; known != nil {
			known.last = max(known.last, at)
			return nil
		}
		if err := a.ctx.Err(); err != nil {
			return err
		}
		d, err := a.config.Shown.Device(a.ctx, kid)
		if err != nil {
			return err
		}
		c := &came{Device: d, last: at}
		a.devices[kid] = c
		a.need(rootline.SpaceDevice, kid)
		a.need(rootline.SpaceOrganisation, d.Organisation)
		in, err := a.config.Shown.Enrolment(a.ctx, kid)
		if err != nil {
			return err
		}
		a.need(rootline.SpaceEvent, in.Enrol.Event.Event.ID)
		if in.Invite == nil {
			return a.confirm(d.Organisation, &in.Enrol)
		}
		if err := a.act(in.Invite, signer+in.Invite.Device); err != nil {
			return err
		}
		if err := a.act(&in.Enrol, in.Invite.Event.Event.ID); err != nil {
			return err
		}
		c.enrol = in.Enrol.Event.Event.ID
		kid, at = in.Invite.Device, in.Invite.Witnessed
	}
	return nil
}

// renewals adds the acts that moved the ends of devices that signed after the end that they have now. Who signed such an act may
// need another.
func (a *assembly) renewals() error {
	for more := true; more; {
		more = false
		for _, kid := range slices.Sorted(maps.Keys(a.devices)) {
			c := a.devices[kid]
			if c.renewed || c.Until == 0 || c.last <= c.Until {
				continue
			}
			c.renewed = true
			e, err := a.config.Shown.Renewal(a.ctx, kid)
			if err != nil {
				return err
			}
			if e == nil {
				continue
			}
			if err := a.act(e, signer+kid, signer+e.Device); err != nil {
				return err
			}
			if err := a.device(e.Device, e.Witnessed); err != nil {
				return err
			}
			more = true
		}
	}
	return nil
}

// act adds an act of the registry, which stands after others and after the enrolments of devices.
func (a *assembly) act(e *readmodel.ShownEvent, after ...string) error {
	id := e.Event.Event.ID
	if a.acts[id] == nil && len(a.acts) >= limits.ProofActs {
		return rootline.Refuse(rootline.CodeProofActs, a.code, limits.ProofActs)
	}
	parts, err := partsOf(e.JWS)
	if err != nil {
		return err
	}
	a.need(rootline.SpaceEvent, id)
	a.acts[id] = &act{id: id, jws: parts, after: after}
	return nil
}

// signer marks, among what an act stands after, a device: its enrolment is meant.
const signer = "by "

// confirm adds the transaction by which an organisation's Fabric admin registered its first device.
func (a *assembly) confirm(organisation string, enrol *readmodel.ShownEvent) error {
	if a.confirms[organisation] != nil {
		return nil
	}
	b, err := a.read(enrol.Place.Block)
	if err != nil {
		return err
	}
	if enrol.Place.Position >= len(b.Transactions) {
		return fmt.Errorf("proofs: block %d has no transaction %d", enrol.Place.Block, enrol.Place.Position)
	}
	a.confirms[organisation] = b.Transactions[enrol.Place.Position].Envelope
	return nil
}

// arrange puts acts and confirmations in their order: of the acts that may come next, the one with the lowest event id does.
func (a *assembly) arrange() error {
	for _, organisation := range slices.Sorted(maps.Keys(a.confirms)) {
		a.bundle.Confirms = append(a.bundle.Confirms, a.confirms[organisation])
	}
	open, ready := map[string]int{}, &actHeap{}
	following := map[string][]string{}
	for _, x := range a.acts {
		for _, before := range x.after {
			if kid, ok := strings.CutPrefix(before, signer); ok {
				before = ""
				if c := a.devices[kid]; c != nil {
					before = c.enrol
				}
			}
			if before != "" {
				open[x.id]++
				following[before] = append(following[before], x.id)
			}
		}
		if open[x.id] == 0 {
			heap.Push(ready, x.id)
		}
	}
	for ready.Len() > 0 {
		if err := a.ctx.Err(); err != nil {
			return err
		}
		id := heap.Pop(ready).(string) // a heap of them
		a.bundle.Acts = append(a.bundle.Acts, a.acts[id].jws)
		for _, next := range following[id] {
			if open[next]--; open[next] == 0 {
				heap.Push(ready, next)
			}
		}
	}
	return nil // those that lead in a circle are missing; whoever verifies says so
}

// actHeap is a heap of the ids of acts.
type actHeap struct{ sort.StringSlice }

func (h *actHeap) Push(id any) { h.StringSlice = append(h.StringSlice, id.(string)) } // an id

func (h *actHeap) Pop() any {
	n := len(h.StringSlice) - 1
	id := h.StringSlice[n]
	h.StringSlice = h.StringSlice[:n]
	return id
}

// current checks that what was attested is what was put together, and waits for the read model where it is behind.
func (a *assembly) current(own string, asset *rootline.Asset) error {
	r := a.records[own]
	ref, _ := wire.ParseKey(own)
	decoded, err := wire.Decode(ref, r.Value)
	if err != nil {
		return err
	}
	said, ok := decoded.(*rootline.Asset)
	if ok && said.Seq == asset.Seq && said.Head == asset.Head {
		return nil
	}
	if r.Written != nil {
		if err := a.config.Shown.Reached(a.ctx, r.Written.Block); err != nil {
			return notReady(err)
		}
	}
	return errMoved
}

func notReady(err error) error {
	return errors.Join(rootline.Refuse(rootline.CodeNotReady, rootline.Text{En: "the peer does not answer", Zh: "节点没有应答"}), err)
}

// partsOf takes a JWS apart.
func partsOf(compact string) (proof.JWS, error) {
	if _, err := jws.Parse(compact); err != nil {
		return proof.JWS{}, fmt.Errorf("proofs: %w", err)
	}
	parts := strings.Split(compact, ".")
	var out [3][]byte
	for i, p := range parts {
		b, err := base64.RawURLEncoding.Strict().DecodeString(p)
		if err != nil {
			return proof.JWS{}, fmt.Errorf("proofs: %w", err)
		}
		out[i] = b
	}
	return proof.JWS{Header: out[0], Payload: out[1], Signature: out[2]}, nil
}

// both are those that are in a and in b.
func both(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return !slices.Contains(b, s) })
}
