package readmodel

import (
	"fmt"
	"slices"
	"testing"

	"github.com/rootline/rootline"
)

const theRecall = "0190c7f2-0000-7000-8000-00000000feed"

// made adds an asset that others went into.
func made(t *testing.T, s *Store, n int, edges ...Edge) {
	t.Helper()
	write(t, s, func(tx *Tx) error {
		w, err := Encode([]rootline.Record{planted(n)})
		if err != nil {
			return err
		}
		tx.Put(w)
		return tx.AddEvent(event(n, edges...))
	})
}

func from(n, into int) Edge { return Edge{From: code(n), To: code(into), Amount: 1} }

// hold has the recall freeze an asset, or release it.
func hold(t *testing.T, s *Store, id string, possible, held bool) {
	t.Helper()
	a := &rootline.Asset{ID: id, Kind: "tree", Rulebook: "works@1", Seq: 1, Frozen: []rootline.Freeze{{Recall: theRecall, Possible: possible}}}
	put(t, s, a)
	if !held {
		free := *a
		free.Frozen = nil
		put(t, s, &free)
	}
}

// spreading is a lot that went into twelve others by and by, and its recall, which holds the lot alone.
func spreading(t *testing.T) *Store {
	s := open(t)
	oneBlock(t, s)
	made(t, s, 0)
	for n := 1; n <= 12; n++ {
		made(t, s, n, from((n-1)/3, n))
	}
	put(t, s, &rootline.Recall{ID: theRecall, Asset: code(0)})
	hold(t, s, code(0), false, true)
	return s
}

// missing is what the recall has still to name, as "asset<via", a possible one with a question mark.
func missing(t *testing.T, s *Store, most int) (found []string, truncated bool) {
	t.Helper()
	d, err := view(t, s).dependants(code(0), theRecall, most)
	if err != nil {
		t.Fatal(err)
	}
	number := func(code string) (n int) {
		if _, err := fmt.Sscanf(code, "9520001%d", &n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, f := range d.Found {
		one := fmt.Sprintf("%d<%d", number(f.Asset.ID), number(f.Via))
		if f.Possible {
			one += "?"
		}
		found = append(found, one)
	}
	return found, d.Truncated
}

// However many depend on a lot: what a recall named does not count, so that asking again goes on where it ended.
func TestARecallOfAnySizeComesToItsEnd(t *testing.T) {
	s := spreading(t)
	if d, err := view(t, s).dependants(code(0), "", 5); err != nil || len(d.Found) != 5 || !d.Truncated {
		t.Fatalf("without a recall %d were found (%v)", len(d.Found), err)
	}
	var all []string
	for rounds := 1; ; rounds++ {
		d, err := view(t, s).dependants(code(0), theRecall, 5)
		if err != nil || len(d.Found) == 0 || len(d.Found) > 5 {
			t.Fatalf("%d were found at once (%v)", len(d.Found), err)
		}
		for _, f := range d.Found {
			if slices.Contains(all, f.Asset.ID) || f.Via != code(0) && !slices.Contains(all, f.Via) {
				t.Fatalf("%s is named via %s after %v", f.Asset.ID, f.Via, all)
			}
			all = append(all, f.Asset.ID)
			hold(t, s, f.Asset.ID, f.Possible, true)
		}
		if !d.Truncated {
			if rounds != 3 || len(all) != 12 {
				t.Errorf("%d were named in %d rounds", len(all), rounds)
			}
			break
		}
	}
	if found, truncated := missing(t, s, 5); len(found) != 0 || truncated {
		t.Errorf("afterwards it lists %v", found)
	}
}

func TestWhatWasLetGoIsNotNamedAgain(t *testing.T) {
	s := spreading(t)
	for n := 1; n <= 12; n++ {
		hold(t, s, code(n), n == 3 || n == 4, n != 1) // 4 was made of 1
	}
	made(t, s, 20, from(1, 20)) // only of what was released
	made(t, s, 21, from(4, 21)) // of what is held, though that came from what was released
	made(t, s, 22, from(1, 22)) // first of what was released, then of what is held
	made(t, s, 23, from(2, 22))
	found, _ := missing(t, s, 100)
	if want := []string{"3<0", "21<4", "22<2"}; !slices.Equal(found, want) {
		t.Errorf("it has still to name %v, want %v", found, want)
	}
	hold(t, s, code(3), false, true)
	if found, _ := missing(t, s, 100); slices.Contains(found, "3<0") {
		t.Errorf("what is held for certain is named again: %v", found)
	}
}

func TestOnlyARecallOfTheAssetIsAsked(t *testing.T) {
	s := spreading(t)
	for _, c := range []struct{ asset, recall string }{{code(1), theRecall}, {code(0), code(0)}} {
		if _, err := view(t, s).Dependants(c.asset, c.recall); rootline.CodeOf(err) != rootline.CodeNotFound {
			t.Errorf("%v: %v", c, err)
		}
	}
}
