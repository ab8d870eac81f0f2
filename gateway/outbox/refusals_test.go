package outbox_test

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/outbox"
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
		list, err := r.box.RefusedEvents(r.Context(), outbox.RefusedFilter{}, 10)
		if err != nil || len(list) != 4 {
			t.Fatalf("%d refused events, %v; want 4", len(list), err)
		}
		for i, e := range list {
			if e.Device != r.nursery.Kid() || e.Action != "lift" || e.Why.Code == "" || i > 0 && e.Seq >= list[i-1].Seq {
				t.Errorf("refused event %d is %+v", i, e)
			}
		}
		if next, err := r.box.RefusedEvents(r.Context(), outbox.RefusedFilter{Device: r.nursery.Kid(), After: list[1].Seq}, 1); err != nil || len(next) != 1 || next[0].ID != list[2].ID {
			t.Errorf("after the second comes %+v, %v", next, err)
		}
		if none, err := r.box.RefusedEvents(r.Context(), outbox.RefusedFilter{Device: "nobody"}, 1); err != nil || len(none) != 0 {
			t.Errorf("nobody was refused %+v, %v", none, err)
		}
		other := r.world.Admins[judgetest.Owner]
		r.submit(r.world.Sign(other, &rootline.Event{Asset: judgetest.Code(judgetest.Contractor), Action: "plant", Rulebook: forestation}))
		for _, order := range []outbox.RefusedOrder{outbox.LastRefused, outbox.FirstRefused, outbox.ByDevice, outbox.ByDeviceDown} {
			whole, err := r.box.RefusedEvents(r.Context(), outbox.RefusedFilter{Order: order}, 10)
			if err != nil || len(whole) != 5 {
				t.Fatalf("%s: %d refused events, %v; want 5", order, len(whole), err)
			}
			sorted := slices.IsSortedFunc(whole, func(a, b outbox.RefusedEvent) int {
				switch order {
				case outbox.FirstRefused:
					return cmp.Compare(a.Seq, b.Seq)
				case outbox.ByDevice:
					return cmp.Or(cmp.Compare(a.Device, b.Device), cmp.Compare(b.Seq, a.Seq))
				case outbox.ByDeviceDown:
					return cmp.Or(cmp.Compare(b.Device, a.Device), cmp.Compare(b.Seq, a.Seq))
				}
				return cmp.Compare(b.Seq, a.Seq)
			})
			if !sorted {
				t.Errorf("%s: %+v", order, whole)
			}
			// In pages it is the same list.
			f := outbox.RefusedFilter{Order: order}
			for i := range whole {
				page, err := r.box.RefusedEvents(r.Context(), f, 1)
				if err != nil || len(page) != 1 || page[0].ID != whole[i].ID {
					t.Fatalf("%s: number %d is %+v, %v", order, i, page, err)
				}
				f.After, f.AfterDevice = page[0].Seq, page[0].Device
			}
		}
	})
}
