package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

func TestRecord(t *testing.T) {
	d := newDouble(t)
	g, device := d.gateway(t), d.admin(t)
	e := &rootline.Event{Asset: rootline.NewCode("9520001"), Kind: "tree", Action: "inventory", Rulebook: "forestation@1"}
	status, err := g.Record(t.Context(), device, e, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if status.Status != client.Committed || status.Event != e.ID || !rootline.ValidEventID(e.ID) || e.At == 0 || status.Block != 8 {
		t.Fatalf("got %+v for %+v", status, e)
	}
	if again, err := g.Record(t.Context(), device, e, 0); err != nil || again.Status != client.Committed || len(d.events) != 1 {
		t.Fatalf("sent again: %+v, %v, %d events", again, err, len(d.events))
	}
	e.Action = "plant"
	if _, err := g.Record(t.Context(), device, e, 0); rootline.CodeOf(err) != rootline.CodeEventReused {
		t.Fatalf("other content under the same id: %v", err)
	}
}

func TestSignRefusesWhatNoGatewayTakes(t *testing.T) {
	device := newDouble(t).admin(t)
	for name, e := range map[string]rootline.Event{
		"action":   {Rulebook: "forestation@1"},
		"rulebook": {Action: "plant", Rulebook: "forestation"},
		"data":     {Action: "plant", Rulebook: "forestation@1", Data: []byte(`{"height":1.5}`)},
		"place":    {Action: "plant", Rulebook: "forestation@1", Place: &rootline.Position{Point: rootline.Point{Lat: 91_000_000}}},
	} {
		if _, err := device.Sign(&e); rootline.CodeOf(err) != rootline.CodeMalformedEvent {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRefused(t *testing.T) {
	d := newDouble(t)
	g, device := d.gateway(t), d.admin(t)
	d.refuse = func(e *rootline.Event) *rootline.Error {
		if e.Action == "plant" {
			return &rootline.Error{Code: "outside-plot", Says: rootline.Text{En: "Planted outside", Zh: "不在小班内"}, Field: "/place", Rule: "r"}
		}
		return nil
	}
	sign := func(action string) rootline.Submission {
		sub, err := device.Sign(&rootline.Event{Asset: "9520001AAAA", Action: action, Rulebook: "forestation@1"})
		if err != nil {
			t.Fatal(err)
		}
		return sub
	}
	all := []rootline.Submission{sign("plant"), sign("plant")}
	for name, subs := range map[string][]rootline.Submission{"all": all, "some": append(all, sign("water"))} {
		statuses, err := g.Submit(t.Context(), subs, 0)
		if err != nil || len(statuses) != len(subs) {
			t.Fatalf("%s: %v %v", name, statuses, err)
		}
		refusal := rootline.AsError(statuses[1].Err())
		if statuses[1].Asset != "9520001AAAA" || statuses[1].Event == "" {
			t.Errorf("%s: of what? %+v", name, statuses[1])
		}
		if refusal == nil || refusal.Code != "outside-plot" || refusal.Says.Zh != "不在小班内" || refusal.Field != "/place" || refusal.Rule != "r" {
			t.Errorf("%s: %+v", name, statuses[1])
		}
		if len(statuses) == 3 && statuses[2].Status != client.Committed {
			t.Errorf("%s: %+v", name, statuses[2])
		}
	}
	if statuses, err := g.Check(t.Context(), all); err != nil || statuses[0].Status != client.Refused {
		t.Errorf("check: %+v %v", statuses, err)
	}
}

func TestBusyIsTriedAgain(t *testing.T) {
	for _, c := range []struct {
		name     string
		status   int
		after    string
		failures int
		patience time.Duration
		requests int
		ok       bool
	}{
		{"busy twice", 503, "0", 2, 10 * time.Second, 3, true},
		{"too many", 429, "1", 1, 10 * time.Second, 2, true},
		{"no room on its disk", 507, "0", 1, 10 * time.Second, 2, true},
		{"proxy", 502, "", 1, 10 * time.Second, 2, true},
		{"longer than we would wait", 503, "3600", 1, 10 * time.Second, 1, false},
		{"no patience", 503, "0", 1, 0, 1, false},
		{"refused", 403, "0", 1, 10 * time.Second, 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDouble(t)
			d.before = func(w http.ResponseWriter, _ *http.Request) bool {
				if d.requests > c.failures {
					return false
				}
				w.Header().Set("Retry-After", c.after)
				problem(w, c.status, rootline.Refuse(rootline.CodeBusy, 1))
				return true
			}
			start := time.Now()
			_, err := d.gateway(t, client.WithPatience(c.patience)).Ledger(t.Context())
			if (err == nil) != c.ok || d.requests != c.requests {
				t.Fatalf("%v after %d requests", err, d.requests)
			}
			if c.ok && c.after == "1" && time.Since(start) < time.Second {
				t.Error("Retry-After was not honoured")
			}
			var p *client.Problem
			if !c.ok && (!errors.As(err, &p) || p.Status != c.status || p.Reason.Code != rootline.CodeBusy) {
				t.Errorf("got %#v", err)
			}
		})
	}
}

// An answer that is lost after the event was recorded must not record it twice, nor be told as a failure.
func TestLostAnswer(t *testing.T) {
	d := newDouble(t)
	lost := 0
	d.after = func(w http.ResponseWriter, _ *http.Request) bool {
		if lost++; lost > 1 {
			return false
		}
		panic(http.ErrAbortHandler)
	}
	var retried error
	g := d.gateway(t, client.OnRetry(func(err error, _ time.Duration) { retried = err }))
	status, err := g.Record(t.Context(), d.admin(t), &rootline.Event{Asset: "9520001AAAA", Action: "plant", Rulebook: "forestation@1"}, 0)
	if err != nil || status.Status != client.Committed || len(d.events) != 1 || d.requests != 2 {
		t.Fatalf("%+v %v: %d events, %d requests", status, err, len(d.events), d.requests)
	}
	var u *client.Unreachable
	if !errors.As(retried, &u) {
		t.Errorf("told as %v", retried)
	}
}

func TestKindsOfFailure(t *testing.T) {
	d := newDouble(t)
	closed := newDouble(t)
	closed.Close()
	other := newDouble(t)
	other.before = func(w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, "https://elsewhere.example/", http.StatusMovedPermanently)
		return true
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := fmt.Errorf("enough")
	cancel(stop)
	quick := client.WithPatience(0)
	var u *client.Unreachable
	if _, err := closed.gateway(t, quick).Ledger(t.Context()); !errors.As(err, &u) || rootline.AsError(err) != nil {
		t.Errorf("nobody there: %#v", err)
	}
	var a *client.AnswerError
	if _, err := other.gateway(t, quick).Ledger(t.Context()); !errors.As(err, &a) || a.Status != 301 {
		t.Errorf("somebody else: %#v", err)
	}
	if _, err := d.gateway(t).Ledger(ctx); !errors.Is(err, stop) {
		t.Errorf("cancelled: %#v", err)
	}
	for _, base := range []string{"", "localhost:8080", "ftp://a", "http://", "http://a?b=c", "http://u:p@a"} {
		if _, err := client.NewGateway(base); err == nil {
			t.Errorf("%q is taken for an address", base)
		}
	}
}

func TestSession(t *testing.T) {
	d := newDouble(t)
	g, device := d.gateway(t), d.admin(t)
	if _, err := g.Device(t.Context(), device.Kid); rootline.CodeOf(err) != rootline.CodeSignInNeeded {
		t.Fatalf("without a session: %v", err)
	}
	s, err := g.SignIn(t.Context(), device)
	if err != nil || s.Device != device.Kid || s.Role != "admin" {
		t.Fatalf("%+v %v", s, err)
	}
	if v, err := g.Device(t.Context(), device.Kid); err != nil || v.Organisation != "OwnerMSP" {
		t.Fatalf("%+v %v", v, err)
	}
	clear(d.sessions) // the session ends
	if _, err := g.Device(t.Context(), device.Kid); err != nil {
		t.Fatalf("not renewed: %v", err)
	}
	stranger, _ := client.NewDevice(testNet)
	if _, err := g.SignIn(t.Context(), stranger); rootline.CodeOf(err) != rootline.CodeSignInRefused {
		t.Fatalf("a stranger: %v", err)
	}
}

func TestEvidence(t *testing.T) {
	d := newDouble(t)
	g, device := d.gateway(t), d.admin(t)
	if _, err := g.SignIn(t.Context(), device); err != nil {
		t.Fatal(err)
	}
	e, err := g.PutEvidence(t.Context(), []byte("leaf"), "image/png")
	if err != nil || e.Size != 4 || e.SHA256 != rootline.HashOf([]byte("leaf")) {
		t.Fatalf("%+v %v", e, err)
	}
	b, media, err := g.Evidence(t.Context(), e.SHA256)
	if err != nil || string(b) != "leaf" || media != "image/png" {
		t.Fatalf("%q %q %v", b, media, err)
	}
	if has, err := g.HasEvidence(t.Context(), e.SHA256); err != nil || !has {
		t.Errorf("%v %v", has, err)
	}
	if has, err := g.HasEvidence(t.Context(), rootline.HashOf(nil)); err != nil || has {
		t.Errorf("what is not there: %v %v", has, err)
	}
	d.files[e.SHA256.String()] = []byte("other")
	var a *client.AnswerError
	if _, _, err := g.Evidence(t.Context(), e.SHA256); !errors.As(err, &a) {
		t.Errorf("altered bytes: %v", err)
	}
}

func TestAwait(t *testing.T) {
	d := newDouble(t)
	g, device := d.gateway(t), d.admin(t)
	d.slow = 2
	e := &rootline.Event{Asset: "9520001AAAA", Action: "plant", Rulebook: "forestation@1"}
	if s, err := g.Record(t.Context(), device, e, 0); err != nil || s.Status != client.Queued || d.requests != 1 {
		t.Fatalf("without a wait: %+v %v after %d requests", s, err, d.requests)
	}
	if s, err := g.Record(t.Context(), device, e, time.Minute); err != nil || s.Status != client.Committed || d.requests != 3 {
		t.Fatalf("with a wait: %+v %v after %d requests", s, err, d.requests)
	}
}
