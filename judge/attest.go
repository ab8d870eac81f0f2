package judge

import (
	"strings"
	"unicode/utf8"

	"github.com/rootline/rootline"
)

// maxReason bounds a reason, in characters.
const maxReason = 500

// reasoned refuses an act without a reason.
func (a *act) reasoned(reason string) error {
	if n := utf8.RuneCountInString(reason); n > maxReason || strings.TrimSpace(reason) == "" {
		return rootline.Refuse(rootline.CodeMissing, a.event.Action, "reason").At("/data/reason")
	}
	return nil
}

// Said is the event that people see when they look at e: the one that an attestation embeds, and e itself when it is
// none or embeds nothing that can be read.
func Said(e *rootline.Event) *rootline.Event {
	if e.Rulebook != rootline.Registry || e.Action != rootline.ActAttest {
		return e
	}
	if d, err := body[rootline.AttestData](e); err == nil {
		if inner := read(&rootline.Submission{JWS: d.JWS}); inner.event != nil {
			return inner.event
		}
	}
	return e
}

// embedded reads the event that an attestation embeds. The proof of a waking code travels beside the attestation, as it
// would beside the event itself.
func (r *reading) embedded() {
	d, err := body[rootline.AttestData](r.event)
	if err != nil {
		return // refused when it is judged
	}
	r.attested = read(&rootline.Submission{JWS: d.JWS, Inclusion: r.sub.Inclusion})
	if r.attested.event == nil || r.attested.event.Rulebook == rootline.Registry {
		return
	}
	r.touches.Reads = append(r.touches.Reads, r.attested.touches.Reads...)
	r.touches.Writes = append(r.touches.Writes, r.attested.touches.Writes...)
}

// attest lets an event in that was signed before its device's end and is delivered after it. Somebody of another
// organisation vouches for it, with a role to which the event's rulebook gives that power: the device's own
// organisation both ended it and profits from the event, so its word alone would undo what ending a device is for.
// The event is then judged as the device's own, and recorded under its own id and hash.
func (a *act) attest(c *reading) error {
	d, err := body[rootline.AttestData](a.event)
	if err != nil {
		return err
	}
	if err := a.reasoned(d.Reason); err != nil {
		return err
	}
	inner := c.attested
	if inner.err != nil {
		refused := rootline.AsError(inner.err)
		return refused.At("/data/jws" + refused.Field)
	}
	if inner.event.Rulebook == rootline.Registry {
		return rootline.Refuse(rootline.CodeNotAttestable).At("/data/jws")
	}
	if inner.signed.Net != a.ledger.Net {
		return rootline.Refuse(rootline.CodeWrongNet, inner.signed.Net).At("/data/jws")
	}
	known, err := get[*rootline.EventRecord](a.view, rootline.Ref{Space: rootline.SpaceEvent, ID: inner.event.ID})
	switch {
	case err != nil:
		return err
	case known != nil && known.Hash != inner.hash:
		return rootline.Refuse(rootline.CodeEventReused).At("/data/jws")
	case known != nil:
		return rootline.Refuse(rootline.CodeAlreadyRecorded, inner.event.ID).At("/data/jws")
	}
	device, err := a.attestable(inner)
	if err != nil {
		return err
	}
	if err := a.mayAttest(inner, device); err != nil {
		return err
	}
	org, err := a.getOrg(device.Organisation)
	if err != nil {
		return err
	}
	out := Outcome{
		Event: inner.event, Signed: inner.signed, Hash: inner.hash, Device: device,
		Attested: &Attestation{Event: a.event, Signed: a.out.Signed, Hash: a.out.Hash, Device: a.device, JWS: d.JWS},
	}
	as := &act{
		judge: a.judge, protocol: a.protocol, view: a.view, sub: inner.sub, event: inner.event, out: &out, witnessed: a.witnessed,
		ledger: a.ledger, device: device, org: org,
	}
	if err := as.asset(); err != nil {
		return err
	}
	a.accept(rootline.Ref{Space: rootline.SpaceEvent, ID: inner.event.ID}.String(), 0)
	*a.out = out
	return nil
}

// attestable returns the device that signed an embedded event, when that was before its end and this is after it.
func (a *act) attestable(inner *reading) (*rootline.Device, error) {
	device, err := get[*rootline.Device](a.view, rootline.Ref{Space: rootline.SpaceDevice, ID: inner.signed.Kid})
	if err != nil {
		return nil, err
	}
	if device == nil {
		return nil, rootline.Refuse(rootline.CodeUnknownDevice).At("/data/jws")
	}
	good, err := a.judge.Verify(inner.signed, device.Key)
	if err != nil {
		return nil, err
	}
	end := device.End()
	switch {
	case !good:
		return nil, rootline.Refuse(rootline.CodeBadSignature).At("/data/jws")
	case device.Active(a.witnessed) == nil:
		return nil, rootline.Refuse(rootline.CodeStillActive).At("/data/jws")
	case inner.event.At >= end:
		return nil, rootline.Refuse(rootline.CodeSignedAfterEnd, inner.event.At, end).At("/data/jws")
	}
	return device, nil
}

// mayAttest checks that the signer of the attestation is of another organisation and has the power.
func (a *act) mayAttest(inner *reading, device *rootline.Device) error {
	if a.device.Organisation == device.Organisation {
		return rootline.Refuse(rootline.CodeOwnAttestation, a.device.Organisation)
	}
	book, err := a.book(inner.event.Rulebook)
	if err != nil {
		return err
	}
	return a.needPower(book, "attest", book.Powers.Attest)
}
