package proof

import (
	"slices"
	"time"

	"github.com/rootline/rootline"
)

// minutes is a time of the ledger, some minutes on.
func minutes(n int) rootline.Instant {
	return rootline.Instant(time.Duration(n) * time.Minute / time.Millisecond)
}

// witness changes when an event was witnessed: to a few minutes that is what its submitter says.
func (s *tale) witness(i int, by rootline.Instant) {
	r := recordOf[*rootline.EventRecord](s, "E/"+s.idOf(s.events[i].compact()))
	r.Witnessed += by
	s.put(r)
}

// places are cases in which times and places on the ledger say different things of devices: places count, as they do for those
// that record.
func (x *tamperer) places() {
	benign := func(name string, change func(s *tale)) { x.lie(name, "", change).Benign = true }
	for i := range 3 {
		benign("event witnessed before its device's enrolment, and recorded after it", func(s *tale) { s.witness(i, -minutes(60)) })
		benign("event witnessed after its device was revoked, and recorded before it", func(s *tale) { s.witness(4+i, minutes(60)) })
		x.lie("event recorded before its device's enrolment", codeDeviceExpired, func(s *tale) {
			s.move("E/"+s.idOf(s.events[0].compact()), s.state["L/"].version)
		})
		x.lie("event recorded after its device was revoked", codeDeviceRevoked, func(s *tale) {
			s.witness(6, -minutes(60))
			s.move("D/"+s.planter.kid, s.state["E/"+s.idOf(s.events[3+i].compact())].version)
		})
	}
	benign("invitation witnessed before its admin's enrolment", func(s *tale) {
		r := recordOf[*rootline.EventRecord](s, "E/"+s.idOf(s.planter.acts[2]))
		r.Witnessed -= minutes(60)
		s.put(r)
	})
	x.lie("invitation recorded before its admin's enrolment", codeDeviceExpired, func(s *tale) {
		s.move("E/"+s.idOf(s.planter.acts[2]), s.state["L/"].version)
	})
	x.lie("invitation recorded after its admin was revoked", codeDeviceRevoked, func(s *tale) {
		d := s.device(s.second)
		d.Revoked = d.Since + minutes(60)
		s.put(d)
	})
	benign("invitation recorded before its admin was revoked", func(s *tale) {
		d := s.device(s.second)
		d.Revoked = d.Since
		s.put(d)
		s.move("D/"+s.second.kid, s.state["E/"+s.idOf(s.events[2].compact())].version)
	})
	benign("attested event, of a device that was revoked after that, as of a time before", func(s *tale) {
		d := s.device(s.planter)
		d.Until, d.Revoked = d.Revoked, d.Revoked-minutes(60)
		s.put(d)
		s.move("D/"+s.planter.kid, s.state["S/"].version)
	})
}

// renewals are acts that moved the end of a device.
func (x *tamperer) renewals() {
	made := func(name string, code Code, change func(s *tale)) *tampered {
		c := x.lie(name, code, change)
		c.Benign = code == ""
		return c
	}
	event := func(s *tale, i int) *rootline.EventRecord {
		return recordOf[*rootline.EventRecord](s, "E/"+s.idOf(s.events[i].compact()))
	}
	for i := range 3 {
		end := func(s *tale) rootline.Instant { return event(s, 8).Witnessed - minutes(1+i) }
		made("end moved to before an event, after it", "", func(s *tale) { s.renew(s.owner, s.manager, end(s)) })
		made("end moved by an admin who did nothing else", "", func(s *tale) {
			s.renew(s.engage(s.invite(s.owner, rootline.RoleAdmin, "O2")), s.manager, end(s))
		})
		made("end moved after an event, as of a time before it", "", func(s *tale) {
			r := s.renew(s.owner, s.manager, end(s))
			r.Witnessed = s.device(s.manager).Since
			s.put(r)
		})
		made("end moved before an event, as of a time after it", codeDeviceExpired, func(s *tale) {
			r := s.renew(s.owner, s.manager, end(s))
			r.Witnessed = s.now
			s.put(r)
			s.move("E/"+r.ID, s.state["E/"+s.idOf(s.events[7-i].compact())].version)
		})
		made("act that moved an end missing", codeDeviceExpired, func(s *tale) {
			s.renew(s.owner, s.manager, end(s))
			s.more = nil
		})
		made("end moved twice", codeUnused, func(s *tale) {
			s.renew(s.owner, s.manager, end(s))
			s.renew(s.owner, s.manager, end(s))
		})
		made("end moved for nothing", codeUnused, func(s *tale) { s.renew(s.owner, s.manager, s.now+minutes(i)) })
		made("end moved by another organisation", codeInvitation, func(s *tale) { s.renew(s.supervisor, s.manager, end(s)) })
		made("end moved by who is no admin", codeInvitation, func(s *tale) { s.renew(s.manager, s.manager, end(s)) })
		made("end moved of a device that is not here", codeEnrolmentMissing, func(s *tale) {
			s.renew(s.owner, s.invite(s.owner, rootline.RoleManager, "O3"), end(s))
		})
		made("end of an admin moved to before its invitation", "", func(s *tale) { s.renew(s.contractor, s.second, s.device(s.second).Since+1) })
		made("end moved by an admin whose end was moved", "", func(s *tale) {
			other := s.engage(s.invite(s.owner, rootline.RoleAdmin, "O2"))
			s.renew(other, s.manager, end(s))
			s.renew(s.owner, other, s.device(other).Since+1)
		})
		made("two admins that move each other's ends for nothing", codeUnused, func(s *tale) {
			one, other := s.engage(s.invite(s.owner, rootline.RoleAdmin, "O2")), s.engage(s.invite(s.owner, rootline.RoleAdmin, "O3"))
			r := s.renew(one, other, s.device(other).Since+1)
			last := s.renew(other, one, s.device(one).Since+1)
			s.move("E/"+r.ID, s.state["E/"+last.ID].version)
		})
		made("end moved to before an attested event was signed", "", func(s *tale) {
			d := s.device(s.planter)
			d.Until, d.Revoked = d.Revoked, 0
			s.put(d)
			s.renew(s.contractor, s.planter, event(s, 3).Witnessed)
		})
	}
	for _, order := range [][]int{{0, 1}, {1, 0}} {
		b := x.tale.copied()
		b.renew(b.owner, b.manager, event(b, 8).Witnessed-1)
		b.renew(b.supervisor, b.inspector, event(b, 7).Witnessed-1)
		x.altered("acts that moved ends out of order", "", b.bundle(), func(b *Bundle) {
			n := len(b.Acts) - 2
			last := slices.Clone(b.Acts[n:])
			for i, at := range order {
				b.Acts[n+i] = last[at]
			}
		}).Code = []Code{"", codeOrder}[order[0]]
		x.all[len(x.all)-1].Benign = order[0] == 0
	}
}
