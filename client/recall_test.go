package client_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

// recalling makes the double answer what depends on a lot, and page by page what a recall of it has still to name, and
// keeps the acts that it records.
func recalling(d *double, found []client.Dependant, missing ...[]client.Dependant) *[]*rootline.Event {
	acts := &[]*rootline.Event{}
	d.refuse = func(e *rootline.Event) *rootline.Error {
		*acts = append(*acts, e)
		return nil
	}
	d.before = func(w http.ResponseWriter, r *http.Request) bool {
		switch {
		case strings.HasSuffix(r.URL.Path, "/dependants") && r.URL.Query().Get("recall") == "":
			answer(w, 200, map[string]any{"items": found, "truncated": len(missing) > 0})
		case strings.HasSuffix(r.URL.Path, "/dependants"):
			var next []client.Dependant
			if len(missing) > 0 {
				next, missing = missing[0], missing[1:]
			}
			answer(w, 200, map[string]any{"items": next, "truncated": len(missing) > 0})
		case strings.HasPrefix(r.URL.Path, "/api/v1/recalls/"):
			answer(w, 200, rootline.Recall{ID: "r", Asset: "LOT"})
		default:
			return false
		}
		return true
	}
	return acts
}

func dependant(id, via string, possible bool) client.Dependant {
	d := client.Dependant{Via: via, Possible: possible}
	d.Asset.ID = id
	return d
}

func TestARecallOfThousandsTakesSeveralEvents(t *testing.T) {
	d := newDouble(t)
	var found []client.Dependant
	for range 2*rootline.MaxDependants + 7 {
		found = append(found, dependant(rootline.NewCode("9520001"), "LOT", false))
	}
	acts := recalling(d, found)
	id, named, err := d.gateway(t).OpenRecall(t.Context(), d.admin(t), "LOT", "28 d", 1_900_000_000_000)
	if err != nil || named != len(found) || len(*acts) != 3 {
		t.Fatalf("%d were named by %d events: %v", named, len(*acts), err)
	}
	var first rootline.RecallData
	if err := json.Unmarshal((*acts)[0].Data, &first); err != nil || (*acts)[0].ID != id || first.Asset != "LOT" || len(first.Dependants) != rootline.MaxDependants {
		t.Errorf("it begins with %+v (%v)", (*acts)[0], err)
	}
	next := found[rootline.MaxDependants:]
	for _, act := range (*acts)[1:] {
		var more rootline.RecallAddData
		if err := json.Unmarshal(act.Data, &more); err != nil || act.Action != rootline.ActRecallAdd || more.Recall != id {
			t.Fatalf("it goes on with %+v (%v)", act, err)
		}
		for i, one := range more.Dependants {
			if one.Asset != next[i].Asset.ID || one.Via != "LOT" {
				t.Fatalf("named %+v, want %+v", one, next[i])
			}
		}
		next = next[len(more.Dependants):]
	}
}

// More may depend on a lot than one answer lists: what is left is asked for until nothing is.
func TestARecallGoesOnUntilNothingIsLeft(t *testing.T) {
	names := func(acts []*rootline.Event) (got []string) {
		for _, e := range acts {
			var more rootline.RecallAddData
			if err := json.Unmarshal(e.Data, &more); err != nil {
				t.Fatal(err)
			}
			for _, one := range more.Dependants {
				got = append(got, one.Asset+"<"+one.Via)
			}
		}
		return got
	}
	first, second, third := dependant("A", "LOT", false), dependant("B", "A", true), dependant("C", "B", true)
	for name, act := range map[string]func(g *client.Gateway, d *client.Device) (int, error){
		"open": func(g *client.Gateway, d *client.Device) (int, error) {
			_, named, err := g.OpenRecall(t.Context(), d, "LOT", "28 d", 1_900_000_000_000)
			return named, err
		},
		"extend": func(g *client.Gateway, d *client.Device) (int, error) { return g.ExtendRecall(t.Context(), d, "r") },
	} {
		d := newDouble(t)
		acts, want := recalling(d, []client.Dependant{first}, []client.Dependant{second}, []client.Dependant{third}), "A<LOT B<A C<B"
		if name == "extend" {
			want = "B<A C<B"
		}
		named, err := act(d.gateway(t), d.admin(t))
		if got := strings.Join(names(*acts), " "); err != nil || got != want || named != len(strings.Fields(want)) {
			t.Errorf("%s named %d, %s, want %s (%v)", name, named, got, want, err)
		}
	}
}
