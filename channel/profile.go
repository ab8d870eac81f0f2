package channel

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
)

// maxAuthorities bounds the roots and intermediate authorities of an organisation in a Narrow configuration.
const maxAuthorities = 16

// errProfile is the error of a certificate outside the profile that proofs keep to.
var errProfile = errors.New("the certificate is outside the profile of proofs")

// readExtensions are the extensions that are looked at, and may be critical; constraining those that would change what other
// certificates are worth, which implementations treat each in its way.
var (
	readExtensions   = []string{"2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.35", "2.5.29.37"}
	constrainingOnes = []string{"2.5.29.30", "2.5.29.33", "2.5.29.36", "2.5.29.54"}
)

// narrow checks that a certificate is one that every implementation reads alike: a key on P-256, signed by ECDSA over SHA-256, no
// constraints on names or policies, and nothing critical that is not known.
func narrow(cert *x509.Certificate) error {
	key, ok := cert.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() || cert.SignatureAlgorithm != x509.ECDSAWithSHA256 {
		return errProfile
	}
	for _, e := range cert.Extensions {
		id := e.Id.String()
		if slices.Contains(constrainingOnes, id) || e.Critical && !slices.Contains(readExtensions, id) {
			return fmt.Errorf("%w: the extension %s", errProfile, id)
		}
	}
	return nil
}

// Narrow checks that the channel's capabilities are of versions whose rules are those of this package, that all membership rules of a configuration can be read, and that their authorities are few and within the profile
// that proofs keep to, which is narrower than what Fabric takes: so that all who verify say the same, after as much work.
func (c *Config) Narrow() error {
	if c.fault != nil {
		return c.fault
	}
	for _, m := range c.msps {
		switch {
		case m.fault != nil:
			return m.fault
		case len(m.authorities) > maxAuthorities:
			return fmt.Errorf("%s has %d authorities, more than %d", m.id, len(m.authorities), maxAuthorities)
		}
		for _, cert := range m.authorities {
			if err := narrow(cert); err != nil {
				return fmt.Errorf("an authority of %s: %w", m.id, err)
			}
		}
	}
	return nil
}
