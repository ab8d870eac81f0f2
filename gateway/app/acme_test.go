package app

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/rootline/rootline/gateway/certificates"
)

// The gateway gets a certificate from a real ACME server, Pebble, once by each challenge, and keeps it over a restart.
func TestACME(t *testing.T) {
	if testing.Short() {
		t.Skip("needs an ACME server, which is built; make e2e runs it")
	}
	pebble := filepath.Join(t.TempDir(), "pebble")
	build := exec.Command("go", "build", "-o", pebble, "tool")
	build.Dir = "../../tools/acme"
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building Pebble: %v\n%s", err, out)
	}
	const host = "works.rootline.example"
	for _, challenge := range []string{"tls-alpn-01", "http-01"} {
		t.Run(challenge, func(t *testing.T) {
			config := lonely(t)
			config.Listen, config.TLSListen = freeAddress(t), freeAddress(t)
			config.ACMEHosts, config.Origin = host, "https://"+host
			server := startPebble(t, pebble, challenge, config.Listen, config.TLSListen)
			config.ACMEDirectory, config.ACMERoot = server.directory, server.root
			a, err := Open(t.Context(), config)
			if err != nil {
				t.Fatal(err)
			}
			first := server.visit(t, host, config.TLSListen)
			if err := first.VerifyHostname(host); err != nil {
				t.Error(err)
			}
			if c, err := tls.Dial("tcp", config.TLSListen, &tls.Config{ServerName: "other.example", InsecureSkipVerify: true}); err == nil { // it must fail before that matters
				_ = c.Close()
				t.Error("it gets certificates for names that it was not told of")
			}
			if err := a.Close(); err != nil {
				t.Fatal(err)
			}
			if a, err = Open(t.Context(), config); err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			if again := server.visit(t, host, config.TLSListen); !again.Equal(first) {
				t.Error("after a restart it asked for another certificate")
			}
		})
	}
}

// acmeServer is a Pebble that runs.
type acmeServer struct {
	directory, root, management string
	client                      *http.Client
}

// startPebble runs an ACME server that finds every name on the loopback, and checks one challenge at the gateway's
// ports: the other's port is one where nothing listens.
func startPebble(t *testing.T, program, challenge, plain, secure string) *acmeServer {
	t.Helper()
	dir := t.TempDir()
	names, err := certificates.MachineNames()
	if err != nil {
		t.Fatal(err)
	}
	ca, err := certificates.OpenCA(filepath.Join(dir, "ca"), names)
	if err != nil {
		t.Fatal(err)
	}
	local, err := certificates.NewLocal(ca)
	if err != nil {
		t.Fatal(err)
	}
	cert, key, err := local.Save(dir)
	if err != nil {
		t.Fatal(err)
	}
	s := &acmeServer{root: filepath.Join(dir, "ca", "root.crt")}
	listen, management := freeAddress(t), freeAddress(t)
	s.directory, s.management = "https://"+listen+"/dir", "https://"+management
	port := func(address string, used bool) int {
		if !used {
			address = freeAddress(t)
		}
		a, err := net.ResolveTCPAddr("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		return a.Port
	}
	settings := map[string]map[string]any{"pebble": {
		"listenAddress": listen, "managementListenAddress": management, "certificate": cert, "privateKey": key,
		"httpPort": port(plain, challenge == "http-01"), "tlsPort": port(secure, challenge == "tls-alpn-01"),
		"ocspResponderURL": "", "externalAccountBindingRequired": false,
	}}
	b, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "pebble.json")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, program, "-config", file, "-dnsserver", nameServer(t))
	cmd.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1", "PEBBLE_WFE_NONCEREJECT=0")
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	pool := x509.NewCertPool()
	pool.AddCert(ca.Certificate)
	s.client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	for range 1200 { // a minute
		if res, err := s.client.Get(s.directory); err == nil {
			_ = res.Body.Close()
			return s
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("Pebble does not answer")
	return nil
}

// visit opens the gateway as a browser would that trusts the ACME server's CA, and returns its certificate.
func (s *acmeServer) visit(t *testing.T, host, address string) *x509.Certificate {
	t.Helper()
	res, err := s.client.Get(s.management + "/roots/0")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	pem, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	d := &tls.Dialer{NetDialer: &net.Dialer{Timeout: 30 * time.Second}, Config: &tls.Config{ServerName: host, RootCAs: pool}}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	secure, ok := c.(*tls.Conn)
	if !ok {
		t.Fatal("no TLS")
	}
	return secure.ConnectionState().PeerCertificates[0]
}

// nameServer answers 127.0.0.1 for every name, over TCP.
func nameServer(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				for answerName(c) == nil {
				}
			}()
		}
	}()
	return l.Addr().String()
}

// answerName answers one question; messages have their length before them (RFC 1035, section 4.2.2).
func answerName(c net.Conn) error {
	var length uint16
	if err := binary.Read(c, binary.BigEndian, &length); err != nil {
		return err
	}
	b := make([]byte, length)
	if _, err := io.ReadFull(c, b); err != nil {
		return err
	}
	var m dnsmessage.Message
	if err := m.Unpack(b); err != nil {
		return err
	}
	m.Response, m.Additionals = true, nil
	if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 1}, Body: &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}},
		}}
	}
	b, err := m.Pack()
	if err != nil {
		return err
	}
	_, err = c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...)) // one short record
	return err
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprint(l.Addr())
}
