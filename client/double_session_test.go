package client_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/strictjson"
)

func (d *double) signIn(w http.ResponseWriter, r *http.Request) {
	var body struct {
		JWS string `json:"jws"`
	}
	_ = json.NewDecoder(r.Body).Decode(&body)
	d.mu.Lock()
	defer d.mu.Unlock()
	signed, err := jws.Parse(body.JWS)
	var challenge rootline.SignIn
	if err != nil || signed.Typ != rootline.TypSignIn || strictjson.Decode(signed.Payload, &challenge) != nil {
		problem(w, 400, rootline.Refuse(rootline.CodeSignInRefused, "its form"))
		return
	}
	dev := d.devices[signed.Kid]
	pub, err := dev.Key.Public()
	left := time.Until(challenge.Expires.Time())
	if err != nil || signed.Verify(pub) != nil || challenge.Origin != d.URL || left <= 0 || left > 5*time.Minute ||
		len(challenge.Nonce) < 22 || d.nonces[challenge.Nonce] {
		problem(w, 403, rootline.Refuse(rootline.CodeSignInRefused, "it does not hold here"))
		return
	}
	d.nonces[challenge.Nonce] = true
	d.sessions[challenge.Nonce] = dev.Kid
	answer(w, 200, client.Session{Device: dev.Kid, Organisation: dev.Organisation, Role: dev.Role, Token: challenge.Nonce})
}

func (d *double) signedIn(w http.ResponseWriter, r *http.Request) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.sessions[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")] != "" {
		return true
	}
	problem(w, 401, rootline.Refuse(rootline.CodeSignInNeeded))
	return false
}

func (d *double) device(w http.ResponseWriter, r *http.Request) {
	if !d.signedIn(w, r) {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if dev, ok := d.devices[r.PathValue("kid")]; ok {
		answer(w, 200, dev)
		return
	}
	problem(w, 404, rootline.Refuse(rootline.CodeNotFound, "device"))
}

func (d *double) evidence(w http.ResponseWriter, r *http.Request) {
	if !d.signedIn(w, r) {
		return
	}
	name := r.PathValue("sha256")
	if r.Method == http.MethodPut {
		b, _ := io.ReadAll(r.Body)
		d.mu.Lock()
		defer d.mu.Unlock()
		d.files[name] = b
		w.WriteHeader(http.StatusCreated)
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	b, ok := d.files[name]
	if !ok {
		problem(w, 404, rootline.Refuse(rootline.CodeNotFound, "evidence"))
		return
	}
	w.Header().Set("Content-Type", "image/png")
	_, _ = w.Write(b)
}
