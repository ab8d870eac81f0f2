package certificates

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// The life of a leaf. Browsers refuse server certificates that hold longer than 398 days.
const (
	leafLife = 397 * 24 * time.Hour
	// renewBefore is how long before its end a leaf is made anew.
	renewBefore = 30 * 24 * time.Hour
	// namesEvery is how often the machine's names are looked at, at most.
	namesEvery = 30 * time.Second
)

// Local gives certificates of a local CA for this machine's names, whatever they are at the time.
type Local struct {
	ca    *CA
	names func() (Names, error)
	now   func() time.Time

	mu     sync.Mutex
	leaf   *tls.Certificate
	made   Names
	looked time.Time
}

// NewLocal serves with a CA.
func NewLocal(ca *CA) (*Local, error) {
	l := &Local{ca: ca, names: MachineNames, now: time.Now}
	_, err := l.GetCertificate(nil)
	return l, err
}

// Root is the CA's certificate in DER.
func (l *Local) Root() []byte { return l.ca.Certificate.Raw }

// Covers reports whether the present certificate holds for a host, as it stands in a URL without brackets.
func (l *Local) Covers(host string) bool {
	leaf, err := l.GetCertificate(nil)
	return err == nil && leaf.Leaf.VerifyHostname(host) == nil
}

// GetCertificate is for tls.Config. The certificate is made anew when the machine's names change or its end comes near.
func (l *Local) GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if l.leaf != nil && now.Sub(l.looked) < namesEvery {
		return l.leaf, nil
	}
	names, err := l.names()
	if err != nil {
		if l.leaf != nil {
			return l.leaf, nil // better the names that it had
		}
		return nil, err
	}
	l.looked = now
	if l.leaf != nil && names.equal(l.made) && now.Before(l.leaf.Leaf.NotAfter.Add(-renewBefore)) {
		return l.leaf, nil
	}
	leaf, left, err := l.ca.leaf(names, now)
	if err != nil {
		return nil, err
	}
	if len(left) > 0 {
		slog.Warn("the local CA was not made for these names, so browsers are not offered them. Remove its folder to have a new one made, which every phone has to install", "names", left)
	}
	l.leaf, l.made = leaf, names
	return leaf, nil
}

// leaf makes a certificate for the names that the CA may vouch for, and returns those it may not.
func (ca *CA) leaf(names Names, now time.Time) (*tls.Certificate, []string, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "Rootline gateway"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(leafLife), BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if end := ca.Certificate.NotAfter; template.NotAfter.After(end) {
		template.NotAfter = end
	}
	var left []string
	for _, name := range names.DNS {
		if ca.mayName(name) {
			template.DNSNames = append(template.DNSNames, name)
		} else {
			left = append(left, name)
		}
	}
	for _, a := range names.Addresses {
		ip := net.IP(a.AsSlice())
		if slices.ContainsFunc(ca.Certificate.PermittedIPRanges, func(n *net.IPNet) bool { return n.Contains(ip) }) {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			left = append(left, a.String())
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, ca.Certificate, &key.PublicKey, ca.key)
	if err != nil {
		return nil, nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return &tls.Certificate{Certificate: [][]byte{der, ca.Certificate.Raw}, PrivateKey: key, Leaf: cert}, left, err
}

func (ca *CA) mayName(name string) bool {
	return slices.ContainsFunc(ca.Certificate.PermittedDNSDomains, func(d string) bool {
		return name == d || strings.HasSuffix(name, "."+d)
	})
}

// Save writes the present certificate with its chain and its key into a folder, in PEM, for a program that takes files,
// and returns their paths. They end as the certificate does.
func (l *Local) Save(dir string) (cert, key string, err error) {
	leaf, err := l.GetCertificate(nil)
	if err != nil {
		return "", "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(leaf.PrivateKey)
	if err != nil {
		return "", "", err
	}
	var chain []byte
	for _, c := range leaf.Certificate {
		chain = append(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c})...)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	if err := os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		return "", "", err
	}
	return cert, key, os.WriteFile(cert, chain, 0o644)
}
