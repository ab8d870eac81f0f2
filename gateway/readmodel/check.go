package readmodel

import (
	"context"
	"crypto/ecdsa"
	"database/sql"
	"fmt"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/jws"
)

// Check is what came out when the record of one asset was checked again, from what this gateway keeps of the blocks.
type Check struct {
	Asset string
	// Events, Devices and Organisations count the whole history and who signed it.
	Events, Devices, Organisations int
	// Signed counts the signatures that were checked anew: the newest MaxSignatures. The links of all are checked.
	Signed int
	// Disputed counts the events that the ledger holds and that this gateway judges otherwise.
	Disputed int
	// Unjudged is the quarantined transaction that something newer of the asset goes back to, which is then not checked
	// here; "" when there is none.
	Unjudged string
	// First and Last are the blocks of the oldest and the newest event; both 0 without events.
	First, Last uint64
	// Head is what the asset's record says, to which the events must lead.
	Head rootline.Hash
	// Chain is the last check of all blocks.
	Chain ChainCheck
	// Cursor is the block that the check is current to.
	Cursor Cursor
	// Faults are what did not agree, the first MaxFaults; none when the record is intact.
	Faults []Fault
}

// Limits of a check, so that it can be asked for by anybody.
const (
	MaxSignatures = 2000
	MaxFaults     = 20
)

// FaultKind is a stable name of what does not agree.
type FaultKind string

// The kinds of faults.
const (
	FaultUnreadable FaultKind = "unreadable"    // the signed bytes are no event
	FaultHash       FaultKind = "hash"          // the signed bytes are not those whose hash was linked
	FaultSequence   FaultKind = "sequence"      // an event is missing, or there twice
	FaultLink       FaultKind = "link"          // an event does not follow from the one before it
	FaultHead       FaultKind = "head"          // the events do not lead to the asset's record
	FaultDevice     FaultKind = "device"        // the signing device is not on the ledger
	FaultSignature  FaultKind = "signature"     // the device's key did not make the signature
	FaultBlock      FaultKind = "block-hash"    // a block's hash is not that of its header
	FaultPrevious   FaultKind = "previous-hash" // a block does not follow the one before it
)

// Fault is one thing that does not agree: about an event, or about a block when Event is "".
type Fault struct {
	Kind  FaultKind
	Event string
	Seq   uint64
	Block uint64
}

// Intact reports whether all that was checked agrees.
func (c *Check) Intact() bool {
	return len(c.Faults) == 0 && c.Disputed == 0 && c.Unjudged == "" && c.Chain.Broken == nil
}

func (c *Check) fault(f Fault) {
	if len(c.Faults) < MaxFaults {
		c.Faults = append(c.Faults, f)
	}
}

// Check checks the record of an asset again, found as Asset finds it: that each event's signed bytes have the hash that
// was linked and a good signature of a device of the ledger, that the events lead to the record's head one after the
// other without a gap, and that the blocks which they lie in are links of the chain. One that sleeps has no events.
func (s *Store) Check(ctx context.Context, code string) (*Check, error) {
	chain, err := s.chain.check(ctx, s)
	if err != nil {
		return nil, err
	}
	return look(ctx, s, func(v *view) (*Check, error) {
		v.long = true
		asset, err := v.resolve(s, code)
		if err == nil && asset == nil {
			if err = v.unjudgedCode(s, code); err == nil {
				err = absent(code)
			}
		}
		if err != nil {
			return nil, err
		}
		c := &Check{Asset: asset.ID, Head: asset.Head, Chain: chain, Unjudged: asset.Unjudged}
		if c.Cursor, _, err = v.cursor(); err != nil {
			return nil, err
		}
		return c, v.check(c, asset)
	})
}

// checkedEvent is what a check needs of an event.
type checkedEvent struct {
	id, jws, device, organisation string
	hash, head                    rootline.Hash
	seq, block                    uint64
	status                        EventStatus
}

func scanChecked(rows *sql.Rows) (e checkedEvent, err error) {
	err = rows.Scan(&e.id, &e.jws, &e.device, &e.organisation, (*hash)(&e.hash), (*hash)(&e.head), &e.seq, &e.block, &e.status)
	return e, err
}

func (v *view) check(c *Check, asset *Asset) error {
	events, err := collect(v, scanChecked, `SELECT e.id, e.jws, e.device, e.organisation, e.hash, x.head, x.seq, e.block, e.status
		FROM event_subjects x JOIN events e ON e.ordinal = x.event WHERE x.asset = ? ORDER BY x.event`, asset.ID)
	if err != nil {
		return err
	}
	devices, organisations := map[string]*ecdsa.PublicKey{}, map[string]bool{}
	var head rootline.Hash
	var seq uint64
	for i := range events {
		e := &events[i]
		if e.status == Disputed {
			c.Disputed++
			continue
		}
		if e.status == NotJudgedHere {
			continue
		}
		if c.Events == 0 {
			c.First = e.block
		}
		c.Events, c.Last = c.Events+1, e.block
		organisations[e.organisation] = true
		if _, known := devices[e.device]; !known {
			if devices[e.device], err = v.keyOf(e.device); err != nil {
				return err
			}
		}
		sign := i >= len(events)-MaxSignatures
		if sign {
			c.Signed++
		}
		if kind := e.agrees(devices[e.device], sign); kind != "" {
			c.fault(Fault{kind, e.id, e.seq, e.block})
		}
		if seq++; e.seq != seq {
			c.fault(Fault{FaultSequence, e.id, e.seq, e.block})
			seq = e.seq
		}
		if head = rootline.NextHead(head, e.seq, e.hash); head != e.head {
			c.fault(Fault{FaultLink, e.id, e.seq, e.block})
			head = e.head // the next is measured by what this one claims
		}
	}
	c.Devices, c.Organisations = len(devices), len(organisations)
	if head != asset.Head || seq != asset.Seq {
		c.fault(Fault{Kind: FaultHead, Seq: asset.Seq, Block: c.Last})
	}
	return nil
}

// keyOf is the key of a device, nil when it is not on the ledger.
func (v *view) keyOf(kid string) (*ecdsa.PublicKey, error) {
	device, err := record[*rootline.Device](v, rootline.SpaceDevice, kid)
	if err != nil || device == nil || device.Key.Thumbprint() != kid {
		return nil, err
	}
	key, err := device.Key.Public()
	if err != nil {
		return nil, fmt.Errorf("readmodel: key of %s: %w", kid, err)
	}
	return key, nil
}

// agrees checks an event by itself, its signature only when it is asked to.
func (e *checkedEvent) agrees(key *ecdsa.PublicKey, signature bool) FaultKind {
	signed, err := jws.Parse(e.jws)
	switch {
	case err != nil:
		return FaultUnreadable
	case rootline.Hash(signed.Hash()) != e.hash:
		return FaultHash
	case key == nil || signed.Kid != e.device:
		return FaultDevice
	case signature && signed.Verify(key) != nil:
		return FaultSignature
	}
	return ""
}

// headerFault checks that a block follows the one before it.
func headerFault(b, before *Block) *Fault {
	switch {
	case before != nil && (b.Number != before.Number+1 || b.Previous != before.Hash):
		return &Fault{Kind: FaultPrevious, Block: b.Number}
	case block.HeaderHash(b.Number, b.Previous, b.DataHash) != b.Hash:
		return &Fault{Kind: FaultBlock, Block: b.Number}
	}
	return nil
}
