package outbox_test

import (
	"context"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/gateway/outbox"
	"github.com/rootline/rootline/judge/judgetest"
)

// refusesBehind makes the own peer refuse everything while it lacks blocks, as one does that was restored from an older
// copy and does not know the devices yet.
func (r *rig) refusesBehind() {
	r.ledger.onPropose = func(_ context.Context, _ int, batch []rootline.Submission) error {
		r.ledger.mu.Lock()
		defer r.ledger.mu.Unlock()
		if r.ledger.lacking == 0 && r.ledger.others <= r.ledger.height {
			return nil
		}
		list := make(wire.Refused, len(batch))
		for i := range batch {
			list[i] = rootline.Refusal{Index: i, Error: rootline.Refuse(rootline.CodeUnknownDevice)}
		}
		return &fabric.Refused{List: list}
	}
}

// lack sets how many blocks the own peer lacks, and how many the others show.
func (r *rig) lack(lacking, others uint64) {
	r.ledger.mu.Lock()
	defer r.ledger.mu.Unlock()
	r.ledger.lacking, r.ledger.others = lacking, others
}

func (r *rig) stillQueued(answers []outbox.Status) {
	r.Helper()
	for _, a := range answers {
		s, ok, err := r.box.Status(r.Context(), a.Event)
		if err != nil || !ok || s.Stage.Final() {
			r.Fatalf("event %s: %+v, %v, %v", a.Event, s, ok, err)
		}
	}
}

// What a peer refuses that is behind ends nothing: the events are recorded once it has caught up.
func TestRefusedByAPeerThatIsBehind(t *testing.T) {
	for _, c := range []struct {
		name string
		// behind puts the own peer behind.
		behind func(r *rig)
	}{
		{"behind what was committed here", func(r *rig) { r.lack(1, 0) }},
		{"behind what the projector has read", func(r *rig) {
			r.lack(1, 0)
			r.ledger.mu.Lock()
			r.ledger.height++
			height := r.ledger.height
			r.ledger.mu.Unlock()
			r.box.Saw(height)
		}},
		{"behind the others", func(r *rig) { r.lack(0, 50) }},
		{"behind what was committed before a new start", func(r *rig) {
			if err := r.box.Close(); err != nil {
				r.Fatal(err)
			}
			r.lack(1, 0)
			r.open()
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			scenario(t, func(r *rig) {
				r.refusesBehind()
				r.open()
				code := judgetest.Code(judgetest.Contractor)
				r.allCommitted(r.submit(r.tree(code)))
				c.behind(r)
				answers := r.submit(append(r.trees(3), r.lift(code))...)
				time.Sleep(10 * time.Minute)
				r.stillQueued(answers)
				if r.ledger.proposals > 1000 {
					t.Errorf("%d proposals while the peer was behind", r.ledger.proposals)
				}
				r.lack(0, 0)
				r.allCommitted(answers)
			})
		})
	}
}

// What was refused while the peer was behind, and what was refused by one that is level, are told apart within one
// transaction: each event is judged by a peer that has shown where it is.
func TestRefusedByAPeerThatIsLevel(t *testing.T) {
	scenario(t, func(r *rig) {
		r.open()
		r.allCommitted(r.submit(r.trees(1)...))
		subs := r.trees(3)
		r.ledger.onPropose = func(_ context.Context, _ int, batch []rootline.Submission) error {
			for i, s := range batch {
				if s.JWS == subs[1].JWS {
					return &fabric.Refused{List: wire.Refused{{Index: i, Error: rootline.Refuse(rootline.CodeNotConfirmed, "X")}}}
				}
			}
			return nil
		}
		answers := r.submit(subs...)
		r.refused(r.wait(answers)[1], rootline.CodeNotConfirmed)
		r.allCommitted([]outbox.Status{answers[0], answers[2]})
	})
}

// A transaction that a peer does not have which is behind may lie in a block that it has yet to read: its events are not
// proposed anew.
func TestMissingAtAPeerThatIsBehind(t *testing.T) {
	scenario(t, func(r *rig) {
		r.open()
		r.allCommitted(r.submit(r.trees(1)...))
		before := r.ledger.proposals
		late := false
		r.ledger.onSubmit = func(context.Context, int) (bool, error) {
			return true, &fabric.Unknown{TxID: "x", Err: errDown}
		}
		r.ledger.onResolve = func(context.Context) error { return nil }
		r.ledger.hides = func() bool { return !late }
		r.ledger.onCommit = nil
		answers := r.submit(r.trees(2)...)
		r.lack(2, 0)
		time.Sleep(10 * time.Minute)
		r.stillQueued(answers)
		late = true
		r.lack(0, 0)
		r.allCommitted(answers)
		if n := r.ledger.proposals - before; n != 1 {
			t.Errorf("%d proposals", n)
		}
	})
}

// busy has others fill blocks from now on, as fast as blocks come, until the returned function is called. The own peer is a
// block behind all the while, the read model two.
func (r *rig) busy() (stop func()) {
	r.lack(1, 0)
	r.ledger.mu.Lock()
	r.ledger.lags = 2
	r.ledger.mu.Unlock()
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-done:
				return
			case <-time.After(50 * time.Millisecond):
				r.nextBlock()
				r.box.Saw(r.ledger.end())
			}
		}
	}()
	return func() { close(done); <-stopped }
}

// A transaction that never arrived is found missing while others fill block after block, and its events are proposed anew.
func TestMissingWhileTheNetworkIsBusy(t *testing.T) {
	scenario(t, func(r *rig) {
		r.open()
		r.allCommitted(r.submit(r.trees(1)...))
		r.ledger.onSubmit = func(context.Context, int) (bool, error) {
			r.ledger.onSubmit = nil
			return false, &fabric.Unknown{TxID: "x", Err: errDown}
		}
		defer r.busy()()
		r.allCommitted(r.submit(r.trees(2)...))
	})
}

// The own peer names a block that does not come, while others fill block after block: its word does not hold for ever.
func TestUnconfirmedWhileTheNetworkIsBusy(t *testing.T) {
	scenario(t, func(r *rig) {
		r.open()
		r.allCommitted(r.submit(r.trees(1)...))
		r.ledger.lies = func() uint64 { return 1 << 60 }
		r.ledger.onSubmit = func(context.Context, int) (bool, error) { return false, nil }
		defer r.busy()()
		answers := r.submit(r.trees(2)...)
		for minutes := 0; r.box.Unconfirmed() == nil; minutes++ {
			if minutes > 10 {
				t.Fatal("the peer is believed")
			}
			time.Sleep(time.Minute)
		}
		r.stillQueued(answers)
	})
}

// The signed bytes of an event that was taken and then refused are kept until its device has asked for them, or for 30
// days.
func TestRefusedBytesAreKept(t *testing.T) {
	scenario(t, func(r *rig) {
		r.ledger.onPropose = func(_ context.Context, _ int, batch []rootline.Submission) error {
			list := make(wire.Refused, len(batch))
			for i := range batch {
				list[i] = rootline.Refusal{Index: i, Error: rootline.Refuse(rootline.CodeNotConfirmed, "X")}
			}
			return &fabric.Refused{List: list}
		}
		r.open()
		subs := r.trees(2)
		answers := r.wait(r.submit(subs...))
		kid := r.nursery.Kid()
		fetch := func(i int, by string) (rootline.Submission, bool) {
			t.Helper()
			sub, ok, err := r.box.Fetch(r.Context(), answers[i].Event, by)
			if err != nil {
				t.Fatal(err)
			}
			return sub, ok
		}
		time.Sleep(29 * 24 * time.Hour)
		if _, ok := fetch(0, "another"); ok {
			t.Error("another device has the signed bytes")
		}
		for range 2 { // the answer may have been lost
			if sub, ok := fetch(0, kid); !ok || sub.JWS != subs[0].JWS {
				t.Fatalf("got %v, %v", sub, ok)
			}
			time.Sleep(30 * time.Minute)
		}
		time.Sleep(2 * time.Hour)
		if _, ok := fetch(0, kid); ok {
			t.Error("what was fetched is still kept")
		}
		r.refused(r.wait(answers)[0], rootline.CodeNotConfirmed)
		time.Sleep(24 * time.Hour)
		if _, ok := fetch(1, kid); ok {
			t.Error("what nobody fetched is kept for ever")
		}
		if s, ok, err := r.box.Status(r.Context(), answers[1].Event); ok || err != nil {
			t.Errorf("got %+v, %v", s, err)
		}
	})
}
