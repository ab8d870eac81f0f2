package httpapi

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/proofs"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/limits"
)

// The proof of a set is a job of the organisation whose device asked: it says what came of asking each organisation, is
// another's nowhere, and goes when it is dropped.
func TestProofsOfSets(t *testing.T) {
	w := newWorks(t)
	token, other := w.signIn(w.planter), w.signIn(w.manager)
	begin := func(path string, body any) (j ProofJob) {
		t.Helper()
		r := w.postAs(token, path, body)
		if r.status != http.StatusAccepted {
			t.Fatalf("%d %.300s", r.status, r.body)
		}
		r.into(t, &j)
		if r.header.Get("Location") != "/api/v1/proofs/"+j.ID {
			t.Errorf("it is said to be at %q", r.header.Get("Location"))
		}
		for deadline := time.Now().Add(time.Minute); j.State != proofs.Failed && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
			w.get("/api/v1/proofs/"+j.ID, token).into(t, &j)
		}
		return j
	}
	// Nobody else signs here, and one alone is no proof: that is e2e's.
	j := begin("/api/v1/proofs?place=forest/1&kind=tree&order=newest", nil)
	if j.Subject != "assets?kind=tree&place=forest/1" || j.Error == nil || j.Error.Code != rootline.CodeSetUnsigned || j.Signed != 1 {
		t.Errorf("%+v", j)
	}
	for _, v := range j.Voices {
		want := proofs.Unreachable
		if v.Organisation == judgetest.Owner {
			want = proofs.Signed
		}
		if v.Outcome != want {
			t.Errorf("%s: %s", v.Organisation, v.Outcome)
		}
	}
	if j := begin("/api/v1/proofs", SetBody{Codes: []string{w.tree}}); j.Subject != "codes" || j.Items != 1 {
		t.Errorf("%+v", j)
	}
	if j := begin("/api/v1/proofs", SetBody{Codes: []string{"95200020000000000000"}}); j.Error.Code != rootline.CodeUnknownAsset {
		t.Errorf("of a code of nothing: %+v", j.Error)
	}
	for path, body := range map[string]any{
		"/api/v1/proofs?kind=tree":           SetBody{Codes: []string{w.tree}},
		"/api/v1/proofs":                     SetBody{Codes: []string{w.tree, w.tree}},
		"/api/v1/proofs?whole=true":          SetBody{Codes: []string{"x"}},
		"/api/v1/proofs?changedTo=yesterday": nil,
		"/api/v1/proofs?text=" + string(slices.Repeat([]byte("x"), 100)) + "&kind=" + string(slices.Repeat([]byte("y"), limits.ProofSubject)): nil,
	} {
		if r := w.postAs(token, path, body); r.status != http.StatusBadRequest {
			t.Errorf("%.60s: %d %.200s", path, r.status, r.body)
		}
	}
	if r := w.get("/api/v1/proofs/"+j.ID, other); r.status != http.StatusNotFound {
		t.Errorf("another organisation sees it: %d", r.status)
	}
	if r := w.ask(http.MethodDelete, "/api/v1/proofs/"+j.ID, other, nil); r.status != http.StatusNotFound {
		t.Errorf("another organisation drops it: %d", r.status)
	}
	if r := w.get("/api/v1/proofs/"+j.ID+"/file", token); r.code() != rootline.CodeSetUnsigned {
		t.Errorf("its file: %d %.200s", r.status, r.body)
	}
	if r := w.ask(http.MethodDelete, "/api/v1/proofs/"+j.ID, token, nil); r.status != http.StatusNoContent {
		t.Errorf("dropped: %d", r.status)
	}
	var list struct{ Items []ProofJob }
	if w.get("/api/v1/proofs", token).into(t, &list); len(list.Items) != 2 {
		t.Errorf("%d are left", len(list.Items))
	}
}
