package outbox_test

import (
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

// TestRefusalsAreCounted by the hour, also over a new start.
func TestRefusalsAreCounted(t *testing.T) {
	scenario(t, func(r *rig) {
		r.open()
		hour := int64(rootline.InstantOf(r.config.Clock())) / 3_600_000
		count := func(want map[int64]int64) {
			t.Helper()
			got, err := r.box.Refusals(r.Context(), hour)
			if err != nil || len(got) != len(want) {
				t.Fatalf("got %v, %v; want %v", got, err, want)
			}
			for h, n := range want {
				if got[h] != n {
					t.Errorf("got %v, want %v", got, want)
				}
			}
		}
		count(nil)
		lifting := func() rootline.Submission { // of a tree that is not there
			return r.world.Sign(r.nursery, &rootline.Event{Asset: judgetest.Code(judgetest.Contractor), Action: "lift", Rulebook: forestation})
		}
		r.submit(lifting(), r.tree(judgetest.Code(judgetest.Contractor)), lifting())
		count(map[int64]int64{hour: 2})
		time.Sleep(time.Hour)
		r.submit(lifting())
		count(map[int64]int64{hour: 2, hour + 1: 1})
		if err := r.box.Close(); err != nil {
			t.Fatal(err)
		}
		r.open()
		r.submit(lifting())
		count(map[int64]int64{hour: 2, hour + 1: 2})

		// Who was refused, and why: the last first, over a new start, too.
		list, err := r.box.RefusedEvents(r.Context(), "", 0, 10)
		if err != nil || len(list) != 4 {
			t.Fatalf("%d refused events, %v; want 4", len(list), err)
		}
		for i, e := range list {
			if e.Device != r.nursery.Kid() || e.Action != "lift" || e.Why.Code == "" || i > 0 && e.Seq >= list[i-1].Seq {
				t.Errorf("refused event %d is %+v", i, e)
			}
		}
		if next, err := r.box.RefusedEvents(r.Context(), r.nursery.Kid(), list[1].Seq, 1); err != nil || len(next) != 1 || next[0].ID != list[2].ID {
			t.Errorf("after the second comes %+v, %v", next, err)
		}
		if none, err := r.box.RefusedEvents(r.Context(), "nobody", 0, 1); err != nil || len(none) != 0 {
			t.Errorf("nobody was refused %+v, %v", none, err)
		}
	})
}
