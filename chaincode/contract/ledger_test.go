package contract_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/contract"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/rulebook"
)

// ledger is the chaincode, called as a peer calls it, over a world state in memory.
type ledger struct {
	*testing.T
	cc     shim.Chaincode
	peer   *world
	clock  time.Time
	client []byte
	// world signs; its own state is not used.
	world  *judgetest.World
	admins map[string]*judgetest.Person
}

func newChaincode(t testing.TB, clock func() time.Time) shim.Chaincode {
	t.Helper()
	cc, err := contractapi.NewChaincode(contract.New(clock))
	if err != nil {
		t.Fatal(err)
	}
	cc.TransactionSerializer = contract.PlainStrings{}
	return contract.Guarded(cc)
}

// newLedger has no records yet.
func newLedger(t *testing.T) *ledger {
	t.Helper()
	l := &ledger{
		T: t, peer: newWorld(), clock: judgetest.Start.Time(), client: identity(t, judgetest.Regulator, "client"),
		world: &judgetest.World{T: t, Now: judgetest.Start}, admins: map[string]*judgetest.Person{},
	}
	l.cc = newChaincode(t, func() time.Time { return l.clock })
	return l
}

// founded is a ledger whose organisations have confirmed.
func founded(t *testing.T) *ledger {
	t.Helper()
	l := newLedger(t)
	l.must(l.call(adminOf(t, judgetest.Owner), wire.FnFound, judgetest.FoundingJSON(t)))
	for _, msp := range []string{judgetest.Owner, judgetest.Contractor, judgetest.Supervisor, judgetest.Regulator} {
		admin := &judgetest.Person{Key: judgetest.NewKey(t), Organisation: msp, Role: rootline.RoleAdmin}
		l.admins[msp] = admin
		l.must(l.call(adminOf(t, msp), wire.FnConfirm, l.firstDevice(admin)))
	}
	return l
}

func (l *ledger) firstDevice(admin *judgetest.Person) string {
	return l.world.Sign(admin, judgetest.Act(rootline.ActEnrol, rootline.EnrolData{
		Key: jws.KeyOf(&admin.Key.PublicKey), Role: rootline.RoleAdmin, Name: "admin",
	})).JWS
}

// propose runs a transaction without committing it.
func (l *ledger) propose(creator []byte, function string, args ...string) (*stub, *peer.Response) {
	l.Helper()
	s := &stub{t: l.T, peer: l.peer, function: function, args: args, creator: creator, at: l.clock}
	return s, l.cc.Invoke(s)
}

// call runs a transaction and commits it when the chaincode endorsed it. What it refused has written nothing.
func (l *ledger) call(creator []byte, function string, args ...string) (string, error) {
	l.Helper()
	s, answer := l.propose(creator, function, args...)
	if answer.GetStatus() != shim.OK {
		if len(s.writes) > 0 {
			l.Errorf("%s was refused and wrote %d keys", function, len(s.writes))
		}
		return "", refusedBy(answer)
	}
	l.peer.commit(s.writes)
	l.clock = l.clock.Add(time.Second)
	return string(answer.GetPayload()), nil
}

// faulty is an answer that is not a list of refusals.
type faulty string

func (f faulty) Error() string { return string(f) }

func refusedBy(answer *peer.Response) error {
	if list, ok := wire.ParseRefused(answer.GetMessage()); ok {
		return list
	}
	return faulty(answer.GetMessage())
}

func (l *ledger) must(answer string, err error) string {
	l.Helper()
	if err != nil {
		l.Fatal(err)
	}
	return answer
}

func (l *ledger) record(subs ...rootline.Submission) (string, error) {
	l.Helper()
	return l.call(l.client, wire.FnRecord, batch(l.T, subs...))
}

func batch(t testing.TB, subs ...rootline.Submission) string {
	t.Helper()
	arg, err := wire.EncodeBatch(subs)
	if err != nil {
		t.Fatal(err)
	}
	return arg
}

// sign makes an event about an asset under forestation@1.
func (l *ledger) sign(p *judgetest.Person, e *rootline.Event) rootline.Submission {
	l.Helper()
	return l.world.Sign(p, e)
}

// enrol lets in a device; adopt takes the forestation rulebook. Both are the usual events.
func (l *ledger) enrol(msp, role string) *judgetest.Person {
	l.Helper()
	l.world.Now = rootline.InstantOf(l.clock)
	offer := l.world.Offer(l.admins[msp], role, judgetest.NewKey(l.T))
	l.must(l.record(l.sign(l.admins[msp], offer.Event)))
	p := &judgetest.Person{Key: judgetest.NewKey(l.T), Organisation: msp, Role: role}
	l.must(l.record(l.sign(p, l.world.Enrolment(p.Key, offer, role))))
	return p
}

func (l *ledger) adopt() {
	l.Helper()
	yaml := rulebook.Shipped()["forestation@1"]
	l.must(l.record(l.sign(l.admins[judgetest.Owner], judgetest.Act(rootline.ActPropose, rootline.ProposeData{YAML: string(yaml)}))))
	for _, msp := range []string{judgetest.Contractor, judgetest.Supervisor} {
		l.must(l.record(l.sign(l.admins[msp], judgetest.Act(rootline.ActVote, rootline.VoteData{
			Rulebook: "forestation@1", SHA256: rootline.HashOf(yaml),
		}))))
	}
}

// selected is the event by which a nursery registers a tree.
func (l *ledger) selected(nursery *judgetest.Person, code string) rootline.Submission {
	l.Helper()
	return l.sign(nursery, &rootline.Event{
		Asset: code, Kind: "tree", Action: "select", Rulebook: "forestation@1",
		Evidence: []rootline.Evidence{{SHA256: rootline.HashOf([]byte(code)), Type: "image/jpeg", Size: 1000}},
		Data:     json.RawMessage(`{"species":"Pinus tabuliformis","dbh":60,"height":3200}`),
	})
}

// get reads a record as an evaluated transaction does.
func get[T rootline.Record](l *ledger, ref rootline.Ref) T {
	l.Helper()
	answer := l.must(l.call(l.client, wire.FnGet, wire.Key(ref)))
	r, err := wire.Decode(ref, []byte(answer))
	if err != nil {
		l.Fatal(err)
	}
	t, ok := r.(T)
	if !ok {
		l.Fatalf("%s holds %T", ref, r)
	}
	return t
}
