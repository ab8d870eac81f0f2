package outbox_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/outbox"
	"github.com/rootline/rootline/judge"
)

// The own peer says of a transaction that it took effect, and it did not: it was never handed on, or it lies in its block
// without effect. Nothing that was acknowledged is lost to its sender, over a new start too, and nobody is told that it is
// recorded before the gateway has read so itself.
func TestPeerThatLiesAboutCommits(t *testing.T) {
	here := func(l *ledger) uint64 { return l.height }
	for _, c := range []struct {
		name string
		// arrives says that the transaction is ordered, and then has no effect.
		arrives bool
		block   func(l *ledger) uint64
	}{
		{"never submitted, the next block", false, here},
		{"never submitted, an old block", false, func(*ledger) uint64 { return 0 }},
		{"never submitted, a block that does not come", false, func(*ledger) uint64 { return 1 << 60 }},
		{"without effect", true, func(l *ledger) uint64 { return l.height - 1 }},
	} {
		for _, restart := range []bool{false, true} {
			name := c.name
			if restart {
				name += ", and a new start"
			}
			t.Run(name, func(t *testing.T) {
				scenario(t, func(r *rig) {
					r.open()
					r.allCommitted(r.submit(r.trees(1)...))
					subs := r.trees(5)
					r.ledger.mu.Lock()
					r.ledger.lies = func() uint64 { return c.block(r.ledger) }
					r.ledger.mu.Unlock()
					r.ledger.onSubmit = func(context.Context, int) (bool, error) {
						for i := range subs {
							event, _, _ := judge.Touch(&subs[i])
							r.ledger.touch(rootline.Ref{Space: rootline.SpaceAsset, ID: event.Asset})
						}
						return c.arrives, nil
					}
					answers := r.submit(subs...)
					minutes, restarts := 0, 0
					for r.box.Unconfirmed() == nil {
						time.Sleep(time.Minute)
						r.nextBlock() // somebody else's
						r.stillQueued(answers)
						if restart && restarts < 3 {
							restarts++
							if err := r.box.Close(); err != nil {
								t.Fatal(err)
							}
							r.open()
						}
						if minutes++; minutes > 10 {
							t.Fatal("the peer is believed")
						}
					}
					before := r.ledger.submits
					time.Sleep(time.Hour)
					r.stillQueued(answers)
					if says := r.box.Unconfirmed().String(); !strings.HasPrefix(says, outbox.CodeUnconfirmed+": ") {
						t.Errorf("an operator reads %q", says)
					}
					if n := r.ledger.submits - before; n > 120 {
						t.Errorf("%d submits in an hour", n)
					}
					if p := r.box.Pending(); p.Queued+p.Submitted+p.Endorsed != 5 {
						t.Errorf("pending %+v", p)
					}
					// It stops to lie.
					r.ledger.mu.Lock()
					r.ledger.lies = nil
					r.ledger.mu.Unlock()
					r.ledger.onSubmit = nil
					r.allCommitted(answers)
					if p := r.box.Pending(); p != (outbox.Pending{}) {
						t.Errorf("left behind: %+v", p)
					}
				})
			})
		}
	}
}

// nextBlock is one without events.
func (r *rig) nextBlock() {
	r.ledger.mu.Lock()
	defer r.ledger.mu.Unlock()
	r.ledger.height++
}

// What builds on an event that the peer says is recorded, and that is not, is not refused for that.
func TestNothingIsRefusedForALie(t *testing.T) {
	scenario(t, func(r *rig) {
		lies := true
		r.ledger.lies = func() uint64 { return r.ledger.height }
		r.ledger.onSubmit = func(context.Context, int) (bool, error) { return !lies, nil }
		r.open()
		code := "9520002AAAAAAAAAAAAA"
		answers := r.submit(r.tree(code))
		time.Sleep(time.Second / 2)
		answers = append(answers, r.submit(r.lift(code))...)
		time.Sleep(time.Minute)
		r.stillQueued(answers)
		lies = false
		r.ledger.mu.Lock()
		r.ledger.lies = nil
		r.ledger.mu.Unlock()
		r.nextBlock()
		r.allCommitted(answers)
	})
}

// While the read model stands still, nobody is told that an event is recorded, nothing is sent again, and the door shuts
// when as much waits as may wait.
func TestReadModelStandsStill(t *testing.T) {
	scenario(t, func(r *rig) {
		r.config.MaxPending = 20
		r.ledger.stands, r.ledger.onCommit = 1, nil
		r.open()
		var answers []outbox.Status
		for len(answers) <= r.config.MaxPending { // a device may have a part of them only
			one, err := r.box.Submit(r.Context(), r.trees(1))
			if err != nil {
				break
			}
			answers = append(answers, one...)
		}
		r.onLedger(answers)
		time.Sleep(time.Hour)
		r.stillQueued(answers)
		if _, err := r.box.Submit(r.Context(), r.trees(1)); rootline.CodeOf(err) == "" {
			t.Error("more is taken than may wait")
		}
		if r.ledger.proposals > len(answers) || r.box.Unconfirmed() != nil {
			t.Errorf("%d proposals, %v", r.ledger.proposals, r.box.Unconfirmed())
		}
		r.ledger.mu.Lock()
		r.ledger.stands = 0
		r.ledger.mu.Unlock()
		r.allCommitted(answers)
		r.allCommitted(r.submit(r.trees(1)...))
	})
}

// What the read model shows under an event's id, and is not what was signed here, does not end it.
func TestAnotherEventOfTheSameID(t *testing.T) {
	scenario(t, func(r *rig) {
		r.ledger.onCommit = nil
		r.config.Path = filepath.Join(t.TempDir(), "outbox.db")
		r.open()
		answers := r.submit(r.trees(1)...)
		r.box.Committed(t.Context(), []outbox.Recorded{{Event: answers[0].Event, Hash: rootline.HashOf([]byte("another")), Transaction: "x", Block: 1}})
		r.stillQueued(answers)
		r.allCommitted(answers)
	})
}
