package httpapi

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

// A gateway with two addresses: plain HTTP on the loopback, HTTPS on the LAN with a certificate of its own CA.
func TestTwoOrigins(t *testing.T) {
	w := newWorks(t)
	server, err := New(Config{
		Origin: "https://192.168.1.5:8443", Origins: []string{"http://localhost:8080/"}, Root: aRoot(t),
		Organisation: judgetest.Owner, Channel: "works",
	}, w.server.Deps, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	ask := func(method, at, path, cookie, body string, header ...string) *http.Response {
		r := httptest.NewRequest(method, at+path, strings.NewReader(body)) // https sets r.TLS
		r.Header.Set("Content-Type", "application/json")
		if cookie != "" {
			r.Header.Set("Cookie", cookie)
		}
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		a := httptest.NewRecorder()
		server.ServeHTTP(a, r)
		return a.Result()
	}
	for at, name := range map[string]string{
		"https://192.168.1.5:8443": "__Host-" + cookieName, "http://localhost:8080": cookieName, "http://127.0.0.1:8080": cookieName,
	} {
		message := w.signInJWS(w.planter, rootline.TypSignIn, func(m *rootline.SignIn) { m.Origin = at })
		r := ask("POST", at, "/api/v1/session", "", `{"jws":"`+message+`"}`, "Origin", at, "Sec-Fetch-Site", "same-origin")
		cookie := r.Header.Get("Set-Cookie")
		secure := strings.HasPrefix(at, "https")
		if r.StatusCode != http.StatusOK || !strings.HasPrefix(cookie, name+"=") || strings.Contains(cookie, "Secure") != secure {
			t.Fatalf("%s: %d %s", at, r.StatusCode, cookie)
		}
		if h := r.Header.Get("Strict-Transport-Security"); h != "" {
			t.Errorf("%s: browsers are told to use nothing but HTTPS, and cannot: %s", at, h)
		}
		value, _, _ := strings.Cut(cookie, ";")
		for _, c := range []struct {
			name   string
			header []string
			status int
		}{
			{"another site", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, 403},
			{"another port", []string{"Sec-Fetch-Site", "same-site", "Origin", "http://localhost:9999"}, 403},
			{"an old browser at another site", []string{"Origin", "https://evil.example"}, 403},
			{"a sandbox", []string{"Origin", "null"}, 403},
			{"the other address of ours", []string{"Sec-Fetch-Site", "cross-site", "Origin", "http://localhost:8080"}, 400},
			{"our own page", []string{"Sec-Fetch-Site", "same-origin", "Origin", at}, 400},
			{"an old browser at our own page", []string{"Origin", at}, 400},
			{"a token, which no site can make a browser send", []string{"Sec-Fetch-Site", "cross-site", "Authorization", "Bearer x"}, 401},
		} {
			if r := ask("PUT", at, "/api/v1/evidence/x", value, "x", c.header...); r.StatusCode != c.status {
				t.Errorf("%s, %s: %d, want %d", at, c.name, r.StatusCode, c.status)
			}
		}
		// An event that another site sends is judged by its signature, like every other.
		if r := ask("POST", at, "/api/v1/events", "", `{"events":[{"jws":"a.b.c"}]}`, "Sec-Fetch-Site", "cross-site"); r.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("an event: %d", r.StatusCode)
		}
		if secure {
			// Plain HTTP, or another host of the domain, can set a cookie without the prefix only.
			if r := ask("GET", at, "/api/v1/session", strings.TrimPrefix(value, "__Host-"), ""); r.StatusCode != http.StatusUnauthorized {
				t.Errorf("a cookie without its prefix opens: %d", r.StatusCode)
			}
		}
	}
	for _, other := range []string{"http://192.168.1.5:8443", "https://localhost:8443", "http://localhost:8081"} {
		message := w.signInJWS(w.planter, rootline.TypSignIn, func(m *rootline.SignIn) { m.Origin = other })
		if r := ask("POST", "http://localhost:8080", "/api/v1/session", "", `{"jws":"`+message+`"}`); r.StatusCode != http.StatusUnauthorized {
			t.Errorf("a sign-in for %s: %d", other, r.StatusCode)
		}
	}
}
