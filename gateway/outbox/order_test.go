package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/gateway/outbox"
	"github.com/rootline/rootline/judge/judgetest"
)

const works = "works@1"

// site is a rig with divisions of works, whose state decides about elements that do not name them, and the other way
// round.
type site struct {
	*rig
	builder, supervisor, manager *judgetest.Person
}

func newSite(r *rig) *site {
	yaml, err := os.ReadFile("../../judge/testdata/works@1.yaml")
	if err != nil {
		r.Fatal(err)
	}
	r.world.Adopt(yaml, works)
	return &site{
		rig: r, builder: r.world.Enrol(judgetest.Contractor, "builder"),
		supervisor: r.world.Enrol(judgetest.Supervisor, "supervisor"), manager: r.world.Enrol(judgetest.Owner, "manager"),
	}
}

func (s *site) act(by *judgetest.Person, asset, action, data string) rootline.Submission {
	e := &rootline.Event{Asset: asset, Action: action, Rulebook: works}
	if data != "" {
		e.Data = json.RawMessage(data)
	}
	return s.world.Sign(by, e)
}

// division makes a division with one element, recorded.
func (s *site) division() (division, element string) {
	division, element = judgetest.Code(judgetest.Owner), judgetest.Code(judgetest.Contractor)
	s.world.Do(s.manager, &rootline.Event{Asset: division, Kind: "division", Action: "start", Rulebook: works})
	s.world.Do(s.builder, &rootline.Event{
		Asset: element, Kind: "element", Action: "start", Rulebook: works, Under: division, Data: json.RawMessage(`{"layer":1}`),
	})
	return division, element
}

// has reports whether a batch has an event.
func has(batch []rootline.Submission, sub rootline.Submission) bool {
	return slices.ContainsFunc(batch, func(s rootline.Submission) bool { return s.JWS == sub.JWS })
}

func mismatch() error {
	return &fabric.Mismatch{Err: errors.New("ProposalResponsePayloads do not match")}
}

const good = `{"rating":"good"}`

// An event that builds on an earlier one by a record that its bytes do not name is not refused because that one still waits:
// not at the door, where the read model does not show it, and not by the own peer, which has not recorded it.
func TestNothingIsRefusedBeforeWhatItBuildsOn(t *testing.T) {
	for _, c := range []struct {
		name string
		// fails is what the earlier event meets n times before it is recorded.
		fails func(n int) error
	}{
		{"that others refuse at first", func(n int) error {
			if n > 8 {
				return nil
			}
			return mismatch()
		}},
		{"that waits for a network that is down for an hour", func(n int) error {
			if n > 700 {
				return nil
			}
			return &fabric.Unavailable{Err: errDown}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			scenario(t, func(r *rig) {
				s := newSite(r)
				division, element := s.division()
				r.config.Linger, r.config.BatchEvents = 1, 1
				earlier := s.act(s.supervisor, element, "accept", good)
				later := s.act(s.builder, division, "accept", good)
				tried, early := 0, 0
				r.ledger.onPropose = func(_ context.Context, _ int, batch []rootline.Submission) error {
					if has(batch, later) && tried < 700 {
						early++
					}
					if !has(batch, earlier) {
						return nil
					}
					tried++
					return c.fails(tried)
				}
				r.open()
				answers := append(r.submit(earlier), r.submit(later)...)
				time.Sleep(time.Millisecond)
				r.allCommitted(answers[:1])
				r.allCommitted(answers[1:])
				if early == 0 {
					t.Error("the later event was never proposed before the earlier one was recorded: the test shows nothing")
				}
			})
		})
	}
}

// The other way round: what was accepted under a division is looked at again once the division is opened again, which
// waits; the element's event does not name the division.
func TestTheDoorKnowsWhatJudgingLooksAt(t *testing.T) {
	for _, c := range []struct {
		name string
		// together says that both are sent in one call.
		together bool
	}{{"one after the other", false}, {"in one call", true}} {
		t.Run(c.name, func(t *testing.T) {
			scenario(t, func(r *rig) {
				s := newSite(r)
				division, element := s.division()
				s.world.TrySubmission(s.act(s.supervisor, element, "accept", good))
				for _, p := range []*judgetest.Person{s.supervisor, s.manager, s.builder} {
					if err := s.world.TrySubmission(s.act(p, division, "accept", good)); err != nil {
						t.Fatal(err)
					}
				}
				r.behind()
				r.open()
				// Nothing of the registry waits, so it is not that by which the events are let in.
				reopen, reject := s.act(s.supervisor, division, "reopen", ""), s.act(s.supervisor, element, "reject", "")
				other := s.act(s.supervisor, element, "reject", "")
				r.refused(r.submit(reject)[0], rootline.CodeParentClosed)
				if c.together {
					r.onLedger(r.submit(s.act(s.supervisor, division, "note", ""), reopen, other)[1:])
					return
				}
				answers := r.submit(reopen)
				r.onLedger(append(answers, r.submit(other)...))
			})
		})
	}
}

// What hangs holds up refusals for a while, not for ever; nor does what waits behind it.
func TestWhatHangsHoldsUpNoRefusal(t *testing.T) {
	scenario(t, func(r *rig) {
		code := judgetest.Code(judgetest.Contractor)
		hangs, waits := r.tree(code), r.lift(code)
		subs := r.trees(3)
		refused := true
		r.ledger.onPropose = func(_ context.Context, _ int, batch []rootline.Submission) error {
			if has(batch, hangs) {
				return mismatch()
			}
			if i := slices.IndexFunc(batch, func(s rootline.Submission) bool { return s.JWS == subs[1].JWS }); i >= 0 && refused {
				return &fabric.Refused{List: wire.Refused{{Index: i, Error: rootline.Refuse(rootline.CodeNotConfirmed, "X")}}}
			}
			return nil
		}
		r.config.BatchEvents = 1
		r.open()
		first := append(r.submit(hangs), r.submit(waits)...)
		start := time.Now()
		answers := r.submit(subs...)
		r.allCommitted([]outbox.Status{answers[0], answers[2]})
		r.refused(r.wait(answers[1:2])[0], rootline.CodeNotConfirmed)
		if took := time.Since(start); took < 5*time.Second || took > 2*time.Minute {
			t.Errorf("refused after %s", took)
		}
		r.stillQueued(first)
		// From now on it is at once.
		start = time.Now()
		r.refused(r.wait(r.submit(subs[1]))[0], rootline.CodeNotConfirmed)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("refused after %s", took)
		}
	})
}

// However many of many are refused, it takes a few proposals, not one for each; and what comes later holds up nothing.
func TestManyRefusedOfMany(t *testing.T) {
	scenario(t, func(r *rig) {
		subs := r.trees(400)
		bad := map[string]bool{}
		for i := range subs {
			if i%3 == 1 {
				bad[subs[i].JWS] = true
			}
		}
		r.ledger.onPropose = func(_ context.Context, _ int, batch []rootline.Submission) error {
			var list wire.Refused
			for i, s := range batch {
				if bad[s.JWS] {
					list = append(list, rootline.Refusal{Index: i, Error: rootline.Refuse(rootline.CodeNotConfirmed, "X")})
				}
			}
			if list != nil {
				return &fabric.Refused{List: list}
			}
			return nil
		}
		r.config.BatchEvents = 100
		r.open()
		answers := r.submit(subs...)
		stop := make(chan struct{})
		ended := make(chan struct{})
		go func() { // something always waits
			defer close(ended)
			for {
				select {
				case <-stop:
					return
				case <-time.After(50 * time.Millisecond):
					r.submit(r.trees(20)...)
				}
			}
		}()
		start := time.Now()
		for i, s := range r.wait(answers) {
			if bad[subs[i].JWS] {
				r.refused(s, rootline.CodeNotConfirmed)
			} else if s.Stage != outbox.Committed {
				t.Fatalf("%d is %s", i, s.Stage)
			}
		}
		took := time.Since(start)
		close(stop)
		<-ended
		time.Sleep(time.Minute)
		if took > 5*time.Second {
			t.Errorf("took %s", took)
		}
		if r.ledger.proposals > 60 {
			t.Errorf("%d proposals", r.ledger.proposals)
		}
	})
}

// Somebody puts copies of an event that they cannot sign before it, in one request: of a device whose enrolment waits, the
// signature is looked at late. The genuine one does not share their fate.
func TestAForgedCopyInFrontSharesNoFate(t *testing.T) {
	scenario(t, func(r *rig) {
		r.ledger.onPropose = func(ctx context.Context, n int, _ []rootline.Submission) error {
			if n <= 20 {
				return &fabric.Unavailable{Err: errDown}
			}
			return nil
		}
		r.open()
		once := r.world.Invite(judgetest.Contractor, "nursery")
		newcomer := &judgetest.Person{Key: judgetest.NewKey(t), Organisation: judgetest.Contractor}
		enrolment := r.world.Sign(newcomer, r.world.Enrolment(newcomer.Key, once, "nursery"))
		answers := r.submit(enrolment)
		code := judgetest.Code(judgetest.Contractor)
		e := &rootline.Event{
			Asset: code, Action: "select", Kind: "tree", Rulebook: forestation,
			Evidence: []rootline.Evidence{{SHA256: rootline.HashOf([]byte(code)), Type: "image/jpeg", Size: 1000}},
			Data:     json.RawMessage(`{"species":"Pinus tabuliformis","dbh":60,"height":3200}`),
		}
		genuine := r.world.Sign(newcomer, e)
		forged := genuine
		n := len(forged.JWS) - 20
		forged.JWS = forged.JWS[:n] + flip(forged.JWS[n:n+10]) + forged.JWS[n+10:]
		got := r.submit(forged, genuine, genuine, forged)
		for _, i := range []int{0, 3} {
			r.refused(got[i], rootline.CodeBadSignature)
		}
		r.allCommitted(append(answers, got[1:3]...))
	})
}

func flip(s string) string {
	b := []byte(s)
	for i := range b {
		if b[i] == 'A' {
			b[i] = 'B'
		} else {
			b[i] = 'A'
		}
	}
	return string(b)
}
