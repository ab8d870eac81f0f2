package e2e

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/hash"
	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	api "github.com/rootline/rootline/client"
	"github.com/rootline/rootline/e2e/stage"
	"github.com/rootline/rootline/network"
)

// A member's own client calls the chaincode past its gateway, each time so that what would be VALID is read otherwise by
// whoever reads blocks. No peer endorses it; the same event by the usual call is recorded, and nobody alarms.
func TestACallThatSplitsReadersIsNotEndorsed(t *testing.T) {
	w := site(t)
	readers := []*api.Gateway{w.owner, w.regulator}
	before := make([]int, len(readers))
	for i, g := range readers {
		before[i] = stage.AwaitBlock(t, g, 0).Alarms
	}
	past, sign, conn := w.past(network.Contractor)
	contract := past.GetNetwork(network.Channel).GetContract(wire.Chaincode)
	sub := w.sign(w.nursery, w.selecting(rootline.NewCode(contractorPrefix)))
	arg, err := wire.EncodeBatch([]rootline.Submission{sub})
	w.ok(err)
	usual := client.WithArguments(arg)
	proposal := func(function string, options ...client.ProposalOption) func() *client.Proposal {
		return func() *client.Proposal {
			p, err := contract.NewProposal(function, options...)
			w.ok(err)
			return p
		}
	}
	for name, forge := range map[string]func() *client.Proposal{
		"another argument":    proposal(wire.FnRecord, client.WithArguments(arg, "extra")),
		"small letters":       proposal("record", usual),
		"the contract's name": proposal("Contract:Record", usual),
		"transient data":      proposal(wire.FnRecord, usual, client.WithTransient(map[string][]byte{"x": []byte("y")})),
	} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		_, err := forge().EndorseWithContext(ctx)
		cancel()
		if err == nil || !strings.Contains(details(err), string(rootline.CodeBadCall)) {
			t.Errorf("%s: %s", name, details(err))
		}
	}
	// The peer's gateway service plans by the call's own name; a client that asks the peer itself has it run what the
	// channel header names.
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	answer, err := peer.NewEndorserClient(conn).ProcessProposal(ctx, w.renamed(proposal(wire.FnRecord, usual)(), sign))
	if said := answer.GetResponse().GetMessage(); answer.GetEndorsement() != nil || !strings.Contains(said, string(rootline.CodeBadCall)) {
		t.Errorf("another name: %v, %s", err, said)
	}
	w.do(sub)
	idle(t, w)
	for i, g := range readers {
		if got := stage.AwaitBlock(t, g, 0).Alarms; got != before[i] {
			t.Errorf("%s: %d alarms, then %d", g.URL(), before[i], got)
		}
	}
}

// A member's own client has transactions put into blocks that hold no action, nothing endorsed, or nothing that can be read,
// beside others that are in order. Fabric as it is released ends or stops every peer with them, for good (network/mend.go). Here they have no effect, and
// everybody reads on.
func TestATransactionWithoutAnActionEndsNoPeer(t *testing.T) {
	w := site(t)
	readers := []*api.Gateway{w.owner, w.regulator}
	before := []int{stage.AwaitBlock(t, w.owner, 0).Alarms, stage.AwaitBlock(t, w.regulator, 0).Alarms}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	forge := w.forger(ctx)
	for range 5 { // the order and the blocks are the orderers'
		forge()
		w.do(w.sign(w.nursery, w.selecting(rootline.NewCode(contractorPrefix))))
	}
	idle(t, w)
	processes, err := ledger.Network.Status(ctx)
	w.ok(err)
	for _, p := range processes {
		if !p.Running {
			t.Errorf("%s ended", p.Process.Name)
		}
	}
	for i, g := range readers {
		if n := stage.AwaitBlock(t, g, 0).Alarms; n != before[i] {
			t.Errorf("%s: %d alarms, then %d", g.URL(), before[i], n)
		}
	}
}

// forger gives what has the contractor's own client put three transactions into blocks: one that holds no action, one of which nothing can be
// read, and one with nothing endorsed.
func (w *works) forger(ctx context.Context) func() {
	w.Helper()
	past, sign, conn := w.past(network.Contractor)
	contract := past.GetNetwork(network.Channel).GetContract(wire.Chaincode)
	forge := func(data func(header *common.Header, p *peer.Proposal) []byte) {
		proposal, err := contract.NewProposal(wire.FnRecord)
		w.ok(err)
		b, err := proposal.Bytes()
		w.ok(err)
		var proposed gateway.ProposedTransaction
		var whole peer.Proposal
		var header common.Header
		w.ok(proto.Unmarshal(b, &proposed))
		w.ok(proto.Unmarshal(proposed.GetProposal().GetProposalBytes(), &whole))
		w.ok(proto.Unmarshal(whole.GetHeader(), &header))
		payload := w.pack(&common.Payload{Header: &header, Data: data(&header, &whole)})
		signature, err := sign(hash.SHA256(payload))
		w.ok(err)
		_, err = gateway.NewGatewayClient(conn).Submit(ctx, &gateway.SubmitRequest{
			TransactionId: proposed.GetTransactionId(), ChannelId: network.Channel,
			PreparedTransaction: &common.Envelope{Payload: payload, Signature: signature},
		})
		w.ok(err)
	}
	return func() {
		forge(func(*common.Header, *peer.Proposal) []byte { return nil })
		forge(func(*common.Header, *peer.Proposal) []byte { return []byte{0xff} })
		forge(func(h *common.Header, p *peer.Proposal) []byte {
			return w.pack(&peer.Transaction{Actions: []*peer.TransactionAction{{
				Header: h.GetSignatureHeader(), Payload: w.pack(&peer.ChaincodeActionPayload{ChaincodeProposalPayload: p.GetPayload()}),
			}}})
		})
	}
}

// pack is a message's bytes.
func (w *works) pack(m proto.Message) []byte {
	w.Helper()
	b, err := proto.Marshal(m)
	w.ok(err)
	return b
}

// renamed has the call name another chaincode than the one that the channel header has peers run.
func (w *works) renamed(p *client.Proposal, sign identity.Sign) *peer.SignedProposal {
	w.Helper()
	b, err := p.Bytes()
	w.ok(err)
	var proposed gateway.ProposedTransaction
	var whole peer.Proposal
	var payload peer.ChaincodeProposalPayload
	var call peer.ChaincodeInvocationSpec
	w.ok(proto.Unmarshal(b, &proposed))
	w.ok(proto.Unmarshal(proposed.GetProposal().GetProposalBytes(), &whole))
	w.ok(proto.Unmarshal(whole.GetPayload(), &payload))
	w.ok(proto.Unmarshal(payload.GetInput(), &call))
	call.ChaincodeSpec.ChaincodeId.Name = "other"
	payload.Input = w.pack(&call)
	whole.Payload = w.pack(&payload)
	signed := &peer.SignedProposal{ProposalBytes: w.pack(&whole)}
	signed.Signature, err = sign(hash.SHA256(signed.GetProposalBytes()))
	w.ok(err)
	return signed
}

// details is an error with what each peer said, which a gRPC error keeps apart from its text.
func details(err error) string {
	text := status.Convert(err).Message()
	for _, d := range status.Convert(err).Details() {
		if one, ok := d.(*gateway.ErrorDetail); ok {
			text += "\n" + one.GetMessage()
		}
	}
	return text
}
