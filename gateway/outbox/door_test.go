package outbox_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/outbox"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
)

// hold keeps every transaction from being proposed until it is called.
func (r *rig) hold() (goOn func()) {
	held := make(chan struct{})
	r.ledger.onPropose = func(ctx context.Context, _ int, _ []rootline.Submission) error {
		select {
		case <-held:
		case <-ctx.Done():
		}
		return nil
	}
	return func() { close(held) }
}

// offer is an invitation that nobody has recorded.
func (r *rig) offer() judgetest.Offer {
	return r.world.Offer(r.world.Admins[judgetest.Contractor], "nursery", judgetest.NewKey(r))
}

func (r *rig) someone() *judgetest.Person {
	return &judgetest.Person{Key: judgetest.NewKey(r), Organisation: judgetest.Contractor, Role: "nursery"}
}

func (r *rig) enrol(fresh *judgetest.Person, offer judgetest.Offer) rootline.Submission {
	return r.world.Sign(fresh, r.world.Enrolment(fresh.Key, offer, "nursery"))
}

// While an act of the registry waits, the read model cannot judge an enrolment. What answers no invitation is refused all
// the same, and nothing of it is kept.
func TestEnrolmentsThatNobodyInvited(t *testing.T) {
	scenario(t, func(r *rig) {
		admin := r.world.Admins[judgetest.Contractor]
		r.behind()
		goOn := r.hold()
		r.open()
		offer := r.offer()
		answers := r.submit(r.world.Sign(admin, offer.Event))
		for range 20 {
			r.refused(r.submit(r.enrol(r.someone(), r.offer()))[0], rootline.CodeUnknownInvite)
		}
		// Not an admin: its invitation is kept, for the chaincode to refuse, and opens nothing.
		own := r.world.Offer(r.nursery, "nursery", judgetest.NewKey(r))
		r.submit(r.world.Sign(r.nursery, own.Event))
		r.refused(r.submit(r.enrol(r.someone(), own))[0], rootline.CodeUnknownInvite)
		// An event of a device that nobody enrols.
		stranger := r.nursery
		r.nursery = r.someone()
		r.refused(r.submit(r.trees(1)...)[0], rootline.CodeUnknownDevice)
		r.nursery = stranger

		fresh := r.someone()
		enrol := r.enrol(fresh, offer)
		answers = append(answers, r.submit(enrol)...)
		r.refused(r.submit(r.enrol(r.someone(), offer))[0], rootline.CodeInviteUsed) // it lets in one
		r.nursery = fresh
		tree := r.trees(1)[0]
		forged := tree
		forged.JWS = forged.JWS[:len(forged.JWS)-4] + "AAAA"
		r.refused(r.submit(forged)[0], rootline.CodeBadSignature)
		answers = append(answers, r.submit(tree)...)
		if p := r.box.Pending(); p.Queued+p.Endorsed != 4 {
			t.Errorf("pending %+v", p)
		}
		// After a new start the waiting acts let in whom they did before.
		if err := r.box.Close(); err != nil {
			t.Fatal(err)
		}
		r.open()
		answers = append(answers, r.submit(r.trees(1)...)...)
		r.refused(r.submit(r.enrol(r.someone(), r.offer()))[0], rootline.CodeUnknownInvite)
		goOn()
		r.onLedger(answers)
	})
}

// A device floods the outbox: an event of another organisation goes with the next transaction that is made, and the flood
// goes on, in its order.
func TestAFloodedOutbox(t *testing.T) {
	scenario(t, func(r *rig) {
		manager := r.world.Enrol(judgetest.Owner, rootline.RoleManager)
		r.config.BatchEvents, r.config.InFlight = 50, 1
		var batches [][]string
		goOn := r.hold()
		waits := r.ledger.onPropose
		r.ledger.onPropose = func(ctx context.Context, n int, batch []rootline.Submission) error {
			var jws []string
			for _, s := range batch {
				jws = append(jws, s.JWS)
			}
			batches = append(batches, jws)
			return waits(ctx, n, batch)
		}
		r.open()
		answers := r.submit(r.trees(900)...)
		time.Sleep(time.Second)
		place := r.world.Sign(manager, judgetest.Act(rootline.ActPlace, rootline.Place{
			ID: "forest", Kind: "project", Title: rootline.Text{En: "forest", Zh: "forest"},
		}))
		answers = append(answers, r.submit(place)...)
		goOn()
		r.allCommitted(answers)
		if at := slices.IndexFunc(batches, func(b []string) bool { return slices.Contains(b, place.JWS) }); at > 1 {
			t.Errorf("the event went with transaction %d of %d", at+1, len(batches))
		}
	})
}

// No device fills its organisation's part of the outbox, and no organisation the whole. What is turned away is turned away
// as a whole; what was taken stays.
func TestShares(t *testing.T) {
	scenario(t, func(r *rig) {
		r.config.MaxPending = 2100
		goOn := r.hold()
		r.open()
		full := func(code rootline.Code, n int) {
			t.Helper()
			if _, err := r.box.Submit(r.Context(), r.trees(n)); rootline.CodeOf(err) != code {
				t.Fatalf("got %v, want %s", err, code)
			}
		}
		answers := r.submit(r.trees(990)...)
		full(rootline.CodeDeviceShare, 11)
		answers = append(answers, r.submit(r.trees(10)...)...)
		full(rootline.CodeDeviceShare, 1)
		r.nursery = r.world.Enrol(judgetest.Contractor, "nursery")
		answers = append(answers, r.submit(r.trees(50)...)...)
		full(rootline.CodeOrganisationShare, 1)
		owner := r.world.Enrol(judgetest.Owner, rootline.RoleManager)
		answers = append(answers, r.submit(r.world.Sign(owner, judgetest.Act(rootline.ActPlace, rootline.Place{
			ID: "forest", Kind: "project", Title: rootline.Text{En: "forest", Zh: "forest"},
		})))...)
		goOn()
		r.allCommitted(answers)
		r.allCommitted(r.submit(r.trees(1)...))
	})
}

// What was taken, refused and not fetched counts, since its bytes are kept; fetching it makes room.
func TestRefusedEventsCount(t *testing.T) {
	scenario(t, func(r *rig) {
		r.config.MaxPending = 4
		r.open()
		code := judgetest.Code(judgetest.Contractor)
		var refused []outbox.Status
		for len(refused) < 4 {
			sub := r.tree(judgetest.Code(judgetest.Contractor))
			event, _, _ := judge.Touch(&sub)
			r.ledger.onPropose = func(_ context.Context, n int, _ []rootline.Submission) error {
				r.world.TrySubmission(r.tree(event.Asset)) // somebody else was quicker
				return nil
			}
			answers := r.wait(r.submit(sub))
			r.refused(answers[0], rootline.CodeAssetExists)
			refused = append(refused, answers...)
		}
		r.ledger.onPropose = nil
		for range 2 { // also after a new start
			if _, err := r.box.Submit(r.Context(), []rootline.Submission{r.tree(code)}); rootline.CodeOf(err) != rootline.CodeDeviceShare {
				t.Fatalf("got %v", err)
			}
			if err := r.box.Close(); err != nil {
				t.Fatal(err)
			}
			r.open()
		}
		if _, ok, err := r.box.Fetch(r.Context(), refused[0].Event, r.nursery.Kid()); !ok || err != nil {
			t.Fatal(ok, err)
		}
		time.Sleep(2 * time.Hour)
		r.allCommitted(r.submit(r.tree(code)))
	})
}
