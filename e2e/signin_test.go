package e2e

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/network"
)

// Lists, people and files are for those who sign in; a single item and its history are for everybody.
func TestListsAreForThoseWhoSignIn(t *testing.T) {
	w := site(t)
	session, err := w.gateway(0).SignIn(t.Context(), w.reader)
	w.ok(err)
	code := rootline.NewCode(contractorPrefix)
	w.do(w.sign(w.nursery, w.selecting(code)))
	for _, c := range []struct {
		path   string
		public bool
	}{
		{"/api/v1/assets", false}, {"/api/v1/places", false}, {"/api/v1/devices", false}, {"/api/v1/devices/" + w.nursery.kid(), false},
		{"/api/v1/findings", false}, {"/api/v1/ballots", false}, {"/api/v1/evidence/" + w.photo.SHA256.String(), false},
		{"/api/v1/assets/" + code + "/trace?direction=forward", false},
		{"/api/v1/assets/" + code, true}, {"/api/v1/assets/" + code + "/events", true}, {"/api/v1/assets/" + code + "/trace?direction=back", true},
		{"/api/v1/assets/" + code + "/qr.svg", true}, {"/api/v1/places/" + plotID, true}, {"/api/v1/rulebooks", true}, {"/api/v1/rulebooks/trial@1", true},
		{"/api/v1/rulebooks/trial@1.yaml", true}, {"/api/v1/ledger", true}, {"/api/v1/blocks/0", true}, {"/8004/" + code, true},
		{"/openapi.json", true}, {"/healthz", true}, {"/readyz", true}, {"/metrics", true}, {"/", true},
	} {
		t.Run(c.path, func(t *testing.T) {
			guest := fetch(t, http.MethodGet, gatewayURL(0)+c.path, "")
			if c.public != (guest.status == http.StatusOK) || !c.public && (guest.status != http.StatusUnauthorized || codeOf(guest) != rootline.CodeSignInNeeded) {
				t.Errorf("a guest gets HTTP %d, %s", guest.status, codeOf(guest))
			}
			member := fetch(t, http.MethodGet, gatewayURL(0)+c.path, "", "Authorization", "Bearer "+session.Token)
			if member.status != http.StatusOK {
				t.Errorf("a member gets HTTP %d: %.200s", member.status, member.body)
			}
			forged := fetch(t, http.MethodGet, gatewayURL(0)+c.path, "", "Authorization", "Bearer "+session.Token+"x")
			if !c.public && forged.status != http.StatusUnauthorized {
				t.Errorf("a forged session gets HTTP %d", forged.status)
			}
		})
	}
}

func codeOf(a answer) rootline.Code {
	var p problem
	_ = json.Unmarshal([]byte(a.body), &p) // what is no problem has no code
	return p.Code
}

// The challenge is built by the device. Each way to cheat with it is refused.
func TestSigningInIsRefusedToWhoCheats(t *testing.T) {
	w := site(t)
	revoked := w.enrol(network.Contractor, "planter")
	sub, err := w.admins[network.Contractor].Sign(act(rootline.ActRevoke, rootline.RevokeData{Device: revoked.kid()}))
	w.ok(err)
	w.do(sub)
	challenge := func(origin, nonce string, life time.Duration) string {
		b, err := json.Marshal(rootline.SignIn{Origin: origin, Nonce: nonce, Expires: rootline.InstantOf(time.Now().Add(life))})
		w.ok(err)
		return string(b)
	}
	here := gatewayURL(0)
	nonce := func() string { return rootline.HashOf([]byte(rootline.NewCode("nonce"))).String()[:32] }
	proper := challenge(here, nonce(), time.Minute)
	signed := func(p *person, payload string) string {
		return w.signRaw(p.key, rootline.TypSignIn, w.net, payload).JWS
	}
	once := signed(w.planter, proper)
	event := w.sign(w.planter, w.planting(rootline.NewCode(contractorPrefix)))
	for _, c := range []struct {
		name, jws string
		want      rootline.Code
	}{
		{"properly", once, ""},
		{"with the same challenge again", once, rootline.CodeSignInRefused},
		{"with an event", event.JWS, rootline.CodeWrongType},
		{"for another gateway", signed(w.planter, challenge(gatewayURL(1), nonce(), time.Minute)), rootline.CodeSignInRefused},
		{"for another ledger", w.signRaw(w.planter.key, rootline.TypSignIn, "00112233445566778899aabbccddeeff", challenge(here, nonce(), time.Minute)).JWS, rootline.CodeWrongNet},
		{"too late", signed(w.planter, challenge(here, nonce(), -time.Minute)), rootline.CodeSignInRefused},
		{"for a year", signed(w.planter, challenge(here, nonce(), 365*24*time.Hour)), rootline.CodeSignInRefused},
		{"by an unknown device", signed(&person{key: newKey(t)}, challenge(here, nonce(), time.Minute)), rootline.CodeUnknownDevice},
		{"by a revoked device", signed(revoked, challenge(here, nonce(), time.Minute)), rootline.CodeDeviceRevoked},
		{"with nonsense", "x.y.z", rootline.CodeMalformedJWS},
	} {
		t.Run(c.name, func(t *testing.T) {
			body, err := json.Marshal(map[string]string{"jws": c.jws})
			if err != nil {
				t.Fatal(err)
			}
			a := fetch(t, http.MethodPost, here+"/api/v1/session", string(body), "Content-Type", "application/json")
			if codeOf(a) != c.want || (a.status == http.StatusOK) != (c.want == "") {
				t.Errorf("HTTP %d: %.300s; want %q", a.status, a.body, c.want)
			}
			if c.want != "" && a.header.Get("Set-Cookie") != "" {
				t.Error("a cookie was set")
			}
		})
	}
}

// A session ends with its device.
func TestASessionEndsWhenItsDeviceIsRevoked(t *testing.T) {
	w := site(t)
	p := w.enrol(network.Contractor, "planter")
	body, err := json.Marshal(rootline.SignIn{
		Origin: gatewayURL(0), Nonce: rootline.HashOf([]byte(rootline.NewCode("nonce"))).String()[:32], Expires: rootline.InstantOf(time.Now().Add(time.Minute)),
	})
	w.ok(err)
	message, err := json.Marshal(map[string]string{"jws": w.signRaw(p.key, rootline.TypSignIn, w.net, string(body)).JWS})
	w.ok(err)
	a := fetch(t, http.MethodPost, gatewayURL(0)+"/api/v1/session", string(message), "Content-Type", "application/json")
	var session client.Session
	w.ok(json.Unmarshal([]byte(a.body), &session))
	list := func() int {
		return fetch(t, http.MethodGet, gatewayURL(0)+"/api/v1/assets", "", "Authorization", "Bearer "+session.Token).status
	}
	if status := list(); status != http.StatusOK {
		t.Fatalf("before: HTTP %d", status)
	}
	sub, err := w.admins[network.Contractor].Sign(act(rootline.ActRevoke, rootline.RevokeData{Device: p.kid()}))
	w.ok(err)
	w.do(sub)
	if status := list(); status != http.StatusForbidden {
		t.Fatalf("after: HTTP %d", status)
	}
}
