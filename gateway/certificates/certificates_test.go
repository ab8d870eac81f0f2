package certificates

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func names(dns string, addresses ...string) Names {
	n := Names{DNS: strings.Fields(dns)}
	for _, a := range addresses {
		n.Addresses = append(n.Addresses, netip.MustParseAddr(a))
	}
	return n
}

// accepts reports whether a phone that trusts the root accepts a certificate for a host.
func accepts(root *x509.Certificate, cert *x509.Certificate, host string) error {
	pool := x509.NewCertPool()
	pool.AddCert(root)
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	_, err := cert.Verify(x509.VerifyOptions{Roots: pool, DNSName: host})
	return err
}

func TestLocal(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ca")
	site := names("localhost crewhut crewhut.local", "127.0.0.1", "::1", "192.168.1.5", "203.0.113.7")
	ca, err := OpenCA(dir, site)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	l := &Local{ca: ca, names: func() (Names, error) { return site, nil }, now: func() time.Time { return now }}
	get := func() *x509.Certificate {
		t.Helper()
		c, err := l.GetCertificate(nil)
		if err != nil {
			t.Fatal(err)
		}
		return c.Leaf
	}
	leaf := get()
	for host, want := range map[string]bool{
		"localhost": true, "crewhut": true, "crewhut.local": true, "127.0.0.1": true, "::1": true, "192.168.1.5": true, "203.0.113.7": true,
		"192.168.1.6": false, "bank.example": false,
	} {
		if err := accepts(ca.Certificate, leaf, host); (err == nil) != want || l.Covers(host) != want {
			t.Errorf("%s: %v", host, err)
		}
	}
	if life := leaf.NotAfter.Sub(leaf.NotBefore); life > 398*24*time.Hour {
		t.Errorf("the leaf holds %s", life)
	}
	if life := ca.Certificate.NotAfter.Sub(now); life < 3640*24*time.Hour {
		t.Errorf("the CA holds %s", life)
	}
	if info, err := os.Stat(filepath.Join(dir, keyFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key: %v %v", info.Mode(), err)
	}
	if again := get(); again != leaf {
		t.Error("the leaf changes without a reason")
	}

	// The machine gets another address.
	site = names("localhost crewhut crewhut.local", "127.0.0.1", "192.168.7.9", "198.51.100.4")
	now = now.Add(namesEvery)
	leaf = get()
	if err := accepts(ca.Certificate, leaf, "192.168.7.9"); err != nil {
		t.Error(err)
	}
	if err := accepts(ca.Certificate, leaf, "localhost"); err != nil {
		t.Errorf("an address that the CA may not vouch for spoils the rest: %v", err)
	}
	if l.Covers("198.51.100.4") {
		t.Error("it covers a public address that the CA was not made for")
	}
	// A year passes.
	now = now.Add(leafLife - renewBefore - time.Hour)
	if get() != leaf {
		t.Error("renewed too early")
	}
	now = now.Add(2 * time.Hour)
	if get() == leaf {
		t.Error("not renewed")
	}

	// After a restart it is the same CA.
	again, err := OpenCA(dir, site)
	if err != nil || Fingerprint(again.Certificate.Raw) != Fingerprint(ca.Certificate.Raw) {
		t.Errorf("another CA: %v", err)
	}
	if f := Fingerprint(ca.Certificate.Raw); len(f) != 32*3-1 || strings.ToUpper(f) != f {
		t.Errorf("fingerprint %q", f)
	}
}

// Even with the CA's key nobody can pose as another site.
func TestConstraints(t *testing.T) {
	ca, err := newCA(names("localhost crewhut", "192.168.1.5"), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	stolen := *ca
	open := *ca.Certificate
	open.PermittedDNSDomains, open.PermittedIPRanges = []string{"example"}, append(ranges(names("")), ranges(names("", "8.8.8.8"))...)
	stolen.Certificate = &open
	for host, n := range map[string]Names{"bank.example": names("bank.example"), "8.8.8.8": names("", "8.8.8.8")} {
		leaf, left, err := stolen.leaf(n, time.Now())
		if err != nil || len(left) > 0 {
			t.Fatal(left, err)
		}
		if err := accepts(ca.Certificate, leaf.Leaf, host); err == nil {
			t.Errorf("%s is accepted", host)
		}
	}
	if !ca.Certificate.PermittedDNSDomainsCritical || !ca.Certificate.MaxPathLenZero {
		t.Error("the constraints can be passed over")
	}
}

func TestDamagedCA(t *testing.T) {
	for name, damage := range map[string]func(dir string) error{
		"no key":      func(dir string) error { return os.Remove(filepath.Join(dir, keyFile)) },
		"no PEM":      func(dir string) error { return os.WriteFile(filepath.Join(dir, rootFile), []byte("x"), 0o600) },
		"another key": func(dir string) error { return swapKey(dir) },
	} {
		dir := t.TempDir()
		if _, err := OpenCA(dir, names("localhost")); err != nil {
			t.Fatal(err)
		}
		if err := damage(dir); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenCA(dir, names("localhost")); err == nil || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func swapKey(dir string) error {
	other, err := newCA(names("localhost"), time.Now())
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(other.key)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, keyFile), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600)
}

func TestMachineNames(t *testing.T) {
	n, err := MachineNames()
	if err != nil {
		t.Fatal(err)
	}
	if hosts := n.Hosts(); !slices.Contains(hosts, "localhost") || !slices.Contains(hosts, "127.0.0.1") {
		t.Error(hosts)
	}
	if a, ok := n.LAN(); ok && (a.IsLoopback() || !slices.Contains(n.Addresses, a)) {
		t.Error(a)
	}
	for name, want := range map[string]bool{"crewhut": true, "a-b.local": true, "": false, "a..b": false, "crew hut": false, ".x": false, "x_y": false} {
		if hostName(name) != want {
			t.Error(name)
		}
	}
}

// A certificate that is renewed in its files is served without a restart; half a pair changes nothing.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	write := func(c *tls.Certificate, both bool) {
		t.Helper()
		der, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
		if err != nil {
			t.Fatal(err)
		}
		err = os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate[0]}), 0o600)
		if err == nil && both {
			err = os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		future := time.Now().Add(time.Duration(len(c.Leaf.DNSNames[0])) * time.Minute) // times of files are coarse
		_, _ = os.Chtimes(cert, future, future), os.Chtimes(key, future, future)
	}
	ca, err := newCA(names("old newer"), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	older, _, _ := ca.leaf(names("old"), time.Now())
	newer, _, _ := ca.leaf(names("newer"), time.Now())
	if _, err := OpenFiles(cert, key); err == nil {
		t.Error("files that are not there were read")
	}
	write(older, true)
	f, err := OpenFiles(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	f.now = func() time.Time { return now }
	serves := func(want string) {
		t.Helper()
		now = now.Add(lookEvery)
		c, err := f.GetCertificate(nil)
		if err != nil || c.Leaf.DNSNames[0] != want {
			t.Errorf("serves %v, want %s: %v", c.Leaf.DNSNames, want, err)
		}
	}
	serves("old")
	write(newer, false)
	serves("old")
	write(newer, true)
	serves("newer")
	if err := os.Remove(cert); err != nil {
		t.Fatal(err)
	}
	serves("newer")
}
