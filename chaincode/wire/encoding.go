package wire

import (
	"fmt"

	"github.com/fxamacker/cbor/v2"
	"github.com/klauspost/compress/zstd"

	"github.com/rootline/rootline/limits"
)

// Records and batches are CBOR (RFC 8949) in its core deterministic form: the same value gives the same bytes on every
// peer. It takes a third of what JSON takes, mostly because hashes are 32 bytes and not 64 digits.
var (
	encoding = must(cbor.CoreDetEncOptions().EncMode())
	decoding = decoder(limits.RecordElements, limits.RecordPairs, limits.RecordNesting)
	// A batch is an array of events, an event a map of five, its proof an array with a path in it. What each says of its
	// length is compared with these before anything is made of it.
	decodingBatch = decoder(limits.BatchEvents, fewest, batchNesting)
)

const (
	// fewest is the least bound of pairs that the library knows.
	fewest       = 16
	batchNesting = 4
)

func decoder(elements, pairs, nesting int) cbor.DecMode {
	return must(cbor.DecOptions{
		DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthForbidden, TagsMd: cbor.TagsForbidden,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField, IntDec: cbor.IntDecConvertSignedOrFail,
		MaxArrayElements: elements, MaxMapPairs: pairs, MaxNestedLevels: nesting,
	}.DecMode())
}

// Batches are compressed too. Their events resemble each other, and a transaction's arguments are kept for ever by
// every peer and orderer.
var (
	compressor   = must(zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(1)))
	decompressor = must(zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(limits.UnpackedBytes),
		zstd.WithDecoderMaxWindow(limits.UnpackedBytes)))
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Sprintf("wire: %v", err)) // a wrong constant above, found by any test
	}
	return v
}
