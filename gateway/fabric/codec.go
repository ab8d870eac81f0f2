package fabric

import (
	"fmt"

	"google.golang.org/grpc/encoding"
	grpcproto "google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"

	"github.com/rootline/rootline/limits"
)

// codec is gRPC's, but for answers of more members than there is reason for: a block of a hundred million empty envelopes
// fits into what one message may have.
var codec encoding.CodecV2 = boundedCodec{encoding.GetCodecV2(grpcproto.Name)}

type boundedCodec struct{ encoding.CodecV2 }

// Unmarshal implements encoding.CodecV2.
func (c boundedCodec) Unmarshal(data mem.BufferSlice, v any) error {
	into, ok := v.(proto.Message)
	if !ok || data.Len() <= limits.MessageMembers {
		return c.CodecV2.Unmarshal(data, v)
	}
	if err := read("answer", data.Materialize(), into); err != nil {
		return fmt.Errorf("fabric: %w", err)
	}
	return nil
}
