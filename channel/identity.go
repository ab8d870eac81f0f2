package channel

import (
	"bytes"
	"encoding/asn1"
	"errors"
	"time"
)

// Identity is whose certificate a msp.SerializedIdentity holds, by the rules of a configuration.
type Identity struct{ id *identity }

// errStranger is the error of an identity whose organisation takes no part in the application.
var errStranger = errors.New("its organisation takes no part in the application")

// Identity finds out whose identity a msp.SerializedIdentity is: its certificate leads to an authority of an organisation of
// the application, is within the profile of Narrow, and has one of the roles of that organisation's rules. It may be revoked or
// expired, which Revoked and ValidAt tell.
func (c *Config) Identity(serialized []byte) (*Identity, error) {
	id, err := c.identity(serialized)
	if err != nil {
		return nil, err
	}
	if id.invalid != nil && !errors.Is(id.invalid, errRevoked) {
		return nil, id.invalid
	}
	if _, ok := c.organisations[id.msp.id]; !ok {
		return nil, errStranger
	}
	if err := narrow(id.cert); err != nil {
		return nil, err
	}
	mspID, pemBytes, err := parseIdentity(serialized)
	if err != nil || !bytes.Equal(serialize(mspID, pemBytes), serialized) {
		return nil, errors.New("it is not encoded as Fabric does")
	}
	return &Identity{id}, nil
}

// Organisation is the MSP id.
func (i *Identity) Organisation() string { return i.id.msp.id }

// Revoked reports whether its organisation's lists say so.
func (i *Identity) Revoked() bool { return errors.Is(i.id.invalid, errRevoked) }

// Peer reports whether the certificate is a peer's, and was not revoked.
func (i *Identity) Peer() bool { return i.id.plays(rolePeer) }

// Client reports whether the certificate is a client's, and was not revoked.
func (i *Identity) Client() bool { return i.id.plays(roleClient) }

// Admin reports whether the certificate is an administrator's, and was not revoked.
func (i *Identity) Admin() bool { return i.id.plays(roleAdmin) }

// ValidAt reports whether the certificate and those that lead from it to the root were valid at a time. Fabric itself does
// not ask that of who endorses.
func (i *Identity) ValidAt(t time.Time) bool {
	for _, cert := range i.id.chain {
		if t.Before(cert.NotBefore) || t.After(cert.NotAfter) {
			return false
		}
	}
	return true
}

// Verify checks a signature on the parts of a message as Fabric does, and that it is written in its one form.
func (i *Identity) Verify(signature []byte, message ...[]byte) error {
	if !plainSignature(signature) {
		return errSignature
	}
	return verify(i.id.cert, signature, message...)
}

// plainSignature reports whether a signature is DER without anything in or behind it that is not looked at.
func plainSignature(signature []byte) bool {
	r, s, err := readSignature(signature)
	if err != nil {
		return false
	}
	der, err := asn1.Marshal(ecdsaSignature{r, s})
	return err == nil && bytes.Equal(der, signature)
}

// Signed checks one orderer's signature on a block's header, and gives the orderer's number. identifier is
// common.IdentifierHeader as it was signed, value the metadata that is signed with it.
func (c *Config) Signed(header, value, identifier, signature []byte) (number uint32, err error) {
	var nonce []byte
	if err := each(identifier, func(f field) error {
		switch {
		case f.isVarint(1):
			number = uint32(f.varint) // as protobuf does
		case f.is(2):
			nonce = f.bytes
		}
		return nil
	}); err != nil {
		return 0, err
	}
	o, ok := c.orderer(number, nil)
	switch {
	case !ok || nonce == nil:
		return 0, errors.New("it names no orderer of the channel")
	case !plainSignature(signature):
		return 0, errSignature
	}
	cert, err := c.certificate(o)
	if err == nil {
		err = narrow(cert)
	}
	if err != nil {
		return 0, err
	}
	return number, verify(cert, signature, value, identifier, header)
}
