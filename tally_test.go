package rootline_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/rootline/rootline"
)

// A tally that is known says what the list of all values says, whatever was added and taken away, in whatever order.
func TestATallyTellsTheBestOrNothing(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 16))
		greatest := seed%2 == 0
		var all []int64
		tally := rootline.Tally{}
		known := 0
		for range 300 {
			before := slices.Clone(tally.Values)
			old := tally
			if len(all) > 0 && r.IntN(5) < 2 {
				i := r.IntN(len(all))
				tally = tally.Without(all[i], greatest)
				all = slices.Delete(all, i, i+1)
			} else {
				v := r.Int64N(60) - 30
				tally = tally.With(v, greatest)
				all = append(all, v)
			}
			if !slices.Equal(before, old.Values) {
				t.Fatalf("seed %d: a tally is changed in place", seed)
			}
			count := tally.Beyond
			for _, v := range tally.Values {
				count += v.Count
			}
			if count != int64(len(all)) || len(tally.Values) > rootline.MaxTallied || tally.Beyond < 0 || tally.Empty() != (len(all) == 0) {
				t.Fatalf("seed %d: %+v of %d values", seed, tally, len(all))
			}
			best, told := tally.Best()
			if !told {
				continue
			}
			known++
			want := slices.Min(all)
			if greatest {
				want = slices.Max(all)
			}
			if best != want {
				t.Fatalf("seed %d: %d is told, %d is the best of %v", seed, best, want, all)
			}
		}
		if known < 100 {
			t.Errorf("seed %d: known %d times only", seed, known)
		}
	}
}
