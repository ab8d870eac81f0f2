package readmodel

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

// TestTalliesAndStocks holds what is counted while writing to a plain look at all assets and events.
func TestTalliesAndStocks(t *testing.T) {
	s := open(t)
	oneBlock(t, s)
	random := rand.New(rand.NewPCG(5, 6))
	pick := func(values ...string) string { return values[random.IntN(len(values))] }
	var tallies []Tally
	assets := map[int]*rootline.Asset{}
	for n := 0; n < 2000; {
		write(t, s, func(tx *Tx) error {
			for range 200 {
				a := planted(random.IntN(300))
				which := a.ID
				a.Rulebook, a.State, a.Place = pick("works@1", "works@2", "other@1"), pick("planted", "dead"), pick("", "forest", "forest/9", "forest/90")
				if random.IntN(2) == 0 {
					a.Position = &rootline.Position{Point: rootline.Point{Lat: 1}}
				}
				if random.IntN(5) == 0 {
					a.Kind, a.Quantity = "soil", &rootline.Quantity{Total: 40, Left: 3}
				}
				w, err := Encode([]rootline.Record{a})
				if err != nil {
					return err
				}
				tx.Put(w)
				for i := range 300 {
					if code(i) == which {
						assets[i] = a
					}
				}
				e := event(n)
				n++
				e.Event.Event.Asset, e.Event.Event.Rulebook = a.ID, a.Rulebook
				e.Event.Event.Action, e.Kind, e.State = pick("plant", "lift"), a.Kind, a.State
				e.Witnessed = rootline.Instant(random.IntN(5)) * hour
				if random.IntN(10) == 0 {
					e.Status, e.Kind, e.State = Disputed, "", ""
				}
				if err := tx.AddEvent(e); err != nil {
					return err
				}
				if e.Status == Committed {
					tallies = append(tallies, Tally{bookOf(a.Rulebook), a.Kind, e.Event.Event.Action, a.State, a.Place, int64(e.Witnessed) / hour, 1, unitsOf(a)})
				}
			}
			return nil
		})
	}
	in := func(place, of string) bool { return of == "" || place == of || strings.HasPrefix(place, of+"/") }
	for range 100 {
		f := TallyFilter{
			Book: pick("works", "other"), Kind: pick("tree", "soil"), Action: pick("plant", "lift"), Place: pick("", "forest", "forest/9"),
			From: int64(random.IntN(3)), To: int64(random.IntN(2) * 4), ByPlace: random.IntN(2) == 0,
		}
		sums := map[Tally]amount{}
		for _, one := range tallies {
			if one.Book == f.Book && one.Kind == f.Kind && one.Action == f.Action && in(one.Place, f.Place) && one.Hour >= f.From && (f.To == 0 || one.Hour < f.To) {
				add := amount{one.N, one.Units}
				if one.N, one.Units = 0, 0; f.ByPlace {
					one.Hour = 0
				} else {
					one.Place = ""
				}
				sums[one] = sums[one].plus(add)
			}
		}
		var want []Tally
		for k, a := range sums {
			k.N, k.Units = a.n, a.units
			want = append(want, k)
		}
		slices.SortFunc(want, func(a, b Tally) int {
			return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.Hour, b.Hour), cmp.Compare(a.State, b.State))
		})
		if got, err := view(t, s).Tallies(f); err != nil || !slices.Equal(got, want) {
			t.Fatalf("%+v: got %v, %v; want %v", f, got, err, want)
		}
	}
	for _, f := range []StockFilter{{}, {Book: "works"}, {Kind: "soil", ByPlace: true}, {Place: "forest/9"}, {Book: "works", Kind: "tree", Place: "forest", ByPlace: true}} {
		want := map[string]amount{}
		for _, a := range assets {
			if (f.Book == "" || f.Book == bookOf(a.Rulebook)) && (f.Kind == "" || f.Kind == a.Kind) && in(a.Place, f.Place) {
				place := ""
				if f.ByPlace {
					place = a.Place
				}
				k := fmt.Sprint(bookOf(a.Rulebook), a.Kind, a.State, place, a.Position != nil)
				want[k] = want[k].plus(amount{1, unitsOf(a)})
			}
		}
		got, err := view(t, s).Stocks(f)
		if err != nil || len(got) != len(want) {
			t.Fatalf("%+v: got %v, %v; want %v", f, got, err, want)
		}
		for _, k := range got {
			if w := want[fmt.Sprint(k.Book, k.Kind, k.State, k.Place, k.Located)]; w != (amount{k.N, k.Units}) {
				t.Errorf("%+v: got %+v, want %v", f, k, w)
			}
		}
	}
}

// TestCountsOfAnOlderFile counts what a file of before has, as if it had been counted all along.
func TestCountsOfAnOlderFile(t *testing.T) {
	s := open(t)
	oneBlock(t, s)
	write(t, s, func(tx *Tx) error {
		a, lot := planted(1), planted(2)
		a.Place, lot.Kind, lot.List = "forest", "tree-lot", &rootline.List{Count: 30}
		w, err := Encode([]rootline.Record{a, lot})
		tx.Put(w)
		for n, kind := range map[int]string{1: "tree", 2: "tree-lot"} {
			e := event(n)
			e.Kind, e.State, e.Witnessed = kind, "planted", 7*hour+5
			err = errors.Join(err, tx.AddEvent(e))
		}
		return err
	})
	var before, after strings.Builder
	if err := view(t, s).Dump(&before); err != nil {
		t.Fatal(err)
	}
	err := s.Write(t.Context(), func(tx *Tx) error {
		for _, statement := range []string{`DROP TABLE stocks`, `DROP TABLE tallies`, `DROP TABLE tallies_by_hour`, `DROP TABLE tallies_by_place`, `DELETE FROM goose_db_version WHERE version_id = 5`} {
			if err := s.exec(t.Context(), statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	path := ""
	if _, err := Read(t.Context(), s, func(v *View) (bool, error) {
		return v.one([]any{&path}, `SELECT file FROM pragma_database_list WHERE name = 'main'`)
	}); err != nil {
		t.Fatal(err)
	}
	again, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if err := view(t, again).Dump(&after); err != nil || before.String() != after.String() || !strings.Contains(after.String(), "tallies") {
		t.Errorf("%v: got\n%s\nwant\n%s", err, after.String(), before.String())
	}
}

func TestPlannedPlacesAndOldest(t *testing.T) {
	s := open(t)
	weeks := map[string]map[string]int64{"tree": {"2026-W12": 4}}
	put(t, s, &rootline.Place{ID: "forest", Kind: "project"}, &rootline.Place{ID: "forest/9", Kind: "section", Parent: "forest", Weeks: weeks},
		&rootline.Place{ID: "forest/90", Kind: "section", Parent: "forest", Plan: map[string]int64{"tree": 3}})
	for in, want := range map[string]string{"": "forest/9 forest/90", "forest": "forest/9 forest/90", "forest/9": "forest/9", "lake": ""} {
		places, err := view(t, s).PlannedPlaces(in)
		var ids []string
		for _, p := range places {
			ids = append(ids, p.ID)
		}
		if got := strings.Join(ids, " "); err != nil || got != want {
			t.Errorf("%q: got %q, %v", in, got, err)
		}
	}
	if _, ok, err := view(t, s).OldestOf("works", "tree", "planted"); ok || err != nil {
		t.Error("there is none", ok, err)
	}
	a, b := planted(1), planted(2)
	a.Changed, b.Changed = 5000, 3000
	put(t, s, a, b)
	if at, ok, err := view(t, s).OldestOf("works", "tree", "planted"); at != 3000 || !ok || err != nil {
		t.Error("oldest", at, ok, err)
	}
	if _, ok, err := view(t, s).OldestOf("floodway", "tree", "planted"); ok || err != nil {
		t.Error("a kind of that name under another rulebook is another kind", ok, err)
	}
}
