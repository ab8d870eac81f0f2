package channel

import (
	"bytes"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/rootline/rootline/limits"
)

// Hash is a SHA-256.
type Hash [sha256.Size]byte

// String is the hash in hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// ParseHash reads a hash of 64 hexadecimal digits.
func ParseHash(s string) (Hash, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != sha256.Size {
		return Hash{}, fmt.Errorf("%q is no SHA-256 in 64 hexadecimal digits", s)
	}
	return Hash(b), nil
}

// Block is a block as it was delivered.
type Block struct {
	Number             uint64
	Previous, DataHash []byte
	// Envelopes are what DataHash is of.
	Envelopes [][]byte
	// Signatures is the metadata of that name: the orderers' signatures. They cover the header, and what is beside the
	// signatures in this metadata.
	Signatures []byte
	// Flags are the peer's verdicts, one byte for each envelope, and CommitHash is the hash over them and those before.
	// Nobody signs them; orderers deliver none.
	Flags, CommitHash []byte
	// Try, when not nil, is asked before each envelope is read or verified. Of one that it does not let in nothing is read, and
	// what became of it is not recomputed. It lets whoever reads blocks note what ends the program.
	Try func(index int) bool
}

// lets reports whether an envelope may be read.
func (b *Block) lets(i int) bool { return b.Try == nil || b.Try(i) }

// The places of a block's metadata (common.BlockMetadataIndex).
const (
	metadataSignatures = 0
	metadataFlags      = 2
	metadataCommitHash = 4
)

// MaxBlock is how many bytes a block may have to be read by ParseBlock.
const MaxBlock = limits.BlockBytes

// ParseBlock reads a block from Fabric's message common.Block. Its members share the memory of b.
func ParseBlock(b []byte) (*Block, error) {
	if len(b) > MaxBlock {
		return nil, fmt.Errorf("channel: a block of %d bytes; %d at most are read", len(b), MaxBlock)
	}
	out := &Block{}
	var header, data, metadata []byte
	err := each(b, func(f field) error {
		switch {
		case f.is(1):
			header = join(header, f.bytes)
		case f.is(2):
			data = join(data, f.bytes)
		case f.is(3):
			metadata = join(metadata, f.bytes)
		}
		return nil
	})
	if err == nil {
		err = out.parseHeader(header)
	}
	if err == nil {
		err = each(data, func(f field) error {
			if len(out.Envelopes) >= limits.MessageMembers {
				return fmt.Errorf("it has more than %d envelopes", limits.MessageMembers)
			}
			if f.is(1) {
				out.Envelopes = append(out.Envelopes, f.bytes)
			}
			return nil
		})
	}
	if err == nil {
		var parts [][]byte
		err = each(metadata, func(f field) error {
			if f.is(1) && len(parts) <= metadataCommitHash {
				parts = append(parts, f.bytes)
			}
			return nil
		})
		out.SetMetadata(parts)
	}
	if err != nil {
		return nil, fmt.Errorf("channel: a block: %w", err)
	}
	return out, nil
}

func (b *Block) parseHeader(header []byte) error {
	return each(header, func(f field) error {
		switch {
		case f.isVarint(1):
			b.Number = f.varint
		case f.is(2):
			b.Previous = f.bytes
		case f.is(3):
			b.DataHash = f.bytes
		}
		return nil
	})
}

// SetMetadata takes what is used of a block's metadata.
func (b *Block) SetMetadata(parts [][]byte) {
	at := func(i int) []byte {
		if i < len(parts) {
			return parts[i]
		}
		return nil
	}
	b.Signatures, b.Flags = at(metadataSignatures), at(metadataFlags)
	// The commit hash lies in a message of its own, common.Metadata.
	b.CommitHash = nil
	_ = each(at(metadataCommitHash), func(f field) error { // what cannot be read is none
		if f.is(1) {
			b.CommitHash = f.bytes
		}
		return nil
	})
}

// header is what Fabric hashes of a block (protoutil.BlockHeaderBytes), in ASN.1 DER.
type header struct {
	Number       *big.Int
	PreviousHash []byte
	DataHash     []byte
}

// Header is the block's header as it is hashed and signed: its number, the previous block's hash and the data hash, in
// ASN.1 DER.
func (b *Block) Header() []byte { return Header(b.Number, b.Previous, b.DataHash) }

// Header is a block's header as it is hashed and signed. previous is empty for block 0.
func Header(number uint64, previous, data []byte) []byte {
	der, err := asn1.Marshal(header{new(big.Int).SetUint64(number), previous, data})
	if err != nil {
		panic("channel: a header is always encodable: " + err.Error())
	}
	return der
}

// Hash is the hash of the header, which the next block names as Previous.
func (b *Block) Hash() Hash { return sha256.Sum256(b.Header()) }

// computed is the hash of what the block holds, one envelope after the other.
func (b *Block) computed() []byte {
	sum := sha256.New()
	for _, e := range b.Envelopes {
		sum.Write(e)
	}
	return sum.Sum(nil)
}

// envelope is a message common.Envelope: a payload and the signature over it.
type envelope struct{ payload, signature []byte }

// errEnvelope is the error of an envelope that is not in the one form that it has. Since a block's data hash is over the
// envelopes without their borders, a moved border shows only by this.
var errEnvelope = errors.New("an envelope is not encoded as Fabric does")

// parseEnvelope reads an envelope and refuses what the encoder would not write (protoutil.VerifyTransactionsAreWellFormed).
func parseEnvelope(b []byte) (envelope, error) {
	var e envelope
	err := each(b, func(f field) error {
		switch {
		case f.is(1):
			e.payload = f.bytes
		case f.is(2):
			e.signature = f.bytes
		}
		return nil
	})
	if err != nil || !bytes.Equal(b, e.encode(make([]byte, 0, len(b)))) {
		return e, errEnvelope
	}
	return e, nil
}

func (e envelope) encode(b []byte) []byte {
	for i, part := range [][]byte{e.payload, e.signature} {
		if len(part) > 0 {
			b = protowire.AppendTag(b, protowire.Number(i+1), protowire.BytesType) // 1 and 2
			b = protowire.AppendBytes(b, part)
		}
	}
	return b
}
