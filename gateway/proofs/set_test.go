package proofs

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/proof"
	"github.com/rootline/rootline/proof/vectors"
)

// voice is a gateway's identity of tests: its MSP id, and as the signature a hash of both. Signatures of Fabric identities are
// e2e's.
type voice struct {
	msp                     string
	revoked, peer, outdated bool
}

func (v voice) signature(message []byte) []byte {
	sum := sha256.Sum256(append([]byte(v.msp), message...))
	return sum[:]
}

func (v voice) Sign(message []byte) (identity, signature []byte, err error) {
	return []byte(v.msp), v.signature(message), nil
}
func (v voice) Organisation() string   { return v.msp }
func (v voice) Client() bool           { return !v.peer && !v.revoked }
func (v voice) Revoked() bool          { return v.revoked }
func (v voice) ValidAt(time.Time) bool { return !v.outdated }
func (v voice) Verify(signature []byte, message ...[]byte) error {
	if !bytes.Equal(signature, v.signature(bytes.Join(message, nil))) {
		return errors.New("it does not hold")
	}
	return nil
}

const testNet = "0123456789abcdef0123456789abcdef"

var testMembers = []string{"AMSP", "BMSP", "CMSP"}

func itemCode(n int) string { return fmt.Sprintf("9520001%013d", n) }

// gatewayOf is an organisation's gateway whose read model stands at a block and holds so many items.
type gatewayOf struct {
	*Sets
	server *httptest.Server
	store  *readmodel.Store
}

func newGatewayOf(t testing.TB, msp string, items int, voices map[string]voice) *gatewayOf {
	t.Helper()
	dir := t.TempDir()
	store, err := readmodel.Open(t.Context(), filepath.Join(dir, "readmodel.db"))
	if err != nil {
		t.Fatal(err)
	}
	g := &gatewayOf{store: store}
	g.put(t, &rootline.Ledger{Net: testNet, Organisations: testMembers, Founded: 5})
	var some []rootline.Record
	for n := range items {
		some = append(some, item(n))
		if len(some) == 1000 || n == items-1 {
			g.put(t, some...)
			some = nil
		}
	}
	g.at(t, 0)
	g.at(t, 1)
	g.Sets, err = NewSets(SetsConfig{
		Maker: New(Config{}), Store: store, Member: voices[msp], Organisation: msp, Gateways: map[string]string{}, Dir: filepath.Join(dir, "proofs"),
		Members: func(identity []byte) (Speaker, error) {
			if v, ok := voices[string(identity)]; ok {
				return v, nil
			}
			return nil, errors.New("a stranger")
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	g.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in SignedQuestion
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Error(err)
		}
		a, err := g.Sign(r.Context(), &in)
		if err != nil {
			w.WriteHeader(http.StatusConflict)
			_ = json.NewEncoder(w).Encode(rootline.AsError(err))
			return
		}
		_ = json.NewEncoder(w).Encode(a)
	}))
	t.Cleanup(func() {
		g.server.Close()
		if err := errors.Join(g.Close(), store.Close()); err != nil {
			t.Error(err)
		}
	})
	return g
}

func item(n int) *rootline.Asset {
	return &rootline.Asset{
		ID: itemCode(n), Kind: "tree", Rulebook: "works@1", State: "planted", Maker: "AMSP", Custodian: "AMSP", Place: fmt.Sprintf("forest/%d", n%2),
		Seq: 1, Head: rootline.HashOf([]byte(itemCode(n))), Changed: 1000,
	}
}

func (g *gatewayOf) put(t testing.TB, records ...rootline.Record) {
	t.Helper()
	if err := g.store.Write(t.Context(), func(tx *readmodel.Tx) error {
		w, err := readmodel.Encode(records)
		tx.Put(w)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// at lets the read model hold one more block.
func (g *gatewayOf) at(t testing.TB, number uint64) {
	t.Helper()
	h := rootline.HashOf([]byte(fmt.Sprint("block ", number)))
	if err := g.store.Write(t.Context(), func(tx *readmodel.Tx) error {
		tx.AddBlock(&readmodel.Block{Number: number, Hash: h, Time: 1000, Count: 1})
		return tx.SetCursor(readmodel.Cursor{Block: number, Hash: h, Time: 1000})
	}); err != nil {
		t.Fatal(err)
	}
}

// three are the gateways of three organisations, the first of which knows the others.
func three(t testing.TB, items int) (a, b, c *gatewayOf, voices map[string]voice) {
	t.Helper()
	voices = map[string]voice{"AMSP": {msp: "AMSP"}, "BMSP": {msp: "BMSP"}, "CMSP": {msp: "CMSP"}}
	a, b, c = newGatewayOf(t, "AMSP", items, voices), newGatewayOf(t, "BMSP", items, voices), newGatewayOf(t, "CMSP", items, voices)
	a.config.Gateways = map[string]string{"BMSP": b.server.URL, "CMSP": c.server.URL}
	return a, b, c, voices
}

func (s *signedSet) outcomes() string {
	var out []string
	for _, v := range s.voices {
		out = append(out, string(v.Outcome))
	}
	return strings.Join(out, " ")
}

// Each organisation signs what it finds itself. One that differs, lies, refuses, or does not answer costs its own signature, and is
// named.
func TestSetsAreSignedByThoseWhoFindTheSame(t *testing.T) {
	a, b, c, voices := three(t, 10)
	scope := &Scope{Filter: readmodel.AssetFilter{Place: "forest/1"}}
	ask := func(want string) *signedSet {
		t.Helper()
		s, err := a.signed(t.Context(), scope, nil)
		if err != nil {
			t.Fatal(err)
		}
		if s.outcomes() != want {
			t.Errorf("%s, want %s", s.outcomes(), want)
		}
		return s
	}
	s := ask("signed signed signed")
	if len(s.set.Items) != 5 || s.set.Block != 1 || s.subject != "assets?place=forest/1" || s.set.Items[0].Code != itemCode(1) {
		t.Errorf("%+v", s.set)
	}
	for i, v := range s.voices {
		if voices[testMembers[i]].Verify(v.signed.Signature, s.set.Message(s.subject)) != nil {
			t.Errorf("%s signed something else", v.Organisation)
		}
	}
	// An item that only one of them has, and another state of one.
	changed := item(3)
	changed.Seq, changed.Head = 2, rootline.HashOf([]byte("later"))
	c.put(t, changed)
	b.put(t, item(11))
	if s := ask("signed differs differs"); s.voices[1].Items != 6 || s.voices[2].Items != 5 {
		t.Errorf("%+v", s.voices)
	}

	// Who answers as another, with a signature that does not hold, with nonsense, with too much, or elsewhere to somebody else.
	own := s
	answers := map[string]func(w http.ResponseWriter){
		"forged": func(w http.ResponseWriter) {
			m := own.set.Message(own.subject)
			_ = json.NewEncoder(w).Encode(SetAnswer{Digest: rootline.Hash(m[len(m)-32:]), Identity: []byte("CMSP"), Signature: voices["CMSP"].signature(m)})
		},
		"silent": func(w http.ResponseWriter) { _, _ = w.Write(bytes.Repeat([]byte(" "), limits.SetAnswerBytes+10)) },
		"refuses": func(w http.ResponseWriter) {
			w.WriteHeader(403)
			_, _ = w.Write([]byte(`{"code":"forbidden","says":{"en":"` + strings.Repeat("no", 1000) + `"}}`))
		},
		"differs": func(w http.ResponseWriter) { _, _ = w.Write([]byte(`{}`)) },
	}
	for want, answer := range answers {
		liar := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w) }))
		q := Question{Subject: own.subject}
		a.config.Gateways["BMSP"] = liar.URL
		v := a.ask(t.Context(), "BMSP", q, func() *proof.Set { return own.set })
		if string(v.Outcome) != want || v.Error != nil && len(v.Error.Says.En) > 2*clippedAt {
			t.Errorf("%+v, want %s", v, want)
		}
		liar.Close()
	}
	// What no verifier takes would spoil the proof for all: a peer's identity, one that has expired, one that was revoked.
	m := own.set.Message(own.subject)
	for _, by := range []voice{{msp: "BMSP", peer: true}, {msp: "BMSP", revoked: true}, {msp: "BMSP", outdated: true}} {
		voices["BMSP"] = by
		if got := a.judged("BMSP", &SetAnswer{Digest: rootline.Hash(m[len(m)-32:]), Identity: []byte("BMSP"), Signature: by.signature(m)}, m, own.set.Made); got != Forged {
			t.Errorf("%+v: %s", by, got)
		}
	}
	voices["BMSP"] = voice{msp: "BMSP"}
	moved := httptest.NewServer(http.RedirectHandler(b.server.URL+SignPath, http.StatusTemporaryRedirect))
	defer moved.Close()
	a.config.Gateways["BMSP"] = moved.URL
	if v := a.ask(t.Context(), "BMSP", Question{}, func() *proof.Set { return own.set }); v.Outcome != Silent {
		t.Errorf("led elsewhere: %+v", v)
	}
	a.config.Gateways = nil
	ask("signed no-address no-address")
	if _, err := a.config.Maker.set(t.Context(), ask("signed no-address no-address")); rootline.CodeOf(err) != rootline.CodeSetUnsigned {
		t.Errorf("signed by one alone: %v", err)
	}
}

// Whoever is past the block of the question is asked again at a newer one.
func TestSetsAreAskedForAgainWhenTheLedgerGoesOn(t *testing.T) {
	a, b, c, _ := three(t, 4)
	b.at(t, 2)
	go func() {
		time.Sleep(200 * time.Millisecond)
		a.at(t, 2)
		c.at(t, 2)
	}()
	s, err := a.signed(t.Context(), &Scope{}, nil)
	if err != nil || s.outcomes() != "signed signed signed" || s.set.Block != 2 {
		t.Fatalf("%v, %+v", err, s)
	}
}

// A gateway signs for members' gateways alone, and only what is now, here, and what it can find.
func TestQuestionsThatAreNotAnswered(t *testing.T) {
	a, b, _, voices := three(t, 4)
	at, _, err := a.store.Cursor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	right := Question{Version: questionVersion, Of: "BMSP", Net: testNet, Subject: "assets", Block: at.Block, Hash: at.Hash, Made: rootline.InstantOf(time.Now())}
	sign := func(q Question, by voice) error {
		question, err := json.Marshal(&q)
		if err != nil {
			t.Fatal(err)
		}
		in := &SignedQuestion{Question: question}
		in.Identity, in.Signature, _ = by.Sign(questionMessage(question))
		_, err = b.Sign(t.Context(), in)
		return err
	}
	if err := sign(right, voices["AMSP"]); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(q *Question)
		code   rootline.Code
	}{
		"to another":        {func(q *Question) { q.Of = "CMSP" }, rootline.CodeBadRequest},
		"another version":   {func(q *Question) { q.Version = questionVersion + 1 }, rootline.CodeBadRequest},
		"another ledger":    {func(q *Question) { q.Net = strings.Repeat("f", 32) }, rootline.CodeBadRequest},
		"old":               {func(q *Question) { q.Made -= 3 * 60_000 }, rootline.CodeBadRequest},
		"of the future":     {func(q *Question) { q.Made += 3 * 60_000 }, rootline.CodeBadRequest},
		"free words":        {func(q *Question) { q.Subject = "All is well" }, rootline.CodeBadRequest},
		"an own verdict":    {func(q *Question) { q.Subject = "assets?disputed=true" }, rootline.CodeBadRequest},
		"another order":     {func(q *Question) { q.Subject = "assets?place=forest&kind=tree" }, rootline.CodeBadRequest},
		"codes not sorted":  {func(q *Question) { q.Subject, q.Codes = "codes", []string{itemCode(2), itemCode(1)} }, rootline.CodeBadRequest},
		"codes of a filter": {func(q *Question) { q.Codes = []string{itemCode(1)} }, rootline.CodeBadRequest},
		"a code of nothing": {func(q *Question) { q.Subject, q.Codes = "codes", []string{itemCode(77)} }, rootline.CodeUnknownAsset},
		"a past block":      {func(q *Question) { q.Block = 0 }, rootline.CodeBlockPassed},
		"another block":     {func(q *Question) { q.Hash[0]++ }, rootline.CodeOtherBlock},
	} {
		q := right
		c.change(&q)
		if err := sign(q, voices["AMSP"]); rootline.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	voices["EMSP"], voices["RMSP"], voices["PMSP"] = voice{msp: "EMSP", outdated: true}, voice{msp: "RMSP", revoked: true}, voice{msp: "PMSP", peer: true}
	for _, msp := range []string{"EMSP", "RMSP", "PMSP", "XMSP"} {
		if err := sign(right, voice{msp: msp}); rootline.CodeOf(err) != rootline.CodeForbidden {
			t.Errorf("%s: %v", msp, err)
		}
	}
	question, err := json.Marshal(&right)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Sign(t.Context(), &SignedQuestion{Question: question, Identity: []byte("AMSP"), Signature: voices["AMSP"].signature(question)}); rootline.CodeOf(err) != rootline.CodeForbidden {
		t.Errorf("a signature that does not hold: %v", err)
	}
	// A copy of an old question, or of one to another gateway, takes nobody's place.
	old, other := right, right
	old.Made -= 3 * 60_000
	other.Of = "CMSP"
	for range questionsEach + 1 {
		if a, b := sign(old, voices["AMSP"]), sign(other, voices["AMSP"]); rootline.CodeOf(a) != rootline.CodeBadRequest || rootline.CodeOf(b) != rootline.CodeBadRequest {
			t.Fatal(a, b)
		}
	}
	if err := sign(right, voices["AMSP"]); err != nil {
		t.Errorf("after copies: %v", err)
	}
	// A question at a time, and so many a minute.
	end, err := b.answering.begin("AMSP")
	if err != nil {
		t.Fatal(err)
	}
	if err := sign(right, voices["AMSP"]); rootline.CodeOf(err) != rootline.CodeTooManyRequests {
		t.Errorf("two at a time: %v", err)
	}
	end()
	for range questionsEach {
		err = sign(right, voices["AMSP"])
	}
	if rootline.CodeOf(err) != rootline.CodeTooManyRequests {
		t.Errorf("without end: %v", err)
	}
}

// The hash of an item's own proof is in the set where the item has the state that the proof is of.
func TestProofsAreNamedByTheStateThatTheyAreOf(t *testing.T) {
	a, _, _, _ := three(t, 3)
	sum := rootline.HashOf([]byte("a proof"))
	s, err := a.signed(t.Context(), &Scope{}, []NamedProof{
		{itemCode(0), item(0).Head, sum}, {itemCode(1), rootline.HashOf([]byte("an older head")), sum}, {itemCode(9), item(0).Head, sum},
	})
	if err != nil || s.outcomes() != "signed signed signed" {
		t.Fatal(err, s)
	}
	if i := s.set.Items; i[0].Proof == nil || *i[0].Proof != sum || i[1].Proof != nil || i[2].Proof != nil {
		t.Errorf("%+v", i)
	}
}

// A subject is read as it was written, and says all that narrows a list, whatever is in it.
func TestScopes(t *testing.T) {
	f := readmodel.AssetFilter{
		Book: "works", Kind: "tree,bush", State: "planted", Place: "forest/9", Custodian: "AMSP", Maker: "BMSP", Lot: itemCode(1), Located: readmodel.No,
		ChangedFrom: 1_700_000_000_000, ChangedTo: 1_700_000_000_250, Under: itemCode(2), Pending: "p", Recall: rootline.NewEventID("somebody"), Frozen: true, Q: "95", Text: "a=b&c%\n油松",
	}
	named := map[string]bool{}
	for _, m := range scopeMembers {
		named[m.name] = true
	}
	of := reflect.TypeFor[readmodel.AssetFilter]()
	members := 0
	for i := range of.NumField() {
		if !of.Field(i).IsExported() {
			continue
		}
		members++
		one := readmodel.AssetFilter{}
		reflect.ValueOf(&one).Elem().Field(i).Set(reflect.ValueOf(f).Field(i))
		s := &Scope{Filter: one}
		back, ok := ParseScope(s.Subject(), nil)
		if !ok || back.Filter != one {
			t.Errorf("%q is read as %+v, %v", s.Subject(), back.Filter, ok)
		}
	}
	// Beyond it are Order, Disputed, what narrows a role (Party, Readers and Signer), and what only the pages of contracts ask: Beneath and
	// Between.
	if members != len(named)+7 {
		t.Errorf("a filter has %d members, and a scope %d", members, len(named))
	}
	// Nobody has others sign a sentence: what people write themselves stands in quotation marks.
	for _, wrong := range []readmodel.AssetFilter{
		{Maker: "Nothing is missing in forest/9"}, {Kind: "tree,all is well"}, {Place: "All is well"}, {Lot: "all is well"}, {Recall: "all is well"},
		{Text: "” and all is well: “"},
	} {
		if err := (&Scope{Filter: wrong}).Check(); rootline.CodeOf(err) != rootline.CodeBadRequest {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
	if s := (&Scope{Filter: readmodel.AssetFilter{Text: "oak"}}).Subject(); s != "assets?text=“oak”" {
		t.Errorf("the subject is %s", s)
	}
	for _, wrong := range []string{"", "asset", "assets?", "assets?kind=", "assets?kind", "assets?kind=a&kind=b", "assets?frozen=yes", "assets?located=maybe", "assets?changedFrom=now", "assets?text=%0a", "assets?text=%", "assets?text=%61", "codes", "assets?text=" + strings.Repeat("x", limits.ProofSubject)} {
		if _, ok := ParseScope(wrong, nil); ok {
			t.Errorf("%q is read", wrong)
		}
	}
}

func waitFor(t *testing.T, s *Sets, id string) *Job {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if j, err := s.Job("AMSP", id); err != nil || j.State.ended() {
			return j
		}
	}
	t.Fatal("the job does not end")
	return nil
}

func files(t *testing.T, s *Sets) []string {
	t.Helper()
	entries, err := os.ReadDir(s.config.Dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, filepath.Ext(e.Name()))
	}
	return out
}

// Jobs are bounded, belong to an organisation, and leave nothing behind when they are cancelled.
func TestJobsAreBounded(t *testing.T) {
	a, _, _, _ := three(t, 3)
	silent := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-silent:
		case <-r.Context().Done():
		}
	}))
	defer slow.Close()
	a.config.Gateways = map[string]string{"BMSP": slow.URL}
	var ids []string
	for range limits.OrganisationSetJobs {
		j, err := a.Begin("kid", "AMSP", Scope{}, false)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, j.ID)
	}
	if _, err := a.Begin("kid", "AMSP", Scope{}, false); rootline.CodeOf(err) != rootline.CodeTooManyRequests {
		t.Errorf("one more: %v", err)
	}
	if _, err := a.Job("BMSP", ids[0]); rootline.CodeOf(err) != rootline.CodeNotFound {
		t.Errorf("another organisation's: %v", err)
	}
	if err := a.Cancel("BMSP", ids[0]); rootline.CodeOf(err) != rootline.CodeNotFound {
		t.Errorf("cancelled by another organisation: %v", err)
	}
	if _, _, err := a.Open("AMSP", ids[0]); rootline.CodeOf(err) != rootline.CodeNotReady {
		t.Errorf("the file of one that is not ready: %v", err)
	}
	for _, id := range ids {
		if err := a.Cancel("AMSP", id); err != nil {
			t.Error(err)
		}
	}
	a.jobs.work.Wait()
	if got := files(t, a.Sets); len(got) > 0 || a.jobs.used != 0 || len(a.Jobs("AMSP")) > 0 {
		t.Errorf("after all were cancelled: %v, %d bytes", got, a.jobs.used)
	}
	close(silent)
	// With fewer signatures than any verifier takes a job fails, and says what came of asking each.
	j, err := a.Begin("kid", "AMSP", Scope{}, false)
	if err != nil {
		t.Fatal(err)
	}
	if j = waitFor(t, a.Sets, j.ID); j.State != Failed || j.Error.Code != rootline.CodeSetUnsigned || len(j.Voices) != 3 || j.Voices[1].Outcome != Silent {
		t.Errorf("%+v", j)
	}
	// The disk's reserve is not touched.
	a.config.Reserve = 1 << 62
	if _, err := a.Begin("kid", "AMSP", Scope{}, false); rootline.CodeOf(err) != rootline.CodeStorageFull {
		t.Errorf("without room: %v", err)
	}
}

// What was ready still is after a start, what was under way has failed, and what belongs to nothing goes.
func TestJobsAfterAStart(t *testing.T) {
	a, _, _, _ := three(t, 1)
	ready := &job{Job: Job{ID: rootline.NewEventID("somebody"), Organisation: "AMSP", State: Ready, Bytes: 5, Ended: rootline.InstantOf(time.Now())}}
	old := &job{Job: Job{ID: rootline.NewEventID("somebody"), Organisation: "AMSP", State: Ready, Bytes: 5, Ended: rootline.InstantOf(time.Now().Add(-25 * time.Hour))}}
	running := &job{Job: Job{ID: rootline.NewEventID("somebody"), Organisation: "AMSP", State: Signing}}
	for _, j := range []*job{ready, old, running} {
		if err := errors.Join(a.keep(j), os.WriteFile(a.file(&j.Job), []byte("proof"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.WriteFile(a.path("stray", ".rlproof"), nil, 0o600), os.WriteFile(a.path("broken", ".json"), []byte("{"), 0o600)); err != nil {
		t.Fatal(err)
	}
	s, err := NewSets(a.config)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	f, _, err := s.Open("AMSP", ready.ID)
	if err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	if j, err := s.Job("AMSP", running.ID); err != nil || j.State != Failed || j.Error.Code != rootline.CodeNotReady {
		t.Errorf("%+v, %v", j, err)
	}
	if _, err := s.Job("AMSP", old.ID); rootline.CodeOf(err) != rootline.CodeNotFound {
		t.Errorf("a day later: %v", err)
	}
	if got := strings.Join(files(t, s), " "); got != ".json .rlproof .json" && got != ".json .json .rlproof" {
		t.Errorf("it keeps %s", got)
	}
	if s.jobs.used != 5 {
		t.Errorf("%d bytes are counted", s.jobs.used)
	}
}

// A set of a ledger whose keys other tests hold is made as its signers signed it.
func TestASetIsMadeAsItWasSigned(t *testing.T) {
	h, _ := heldAbsence(t)
	table, err := vectors.Load()
	if err != nil {
		t.Fatal(err)
	}
	v, err := table.Named("set")
	if err != nil {
		t.Fatal(err)
	}
	file := table.Bytes(v)
	if h.Bundle, err = proof.Decode(file); err != nil {
		t.Fatal(err)
	}
	for _, header := range h.Headers {
		h.raw[header.Number] = signed(&header.Signatures, header.Signatures.By...)
	}
	for _, c := range h.Bundle.Configurations[1:] {
		h.raw[c.Number] = signed(c.Signatures, c.Signatures.By...)
	}
	m := New(Config{Shown: h, Ledger: h, Blocks: h, Channel: h.anchor.Channel, Genesis: h.anchor.Hash})
	s := &signedSet{subject: h.Subject, set: h.Set}
	for _, v := range h.Voices {
		s.voices = append(s.voices, Voice{Outcome: Signed, signed: v})
	}
	made, err := m.set(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	want, err := proof.Encode(h.Bundle)
	if err != nil || !bytes.Equal(made, want) {
		t.Errorf("another file: %v", err)
	}
	// What does not verify is not handed out.
	s.set.Items[0].Seq++
	if _, err := m.set(context.Background(), s); rootline.CodeOf(err) != rootline.CodeNotReady {
		t.Errorf("a list that nobody signed: %v", err)
	}
}

// A set of 10,000 items among 20,000, found and signed by three gateways on one machine:
//
//	go test ./gateway/proofs -run '^$' -bench Set -benchtime 5x
func BenchmarkSet(b *testing.B) {
	a, _, _, _ := three(b, 20_000)
	b.ResetTimer()
	for range b.N {
		s, err := a.signed(b.Context(), &Scope{Filter: readmodel.AssetFilter{Place: "forest/1"}}, nil)
		if err != nil || len(s.set.Items) != 10_000 || len(s.organisations()) != 3 {
			b.Fatal(err, s)
		}
	}
}
