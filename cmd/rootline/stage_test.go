package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/rulebook"
)

// stage is a gateway over a ledger in memory that judges for real, and a folder to run commands in.
type stage struct {
	*httptest.Server
	t      testing.TB
	folder string
	in     string
	mu     sync.Mutex
	world  *judgetest.World
	jws    map[string]string
	// fail, when set, runs after an events request was carried out; true loses its answer.
	fail func() bool
}

func newStage(t testing.TB) *stage {
	s := &stage{t: t, folder: t.TempDir(), world: judgetest.NewWorld(t), jws: map[string]string{}}
	for ref, yaml := range rulebook.FirstVersions() {
		s.world.Adopt(yaml, ref)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/ledger", s.ledger)
	mux.HandleFunc("GET /api/v1/rulebooks", s.rulebooks)
	mux.HandleFunc("GET /api/v1/rulebooks/{ref}", s.rulebook)
	mux.HandleFunc("POST /api/v1/events", func(w http.ResponseWriter, r *http.Request) { s.events(w, r, true) })
	mux.HandleFunc("POST /api/v1/events:check", func(w http.ResponseWriter, r *http.Request) { s.events(w, r, false) })
	mux.HandleFunc("GET /api/v1/events/{id}", s.event)
	mux.HandleFunc("GET /api/v1/assets", s.list)
	mux.HandleFunc("GET /api/v1/assets/{id}/dependants", s.dependants)
	mux.HandleFunc("GET /api/v1/recalls/{id}", s.recall)
	mux.HandleFunc("GET /api/v1/ballots", s.ballots)
	mux.HandleFunc("POST /api/v1/session", s.session)
	mux.HandleFunc("PUT /api/v1/evidence/{sha256}", func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil || rootline.HashOf(b).String() != r.PathValue("sha256") {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusCreated)
	})
	mux.HandleFunc("GET /api/v1/devices/{kid}", s.device)
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// run runs a command line in the folder.
func (s *stage) run(args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	env := &environment{in: strings.NewReader(s.in), out: &o, err: &e, getenv: func(string) string { return "" }, dataFlag: s.folder}
	code = execute(context.Background(), env, append([]string{"--data", s.folder}, args...))
	return code, o.String(), e.String()
}

// must runs a command line that has to succeed.
func (s *stage) must(args ...string) string {
	s.t.Helper()
	code, out, errs := s.run(args...)
	if code != exitOK {
		s.t.Fatalf("rootline %s: exit %d\n%s%s", strings.Join(args, " "), code, out, errs)
	}
	return out
}

// enrol makes a device past the invite command, and returns the name of its key.
func (s *stage) enrol(msp, role string) string {
	s.t.Helper()
	offer := s.world.Invite(msp, role)
	d, err := offer.Once.Bytes()
	if err != nil {
		s.t.Fatal(err)
	}
	token, err := json.Marshal(client.InviteToken{
		K: base64.RawURLEncoding.EncodeToString(d), Net: judgetest.Net, Invitation: offer.Event.ID, Organisation: msp, Role: role, Name: role,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.must("enrol", s.URL+"/enrol#"+base64.RawURLEncoding.EncodeToString(token))
	return role
}

func (s *stage) file(name, content string) string {
	s.t.Helper()
	path := filepath.Join(s.folder, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// assets lists the recorded assets.
func (s *stage) assets() []*rootline.Asset {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*rootline.Asset
	for _, r := range s.world.State.Records() {
		if a, ok := r.(*rootline.Asset); ok {
			out = append(out, a)
		}
	}
	return out
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func problem(w http.ResponseWriter, status int, e *rootline.Error) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(e)
}

func (s *stage) ledger(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	records := s.world.State.Records()
	number := records[rootline.Ref{Space: rootline.SpaceLedger}].(*rootline.Ledger).Protocol
	l := client.Ledger{Net: judgetest.Net, Channel: "works", Protocol: client.Protocol{Number: number, Known: judge.Protocols()}}
	if b, ok := records[rootline.Ref{Space: rootline.SpaceBallot, ID: rootline.ProtocolBallot(number + 1)}].(*rootline.Ballot); ok {
		l.Protocol.Votes = b.Votes
	}
	for msp := range judgetest.Prefixes {
		l.Organisations = append(l.Organisations, *records[rootline.Ref{Space: rootline.SpaceOrganisation, ID: msp}].(*rootline.Organisation))
	}
	answer(w, http.StatusOK, l)
}

func (s *stage) rulebooks(w http.ResponseWriter, _ *http.Request) {
	var list client.Page[client.RulebookView]
	for ref := range rulebook.FirstVersions() {
		name, version, _ := rootline.SplitRulebook(ref)
		list.Items = append(list.Items, client.RulebookView{Name: name, Version: version})
	}
	answer(w, http.StatusOK, list)
}

func (s *stage) rulebook(w http.ResponseWriter, r *http.Request) {
	text, ok := rulebook.Shipped()[r.PathValue("ref")]
	if !ok {
		problem(w, http.StatusNotFound, rootline.Refuse(rootline.CodeNotFound, "rulebook"))
		return
	}
	answer(w, http.StatusOK, client.RulebookView{Name: r.PathValue("ref"), YAML: string(text)})
}

func (s *stage) events(w http.ResponseWriter, r *http.Request, record bool) {
	var body struct {
		Events []rootline.Submission `json:"events"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	_, _ = io.Copy(io.Discard, r.Body)
	s.mu.Lock()
	results := s.judge(body.Events, record)
	fail := s.fail
	s.mu.Unlock()
	if fail != nil && fail() {
		panic(http.ErrAbortHandler)
	}
	answer(w, http.StatusOK, map[string][]client.EventStatus{"results": results})
}

// judge records what is accepted of a batch, as a gateway does: the refused are answered, the rest is proposed again.
func (s *stage) judge(subs []rootline.Submission, record bool) []client.EventStatus {
	d, err := s.world.Judge.Record(s.world.State, subs, s.world.Now)
	if err != nil {
		s.t.Error(err)
	}
	results := make([]client.EventStatus, len(subs))
	var accepted []rootline.Submission
	for i, o := range d.Outcomes {
		if o.Event != nil {
			results[i] = client.EventStatus{Event: o.Event.ID, Asset: o.Event.Asset}
		}
		switch {
		case o.Refused != nil:
			results[i].Status, results[i].Error = client.Refused, o.Refused
		case record:
			results[i].Status, results[i].Block = client.Committed, 9
			s.jws[o.Event.ID] = subs[i].JWS
			accepted = append(accepted, subs[i])
		default:
			results[i].Status = client.Acceptable
		}
	}
	if len(accepted) > 0 {
		s.world.Record(accepted...)
	}
	return results
}

func (s *stage) event(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	compact, ok := s.jws[r.PathValue("id")]
	if !ok {
		problem(w, http.StatusNotFound, rootline.Refuse(rootline.CodeNotFound, "event"))
		return
	}
	answer(w, http.StatusOK, client.EventView{ID: r.PathValue("id"), JWS: compact, Status: client.Committed})
}

func (s *stage) session(w http.ResponseWriter, r *http.Request) {
	var body struct {
		JWS string `json:"jws"`
	}
	_ = json.NewDecoder(r.Body).Decode(&body)
	signed, err := jws.Parse(body.JWS)
	if err != nil || signed.Typ != rootline.TypSignIn {
		problem(w, http.StatusForbidden, rootline.Refuse(rootline.CodeSignInRefused, err))
		return
	}
	answer(w, http.StatusOK, client.Session{Device: signed.Kid, Token: "t"})
}

func (s *stage) device(w http.ResponseWriter, r *http.Request) {
	rec, _ := s.world.State.Get(rootline.Ref{Space: rootline.SpaceDevice, ID: r.PathValue("kid")})
	answer(w, http.StatusOK, rec)
}
