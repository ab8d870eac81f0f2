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
	})
}
