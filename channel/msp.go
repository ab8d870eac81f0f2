package channel

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// role is a role of a member (msp.MSPRole_MSPRoleType).
type role int32

const (
	roleMember  role = 0
	roleAdmin   role = 1
	roleClient  role = 2
	rolePeer    role = 3
	roleOrderer role = 4
)

// errUnsupported is the error of what Fabric knows and this package does not. Whatever depends on it is not recomputed.
var errUnsupported = errors.New("not supported")

// errRevoked is the error of a certificate that is on its organisation's list of revoked ones.
var errRevoked = errors.New("the certificate is revoked")

// ou is an organisational unit in certificates. certifiers, when not empty, names the chain that must have issued them.
type ou struct{ name, certifiers string }

// msp is an organisation's membership rules: whose certificates are its, and in which roles (msp/mspimpl*.go, in the
// version that channels with the capabilities V1_4_3, V2_0 and V3_0 use).
type msp struct {
	id                   string
	roots, intermediates *x509.CertPool
	// authorities are both.
	authorities []*x509.Certificate
	// inner are certificates that have issued intermediate ones, and so issue no others.
	inner  map[string]bool
	admins [][]byte
	// revoked are the revocation lists.
	revoked []*x509.RevocationList
	units   []ou
	// enforced says that each certificate has exactly one of the node units.
	enforced bool
	nodes    map[role]ou
	ed25519  bool
	// fault is why the MSP cannot be read; identities of it are not recomputed.
	fault error
}

// identity is an identity of an MSP.
type identity struct {
	msp  *msp
	cert *x509.Certificate
	// key tells identities apart.
	key string
	// chain leads from the certificate to a root.
	chain []*x509.Certificate
	// invalid is why it is no valid member; nil when it is.
	invalid error
	// unread says that the membership rules cannot be read here: it may play any role.
	unread bool
}

func firstCertificate(b []byte) (*x509.Certificate, error) {
	block, _ := pem.Decode(b)
	if block == nil {
		return nil, errors.New("it is no certificate in PEM")
	}
	return x509.ParseCertificate(block.Bytes)
}

// parseMSP reads an MSP from a value of the configuration (msp.MSPConfig).
func parseMSP(b []byte, ed25519 bool) (*msp, error) {
	var config []byte
	var kind uint64
	err := each(b, func(f field) error {
		switch {
		case f.isVarint(1):
			kind = f.varint
		case f.is(2):
			config = f.bytes
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	m := &msp{roots: x509.NewCertPool(), intermediates: x509.NewCertPool(), inner: map[string]bool{}, nodes: map[role]ou{}, ed25519: ed25519}
	if err := m.read(config); err != nil {
		m.fault = fmt.Errorf("%w: the membership rules of %s: %w", errUnsupported, m.id, err)
	}
	if kind != 0 {
		m.fault = fmt.Errorf("%w: membership rules of kind %d", errUnsupported, kind)
	}
	return m, nil
}

// read reads msp.FabricMSPConfig.
func (m *msp) read(config []byte) error {
	var intermediates, crls, units [][]byte
	var nodes, crypto []byte
	err := each(config, func(f field) (err error) {
		switch {
		case f.is(1):
			m.id, err = f.text()
		case f.is(2):
			var cert *x509.Certificate
			if cert, err = firstCertificate(f.bytes); err == nil {
				m.roots.AddCert(cert)
				m.authorities = append(m.authorities, cert)
			}
		case f.is(3):
			intermediates = append(intermediates, f.bytes)
		case f.is(4):
			m.admins = append(m.admins, f.bytes)
		case f.is(5):
			crls = append(crls, f.bytes)
		case f.is(7):
			units = append(units, f.bytes)
		case f.is(8):
			crypto = join(crypto, f.bytes)
		case f.is(11):
			nodes = join(nodes, f.bytes)
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(m.authorities) == 0 {
		return errors.New("there is no root")
	}
	if err := m.hashes(crypto); err != nil {
		return err
	}
	if err := m.readIntermediates(intermediates); err != nil {
		return err
	}
	for _, b := range crls {
		if block, _ := pem.Decode(b); block != nil {
			b = block.Bytes
		}
		list, err := x509.ParseRevocationList(b)
		if err != nil {
			return err
		}
		m.revoked = append(m.revoked, list)
	}
	for _, b := range units {
		u, err := m.unit(b)
		if err != nil {
			return err
		}
		m.units = append(m.units, u)
	}
	if nodes == nil {
		return nil
	}
	return m.readNodes(nodes)
}

// hashes refuses other hash functions than SHA-256.
func (m *msp) hashes(crypto []byte) error {
	return each(crypto, func(f field) error {
		if f.is(1) && len(f.bytes) > 0 && string(f.bytes) != "SHA2" || f.is(2) && len(f.bytes) > 0 && string(f.bytes) != "SHA256" {
			return fmt.Errorf("%w: the hash function %q", errUnsupported, f.bytes)
		}
		return nil
	})
}

func (m *msp) readIntermediates(list [][]byte) error {
	var certs []*x509.Certificate
	for _, b := range list {
		cert, err := firstCertificate(b)
		if err != nil {
			return err
		}
		m.intermediates.AddCert(cert)
		certs = append(certs, cert)
	}
	m.authorities = append(m.authorities, certs...)
	for _, cert := range certs {
		chain, err := m.chain(cert)
		if err != nil {
			return err
		}
		for i, c := range chain[1:] {
			m.inner[canonical(c, chain[min(i+2, len(chain)-1)])] = true
		}
	}
	return nil
}

// nodeFields are the members of msp.FabricNodeOUs that name the roles' units.
var nodeFields = map[protowire.Number]role{2: roleClient, 3: rolePeer, 4: roleAdmin, 5: roleOrderer}

// readNodes reads msp.FabricNodeOUs.
func (m *msp) readNodes(b []byte) error {
	parts := map[role][]byte{}
	err := each(b, func(f field) error {
		for number, r := range nodeFields {
			if f.is(number) {
				parts[r] = join(parts[r], f.bytes)
			}
		}
		if f.isVarint(1) {
			m.enforced = f.varint != 0
		}
		return nil
	})
	if err != nil {
		return err
	}
	for r, part := range parts {
		if m.nodes[r], err = m.unit(part); err != nil {
			return err
		}
	}
	m.enforced = m.enforced && len(parts) > 0
	return nil
}

// unit reads msp.FabricOUIdentifier.
func (m *msp) unit(b []byte) (ou, error) {
	var u ou
	var certificate []byte
	err := each(b, func(f field) (err error) {
		switch {
		case f.is(1):
			certificate = f.bytes
		case f.is(2):
			u.name, err = f.text()
		}
		return err
	})
	if err != nil || len(certificate) == 0 {
		return u, err
	}
	cert, err := firstCertificate(certificate)
	if err != nil {
		return u, err
	}
	chain, err := m.chain(cert)
	if err != nil {
		return u, err
	}
	u.certifiers = certifiers(chain)
	return u, nil
}

// certifiers names a chain of certificates.
func certifiers(chain []*x509.Certificate) string {
	sum := sha256.New()
	for i, c := range chain {
		sum.Write([]byte(canonical(c, chain[min(i+1, len(chain)-1)])))
	}
	return string(sum.Sum(nil))
}

// chain is the one chain from a certificate to a root. Fabric looks at it as of the certificate's own beginning: an
// expired one stays good (msp/mspimplvalidate.go, getValidityOptsForCert).
func (m *msp) chain(cert *x509.Certificate) ([]*x509.Certificate, error) {
	chains, err := cert.Verify(x509.VerifyOptions{
		Roots: m.roots, Intermediates: m.intermediates, CurrentTime: cert.NotBefore.Add(time.Second),
	})
	if err != nil {
		return nil, err
	}
	if len(chains) != 1 {
		return nil, fmt.Errorf("there are %d chains to a root", len(chains))
	}
	return chains[0], nil
}

// identity makes an identity of a certificate. The error says that the certificate is none that could be one.
func (m *msp) identity(pemBytes []byte) (*identity, error) {
	if m.fault != nil {
		return nil, m.fault
	}
	cert, err := firstCertificate(pemBytes)
	if err != nil {
		return nil, err
	}
	chain, err := m.chain(cert)
	if err != nil {
		return nil, err
	}
	parent := chain[min(1, len(chain)-1)]
	id := &identity{msp: m, cert: cert, chain: chain, key: m.id + "\x00" + canonical(cert, parent)}
	id.invalid = m.validate(id)
	return id, nil
}

// validate is msp/mspimplvalidate.go's validateIdentity.
func (m *msp) validate(id *identity) error {
	switch algorithm := id.cert.PublicKeyAlgorithm; {
	case algorithm == x509.ECDSA, algorithm == x509.Ed25519 && m.ed25519:
	default:
		return errKey
	}
	if id.cert.IsCA {
		return errors.New("the certificate is an authority's")
	}
	if len(id.chain) < 2 {
		return errors.New("the certificate is a root")
	}
	issuer := id.chain[1]
	if m.inner[canonical(issuer, id.chain[min(2, len(id.chain)-1)])] {
		return errors.New("the certificate's issuer issues intermediate ones only")
	}
	for _, list := range m.revoked {
		if !bytes.Equal(list.AuthorityKeyId, issuer.SubjectKeyId) ||
			issuer.CheckSignature(list.SignatureAlgorithm, list.RawTBSRevocationList, list.Signature) != nil {
			continue
		}
		for _, entry := range list.RevokedCertificateEntries {
			if entry.SerialNumber.Cmp(id.cert.SerialNumber) == 0 {
				return errRevoked
			}
		}
	}
	return m.validateUnits(id)
}

// validateUnits is validateIdentityOUsV142.
func (m *msp) validateUnits(id *identity) error {
	by := certifiers(id.chain[1:])
	has := id.cert.Subject.OrganizationalUnit
	if len(m.units) > 0 && !slices.ContainsFunc(has, func(name string) bool { return slices.Contains(m.units, ou{name, by}) }) {
		return errors.New("the certificate has none of the organisation's units")
	}
	if !m.enforced {
		return nil
	}
	count := 0
	for _, name := range has {
		for _, node := range m.nodes {
			if node.name != name {
				continue
			}
			if node.certifiers != "" && node.certifiers != by {
				return fmt.Errorf("the certificate's unit %q is by another issuer", name)
			}
			count++
			break
		}
	}
	if count != 1 {
		return fmt.Errorf("the certificate has %d of the roles client, peer, admin and orderer", count)
	}
	return nil
}

// plays reports whether a valid identity has a role.
func (id *identity) plays(r role) bool {
	m := id.msp
	if id.unread {
		return true
	}
	if r == roleAdmin && slices.ContainsFunc(m.admins, func(b []byte) bool {
		cert, err := firstCertificate(b)
		return err == nil && cert.Equal(id.cert)
	}) {
		return true
	}
	if id.invalid != nil {
		return false
	}
	if r == roleMember {
		return true
	}
	node, ok := m.nodes[r]
	return m.enforced && ok && slices.Contains(id.cert.Subject.OrganizationalUnit, node.name)
}
