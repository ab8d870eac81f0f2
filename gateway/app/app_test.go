package app

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// identity writes a certificate and its key, of nobody in particular.
func identity(t *testing.T, dir string) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: pkcs8}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// lonely configures a gateway whose peer does not answer.
func lonely(t *testing.T) Config {
	t.Helper()
	dir := t.TempDir()
	cert, key := identity(t, dir)
	return Config{
		Listen: "127.0.0.1:0", Origin: "http://localhost:8080", Store: filepath.Join(dir, "store"),
		Peer: "127.0.0.1:1", PeerName: "peer", PeerCA: cert, MSP: "OwnerMSP", Cert: cert, Key: key, Genesis: strings.Repeat("07", 32),
		connectTimeout: time.Millisecond, // nobody is there
	}
}

// A gateway runs while its peer does not: what it knows stays readable, and it says that it is not ready, and why.
func TestRunsWithoutItsPeer(t *testing.T) {
	config := lonely(t)
	a, err := Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string, v any) int {
		t.Helper()
		res, err := http.Get(a.URL() + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if v != nil {
			if err := json.Unmarshal(b, v); err != nil {
				t.Fatalf("%v: %s", err, b)
			}
		}
		return res.StatusCode
	}
	if got := get("/healthz", nil); got != http.StatusOK {
		t.Errorf("healthz: %d", got)
	}
	var ready struct {
		Ready  bool
		Reason string
	}
	if got := get("/readyz", &ready); got != http.StatusServiceUnavailable || ready.Ready || !strings.Contains(ready.Reason, "peer") {
		t.Errorf("readyz: %d %+v", got, ready)
	}
	var problem struct{ Code string }
	if got := get("/api/v1/ledger", &problem); got != http.StatusServiceUnavailable || problem.Code != "not-ready" {
		t.Errorf("ledger: %d %+v", got, problem)
	}
	if got := get("/", nil); got != http.StatusOK {
		t.Errorf("start page: %d", got)
	}
	if got := get("/metrics", nil); got != http.StatusOK {
		t.Errorf("metrics: %d", got)
	}

	// Neither its folder nor its address can be taken by a second one, which leaves it alone.
	second := config
	if _, err := Open(t.Context(), second); err == nil || !strings.Contains(err.Error(), "another gateway") {
		t.Errorf("the same folder: %v", err)
	}
	second.Store, second.Listen = filepath.Join(t.TempDir(), "store"), a.Addr()
	if _, err := Open(t.Context(), second); err == nil || !strings.Contains(err.Error(), "--listen") {
		t.Errorf("the same address: %v", err)
	}
	if got := get("/healthz", nil); got != http.StatusOK {
		t.Errorf("healthz after that: %d", got)
	}

	if err := a.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := a.Close(); err != nil {
		t.Errorf("close again: %v", err)
	}
	if c, err := net.Dial("tcp", a.Addr()); err == nil {
		_ = c.Close()
		t.Error("it still listens")
	}
	// The folder is free again, and what it held is read again.
	again, err := Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func TestWrongSettings(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Config)
		flag   string
	}{
		{"no peer", func(c *Config) { c.Peer = "" }, "peer"},
		{"no organisation", func(c *Config) { c.MSP = "" }, "msp"},
		{"no certificate", func(c *Config) { c.Cert = "" }, "cert"},
		{"no address", func(c *Config) { c.Listen = "localhost" }, "listen"},
		{"origin with a path", func(c *Config) { c.Origin = "https://works.example/gateway" }, "origin"},
		{"origin without a scheme", func(c *Config) { c.Origin = "works.example" }, "origin"},
		{"no room for events", func(c *Config) { c.MaxPending = "0" }, "max-pending"},
		{"room that is no number", func(c *Config) { c.MaxPending = "many" }, "max-pending"},
		{"quota without a number", func(c *Config) { c.EvidenceDevice = "5GiB" }, "evidence-device"},
		{"quota of nothing", func(c *Config) { c.EvidenceOrganisation = "0/5" }, "evidence-organisation"},
		{"quota in words", func(c *Config) { c.EvidenceAll = "all" }, "evidence-all"},
		{"reserve", func(c *Config) { c.EvidenceReserve = "-1" }, "evidence-reserve"},
		{"tiles without rows", func(c *Config) { c.MapTiles, c.MapAttribution = "https://tiles.example/{z}/{x}.png", "© somebody" }, "map-tiles"},
		{"tiles of nobody", func(c *Config) { c.MapTiles = "https://tiles.example/{z}/{x}/{y}.png" }, "map-attribution"},
		{"log level", func(c *Config) { c.LogLevel = "loud" }, "log-level"},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := lonely(t)
			c.change(&config)
			_, err := Open(t.Context(), config)
			var wrong *ConfigError
			if !errors.As(err, &wrong) || wrong.Flag != c.flag {
				t.Errorf("%v", err)
			}
			if _, err := os.Stat(config.Store); err == nil {
				t.Error("it began to write")
			}
		})
	}
	config := lonely(t)
	config.Key = filepath.Join(t.TempDir(), "none.pem")
	if _, err := Open(t.Context(), config); err == nil || !strings.Contains(err.Error(), "none.pem") {
		t.Errorf("a key file that is not there: %v", err)
	}
}

func TestSettings(t *testing.T) {
	want := lonely(t)
	want.connectTimeout = 0 // no setting
	want.Zone = "Australia/Melbourne"
	want.Channel, want.LogLevel, want.PeerOperations, want.MaxPending, want.Proxies = "other", "debug", "http://127.0.0.1:9443", "500", "10.0.0.0/8"
	env := map[string]string{}
	for _, pair := range want.Env() {
		name, value, _ := strings.Cut(pair, "=")
		env[name] = value
	}
	var got Config
	flags := flag.NewFlagSet("gateway", flag.ContinueOnError)
	got.Bind(flags, func(name string) string { return env[name] })
	if err := flags.Parse(nil); err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("from the environment: %+v", got)
	}
	if err := flags.Parse([]string{"--listen", "0.0.0.0:80"}); err != nil {
		t.Fatal(err)
	}
	if got.Listen != "0.0.0.0:80" || !slices.Contains(got.Env(), "ROOTLINE_LISTEN=0.0.0.0:80") {
		t.Errorf("a flag does not win: %+v", got)
	}
}
