package fabric

import (
	"bytes"
	"slices"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"

	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/fuzzing"
	"github.com/rootline/rootline/story/recorded"
)

// readOthers lets everything that reads what peers and orderers say read b: an answer, a block's signatures, consenters. None
// breaks down, and nothing is vouched for by those whose keys did not sign it.
func readOthers(t *testing.T, members *channel.Config, known consenters, b []byte) {
	t.Helper()
	if a, err := answerOf(b, "OwnerMSP", "L/", members); err == nil && a.Holds {
		t.Fatalf("%x is an answer that a member signed", b)
	}
	metadata := make([][]byte, common.BlockMetadataIndex_SIGNATURES+1)
	metadata[common.BlockMetadataIndex_SIGNATURES] = b
	block := &common.Block{
		Header: &common.BlockHeader{Number: 1 << 40, PreviousHash: b, DataHash: b},
		Data:   &common.BlockData{Data: [][]byte{b, nil}}, Metadata: &common.BlockMetadata{Metadata: metadata},
	}
	signed := signaturesOf(block, known)
	if len(signed.Transactions) != 2 {
		t.Fatalf("of two envelopes, %d are left", len(signed.Transactions))
	}
	for _, s := range signed.Orderers {
		if s.Holds {
			t.Fatalf("%x: %s signed a block that there is not", b, s.MSPID)
		}
	}
	_ = consentersIn(block)
}

// said are seeds: an answer, and what the recorded network's blocks hold.
func said(t testing.TB) (*channel.Config, consenters, [][]byte) {
	t.Helper()
	blocks, err := recorded.Blocks()
	if err != nil {
		t.Fatal(err)
	}
	first := new(Decoder).Block(blocks[0]).Raw
	state, err := channel.Begin(first, first.Hash())
	if err != nil {
		t.Fatal(err)
	}
	known := consentersIn(blocks[0])
	if len(known) == 0 {
		t.Fatal("no consenters in block 0")
	}
	out := [][]byte{nil, {0}, selfMade(t)}
	for _, b := range blocks[:5] {
		out = append(out, b.GetData().GetData()[0], b.GetMetadata().GetMetadata()[common.BlockMetadataIndex_SIGNATURES])
	}
	return state.Config(), known, out
}

// TestNoBytesOfOthersBreakTheClient changes, leaves out and cuts at bytes spread over each seed, the same ones each time.
func TestNoBytesOfOthersBreakTheClient(t *testing.T) {
	members, known, all := said(t)
	for _, seed := range all {
		readOthers(t, members, known, seed)
		for b := range fuzzing.Spoiled(seed) {
			readOthers(t, members, known, b)
		}
	}
}

// FuzzOthers is the same without an end.
func FuzzOthers(f *testing.F) {
	members, known, all := said(f)
	for _, b := range all {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) { readOthers(t, members, known, b) })
}

// FuzzBlock: a block that can be unpacked is read with each of its envelopes, in their order.
func FuzzBlock(f *testing.F) {
	blocks, err := recorded.Blocks()
	if err != nil {
		f.Fatal(err)
	}
	for _, b := range blocks[:5] {
		packed, err := proto.Marshal(b)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(packed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		raw := new(common.Block)
		if proto.Unmarshal(b, raw) != nil {
			return
		}
		read := new(Decoder).Block(raw)
		if len(read.Transactions) != len(raw.GetData().GetData()) || !slices.EqualFunc(read.Raw.Envelopes, raw.GetData().GetData(), bytes.Equal) {
			t.Fatalf("of %d envelopes, %d transactions are read", len(raw.GetData().GetData()), len(read.Transactions))
		}
		for i, tx := range read.Transactions {
			if tx.Index != i {
				t.Fatalf("transaction %d is called %d", i, tx.Index)
			}
		}
	})
}
