package fabric

import (
	"bytes"
	"runtime"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
)

// A message of millions of members of two bytes each, which take a hundred bytes of memory each, is refused before that.
func TestMessagesOfMillionsOfMembersAreNotRead(t *testing.T) {
	many := func(number protowire.Number) []byte {
		return bytes.Repeat(protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), nil), 4<<20)
	}
	within := func(number protowire.Number, b []byte) []byte {
		return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), b)
	}
	for name, c := range map[string]struct {
		b    []byte
		into proto.Message
	}{
		"actions":      {many(1), &peer.Transaction{}},
		"endorsements": {within(2, many(2)), &peer.ChaincodeActionPayload{}},
		"arguments":    {within(1, within(3, many(1))), &peer.ChaincodeInvocationSpec{}},
		"namespaces":   {many(2), &rwset.TxReadWriteSet{}},
		"reads":        {many(1), &kvrwset.KVRWSet{}},
		"writes":       {many(3), &kvrwset.KVRWSet{}},
		"signatures":   {many(2), &common.Metadata{}},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := read(name, c.b, c.into)
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; err == nil || took > 1<<20 {
			t.Errorf("%s: %d bytes are taken, %v", name, took, err)
		}
	}
	// What a peer answers is bounded alike, and read as ever otherwise.
	envelopes := within(2, within(2, many(1)))
	if err := codec.Unmarshal(mem.BufferSlice{mem.SliceBuffer(envelopes)}, &peer.DeliverResponse{}); err == nil {
		t.Error("a block of millions of envelopes is read")
	}
	for _, size := range []int{10, 1 << 20} {
		want := &peer.DeliverResponse{Type: &peer.DeliverResponse_Block{Block: &common.Block{Data: &common.BlockData{Data: [][]byte{make([]byte, size)}}}}}
		sent, err := codec.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		got := &peer.DeliverResponse{}
		if err := codec.Unmarshal(sent, got); err != nil || !proto.Equal(got, want) {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}
