package outbox_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/outbox"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/rulebook"
)

const forestation = "forestation@1"

// rig is an outbox over a ledger in memory.
type rig struct {
	*testing.T
	world   *judgetest.World
	nursery *judgetest.Person
	ledger  *ledger
	config  outbox.Config
	box     *outbox.Outbox
}

// scenario runs a test in a bubble of its own time, so that waiting costs nothing.
func scenario(t *testing.T, run func(r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := judgetest.NewWorld(t)
		w.Adopt(rulebook.Shipped()[forestation], forestation)
		began := time.Now()
		r := &rig{T: t, world: w, nursery: w.Enrol(judgetest.Contractor, "nursery")}
		start := w.Now
		clock := func() time.Time { return start.Time().Add(time.Since(began)) }
		r.ledger = newLedger(w, clock)
		r.config = outbox.Config{
			Path: filepath.Join(t.TempDir(), "outbox.db"), Ledger: r.ledger, Clock: clock, Peer: "peer.owner", Read: r.ledger.read,
			State: func(context.Context) (judge.State, func(), error) { return w.State, func() {}, nil },
			Log:   slog.New(slog.NewTextHandler(io.Discard, nil)),
		}
		if testing.Verbose() {
			r.config.Log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
		}
		// As the projector does: the read model shows a block, then tells.
		r.ledger.onCommit = func(events []outbox.Recorded, _ []rootline.Record) {
			if r.box != nil {
				r.box.Committed(context.Background(), events)
			}
		}
		defer func() {
			if r.box == nil {
				return
			}
			if err := r.box.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		}()
		run(r)
	})
}

func (r *rig) open() {
	r.Helper()
	box, err := outbox.Open(r.Context(), r.config)
	if err != nil {
		r.Fatal(err)
	}
	r.box = box
}

// tree is the event that puts a tree on the ledger.
func (r *rig) tree(code string) rootline.Submission {
	return r.world.Sign(r.nursery, &rootline.Event{
		Asset: code, Action: "select", Kind: "tree", Rulebook: forestation,
		Evidence: []rootline.Evidence{{SHA256: rootline.HashOf([]byte(code)), Type: "image/jpeg", Size: 1000}},
		Data:     json.RawMessage(`{"species":"Pinus tabuliformis","dbh":60,"height":3200}`),
	})
}

func (r *rig) trees(n int) []rootline.Submission {
	subs := make([]rootline.Submission, n)
	for i := range subs {
		subs[i] = r.tree(judgetest.Code(judgetest.Contractor))
	}
	return subs
}

func (r *rig) submit(subs ...rootline.Submission) []outbox.Status {
	r.Helper()
	answers, err := r.box.Submit(r.Context(), subs)
	if err != nil {
		r.Fatalf("submit: %v", err)
	}
	return answers
}

func ids(statuses []outbox.Status) []string {
	out := make([]string, len(statuses))
	for i, s := range statuses {
		out[i] = s.Event
	}
	return out
}

// wait gives the events an hour of the bubble's time.
func (r *rig) wait(answers []outbox.Status) []outbox.Status {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), time.Hour)
	defer cancel()
	out, err := r.box.Wait(ctx, ids(answers))
	if err != nil {
		r.Fatalf("wait: %v", err)
	}
	return out
}

// allCommitted checks that each event is committed, and recorded by exactly one transaction.
func (r *rig) allCommitted(answers []outbox.Status) {
	r.Helper()
	for _, s := range r.wait(answers) {
		r.ledger.mu.Lock()
		n := r.ledger.recorded[s.Event]
		r.ledger.mu.Unlock()
		if s.Stage != outbox.Committed || n != 1 {
			r.Fatalf("event %s: %s (%v), recorded %d times", s.Event, s.Stage, s.Refused, n)
		}
	}
}

// onLedger waits until each event is recorded, by exactly one transaction, whatever the read model shows.
func (r *rig) onLedger(answers []outbox.Status) {
	r.Helper()
	for _, s := range answers {
		n := 0
		for until := time.Now().Add(time.Hour); n == 0 && time.Now().Before(until); time.Sleep(time.Millisecond) {
			r.ledger.mu.Lock()
			n = r.ledger.recorded[s.Event]
			r.ledger.mu.Unlock()
		}
		if n != 1 {
			r.Fatalf("event %s: recorded %d times", s.Event, n)
		}
	}
}

func (r *rig) refused(s outbox.Status, code rootline.Code) {
	r.Helper()
	if s.Stage != outbox.Refused || s.Refused == nil || s.Refused.Code != code {
		r.Fatalf("got %s %v, want refused %s", s.Stage, s.Refused, code)
	}
}

func TestOneEventIsFast(t *testing.T) {
	scenario(t, func(r *rig) {
		r.open()
		start := time.Now()
		answers := r.submit(r.trees(1)...)
		if answers[0].Stage != outbox.Queued {
			t.Fatalf("got %s", answers[0].Stage)
		}
		r.allCommitted(answers)
		if took, most := time.Since(start), r.ledger.latency+40*time.Millisecond; took > most {
			t.Errorf("took %s, at most %s", took, most)
		}
		s, ok, err := r.box.Status(r.Context(), answers[0].Event)
		if err != nil || !ok || s.Transaction != "tx-1" || s.Hash != answers[0].Hash {
			t.Errorf("status %+v, %v, %v", s, ok, err)
		}
	})
}

func TestManyEventsShareTransactions(t *testing.T) {
	scenario(t, func(r *rig) {
		r.config.BatchEvents = 40
		r.open()
		var all []outbox.Status
		for range 10 {
			all = append(all, r.submit(r.trees(20)...)...)
		}
		r.allCommitted(all)
		if r.ledger.proposals > 8 || r.ledger.conflicts > 0 {
			t.Errorf("%d proposals of %v events, %d conflicts", r.ledger.proposals, r.ledger.batches, r.ledger.conflicts)
		}
		if p := r.box.Pending(); p != (outbox.Pending{}) {
			t.Errorf("left behind: %+v", p)
		}
	})
}

func TestRefusedAtOnce(t *testing.T) {
	missing := rootline.HashOf([]byte("no such photo"))
	for _, c := range []struct {
		name string
		sub  func(r *rig) rootline.Submission
		code rootline.Code
	}{
		{"not a JWS", func(*rig) rootline.Submission { return rootline.Submission{JWS: "x"} }, rootline.CodeMalformedJWS},
		{"a sign-in", func(r *rig) rootline.Submission {
			return r.world.SignRaw(r.nursery.Key, rootline.TypSignIn, `{}`)
		}, rootline.CodeWrongType},
		{"unknown device", func(r *rig) rootline.Submission {
			stranger := &judgetest.Person{Key: judgetest.NewKey(r)}
			return r.world.Sign(stranger, &rootline.Event{Asset: "9520002AAAAAAAA", Action: "select", Rulebook: forestation})
		}, rootline.CodeUnknownDevice},
		{"unknown asset", func(r *rig) rootline.Submission {
			return r.world.Sign(r.nursery, &rootline.Event{Asset: "9520002AAAAAAAA", Action: "lift", Rulebook: forestation})
		}, rootline.CodeUnknownAsset},
		{"missing evidence", func(r *rig) rootline.Submission {
			return r.world.Sign(r.nursery, &rootline.Event{
				Asset: "9520002AAAAAAAA", Action: "select", Rulebook: forestation,
				Evidence: []rootline.Evidence{{SHA256: missing, Type: "image/jpeg", Size: 1}},
			})
		}, rootline.CodeEvidenceMissing},
	} {
		t.Run(c.name, func(t *testing.T) {
			scenario(t, func(r *rig) {
				r.config.Evidence = hasAllBut(missing)
				r.open()
				good := r.trees(2)
				answers := r.submit(good[0], c.sub(r), good[1])
				r.refused(answers[1], c.code)
				r.allCommitted([]outbox.Status{answers[0], answers[2]})
				if id := answers[1].Event; id != "" {
					if s, ok, err := r.box.Status(r.Context(), id); ok || err != nil {
						t.Errorf("it was kept: %+v, %v", s, err)
					}
				}
			})
		})
	}
}

// Who asks before recording still has the files; what the rules say is told all the same.
func TestCheckDoesNotAskForFiles(t *testing.T) {
	scenario(t, func(r *rig) {
		missing := rootline.HashOf([]byte("still on the phone"))
		r.config.Evidence = hasAllBut(missing)
		r.open()
		file := []rootline.Evidence{{SHA256: missing, Type: "image/jpeg", Size: 1}}
		tree := judgetest.Code(judgetest.Contractor)
		selecting := &rootline.Event{Asset: tree, Kind: "tree", Action: "select", Rulebook: forestation, Evidence: file,
			Data: json.RawMessage(`{"species":"Pinus tabuliformis","dbh":60,"height":3200}`)}
		lifting := &rootline.Event{Asset: tree, Action: "lift", Rulebook: forestation, Evidence: file, Data: json.RawMessage(`{"rootBall":10}`)}
		answers, err := r.box.Check(r.Context(), []rootline.Submission{r.world.Sign(r.nursery, selecting), r.world.Sign(r.nursery, lifting)})
		if err != nil {
			t.Fatal(err)
		}
		if answers[0].Stage != outbox.Queued {
			t.Errorf("what would be taken is %+v", answers[0])
		}
		if answers[1].Stage != outbox.Refused || answers[1].Refused.Code == rootline.CodeEvidenceMissing {
			t.Errorf("what the rules refuse is %+v", answers[1])
		}
	})
}

// The files that waiting events name are told of, so that they are kept.
func TestNamedFiles(t *testing.T) {
	scenario(t, func(r *rig) {
		file := rootline.HashOf([]byte("a photo"))
		held := make(chan struct{})
		r.ledger.onPropose = func(ctx context.Context, _ int, _ []rootline.Submission) error {
			select {
			case <-held:
			case <-ctx.Done():
			}
			return nil
		}
		r.config.Evidence = hasAllBut{}
		r.open()
		selecting := &rootline.Event{
			Asset: judgetest.Code(judgetest.Contractor), Kind: "tree", Action: "select", Rulebook: forestation,
			Evidence: []rootline.Evidence{{SHA256: file, Type: "image/jpeg", Size: 1}},
			Data:     json.RawMessage(`{"species":"Pinus tabuliformis","dbh":60,"height":3200}`),
		}
		answers := r.submit(r.world.Sign(r.nursery, selecting))
		named := func() bool {
			all, err := r.box.Named(r.Context())
			if err != nil {
				t.Fatal(err)
			}
			return all[file]
		}
		before := named()
		close(held)
		r.allCommitted(answers)
		if !before {
			t.Error("what waits names nothing")
		}
	})
}

type hasAllBut rootline.Hash

func (h hasAllBut) Claim(_ context.Context, hash rootline.Hash) (bool, error) {
	return hash != rootline.Hash(h), nil
}

func TestBusy(t *testing.T) {
	scenario(t, func(r *rig) {
		held := make(chan struct{})
		r.ledger.onPropose = func(ctx context.Context, _ int, _ []rootline.Submission) error {
			select {
			case <-held:
			case <-ctx.Done():
			}
			return nil
		}
		r.config.MaxPending = 5
		r.open()
		answers := r.submit(r.trees(4)...)
		if _, err := r.box.Submit(r.Context(), r.trees(2)); rootline.CodeOf(err) != rootline.CodeBusy {
			t.Fatalf("got %v", err)
		}
		answers = append(answers, r.submit(r.trees(1)...)...)
		if _, err := r.box.Submit(r.Context(), r.trees(1)); rootline.CodeOf(err) != rootline.CodeBusy {
			t.Fatalf("got %v", err)
		}
		if p := r.box.Pending(); p.Queued != 5 || p.Bytes == 0 {
			t.Errorf("pending %+v", p)
		}
		close(held)
		r.allCommitted(answers)
		r.allCommitted(r.submit(r.trees(5)...))
	})
}

func TestTooMany(t *testing.T) {
	scenario(t, func(r *rig) {
		r.open()
		if _, err := r.box.Submit(r.Context(), make([]rootline.Submission, rootline.MaxBatch+1)); rootline.CodeOf(err) != rootline.CodeTooMany {
			t.Errorf("got %v", err)
		}
	})
}

func TestBytesBoundTransactions(t *testing.T) {
	scenario(t, func(r *rig) {
		r.config.BatchBytes = 3000
		r.open()
		r.allCommitted(r.submit(r.trees(20)...))
		for _, n := range r.ledger.batches {
			if n > 4 {
				t.Errorf("a batch of %d events", n)
			}
		}
	})
}

// What names as many records as one transaction may hold goes in several, and none is refused for its company.
func TestRecordsBoundTransactions(t *testing.T) {
	scenario(t, func(r *rig) {
		r.open()
		trees := r.trees(200)
		many := make([]rootline.Submission, len(trees))
		for i, sub := range trees {
			event, _, err := judge.Touch(&sub)
			if err != nil {
				t.Fatal(err)
			}
			wide := *event
			for range rootline.MaxRefs {
				wide.Refs = append(wide.Refs, judgetest.Code(judgetest.Contractor))
			}
			for range rootline.MaxInputs {
				wide.Inputs = append(wide.Inputs, rootline.Input{Asset: judgetest.Code(judgetest.Contractor), Amount: 1})
			}
			many[i] = r.world.Sign(r.nursery, &wide)
		}
		for i, a := range r.submit(many...) {
			if a.Stage != outbox.Refused || a.Refused.Code != rootline.CodeNotAsked {
				t.Fatalf("event %d: %s, %v", i, a.Stage, a.Refused)
			}
		}
	})
}

func TestSameEventAgain(t *testing.T) {
	scenario(t, func(r *rig) {
		r.open()
		sub := r.trees(1)[0]
		event, _, err := judge.Touch(&sub)
		if err != nil {
			t.Fatal(err)
		}
		other := *event
		other.At++
		forged := r.world.Sign(r.nursery, &other)

		answers := r.submit(sub, sub, forged)
		if answers[0].Stage != outbox.Queued || answers[1].Stage != outbox.Queued {
			t.Fatalf("got %s, %s", answers[0].Stage, answers[1].Stage)
		}
		r.refused(answers[2], rootline.CodeEventReused)
		r.refused(r.submit(forged)[0], rootline.CodeEventReused)
		results := make(chan error, 8)
		for range cap(results) {
			go func() {
				_, err := r.box.Submit(r.Context(), []rootline.Submission{sub})
				results <- err
			}()
		}
		for range cap(results) {
			if err := <-results; err != nil {
				t.Error(err)
			}
		}
		r.allCommitted(answers[:1])
		if s := r.submit(sub)[0]; s.Stage != outbox.Committed {
			t.Errorf("got %s", s.Stage)
		}
		r.refused(r.submit(forged)[0], rootline.CodeEventReused)
		if r.ledger.proposals != 1 {
			t.Errorf("%d proposals", r.ledger.proposals)
		}
	})
}

// Events of one tree are sent without waiting, among many others: each is judged after the one before it.
func TestOrderPerKey(t *testing.T) {
	scenario(t, func(r *rig) {
		r.config.BatchEvents, r.config.Linger = 7, time.Millisecond
		r.open()
		codes := make([]string, 12)
		var all []outbox.Status
		for i := range codes {
			codes[i] = judgetest.Code(judgetest.Contractor)
			all = append(all, r.submit(r.tree(codes[i]))...)
		}
		for _, code := range codes {
			lift := r.world.Sign(r.nursery, &rootline.Event{
				Asset: code, Action: "lift", Rulebook: forestation,
				Evidence: []rootline.Evidence{{SHA256: rootline.HashOf([]byte(code + "l")), Type: "image/jpeg", Size: 1000}},
				Data:     json.RawMessage(`{"rootBall":600}`),
			})
			all = append(all, r.submit(lift)...)
			all = append(all, r.submit(r.trees(1)...)...)
			time.Sleep(3 * time.Millisecond)
		}
		r.allCommitted(all)
		if r.ledger.conflicts > 0 {
			t.Errorf("%d conflicts", r.ledger.conflicts)
		}
		for _, code := range codes {
			rec, err := r.world.State.Get(rootline.Ref{Space: rootline.SpaceAsset, ID: code})
			if err != nil || rec.(*rootline.Asset).State != "lifted" {
				t.Errorf("%s: %+v, %v", code, rec, err)
			}
		}
	})
}

func TestFinal(t *testing.T) {
	for stage, final := range map[outbox.Stage]bool{
		outbox.Queued: false, outbox.Endorsed: false, outbox.Submitted: false, outbox.Unknown: false,
		outbox.Committed: true, outbox.Refused: true,
	} {
		if stage.Final() != final {
			t.Errorf("%s: final %v", stage, stage.Final())
		}
	}
}
