package fabric

import (
	"bytes"
	"runtime"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
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
}
