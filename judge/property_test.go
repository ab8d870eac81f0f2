package judge_test

import (
	"runtime"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
)

// Whatever people send, in whatever order: nothing is consumed beyond what there was, or twice.
func TestNothingIsConsumedBeyondWhatThereWas(t *testing.T) {
	q := sharedQuarry(t)
	rapid.Check(t, func(t *rapid.T) {
		state := q.state()
		accepted, _ := q.oneByOne(t, state, q.history(t))
		delivered, used, usedFor := map[string]int64{}, map[string]int64{}, map[string][]string{}
		seen := map[string]bool{}
		for _, sub := range accepted {
			e := parsed(t, sub)
			if seen[e.ID] {
				continue // sent again
			}
			seen[e.ID] = true
			if e.Action == "deliver" {
				delivered[e.Asset] += e.Amount
			}
			for _, in := range e.Inputs {
				used[in.Asset] += in.Amount
				usedFor[in.Asset] = append(usedFor[in.Asset], e.Asset)
			}
		}
		for ref, r := range state.Records() {
			asset, ok := r.(*rootline.Asset)
			if !ok {
				continue
			}
			switch {
			case asset.Quantity != nil:
				if asset.Quantity.Total != delivered[ref.ID] || asset.Quantity.Left != delivered[ref.ID]-used[ref.ID] || asset.Quantity.Left < 0 {
					t.Fatalf("%d were delivered, %d used, and the record says %+v", delivered[ref.ID], used[ref.ID], asset.Quantity)
				}
			case used[ref.ID] > 1 || used[ref.ID] == 1 && asset.UsedBy != usedFor[ref.ID][0] || used[ref.ID] == 0 && asset.UsedBy != "":
				t.Fatalf("a single thing went into %v; its record says %q", usedFor[ref.ID], asset.UsedBy)
			}
		}
	})
}

// Each asset's head follows from the hashes of the events that concern it, and from nothing else.
func TestHeadsFollowFromTheEvents(t *testing.T) {
	q := sharedQuarry(t)
	rapid.Check(t, func(t *rapid.T) {
		state := q.state()
		_, outcomes := q.oneByOne(t, state, q.history(t))
		type chain struct {
			seq  uint64
			head rootline.Hash
		}
		chains := map[string]chain{}
		for _, o := range outcomes {
			for _, s := range o.Subjects {
				c := chains[s.Asset]
				c.seq++
				c.head = rootline.NextHead(c.head, c.seq, o.Hash)
				if s.Seq != c.seq || s.Head != c.head {
					t.Fatalf("%s: the outcome says %d, the events %d", s.Asset, s.Seq, c.seq)
				}
				chains[s.Asset] = c
			}
		}
		for ref, r := range state.Records() {
			if a, ok := r.(*rootline.Asset); ok && (a.Seq != chains[ref.ID].seq || a.Head != chains[ref.ID].head) {
				t.Fatalf("%s ends at %d, its events at %d", ref, a.Seq, chains[ref.ID].seq)
			}
		}
	})
}

// Events in batches, with the refused dropped and the rest sent anew as a gateway does, end as one by one.
func TestABatchEndsAsItsEventsOneByOne(t *testing.T) {
	q := sharedQuarry(t)
	rapid.Check(t, func(t *rapid.T) {
		subs := q.history(t)
		single := q.state()
		q.oneByOne(t, single, subs)
		batched, j := q.state(), judge.New()
		for rest := subs; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "batch")
			batch := slices.Clone(rest[:n])
			rest = rest[n:]
			d, err := j.Record(batched, batch, q.world.Now)
			if err != nil {
				t.Fatal(err)
			}
			whatIsLeft := d.Writes
			if len(d.Refused) > 0 {
				for i := len(d.Refused) - 1; i >= 0; i-- {
					batch = slices.Delete(batch, d.Refused[i].Index, d.Refused[i].Index+1)
				}
				again, err := j.Record(batched, batch, q.world.Now)
				if err != nil {
					t.Fatal(err)
				}
				if len(again.Refused) > 0 {
					t.Fatalf("without the refused ones, another was refused: %s", compact(again.Refused))
				}
				if compact(again.Writes) != compact(whatIsLeft) {
					t.Fatal("a refused event left a trace in the writes of its batch")
				}
			}
			batched.Apply(whatIsLeft)
		}
		if dump(t, batched) != dump(t, single) {
			t.Fatalf("batches end as\n%s\none by one they end as\n%s", dump(t, batched), dump(t, single))
		}
	})
}

// Whoever judges the accepted events again, with nothing in memory, gets the same bytes.
func TestAReplayGivesTheSameBytes(t *testing.T) {
	q := sharedQuarry(t)
	rapid.Check(t, func(t *rapid.T) {
		first := q.state()
		accepted, _ := q.oneByOne(t, first, q.history(t))
		second := q.state()
		again, _ := q.oneByOne(t, second, accepted)
		if len(again) != len(accepted) || dump(t, first) != dump(t, second) {
			t.Fatalf("the replay differs: %d of %d were accepted", len(again), len(accepted))
		}
		// And sent once more, all are known and nothing is written.
		d, err := judge.New().Record(second, accepted, q.world.Now)
		if err != nil || len(d.Refused) > 0 || len(d.Writes) > 0 {
			t.Fatalf("once more: %d refused, %d writes (%v)", len(d.Refused), len(d.Writes), err)
		}
	})
}

// Signatures are checked on all processors ahead of judging. In which order must not matter.
func TestTheOrderOfCheckingSignaturesChangesNothing(t *testing.T) {
	q := sharedQuarry(t)
	var subs []rootline.Submission
	for i := range 130 {
		code := judgetest.Code(judgetest.Contractor)
		sub := q.world.Sign(q.supplier, &rootline.Event{Asset: code, Kind: "stone", Action: "cut", Rulebook: quarryRef})
		if i%7 == 3 { // a signature that is not its own
			sub.JWS = sub.JWS[:len(sub.JWS)-86] + subs[0].JWS[len(subs[0].JWS)-86:]
		}
		subs = append(subs, sub)
	}
	record := func(subs []rootline.Submission) *judge.Decision {
		d, err := judge.New().Record(q.state(), subs, q.world.Now)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	want := record(subs)
	if len(want.Refused) != 19 {
		t.Fatalf("%d were refused, want 19", len(want.Refused))
	}
	for _, processors := range []int{1, 2, 3, 8} {
		previous := runtime.GOMAXPROCS(processors)
		got := record(subs)
		runtime.GOMAXPROCS(previous)
		if compact(got.Writes) != compact(want.Writes) || compact(got.Refused) != compact(want.Refused) {
			t.Errorf("on %d processors it is decided otherwise", processors)
		}
	}
	// The events are of different assets, so that their order does not matter either.
	reversed := slices.Clone(subs)
	slices.Reverse(reversed)
	if got := record(reversed); compact(got.Writes) != compact(want.Writes) || len(got.Refused) != len(want.Refused) {
		t.Error("in the other order it is decided otherwise")
	}
}
