package jws

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"

	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/strictjson"
)

// Algorithm is the only permitted value of "alg": ECDSA on P-256 with SHA-256.
const Algorithm = "ES256"

// Header is the protected header: these four members and no others, in any order.
type Header struct {
	Alg string `json:"alg"`
	// Typ says what kind of message it is, so that none can be taken for another.
	Typ string `json:"typ"`
	// Kid is the thumbprint of the signing key.
	Kid string `json:"kid"`
	// Net is the id of the ledger that the message is for, so that none can be replayed on another.
	Net string `json:"net"`
}

// Signed is a JWS that has the right form. Nothing says yet that its signature is good: call Verify.
type Signed struct {
	Header
	Payload []byte
	// digest is the hash of what was signed: header and payload in base64url with a dot between.
	digest    [sha256.Size]byte
	signature []byte
}

// signatureSize is the length of r and s, 32 bytes each.
const signatureSize = 64

// The ways in which a JWS is not ours.
var (
	ErrForm      error = &fault{"not a JWS in compact form", "不是紧凑格式的 JWS"}
	ErrHeader    error = &fault{"the protected header is not exactly alg ES256, typ, kid and net", "受保护的头部应恰好包含 alg（ES256）、typ、kid 和 net"}
	ErrLong      error = &fault{"it is longer than any message that is signed", "超过签名消息的最大长度"}
	ErrSignature error = &fault{"the signature does not match the key", "签名与密钥不符"}
)

// fault is an error in both languages.
type fault struct{ en, zh string }

// Error implements error.
func (f *fault) Error() string { return f.en }

// Words gives the error in English and in Chinese, as a part of a sentence.
func (f *fault) Words() (en, zh string) { return f.en, f.zh }

// Parse takes a compact JWS apart and checks its form and header. Errors are ErrForm, ErrHeader or ErrLong.
func Parse(compact string) (*Signed, error) {
	head, rest, ok := strings.Cut(compact, ".")
	body, tail, ok2 := strings.Cut(rest, ".")
	if !ok || !ok2 || head == "" || body == "" {
		return nil, ErrForm
	}
	if len(head) > maxHeader {
		return nil, ErrHeader
	}
	if len(compact) > limits.EventBytes {
		return nil, ErrLong
	}
	header, errH := decode(head)
	payload, errP := decode(body)
	signature, errS := decode(tail)
	if errH != nil || errP != nil || errS != nil {
		return nil, ErrForm
	}
	s := &Signed{Payload: payload, signature: signature}
	if err := s.Header.parse(header); err != nil {
		return nil, err
	}
	if len(signature) != signatureSize {
		return nil, ErrForm
	}
	s.digest = sha256.Sum256([]byte(compact[:len(head)+1+len(body)]))
	return s, nil
}

// ParseHeader reads the header of a compact JWS and nothing of what follows it. One of more than 1 KB is not taken,
// which is many times what ours have. Errors are ErrForm or ErrHeader.
func ParseHeader(compact string) (h Header, err error) {
	head, _, ok := strings.Cut(compact[:min(len(compact), maxHeader+1)], ".")
	if !ok || head == "" {
		return h, ErrForm
	}
	header, err := decode(head)
	if err != nil {
		return h, ErrForm
	}
	return h, h.parse(header)
}

const maxHeader = limits.HeaderBytes

func (h *Header) parse(header []byte) error {
	if !h.read(header) && strictjson.Decode(header, h) != nil {
		return ErrHeader
	}
	if h.Alg != Algorithm || h.Typ == "" || h.Kid == "" || h.Net == "" {
		return ErrHeader
	}
	return nil
}

// read reads a header that is plainly written, and reports whether it is; strictjson.Decode decides about others.
func (h *Header) read(header []byte) bool {
	var got Header
	r := strictjson.NewReader(string(header))
	r.Object(func(name string) {
		switch name {
		case "alg":
			got.Alg = r.Text()
		case "typ":
			got.Typ = r.Text()
		case "kid":
			got.Kid = r.Text()
		case "net":
			got.Net = r.Text()
		default:
			r.Fail()
		}
	})
	if r.End(); r.Failed() {
		return false
	}
	*h = got
	return true
}

// Hash is the SHA-256 of the signing input. It identifies what was said, whatever the signature's bytes.
func (s *Signed) Hash() [sha256.Size]byte { return s.digest }

// Fingerprint is a SHA-256 over what was signed and the signature: equal for the same bytes only.
func (s *Signed) Fingerprint() [sha256.Size]byte {
	var both [sha256.Size + signatureSize]byte
	copy(both[:], s.digest[:])
	copy(both[sha256.Size:], s.signature)
	return sha256.Sum256(both[:])
}

// Verify returns nil when the key made the signature, and ErrSignature otherwise. It does not compare Kid.
func (s *Signed) Verify(key *ecdsa.PublicKey) error {
	r, t := s.numbers()
	if !ecdsa.Verify(key, s.digest[:], r, t) {
		return ErrSignature
	}
	return nil
}

// numbers are r and s of the signature.
func (s *Signed) numbers() (r, t *big.Int) {
	return new(big.Int).SetBytes(s.signature[:32]), new(big.Int).SetBytes(s.signature[32:])
}

// Sign makes a JWS of payload for the ledger called net. The key is on P-256.
func Sign(key *ecdsa.PrivateKey, typ, net string, payload []byte) (string, error) {
	header, err := json.Marshal(Header{Alg: Algorithm, Typ: typ, Kid: KeyOf(&key.PublicKey).Thumbprint(), Net: net})
	if err != nil {
		return "", err
	}
	input := encode(header) + "." + encode(payload)
	digest := sha256.Sum256([]byte(input))
	r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
	if err != nil {
		return "", err
	}
	var signature [signatureSize]byte
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return input + "." + encode(signature[:]), nil
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// decode reads base64url in its one spelling: no padding, no stray bits, no line breaks (which Go's decoder skips).
func decode(s string) ([]byte, error) {
	if strings.IndexByte(s, '\r') >= 0 || strings.IndexByte(s, '\n') >= 0 {
		return nil, ErrForm
	}
	return strict.DecodeString(s)
}

var strict = base64.RawURLEncoding.Strict()
