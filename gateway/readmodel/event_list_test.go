package readmodel

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

// TestEventList holds pages of events to a plain look at all of them, for many filters.
func TestEventList(t *testing.T) {
	s := open(t)
	oneBlock(t, s)
	random := rand.New(rand.NewPCG(3, 4))
	pick := func(values ...string) string { return values[random.IntN(len(values))] }
	type row struct {
		*NewEvent
		place string
	}
	var all []row
	write(t, s, func(tx *Tx) error {
		for n := range 3000 {
			a := planted(n)
			a.Place = pick("", "forest/9", "forest/90")
			w, err := Encode([]rootline.Record{a})
			if err != nil {
				return err
			}
			tx.Put(w)
			e := event(n)
			e.Event.Event.Action, e.Organisation, e.Device = pick("plant", "lift", "accept"), pick("AMSP", "BMSP"), pick("one", "two")
			e.Witnessed = rootline.Instant(1_000_000 + n*1000 + random.IntN(30_000)) // a little out of order
			if random.IntN(10) == 0 {
				e.Status = Disputed
			}
			if err := tx.AddEvent(e); err != nil {
				return err
			}
			all = append(all, row{e, a.Place})
		}
		return nil
	})
	some := 0
	for range 200 {
		f := EventFilter{
			Action: pick("", "plant", "lift,accept", "none"), Organisation: pick("", "", "AMSP"), Device: pick("", "", "one"),
			Status: EventStatus(pick("", "", "disputed")), Place: pick("", "", "forest", "forest/9"),
			From: rootline.Instant(random.IntN(2) * 2_000_000), To: rootline.Instant(random.IntN(2) * 3_000_000), Asset: pick("", "", "", code(7)),
			Oldest: random.IntN(2) == 0,
		}
		var want, got []int64
		for _, e := range slices.Backward(all) {
			in := f.Place == "" || e.place == f.Place || strings.HasPrefix(e.place, f.Place+"/")
			if anyOf(f.Action, e.Event.Event.Action) && anyOf(f.Organisation, e.Organisation) && anyOf(f.Device, e.Device) && in &&
				(f.Status == "" || f.Status == e.Status) && (f.Asset == "" || f.Asset == e.Event.Event.Asset) &&
				e.Witnessed >= f.From && (f.To == 0 || e.Witnessed < f.To) {
				want = append(want, e.Ordinal)
			}
		}
		if f.Oldest {
			slices.Reverse(want)
		}
		for page := (Page{Limit: 1 + random.IntN(400)}); ; {
			list, err := view(t, s).Events(f, page)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range list.Items {
				got = append(got, e.Ordinal)
			}
			if page.Cursor = list.Next; page.Cursor == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%+v: %d events, want %d", f, len(got), len(want))
		}
		if len(want) > 0 {
			some++
		}
	}
	if some < 60 {
		t.Errorf("only %d of the filters found anything", some)
	}
}
