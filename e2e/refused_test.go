package e2e

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/network"
)

// badEvent is one thing that nobody may get onto the ledger.
type badEvent struct {
	name string
	sub  rootline.Submission
	want rootline.Code
}

// scene is what the bad events are tried on.
type scene struct {
	*works
	onSite, planted              string
	first                        *rootline.Event
	recorded                     rootline.Submission
	lot                          string
	saplings                     rootline.Codes
	gravel, wall                 string
	revoked, expired             *person
	used, offered, lapsed, ended offer
	// copied is another organisation's invitation of the key of offered.
	copied offer
	bad    []badEvent
}

func (s *scene) add(name string, want rootline.Code, sub rootline.Submission) {
	s.bad = append(s.bad, badEvent{name, sub, want})
}

// Each bad event is refused with its own code by the gateway, and by the chaincode when it is put straight to a peer,
// past every gateway. None changes anything.
func TestBadEventsAreRefusedByGatewayAndChaincode(t *testing.T) {
	s := &scene{works: site(t)}
	s.prepare()
	s.form()
	s.signers()
	s.registry()
	s.lives()
	peer := straight(t, network.Regulator, false)
	before := s.now(peer)
	for _, bad := range s.bad {
		t.Run(bad.name, func(t *testing.T) {
			status := s.sent(t, bad.sub)
			if status.Status != client.Refused || rootline.CodeOf(status.Err()) != bad.want {
				t.Errorf("the gateway says %s, %v; want %s", status.Status, status.Err(), bad.want)
			}
			if status.Error != nil && (status.Error.Says.En == "" || status.Error.Says.Zh == "") {
				t.Error("it is not said why in both languages")
			}
			_, err := peer.Propose(t.Context(), []rootline.Submission{bad.sub})
			var refused *fabric.Refused
			if !errors.As(err, &refused) || len(refused.List) != 1 || refused.List[0].Error.Code != bad.want {
				t.Errorf("the chaincode says %v; want %s", err, bad.want)
			}
		})
	}
	if after := s.now(peer); after != before {
		t.Errorf("something changed:\n%s\nwas\n%s", after, before)
	}
}

func (s *scene) sent(t *testing.T, sub rootline.Submission) client.EventStatus {
	t.Helper()
	statuses, err := s.owner.Submit(t.Context(), []rootline.Submission{sub}, 30*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	return statuses[0]
}

// now is what could have changed: the chain's height, and the assets of the scene.
func (s *scene) now(peer *fabric.Client) string {
	s.Helper()
	height, err := peer.Height(s.Context())
	s.ok(err)
	out := []any{height}
	for _, code := range []string{s.onSite, s.planted, s.lot, s.gravel, s.wall} {
		r, err := peer.Get(s.Context(), rootline.Ref{Space: rootline.SpaceAsset, ID: code})
		s.ok(err)
		out = append(out, r)
	}
	b, err := json.Marshal(out)
	s.ok(err)
	return string(b)
}

// prepare makes a tree on the site, one planted, a lot of saplings, and people whose time is over.
func (s *scene) prepare() {
	s.onSite, s.planted, s.lot = rootline.NewCode(contractorPrefix), rootline.NewCode(contractorPrefix), rootline.NewCode(contractorPrefix)
	s.do(append(s.toTheSite(s.onSite), s.toTheSite(s.planted)...)...)
	s.first = s.planting(s.planted)
	s.recorded = s.sign(s.planter, s.first)
	s.do(s.recorded)
	s.makeLot()
	s.gravel, s.wall = rootline.NewCode(contractorPrefix), rootline.NewCode(contractorPrefix)
	s.do(s.sign(s.builder, delivering(s.gravel, 10)), s.sign(s.builder, starting(s.wall)), s.sign(s.builder, building(s.wall, s.gravel, 4)))

	s.revoked, s.expired = s.enrol(network.Contractor, "planter"), s.enrol(network.Contractor, "planter")
	admin := s.admins[network.Contractor]
	for _, e := range []*rootline.Event{
		act(rootline.ActRevoke, rootline.RevokeData{Device: s.revoked.kid(), Reason: "lost"}),
		act(rootline.ActRenew, rootline.RenewData{Device: s.expired.kid(), Until: rootline.InstantOf(time.Now().Add(time.Second))}),
	} {
		sub, err := admin.Sign(e)
		s.ok(err)
		s.do(sub)
	}
	s.used, s.offered = s.invite(network.Contractor, "planter", time.Hour), s.invite(network.Contractor, "planter", time.Hour)
	s.lapsed = s.invite(network.Contractor, "planter", 3*time.Second)
	s.ended = s.invite(network.Contractor, "planter", time.Hour)
	ends, err := admin.Sign(act(rootline.ActRevoke, rootline.RevokeData{Invitation: s.ended.invitation, Reason: "sent to somebody else"}))
	s.ok(err)
	s.do(ends)
	copied, sub := s.offers(network.Owner, rootline.RoleManager, s.offered.key, time.Hour)
	s.do(sub)
	s.copied = copied
	taker := &person{key: newKey(s.T)}
	s.do(s.sign(taker, s.enrolment(taker, s.used, "planter")))
	time.Sleep(3 * time.Second) // until the device and the invitation have ended
}

func (s *scene) makeLot() {
	var codes []string
	for range 4 {
		codes = append(codes, rootline.NewCode(contractorPrefix))
	}
	s.saplings = rootline.NewCodes(codes)
	list := s.saplings.List()
	e := s.event(s.lot, "select", `{"species":"Populus tomentosa","height":1500}`)
	e.Kind, e.List = "tree-lot", &list
	s.do(s.sign(s.nursery, e), s.sign(s.nursery, s.event(s.lot, "lift", "")), s.sign(s.nursery, s.event(s.lot, "load", `{"waybill":"W-2"}`)),
		s.sign(s.carrier, s.event(s.lot, "ship", "")), s.sign(s.planter, s.event(s.lot, "receive", `{"waybill":"W-2"}`)))
}
