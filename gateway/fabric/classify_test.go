package fabric

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/protoadapt"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
)

// answers is a peer's gateway service that answers as told, over real gRPC, in the words of Fabric 3.1.
type answers struct {
	gateway.UnimplementedGatewayServer
	endorse, submit, commit, evaluate error
	code                              peer.TxValidationCode
	// asked are the organisations that each proposal named; endorse is for those that named none.
	asked [][]string
}

func (a *answers) Endorse(_ context.Context, r *gateway.EndorseRequest) (*gateway.EndorseResponse, error) {
	a.asked = append(a.asked, r.GetEndorsingOrganizations())
	if len(r.GetEndorsingOrganizations()) == 0 && a.endorse != nil {
		return nil, a.endorse
	}
	// What the client reads of an endorsed transaction: its channel and an empty result.
	var proposal peer.Proposal
	if err := proto.Unmarshal(r.GetProposedTransaction().GetProposalBytes(), &proposal); err != nil {
		return nil, err
	}
	var header common.Header
	if err := proto.Unmarshal(proposal.GetHeader(), &header); err != nil {
		return nil, err
	}
	pack := func(m proto.Message) []byte { b, _ := proto.Marshal(m); return b }
	action := pack(&peer.ChaincodeActionPayload{Action: &peer.ChaincodeEndorsedAction{
		ProposalResponsePayload: pack(&peer.ProposalResponsePayload{Extension: pack(&peer.ChaincodeAction{})}),
	}})
	tx := pack(&peer.Transaction{Actions: []*peer.TransactionAction{{Payload: action}}})
	return &gateway.EndorseResponse{PreparedTransaction: &common.Envelope{
		Payload: pack(&common.Payload{Header: &header, Data: tx}),
	}}, nil
}

func (a *answers) Submit(context.Context, *gateway.SubmitRequest) (*gateway.SubmitResponse, error) {
	return &gateway.SubmitResponse{}, a.submit
}

func (a *answers) CommitStatus(ctx context.Context, _ *gateway.SignedCommitStatusRequest) (*gateway.CommitStatusResponse, error) {
	if errors.Is(a.commit, context.DeadlineExceeded) { // a peer that does not know a transaction does not answer
		<-ctx.Done()
		return nil, status.FromContextError(ctx.Err()).Err()
	}
	return &gateway.CommitStatusResponse{Result: a.code, BlockNumber: 7}, a.commit
}

func (a *answers) Evaluate(context.Context, *gateway.EvaluateRequest) (*gateway.EvaluateResponse, error) {
	b, _ := proto.Marshal(&common.BlockchainInfo{Height: 12})
	return &gateway.EvaluateResponse{Result: &peer.Response{Status: 200, Payload: b}}, a.evaluate
}

func clientOf(t *testing.T, a *answers) *Client { return clientOver(t, a) }

func clientOver(t *testing.T, a gateway.GatewayServer) *Client {
	t.Helper()
	listener := bufconn.Listen(1 << 20)
	server := grpc.NewServer()
	gateway.RegisterGatewayServer(server, a)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	conn, err := grpc.NewClient("passthrough:///peer", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(context.Context, string) (net.Conn, error) { return listener.Dial() }))
	if err != nil {
		t.Fatal(err)
	}
	id, sign := someone(t)
	c, err := over(conn, Config{Channel: "works", CommitTimeout: 300 * time.Millisecond}.withDefaults(), id, sign)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func someone(t testing.TB) (identity.Identity, identity.Sign) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	id, err := identity.NewX509Identity("OwnerMSP", cert)
	if err != nil {
		t.Fatal(err)
	}
	sign, err := identity.NewPrivateKeySign(key)
	if err != nil {
		t.Fatal(err)
	}
	return id, sign
}

func failure(code codes.Code, text string, details ...string) error {
	s := status.New(code, text)
	var list []protoadapt.MessageV1
	for i, d := range details {
		list = append(list, protoadapt.MessageV1Of(&gateway.ErrorDetail{Address: fmt.Sprint("peer", i), MspId: mspOf(text), Message: d}))
	}
	if s2, err := s.WithDetails(list...); err == nil && len(list) > 0 {
		s = s2
	}
	return s.Err()
}

// mspOf is whose peer failed, by the words of the failure.
func mspOf(text string) string {
	if text == ownPeer {
		return "OwnerMSP"
	}
	return "XMSP"
}

func kind(err error) string {
	for name, match := range map[string]func() bool{
		"refused":     func() bool { var e *Refused; return errors.As(err, &e) },
		"conflict":    func() bool { var e *Conflict; return errors.As(err, &e) },
		"mismatch":    func() bool { var e *Mismatch; return errors.As(err, &e) },
		"unavailable": func() bool { var e *Unavailable; return errors.As(err, &e) },
		"unknown":     func() bool { var e *Unknown; return errors.As(err, &e) },
	} {
		if match() {
			return name
		}
	}
	if err == nil {
		return "ok"
	}
	return "untyped: " + err.Error()
}

const (
	ownPeer = "failed to endorse transaction, see attached details for more info"
	others  = "failed to collect enough transaction endorsements, see attached details for more info"
	quorum  = "insufficient number of orderers could successfully process transaction to satisfy quorum requirement"
)

func TestProposalErrors(t *testing.T) {
	no := "chaincode response 500, " + wire.Refused{{Index: 3, Error: rootline.Refuse(rootline.CodeUnknownDevice)}}.Error()
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"the own peer's chaincode refuses", failure(codes.Aborted, ownPeer, no), "refused"},
		{"another peer's chaincode refuses", failure(codes.Aborted, others, no), "mismatch"},
		{"other bytes", failure(codes.Aborted, others, "ProposalResponsePayloads do not match"), "mismatch"},
		{"one peer is down, another differs", failure(codes.Aborted, others, "connection refused", "ProposalResponsePayloads do not match"), "mismatch"},
		{"other peers are down", failure(codes.Aborted, others, "connection refused", "connection refused"), "unavailable"},
		{"the chaincode service is down", failure(codes.Aborted, ownPeer, "error in simulation: could not launch chaincode"), "unavailable"},
		{"a chaincode fault without a list", failure(codes.Aborted, ownPeer, "chaincode response 500, store: read 3 records: 0 values came back"), "unavailable"},
		{"no plan", failure(codes.FailedPrecondition, "no combination of peers can be derived which satisfy the endorsement policy"), "unavailable"},
		{"the peer is down", failure(codes.Unavailable, "connection refused"), "unavailable"},
		{"too slow", failure(codes.DeadlineExceeded, "endorsement timeout expired while collecting endorsements"), "unavailable"},
		{"too many at once", failure(codes.ResourceExhausted, "too many requests"), "unavailable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := clientOf(t, &answers{endorse: c.err}).Propose(t.Context(), make([]rootline.Submission, 1))
			if kind(err) != c.want {
				t.Fatalf("got %s (%v), want %s", kind(err), err, c.want)
			}
			var refused *Refused
			if errors.As(err, &refused) && (len(refused.List) != 1 || refused.List[0].Index != 3) {
				t.Errorf("list %v", refused.List)
			}
		})
	}
}

func TestSubmitErrors(t *testing.T) {
	busy := "received unsuccessful response from orderer: status=SERVICE_UNAVAILABLE, info=failed to submit request: request already processed"
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"taken", nil, "ok"},
		{"no orderer is known", failure(codes.Unavailable, "no orderer nodes available"), "unavailable"},
		{"the channel's orderers are not known", failure(codes.FailedPrecondition, "failed to get config"), "unavailable"},
		{"on its way already", failure(codes.Unavailable, quorum, busy, busy), "unknown"},
		{"two orderers are down", failure(codes.Unavailable, quorum, "connection refused", "connection refused"), "unknown"},
		{"too slow", failure(codes.DeadlineExceeded, "submit timeout expired while broadcasting to ordering service"), "unknown"},
		{"the peer went away", failure(codes.Unavailable, "error reading from server: EOF"), "unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := clientOf(t, &answers{submit: c.err}).Propose(t.Context(), make([]rootline.Submission, 1))
			if err != nil {
				t.Fatal(err)
			}
			if err := a.Submit(t.Context()); kind(err) != c.want {
				t.Errorf("got %s (%v), want %s", kind(err), err, c.want)
			}
		})
	}
}

func TestCommitErrorsAndResolving(t *testing.T) {
	for _, c := range []struct {
		name          string
		peer          answers
		wait, resolve string
		found         bool
	}{
		{"valid", answers{}, "ok", "ok", true},
		{"conflict", answers{code: peer.TxValidationCode_MVCC_READ_CONFLICT}, "conflict", "ok", true},
		{"policy", answers{code: peer.TxValidationCode_ENDORSEMENT_POLICY_FAILURE}, "conflict", "ok", true},
		{"not there", answers{commit: context.DeadlineExceeded}, "unknown", "ok", false},
		{"peer down", answers{
			commit: failure(codes.Unavailable, "connection refused"), evaluate: failure(codes.Unavailable, "connection refused"),
		}, "unknown", "unavailable", false},
		{"peer stops between", answers{commit: failure(codes.Unavailable, "EOF")}, "unknown", "unavailable", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := clientOf(t, &c.peer)
			a, err := client.Propose(t.Context(), make([]rootline.Submission, 1))
			if err != nil {
				t.Fatal(err)
			}
			if err := a.Submit(t.Context()); err != nil {
				t.Fatal(err)
			}
			block, err := a.Wait(t.Context())
			if kind(err) != c.wait || err == nil && block != 7 {
				t.Errorf("wait: got %s (%v), block %d, want %s", kind(err), err, block, c.wait)
			}
			fate, err := client.Resolve(t.Context(), a.TxID())
			if kind(err) != c.resolve || fate.Found != c.found {
				t.Fatalf("resolve: got %+v, %v", fate, err)
			}
			if err != nil {
				return
			}
			if fate.Found && (fate.Block != 7 || fate.Valid != (c.wait == "ok") || kind(fate.Err("x")) != c.wait) {
				t.Errorf("fate %+v", fate)
			}
			if !fate.Found && fate.Height != 12 {
				t.Errorf("fate %+v", fate)
			}
		})
	}
}
