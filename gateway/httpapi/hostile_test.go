package httpapi

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/jws"
)

func algNone(p *judgetest.Person) string {
	enc := base64.RawURLEncoding.EncodeToString
	head := enc([]byte(`{"alg":"none","typ":"` + rootline.TypSignIn + `","kid":"` + p.Kid() + `","net":"` + judgetest.Net + `"}`))
	return head + "." + enc([]byte(`{}`)) + "."
}

// otherNet is a sign-in that is right but for its ledger.
func otherNet(t *testing.T, w *works) string {
	t.Helper()
	compact, err := jws.Sign(w.planter.Key, rootline.TypSignIn, strings.Repeat("f", 32), []byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	return compact
}

// otherKid is the nursery's message under the planter's name.
func otherKid(t *testing.T, w *works) string {
	t.Helper()
	_, rest, _ := strings.Cut(w.signInJWS(w.nursery, rootline.TypSignIn, nil), ".")
	head, err := json.Marshal(jws.Header{Alg: jws.Algorithm, Typ: rootline.TypSignIn, Kid: w.planter.Kid(), Net: judgetest.Net})
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(head) + "." + rest
}

// Requests that are wrong in themselves: each gets a problem with a code, and nothing is recorded.
func TestHostileRequests(t *testing.T) {
	w := newWorks(t)
	before := w.height()
	one := `{"jws":"` + w.Sign(w.nursery, w.newTree(judgetest.Code(judgetest.Contractor))).JWS + `"}`
	event := func(jws string) string { return `{"events":[{"jws":"` + jws + `"}]}` }
	const events = "/api/v1/events"
	for _, c := range []struct {
		name, method, path, body string
		header                   []string
		status                   int
		code                     rootline.Code
	}{
		{"10 MB", "POST", events, `{"events":[{"jws":"` + strings.Repeat("a", 10<<20) + `"}]}`, nil, 413, rootline.CodeTooLarge},
		{"1,001 events", "POST", events, `{"events":[` + strings.Repeat(`{"jws":"a.b.c"},`, 1000) + `{"jws":"a.b.c"}]}`, nil, 413, rootline.CodeTooMany},
		{"no events", "POST", events, `{"events":[]}`, nil, 400, rootline.CodeBadRequest},
		{"no body", "POST", events, ``, nil, 400, rootline.CodeBadRequest},
		{"deep JSON", "POST", events, strings.Repeat(`{"events":[`, 2000) + strings.Repeat(`]}`, 2000), nil, 400, rootline.CodeBadRequest},
		{"deep list", "POST", events, strings.Repeat(`[`, 100_000), nil, 400, rootline.CodeBadRequest},
		{"no UTF-8", "POST", events, "{\"events\":[{\"jws\":\"\xff\xfe\"}]}", nil, 400, rootline.CodeBadRequest},
		{"name twice", "POST", events, `{"events":[],"events":[` + one + `]}`, nil, 400, rootline.CodeBadRequest},
		{"name in other case", "POST", events, `{"Events":[` + one + `]}`, nil, 400, rootline.CodeBadRequest},
		{"unknown name", "POST", events, `{"events":[` + one + `],"force":true}`, nil, 400, rootline.CodeBadRequest},
		{"float", "POST", events, `{"events":[{"jws":"a.b.c","inclusion":{"list":"X","index":1.5,"path":[]}}]}`, nil, 400, rootline.CodeBadRequest},
		{"two documents", "POST", events, `{"events":[` + one + `]}{"events":[]}`, nil, 400, rootline.CodeBadRequest},
		{"another type", "POST", events, `<events/>`, []string{"Content-Type", "text/xml"}, 400, rootline.CodeBadRequest},
		{"bad wait", "POST", events + "?wait=soon", `{"events":[` + one + `]}`, nil, 400, rootline.CodeBadRequest},
		{"not JWS", "POST", events, event("hello"), nil, 422, rootline.CodeMalformedJWS},
		{"alg none", "POST", events, event(algNone(w.planter)), nil, 422, rootline.CodeMalformedJWS},
		{"sign-in as event", "POST", events, event(w.signInJWS(w.planter, rootline.TypSignIn, nil)), nil, 422, rootline.CodeWrongType},
		{"long JWS", "POST", events, event(strings.Repeat("a", rootline.MaxEventBytes+1)), nil, 422, rootline.CodeTooLarge},
		{"evidence that is not stored", "POST", events, `{"events":[` + one + `]}`, nil, 422, rootline.CodeEvidenceMissing},
		{"another site signs in", "POST", "/api/v1/session", `{"jws":"a.b.c"}`, []string{"Sec-Fetch-Site", "cross-site"}, 403, rootline.CodeForbidden},
		{"long sign-in", "POST", "/api/v1/session", `{"jws":"` + strings.Repeat("a", 64<<10) + `"}`, nil, 413, rootline.CodeTooLarge},
		{"no code", "GET", "/api/v1/assets/../../etc/passwd", "", nil, 404, rootline.CodeNotFound},
		{"code of lower case", "GET", "/api/v1/assets/abcdefgh1", "", nil, 400, rootline.CodeBadRequest},
		{"code with SQL", "GET", "/api/v1/assets/%27%20OR%201=1--", "", nil, 400, rootline.CodeBadRequest},
		{"unknown code", "GET", "/api/v1/assets/95200020000000000000", "", nil, 404, rootline.CodeNotFound},
		{"unknown event", "GET", "/api/v1/events/" + rootline.NewEventID("somebody"), "", nil, 404, rootline.CodeNotFound},
		{"no event id", "GET", "/api/v1/events/1", "", nil, 404, rootline.CodeNotFound},
		{"unknown place", "GET", "/api/v1/places/a/b/c", "", nil, 404, rootline.CodeNotFound},
		{"no place", "GET", "/api/v1/places/A//..", "", nil, 404, rootline.CodeNotFound},
		{"unknown rulebook", "GET", "/api/v1/rulebooks/none@9", "", nil, 404, rootline.CodeNotFound},
		{"unknown block", "GET", "/api/v1/blocks/999999", "", nil, 404, rootline.CodeNotFound},
		{"no block", "GET", "/api/v1/blocks/-1", "", nil, 400, rootline.CodeBadRequest},
		{"bad direction", "GET", "/api/v1/assets/" + w.tree + "/trace?direction=up", "", nil, 400, rootline.CodeBadRequest},
		{"bad cursor", "GET", "/api/v1/assets/" + w.tree + "/events?cursor=zzz", "", nil, 400, rootline.CodeBadRequest},
		{"endless page", "GET", "/api/v1/assets/" + w.tree + "/events?limit=100000", "", nil, 400, rootline.CodeBadRequest},
		{"huge QR", "GET", "/api/v1/assets/" + w.tree + "/qr.png?size=100000", "", nil, 400, rootline.CodeBadRequest},
		{"bad Last-Event-ID", "GET", "/api/v1/stream", "", []string{"Last-Event-ID", "x"}, 400, rootline.CodeBadRequest},
		{"unknown route", "GET", "/api/v2/assets", "", nil, 404, rootline.CodeNotFound},
		{"unknown method", "PATCH", events, "{}", nil, 405, rootline.CodeBadRequest},
		{"body with a GET", "GET", "/api/v1/ledger", strings.Repeat("x", 1<<20), nil, 413, rootline.CodeTooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			header := append([]string{"Content-Type", "application/json"}, c.header...)
			r := w.ask(c.method, c.path, "", []byte(c.body), header...)
			if r.status != c.status || r.code() != c.code {
				t.Fatalf("%d %s, want %d %s: %.300s", r.status, r.code(), c.status, c.code, r.body)
			}
			var p problem.Problem
			r.into(t, &p)
			if p.Detail == "" || p.Says.Zh == "" || p.Title == "" || p.Status != c.status || p.Type != "/problems/"+string(c.code) {
				t.Errorf("the problem is not whole: %s", r.body)
			}
			if len(r.body) > 4000 {
				t.Errorf("the answer has %d bytes", len(r.body))
			}
		})
	}
	if w.height() != before {
		t.Error("something was recorded")
	}
}

// A handler that panics answers 500 and takes nobody down.
func TestPanicIsAnswered(t *testing.T) {
	w := newWorks(t)
	w.server.Store = nil
	for range 3 {
		r := w.get("/api/v1/assets/"+w.tree, "")
		if r.status != http.StatusInternalServerError || r.code() != rootline.CodeInternal {
			t.Fatalf("%d %s", r.status, r.body)
		}
		if strings.Contains(string(r.body), "nil pointer") {
			t.Errorf("the panic's text is public: %s", r.body)
		}
	}
	w.server.Store = w.store
	if r := w.get("/api/v1/assets/"+w.tree, ""); r.status != http.StatusOK {
		t.Errorf("%d", r.status)
	}
}

func TestSecurityHeaders(t *testing.T) {
	w := newWorks(t)
	for _, path := range []string{"/", "/8004/" + w.tree, "/api/v1/ledger", "/api/v1/assets/none", "/nothing/here", "/openapi.json"} {
		h := w.get(path, "").header
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Content-Security-Policy": "frame-ancestors 'none'",
			"Strict-Transport-Security": "max-age",
		} {
			if !strings.Contains(h.Get(name), want) {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
		if policy := h.Get("Content-Security-Policy"); strings.Contains(strings.ReplaceAll(policy, "'wasm-unsafe-eval'", ""), "unsafe") || !strings.Contains(policy, "default-src 'none'") {
			t.Errorf("%s: policy %q", path, policy)
		}
	}
}

// Metrics and counts are for this machine and for admins, not for whoever comes by way of a proxy.
func TestCountsAreNotForEveryone(t *testing.T) {
	w := newWorks(t)
	far := []string{"X-Forwarded-For", "203.0.113.9"}
	if r := w.get("/metrics", ""); r.status != http.StatusOK {
		t.Errorf("here: %d", r.status)
	}
	for name, c := range map[string]struct {
		token  string
		status int
	}{
		"a guest": {"", 401}, "a planter": {w.signIn(w.planter), 403}, "another's admin": {w.signIn(w.Admins[judgetest.Contractor]), 403},
		"the admin": {w.signIn(w.Admins[judgetest.Owner]), 200},
	} {
		if r := w.get("/metrics", c.token, far...); r.status != c.status {
			t.Errorf("%s: %d, want %d", name, r.status, c.status)
		}
	}
	for _, c := range []struct {
		token  string
		header []string
		counts bool
	}{{"", nil, true}, {"", far, false}, {"", []string{"Via", "1.1 proxy"}, false}, {w.signIn(w.planter), far, true}} {
		r := w.get("/readyz", c.token, c.header...)
		if got := strings.Contains(string(r.body), `"outbox"`) && strings.Contains(string(r.body), `"findings"`); got != c.counts || !strings.Contains(string(r.body), `"ready":true`) {
			t.Errorf("%v: %s", c.header, r.body)
		}
	}
}
