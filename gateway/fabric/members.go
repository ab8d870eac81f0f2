package fabric

import (
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// countMembers counts the members of a message and of the messages within it down from left, without taking memory for them. It
// returns what is left; less than nothing when there are more. What is no message is counted as far as it is one.
func countMembers(b []byte, of protoreflect.MessageDescriptor, left int) int {
	for len(b) > 0 && left >= 0 {
		left--
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return left
		}
		size := protowire.ConsumeFieldValue(number, kind, b[n:])
		if size < 0 {
			return left
		}
		if f := of.Fields().ByNumber(number); f != nil && f.Message() != nil && kind == protowire.BytesType {
			inner, _ := protowire.ConsumeBytes(b[n:])
			left = countMembers(inner, f.Message(), left)
		}
		b = b[n+size:]
	}
	return left
}
