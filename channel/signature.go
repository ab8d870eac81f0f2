package channel

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"math/big"
	"slices"
)

// ecdsaSignature is an ECDSA signature in DER.
type ecdsaSignature struct{ R, S *big.Int }

// errHighS is the error of a signature whose S is in the upper half, which Fabric refuses (bccsp/sw/ecdsa.go).
var (
	errSignature = errors.New("the signature does not hold")
	errHighS     = errors.New("the signature is not in its low form")
	errKey       = errors.New("a key of a kind that Fabric does not verify with")
)

// verify checks a signature on the parts of a message by a certificate's key as Fabric does: ECDSA over SHA-256 with a low
// S, or Ed25519.
func verify(cert *x509.Certificate, signature []byte, message ...[]byte) error {
	switch key := cert.PublicKey.(type) {
	case *ecdsa.PublicKey:
		r, s, err := readSignature(signature)
		if err != nil {
			return err
		}
		if !lowS(key, s) {
			return errHighS
		}
		sum := hashed(message...)
		if !ecdsa.Verify(key, sum[:], r, s) {
			return errSignature
		}
		return nil
	case ed25519.PublicKey:
		if !ed25519.Verify(key, slices.Concat(message...), signature) {
			return errSignature
		}
		return nil
	}
	return errKey
}

// hashed is the SHA-256 of parts, one after the other, without joining them.
func hashed(parts ...[]byte) (h Hash) {
	sum := sha256.New()
	for _, p := range parts {
		sum.Write(p)
	}
	sum.Sum(h[:0])
	return h
}

// readSignature reads a signature as Fabric does, which passes over what comes after it.
func readSignature(der []byte) (r, s *big.Int, err error) {
	var sig ecdsaSignature
	if _, err := asn1.Unmarshal(der, &sig); err != nil || sig.R.Sign() != 1 || sig.S.Sign() != 1 {
		return nil, nil, errSignature
	}
	return sig.R, sig.S, nil
}

func lowS(key *ecdsa.PublicKey, s *big.Int) bool {
	return s.Cmp(new(big.Int).Rsh(key.Params().N, 1)) <= 0
}

// canonical is a certificate's bytes with the signature on it in its low form. A certificate stays the same one whichever
// form its signature has (msp/cert.go).
func canonical(cert, parent *x509.Certificate) string {
	key, ok := parent.PublicKey.(*ecdsa.PublicKey)
	if !ok {
		return string(cert.Raw)
	}
	r, s, err := readSignature(cert.Signature)
	if err != nil {
		return string(cert.Raw)
	}
	if !lowS(key, s) {
		s = new(big.Int).Sub(key.Params().N, s)
	}
	der, err := asn1.Marshal(ecdsaSignature{r, s})
	if err != nil {
		return string(cert.Raw)
	}
	return string(cert.RawTBSCertificate) + string(der)
}
