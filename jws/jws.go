package jws

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"strings"

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
	// input is what was signed: header and payload in base64url with a dot between.
	input     string
	signature []byte
}

// The ways in which a JWS is not ours.
var (
	ErrForm      = errors.New("not a JWS in compact form")
	ErrHeader    = errors.New("the protected header is not exactly alg ES256, typ, kid and net")
	ErrSignature = errors.New("the signature does not match the key")
)

// Parse takes a compact JWS apart and checks its form and header. Errors are ErrForm or ErrHeader.
func Parse(compact string) (*Signed, error) {
	head, rest, ok := strings.Cut(compact, ".")
	body, tail, ok2 := strings.Cut(rest, ".")
	if !ok || !ok2 || head == "" || body == "" {
		return nil, ErrForm
	}
	header, errH := decode(head)
	payload, errP := decode(body)
	signature, errS := decode(tail)
	if errH != nil || errP != nil || errS != nil {
		return nil, ErrForm
	}
	s := &Signed{Payload: payload, input: compact[:len(head)+1+len(body)], signature: signature}
	if err := strictjson.Decode(header, &s.Header); err != nil {
		return nil, ErrHeader
	}
	if s.Alg != Algorithm || s.Typ == "" || s.Kid == "" || s.Net == "" {
		return nil, ErrHeader
	}
	if len(signature) != 64 {
		return nil, ErrForm
	}
	return s, nil
}

// Hash is the SHA-256 of the signing input. It identifies what was said, whatever the signature's bytes.
func (s *Signed) Hash() [sha256.Size]byte { return sha256.Sum256([]byte(s.input)) }

// Fingerprint is a SHA-256 over what was signed and the signature: equal for the same bytes only.
func (s *Signed) Fingerprint() [sha256.Size]byte {
	digest := s.Hash()
	return sha256.Sum256(append(digest[:], s.signature...))
}

// Verify returns nil when the key made the signature, and ErrSignature otherwise. It does not compare Kid.
func (s *Signed) Verify(key *ecdsa.PublicKey) error {
	digest := s.Hash()
	r, t := new(big.Int).SetBytes(s.signature[:32]), new(big.Int).SetBytes(s.signature[32:])
	if !ecdsa.Verify(key, digest[:], r, t) {
		return ErrSignature
	}
	return nil
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
	var signature [64]byte
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return input + "." + encode(signature[:]), nil
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// decode reads base64url in its one spelling: no padding, no stray bits, no line breaks (which Go's decoder skips).
func decode(s string) ([]byte, error) {
	if strings.ContainsAny(s, "\r\n") {
		return nil, ErrForm
	}
	return base64.RawURLEncoding.Strict().DecodeString(s)
}
