package fabric

import (
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"

	"github.com/rootline/rootline/gateway/block"
)

// FuzzTransaction: whatever lies in a block is read, or marked as what cannot be read. It is never left out.
func FuzzTransaction(f *testing.F) {
	pack := func(m proto.Message) []byte {
		b, err := proto.Marshal(m)
		if err != nil {
			f.Fatal(err)
		}
		return b
	}
	call := pack(&peer.ChaincodeInvocationSpec{ChaincodeSpec: &peer.ChaincodeSpec{
		ChaincodeId: &peer.ChaincodeID{Name: "rootline"}, Input: &peer.ChaincodeInput{Args: [][]byte{[]byte("Record"), []byte("x")}},
	}})
	header := &common.Header{
		ChannelHeader:   pack(&common.ChannelHeader{Type: int32(common.HeaderType_ENDORSER_TRANSACTION), TxId: "t"}),
		SignatureHeader: pack(&common.SignatureHeader{}),
	}
	whole := func(actions ...*peer.TransactionAction) []byte {
		return pack(&common.Envelope{Payload: pack(&common.Payload{Header: header, Data: pack(&peer.Transaction{Actions: actions})})})
	}
	action := &peer.TransactionAction{Payload: pack(&peer.ChaincodeActionPayload{
		ChaincodeProposalPayload: pack(&peer.ChaincodeProposalPayload{Input: call}),
		Action: &peer.ChaincodeEndorsedAction{ProposalResponsePayload: pack(&peer.ProposalResponsePayload{
			Extension: pack(&peer.ChaincodeAction{ChaincodeId: &peer.ChaincodeID{Name: "rootline"}}),
		})},
	})}
	for _, seed := range [][]byte{nil, {0xff}, whole(), whole(action), whole(action, action), whole(action)[:40]} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, envelope []byte) {
		var d Decoder
		b := d.Block(&common.Block{Data: &common.BlockData{Data: [][]byte{envelope, envelope}}})
		if len(b.Transactions) != 2 || b.Transactions[0].Malformed != b.Transactions[1].Malformed {
			t.Fatalf("read as %+v", b)
		}
		for _, tx := range b.Transactions {
			var kept int
			for _, a := range tx.Args {
				kept += len(a)
			}
			if kept+len(tx.Function)+len(tx.Chaincode) > 2*len(envelope) || block.Kept(tx.Malformed, 2000) == "" && tx.Malformed != "" {
				t.Fatalf("%d bytes became %d", len(envelope), kept)
			}
		}
	})
}
