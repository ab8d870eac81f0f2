package httpapi

import (
	"net/http"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/outbox"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/judge/judgetest"
)

type results struct {
	Results []EventStatus `json:"results"`
}

// putPhoto stores the evidence that the trees' events name.
func (w *works) putPhoto() {
	w.t.Helper()
	r := w.ask(http.MethodPut, w.fill("/api/v1/evidence/HASH"), w.signIn(w.planter), photo)
	if r.status != http.StatusCreated {
		w.t.Fatalf("%d %s", r.status, r.body)
	}
}

func TestEventIsRecordedAndShown(t *testing.T) {
	w := newWorks(t)
	w.putPhoto()
	code := judgetest.Code(judgetest.Contractor)
	sub := w.Sign(w.nursery, w.newTree(code))
	var checked, sent, again results
	body := EventsBody{Events: []rootline.Submission{sub}}
	w.post("/api/v1/events:check", body).into(t, &checked)
	if s := checked.Results[0]; s.Status != acceptable || s.Asset != code {
		t.Errorf("check: %+v", s)
	}
	if r := w.get("/api/v1/assets/"+code, ""); r.status != http.StatusNotFound {
		t.Errorf("checking recorded it: %d", r.status)
	}
	r := w.post("/api/v1/events?wait=10s", body)
	r.into(t, &sent)
	s := sent.Results[0]
	if r.status != http.StatusOK || s.Status != "committed" || s.Block == 0 || s.Transaction == "" || s.Asset != code {
		t.Fatalf("%d %+v", r.status, s)
	}
	// Who was told "committed" reads what they wrote, at once.
	var a presentation.AssetView
	w.get("/api/v1/assets/"+code, "").into(t, &a)
	if a.ID != code || a.State != "selected" || a.KindTitle.Zh == "" || a.Block.Number < s.Block || a.URL != origin+"/8004/"+code {
		t.Errorf("%+v", a)
	}
	var e presentation.EventView
	w.get("/api/v1/events/"+s.Event, w.signIn(w.nursery)).into(t, &e)
	if e.Status != "committed" || e.JWS != sub.JWS || *e.Block != s.Block || e.Role != "nursery" || e.ActionTitle.En == "" {
		t.Errorf("%+v", e)
	}
	// Sent twice, it is recorded once and both senders get the same answer.
	height := w.height()
	r = w.post("/api/v1/events?wait=10s", body)
	r.into(t, &again)
	if r.status != http.StatusOK || again.Results[0] != s || w.height() != height {
		t.Errorf("again: %d %+v", r.status, again.Results[0])
	}
	w.post("/api/v1/events:check", body).into(t, &checked)
	if checked.Results[0].Status != recorded {
		t.Errorf("check of what is recorded: %+v", checked.Results[0])
	}
}

func TestEventsOnTheirWay(t *testing.T) {
	w := newWorks(t)
	w.latency = 300 * time.Millisecond
	w.putPhoto()
	sub := w.Sign(w.nursery, w.newTree(judgetest.Code(judgetest.Contractor)))
	var sent results
	r := w.post("/api/v1/events", EventsBody{Events: []rootline.Submission{sub}})
	r.into(t, &sent)
	if r.status != http.StatusAccepted || sent.Results[0].Status != "queued" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	var e presentation.EventView
	w.get("/api/v1/events/"+sent.Results[0].Event, "").into(t, &e)
	if e.ID != sent.Results[0].Event || e.Status == "committed" || e.Block != nil {
		t.Errorf("%+v", e)
	}
	r = w.post("/api/v1/events?wait=10ms", EventsBody{Events: []rootline.Submission{sub}})
	if r.status != http.StatusAccepted {
		t.Errorf("too short a wait: %d %s", r.status, r.body)
	}
	r = w.post("/api/v1/events?wait=10s", EventsBody{Events: []rootline.Submission{sub}})
	if r.status != http.StatusOK {
		t.Errorf("long enough a wait: %d %s", r.status, r.body)
	}
}

func TestRefusedEvents(t *testing.T) {
	w := newWorks(t)
	w.putPhoto()
	fine := w.Sign(w.nursery, w.newTree(judgetest.Code(judgetest.Contractor)))
	role := w.Sign(w.planter, w.newTree(judgetest.Code(judgetest.Contractor)))
	foreign := w.Sign(w.nursery, w.newTree(judgetest.Code(judgetest.Owner)))
	var mixed results
	r := w.post("/api/v1/events?wait=10s", EventsBody{Events: []rootline.Submission{role, fine, foreign}})
	r.into(t, &mixed)
	if r.status != http.StatusOK || len(mixed.Results) != 3 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	for i, want := range []rootline.Code{rootline.CodeWrongRole, "", rootline.CodeForeignPrefix} {
		s := mixed.Results[i]
		if want == "" && s.Status != "committed" || want != "" && (s.Status != "refused" || s.Error.Code != want) {
			t.Errorf("%d: %+v", i, s)
		}
	}
	for _, c := range []struct {
		name string
		subs []rootline.Submission
		code rootline.Code
	}{
		{"one", []rootline.Submission{role}, rootline.CodeWrongRole},
		{"the same reason", []rootline.Submission{role, w.Sign(w.planter, w.newTree(judgetest.Code(judgetest.Contractor)))}, rootline.CodeWrongRole},
		{"several reasons", []rootline.Submission{role, foreign}, rootline.CodeBadRequest},
	} {
		r := w.post("/api/v1/events", EventsBody{Events: c.subs})
		var p problem.Problem
		r.into(t, &p)
		if r.status != http.StatusUnprocessableEntity || p.Code != c.code || len(p.Errors) != len(c.subs) || p.Errors[0].Event == "" {
			t.Errorf("%s: %d %s", c.name, r.status, r.body)
		}
	}
}

// Events that are all refused for the moment only are not refused for good: the request says "later".
func TestRefusalsForTheMomentKeepTheirStatus(t *testing.T) {
	refused := func(code rootline.Code) []outbox.Status {
		return []outbox.Status{{Event: "a", Stage: outbox.Refused, Refused: rootline.Refuse(code, 1, 2, 3)}}
	}
	for code, want := range map[rootline.Code]int{
		rootline.CodeDeviceShare: http.StatusTooManyRequests, rootline.CodeNotJudged: http.StatusServiceUnavailable,
		rootline.CodeBusy: http.StatusServiceUnavailable, rootline.CodeWrongRole: http.StatusUnprocessableEntity,
		rootline.CodeDeviceRevoked: http.StatusUnprocessableEntity,
	} {
		if p := allRefused(refused(code)); p == nil || p.Status != want {
			t.Errorf("%s: %+v", code, p)
		}
	}
}
