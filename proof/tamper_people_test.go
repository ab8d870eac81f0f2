package proof

import (
	"encoding/json"
	"slices"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/jws"
)

func (x *tamperer) people() {
	s := x.tale
	acts := len(s.bundle().Acts)
	for i := range acts {
		x.alter("act dropped", "", func(b *Bundle) { b.Acts = slices.Delete(b.Acts, i, i+1) }).Code = []Code{codeInvitation, codeEnrolmentMissing, codeInvitation, codeUnused}[min(i, 2+i%2)]
		x.alter("act doubled", codeOrder, func(b *Bundle) { b.Acts = slices.Insert(b.Acts, i, b.Acts[i]) })
		x.alter("signature of an act", codeActSignature, func(b *Bundle) { b.Acts[i].Signature = flip(b.Acts[i].Signature, i*5) })
		x.alter("act that is an event", codeAct, func(b *Bundle) { b.Acts[i] = b.Events[0].JWS })
	}
	// The last act is the enrolment of the manager, who signed event nine.
	for i := range 3 {
		x.alter("act edited", "", func(b *Bundle) { b.Acts[i].Payload = flip(b.Acts[i].Payload, 12+i) })
	}
	x.alter("acts out of order", codeOrder, func(b *Bundle) {
		a := b.Acts
		b.Acts = slices.Concat(a[:4], a[6:8], a[4:6])
	})
	for _, c := range []struct {
		name string
		code Code
		// act is the invitation's or the enrolment's, off how far from the invitation's end it was recorded.
		act int
		off rootline.Instant
	}{
		{"enrolled at the invitation's end", "", 1, 0}, {"enrolled after the invitation's end", codeInvitation, 1, 1}, {"enrolled a day after the invitation's end", codeInvitation, 1, 86_400_000},
		{"invited right before the invitation's end", "", 0, -1}, {"invited at the invitation's end", codeInvitation, 0, 0}, {"invited after its end", codeInvitation, 0, 5},
	} {
		for _, p := range []func(s *tale) *person{func(s *tale) *person { return s.planter }, func(s *tale) *person { return s.manager }} {
			x.lie(c.name, c.code, func(s *tale) {
				p := p(s)
				messages := p.acts[len(p.acts)-2:]
				var e rootline.Event
				must(0, json.Unmarshal(split(messages[0]).Payload, &e))
				var d rootline.InviteData
				must(0, json.Unmarshal(e.Data, &d))
				r := recordOf[*rootline.EventRecord](s, "E/"+s.idOf(messages[c.act]))
				r.Witnessed = d.Expires + c.off
				s.put(r)
				if c.act == 1 {
					device := s.device(p)
					device.Since = r.Witnessed
					s.put(device)
				}
			})
			x.all[len(x.all)-1].Benign = c.code == ""
		}
	}
	x.alter("enrolment before its invitation", codeInvitation, func(b *Bundle) { b.Acts[0], b.Acts[1] = b.Acts[1], b.Acts[0] })
	x.alter("no acts", codeEnrolmentMissing, func(b *Bundle) { b.Acts = nil })
	x.alter("cyclic chain", codeEnrolmentMissing, func(b *Bundle) { b.Acts = slices.Concat(b.Acts[2:4], b.Acts[:2], b.Acts[4:]) })
	// A device that signed nothing here.
	more := s.copied()
	extra := more.invite(more.supervisor, "supervisor", "S2")
	for _, message := range extra.acts {
		more.keys = append(more.keys, "E/"+more.idOf(message))
	}
	more.keys = append(more.keys, "D/"+extra.kid)
	b := more.bundle()
	x.altered("enrolment for nothing", codeUnused, b, func(b *Bundle) { b.Acts = append(b.Acts, split(extra.acts[0]), split(extra.acts[1])) })
	x.altered("invitation for nothing", codeUnused, b, func(b *Bundle) { b.Acts = append(b.Acts, split(extra.acts[0])) })
	for i := range 3 {
		x.alter("confirmation dropped", codeEnrolmentMissing, func(b *Bundle) { b.Confirms = slices.Delete(b.Confirms, i, i+1) })
		x.alter("confirmation doubled", codeOrder, func(b *Bundle) { b.Confirms = slices.Insert(b.Confirms, i, b.Confirms[i]) })
		x.alter("the confirmation's signature", codeConfirmSignature, func(b *Bundle) {
			c := b.Confirms[i]
			c[len(c)-5] ^= 1
		})
		x.alter("high S of a confirmation", codeConfirmSignature, func(b *Bundle) {
			_, payload, signature, _ := channel.ParseSubmitted(b.Confirms[i])
			b.Confirms[i] = marshal(&common.Envelope{Payload: payload, Signature: lowered(signature, true)})
		})
		x.alter("the confirmation edited", codeConfirmSignature, func(b *Bundle) {
			a, _, signature, _ := channel.ParseSubmitted(b.Confirms[i])
			a.Endorsements = a.Endorsements[1:]
			b.Confirms[i] = marshal(&common.Envelope{Payload: a.Encode(), Signature: signature})
		})
		x.alter("bytes behind a confirmation", codeConfirm, func(b *Bundle) { b.Confirms[i] = append(b.Confirms[i], 0) })
		confirmed := func(name string, code Code, change func(c *call)) {
			x.alter(name, code, func(b *Bundle) {
				a, _, _, _ := channel.ParseSubmitted(b.Confirms[i])
				q := must(a.Question())
				c := s.call(q.Args...)
				c.creator = s.orgs[[]int{0, 1, 3}[i]].boss
				change(c)
				b.Confirms[i] = c.envelope()
			})
		}
		confirmed("confirmation by a client", codeConfirmAdmin, func(c *call) { c.creator = s.orgs[i].client })
		confirmed("confirmation by a peer", codeConfirmAdmin, func(c *call) { c.creator = s.orgs[i].peer })
		confirmed("confirmation by another organisation's administrator", codeDevice, func(c *call) { c.creator = s.orgs[2].boss })
		confirmed("confirmation by another ledger's administrator", codeConfirmAdmin, func(c *call) { c.creator = x.twin.orgs[i].boss })
		confirmed("confirmation that is another function", codeConfirm, func(c *call) { c.args[0] = []byte(wire.FnRecord) })
		confirmed("confirmation of another chaincode", codeConfirm, func(c *call) { c.called = "other" })
		confirmed("confirmation on another channel", codeConfirm, func(c *call) { c.channel = "other" })
		confirmed("confirmation of another id", codeConfirm, func(c *call) { c.id = "00" })
		confirmed("confirmation of nothing", codeConfirm, func(c *call) { c.args[1] = []byte("nothing") })
		confirmed("confirmation by an expired administrator", codeConfirmAdmin, func(c *call) {
			o := s.orgs[[]int{0, 1, 3}[i]]
			c.creator = s.certify(o.id, certificate{name: "old boss", by: o.ca, units: []string{"admin"}, notBefore: begins.Time().AddDate(-1, 0, 0), notAfter: begins.Time()})
		})
	}
	x.alter("confirmations out of order", codeOrder, func(b *Bundle) { slices.Reverse(b.Confirms) })
	confirmedMore := s.copied()
	idle := confirmedMore.confirm(confirmedMore.orgs[2])
	confirmedMore.keys = append(confirmedMore.keys, "D/"+idle.kid, "O/"+idle.org.id)
	for key := range confirmedMore.state {
		if key[0] == 'E' && !slices.Contains(confirmedMore.keys, key) {
			confirmedMore.keys = append(confirmedMore.keys, key)
		}
	}
	x.altered("confirmation for nothing", codeUnused, confirmedMore.bundle(), func(b *Bundle) {
		b.Confirms = slices.Insert(b.Confirms, 2, confirmedMore.confirms[idle.org.id])
	})
	for _, p := range []*person{s.planter, s.inspector, s.second, s.owner} {
		device := func(name string, code Code, change func(d *rootline.Device)) {
			x.lie(name, code, func(s *tale) {
				d := s.device(p)
				change(d)
				s.put(d)
			})
		}
		device("role raised", codeDevice, func(d *rootline.Device) { d.Role = "regulator" })
		device("device of another organisation", codeDevice, func(d *rootline.Device) { d.Organisation = s.orgs[2].id })
		device("invited by another", codeDevice, func(d *rootline.Device) { d.InvitedBy = s.manager.kid })
		device("another key", codeDevice, func(d *rootline.Device) { d.Key = jws.KeyOf(&s.manager.key.PublicKey) })
		device("another name", codeDevice, func(d *rootline.Device) { d.Name = "<b>C7</b>" })
		device("since another time", codeDevice, func(d *rootline.Device) { d.Since++ })
		x.lie("revoked before the event", codeDeviceRevoked, func(s *tale) {
			d := s.device(p)
			d.Revoked = d.Since + 1
			s.put(d)
			s.move("D/"+p.kid, s.enrolledAt(p))
		})
		device("expired before the event", codeDeviceExpired, func(d *rootline.Device) { d.Until, d.Revoked = d.Since+1, 0 })
		x.lie("no such device", codeDevice, func(s *tale) { delete(s.state, "D/"+p.kid) })
	}
	for i, signer := range []*person{s.owner, s.manager} {
		x.lie("act under another device's id", codeOtherKeysID, func(s *tale) {
			manager := *s.manager
			manager.acts = slices.Clone(manager.acts)
			s.manager = &manager
			act := &manager.acts[len(manager.acts)-2+i]
			var e rootline.Event
			must(0, json.Unmarshal(split(*act).Payload, &e))
			e.ID = s.renamed(e.ID, s.planter.kid)
			*act = s.sign(signer, rootline.TypEvent, &e)
			r := recordOf[*rootline.EventRecord](s, "E/"+e.ID)
			r.Hash = hashOfJWS(*act)
			s.put(r)
		})
	}
	for i, message := range s.planter.acts {
		x.lie("act that is another on the ledger", codeActHash, func(s *tale) {
			r := recordOf[*rootline.EventRecord](s, "E/"+s.idOf(message))
			r.Hash[i] ^= 1
			s.put(r)
		})
		x.lie("act that was not recorded", codeActHash, func(s *tale) { delete(s.state, "E/"+s.idOf(message)) })
		x.lie("act about another", "", func(s *tale) {
			r := recordOf[*rootline.EventRecord](s, "E/"+s.idOf(message))
			r.Subject += "x"
			s.put(r)
		}).Code = []Code{codeAct, codeDevice}[i%2]
	}
	x.places()
	x.renewals()
	x.invitations()
	for _, o := range []int{0, 1, 3} {
		organisation := func(name string, code Code, change func(o *rootline.Organisation)) {
			x.lie(name, code, func(s *tale) {
				r := recordOf[*rootline.Organisation](s, "O/"+s.orgs[o].id)
				change(r)
				s.put(r)
			})
		}
		organisation("genesis of another ledger confirmed", codeGenesis, func(o *rootline.Organisation) { o.Genesis = x.twin.genesis })
		organisation("organisation that did not confirm", codeConfirm, func(o *rootline.Organisation) { o.Confirmed = 0 })
		organisation("genesis not recorded", "", func(o *rootline.Organisation) { o.Genesis = rootline.Hash{} })
		x.all[len(x.all)-1].Benign = true
	}
	x.lie("net of another ledger", codeNet, func(s *tale) {
		l := recordOf[*rootline.Ledger](s, "L/")
		l.Net = x.twin.net
		s.put(l)
	})
	x.lie("no founding", codeNet, func(s *tale) { delete(s.state, "L/") })
}

func (x *tamperer) invitations() {
	// reinvite makes the ledger hold other messages for the manager's way in.
	reinvite := func(name string, code Code, by func(s *tale) *person, invite func(d *rootline.InviteData), enrol func(s *tale, d *rootline.EnrolData, once *person)) {
		s := x.tale.copied()
		once := s.person(s.orgs[1], rootline.RoleManager, "O1's invitation")
		var first, second rootline.Event
		must(0, json.Unmarshal(split(s.manager.acts[0]).Payload, &first))
		must(0, json.Unmarshal(split(s.manager.acts[1]).Payload, &second))
		var in rootline.InviteData
		must(0, json.Unmarshal(first.Data, &in))
		invite(&in)
		first.Data = must(json.Marshal(in))
		var d rootline.EnrolData
		must(0, json.Unmarshal(second.Data, &d))
		if by := by(s); by.kid != s.owner.kid {
			first.ID = s.renamed(first.ID, by.kid)
			d.Proof = s.sign(once, rootline.TypEnrolment, rootline.EnrolProof{Device: s.manager.kid, Organisation: s.manager.org.id, Invitation: first.ID})
		}
		enrol(s, &d, once)
		second.Data = must(json.Marshal(d))
		manager := *s.manager
		s.manager = &manager
		s.manager.acts = []string{s.sign(by(s), rootline.TypEvent, &first), s.sign(s.manager, rootline.TypEvent, &second)}
		for i, e := range []rootline.Event{first, second} {
			r := recordOf[*rootline.EventRecord](s, "E/"+e.ID)
			r.Hash = hashOfJWS(s.manager.acts[i])
			s.put(r)
		}
		x.unpacked(name, code, s.bundle().encode())
	}
	same := func(*rootline.InviteData) {}
	as := func(*tale, *rootline.EnrolData, *person) {}
	reinvite("invitation by a non-admin", codeInvitation, func(s *tale) *person { return s.inspector }, same, as)
	reinvite("invitation by another organisation's admin", codeEnrolmentProof, func(s *tale) *person { return s.supervisor }, same, as)
	reinvite("invitation by one who is not enrolled", codeEnrolmentMissing, func(s *tale) *person { return x.twin.manager }, same, as)
	reinvite("role raised by the enrolment", codeDevice, func(s *tale) *person { return s.owner }, same, func(_ *tale, d *rootline.EnrolData, _ *person) { d.Role = rootline.RoleAdmin })
	reinvite("role raised by the invitation", codeDevice, func(s *tale) *person { return s.owner }, func(d *rootline.InviteData) { d.Role = rootline.RoleAdmin }, as)
	reinvite("another name invited", codeDevice, func(s *tale) *person { return s.owner }, func(d *rootline.InviteData) { d.Name = "O2" }, as)
	reinvite("another key invited", codeEnrolmentProof, func(s *tale) *person { return s.owner }, func(d *rootline.InviteData) { d.Key = jws.KeyOf(&x.twin.owner.key.PublicKey) }, as)
	reinvite("proof by another key", codeEnrolmentProof, func(s *tale) *person { return s.owner }, same, func(s *tale, d *rootline.EnrolData, once *person) {
		other := *once
		other.key = s.planter.key
		d.Proof = s.sign(&other, rootline.TypEnrolment, s.accepts(s.manager.kid))
	})
	reinvite("proof for another device", codeEnrolmentProof, func(s *tale) *person { return s.owner }, same, func(s *tale, d *rootline.EnrolData, once *person) {
		d.Proof = s.sign(once, rootline.TypEnrolment, s.accepts(s.planter.kid))
	})
	reinvite("proof of another type", codeEnrolmentProof, func(s *tale) *person { return s.owner }, same, func(s *tale, d *rootline.EnrolData, once *person) {
		d.Proof = s.sign(once, rootline.TypEvent, s.accepts(s.manager.kid))
	})
	reinvite("another organisation accepted", codeEnrolmentProof, func(s *tale) *person { return s.owner }, same, func(s *tale, d *rootline.EnrolData, once *person) {
		accepted := s.accepts(s.manager.kid)
		accepted.Organisation = s.supervisor.org.id
		d.Proof = s.sign(once, rootline.TypEnrolment, accepted)
	})
	reinvite("another invitation accepted", codeInvitation, func(s *tale) *person { return s.owner }, same, func(s *tale, d *rootline.EnrolData, once *person) {
		accepted := s.accepts(s.manager.kid)
		accepted.Invitation = "019a0000-0000-7000-8000-000000000001"
		d.Proof = s.sign(once, rootline.TypEnrolment, accepted)
	})
	reinvite("no proof", codeEnrolmentProof, func(s *tale) *person { return s.owner }, same, func(_ *tale, d *rootline.EnrolData, _ *person) { d.Proof = "" })
	reinvite("enrolment with another key", codeAct, func(s *tale) *person { return s.owner }, same, func(s *tale, d *rootline.EnrolData, _ *person) {
		d.Key = jws.KeyOf(&s.planter.key.PublicKey)
	})
}

// accepts is what the manager's one-time key signs for a device.
func (s *tale) accepts(kid string) rootline.EnrolProof {
	var invite rootline.Event
	must(0, json.Unmarshal(split(s.manager.acts[0]).Payload, &invite))
	return rootline.EnrolProof{Device: kid, Organisation: s.manager.org.id, Invitation: invite.ID}
}
