package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/gateway/outbox"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
)

// Between taking and proposing, somebody else used one of the codes.
func TestSomeRefusedByTheChaincode(t *testing.T) {
	scenario(t, func(r *rig) {
		code := judgetest.Code(judgetest.Contractor)
		subs := append(r.trees(3), r.tree(code))
		subs = append(subs, r.trees(2)...)
		r.ledger.onPropose = func(_ context.Context, n int, _ []rootline.Submission) error {
			if n == 1 {
				r.world.TrySubmission(r.tree(code))
			}
			return nil
		}
		r.open()
		answers := r.submit(subs...)
		got := r.wait(answers)
		r.refused(got[3], rootline.CodeAssetExists)
		r.allCommitted(slices.Delete(slices.Clone(answers), 3, 4))
		if r.ledger.proposals != 4 {
			t.Errorf("%d proposals, want the rest at once, and two more when it is recorded", r.ledger.proposals)
		}
		s, ok, err := r.box.Status(r.Context(), answers[3].Event)
		if err != nil || !ok || s.Stage != outbox.Refused {
			t.Errorf("status %+v, %v, %v", s, ok, err)
		}
		// Refused is not recorded: the same id may be taken again. The read model knows the reason by now.
		r.refused(r.submit(subs[3])[0], rootline.CodeAssetExists)
	})
}

// A refused event may be sent again, and be accepted when things have changed.
func TestRefusedThenAccepted(t *testing.T) {
	scenario(t, func(r *rig) {
		sub := r.trees(1)[0]
		refuse := true
		r.ledger.onPropose = func(_ context.Context, _ int, batch []rootline.Submission) error {
			if refuse {
				return &fabric.Refused{List: wire.Refused{{Index: 0, Error: rootline.Refuse(rootline.CodeNotConfirmed, "X")}}}
			}
			return nil
		}
		r.open()
		r.refused(r.wait(r.submit(sub))[0], rootline.CodeNotConfirmed)
		refuse = false
		r.allCommitted(r.submit(sub))
	})
}

func TestConflictsAreProposedAnew(t *testing.T) {
	scenario(t, func(r *rig) {
		subs := r.trees(8)
		event, _, _ := judge.Touch(&subs[5])
		r.ledger.onSubmit = func(_ context.Context, n int) (bool, error) {
			if n <= 2 { // another gateway writes a record that the transaction read
				r.ledger.touch(rootline.Ref{Space: rootline.SpaceAsset, ID: event.Asset})
			}
			return true, nil
		}
		r.open()
		r.allCommitted(r.submit(subs...))
		if r.ledger.conflicts == 0 || r.ledger.conflicts > 2 {
			t.Errorf("%d conflicts", r.ledger.conflicts)
		}
		if biggest := slices.Max(r.ledger.batches[1:]); biggest > 4 {
			t.Errorf("batches %v were not halved", r.ledger.batches)
		}
	})
}

func TestMismatchesAreProposedAnew(t *testing.T) {
	scenario(t, func(r *rig) {
		r.ledger.onPropose = func(_ context.Context, n int, _ []rootline.Submission) error {
			if n <= 3 {
				return &fabric.Mismatch{Err: errors.New("ProposalResponsePayloads do not match")}
			}
			return nil
		}
		r.open()
		r.allCommitted(r.submit(r.trees(16)...))
		if biggest := slices.Max(r.ledger.batches[1:]); biggest > 8 {
			t.Errorf("batches %v were not halved", r.ledger.batches)
		}
	})
}

// Others refuse one event of many: it goes alone, and waits for as long as they keep to it. A peer that is merely behind
// agrees after a while.
func TestOthersRefuseOne(t *testing.T) {
	for _, c := range []struct {
		name   string
		behind int
	}{{"for good", 1 << 30}, {"until they caught up", 5}} {
		t.Run(c.name, func(t *testing.T) {
			scenario(t, func(r *rig) {
				subs := r.trees(10)
				tries := 0
				r.ledger.onPropose = func(_ context.Context, _ int, batch []rootline.Submission) error {
					i := slices.IndexFunc(batch, func(s rootline.Submission) bool { return s.JWS == subs[4].JWS })
					if i < 0 || tries >= c.behind {
						return nil
					}
					tries++
					return &fabric.Mismatch{Err: errDown, Others: wire.Refused{
						{Index: i, Error: rootline.Refuse(rootline.CodeUnknownAsset, "X")},
					}}
				}
				r.open()
				answers := r.submit(subs...)
				r.allCommitted(slices.Delete(slices.Clone(answers), 4, 5))
				if c.behind > 100 {
					time.Sleep(time.Hour)
					r.stillQueued(answers[4:5])
					if r.ledger.proposals > 500 {
						t.Errorf("%d proposals in an hour", r.ledger.proposals)
					}
					c.behind = 0
				}
				r.allCommitted(answers[4:5])
				if !slices.Contains(r.ledger.batches, 4) || !slices.Contains(r.ledger.batches, 5) {
					t.Errorf("batches %v: the rest did not go together", r.ledger.batches)
				}
			})
		})
	}
}

func TestUnavailableLosesNothing(t *testing.T) {
	scenario(t, func(r *rig) {
		until := time.Now().Add(3 * time.Minute)
		r.ledger.onPropose = func(context.Context, int, []rootline.Submission) error {
			if time.Now().Before(until) {
				return &fabric.Unavailable{Err: errDown}
			}
			return nil
		}
		r.open()
		answers := r.submit(r.trees(5)...)
		time.Sleep(time.Minute)
		answers = append(answers, r.submit(r.trees(5)...)...)
		if p := r.box.Pending(); p.Queued+p.Endorsed+p.Submitted != 10 || p.Oldest < time.Minute {
			t.Errorf("pending %+v", p)
		}
		r.allCommitted(answers)
		if late := time.Since(until); late > 15*time.Second {
			t.Errorf("took up work %s after the network was back", late)
		}
		if r.ledger.proposals > 100 {
			t.Errorf("%d proposals in three minutes", r.ledger.proposals)
		}
	})
}

func TestUnknownFates(t *testing.T) {
	for _, c := range []struct {
		name    string
		arrives bool
		err     func(tx string) error
		// proposals is what the whole may take.
		proposals int
	}{
		{"committed after all", true, func(tx string) error { return &fabric.Unknown{TxID: tx, Err: errDown} }, 1},
		{"never arrived", false, func(tx string) error { return &fabric.Unknown{TxID: tx, Err: errDown} }, 2},
		{"not sent", false, func(string) error { return &fabric.Unavailable{Err: errDown} }, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			scenario(t, func(r *rig) {
				r.ledger.onSubmit = func(_ context.Context, n int) (bool, error) {
					if n == 1 {
						return c.arrives, c.err("tx-1")
					}
					return true, nil
				}
				down := time.Now().Add(2 * time.Second)
				r.ledger.onResolve = func(context.Context) error {
					if time.Now().Before(down) {
						return &fabric.Unavailable{Err: errDown}
					}
					return nil
				}
				// Nobody tells of the commit but the resolving itself.
				r.ledger.onCommit = nil
				r.open()
				start := time.Now()
				answers := r.submit(r.trees(3)...)
				r.allCommitted(answers)
				if r.ledger.proposals != c.proposals {
					t.Errorf("%d proposals", r.ledger.proposals)
				}
				if took := time.Since(start); c.name == "never arrived" && took < 15*time.Second {
					t.Errorf("proposed anew after %s already", took)
				}
			})
		})
	}
}

// A commit that was slower than the grace must not record anything twice.
func TestLateCommitAfterGrace(t *testing.T) {
	scenario(t, func(r *rig) {
		r.ledger.latency = 40 * time.Second
		r.ledger.onSubmit = func(context.Context, int) (bool, error) {
			return true, &fabric.Unknown{TxID: "x", Err: errDown}
		}
		r.open()
		answers := r.submit(r.trees(3)...)
		r.allCommitted(answers)
		time.Sleep(10 * time.Minute) // the later transactions come to their end
		r.allCommitted(answers)
		if r.ledger.conflicts == 0 {
			t.Error("the test did not do what it is meant to: nothing was proposed twice")
		}
	})
}

// One event makes the ledger's client panic; another one makes the chaincode panic. Nobody judged it: it is set aside, alone,
// what builds on it waits, and after a start with a better program all of it is recorded.
func TestPanics(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func() error
	}{
		{"here", func() error { panic("broken") }},
		{"in the chaincode", func() error {
			return &fabric.Refused{List: wire.Refused{{Index: -1, Error: rootline.Refuse(rootline.CodeInternal)}}}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			scenario(t, func(r *rig) {
				subs := r.trees(20)
				tries := 0
				r.ledger.onPropose = func(_ context.Context, _ int, batch []rootline.Submission) error {
					for _, s := range batch {
						if s.JWS == subs[13].JWS {
							tries++
							return c.do()
						}
					}
					return nil
				}
				r.open()
				answers := r.submit(subs...)
				r.allCommitted(slices.Delete(slices.Clone(answers), 13, 14))
				time.Sleep(10 * time.Minute)
				if s, ok, err := r.box.Status(r.Context(), answers[13].Event); s.Stage != outbox.Aside || !ok || err != nil {
					t.Errorf("got %+v, %v", s, err)
				}
				event, _, _ := judge.Touch(&subs[13])
				builds := r.submit(r.lift(event.Asset))
				r.allCommitted(r.submit(r.trees(3)...))
				tries = 0
				time.Sleep(10 * time.Hour)
				r.stillQueued(append(builds, answers[13]))
				if p := r.box.Pending(); tries > 22 || tries < 9 || p.Aside != 1 || p.Queued != 1 {
					t.Errorf("%d tries in ten hours, two each time where a refusal is heard twice, pending %+v", tries, p)
				}
				if err := r.box.Close(); err != nil {
					t.Fatal(err)
				}
				r.ledger.onPropose = nil
				r.open()
				r.allCommitted(append(builds, answers[13]))
			})
		})
	}
}

func TestClocksApartAreNotTheEventsFault(t *testing.T) {
	scenario(t, func(r *rig) {
		r.ledger.onPropose = func(_ context.Context, n int, _ []rootline.Submission) error {
			if n <= 20 {
				return &fabric.Refused{List: wire.Refused{{Index: -1, Error: rootline.Refuse(rootline.CodeTransactionTime, r.world.Now, time.Minute)}}}
			}
			return nil
		}
		r.open()
		r.allCommitted(r.submit(r.trees(4)...))
	})
}

// The read model is behind: what it does not show yet must not make a good event refused.
func TestReadModelIsBehind(t *testing.T) {
	scenario(t, func(r *rig) {
		behind := judgetest.NewState()
		var records []rootline.Record
		for _, rec := range r.world.State.Records() {
			records = append(records, rec)
		}
		behind.Apply(records)
		r.config.State = func(context.Context) (judge.State, func(), error) { return behind, func() {}, nil }
		var shows []func()
		r.ledger.stands = 1
		r.ledger.onCommit = func(events []outbox.Recorded, writes []rootline.Record) {
			shows = append(shows, func() {
				behind.Apply(writes)
				r.box.Committed(context.Background(), events)
			})
		}
		r.open()
		code := judgetest.Code(judgetest.Contractor)
		all := r.submit(r.tree(code))
		r.onLedger(all)
		lift := r.world.Sign(r.nursery, &rootline.Event{
			Asset: code, Action: "lift", Rulebook: forestation,
			Evidence: []rootline.Evidence{{SHA256: rootline.HashOf([]byte("l")), Type: "image/jpeg", Size: 1000}},
			Data:     json.RawMessage(`{"rootBall":600}`),
		})
		forged := lift
		forged.JWS = lift.JWS[:len(lift.JWS)-4] + strings.Repeat("A", 4)
		r.refused(r.submit(forged)[0], rootline.CodeBadSignature)
		again := r.submit(lift)
		r.onLedger(again)
		all = append(all, again...)
		// A device that enrols, and at once signs.
		offer := r.offer()
		invite := r.world.Sign(r.world.Admins[judgetest.Contractor], offer.Event)
		fresh := &judgetest.Person{Key: judgetest.NewKey(t), Organisation: judgetest.Contractor, Role: "nursery"}
		enrol := r.world.Sign(fresh, r.world.Enrolment(fresh.Key, offer, "nursery"))
		r.nursery = fresh
		all = append(all, r.submit(invite, enrol, r.trees(1)[0])...)
		r.onLedger(all)
		all = append(all, r.submit(r.trees(2)...)...)
		r.onLedger(all)
		r.stillQueued(all) // on the ledger, and not seen there
		for _, show := range shows {
			show()
		}
		r.allCommitted(all)
		r.onLedger(r.submit(r.trees(2)...))
		unknown := r.world.Sign(r.nursery, &rootline.Event{Asset: judgetest.Code(judgetest.Contractor), Action: "lift", Rulebook: forestation})
		for _, show := range shows {
			show()
		}
		r.refused(r.submit(unknown)[0], rootline.CodeUnknownAsset)
	})
}

// The inclusion of a code on a known list is filled in; acts that read it are then judged with it.
func TestInclusionIsFilledIn(t *testing.T) {
	scenario(t, func(r *rig) {
		codes := rootline.NewCodes([]string{judgetest.Code(judgetest.Contractor), judgetest.Code(judgetest.Contractor)})
		asked := []string{}
		r.config.Lists = lists(func(code string) (*rootline.Inclusion, bool) {
			asked = append(asked, code)
			return codes.Prove("9520002LISTLIST", code)
		})
		r.open()
		wake := r.world.Sign(r.nursery, &rootline.Event{Asset: codes[1], Action: "lift", Rulebook: forestation})
		// The list is not on the ledger: what is refused is the list, and no more the lack of a proof.
		r.refused(r.submit(wake)[0], rootline.CodeUnknownAsset)
		r.submit(r.trees(1)...) // creates an asset: nothing to prove
		if len(asked) != 1 || asked[0] != codes[1] {
			t.Errorf("asked for %v", asked)
		}
		// What is beside an event is bounded and needed, or it does not get in.
		for want, in := range map[rootline.Code]*rootline.Inclusion{
			rootline.CodeNotAsked:       {List: "9520002LISTLIST", Path: make([]rootline.Hash, 64)},
			rootline.CodeMalformedEvent: {List: "9520002LISTLIST", Path: make([]rootline.Hash, 110_000)},
		} {
			tree := r.trees(1)[0]
			tree.Inclusion = in
			r.refused(r.submit(tree)[0], want)
		}
	})
}

type lists func(code string) (*rootline.Inclusion, bool)

func (l lists) Inclusion(_ context.Context, _ rootline.Space, code string) (*rootline.Inclusion, bool) {
	return l(code)
}
