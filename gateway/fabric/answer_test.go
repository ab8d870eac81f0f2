package fabric

import (
	"crypto/sha256"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	gateways "github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"

	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/story/recorded"
)

// The own peer passes on what others answer. A certificate that it made itself, in another organisation's name, vouches
// for nothing.
func TestAnAnswerInAnotherOrganisationsNameDoesNotHold(t *testing.T) {
	blocks, err := recorded.Blocks()
	if err != nil {
		t.Fatal(err)
	}
	first := new(Decoder).Block(blocks[0]).Raw
	state, err := channel.Begin(first, first.Hash())
	if err != nil {
		t.Fatal(err)
	}
	prepared := selfMade(t)
	for name, members := range map[string]*channel.Config{"known members": state.Config(), "no members yet": nil} {
		a, err := answerOf(prepared, "OwnerMSP", "L/", members)
		if err != nil {
			t.Fatal(err)
		}
		if a.Holds || string(a.Value) != "forged" {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

// selfMade is an answer that is right in all but who signed it.
func selfMade(t testing.TB) []byte {
	t.Helper()
	pack := func(m proto.Message) []byte {
		b, err := proto.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	id, sign := someone(t)
	endorser := pack(&msp.SerializedIdentity{Mspid: "OwnerMSP", IdBytes: id.Credentials()})
	header := &common.Header{ChannelHeader: []byte{}, SignatureHeader: []byte{}}
	proposal := pack(&peer.ChaincodeProposalPayload{})
	asked := sha256.Sum256(proposal)
	said := pack(&peer.ProposalResponsePayload{ProposalHash: asked[:], Extension: pack(&peer.ChaincodeAction{
		ChaincodeId: &peer.ChaincodeID{Name: wire.Chaincode}, Response: &peer.Response{Status: 200, Payload: []byte("forged")},
	})})
	digest := sha256.Sum256(append(append([]byte{}, said...), endorser...))
	signature, err := sign(digest[:])
	if err != nil {
		t.Fatal(err)
	}
	if !signatureHolds(endorser, signature, said) {
		t.Fatal("its signature does not even hold")
	}
	action := pack(&peer.ChaincodeActionPayload{ChaincodeProposalPayload: proposal, Action: &peer.ChaincodeEndorsedAction{
		ProposalResponsePayload: said, Endorsements: []*peer.Endorsement{{Endorser: endorser, Signature: signature}},
	}})
	payload := pack(&common.Payload{Header: header, Data: pack(&peer.Transaction{Actions: []*peer.TransactionAction{{Payload: action}}})})
	return pack(&gateways.PreparedTransaction{Envelope: &common.Envelope{Payload: payload}})
}

func signatureHolds(endorser, value, said []byte) bool {
	return signature(endorser, value, said, endorser).Holds
}
