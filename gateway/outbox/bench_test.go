package outbox_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/outbox"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/rulebook"
)

// BenchmarkSubmit measures taking 1,000 events: reading, judging, and putting on disk. One operation is one event.
func BenchmarkSubmit(b *testing.B) {
	w := judgetest.NewWorld(b)
	w.Adopt(rulebook.Shipped()[forestation], forestation)
	nursery := w.Enrol(judgetest.Contractor, "nursery")
	l := newLedger(w, func() time.Time { return w.Now.Time() })
	l.onPropose = func(ctx context.Context, _ int, _ []rootline.Submission) error {
		<-ctx.Done() // what happens later is not measured
		return ctx.Err()
	}
	box, err := outbox.Open(b.Context(), outbox.Config{
		Path: filepath.Join(b.TempDir(), "outbox.db"), Ledger: l, MaxPending: 1 << 30, MaxBytes: 1 << 40,
		Clock: func() time.Time { return w.Now.Time() },
		State: func(context.Context) (judge.State, func(), error) { return w.State, func() {}, nil },
		Read:  l.read,
	})
	if err != nil {
		b.Fatal(err)
	}
	defer box.Close()
	subs := make([]rootline.Submission, b.N)
	for i := range subs {
		code := judgetest.Code(judgetest.Contractor)
		subs[i] = w.Sign(nursery, &rootline.Event{
			Asset: code, Action: "select", Kind: "tree", Rulebook: forestation,
			Evidence: []rootline.Evidence{{SHA256: rootline.HashOf([]byte(code)), Type: "image/jpeg", Size: 1000}},
			Data:     json.RawMessage(`{"species":"Pinus tabuliformis","dbh":60,"height":3200}`),
		})
	}
	b.ResetTimer()
	for len(subs) > 0 {
		n := min(len(subs), rootline.MaxBatch)
		answers, err := box.Submit(b.Context(), subs[:n])
		if err != nil || answers[0].Stage != outbox.Queued {
			b.Fatalf("%+v, %v", answers, err)
		}
		subs = subs[n:]
	}
	b.StopTimer()
}
