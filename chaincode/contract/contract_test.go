package contract_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/jws"
)

// codes gives the refusals of an answer as index → code.
func codes(t *testing.T, err error) map[int]rootline.Code {
	t.Helper()
	var list wire.Refused
	if !errors.As(err, &list) {
		t.Fatalf("no list of refusals: %v", err)
	}
	out := map[int]rootline.Code{}
	for _, r := range list {
		out[r.Index] = r.Error.Code
	}
	return out
}

func TestALedgerIsFoundedAndConfirmedOnce(t *testing.T) {
	l := newLedger(t)
	owner, founding := adminOf(t, judgetest.Owner), judgetest.FoundingJSON(t)
	admin := &judgetest.Person{Key: judgetest.NewKey(t)}
	for _, step := range []struct {
		name     string
		creator  []byte
		function string
		arg      string
		want     rootline.Code
	}{
		{"an event before the founding", l.client, wire.FnRecord, batch(t, l.selected(admin, "95200020000000000001")), rootline.CodeNotFounded},
		{"confirmed before the founding", owner, wire.FnConfirm, l.firstDevice(admin), rootline.CodeNotFounded},
		{"by one who is no admin", identity(t, judgetest.Owner, "client"), wire.FnFound, founding, rootline.CodeNotAdmin},
		{"by a stranger", adminOf(t, "StrangerMSP"), wire.FnFound, founding, rootline.CodeNotAdmin},
		{"with a bad net", owner, wire.FnFound, `{"net":"x","protocol":1,"organisations":[]}`, rootline.CodeBadFounding},
		{"founded", owner, wire.FnFound, founding, ""},
		{"founded again", owner, wire.FnFound, founding, rootline.CodeAlreadyFounded},
		{"confirmed by one who is no admin", identity(t, judgetest.Owner, "peer"), wire.FnConfirm, l.firstDevice(admin), rootline.CodeNotAdmin},
		{"confirmed by a stranger", adminOf(t, "StrangerMSP"), wire.FnConfirm, l.firstDevice(admin), rootline.CodeNotAdmin},
		{"confirmed", owner, wire.FnConfirm, l.firstDevice(admin), ""},
		{"confirmed again", owner, wire.FnConfirm, l.firstDevice(&judgetest.Person{Key: judgetest.NewKey(t)}), rootline.CodeAlreadyConfirmed},
		{"confirmed with another's key", adminOf(t, judgetest.Contractor), wire.FnConfirm, l.firstDevice(admin), rootline.CodeKeyKnown},
	} {
		t.Run(step.name, func(t *testing.T) {
			_, err := l.call(step.creator, step.function, step.arg)
			if step.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			for _, code := range codes(t, err) {
				if code != step.want {
					t.Fatalf("got %s, want %s", code, step.want)
				}
			}
		})
	}
	if org := get[*rootline.Organisation](l, rootline.Ref{Space: rootline.SpaceOrganisation, ID: judgetest.Owner}); org.Confirmed == 0 {
		t.Fatal("the owner did not confirm")
	}
}

func TestATreeIsRecordedAndRead(t *testing.T) {
	l := founded(t)
	l.adopt()
	nursery, code := l.enrol(judgetest.Contractor, "nursery"), judgetest.Code(judgetest.Contractor)
	sub := l.selected(nursery, code)
	if answer := l.must(l.record(sub)); answer != `{"events":1}` {
		t.Fatalf("the receipt is %s", answer)
	}
	if answer := l.must(l.record(sub)); answer != `{"events":0}` {
		t.Fatalf("recorded twice: %s", answer)
	}
	tree := get[*rootline.Asset](l, rootline.Ref{Space: rootline.SpaceAsset, ID: code})
	if tree.State != "selected" || tree.Seq != 1 || tree.Maker != judgetest.Contractor {
		t.Fatalf("the tree is %+v", tree)
	}
	if answer := l.must(l.call(l.client, wire.FnGet, "A/9520002NOTTHERE")); answer != "" {
		t.Fatalf("an absent record is %q", answer)
	}
	if _, err := l.call(l.client, wire.FnGet, "Q/1"); codes(t, err)[-1] != rootline.CodeNotFound {
		t.Fatalf("a key of no space: %v", err)
	}
}

func TestABatchIsRecordedWholeOrNotAtAll(t *testing.T) {
	l := founded(t)
	l.adopt()
	nursery, planter := l.enrol(judgetest.Contractor, "nursery"), l.enrol(judgetest.Contractor, "planter")
	good, other := l.selected(nursery, judgetest.Code(judgetest.Contractor)), l.selected(nursery, judgetest.Code(judgetest.Contractor))
	bad := l.selected(planter, judgetest.Code(judgetest.Contractor))
	foreign := l.selected(nursery, judgetest.Code(judgetest.Owner))
	before := len(l.peer.state)
	_, err := l.record(good, bad, other, foreign, rootline.Submission{JWS: "x.y.z"})
	got := codes(t, err)
	want := map[int]rootline.Code{1: rootline.CodeWrongRole, 3: rootline.CodeForeignPrefix, 4: rootline.CodeMalformedJWS}
	if len(got) != len(want) || got[1] != want[1] || got[3] != want[3] || got[4] != want[4] {
		t.Fatalf("refused %v, want %v", got, want)
	}
	if len(l.peer.state) != before {
		t.Fatal("a refused batch changed the world state")
	}
	// What was not refused is taken when it comes without the rest.
	if answer := l.must(l.record(good, other)); answer != `{"events":2}` {
		t.Fatalf("the receipt is %s", answer)
	}
}

// A member that sees an event on its way has a device of its own record another one under the same id first, past all gateways.
// The chaincode refuses that, and records the honest one.
func TestNobodyTakesAnothersID(t *testing.T) {
	l := founded(t)
	l.adopt()
	honest := l.world.Offer(l.admins[judgetest.Contractor], "nursery", judgetest.NewKey(t)).Event
	seen := l.sign(l.admins[judgetest.Contractor], honest)
	hostile := l.world.Offer(l.admins[judgetest.Owner], rootline.RoleManager, judgetest.NewKey(t)).Event
	hostile.ID = honest.ID
	_, err := l.record(l.sign(l.admins[judgetest.Owner], hostile))
	if codes(t, err)[0] != rootline.CodeOtherKeysID {
		t.Fatalf("the hostile event: %v", err)
	}
	l.must(l.record(seen))
	// An organisation's first device, too, has ids of its own.
	fresh := newLedger(t)
	fresh.must(fresh.call(adminOf(t, judgetest.Owner), wire.FnFound, judgetest.FoundingJSON(t)))
	admin := &judgetest.Person{Key: judgetest.NewKey(t), Organisation: judgetest.Owner, Role: rootline.RoleAdmin}
	enrol := judgetest.Act(rootline.ActEnrol, rootline.EnrolData{Key: jws.KeyOf(&admin.Key.PublicKey), Role: rootline.RoleAdmin, Name: "admin"})
	enrol.ID = honest.ID
	_, err = fresh.call(adminOf(t, judgetest.Owner), wire.FnConfirm, fresh.world.Sign(admin, enrol).JWS)
	if codes(t, err)[0] != rootline.CodeOtherKeysID {
		t.Fatalf("the confirmation: %v", err)
	}
}

func TestATransactionOfAnotherTimeIsDeclined(t *testing.T) {
	l := founded(t)
	admin := l.admins[judgetest.Owner]
	act := func() string {
		return batch(t, l.sign(admin, judgetest.Act(rootline.ActInvite, rootline.InviteData{})))
	}
	for _, c := range []struct {
		off      time.Duration
		declined bool
	}{
		{-time.Minute - time.Millisecond, true}, {-time.Minute, false}, {0, false}, {time.Minute, false},
		{time.Minute + time.Millisecond, true}, {24 * time.Hour, true}, {-365 * 24 * time.Hour, true},
	} {
		s := &stub{t: t, peer: l.peer, function: wire.FnRecord, args: []string{act()}, creator: l.client, at: l.clock.Add(c.off)}
		declined := codes(t, refusedBy(l.cc.Invoke(s)))[-1] == rootline.CodeTransactionTime
		if declined != c.declined {
			t.Errorf("%v off: declined %v", c.off, declined)
		}
		if len(s.writes) > 0 {
			t.Errorf("%v off: it wrote", c.off)
		}
	}
}

// A peer whose database fails answers a bulk read with an empty list and no error. Taken at its word, it would make
// every device unknown, and every asset new.
func TestAFailingDatabaseIsAFaultAndNoEmptyLedger(t *testing.T) {
	l := founded(t)
	act := batch(t, l.sign(l.admins[judgetest.Owner], judgetest.Act(rootline.ActInvite, rootline.InviteData{})))
	for name, breakIt := range map[string]func(*world){
		"bulk reads":   func(w *world) { w.broken = true },
		"single reads": func(w *world) { w.failing = errors.New("database is closed") },
	} {
		t.Run(name, func(t *testing.T) {
			breakIt(l.peer)
			defer func() { l.peer.broken, l.peer.failing = false, nil }()
			_, err := l.call(l.client, wire.FnRecord, act)
			var fault faulty
			if !errors.As(err, &fault) {
				t.Fatalf("got %v, want a fault", err)
			}
		})
	}
}

func TestABatchReadsThePeerInOneRoundTrip(t *testing.T) {
	l := founded(t)
	l.adopt()
	nursery := l.enrol(judgetest.Contractor, "nursery")
	var subs []rootline.Submission
	for range 50 {
		subs = append(subs, l.selected(nursery, judgetest.Code(judgetest.Contractor)))
	}
	s, answer := l.propose(l.client, wire.FnRecord, batch(t, subs...))
	if answer.GetStatus() != shim.OK {
		t.Fatal(answer.GetMessage())
	}
	// The signer's organisation is known only after its device was read.
	if s.bulk != 1 || s.single > 3 {
		t.Fatalf("%d bulk and %d single reads", s.bulk, s.single)
	}
}

func TestAPanicEndsOneTransactionOnly(t *testing.T) {
	l := founded(t)
	s := &stub{t: t, peer: l.peer, function: wire.FnRecord, args: []string{batch(t, rootline.Submission{JWS: "a.b.c"})}, creator: l.client, explode: true}
	answer := l.cc.Invoke(s)
	if answer.GetStatus() == shim.OK || codes(t, refusedBy(answer))[-1] != rootline.CodeInternal {
		t.Fatalf("answered %v", answer)
	}
	if strings.Contains(answer.GetMessage(), "nobody thought of") {
		t.Fatal("the answer tells what is inside")
	}
	if _, err := l.call(l.client, wire.FnGet, "L/"); err != nil {
		t.Fatalf("the next transaction: %v", err)
	}
}

// Peers must agree to the byte, whatever the order of their maps and the number of their processors.
func TestTwoPeersWriteTheSameBytes(t *testing.T) {
	l := founded(t)
	l.adopt()
	nursery := l.enrol(judgetest.Contractor, "nursery")
	var subs []rootline.Submission
	for range 40 {
		code := judgetest.Code(judgetest.Contractor)
		subs = append(subs, l.selected(nursery, code), l.sign(nursery, &rootline.Event{
			Asset: code, Action: "lift", Rulebook: "forestation@1", Data: json.RawMessage(`{"rootBall":400}`),
			Evidence: []rootline.Evidence{{SHA256: rootline.HashOf([]byte("lift" + code)), Type: "image/jpeg", Size: 1}},
		}))
	}
	arg := batch(t, subs...)
	first, answer := l.propose(l.client, wire.FnRecord, arg)
	if answer.GetStatus() != shim.OK {
		t.Fatal(answer.GetMessage())
	}
	if len(first.writes) != 120 {
		t.Fatalf("%d writes, want 40 trees and 80 events", len(first.writes))
	}
	for range 4 {
		other := &ledger{T: t, peer: l.peer, clock: l.clock, client: l.client}
		other.cc = newChaincode(t, func() time.Time { return l.clock.Add(30 * time.Second) })
		second, again := other.propose(l.client, wire.FnRecord, arg)
		if string(again.GetPayload()) != string(answer.GetPayload()) || !sameWrites(first.writes, second.writes) {
			t.Fatal("a second peer wrote other bytes")
		}
	}
}
