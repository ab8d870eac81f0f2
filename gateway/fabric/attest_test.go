package fabric

import (
	"slices"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"

	"github.com/rootline/rootline/chaincode/wire"
)

// saying is an answer that read a key as a block wrote it.
func saying(t *testing.T, msp, value string, number uint64) *answer {
	t.Helper()
	pack := func(m proto.Message) []byte {
		b, err := proto.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	set := pack(&kvrwset.KVRWSet{Reads: []*kvrwset.KVRead{{Key: "L/", Version: &kvrwset.Version{BlockNum: number}}}})
	return &answer{msp: msp, action: &peer.ChaincodeEndorsedAction{ProposalResponsePayload: pack(&peer.ProposalResponsePayload{
		Extension: pack(&peer.ChaincodeAction{
			Results:  pack(&rwset.TxReadWriteSet{NsRwset: []*rwset.NsReadWriteSet{{Namespace: wire.Chaincode, Rwset: set}}}),
			Response: &peer.Response{Status: 200, Payload: []byte(value)},
		}),
	})}}
}

// What most say counts; of as many, what the own peer says, and then what is of later blocks. The others are asked again.
func TestWhatMostSayIsPutTogether(t *testing.T) {
	for name, c := range map[string]struct {
		said         []*answer
		most, others []string
	}{
		"nobody": {},
		"all alike": {
			[]*answer{saying(t, "A", "x", 5), saying(t, "B", "x", 5), saying(t, "C", "x", 5)}, []string{"A", "B", "C"}, nil,
		},
		"one lags": {
			[]*answer{saying(t, "A", "x", 4), saying(t, "B", "x", 5), saying(t, "C", "x", 5)}, []string{"B", "C"}, []string{"A"},
		},
		"two lie": {
			[]*answer{saying(t, "A", "x", 5), saying(t, "B", "y", 5), saying(t, "C", "y", 5), saying(t, "D", "x", 5)}, []string{"A", "D"}, []string{"B", "C"},
		},
		"without the own peer the later": {
			[]*answer{saying(t, "B", "y", 4), saying(t, "C", "y", 4), saying(t, "D", "x", 5), saying(t, "E", "x", 5)}, []string{"D", "E"}, []string{"B", "C"},
		},
	} {
		a := &attesting{Client: &Client{endorsers: endorsers{own: "A"}}, answers: map[string]*answer{}}
		for _, said := range c.said {
			a.answers[said.msp] = said
		}
		most, others := a.agreed()
		var got []string
		for _, said := range most {
			got = append(got, said.msp)
		}
		slices.Sort(got)
		if !slices.Equal(got, c.most) || !slices.Equal(others, c.others) {
			t.Errorf("%s: %v, others %v; want %v, %v", name, got, others, c.most, c.others)
		}
	}
}
