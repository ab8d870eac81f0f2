package outbox_test

import (
	"context"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/outbox"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
)

// A call that judges anew, since what waits changed under it, lets go of the state that it has before it takes another: there
// are few at one time, and calls that each hold one and wait for another would wait for ever.
func TestACallHoldsOneStateAtATime(t *testing.T) {
	scenario(t, func(r *rig) {
		r.behind()
		state := r.config.State
		held, taken := 0, 0
		var then func()
		r.config.State = func(ctx context.Context) (judge.State, func(), error) {
			s, release, err := state(ctx)
			if held++; held > 1 {
				r.Errorf("%d states are held at one time", held)
			}
			taken++
			if then != nil && taken == 2 { // while the call judges
				then()
			}
			return s, func() { held--; release() }, err
		}
		r.open()
		waiting := r.submit(r.tree(judgetest.Code(judgetest.Contractor)))
		taken, then = 0, func() {
			r.box.Committed(r.Context(), []outbox.Recorded{{Event: waiting[0].Event, Hash: waiting[0].Hash, Block: 1}})
		}
		answers := r.submit(r.lift(judgetest.Code(judgetest.Contractor)))
		if answers[0].Stage != outbox.Refused || rootline.CodeOf(answers[0].Refused) == "" || taken < 3 || held != 0 {
			t.Errorf("%+v, %d states taken, %d held", answers[0], taken, held)
		}
	})
}
