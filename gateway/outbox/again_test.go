package outbox_test

import (
	"context"
	"testing"
	"time"

	"github.com/rootline/rootline/gateway/outbox"
	"github.com/rootline/rootline/judge"
)

// A phone that heard no answer sends an event again, and the first copy is committed while the second one is looked
// at. Both have the same answer, and the outbox goes on.
func TestSentAgainWhileItIsCommitted(t *testing.T) {
	scenario(t, func(r *rig) {
		asked := 0
		state := r.config.State
		r.config.State = func(ctx context.Context) (judge.State, func(), error) {
			// Each submission asks who signed, then judges: the event is the first two, the same event again the others.
			if asked++; asked == 4 {
				time.Sleep(time.Minute)
			}
			return state(ctx)
		}
		r.open()
		asked = 0
		sub := r.tree("9520002AAAAAAAAAAAAA")
		first := r.submit(sub)
		again := r.submit(sub, sub)
		if asked != 4 {
			t.Fatalf("the read model was asked %d times", asked)
		}
		if again[0].Stage != outbox.Committed || again[1].Stage != outbox.Committed {
			t.Fatalf("sent again it is %s and %s", again[0].Stage, again[1].Stage)
		}
		if done := r.wait(first); done[0].Stage != outbox.Committed {
			t.Fatalf("the first copy is %s", done[0].Stage)
		}
		if done := r.wait(r.submit(r.trees(3)...)); done[2].Stage != outbox.Committed {
			t.Fatalf("a later event is %s", done[2].Stage)
		}
	})
}
