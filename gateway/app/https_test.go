package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootline/rootline/gateway/certificates"
)

// A gateway with a local CA: HTTPS for all who trust its root, everything over plain HTTP for this machine only.
func TestLocalCA(t *testing.T) {
	config := lonely(t)
	config.Origin, config.LocalCA, config.TLSListen = "", filepath.Join(t.TempDir(), "ca"), "127.0.0.1:0"
	a, err := Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	root, err := x509.ParseCertificate(a.https.local.Root())
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(root)
	_, port, _ := net.SplitHostPort(a.TLSAddr())
	phone := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}}
	res, err := phone.Get("https://localhost:" + port + "/install")
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK || res.ProtoMajor != 2 || res.Header.Get("Strict-Transport-Security") != "" {
		t.Errorf("%s %d %v", res.Proto, res.StatusCode, res.Header)
	}
	if _, err := http.Get("https://localhost:" + port + "/install"); err == nil {
		t.Error("a phone without the root opens it")
	}
	if res, err = http.Get(a.URL() + "/healthz"); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("plain HTTP on the loopback: %v %v", res, err)
	}
	_ = res.Body.Close()
	if !a.ownOrigin("https://localhost:"+port) || a.ownOrigin("https://bank.example:"+port) || a.ownOrigin("http://localhost:"+port) || a.ownOrigin("https://localhost:1") {
		t.Error("it takes the wrong addresses for its own")
	}
}

// What a plain request gets that comes over the network, and not from this machine.
func TestPlainLeadsToHTTPS(t *testing.T) {
	ca, err := openLocal(filepath.Join(t.TempDir(), "ca"))
	if err != nil {
		t.Fatal(err)
	}
	api := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("api")) })
	local := (&https{origins: []string{"https://192.0.2.5:8443"}, port: "8443", local: ca}).plain(api)
	owned := (&https{origins: []string{"https://works.example", "https://other.example"}, port: "443"}).plain(api)
	for _, c := range []struct {
		name         string
		handler      http.Handler
		method, url  string
		from         string
		status       int
		location, in string
	}{
		{"this machine", local, "POST", "http://localhost:8080/api/v1/events", "127.0.0.1", 200, "", "api"},
		{"this machine, IPv6", local, "GET", "http://[::1]:8080/", "::1", 200, "", "api"},
		{"the way in", local, "GET", "http://192.0.2.5:8080/", "192.0.2.5", 307, "/install", ""},
		{"the page", local, "GET", "http://192.0.2.5:8080/install", "192.0.2.5", 200, "", "api"},
		{"the root", local, "GET", "http://192.0.2.5:8080/install/root.crt", "192.0.2.5", 200, "", "api"},
		{"another page", local, "GET", "http://192.0.2.5:8080/8004/9520001?lang=zh", "192.0.2.5", 307, "https://192.0.2.5:8443/8004/9520001?lang=zh", ""},
		{"by name", local, "GET", "http://localhost:8080/enrol", "192.0.2.5", 307, "https://localhost:8443/enrol", ""},
		{"a name that is not ours", local, "GET", "http://evil.example/enrol", "192.0.2.5", 307, "https://192.0.2.5:8443/enrol", ""},
		{"the API", local, "GET", "http://192.0.2.5:8080/api/v1/ledger", "192.0.2.5", 307, "https://192.0.2.5:8443/api/v1/ledger", ""},
		{"a sign-in in the clear", local, "POST", "http://192.0.2.5:8080/api/v1/session", "192.0.2.5", 403, "", "Use HTTPS"},
		{"no page without a local CA", owned, "GET", "http://works.example/install", "192.0.2.5", 307, "https://works.example/install", ""},
		{"a second name", owned, "GET", "http://OTHER.example/x", "192.0.2.5", 307, "https://other.example/x", ""},
	} {
		r := httptest.NewRequest(c.method, c.url, nil)
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.ParseIP(c.from)}))
		w := httptest.NewRecorder()
		c.handler.ServeHTTP(w, r)
		if w.Code != c.status || w.Header().Get("Location") != c.location || c.in != "" && !strings.Contains(w.Body.String(), c.in) {
			t.Errorf("%s: %d %q %q", c.name, w.Code, w.Header().Get("Location"), w.Body)
		}
	}
	r := httptest.NewRequest("GET", "http://192.0.2.5/", nil) // no word of where it came in
	w := httptest.NewRecorder()
	if local.ServeHTTP(w, r); w.Code != http.StatusTemporaryRedirect {
		t.Errorf("a connection of unknown kind: %d", w.Code)
	}
}

func TestWrongTLSSettings(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Config)
		flag   string
	}{
		{"two ways", func(c *Config) { c.LocalCA, c.ACMEHosts = "ca", "works.example" }, "local-ca"},
		{"no certificate", func(c *Config) { c.TLSListen = ":8443" }, "tls-cert"},
		{"no key", func(c *Config) { c.TLSCert = "cert.pem" }, "tls-key"},
		{"only a key", func(c *Config) { c.TLSKey = "key.pem" }, "tls-cert"},
		{"no address", func(c *Config) { c.LocalCA, c.TLSListen = "ca", "8443" }, "tls-listen"},
		{"whose certificate", func(c *Config) { c.TLSCert, c.TLSKey, c.Origin = "c", "k", "" }, "origin"},
		{"second origin", func(c *Config) { c.Origin = "https://works.example,nonsense" }, "origin"},
		{"no https origin", func(c *Config) { c.LocalCA, c.TLSListen = filepath.Join(t.TempDir(), "ca"), "127.0.0.1:0" }, "origin"},
	} {
		config := lonely(t)
		c.change(&config)
		a, err := Open(t.Context(), config)
		var wrong *ConfigError
		if !errors.As(err, &wrong) || wrong.Flag != c.flag {
			t.Errorf("%s: %v", c.name, err)
		}
		if a != nil {
			_ = a.Close()
		}
	}
}

func TestOrigins(t *testing.T) {
	names, err := certificates.MachineNames()
	if err != nil {
		t.Fatal(err)
	}
	lan := "https://localhost:8443"
	if a, ok := names.LAN(); ok {
		lan = httpsOrigin(a.String(), "8443")
	}
	for want, c := range map[string]Config{
		"http://localhost:80":                {Listen: ":80"},
		"https://a.example":                  {Listen: ":80", TLSListen: ":443", ACMEHosts: "A.example, b.example"},
		"https://a.example:8443":             {Listen: ":80", ACMEHosts: "a.example"},
		lan + ",http://localhost:8080":       {Listen: "0.0.0.0:8080", LocalCA: "ca"},
		"https://x.example,http://localhost": {Listen: ":80", LocalCA: "ca", Origin: "https://x.example,http://localhost"},
	} {
		if err := c.completeTLS(); err != nil || c.Origin != want {
			t.Errorf("%s, want %s: %v", c.Origin, want, err)
		}
	}
	if got := httpsOrigin("fd00::2", "443"); got != "https://[fd00::2]" {
		t.Error(got)
	}
}
