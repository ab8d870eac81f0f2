package e2e

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/demonstration"
)

// The long story is told through the HTTP API on the real network and looked at at the desk. A recall of its lot of
// cement, opened there, lists exactly what its script says and what was accepted with it, and freezes that.
func TestTheStoryAndTheRecallOfItsCement(t *testing.T) {
	w := site(t)
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	defer cancel()
	script, err := demonstration.TellAll(ctx, ledger.options)
	w.ok(err)
	ends := map[string]string{
		script.Tree: "established", script.Dead: "replaced", script.Layer: "accepted", script.Toe: "accepted",
		script.Columns: "accepted", script.Column: "accepted", script.Waste[0]: "received", script.Waste[1]: "disputed",
	}
	for _, e := range append(script.Strip, script.Components...) {
		ends[e.Code] = e.State
	}
	for code, want := range ends {
		a, err := w.owner.Asset(ctx, code)
		w.ok(err)
		if a.State != want {
			t.Errorf("%s ended %s, want %s", code, a.State, want)
		}
	}

	id := w.atTheDesk(ctx, script)
	recall, err := w.owner.Recall(ctx, id)
	w.ok(err)
	if recall.Asset != script.Recall.Lot || recall.Closed != 0 {
		t.Errorf("the recall is %+v", recall)
	}
	elements := map[string]bool{} // whether only possibly
	var others []string
	for cursor := ""; ; {
		page, err := w.owner.RecallAssets(ctx, id, 100, cursor)
		w.ok(err)
		for _, r := range page.Items {
			if r.Held == (r.Asset.ID == script.Recall.Through[0]) { // that one was let go at the desk
				t.Errorf("%s is listed, held: %v", r.Asset.ID, r.Held)
			}
			switch r.Asset.Kind {
			case "fill-layer", "concealed":
				elements[r.Asset.ID] = r.Possible
			default:
				others = append(others, r.Asset.ID)
			}
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	want := map[string]bool{}
	for _, code := range script.Recall.Certain {
		want[code] = false
	}
	for _, code := range script.Recall.Possible {
		want[code] = true
	}
	if !maps.Equal(elements, want) {
		t.Errorf("the recall lists %v, the script says %v", elements, want)
	}
	wanted := append(slices.Concat(script.Recall.Through, script.Recall.Tests), script.Recall.Lot)
	for _, code := range script.Recall.Above {
		a, err := w.owner.Asset(ctx, code)
		w.ok(err)
		if a.State == "accepted" { // as the wall was at the desk
			wanted = append(wanted, code)
		}
		if held := len(a.Frozen) > 0; held != (a.State == "accepted") {
			t.Errorf("%s is %s, and held: %v", code, a.State, held)
		}
	}
	slices.Sort(others)
	if slices.Sort(wanted); !slices.Equal(others, wanted) || !slices.Contains(wanted, script.Wall) {
		t.Errorf("beside them it lists %v, the script says %v", others, wanted)
	}
	builder, err := client.LoadDevice(filepath.Join(ledger.data, "keys", "story-builder.json"))
	w.ok(err)
	for _, code := range script.Recall.Certain {
		status, err := w.owner.Record(ctx, builder, &rootline.Event{
			Asset: code, Action: "bind", Rulebook: floodway, Tag: rootline.NewCode(contractorPrefix),
		}, 30*time.Second)
		if err == nil {
			err = status.Err()
		}
		if c := rootline.CodeOf(err); c != rootline.CodeFrozen {
			t.Errorf("%s: refused as %s, want %s", code, c, rootline.CodeFrozen)
		}
	}
}
