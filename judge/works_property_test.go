package judge_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/rulebook"
)

// look is what is checked after each accepted event of a history.
type look func(t *rapid.T, y *yard, before, after map[string]*rootline.Asset, e *rootline.Event)

// Whatever people send, in whatever order: what the works promise holds after each event. The histories are shared,
// since to sign and judge them is what takes long.
func TestWhatTheWorksPromiseHoldsInEveryHistory(t *testing.T) {
	fresh := newYard(t, true)
	accepted, held := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		y := fresh()
		state := y.stepwise(t, func(before, after map[string]*rootline.Asset, e *rootline.Event, _ *judge.Outcome) {
			for _, check := range []look{noParentBeforeItsChildren, noneSignsTwice, frozenStaysAsItIs} {
				check(t, y, before, after, e)
			}
			for id, a := range after {
				if a.Kind == "division" && a.State == "accepted" {
					accepted++
				}
				if len(a.Frozen) > 0 && before[id] != nil && len(before[id].Frozen) > 0 {
					held++
				}
			}
		})
		recallsCountWhatTheyHold(t, state)
	})
	if accepted == 0 || held == 0 {
		t.Errorf("%d accepted divisions and %d frozen assets were seen: the histories show nothing", accepted, held)
	}
}

// A division counts exactly what lies under it, and is accepted only while all of that is. The unit above counts what a
// recall holds two steps below it.
func noParentBeforeItsChildren(t *rapid.T, y *yard, _, after map[string]*rootline.Asset, e *rootline.Event) {
	var held int64
	for _, id := range y.divisions {
		if d := after[id]; d != nil && rulebook.Holds(d) {
			held++
		}
	}
	if u := after[y.unit]; u != nil && u.Children["frozen"] != held {
		t.Fatalf("after %s the unit counts %v; %d of its divisions are held, or something under them", e.Action, u.Children, held)
	}
	for _, id := range y.divisions {
		division := after[id]
		if division == nil {
			continue
		}
		var total, passed, frozen int64
		for _, a := range after {
			if a.Under != id {
				continue
			}
			total++
			if a.State == "accepted" {
				passed++
			}
			if len(a.Frozen) > 0 {
				frozen++
			}
		}
		c := division.Children
		if c["total"] != total || c["accepted"] != passed || c["frozen"] != frozen {
			t.Fatalf("after %s it counts %v; there are %d, %d accepted, %d frozen", e.Action, c, total, passed, frozen)
		}
		if division.State == "accepted" && (total == 0 || passed != total) {
			t.Fatalf("after %s it is accepted, with %d of %d elements", e.Action, passed, total)
		}
	}
}

// No layer lies on one that is not accepted, and no two are the same layer of one division.
func TestNoAcceptedLayerOverAnUnacceptedOne(t *testing.T) {
	fresh := newYard(t, false)
	high := 0
	rapid.Check(t, func(t *rapid.T) {
		y := fresh()
		y.stepwise(t, func(_, after map[string]*rootline.Asset, e *rootline.Event, _ *judge.Outcome) {
			layers := map[string]*rootline.Asset{}
			key := func(a *rootline.Asset, down int64) string {
				return fmt.Sprint(a.Under, " ", a.Fields["layer"].Int()-down)
			}
			for _, id := range y.elements {
				if a := after[id]; a != nil && a.State != "gone" {
					if layers[key(a, 0)] != nil {
						t.Fatalf("after %s two are the layer %s", e.Action, key(a, 0))
					}
					layers[key(a, 0)] = a
				}
			}
			for _, a := range layers {
				if a.Fields["layer"].Int() == 1 {
					continue
				}
				high++
				if below := layers[key(a, 1)]; below == nil || below.State != "accepted" {
					t.Fatalf("after %s a layer lies on %+v", e.Action, below)
				}
			}
		})
	})
	if high == 0 {
		t.Error("no history came to a second layer: it shows nothing")
	}
}

// Each joint acceptance has one signature of each organisation and role, whatever came in between.
func noneSignsTwice(t *rapid.T, y *yard, before, after map[string]*rootline.Asset, e *rootline.Event) {
	for _, id := range y.divisions {
		a := after[id]
		if a == nil {
			continue
		}
		if p := a.Pending; p != nil {
			seen := map[string]bool{}
			for _, s := range p.Signatures {
				if seen[s.Organisation] || seen[s.Role] || seen[s.Device] {
					t.Fatalf("twice among %+v", p.Signatures)
				}
				seen[s.Organisation], seen[s.Role], seen[s.Device] = true, true, true
			}
			if len(p.Signatures) > 2 || a.State != "open" {
				t.Fatalf("%d signatures wait in the state %s", len(p.Signatures), a.State)
			}
		}
		if e.Action != "accept" || e.Asset != id || a.State != "accepted" {
			continue
		}
		joint := map[string]bool{}
		for _, org := range a.Fields["joint"].List() {
			joint[org.Str()] = true
		}
		if len(joint) != 3 || len(before[id].Pending.Signatures) != 2 {
			t.Fatalf("accepted by %v", joint)
		}
	}
}

// What a recall holds does not change and is not used.
func frozenStaysAsItIs(t *rapid.T, _ *yard, before, after map[string]*rootline.Asset, e *rootline.Event) {
	for id, was := range before {
		is := after[id]
		if len(was.Frozen) == 0 || e.Action == "reopen" { // which leads out of it
			continue
		}
		if was.State != is.State || was.UsedBy != is.UsedBy || len(was.Parents) != len(is.Parents) ||
			was.Quantity != nil && *was.Quantity != *is.Quantity {
			t.Fatalf("%s changed what is frozen from %+v to %+v", e.Action, was, is)
		}
	}
}

// What a recall counts is what it holds.
func recallsCountWhatTheyHold(t *rapid.T, state *judgetest.State) {
	marks := map[string]int64{}
	for _, a := range assetsOf(state) {
		for _, f := range a.Frozen {
			marks[f.Recall]++
		}
	}
	for _, r := range state.Records() {
		if r, ok := r.(*rootline.Recall); ok && (r.Frozen != marks[r.ID] || r.Frozen > r.Named || r.Closed != 0 && r.Frozen != 0) {
			t.Fatalf("the recall says %+v and holds %d", r, marks[r.ID])
		}
	}
}

// Lots and silos hold what came less what was used; heads follow from the events; a peer that judges in batches, on
// another number of processors, and one that replays what was accepted, come to the same bytes.
func TestTwoPeersComeToTheSameBytes(t *testing.T) {
	fresh := newYard(t, true)
	rapid.Check(t, func(t *rapid.T) {
		y := fresh()
		subs := y.history(t)
		single := y.q.state()
		accepted, outcomes := y.q.oneByOne(t, single, subs)
		type chain struct {
			seq  uint64
			head rootline.Hash
		}
		chains, left := map[string]chain{}, map[string]int64{}
		for i, o := range outcomes {
			for _, s := range o.Subjects {
				c := chains[s.Asset]
				c.seq++
				c.head = rootline.NextHead(c.head, c.seq, o.Hash)
				if s.Seq != c.seq || s.Head != c.head {
					t.Fatalf("%s: the outcome says %d, the events %d", s.Asset, s.Seq, c.seq)
				}
				chains[s.Asset] = c
			}
			e := parsed(t, accepted[i])
			left[e.Asset] += e.Amount
			for _, in := range e.Inputs {
				left[in.Asset] -= in.Amount
			}
		}
		for id, a := range assetsOf(single) {
			if a.Seq != chains[id].seq || a.Head != chains[id].head {
				t.Fatalf("%s ends at %d, its events at %d", id, a.Seq, chains[id].seq)
			}
			if a.Quantity != nil && (a.Quantity.Left != left[id] || a.Quantity.Left < 0) {
				t.Fatalf("%s holds %+v; %d is left by its events", id, a.Quantity, left[id])
			}
		}
		replayed := y.q.state()
		if again, _ := y.q.oneByOne(t, replayed, accepted); len(again) != len(accepted) || dump(t, replayed) != dump(t, single) {
			t.Fatal("the replay differs")
		}
		batched, j := y.q.state(), judge.New()
		for rest := accepted; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "batch")
			d, err := j.Record(batched, rest[:n], y.Now)
			if err != nil || len(d.Refused) > 0 {
				t.Fatalf("in a batch it is refused: %v, %v", err, compact(d.Refused))
			}
			batched.Apply(d.Writes)
			rest = rest[n:]
		}
		if dump(t, batched) != dump(t, single) {
			t.Fatal("the peer that judges in batches differs")
		}
	})
}
