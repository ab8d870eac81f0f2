package certificates

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// The files of a CA's folder.
const (
	rootFile = "root.crt"
	keyFile  = "root.key"
)

// caLife is how long a local CA holds. A phone that trusts it would have to be told of the next one by hand.
const caLife = 10 * 365 * 24 * time.Hour

// private are the networks within which a machine's address may change without its CA being made anew: those that
// nobody owns on the Internet (RFC 1918, RFC 4193), and the loopback.
var private = []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "127.0.0.0/8", "::1/128"}

// CA is a certificate authority for one machine. Whoever trusts it trusts it for that machine's names and for private
// addresses only, by the name constraints in its certificate (RFC 5280, section 4.2.1.10): should its key be lost,
// nobody can pose as a bank with it.
type CA struct {
	// Certificate is the root that phones install; Certificate.Raw is its DER.
	Certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// OpenCA reads the CA in the folder dir, or makes one for the names there when there is none. The key is readable by
// its owner only.
func OpenCA(dir string, names Names) (*CA, error) {
	ca, err := readCA(dir)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return ca, err
	}
	if ca, err = newCA(names, time.Now()); err != nil {
		return nil, err
	}
	return ca, ca.save(dir)
}

func newCA(names Names, now time.Time) (*CA, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	title := "Rootline local CA"
	if len(names.DNS) > 1 {
		title += " of " + names.DNS[1]
	}
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: title, Organization: []string{"Rootline"}},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(caLife),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage:                    x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		PermittedDNSDomainsCritical: true, PermittedDNSDomains: names.DNS, PermittedIPRanges: ranges(names),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return &CA{cert, key}, err
}

// ranges are the private networks, and the machine's own addresses outside of them.
func ranges(names Names) (all []*net.IPNet) {
	add := func(p netip.Prefix) {
		all = append(all, &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())})
	}
	within := func(a netip.Addr) bool {
		for _, s := range private {
			if netip.MustParsePrefix(s).Contains(a) {
				return true
			}
		}
		return false
	}
	for _, s := range private {
		add(netip.MustParsePrefix(s))
	}
	for _, a := range names.Addresses {
		if !within(a) {
			add(netip.PrefixFrom(a, a.BitLen()))
		}
	}
	return all
}

func serial() *big.Int {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails, by its documentation
	b[0] &= 0x7f
	return new(big.Int).SetBytes(b[:])
}

func (ca *CA) save(dir string) error {
	der, err := x509.MarshalPKCS8PrivateKey(ca.key)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	// The certificate is written last: while it is not there, there is no CA.
	if err := os.WriteFile(filepath.Join(dir, keyFile), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, rootFile), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.Certificate.Raw}), 0o644)
}

func readCA(dir string) (*CA, error) {
	read := func(name, kind string) ([]byte, error) {
		path := filepath.Join(dir, name)
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		block, _ := pem.Decode(b)
		if block == nil || block.Type != kind {
			return nil, fmt.Errorf("%s holds no %s in PEM. Put it back, or remove the folder: a new CA is made, which every phone has to install", path, strings.ToLower(kind))
		}
		return block.Bytes, nil
	}
	der, err := read(rootFile, "CERTIFICATE")
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, rootFile), err)
	}
	if der, err = read(keyFile, "PRIVATE KEY"); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the key of the local CA in %s is gone. Put it back, or remove the folder: a new CA is made, which every phone has to install", dir)
	} else if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, keyFile), err)
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || !key.PublicKey.Equal(cert.PublicKey) {
		return nil, fmt.Errorf("%s: the key is not that of the certificate", dir)
	}
	return &CA{cert, key}, nil
}

// Fingerprint is the SHA-256 of a certificate (DER) as phones show it: upper-case hexadecimal digits in pairs.
func Fingerprint(der []byte) string {
	sum := sha256.Sum256(der)
	return strings.ToUpper(string(bytes.Join(pairs(sum[:]), []byte(" "))))
}

func pairs(sum []byte) [][]byte {
	all := make([][]byte, len(sum))
	for i, b := range sum {
		all[i] = fmt.Appendf(nil, "%02x", b)
	}
	return all
}
