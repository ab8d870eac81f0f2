package httpapi

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/sessions"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/limits"
)

// Each way in which a sign-in is not one for here and now, and what is said of it.
func TestSignIn(t *testing.T) {
	w := newWorks(t)
	stranger := &judgetest.Person{Key: judgetest.NewKey(t)}
	used := w.signInJWS(w.planter, rootline.TypSignIn, nil)
	if r := w.post("/api/v1/session", map[string]string{"jws": used}); r.status != http.StatusOK {
		t.Fatalf("%d %s", r.status, r.body)
	}
	w.Do(w.Admins[judgetest.Contractor], judgetest.Act(rootline.ActRevoke, rootline.RevokeData{Device: w.gone.Kid(), Reason: "lost"}))
	w.await()
	with := func(change func(*rootline.SignIn)) string { return w.signInJWS(w.planter, rootline.TypSignIn, change) }
	for _, c := range []struct {
		name, jws string
		status    int
		code      rootline.Code
	}{
		{"right", with(nil), 200, ""},
		{"replayed", used, 401, rootline.CodeSignInRefused},
		{"for another site", with(func(m *rootline.SignIn) { m.Origin = "https://evil.example" }), 401, rootline.CodeSignInRefused},
		{"expired", with(func(m *rootline.SignIn) { m.Expires = rootline.InstantOf(time.Now()) - 1 }), 401, rootline.CodeSignInRefused},
		{"expires in an hour", with(func(m *rootline.SignIn) { m.Expires += 3_600_000 }), 401, rootline.CodeSignInRefused},
		{"short nonce", with(func(m *rootline.SignIn) { m.Nonce = "AAAA" }), 401, rootline.CodeSignInRefused},
		{"nonce that is no base64url", with(func(m *rootline.SignIn) { m.Nonce = strings.Repeat("=", 32) }), 401, rootline.CodeSignInRefused},
		{"endless nonce", with(func(m *rootline.SignIn) { m.Nonce = strings.Repeat("A", 4096) }), 401, rootline.CodeSignInRefused},
		{"an event as sign-in", w.Sign(w.planter, w.newTree(w.tree)).JWS, 400, rootline.CodeWrongType},
		{"an enrolment as sign-in", w.signInJWS(w.planter, rootline.TypEnrolment, nil), 400, rootline.CodeWrongType},
		{"another payload", w.SignRaw(w.planter.Key, rootline.TypSignIn, `{"hello":1}`).JWS, 401, rootline.CodeSignInRefused},
		{"a member too many", w.SignRaw(w.planter.Key, rootline.TypSignIn, `{"origin":"`+origin+`","nonce":"AAAAAAAAAAAAAAAAAAAAAA","expires":"2099-01-01T00:00:00Z","admin":true}`).JWS, 401, rootline.CodeSignInRefused},
		{"unknown device", w.signInJWS(stranger, rootline.TypSignIn, nil), 403, rootline.CodeUnknownDevice},
		{"revoked device", w.signInJWS(w.gone, rootline.TypSignIn, nil), 403, rootline.CodeDeviceRevoked},
		{"another ledger", otherNet(t, w), 400, rootline.CodeWrongNet},
		{"another's name", otherKid(t, w), 401, rootline.CodeBadSignature},
		{"alg none", algNone(w.planter), 400, rootline.CodeMalformedJWS},
		{"no JWS", "hello", 400, rootline.CodeMalformedJWS},
		{"nothing", "", 400, rootline.CodeMalformedJWS},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := w.post("/api/v1/session", map[string]string{"jws": c.jws})
			if r.status != c.status || r.code() != c.code {
				t.Errorf("%d %s, want %d %s: %s", r.status, r.code(), c.status, c.code, r.body)
			}
			var p problem.Problem
			if r.into(t, &p); (c.code == rootline.CodeDeviceRevoked) != (p.Ended != 0) {
				t.Errorf("it says that the device ended at %v: %s", p.Ended, r.body)
			}
			if cookie := r.header.Get("Set-Cookie"); (cookie != "") != (c.status == 200) {
				t.Errorf("cookie %q", cookie)
			}
		})
	}
}

func TestSessionCookie(t *testing.T) {
	w := newWorks(t)
	r := w.post("/api/v1/session", map[string]string{"jws": w.signInJWS(w.planter, rootline.TypSignIn, nil)})
	cookie := r.header.Get("Set-Cookie")
	for _, want := range []string{"__Host-" + cookieName + "=", "HttpOnly", "SameSite=Strict", "Secure", "Path=/", "Max-Age=43200"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("the cookie lacks %s: %s", want, cookie)
		}
	}
	value, _, _ := strings.Cut(cookie, ";")
	var s Session
	w.get("/api/v1/session", "", "Cookie", value).into(t, &s)
	if s.Device != w.planter.Kid() || s.Role != "planter" || s.Organisation != judgetest.Contractor || s.Token != "" {
		t.Errorf("%+v", s)
	}
	// What another site's page makes a browser send is not done, cookie or not.
	for _, header := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}} {
		if r := w.ask(http.MethodDelete, "/api/v1/session", "", nil, append([]string{"Cookie", value}, header...)...); r.status != http.StatusForbidden {
			t.Errorf("%v: %d", header, r.status)
		}
	}
	if r := w.get("/api/v1/session", "", "Cookie", value); r.status != http.StatusOK {
		t.Error("another site ended the session")
	}
}

func TestSignOut(t *testing.T) {
	w := newWorks(t)
	token := w.signIn(w.planter)
	if r := w.ask(http.MethodDelete, "/api/v1/session", token, nil); r.status != http.StatusNoContent || !strings.Contains(r.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("%d %v", r.status, r.header)
	}
	if r := w.get("/api/v1/devices", token); r.status != http.StatusUnauthorized {
		t.Errorf("the token still opens: %d", r.status)
	}
	if r := w.ask(http.MethodDelete, "/api/v1/session", token, nil); r.status != http.StatusNoContent {
		t.Errorf("signing out twice: %d", r.status)
	}
}

func TestSessionEnds(t *testing.T) {
	w := newWorks(t)
	token := w.signIn(w.planter)
	w.server.now = func() time.Time { return time.Now().Add(-time.Hour) }
	if r := w.get("/api/v1/devices", token); r.status != http.StatusOK {
		t.Fatal(r.status)
	}
	if r := w.get("/api/v1/devices", token+"x"); r.status != http.StatusUnauthorized || r.header.Get("WWW-Authenticate") == "" {
		t.Errorf("%d %v", r.status, r.header)
	}
}

// TestSignInsOfADeviceAreBounded: a device cannot fill the disk with its sessions and sign-ins; others still sign in.
func TestSignInsOfADeviceAreBounded(t *testing.T) {
	w := newWorks(t)
	begin := func(ends time.Duration) {
		for range limits.Sessions {
			if _, err := w.server.Sessions.Create(t.Context(), sessions.Session{Kid: w.planter.Kid(), Expires: rootline.InstantOf(time.Now().Add(ends))}); err != nil {
				t.Fatal(err)
			}
		}
	}
	begin(sessionLife - 2*signInLife)
	w.signIn(w.planter) // they did not begin just now
	begin(sessionLife)
	r := w.post("/api/v1/session", map[string]string{"jws": w.signInJWS(w.planter, rootline.TypSignIn, nil)})
	var p problem.Problem
	r.into(t, &p)
	if r.status != http.StatusTooManyRequests || p.Code != rootline.CodeTooManyRequests || r.header.Get("Retry-After") == "" {
		t.Errorf("%d %s", r.status, r.body)
	}
	w.signIn(w.manager)
}
