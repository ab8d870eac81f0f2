package proof

import (
	"crypto/sha256"
	"encoding/base64"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
)

// item checks that the ledger holds the item, and that the events are all of its history, in order.
func (v *verification) item() *Fault {
	a, _, fault := record[*rootline.Asset](v, rootline.SpaceAsset, v.Subject)
	if fault != nil {
		return fault
	}
	if a == nil {
		return codeAbsent.fault("%s", v.Subject)
	}
	if uint64(len(v.Events)) != a.Seq {
		return codeHistoryLength.fault("%d events; the ledger holds %d", len(v.Events), a.Seq)
	}
	var head rootline.Hash
	for i := range v.Events {
		head = rootline.NextHead(head, uint64(i)+1, v.Events[i].hash()) // an index
	}
	if head != a.Head {
		return codeHead.fault("they lead to %s; on the ledger is %s", head, a.Head)
	}
	v.report.Item = a
	return nil
}

// hash is the hash of what was signed.
func (j *JWS) hash() rootline.Hash {
	encode := base64.RawURLEncoding.EncodeToString
	return sha256.Sum256([]byte(encode(j.Header) + "." + encode(j.Payload)))
}

// history checks each event.
func (v *verification) history() *Fault {
	var last channel.Version
	own := 0
	v.report.OwnEvents = &own
	for i := range v.Events {
		r, at, fault := v.event(uint64(i)+1, &v.Events[i]) // an index
		if fault != nil {
			return fault
		}
		if before(at, last) {
			return codeEventPlace.fault("event %d was recorded before the one before it", i+1)
		}
		last = at
		if r.Relation == Own {
			own++
		}
		v.report.Events = append(v.report.Events, *r)
	}
	if _, at, _ := record[*rootline.Asset](v, rootline.SpaceAsset, v.Subject); at != last {
		return codeEventPlace.fault("the item was written in block %d, its last event in block %d", at.Block, last.Block)
	}
	return v.needed()
}

// event checks one event of the history.
func (v *verification) event(seq uint64, given *Event) (*EventReport, channel.Version, *Fault) {
	signed, e, ok := v.parse(given.compact())
	if !ok {
		return nil, channel.Version{}, codeEvent.fault("event %d", seq)
	}
	r, at, fault := v.onLedger(e, signed, codeEventHash)
	if fault != nil {
		return nil, at, fault
	}
	if own := e.Asset == v.Subject; own != (r.Subject == v.Subject) || own && r.Seq != seq {
		return nil, at, codeEventPlace.fault("event %d is about %s, number %d of it", seq, r.Subject, r.Seq)
	}
	by := v.devices[signed.Kid]
	switch {
	case by == nil:
		return nil, at, codeEnrolmentMissing.fault("of %s, which signed event %d", signed.Kid, seq)
	case by.verifier.Verify(signed) != nil:
		return nil, at, codeEventSignature.fault("event %d", seq)
	}
	out := &EventReport{
		Seq: seq, ID: e.ID, Asset: e.Asset, Action: e.Action, Rulebook: e.Rulebook, At: e.At, Witnessed: r.Witnessed,
		Block: at.Block, Transaction: at.Tx, Device: signed.Kid, Event: e, Relation: relationOf(e, v.Subject),
	}
	if out.Relation != Own {
		out.Wrote = wire.Key(rootline.Ref{Space: rootline.SpaceAsset, ID: v.Subject})
	}
	if given.Attestation == nil {
		fault = by.mayAt(r.Witnessed, at)
		v.uses(by, r.Witnessed)
	} else {
		out.AttestedBy, fault = v.attested(given, e, r, by, at)
	}
	if fault == nil {
		fault = v.included(given, e, out)
	}
	if fault == nil {
		fault = v.seen(e, at, out)
	}
	return out, at, fault
}

// attested checks the act by which an event was let in after its device's end, by a device of another organisation.
func (v *verification) attested(given *Event, e *rootline.Event, r *rootline.EventRecord, by *device, at channel.Version) (string, *Fault) {
	signed, act, ok := v.parse(given.Attestation.compact())
	if !ok || act.Rulebook != rootline.Registry || act.Action != rootline.ActAttest {
		return "", codeAttestation.fault("of %s cannot be read", e.ID)
	}
	recorded, there, fault := v.onLedger(act, signed, codeAttestation)
	if fault != nil {
		return "", fault
	}
	voucher := v.devices[signed.Kid]
	switch d, ok := body[rootline.AttestData](act); {
	case !ok || d.JWS != given.compact():
		return "", codeAttestation.fault("of %s embeds another event", e.ID)
	case voucher == nil:
		return "", codeEnrolmentMissing.fault("of %s, which vouched for %s", signed.Kid, e.ID)
	case voucher.verifier.Verify(signed) != nil:
		return "", codeEventSignature.fault("the attestation of %s", e.ID)
	case voucher.Organisation == by.Organisation:
		return "", codeAttestation.fault("of %s is by its own organisation", e.ID)
	case there != at || recorded.Witnessed != r.Witnessed || recorded.Subject != (rootline.Ref{Space: rootline.SpaceEvent, ID: e.ID}).String():
		return "", codeAttestation.fault("of %s is of another event", e.ID)
	}
	if end := by.endAt(at); end != 0 && e.At >= end {
		return "", codeAttestation.fault("%s says that it was signed after its device's end", e.ID)
	}
	v.uses(by, e.At+1)
	v.uses(voucher, r.Witnessed)
	return voucher.Kid, voucher.mayAt(r.Witnessed, at)
}

// included checks a code's place on a list.
func (v *verification) included(given *Event, e *rootline.Event, out *EventReport) *Fault {
	in := given.Inclusion
	if in == nil {
		return nil
	}
	code := e.Asset
	if e.Tag != "" {
		code = e.Tag
	}
	list, fault := v.list(in.List)
	if fault != nil {
		return fault
	}
	if !in.Proves(code, list) {
		return codeInclusion.fault("%s, on %s", code, in.List)
	}
	out.List = in.List
	return nil
}

// list is the list that a lot or a roll of tags commits to, as the answers have it; nil when it has none.
func (v *verification) list(code string) (*rootline.List, *Fault) {
	lot, _, fault := record[*rootline.Asset](v, rootline.SpaceAsset, code)
	if fault == nil && lot != nil && lot.List != nil {
		return lot.List, nil
	}
	roll, _, other := record[*rootline.Tag](v, rootline.SpaceTag, code)
	if other == nil && roll != nil {
		return roll.List, nil
	}
	if fault != nil && other != nil {
		return nil, fault
	}
	return nil, nil
}

// seen finds out whether the block that an event says it was signed after is one of the channel's. The ledger cannot know
// that: an event that names another one is on it, and the report says so.
func (v *verification) seen(e *rootline.Event, at channel.Version, out *EventReport) *Fault {
	if e.Seen == nil {
		return nil
	}
	if e.Seen.Block >= at.Block {
		out.Unseen = true
		return nil
	}
	hash, ok := v.hashOf(e.Seen.Block)
	if !ok {
		return codeHeaderMissing.fault("block %d, after which %s was signed", e.Seen.Block, e.ID)
	}
	if out.Unseen = hash != e.Seen.Hash; !out.Unseen {
		out.Seen = &e.Seen.Block
	}
	return nil
}
