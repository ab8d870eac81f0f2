package httpapi

import (
	"net/http"
	"slices"
	"testing"

	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/problem"
)

// Codes that were scanned without a network are looked up together.
func TestManyCodesAreResolvedTogether(t *testing.T) {
	w := newWorks(t)
	token := w.signIn(w.planter)
	const nobodys = "95200020000000000000"
	var got struct{ Results []Resolved }
	w.postAs(token, "/api/v1/assets:resolve", ResolveBody{Codes: []string{nobodys, w.tree, w.tree}}).into(t, &got)
	if len(got.Results) != 3 || got.Results[0].Code != nobodys || got.Results[0].Asset != nil {
		t.Fatalf("got %+v", got)
	}
	var one presentation.AssetView
	w.get("/api/v1/assets/"+w.tree, "").into(t, &one)
	for _, r := range got.Results[1:] {
		if r.Code != w.tree || r.Asset == nil || r.Asset.ID != one.ID || r.Asset.StateTitle != one.StateTitle || r.Asset.URL != one.URL {
			t.Errorf("got %+v for %+v", r, one)
		}
	}
	for at, codes := range map[string][]string{
		"/codes":   slices.Repeat([]string{w.tree}, 501),
		"/codes/1": {w.tree, "no code"},
	} {
		var p problem.Problem
		r := w.postAs(token, "/api/v1/assets:resolve", ResolveBody{Codes: codes})
		if r.into(t, &p); r.status != http.StatusBadRequest || p.Field != at {
			t.Errorf("%s: got %d %s", at, r.status, r.body)
		}
	}
}
