package network

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"time"
)

// makeChaincodeCert issues the TLS certificate of one chaincode service from its organisation's TLS authority.
// It is no identity of the channel: a chaincode service signs nothing. An existing certificate is kept, because
// the chaincode package names its authority and address.
func (n *Network) makeChaincodeCert(cc string, o Org) error {
	certPath, keyPath := n.files.chaincodeCert(cc, o), n.files.chaincodeKey(cc, o)
	if exists(certPath) && exists(keyPath) {
		return nil
	}
	caCert, caKey, err := readAuthority(n.files.tlsCA(o), n.files.tlsCAKey(o))
	if err != nil {
		return fail(CodeFolder, err, "", "the TLS authority of %s cannot be read", o.Name)
	}
	certPEM, keyPEM, err := issueServer(caCert, caKey, cc+"."+o.Domain)
	if err != nil {
		return fail(CodeFolder, err, "", "the TLS certificate of %s at %s cannot be issued", cc, o.Name)
	}
	if err := writeFile(keyPath, keyPEM, 0o600); err != nil {
		return fail(CodeFolder, err, "", "%s cannot be written", keyPath)
	}
	if err := writeFile(certPath, certPEM, 0o644); err != nil {
		return fail(CodeFolder, err, "", "%s cannot be written", certPath)
	}
	return nil
}

func readAuthority(certPath, keyPath string) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	certBlock, err := readPEM(certPath)
	if err != nil {
		return nil, nil, err
	}
	cert, err := x509.ParseCertificate(certBlock)
	if err != nil {
		return nil, nil, err
	}
	keyBlock, err := readPEM(keyPath)
	if err != nil {
		return nil, nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(keyBlock)
	if err != nil {
		return nil, nil, err
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok {
		return nil, nil, errors.New("not an ECDSA key: " + keyPath)
	}
	return cert, key, nil
}

func readPEM(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("no PEM in " + path)
	}
	return block.Bytes, nil
}

func issueServer(ca *x509.Certificate, caKey *ecdsa.PrivateKey, name string) (certPEM, keyPEM []byte, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name},
		DNSNames:     []string{name, "localhost"},
		IPAddresses:  []net.IP{net.ParseIP(loopback)},
		NotBefore:    ca.NotBefore,
		NotAfter:     time.Now().AddDate(5, 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if template.NotAfter.After(ca.NotAfter) {
		template.NotAfter = ca.NotAfter
	}
	der, err := x509.CreateCertificate(rand.Reader, template, ca, &key.PublicKey, caKey)
	if err != nil {
		return nil, nil, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}), nil
}
