package fabric

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/hash"
	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/protoadapt"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
)

// member is an organisation's peer, which endorses with a key of its own as it is told to.
type member struct {
	// absent: the own peer's gateway service knows no peer of it.
	absent bool
	id     identity.Identity
	sign   identity.Sign
	// outcome is what it endorses; says is a failure in the chaincode's or the peer's words instead.
	outcome, says string
	// hangs never answers, garbled signs something else, impostor signs as another organisation.
	hangs, garbled bool
	impostor       string
	height         uint64
	// refuses is how many times it refuses, before it does otherwise.
	refuses int
	// client says that it signs with a client's certificate.
	client bool
	// read is the block in which it read the one key that it reads; 0 when it reads none.
	read uint64
}

// members is the own peer's gateway service before the peers of all organisations.
type members struct {
	gateway.UnimplementedGatewayServer
	mu sync.Mutex
	of map[string]*member
	// asked are who was asked, in order; submitted who endorsed what was submitted last, and code what becomes of it.
	asked, submitted []string
	code             peer.TxValidationCode
	// takes says whose endorsements satisfy the policy; nil when code does.
	takes func(by []string) bool
}

func pack(m proto.Message) []byte { b, _ := proto.Marshal(m); return b }

func (m *members) Endorse(ctx context.Context, r *gateway.EndorseRequest) (*gateway.EndorseResponse, error) {
	if len(r.GetEndorsingOrganizations()) != 1 {
		return nil, status.Error(codes.InvalidArgument, "each is asked by itself")
	}
	name := r.GetEndorsingOrganizations()[0]
	m.mu.Lock()
	m.asked = append(m.asked, name)
	one, ok := m.of[name]
	var o member
	if ok {
		o = *one
	}
	m.mu.Unlock()
	if !ok || o.absent {
		return nil, status.Error(codes.Unavailable, textNoPeer+" for org(s): "+name)
	}
	if o.hangs {
		<-ctx.Done()
		return nil, status.FromContextError(ctx.Err()).Err()
	}
	if o.refuses > 0 {
		m.mu.Lock()
		one.refuses--
		m.mu.Unlock()
		o.says = refusal + wire.Refused{{Error: rootline.Refuse(rootline.CodeUnknownDevice)}}.Error()
	}
	if o.says != "" {
		s, _ := status.New(codes.Aborted, others).WithDetails(protoadapt.MessageV1Of(&gateway.ErrorDetail{MspId: name, Message: o.says}))
		return nil, s.Err()
	}
	var proposal peer.Proposal
	var header common.Header
	if err := errors.Join(proto.Unmarshal(r.GetProposedTransaction().GetProposalBytes(), &proposal), proto.Unmarshal(proposal.GetHeader(), &header)); err != nil {
		return nil, err
	}
	if o.impostor != "" {
		name = o.impostor
	}
	by := pack(&msp.SerializedIdentity{Mspid: name, IdBytes: o.id.Credentials()})
	results := []byte(o.outcome)
	if o.read > 0 {
		kv := pack(&kvrwset.KVRWSet{Reads: []*kvrwset.KVRead{{Key: "A/1", Version: &kvrwset.Version{BlockNum: o.read}}}})
		results = pack(&rwset.TxReadWriteSet{NsRwset: []*rwset.NsReadWriteSet{{Namespace: o.outcome, Rwset: kv}}})
	}
	answer := pack(&peer.ProposalResponsePayload{Extension: pack(&peer.ChaincodeAction{Results: results})})
	over := slices.Concat(answer, by)
	if o.garbled {
		over = append(over, 0)
	}
	value, err := o.sign(hash.SHA256(over))
	if err != nil {
		return nil, err
	}
	tx := pack(&peer.Transaction{Actions: []*peer.TransactionAction{{Payload: pack(&peer.ChaincodeActionPayload{
		Action: &peer.ChaincodeEndorsedAction{ProposalResponsePayload: answer, Endorsements: []*peer.Endorsement{{Endorser: by, Signature: value}}},
	})}}})
	return &gateway.EndorseResponse{PreparedTransaction: &common.Envelope{Payload: pack(&common.Payload{Header: &header, Data: tx})}}, nil
}

func (m *members) Submit(_ context.Context, r *gateway.SubmitRequest) (*gateway.SubmitResponse, error) {
	action, err := endorsedAction(r.GetPreparedTransaction())
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.submitted = nil
	for _, e := range action.GetEndorsements() {
		s := signature(e.GetEndorser(), e.GetSignature(), action.GetProposalResponsePayload(), e.GetEndorser())
		if !s.Holds {
			return nil, errors.New("a signature does not hold")
		}
		m.submitted = append(m.submitted, s.MSPID)
	}
	return &gateway.SubmitResponse{}, nil
}

func (m *members) CommitStatus(context.Context, *gateway.SignedCommitStatusRequest) (*gateway.CommitStatusResponse, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	code := m.code
	if m.takes != nil && !m.takes(m.submitted) {
		code = peer.TxValidationCode_ENDORSEMENT_POLICY_FAILURE
	}
	return &gateway.CommitStatusResponse{Result: code, BlockNumber: 7}, nil
}

func (m *members) Evaluate(_ context.Context, r *gateway.EvaluateRequest) (*gateway.EvaluateResponse, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b := pack(&common.BlockchainInfo{Height: m.of[r.GetTargetOrganizations()[0]].height})
	return &gateway.EvaluateResponse{Result: &peer.Response{Status: 200, Payload: b}}, nil
}

// set changes how members behave.
func (m *members) set(change func(of map[string]*member)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(m.of)
	m.asked = nil
}

func (m *members) times(name string) (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, asked := range m.asked {
		if asked == name {
			n++
		}
	}
	return n
}

// clock is a clock that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *clock) pass(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.now = c.now.Add(d) }

// consortium are four organisations of which two are enough.
func consortium(t *testing.T) (*Client, *members, *clock) {
	t.Helper()
	m := &members{of: map[string]*member{}}
	for _, name := range []string{"OwnerMSP", "BMSP", "CMSP", "DMSP"} {
		id, sign := someone(t)
		m.of[name] = &member{id: id, sign: sign, outcome: "same", height: 12}
	}
	c := clientOver(t, m)
	c.endorsers.learn(endorsed(true, "OwnerMSP", "BMSP"))
	c.endorsers.learn(endorsed(true, "CMSP", "DMSP"))
	clock := &clock{now: time.Now()}
	c.endorsers.conduct.now = clock.Now
	return c, m, clock
}

func (m *members) transact(t *testing.T, c *Client) error {
	t.Helper()
	a, err := c.Propose(t.Context(), make([]rootline.Submission, 1))
	if err != nil {
		return err
	}
	if err := a.Submit(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err = a.Wait(t.Context())
	return err
}

// avoided waits until exactly these organisations are avoided.
func avoided(t *testing.T, c *Client, want ...Avoided) {
	t.Helper()
	var got []Avoided
	for range 6000 { // a minute
		got = c.Avoided()
		if slices.EqualFunc(got, want, func(a, b Avoided) bool { return a.MSPID == b.MSPID && a.Fault == b.Fault }) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("avoided: %+v, want %+v", got, want)
}

const refusal = "chaincode response 500, "

// TestHostileEndorserIsAvoided: whatever one organisation's peer does, transactions take effect; it is named, avoided, and
// asked again when it behaves.
func TestHostileEndorserIsAvoided(t *testing.T) {
	no := refusal + wire.Refused{{Error: rootline.Refuse(rootline.CodeUnknownDevice)}}.Error()
	for _, c := range []struct {
		name  string
		fault Fault
		does  func(*member)
	}{
		{"it hangs", FaultSlow, func(m *member) { m.hangs = true }},
		{"it answers otherwise", FaultDiffers, func(m *member) { m.outcome = "other" }},
		{"it is behind", FaultHeight, func(m *member) { m.outcome, m.height = "other", 11 }},
		{"it refuses", FaultRefuses, func(m *member) { m.says = no }},
		{"its signature does not hold", FaultSignature, func(m *member) { m.garbled = true }},
		{"it signs as another", FaultSignature, func(m *member) { m.impostor = "DMSP" }},
		{"the own peer knows no peer of it", FaultAbsent, func(m *member) { m.absent = true }},
		{"its chaincode service is down", FaultFails, func(m *member) { m.says = "error in simulation: could not launch chaincode" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, peers, clock := consortium(t)
			good := *peers.of["CMSP"]
			peers.set(func(of map[string]*member) { c.does(of["CMSP"]) })
			for range 3 { // each of the three others has its turn
				if err := peers.transact(t, client); err != nil {
					t.Fatal(err)
				}
				if slices.Contains(peers.submitted, "CMSP") || len(peers.submitted) != 2 || peers.submitted[0] != "OwnerMSP" {
					t.Fatalf("endorsed by %v", peers.submitted)
				}
			}
			avoided(t, client, Avoided{MSPID: "CMSP", Fault: c.fault})
			want := 1
			if c.fault == FaultRefuses {
				want = 2 // once more, since it might have been behind
			}
			if n := peers.times("CMSP"); n != want {
				t.Fatalf("asked %d times", n)
			}

			// Tried after a while, without anybody waiting for it; avoided for longer while it goes on.
			before := client.Avoided()[0].Again
			clock.pass(firstAvoidance + time.Second)
			start := time.Now()
			if err := peers.transact(t, client); err != nil || peers.submitted[1] == "CMSP" {
				t.Fatal(err, peers.submitted)
			}
			if took := time.Since(start); c.fault == FaultSlow && took >= leastPatience {
				t.Errorf("a trial held a transaction up for %v", took)
			}
			for range 6000 { // a minute
				if client.Avoided()[0].Again.After(before) {
					break
				}
				time.Sleep(10 * time.Millisecond)
			}
			if pause := client.Avoided()[0].Again.Sub(clock.Now()); pause != 2*firstAvoidance {
				t.Errorf("avoided for another %v", pause)
			}

			// It behaves.
			peers.set(func(of map[string]*member) { *of["CMSP"] = good })
			clock.pass(time.Hour)
			if err := peers.transact(t, client); err != nil {
				t.Fatal(err)
			}
			avoided(t, client)
			peers.set(func(map[string]*member) {})
			for range 3 {
				if err := peers.transact(t, client); err != nil {
					t.Fatal(err)
				}
			}
			if peers.times("CMSP") != 1 {
				t.Errorf("of three transactions it endorsed %d", peers.times("CMSP"))
			}
		})
	}
}

// TestAPeerThatCaughtUpWasOnlyBehind: an honest peer that was behind when it judged stands level when it is asked for its
// height. It is not blamed as one that judges otherwise is.
func TestAPeerThatCaughtUpWasOnlyBehind(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault Fault
		does  func(*member)
	}{
		{"it read an older version", FaultHeight, func(m *member) { m.read = 6 }},
		{"it read another key", FaultDiffers, func(m *member) { m.outcome, m.read = "other", 7 }},
		{"it refuses what it takes a moment later", FaultHeight, func(m *member) { m.refuses = 1 }},
		{"it refuses again", FaultRefuses, func(m *member) { m.refuses = 2 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, peers, _ := consortium(t)
			peers.set(func(of map[string]*member) {
				for _, m := range of {
					m.read = 7
				}
				c.does(of["CMSP"])
			})
			for range 3 {
				if err := peers.transact(t, client); err != nil {
					t.Fatal(err)
				}
			}
			avoided(t, client, Avoided{MSPID: "CMSP", Fault: c.fault})
		})
	}
}

// TestPolicyFailureIsBlamed: an endorsement that looks well and is not taken.
func TestPolicyFailureIsBlamed(t *testing.T) {
	client, peers, _ := consortium(t)
	peers.code = peer.TxValidationCode_ENDORSEMENT_POLICY_FAILURE
	if err := peers.transact(t, client); kind(err) != "conflict" {
		t.Fatal(err)
	}
	avoided(t, client, Avoided{MSPID: peers.submitted[1], Fault: FaultPolicy})
	for range policyTries - 1 {
		_ = peers.transact(t, client)
	}
	if client.endorsers.needed() != 3 {
		t.Errorf("%d organisations are asked", client.endorsers.needed())
	}
}

// TestOwnPeerCannotEndorse: with a dead chaincode service at the own peer, others are enough.
func TestOwnPeerCannotEndorse(t *testing.T) {
	no := refusal + wire.Refused{{Error: rootline.Refuse(rootline.CodeUnknownDevice)}}.Error()
	for _, c := range []struct {
		name   string
		change func(of map[string]*member)
		want   string
	}{
		{"it is dead", func(of map[string]*member) { of["OwnerMSP"].says = "error in simulation: could not launch chaincode" }, "ok"},
		{"it hangs", func(of map[string]*member) { of["OwnerMSP"].hangs = true }, "ok"},
		{"one of the others is another's", func(of map[string]*member) {
			of["OwnerMSP"].says, of["BMSP"].outcome = "error in simulation", "other"
		}, "ok"},
		{"all others are down", func(of map[string]*member) {
			of["BMSP"].says, of["CMSP"].says, of["DMSP"].says = "x", "x", "x"
		}, "unavailable"},
		{"it refuses", func(of map[string]*member) { of["OwnerMSP"].says = no }, "refused"},
		{"it refuses and all others do", func(of map[string]*member) {
			for _, m := range of {
				m.says = no
			}
		}, "refused"},
		{"all others refuse", func(of map[string]*member) {
			of["BMSP"].says, of["CMSP"].says, of["DMSP"].says = no, no, no
		}, "mismatch"},
		{"it is dead, and all others refuse", func(of map[string]*member) {
			for _, m := range of {
				m.says = no
			}
			of["OwnerMSP"].says = "error in simulation"
		}, "mismatch"},
		{"all others agree on something else", func(of map[string]*member) {
			of["BMSP"].outcome, of["CMSP"].outcome, of["DMSP"].outcome = "other", "other", "other"
		}, "mismatch"},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, peers, _ := consortium(t)
			peers.set(c.change)
			err := peers.transact(t, client)
			if kind(err) != c.want {
				t.Fatalf("got %s (%v), want %s", kind(err), err, c.want)
			}
			if c.want == "ok" && (slices.Contains(peers.submitted, "OwnerMSP") || len(peers.submitted) != 2) {
				t.Errorf("endorsed by %v", peers.submitted)
			}
			if c.want == "refused" && len(client.Avoided()) > 0 {
				t.Errorf("avoided for a refusal that is right: %v", client.Avoided())
			}
			if c.want != "ok" {
				return
			}
			// The next goes to the others at once, and to the own peer again after a while.
			peers.set(func(map[string]*member) {})
			if err := peers.transact(t, client); err != nil || peers.times("OwnerMSP") > 0 {
				t.Fatalf("asked %v, %v", peers.asked, err)
			}
			client.endorsers.without = time.Time{}
			peers.set(func(of map[string]*member) { of["OwnerMSP"].says, of["OwnerMSP"].hangs = "", false })
			if err := peers.transact(t, client); err != nil || peers.times("OwnerMSP") != 1 {
				t.Fatalf("asked %v, %v", peers.asked, err)
			}
		})
	}
}
