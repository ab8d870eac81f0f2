package client_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/strictjson"
)

const testNet = "00112233445566778899aabbccddeeff"

// double stands in for a gateway and its ledger: it keeps the wire contract, checks signatures, and records events once.
type double struct {
	*httptest.Server
	mu       sync.Mutex
	devices  map[string]rootline.Device
	invites  map[string]rootline.InviteData
	used     map[string]string
	events   map[string]rootline.Hash
	files    map[string][]byte
	sessions map[string]string
	nonces   map[string]bool
	// refuse says which events the rules refuse.
	refuse func(*rootline.Event) *rootline.Error
	// before runs ahead of each request; true means that it answered.
	before func(http.ResponseWriter, *http.Request) bool
	// after runs once the request was carried out, before its answer is written; true means that it answered.
	after    func(http.ResponseWriter, *http.Request) bool
	requests int
	// slow is how many times an event is only queued before it is committed.
	slow   int
	queued map[string]int
}

func newDouble(t *testing.T) *double {
	d := &double{
		devices: map[string]rootline.Device{}, invites: map[string]rootline.InviteData{}, used: map[string]string{},
		events: map[string]rootline.Hash{}, files: map[string][]byte{}, sessions: map[string]string{}, nonces: map[string]bool{},
		queued: map[string]int{},
		refuse: func(*rootline.Event) *rootline.Error { return nil },
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/ledger", d.ledger)
	mux.HandleFunc("POST /api/v1/events", func(w http.ResponseWriter, r *http.Request) { d.post(w, r, true) })
	mux.HandleFunc("POST /api/v1/events:check", func(w http.ResponseWriter, r *http.Request) { d.post(w, r, false) })
	mux.HandleFunc("POST /api/v1/session", d.signIn)
	mux.HandleFunc("GET /api/v1/devices/{kid}", d.device)
	mux.HandleFunc("/api/v1/evidence/{sha256}", d.evidence)
	d.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.mu.Lock()
		d.requests++
		before, after := d.before, d.after
		d.mu.Unlock()
		if before != nil && before(w, r) {
			return
		}
		rec := httptest.NewRecorder()
		mux.ServeHTTP(rec, r)
		if after != nil && after(w, r) {
			return
		}
		for k, v := range rec.Header() {
			w.Header()[k] = v
		}
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes())
	}))
	t.Cleanup(d.Close)
	return d
}

func (d *double) setAfter(f func(http.ResponseWriter, *http.Request) bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.after = f
}

func (d *double) gateway(t *testing.T, o ...client.Option) *client.Gateway {
	t.Helper()
	g, err := client.NewGateway(d.URL+"/", o...)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// admin registers a device past all invitations.
func (d *double) admin(t *testing.T) *client.Device {
	t.Helper()
	e, err := client.FirstDevice(testNet, "OwnerMSP", "O1", rootline.Hash{})
	if err != nil {
		t.Fatal(err)
	}
	d.devices[e.Device.Kid] = rootline.Device{Kid: e.Device.Kid, Key: e.Device.Key(), Organisation: "OwnerMSP", Role: "admin"}
	return e.Device
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func problem(w http.ResponseWriter, status int, e *rootline.Error, refused ...rootline.Refusal) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(struct {
		Type   string             `json:"type"`
		Code   rootline.Code      `json:"code"`
		Detail string             `json:"detail"`
		Says   rootline.Text      `json:"says"`
		Field  string             `json:"field,omitempty"`
		Errors []rootline.Refusal `json:"errors,omitempty"`
	}{"/problems/" + string(e.Code), e.Code, e.Says.En, e.Says, e.Field, refused})
}

func (d *double) ledger(w http.ResponseWriter, _ *http.Request) {
	answer(w, 200, client.Ledger{
		Net: testNet, Channel: "works", Organisations: []rootline.Organisation{{MSPID: "OwnerMSP", Prefix: "9520001"}},
		Block: client.BlockHeight{Number: 7, Hash: rootline.HashOf([]byte("7"))},
	})
}

func (d *double) post(w http.ResponseWriter, r *http.Request, record bool) {
	var body struct {
		Events []rootline.Submission `json:"events"`
	}
	b, _ := io.ReadAll(r.Body)
	if err := strictjson.Decode(b, &body); err != nil {
		problem(w, 400, rootline.Refuse(rootline.CodeBadRequest, err.Error(), err.Error()))
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	results := make([]client.EventStatus, len(body.Events))
	var refused []rootline.Refusal
	for i, sub := range body.Events {
		id, asset, refusal := d.judge(sub, record)
		results[i] = client.EventStatus{Event: id, Asset: asset, Status: client.Committed, Transaction: "tx", Block: 8}
		if d.queued[id]++; d.queued[id] <= d.slow {
			results[i] = client.EventStatus{Event: id, Asset: asset, Status: client.Queued}
		}
		if !record {
			results[i] = client.EventStatus{Event: id, Asset: asset, Status: client.Acceptable}
		}
		if refusal != nil {
			results[i] = client.EventStatus{Event: id, Asset: asset, Status: client.Refused, Error: refusal}
			refused = append(refused, rootline.Refusal{Index: i, Event: id, Error: refusal})
		}
	}
	if record && len(refused) == len(results) {
		problem(w, 422, refused[0].Error, refused...)
		return
	}
	answer(w, 200, map[string][]client.EventStatus{"results": results})
}

// judge does what the contract says of signatures, enrolment and repetition.
func (d *double) judge(sub rootline.Submission, record bool) (id, asset string, refused *rootline.Error) {
	signed, err := jws.Parse(sub.JWS)
	if err != nil {
		return "", "", rootline.Refuse(rootline.CodeMalformedJWS, err)
	}
	if signed.Typ != rootline.TypEvent {
		return "", "", rootline.Refuse(rootline.CodeWrongType, signed.Typ, rootline.TypEvent)
	}
	if signed.Net != testNet {
		return "", "", rootline.Refuse(rootline.CodeWrongNet, signed.Net)
	}
	e, err := rootline.ParseEvent(signed.Payload)
	if err != nil {
		return "", "", rootline.AsError(err)
	}
	if hash, known := d.events[e.ID]; known {
		if hash != signed.Hash() {
			return e.ID, e.Asset, rootline.Refuse(rootline.CodeEventReused)
		}
		return e.ID, e.Asset, nil
	}
	if refused = d.act(e, signed); refused == nil {
		refused = d.refuse(e)
	}
	if refused == nil && record {
		d.events[e.ID] = signed.Hash()
	}
	return e.ID, e.Asset, refused
}

func (d *double) act(e *rootline.Event, signed *jws.Signed) *rootline.Error {
	if e.Action != rootline.ActEnrol {
		dev, known := d.devices[signed.Kid]
		if !known {
			return rootline.Refuse(rootline.CodeUnknownDevice)
		}
		if pub, err := dev.Key.Public(); err != nil || signed.Verify(pub) != nil {
			return rootline.Refuse(rootline.CodeBadSignature)
		}
	}
	switch e.Action {
	case rootline.ActInvite:
		var body rootline.InviteData
		if err := strictjson.Decode(e.Data, &body); err != nil {
			return rootline.Refuse(rootline.CodeMalformedEvent, err)
		}
		d.invites[e.ID] = body
	case rootline.ActEnrol:
		return d.enrol(e, signed)
	}
	return nil
}

func (d *double) enrol(e *rootline.Event, signed *jws.Signed) *rootline.Error {
	var body rootline.EnrolData
	if err := strictjson.Decode(e.Data, &body); err != nil {
		return rootline.Refuse(rootline.CodeMalformedEvent, err)
	}
	pub, err := body.Key.Public()
	if err != nil || body.Key.Thumbprint() != signed.Kid || signed.Verify(pub) != nil {
		return rootline.Refuse(rootline.CodeKeyNotHeld)
	}
	proof, err := jws.Parse(body.Proof)
	if err != nil || proof.Typ != rootline.TypEnrolment || proof.Net != testNet {
		return rootline.Refuse(rootline.CodeUnknownInvite)
	}
	var vouched rootline.EnrolProof
	if strictjson.Decode(proof.Payload, &vouched) != nil {
		return rootline.Refuse(rootline.CodeUnknownInvite)
	}
	invite, known := d.invites[vouched.Invitation]
	if !known {
		return rootline.Refuse(rootline.CodeUnknownInvite)
	}
	if vouched.Organisation != "OwnerMSP" {
		return rootline.Refuse(rootline.CodeOtherInviter, "OwnerMSP", vouched.Organisation)
	}
	once, _ := invite.Key.Public()
	if proof.Verify(once) != nil || vouched.Device != signed.Kid {
		return rootline.Refuse(rootline.CodeKeyNotHeld)
	}
	if d.used[proof.Kid] != "" {
		return rootline.Refuse(rootline.CodeInviteUsed)
	}
	if invite.Role != body.Role {
		return rootline.Refuse(rootline.CodeRoleNotInvited, invite.Role, body.Role)
	}
	d.used[proof.Kid] = signed.Kid
	d.devices[signed.Kid] = rootline.Device{Kid: signed.Kid, Key: body.Key, Organisation: "OwnerMSP", Role: body.Role, Name: invite.Name}
	return nil
}
