package block

import (
	"crypto/sha256"
	"fmt"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/channel"
)

// HeaderHash is the hash of a block's header: the SHA-256 of HeaderBytes.
func HeaderHash(number uint64, previous, data rootline.Hash) rootline.Hash {
	return rootline.HashOf(HeaderBytes(number, previous, data))
}

// HeaderBytes is a block's header as it is hashed and signed: its number, the previous block's hash and the data hash in
// ASN.1 DER. The zero previous hash stands for the empty one of block 0.
func HeaderBytes(number uint64, previous, data rootline.Hash) []byte {
	if previous.IsZero() {
		return channel.Header(number, nil, data[:])
	}
	return channel.Header(number, previous[:], data[:])
}

// DataHash is the hash of what a block holds: the SHA-256 over its envelopes, one after the other.
func DataHash(envelopes [][]byte) rootline.Hash {
	sum := sha256.New()
	for _, e := range envelopes {
		sum.Write(e)
	}
	return rootline.Hash(sum.Sum(nil))
}

// Position is a block that was read before.
type Position struct {
	Number uint64
	Hash   rootline.Hash
}

// Position is where the block lies in the chain.
func (b *Block) Position() Position { return Position{b.Number, b.Hash} }

// Break is the error of a block that does not continue the chain.
type Break struct {
	// Kind is a stable name: "number", "previous-hash" or "data-hash".
	Kind string
	// Block is the number of the block that was delivered.
	Block uint64
	// Want and Got are what the chain asks for and what the block has.
	Want, Got string
}

// The ways in which a block does not continue the chain.
const (
	BreakNumber   = "number"
	BreakPrevious = "previous-hash"
	BreakData     = "data-hash"
)

// Error implements error.
func (b *Break) Error() string {
	return fmt.Sprintf("block %d breaks the chain: its %s is %q where %q belongs", b.Block, b.Kind, b.Got, b.Want)
}

// Follows checks that the block continues the chain after last, or begins it when last is nil, and that it holds what
// its header says. The error is a *Break.
func (b *Block) Follows(last *Position) error {
	want, previous := uint64(0), rootline.Hash{}
	if last != nil {
		want, previous = last.Number+1, last.Hash
	}
	switch {
	case b.Number != want:
		return &Break{BreakNumber, b.Number, fmt.Sprint(want), fmt.Sprint(b.Number)}
	case b.Previous != previous:
		return &Break{BreakPrevious, b.Number, previous.String(), b.Previous.String()}
	case b.DataHash != b.Computed:
		return &Break{BreakData, b.Number, b.DataHash.String(), b.Computed.String()}
	}
	return nil
}
