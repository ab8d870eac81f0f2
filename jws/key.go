// Package jws is the one form in which Rootline signs: JWS compact serialisation (RFC 7515) with ES256 and a
// protected header of exactly four members. What is not this form is refused before anything else is looked at.
package jws

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"errors"
)

// Key is a public key as a JWK (RFC 7517), on P-256 only.
type Key struct {
	Kty string `json:"kty"`
	Crv string `json:"crv"`
	X   string `json:"x"`
	Y   string `json:"y"`
}

// ErrKey says that a JWK is no public key on P-256.
var ErrKey = errors.New("not a public key on P-256 in JWK form")

// KeyOf returns the JWK of a public key on P-256. It panics for a key on another curve.
func KeyOf(pub *ecdsa.PublicKey) Key {
	point, err := pub.Bytes()
	if err != nil || len(point) != pointSize {
		panic("jws: not a key on P-256")
	}
	return Key{Kty: "EC", Crv: "P-256", X: encode(point[1:33]), Y: encode(point[33:])}
}

// pointSize is the length of a point on P-256 in its uncompressed form: 0x04, then both coordinates.
const pointSize = 1 + 2*32

// Public returns the key for verifying, or ErrKey when the JWK is of another type, not in its one spelling, or not a
// point on the curve.
func (k Key) Public() (*ecdsa.PublicKey, error) {
	x, errX := decode(k.X)
	y, errY := decode(k.Y)
	if k.Kty != "EC" || k.Crv != "P-256" || errX != nil || errY != nil || len(x) != 32 || len(y) != 32 {
		return nil, ErrKey
	}
	point := append(append(append(make([]byte, 0, pointSize), 4), x...), y...)
	pub, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point) // it checks that the point is on the curve
	if err != nil {
		return nil, ErrKey
	}
	return pub, nil
}

// Thumbprint is the RFC 7638 thumbprint, in base64url: the "kid" of the key.
func (k Key) Thumbprint() string {
	sum := sha256.Sum256([]byte(`{"crv":"` + k.Crv + `","kty":"` + k.Kty + `","x":"` + k.X + `","y":"` + k.Y + `"}`))
	return encode(sum[:])
}
