package client_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

// recalling makes the double answer what depends on a lot and what a recall holds, and keeps the acts that it records.
func recalling(d *double, found []client.Dependant, held []client.Recalled) *[]*rootline.Event {
	acts := &[]*rootline.Event{}
	d.refuse = func(e *rootline.Event) *rootline.Error {
		*acts = append(*acts, e)
		return nil
	}
	d.before = func(w http.ResponseWriter, r *http.Request) bool {
		switch {
		case strings.HasSuffix(r.URL.Path, "/dependants"):
			answer(w, 200, map[string]any{"items": found})
		case strings.HasSuffix(r.URL.Path, "/assets"):
			answer(w, 200, map[string]any{"items": held})
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
	acts := recalling(d, found, nil)
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

func TestWhatIsFoundLaterIsNamedOnce(t *testing.T) {
	d := newDouble(t)
	held := func(id string, possible, stillHeld bool) client.Recalled {
		r := client.Recalled{Possible: possible, Held: stillHeld}
		r.Asset.ID = id
		return r
	}
	acts := recalling(d, []client.Dependant{
		dependant("HELD", "LOT", false), dependant("NEW", "HELD", true), dependant("NEWER", "NEW", true),
		dependant("FREE", "LOT", false), dependant("AFTERFREE", "FREE", false),
		dependant("SURE", "LOT", false), dependant("STILLOPEN", "HELD", true),
	}, []client.Recalled{
		held("LOT", false, true), held("HELD", false, true), held("FREE", false, false), held("SURE", true, true), held("STILLOPEN", true, true),
	})
	named, err := d.gateway(t).ExtendRecall(t.Context(), d.admin(t), "r")
	if err != nil || len(*acts) != 1 {
		t.Fatalf("%d events: %v", len(*acts), err)
	}
	var more rootline.RecallAddData
	if err := json.Unmarshal((*acts)[0].Data, &more); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, one := range more.Dependants {
		got = append(got, one.Asset+"<"+one.Via)
	}
	if want := "NEW<HELD NEWER<NEW SURE<LOT"; named != 3 || more.Recall != "r" || strings.Join(got, " ") != want {
		t.Errorf("named %v, want %s", got, want)
	}
}
