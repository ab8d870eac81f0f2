package main

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/judge/judgetest"
)

// dependants answers with what went directly into something and a recall does not hold, which is enough here.
func (s *stage) dependants(w http.ResponseWriter, r *http.Request) {
	var found []client.Dependant
	for _, a := range s.assets() {
		for _, p := range a.Parents {
			held := slices.ContainsFunc(a.Frozen, func(f rootline.Freeze) bool { return f.Recall == r.URL.Query().Get("recall") })
			if p.Asset == r.PathValue("id") && !held {
				found = append(found, client.Dependant{Asset: client.AssetView{Asset: *a}, Via: p.Asset, Possible: p.Possible})
			}
		}
	}
	answer(w, http.StatusOK, map[string]any{"items": found})
}

func (s *stage) recall(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known, _ := s.world.State.Get(rootline.Ref{Space: rootline.SpaceRecall, ID: r.PathValue("id")})
	if known == nil {
		problem(w, http.StatusNotFound, rootline.Refuse(rootline.CodeNotFound, "recall"))
		return
	}
	answer(w, http.StatusOK, known)
}

func TestRecall(t *testing.T) {
	s := newStage(t)
	yaml, err := os.ReadFile("../../judge/testdata/works@1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s.world.Adopt(yaml, "works@1")
	supplier, builder := s.world.Enrol(judgetest.Contractor, "supplier"), s.world.Enrol(judgetest.Contractor, "builder")
	event := func(kind, action string) *rootline.Event {
		return &rootline.Event{Asset: judgetest.Code(judgetest.Contractor), Kind: kind, Action: action, Rulebook: "works@1"}
	}
	lot := event("cement", "deliver")
	lot.Amount = 100
	s.world.Do(supplier, lot)
	mix := func() string {
		e := event("mix", "mix")
		e.Inputs = []rootline.Input{{Asset: lot.Asset, Amount: 5}}
		s.world.Do(builder, e)
		return e.Asset
	}
	first := mix()
	s.enrol(judgetest.Supervisor, "supervisor")

	if out := s.must("recall", lot.Asset, "--check"); !strings.Contains(out, first) || !strings.Contains(out, "certain") {
		t.Errorf("it would freeze %s", out)
	}
	id := strings.TrimSpace(s.must("recall", lot.Asset, "--reason", "strength at 28 days"))
	for _, a := range s.assets() {
		if len(a.Frozen) != 1 || a.Frozen[0].Recall != id {
			t.Errorf("%s is held as %+v", a.ID, a.Frozen)
		}
	}
	if out := s.must("recall", "--extend", id); !strings.HasPrefix(out, "0 more") {
		t.Errorf("nothing is new, and yet: %s", out)
	}
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"no reason":   {[]string{"recall", lot.Asset}, exitUsage, "--reason"},
		"both":        {[]string{"recall", lot.Asset, "--extend", id}, exitUsage, "--extend"},
		"no such":     {[]string{"recall", "--extend", rootline.NewEventID("somebody")}, exitRefused, "not-found"},
		"no such lot": {[]string{"recall", judgetest.Code(judgetest.Owner), "--reason", "x"}, exitRefused, "unknown-asset"},
	} {
		if code, out, errs := s.run(c.args...); code != c.code || !strings.Contains(errs, c.says) {
			t.Errorf("%s: exit %d, want %d\n%s%s", name, code, c.code, out, errs)
		}
	}
}
