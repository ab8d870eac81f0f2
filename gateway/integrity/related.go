package integrity

import (
	"encoding/json"
	"slices"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/jws"
)

// signers compares the records of who signed a part's events, with the acts by which they came in, and of the rules
// that the events name.
func (k *checking) signers() error {
	for i := range k.part.Events {
		e := &k.part.Events[i]
		if k.report.Unchecked != "" {
			return nil
		}
		if d := k.part.Devices[e.Device]; d != nil && !k.records["D/"+e.Device] && len(k.records) < maxRecords {
			at := Fault{Event: e.Row.ID, Seq: e.Seq, Block: e.Block}
			if _, err := k.atOwnPeer("device", d); err != nil {
				return err
			}
			if err := k.cameIn(d, at, 0); err != nil {
				return err
			}
		}
		if err := k.rules(e.Row.Rulebook); err != nil {
			return err
		}
		if err := k.organisation(e.Organisation); err != nil {
			return err
		}
	}
	return nil
}

// rules compares a version of a rulebook, once.
func (k *checking) rules(name string) error {
	if name == "" || name == rootline.Registry || k.records["R/"+name] {
		return nil
	}
	b, err := readmodel.Read(k.ctx, k.config.Shown, func(v *readmodel.View) (*readmodel.Rulebook, error) { return v.Rulebook(name) })
	if err != nil {
		return nil // one that is not there is shown as that
	}
	_, err = k.atOwnPeer("rulebook", &rootline.AdoptedRulebook{Name: b.Name, YAML: b.YAML, Adopted: b.Adopted})
	return err
}

// organisation compares an organisation's record, once.
func (k *checking) organisation(msp string) error {
	for i := range k.ledger.Organisations {
		if o := &k.ledger.Organisations[i]; o.MSPID == msp {
			_, err := k.atOwnPeer("organisation", o)
			return err
		}
	}
	return nil
}

// maxChain bounds the way from a device to its organisation's first.
const maxChain = 16

// cameIn derives what a device is from the signed acts by which it came in: its own enrolment and the invitation of an
// admin, up to the first device, which its organisation's Fabric admin confirmed.
func (k *checking) cameIn(d *rootline.Device, at Fault, depth int) error {
	say := func(field string) { at.Field = field; k.fault(at) }
	came, err := readmodel.Read(k.ctx, k.config.Shown, func(v *readmodel.View) (*readmodel.Enrolment, error) { return v.Enrolment(d.Kid) })
	if rootline.CodeOf(err) == rootline.CodeNotFound || depth > maxChain {
		say("device.enrolment")
		return nil
	}
	if err != nil {
		return err
	}
	b := k.fetch(came.Enrol.Block)
	if b == nil {
		return nil
	}
	batch := b.batch(came.Enrol.Place.Position)
	signed, parsed := jws.Parse(came.Enrol.JWS)
	var data rootline.EnrolData
	if parsed != nil || came.Enrol.Position >= len(batch) || batch[came.Enrol.Position].JWS != came.Enrol.JWS || !signedBy(signed, d) ||
		json.Unmarshal(came.Enrol.Event.Event.Data, &data) != nil || data.Key != d.Key {
		say("device.enrolment")
		return nil
	}
	type who struct{ Organisation, Role, Name, InvitedBy string }
	shown := who{d.Organisation, d.Role, d.Name, d.InvitedBy}
	if came.Invite == nil {
		t := &b.Transactions[came.Enrol.Place.Position]
		if t.Function != wire.FnConfirm || !t.Creator.Admin {
			say("device.enrolment")
		}
		k.same("device", shown, who{t.Creator.MSPID, data.Role, data.Name, ""}, at)
		return nil
	}
	return k.invited(d, came, &data, at, depth)
}

// invited follows the invitation to the admin who signed it.
func (k *checking) invited(d *rootline.Device, came *readmodel.Enrolment, data *rootline.EnrolData, at Fault, depth int) error {
	say := func(field string) { at.Field = field; k.fault(at) }
	b := k.fetch(came.Invite.Block)
	if b == nil {
		return nil
	}
	batch := b.batch(came.Invite.Place.Position)
	signed, parsed := jws.Parse(came.Invite.JWS)
	proof, proven := jws.Parse(data.Proof)
	var offer rootline.InviteData
	var said rootline.EnrolProof
	if parsed != nil || proven != nil || json.Unmarshal(proof.Payload, &said) != nil || came.Invite.Position >= len(batch) || batch[came.Invite.Position].JWS != came.Invite.JWS ||
		json.Unmarshal(came.Invite.Event.Event.Data, &offer) != nil || said.Invitation != came.Invite.Event.Event.ID {
		say("device.invitation")
		return nil
	}
	oneTime, err := offer.Key.Public()
	if err != nil || offer.Key.Thumbprint() != proof.Kid || proof.Verify(oneTime) != nil || signed.Kid != d.InvitedBy || data.Role != offer.Role ||
		said.Device != d.Kid || said.Organisation != d.Organisation {
		say("device.invitation")
		return nil
	}
	answer := k.said(rootline.Ref{Space: rootline.SpaceDevice, ID: signed.Kid}, []string{k.config.Own})[k.config.Own]
	if answer == nil {
		k.report.Unchecked = UncheckedPeer
		return nil
	}
	r, err := wire.Decode(rootline.Ref{Space: rootline.SpaceDevice, ID: signed.Kid}, answer.Value)
	admin, _ := r.(*rootline.Device)
	if err != nil || admin == nil || !signedBy(signed, admin) || admin.Role != rootline.RoleAdmin {
		say("device.invitation")
		return nil
	}
	type who struct{ Organisation, Role, Name string }
	k.same("device", who{d.Organisation, d.Role, d.Name}, who{admin.Organisation, offer.Role, offer.Name}, at)
	if k.records["from/"+admin.Kid] {
		return nil
	}
	k.records["from/"+admin.Kid] = true
	return k.cameIn(admin, at, depth+1)
}

// tags compares the codes that lead to the item, and that none which an event bound is missing.
func (k *checking) tags() error {
	var codes []string
	for i := range k.shown.Tags {
		t := k.shown.Tags[i]
		codes = append(codes, t.Code)
		if _, err := k.atOwnPeer("tag", &t); err != nil {
			return err
		}
	}
	if !slices.Equal(codes, k.shown.Asset.Tags) && len(codes)+len(k.shown.Asset.Tags) > 0 {
		k.fault(Fault{Field: "asset.tags"})
	}
	return nil
}

// others compares the records of what an item's page names by its title.
func (k *checking) others() error {
	a := &k.shown.Asset
	for id, n := a.Place, 0; id != "" && n < 8; n++ { // places nest three or four deep
		p, err := readmodel.Read(k.ctx, k.config.Shown, func(v *readmodel.View) (*rootline.Place, error) { return v.Place(id) })
		if rootline.AsError(err) != nil { // it is not there, or was not judged here
			k.fault(Fault{Field: "place.record"})
			break
		}
		if err != nil {
			return err
		}
		if _, err := k.atOwnPeer("place", p); err != nil {
			return err
		}
		id = p.Parent
	}
	recalls := make([]string, len(a.Frozen))
	for i := range a.Frozen {
		recalls[i] = a.Frozen[i].Recall
	}
	known, err := readmodel.Read(k.ctx, k.config.Shown, func(v *readmodel.View) (map[string]*rootline.Recall, error) { return v.RecallsOf(recalls...) })
	if err != nil {
		return err
	}
	for _, id := range recalls {
		r := known[id]
		if r == nil {
			k.fault(Fault{Field: "recall.record", Event: id})
			continue
		}
		if _, err := k.atOwnPeer("recall", r); err != nil {
			return err
		}
	}
	if err := k.rules(a.Rulebook); err != nil {
		return err
	}
	for _, msp := range []string{a.Maker, a.Custodian} {
		if err := k.organisation(msp); err != nil {
			return err
		}
	}
	return nil
}
