package outbox_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/gateway/outbox"
)

// A process may end anywhere. At each point the files are taken as they lie on the disk, and another outbox goes on
// with the copy: every event that was acknowledged is recorded, once.
func TestCrash(t *testing.T) {
	blocked := func(ctx context.Context) { <-ctx.Done() }
	for _, c := range []struct {
		name string
		// stop makes the ledger block at the point of the crash, and calls there when it is reached.
		stop func(l *ledger, there func())
		// arrived says that the transaction commits although its sender is gone.
		arrived bool
		// newProposals is how many more the second outbox needs.
		newProposals int
	}{
		{"queued", func(l *ledger, there func()) {
			l.onPropose = func(ctx context.Context, _ int, _ []rootline.Submission) error {
				there()
				blocked(ctx)
				return &fabric.Unavailable{Err: ctx.Err()}
			}
		}, false, 1},
		{"endorsed", func(l *ledger, there func()) {
			l.onTxID = func() { there() }
		}, false, 1},
		{"submitted, not sent", func(l *ledger, there func()) {
			l.onSubmit = func(ctx context.Context, _ int) (bool, error) {
				there()
				blocked(ctx)
				return false, &fabric.Unknown{TxID: "tx-1", Err: ctx.Err()}
			}
		}, false, 1},
		{"submitted, sent", func(l *ledger, there func()) {
			l.onWait = func(ctx context.Context) error {
				there()
				blocked(ctx)
				return &fabric.Unknown{TxID: "tx-1", Err: ctx.Err()}
			}
		}, true, 0},
		{"unknown, lost", func(l *ledger, there func()) {
			l.onSubmit = func(context.Context, int) (bool, error) { return false, &fabric.Unknown{TxID: "tx-1", Err: errDown} }
			l.onResolve = func(ctx context.Context) error {
				there()
				blocked(ctx)
				return &fabric.Unavailable{Err: ctx.Err()}
			}
		}, false, 1},
		{"unknown, committed", func(l *ledger, there func()) {
			l.onSubmit = func(context.Context, int) (bool, error) { return true, &fabric.Unknown{TxID: "tx-1", Err: errDown} }
			l.onResolve = func(ctx context.Context) error {
				there()
				blocked(ctx)
				return &fabric.Unavailable{Err: ctx.Err()}
			}
		}, true, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			scenario(t, func(r *rig) {
				copied := filepath.Join(r.TempDir(), "copy.db")
				reached := make(chan struct{})
				once := false
				c.stop(r.ledger, func() {
					if once {
						return
					}
					once = true
					copyFiles(r, r.config.Path, copied)
					close(reached)
					if c.name == "endorsed" {
						panic("the process ends here")
					}
				})
				r.ledger.onCommit = nil // the read model hears nothing either
				r.open()
				answers := r.submit(r.trees(4)...)
				<-reached
				first := r.box
				r.box = nil
				if c.name == "endorsed" {
					// What goes on in this process is not meant to reach the ledger.
					r.ledger.onPropose = func(ctx context.Context, _ int, _ []rootline.Submission) error {
						return &fabric.Unavailable{Err: errDown}
					}
				}
				if err := first.Close(); err != nil {
					t.Fatal(err)
				}
				l := r.ledger
				l.onPropose, l.onTxID, l.onSubmit, l.onWait, l.onResolve = nil, nil, nil, nil, nil
				before := l.proposals
				r.config.Path = copied
				r.open()
				r.allCommitted(answers)
				if got := l.proposals - before; got != c.newProposals {
					t.Errorf("%d new proposals, want %d", got, c.newProposals)
				}
			})
		})
	}
}

// The read model knew before the outbox did.
func TestCrashAfterTheReadModelShowed(t *testing.T) {
	scenario(t, func(r *rig) {
		r.ledger.onCommit = nil
		copied := filepath.Join(r.TempDir(), "copy.db")
		r.ledger.onWait = func(ctx context.Context) error {
			copyFiles(r, r.config.Path, copied)
			return nil
		}
		r.open()
		answers := r.submit(r.trees(4)...)
		r.allCommitted(answers)
		if err := r.box.Close(); err != nil {
			t.Fatal(err)
		}
		r.config.Path = copied
		r.ledger.onResolve = func(context.Context) error {
			t.Error("it was looked for, though the read model shows it")
			return nil
		}
		r.open()
		if p := r.box.Pending(); p != (outbox.Pending{}) {
			t.Errorf("pending %+v", p)
		}
		r.allCommitted(answers)
	})
}

func TestAnswersAreKeptForAWhile(t *testing.T) {
	scenario(t, func(r *rig) {
		r.config.KeepCommitted = time.Hour
		r.open()
		answers := r.submit(r.trees(1)...)
		r.allCommitted(answers)
		time.Sleep(30 * time.Minute)
		r.allCommitted(answers)
		time.Sleep(45 * time.Minute)
		if s, ok, err := r.box.Status(r.Context(), answers[0].Event); ok || err != nil {
			t.Errorf("got %+v, %v", s, err)
		}
	})
}

// copyFiles takes the database as a crash leaves it: the file and its log.
func copyFiles(r *rig, from, to string) {
	r.Helper()
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(from + suffix)
		if err != nil {
			r.Errorf("copy: %v", err)
			return
		}
		if err := os.WriteFile(to+suffix, b, 0o600); err != nil {
			r.Errorf("copy: %v", err)
		}
	}
}
