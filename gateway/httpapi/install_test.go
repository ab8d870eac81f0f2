package httpapi

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/web/page"
)

func aRoot(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Date(2036, 1, 31, 0, 0, 0, 0, time.UTC), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// The page that phones install the root from, and both forms of the root.
func TestInstall(t *testing.T) {
	w := newWorks(t)
	der := aRoot(t)
	server, err := New(Config{Origin: "https://192.168.1.5:8443", Root: der, Organisation: judgetest.Owner, Channel: "works"}, w.server.Deps, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string) (*http.Response, string) {
		a := httptest.NewRecorder()
		server.ServeHTTP(a, httptest.NewRequest("GET", "http://192.168.1.5:8080"+path, nil))
		if a.Code != http.StatusOK {
			t.Errorf("%s: %d", path, a.Code)
		}
		return a.Result(), a.Body.String()
	}
	fingerprint := fmt.Sprintf("% X", sha256.Sum256(der))
	for lang, word := range map[string]string{"en": "Install anyway", "zh": "仍然安装"} {
		r, html := get("/install?lang=" + lang)
		for _, want := range []string{word, fingerprint[:23], fingerprint[72:], `href="/install/root.crt"`, `href="/install/root.mobileconfig"`, `href="https://192.168.1.5:8443/"`, "2036-01-31"} {
			if !strings.Contains(html, want) {
				t.Errorf("%s: the page lacks %q", lang, want)
			}
		}
		if r.Header.Get("Content-Security-Policy") != page.ContentSecurityPolicy {
			t.Errorf("policy %q", r.Header.Get("Content-Security-Policy"))
		}
	}
	r, body := get("/install/root.crt")
	if body != string(der) || r.Header.Get("Content-Type") != "application/x-x509-ca-cert" {
		t.Errorf("%v", r.Header)
	}
	r, profile := get("/install/root.mobileconfig")
	if r.Header.Get("Content-Type") != "application/x-apple-aspen-config" || !strings.Contains(profile, base64.StdEncoding.EncodeToString(der)) ||
		!strings.Contains(profile, "com.apple.security.root") {
		t.Errorf("%v %s", r.Header, profile)
	}
	for d := xml.NewDecoder(bytes.NewReader([]byte(profile))); ; {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if _, again := get("/install/root.mobileconfig"); again != profile {
		t.Error("the profile is another each time, so a phone would keep both")
	}
}
