package contract_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
)

// A service endorses no vote for a protocol number that it does not know, whatever else is in the batch.
func TestNoVoteForAnUnknownProtocolIsEndorsed(t *testing.T) {
	l := founded(t)
	known := judge.Protocols()
	next := known[len(known)-1] + 1
	invite := l.sign(l.admins[judgetest.Owner], judgetest.Act(rootline.ActRevoke, rootline.RevokeData{Device: "nobody"}))
	vote := l.sign(l.admins[judgetest.Owner], judgetest.Act(rootline.ActRaise, rootline.RaiseData{Protocol: next}))
	for _, subs := range [][]rootline.Submission{{vote}, {vote, invite}} {
		_, err := l.record(subs...)
		var refused wire.Refused
		if !errors.As(err, &refused) {
			t.Fatalf("%d events: %v", len(subs), err)
		}
		found := false
		for _, r := range refused {
			found = found || r.Index == 0 && r.Error.Code == rootline.CodeProtocolUnknown
		}
		if !found || len(refused) != len(subs) {
			t.Errorf("%d events: refused %v", len(subs), refused)
		}
	}
}

// On a ledger that is judged by a number that it does not know, the service declines, and says nothing about events: an
// outbox that took it for a refusal would lose them.
func TestAnUnknownProtocolIsNoRefusal(t *testing.T) {
	for number, way := range map[int]string{0: "Found a new ledger", 99: "upgrade the chaincode service"} {
		l := founded(t)
		ref := rootline.Ref{Space: rootline.SpaceLedger}
		r, err := wire.Decode(ref, l.peer.state[wire.Key(ref)])
		if err != nil {
			t.Fatal(err)
		}
		ledger := r.(*rootline.Ledger)
		ledger.Protocol = number
		if l.peer.state[wire.Key(ref)], err = wire.Encode(ledger); err != nil {
			t.Fatal(err)
		}
		admin := l.admins[judgetest.Owner]
		sub := l.sign(admin, judgetest.Act(rootline.ActRevoke, rootline.RevokeData{Device: "nobody"}))
		for name, call := range map[string]func() (string, error){
			"Record": func() (string, error) { return l.record(sub, rootline.Submission{JWS: "x"}) },
			"Confirm": func() (string, error) {
				return l.call(adminOf(t, judgetest.Owner), wire.FnConfirm, l.firstDevice(admin))
			},
			"Found": func() (string, error) {
				return l.call(adminOf(t, judgetest.Owner), wire.FnFound, judgetest.FoundingJSON(t))
			},
		} {
			_, err := call()
			var other faulty
			if !errors.As(err, &other) || !strings.Contains(err.Error(), way) {
				t.Errorf("protocol %d, %s: %v", number, name, err)
			}
		}
		if answer, err := l.call(l.client, wire.FnGet, "L/"); err != nil || answer == "" {
			t.Errorf("protocol %d: the founding cannot be read: %v", number, err)
		}
	}
}
