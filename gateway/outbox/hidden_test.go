package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/gateway/outbox"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/rulebook"
)

func (r *rig) lift(code string) rootline.Submission {
	return r.world.Sign(r.nursery, &rootline.Event{
		Asset: code, Action: "lift", Rulebook: forestation,
		Evidence: []rootline.Evidence{{SHA256: rootline.HashOf([]byte(code + "l")), Type: "image/jpeg", Size: 1000}},
		Data:     json.RawMessage(`{"rootBall":600}`),
	})
}

// An event that must be proposed anew is not overtaken by a later one of the same tree, only by others.
func TestNothingOvertakesItsOwnPast(t *testing.T) {
	scenario(t, func(r *rig) {
		r.config.Linger = 1
		r.ledger.onPropose = func(_ context.Context, n int, _ []rootline.Submission) error {
			if n == 1 {
				return &fabric.Mismatch{Err: errors.New("ProposalResponsePayloads do not match")}
			}
			return nil
		}
		r.open()
		code := judgetest.Code(judgetest.Contractor)
		answers := r.submit(r.tree(code))
		time.Sleep(2 * time.Millisecond)
		answers = append(answers, r.submit(r.lift(code))...)
		answers = append(answers, r.submit(r.trees(1)...)...)
		r.allCommitted(answers)
	})
}

// behind makes the read model stand still at what the ledger holds now.
func (r *rig) behind() {
	still := judgetest.NewState()
	for _, rec := range r.world.State.Records() {
		still.Apply([]rootline.Record{rec})
	}
	r.config.State = func(context.Context) (judge.State, func(), error) { return still, func() {}, nil }
	r.ledger.onCommit = nil
	r.ledger.mu.Lock()
	defer r.ledger.mu.Unlock()
	r.ledger.stands = 1 + r.ledger.height
}

// An act of the registry may concern events whose bytes do not say so: a ballot that a vote needs, the outline of a
// plot. They wait for it, and are not refused because the read model does not show it yet.
func TestActsOfTheRegistryAreWaitedFor(t *testing.T) {
	for _, c := range []struct {
		name string
		// wait says that each event is committed before the next is sent.
		wait bool
	}{{"one after the other", true}, {"at once", false}} {
		t.Run(c.name, func(t *testing.T) {
			scenario(t, func(r *rig) {
				manager := r.world.Enrol(judgetest.Owner, rootline.RoleManager)
				r.behind()
				r.config.Linger = 1
				r.open()
				const floodway = "floodway@1"
				yaml := rulebook.Shipped()[floodway]
				vote := func(msp string) rootline.Submission {
					return r.world.Sign(r.world.Admins[msp], judgetest.Act(rootline.ActVote, rootline.VoteData{
						Rulebook: floodway, SHA256: rootline.HashOf(yaml),
					}))
				}
				plot := rootline.Place{
					ID: "forest", Kind: "project", Title: rootline.Text{En: "forest", Zh: "forest"},
					Outline: []rootline.Point{{Lat: 0, Lon: 0}, {Lat: 0, Lon: 2000}, {Lat: 1000, Lon: 2000}, {Lat: 1000, Lon: 0}},
				}
				var answers []outbox.Status
				for _, s := range []rootline.Submission{
					r.world.Sign(r.world.Admins[judgetest.Owner], judgetest.Act(rootline.ActPropose, rootline.ProposeData{YAML: string(yaml)})),
					vote(judgetest.Contractor), vote(judgetest.Supervisor),
					r.world.Sign(manager, judgetest.Act(rootline.ActPlace, plot)),
					r.world.Sign(manager, &rootline.Event{
						Asset: judgetest.Code(judgetest.Owner), Kind: "tree", Action: "inventory", Rulebook: forestation,
						Place: &rootline.Position{Point: rootline.Point{Lat: 500, Lon: 1000}, Accuracy: 5},
						Data:  json.RawMessage(`{"species":"Ulmus procera","plot":"forest"}`),
					}),
				} {
					got := r.submit(s)
					if got[0].Refused != nil {
						t.Fatalf("refused: %v", got[0].Refused)
					}
					if c.wait {
						r.onLedger(got)
					}
					answers = append(answers, got...)
					time.Sleep(time.Millisecond)
				}
				r.onLedger(answers)
			})
		})
	}
}

// The sender of an item that sleeps on a list has no proof of its code; the gateway adds it.
func TestSleepingItemsWake(t *testing.T) {
	scenario(t, func(r *rig) {
		lot := judgetest.Code(judgetest.Contractor)
		codes := rootline.NewCodes([]string{judgetest.Code(judgetest.Contractor), judgetest.Code(judgetest.Contractor)})
		list := codes.List()
		r.config.Lists = lists(func(code string) (*rootline.Inclusion, bool) { return codes.Prove(lot, code) })
		r.open()
		r.allCommitted(r.submit(r.world.Sign(r.nursery, &rootline.Event{
			Asset: lot, Action: "select", Kind: "tree-lot", Rulebook: forestation, List: &list,
			Evidence: []rootline.Evidence{{SHA256: rootline.HashOf([]byte("list")), Type: "text/vnd.rootline.codes", Size: 40}},
			Data:     json.RawMessage(`{"species":"Pinus tabuliformis"}`),
		})))
		r.allCommitted(r.submit(r.lift(codes[0]), r.lift(codes[1])))
	})
}

// Events that arrive shortly after each other share a transaction.
func TestLinger(t *testing.T) {
	scenario(t, func(r *rig) {
		r.open()
		var answers []outbox.Status
		for range 3 {
			answers = append(answers, r.submit(r.trees(1)...)...)
			time.Sleep(5 * time.Millisecond)
		}
		r.allCommitted(answers)
		if r.ledger.proposals != 1 {
			t.Errorf("%d transactions", r.ledger.proposals)
		}
	})
}
