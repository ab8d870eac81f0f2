package httpapi

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/evidence"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/storage/storagetest"
	"github.com/rootline/rootline/judge/judgetest"
)

// A gateway whose disk is full says so, with what to do: to who sends, to who signs in, and to who watches it. It loses
// nothing of what it acknowledged, and goes on by itself when there is room, also with the blocks of meanwhile.
func TestFullDisk(t *testing.T) {
	disk := storagetest.NewDisk(t, 8<<20)
	quotas := evidence.DefaultQuotas
	quotas.Reserve = 1 << 20
	w := newWorksIn(t, disk.Dir, quotas)
	w.putPhoto()
	token := w.signIn(w.nursery)
	ready := func() (r Readiness, status int) {
		t.Helper()
		got := w.get("/readyz", "")
		got.into(t, &r)
		return r, got.status
	}
	if _, status := ready(); status != http.StatusOK {
		t.Fatalf("not ready before: %d", status)
	}
	full := func(r *result) {
		t.Helper()
		if r.status != http.StatusInsufficientStorage || r.code() != rootline.CodeStorageFull || r.header.Get("Retry-After") == "" {
			t.Fatalf("a full disk is answered with %d %s", r.status, r.body)
		}
	}
	w.ledger.latency = time.Second // what was acknowledged waits when the disk is full
	var acknowledged []string
	var r *result
	for n := range 1000 {
		if n == 10 {
			disk.Fill() // the log may have some room left
		}
		sub := w.Sign(w.nursery, w.newTree(judgetest.Code(judgetest.Contractor)))
		r = w.post("/api/v1/events", EventsBody{Events: []rootline.Submission{sub}})
		if r.status != http.StatusOK && r.status != http.StatusAccepted {
			break
		}
		var sent results
		r.into(t, &sent)
		acknowledged = append(acknowledged, sent.Results[0].Event)
	}
	full(r)
	if got, status := ready(); status != http.StatusServiceUnavailable || got.Ready || !strings.Contains(got.Reason, "make room") {
		t.Errorf("readyz: %d %+v", status, got)
	}
	for range 1000 {
		r = w.post("/api/v1/session", map[string]string{"jws": w.signInJWS(w.planter, rootline.TypSignIn, nil)})
		if r.status != http.StatusOK {
			break
		}
	}
	full(r)
	if r := w.get("/api/v1/assets/"+w.tree, token); r.status != http.StatusOK {
		t.Errorf("what is known is not shown: %d %s", r.status, r.body)
	}
	// Meanwhile others record events, until the read model has no room for their blocks.
	before := w.height()
	for c, _, err := w.store.Cursor(t.Context()); err == nil && c.Block+1 == w.height() && w.height() < before+500; c, _, err = w.store.Cursor(t.Context()) {
		w.Do(w.nursery, w.newTree(judgetest.Code(judgetest.Contractor)))
		time.Sleep(5 * time.Millisecond)
	}

	disk.Free()
	until := time.Now().Add(time.Minute)
	for _, status := ready(); status != http.StatusOK; _, status = ready() {
		if time.Now().After(until) {
			got, _ := ready()
			t.Fatalf("not ready again: %+v", got)
		}
		time.Sleep(50 * time.Millisecond)
	}
	for _, id := range acknowledged {
		var v presentation.EventView
		for v.Status != "committed" {
			if w.get("/api/v1/events/"+id, token).into(t, &v); time.Now().After(until) {
				t.Fatalf("%s was acknowledged and is %s", id, v.Status)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	w.await()
	w.signIn(w.planter)
	sub := w.Sign(w.nursery, w.newTree(judgetest.Code(judgetest.Contractor)))
	if r := w.post("/api/v1/events?wait=10s", EventsBody{Events: []rootline.Submission{sub}}); r.status != http.StatusOK {
		t.Errorf("afterwards: %d %s", r.status, r.body)
	}
}
