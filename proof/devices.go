package proof

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/strictjson"
)

// device is a device whose way onto the ledger was shown.
type device struct {
	*rootline.Device
	verifier *jws.Verifier
	// place is where its enrolment stands among the acts: -1 for one that a Fabric administrator confirmed.
	place int
	// enrolled is where on the ledger it came in, written where its record was written last: where it was revoked, if it was.
	enrolled, written channel.Version
	// invited is the act by which an administrator invited it, renewed the one that moved its end; nil where there is none.
	invited, renewed *act
	used             bool
}

// act is one about devices.
type act struct {
	event  *rootline.Event
	signed *jws.Signed
	record *rootline.EventRecord
	// at is where it is on the ledger, by the device that signed it as an administrator.
	at   channel.Version
	by   *device
	used bool
}

// invitation is an invite among the acts.
type invitation struct {
	*rootline.InviteData
	*act
	place int
	taken bool
}

// before reports whether one place on the ledger comes before another. What one transaction wrote has one place.
func before(x, y channel.Version) bool {
	return cmp.Or(cmp.Compare(x.Block, y.Block), cmp.Compare(x.Tx, y.Tx)) < 0
}

// compact is a JWS in its compact form.
func (j *JWS) compact() string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode(j.Header) + "." + encode(j.Payload) + "." + encode(j.Signature)
}

// parse reads a JWS as a message of this ledger of type event.
func (v *verification) parse(compact string) (*jws.Signed, *rootline.Event, bool) {
	signed, err := jws.Parse(compact)
	if err != nil || signed.Typ != rootline.TypEvent || signed.Net != v.net {
		return nil, nil, false
	}
	e, err := rootline.ParseEvent(signed.Payload)
	return signed, e, err == nil
}

// body reads the data of an act.
func body[T any](e *rootline.Event) (*T, bool) {
	var d T
	return &d, len(e.Data) > 0 && strictjson.Decode(e.Data, &d) == nil && strictjson.NoNull(e.Data, "") == nil
}

// onLedger checks that an event is the one on the ledger, and that its id is one of the key that it names.
func (v *verification) onLedger(e *rootline.Event, signed *jws.Signed, unlike Code) (*rootline.EventRecord, channel.Version, *Fault) {
	r, at, fault := record[*rootline.EventRecord](v, rootline.SpaceEvent, e.ID)
	switch {
	case fault != nil:
		return nil, at, fault
	case r == nil || r.Hash != rootline.Hash(signed.Hash()):
		return nil, at, unlike.fault("%s", e.ID)
	case !rootline.EventIDOf(signed.Kid, e.ID):
		return nil, at, codeOtherKeysID.fault("%s, signed by %s", e.ID, signed.Kid)
	}
	return r, at, nil
}

// enrolments shows how each device came onto the ledger: its organisation's Fabric administrator confirmed the first, admins invited
// the others.
func (v *verification) enrolments() *Fault {
	last := ""
	for i, raw := range v.Confirms {
		organisation, fault := v.confirm(raw)
		if fault != nil {
			return fault
		}
		if i > 0 && organisation <= last {
			return codeOrder.fault("confirms")
		}
		last = organisation
	}
	return v.acts()
}

// confirm verifies the transaction by which an organisation confirmed the founding and let in its first device.
func (v *verification) confirm(raw []byte) (string, *Fault) {
	a, payload, signature, err := channel.ParseSubmitted(raw)
	if err != nil {
		return "", codeConfirm.fault("%v", err)
	}
	q, err := a.Question()
	if err != nil {
		return "", codeConfirm.fault("%v", err)
	}
	if len(q.Args) != 2 || string(q.Args[0]) != wire.FnConfirm || q.Channel != v.anchor.Channel || q.Called != wire.Chaincode || q.Specified != wire.Chaincode || !q.SameID {
		return "", codeConfirm.fault("it is another transaction")
	}
	signed, e, ok := v.parse(string(q.Args[1]))
	if !ok || e.Rulebook != rootline.Registry || e.Action != rootline.ActEnrol {
		return "", codeConfirm.fault("the enrolment in it cannot be read")
	}
	r, at, fault := v.onLedger(e, signed, codeActHash)
	if fault != nil {
		return "", fault
	}
	config := v.configAt(at.Block)
	if config == nil {
		return "", codePin.fault("block %d is from before the pinned one", at.Block)
	}
	by, err := config.Identity(q.Creator)
	switch {
	case err != nil:
		return "", codeConfirmAdmin.fault("%v", err)
	case by.Verify(signature, payload) != nil:
		return "", codeConfirmSignature.fault("")
	case !by.Admin() || !by.ValidAt(time.UnixMilli(q.Milliseconds)):
		return "", codeConfirmAdmin.fault("of %s", by.Organisation())
	}
	d, ok := body[rootline.EnrolData](e)
	if !ok {
		return "", codeAct.fault("%s", e.ID)
	}
	enrol := &act{event: e, signed: signed, record: r, at: at}
	fault = v.enrolled(enrol, d, rootline.Device{Organisation: by.Organisation(), Role: rootline.RoleAdmin, Name: d.Name}, nil, -1)
	if fault != nil {
		return "", fault
	}
	return by.Organisation(), v.founded(by.Organisation())
}

// founded checks that an organisation confirmed this ledger's beginning.
func (v *verification) founded(organisation string) *Fault {
	o, _, fault := record[*rootline.Organisation](v, rootline.SpaceOrganisation, organisation)
	switch {
	case fault != nil:
		return fault
	case o == nil || o.Confirmed == 0:
		return codeConfirm.fault("%s did not confirm", organisation)
	case o.Genesis.IsZero():
		v.report.Unconfirmed = append(v.report.Unconfirmed, organisation)
	case v.report.Pin.Block == 0 && o.Genesis != v.report.Pin.Hash:
		return codeGenesis.fault("%s names %s", organisation, o.Genesis)
	}
	return nil
}

// enrolled checks an enrolment: signed with the key that it brings, and the device's record is what was invited.
func (v *verification) enrolled(a *act, d *rootline.EnrolData, as rootline.Device, invited *act, place int) *Fault {
	e, signed := a.event, a.signed
	pub, err := d.Key.Public()
	if err != nil || d.Key.Thumbprint() != signed.Kid {
		return codeAct.fault("%s: the key", e.ID)
	}
	if signed.Verify(pub) != nil {
		return codeActSignature.fault("%s", e.ID)
	}
	got, written, fault := record[*rootline.Device](v, rootline.SpaceDevice, signed.Kid)
	if fault != nil {
		return fault
	}
	as.Kid, as.Key, as.Since = signed.Kid, d.Key, a.record.Witnessed
	if got != nil {
		as.Until, as.Revoked = got.Until, got.Revoked // which may have changed since
	}
	if got == nil || *got != as || d.Role != as.Role || a.record.Subject != got.Ref().String() {
		return codeDevice.fault("%s", signed.Kid)
	}
	if v.devices[as.Kid] != nil {
		return codeOrder.fault("the device %s is enrolled twice", as.Kid)
	}
	v.devices[as.Kid] = &device{
		Device: got, verifier: jws.NewVerifier(pub), place: place, enrolled: a.at, written: written, invited: invited,
	}
	return nil
}

// acts verifies invitations, enrolments and renewals.
func (v *verification) acts() *Fault {
	invitations := map[string]*invitation{}
	ids, signed := make([]string, len(v.Acts)), []*act{}
	for i := range v.Acts {
		message, e, ok := v.parse(v.Acts[i].compact())
		if !ok || e.Rulebook != rootline.Registry {
			return codeAct.fault("act %d", i)
		}
		if ids[i] = e.ID; slices.Contains(ids[:i], e.ID) {
			return codeOrder.fault("the act %s is there twice", e.ID)
		}
		a := &act{event: e, signed: message}
		var fault *Fault
		if a.record, a.at, fault = v.onLedger(e, message, codeActHash); fault != nil {
			return fault
		}
		after := -1
		switch e.Action {
		case rootline.ActInvite:
			after, fault = v.invite(a, i, invitations)
		case rootline.ActEnrol:
			after, fault = v.enrol(a, i, invitations)
		case rootline.ActRenew:
			after, fault = v.renew(a)
		default:
			fault = codeAct.fault("%s is a %s", e.ID, e.Action)
		}
		if fault != nil {
			return fault
		}
		for j := i - 1; j > after; j-- {
			if ids[j] >= ids[i] {
				return codeOrder.fault("acts")
			}
		}
		if a.by != nil {
			signed = append(signed, a)
		}
	}
	// What moved the end of who signed an act may stand behind it.
	for _, a := range signed {
		if fault := a.by.mayAt(a.record.Witnessed, a.at); fault != nil {
			return fault
		}
	}
	for _, in := range invitations {
		if !in.taken {
			return codeUnused.fault("the invitation at %d", in.place)
		}
	}
	return nil
}

// admin finds the device that signed an act as an administrator of its organisation.
func (v *verification) admin(a *act) (*device, *Fault) {
	by := v.devices[a.signed.Kid]
	switch {
	case by == nil:
		return nil, codeEnrolmentMissing.fault("of %s, which signed %s", a.signed.Kid, a.event.ID)
	case by.verifier.Verify(a.signed) != nil:
		return nil, codeActSignature.fault("%s", a.event.ID)
	case by.Role != rootline.RoleAdmin:
		return nil, codeInvitation.fault("%s is a %s", by.Kid, by.Role)
	}
	a.by = by
	return by, nil
}

func (v *verification) invite(a *act, place int, invitations map[string]*invitation) (after int, fault *Fault) {
	d, ok := body[rootline.InviteData](a.event)
	if !ok {
		return 0, codeAct.fault("%s", a.event.ID)
	}
	by, fault := v.admin(a)
	if fault != nil {
		return 0, fault
	}
	if a.record.Subject != (rootline.Ref{Space: rootline.SpaceInvitation, ID: a.event.ID}).String() {
		return 0, codeAct.fault("%s", a.event.ID)
	}
	if d.Expires <= a.record.Witnessed {
		return 0, codeInvitation.fault("%s had ended before it was recorded", a.event.ID)
	}
	if invitations[a.event.ID] != nil {
		return 0, codeOrder.fault("%s is there twice", a.event.ID)
	}
	invitations[a.event.ID] = &invitation{InviteData: d, act: a, place: place}
	return by.place, nil
}

func (v *verification) enrol(a *act, place int, invitations map[string]*invitation) (after int, fault *Fault) {
	d, ok := body[rootline.EnrolData](a.event)
	if !ok {
		return 0, codeAct.fault("%s", a.event.ID)
	}
	proof, err := jws.Parse(d.Proof)
	if err != nil || proof.Typ != rootline.TypEnrolment || proof.Net != v.net {
		return 0, codeEnrolmentProof.fault("%s", a.event.ID)
	}
	var said rootline.EnrolProof
	if strictjson.Decode(proof.Payload, &said) != nil {
		return 0, codeEnrolmentProof.fault("%s", a.event.ID)
	}
	in := invitations[said.Invitation]
	if in == nil {
		return 0, codeInvitation.fault("of %s is missing", a.event.ID)
	}
	key, err := in.Key.Public()
	if err != nil || proof.Kid != in.Key.Thumbprint() || proof.Verify(key) != nil || said.Device != a.signed.Kid ||
		said.Organisation != in.by.Organisation {
		return 0, codeEnrolmentProof.fault("%s", a.event.ID)
	}
	if in.taken {
		return 0, codeEnrolmentProof.fault("%s: the invitation was taken before", a.event.ID)
	}
	if a.record.Witnessed > in.Expires {
		return 0, codeInvitation.fault("%s: recorded %s, after the invitation's end, %s", a.event.ID, a.record.Witnessed, in.Expires)
	}
	in.taken = true
	return in.place, v.enrolled(a, d, rootline.Device{
		Organisation: in.by.Organisation, Role: in.Role, Name: in.Name, InvitedBy: in.by.Kid,
	}, in.act, place)
}

// renew notes that the end of a device was moved.
func (v *verification) renew(a *act) (after int, fault *Fault) {
	d, ok := body[rootline.RenewData](a.event)
	if !ok {
		return 0, codeAct.fault("%s", a.event.ID)
	}
	by, fault := v.admin(a)
	if fault != nil {
		return 0, fault
	}
	renewed := v.devices[d.Device]
	if renewed == nil {
		return 0, codeEnrolmentMissing.fault("of %s, which %s renews", d.Device, a.event.ID)
	}
	if renewed.Organisation != by.Organisation || a.record.Subject != renewed.Ref().String() {
		return 0, codeInvitation.fault("%s renews a device of %s", a.event.ID, renewed.Organisation)
	}
	if renewed.renewed != nil {
		return 0, codeUnused.fault("a second renewal of %s", d.Device)
	}
	renewed.renewed = a
	return max(by.place, renewed.place), nil
}

// mayAt checks that a device could sign what was witnessed at a time and stands at a place on the ledger. Whether it was
// enrolled and not revoked goes by places, as those that record go by: times are what submitters say, to a few minutes. Its end
// is a time; as it is now it may have been moved since: then the proof has the act.
func (d *device) mayAt(t rootline.Instant, at channel.Version) *Fault {
	switch {
	case d.Revoked != 0 && before(d.written, at):
		return codeDeviceRevoked.fault("%s, in block %d; signed in block %d", d.Kid, d.written.Block, at.Block)
	case before(at, d.enrolled):
		return codeDeviceExpired.fault("%s, enrolled in block %d; signed in block %d", d.Kid, d.enrolled.Block, at.Block)
	case d.over(t) && !d.movedAfter(at):
		return codeDeviceExpired.fault("%s, at %s; signed at %s", d.Kid, d.Until, t)
	}
	return nil
}

// over reports whether a time is after the device's end as it is now.
func (d *device) over(t rootline.Instant) bool { return d.Until != 0 && t > d.Until }

// movedAfter reports whether the device's end was moved later than something on the ledger, or with it.
func (d *device) movedAfter(at channel.Version) bool {
	return d.renewed != nil && !before(d.renewed.at, at)
}

// endAt is the device's end as it was at a place on the ledger; zero for none, and where it was moved since.
func (d *device) endAt(at channel.Version) rootline.Instant {
	was := *d.Device
	if !before(d.written, at) {
		was.Revoked = 0
	}
	if d.movedAfter(at) {
		was.Until = 0
	}
	return was.End()
}

// uses marks a device that signed at a time as needed, and the acts that let it in, with those who signed them.
func (v *verification) uses(d *device, t rootline.Instant) {
	if d.over(t) {
		v.takes(d.renewed)
	}
	if !d.used {
		d.used = true
		v.takes(d.invited)
	}
}

// takes marks an act as needed.
func (v *verification) takes(a *act) {
	if a != nil && !a.used {
		a.used = true
		v.uses(a.by, a.record.Witnessed)
	}
}

// needed refuses devices that are there for nothing, and reports the others.
func (v *verification) needed() *Fault {
	for _, kid := range sortedKeys(v.devices) {
		d := v.devices[kid]
		if !d.used {
			return codeUnused.fault("the enrolment of %s", kid)
		}
		if d.renewed != nil && !d.renewed.used {
			return codeUnused.fault("the renewal of %s", kid)
		}
		v.report.Devices = append(v.report.Devices, DeviceReport{
			Kid: d.Kid, Name: d.Name, Organisation: d.Organisation, Role: d.Role, InvitedBy: d.InvitedBy,
			Since: d.Since, Until: d.Until, Revoked: d.Revoked,
		})
	}
	slices.SortFunc(v.report.Devices, func(a, b DeviceReport) int {
		return strings.Compare(a.Organisation+"\x00"+a.Kid, b.Organisation+"\x00"+b.Kid)
	})
	return nil
}
