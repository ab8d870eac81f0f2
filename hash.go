package rootline

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Hash is a SHA-256 value. In JSON it is 64 lower-case hexadecimal digits; the zero Hash is "".
type Hash [sha256.Size]byte

// ParseHash reads 64 lower-case hexadecimal digits.
func ParseHash(s string) (Hash, error) {
	var h Hash
	if len(s) != hex.EncodedLen(len(h)) {
		return h, fault(Text{"a SHA-256 has 64 hexadecimal digits, this has %d characters", "SHA-256 应为 64 位十六进制数字，此处有 %d 个字符"}.Fill(len(s)))
	}
	if _, err := hex.Decode(h[:], []byte(s)); err != nil || hex.EncodeToString(h[:]) != s {
		return Hash{}, fault{"a SHA-256 is written in lower-case hexadecimal digits", "SHA-256 应以小写十六进制数字书写"}
	}
	return h, nil
}

// HashOf is the SHA-256 of b.
func HashOf(b []byte) Hash { return sha256.Sum256(b) }

// IsZero reports whether h was never set.
func (h Hash) IsZero() bool { return h == Hash{} }

// String gives the hexadecimal digits.
func (h Hash) String() string {
	if h.IsZero() {
		return ""
	}
	return hex.EncodeToString(h[:])
}

// MarshalJSON implements json.Marshaler.
func (h Hash) MarshalJSON() ([]byte, error) { return json.Marshal(h.String()) }

// UnmarshalJSON implements json.Unmarshaler.
func (h *Hash) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	if s == "" {
		*h = Hash{}
		return nil
	}
	v, err := ParseHash(s)
	if err != nil {
		return err
	}
	*h = v
	return nil
}

// UnmarshalCBOR reads a byte string of exactly 32 bytes. Left to themselves, decoders of CBOR fill an array from what has
// another length.
func (h *Hash) UnmarshalCBOR(b []byte) error {
	const head = "\x58\x20"
	if len(b) != len(head)+len(h) || string(b[:len(head)]) != head {
		return fmt.Errorf("a SHA-256 has 32 bytes")
	}
	copy(h[:], b[len(head):])
	return nil
}

// headDomain keeps a head from being mistaken for any other hash of the system.
const headDomain = "rootline/head/v1\n"

// NextHead links an event into the history of an asset:
// SHA-256(domain ‖ previous head ‖ sequence number, 8 bytes big-endian ‖ SHA-256 of the JWS signing input).
// The previous head of the first event, whose sequence number is 1, is 32 zero bytes.
func NextHead(previous Hash, seq uint64, event Hash) Hash {
	b := make([]byte, 0, len(headDomain)+2*sha256.Size+8)
	b = append(b, headDomain...)
	b = append(b, previous[:]...)
	b = binary.BigEndian.AppendUint64(b, seq)
	b = append(b, event[:]...)
	return sha256.Sum256(b)
}
