package httpapi

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel/readmodeltest"
)

// A valid transaction whose events were recorded before names them, with the block that recorded each; not to guests.
func TestEventsThatWereRecordedBefore(t *testing.T) {
	w := newWorks(t)
	token := w.signIn(w.manager)
	e, err := readmodeltest.View(t, w.store).Event(w.event)
	if err != nil {
		t.Fatal(err)
	}
	sub := rootline.Submission{JWS: e.JWS, Inclusion: e.Inclusion}
	if err := w.TrySubmission(sub); err != nil {
		t.Fatal(err)
	}
	w.await()
	path := fmt.Sprintf("/api/v1/blocks/%d", w.height()-1)
	r := w.get(path, token)
	describe(t, w).check(t, "/api/v1/blocks/{number}", "GET", r, "application/json")
	var b Block
	r.into(t, &b)
	if len(b.Transactions) != 1 || len(b.Transactions[0].Events) != 0 || !slices.Equal(b.Transactions[0].Repeated, []Repeated{{ID: w.event, Block: e.Block}}) {
		t.Errorf("%+v", b)
	}
	var findings struct{ Repeated int }
	r = w.get("/api/v1/findings", token)
	if r.into(t, &findings); findings.Repeated != 1 {
		t.Errorf("the findings count %d repeated events: %s", findings.Repeated, r.body)
	}
	if r := w.get(path, ""); r.status != 200 || strings.Contains(string(r.body), w.event) || strings.Contains(string(r.body), "repeated") {
		t.Errorf("a guest reads %d %s", r.status, r.body)
	}
}
