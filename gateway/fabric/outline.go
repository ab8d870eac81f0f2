package fabric

import (
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/limits"
)

// outline reads of a transaction that ended this program again and again what those after it depend on: its id, its time and
// what it wrote. It shares nothing with the reading that the program died of: it walks over the bytes, keeps parts of them, and
// stops at a bound. What is not as it should be is passed over.
func outline(t *block.Transaction, envelope []byte) {
	payload := within(envelope, 1)
	head := within(payload, 1, 1)
	t.ID, t.Channel = string(within(head, 5)), string(within(head, 4))
	stamp := within(head, 3)
	t.Timestamp = rootline.InstantOf(time.Unix(int64(varint(stamp, 1)), int64(varint(stamp, 2)))) // as protobuf has it
	// Payload.data → Transaction.actions → payload → ChaincodeActionPayload.action → proposal_response_payload → extension →
	// ChaincodeAction.results
	results := within(payload, 2, 1, 2, 2, 1, 2, 1)
	walk(results, 2, func(namespace []byte) bool {
		name := string(within(namespace, 1))
		return walk(within(namespace, 2), 3, func(w []byte) bool {
			t.Writes = append(t.Writes, block.Write{
				Namespace: name, Key: string(within(w, 1)), Value: within(w, 3), Delete: varint(w, 2) != 0,
			})
			return len(t.Writes) < limits.MessageMembers
		})
	})
}

// walk calls f for each field of a message that has a number and holds bytes, while it returns true; so does walk then.
func walk(b []byte, number protowire.Number, f func([]byte) bool) bool {
	for len(b) > 0 {
		at, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return true
		}
		b = b[n:]
		length := protowire.ConsumeFieldValue(at, kind, b)
		if length < 0 {
			return true
		}
		if at == number && kind == protowire.BytesType {
			if v, n := protowire.ConsumeBytes(b); n >= 0 && !f(v) {
				return false
			}
		}
		b = b[length:]
	}
	return true
}

// within follows a path of fields, the last of each number, as protobuf takes it.
func within(b []byte, path ...protowire.Number) []byte {
	for _, number := range path {
		var last []byte
		walk(b, number, func(v []byte) bool { last = v; return true })
		b = last
	}
	return b
}

// varint is the last number of a field.
func varint(b []byte, number protowire.Number) (last uint64) {
	for len(b) > 0 {
		at, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return last
		}
		b = b[n:]
		if at == number && kind == protowire.VarintType {
			if v, n := protowire.ConsumeVarint(b); n >= 0 {
				last = v
			}
		}
		if n = protowire.ConsumeFieldValue(at, kind, b); n < 0 {
			return last
		}
		b = b[n:]
	}
	return last
}
