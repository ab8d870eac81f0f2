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

// ballots answers one a page.
func (s *stage) ballots(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []client.BallotView
	for _, rec := range s.world.State.Records() {
		if text, ok := rec.(*rootline.ProposedText); ok && text.YAML != "" {
			r, err := s.world.State.Get(rootline.Ref{Space: rootline.SpaceBallot, ID: text.Ballot})
			if err != nil {
				s.t.Error(err)
				continue
			}
			b := r.(*rootline.Ballot)
			all = append(all, client.BallotView{Name: b.Name, YAML: text.YAML, SHA256: b.SHA256, Votes: b.Votes})
		}
	}
	slices.SortFunc(all, func(a, b client.BallotView) int { return strings.Compare(a.Name, b.Name) })
	var page client.Page[client.BallotView]
	for _, b := range all {
		if b.Name <= r.URL.Query().Get("cursor") {
			continue
		}
		if len(page.Items) > 0 {
			page.Next = page.Items[0].Name
			break
		}
		page.Items = append(page.Items, b)
	}
	answer(w, http.StatusOK, page)
}

// A vote finds its text by rulebook, hash, ballot or organisation; where several are meant none is voted for.
func TestRulebookVote(t *testing.T) {
	s := newStage(t)
	key := s.enrol(judgetest.Owner, rootline.RoleAdmin)
	text, err := os.ReadFile(lampsFile)
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\nexamples:")
	first += "\n"
	second := first + "# another text\n"
	other := strings.Replace(first, "rulebook: road-lamps", "rulebook: path-lamps", 1)
	propose := func(msp, yaml string) {
		t.Helper()
		s.mu.Lock()
		defer s.mu.Unlock()
		if err := s.world.Try(s.world.Admins[msp], judgetest.Act(rootline.ActPropose, rootline.ProposeData{YAML: yaml})); err != nil {
			t.Fatal(err)
		}
	}
	hash := func(yaml string) string { return rootline.HashOf([]byte(yaml)).String() }
	does := func(verb string) func(want int, meant string, says ...string) {
		return func(want int, meant string, says ...string) {
			t.Helper()
			code, out, errs := s.run("--gateway", s.URL, "rulebook", verb, meant, "--device", key)
			if code != want {
				t.Errorf("%s %s: exit %d, want %d", verb, meant, code, want)
			}
			for _, say := range says {
				if !strings.Contains(out+errs, say) {
					t.Errorf("%s %s: not said: %q\n%s%s", verb, meant, say, out, errs)
				}
			}
		}
	}
	in, back := does("vote"), does("withdraw")
	propose(judgetest.Contractor, first)
	propose(judgetest.Supervisor, second)
	propose(judgetest.Contractor, other)
	in(exitFailure, "lamps@9", `no proposal that waits for votes is meant by "lamps@9"`)
	before := len(s.jws)
	in(exitUsage, "road-lamps@1", `"road-lamps@1" means 2 proposals`, hash(first)+", voted for by "+judgetest.Contractor, "road-lamps@1:"+judgetest.Supervisor+", SHA-256 "+hash(second))
	in(exitUsage, judgetest.Contractor, "means 2 proposals", "path-lamps@1, SHA-256 "+hash(other))
	if len(s.jws) != before {
		t.Error("a vote that may mean several was sent")
	}
	in(exitOK, judgetest.Supervisor, judgetest.Owner+" has voted for road-lamps@1:"+judgetest.Supervisor+", SHA-256 "+hash(second), "with a majority")
	in(exitRefused, "road-lamps@1:"+judgetest.Supervisor, "has voted")
	in(exitOK, hash(first), "has voted for road-lamps@1, SHA-256 "+hash(first))
	in(exitOK, "path-lamps@1", "has voted for path-lamps@1, SHA-256 "+hash(other))
	back(exitUsage, "road-lamps@1", `"road-lamps@1" means 2 proposals`)
	back(exitOK, hash(first), judgetest.Owner+" has taken back its vote for road-lamps@1, SHA-256 "+hash(first))
	back(exitRefused, hash(first), "no vote to take back")
}
