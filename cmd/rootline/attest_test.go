package main

import (
	"os"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

func TestAttest(t *testing.T) {
	s := newStage(t)
	yaml, err := os.ReadFile("../../judge/testdata/works@1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s.world.Adopt(yaml, "works@1")
	supplier := s.world.Enrol(judgetest.Contractor, "supplier")
	var lines []string
	for range 3 {
		lines = append(lines, s.world.Sign(supplier, &rootline.Event{
			Asset: judgetest.Code(judgetest.Contractor), Kind: "cement", Action: "deliver", Rulebook: "works@1", Amount: 5,
		}).JWS)
	}
	if err := s.world.TrySubmission(rootline.Submission{JWS: lines[2]}); err != nil {
		t.Fatal(err)
	}
	s.world.Now += 1000
	s.world.Do(s.world.Admins[judgetest.Contractor], judgetest.Act(rootline.ActRevoke, rootline.RevokeData{Device: supplier.Kid()}))
	queue := s.file("queue.jsonl", lines[0]+"\n\n"+`{"event":"x","jws":"`+lines[1]+`"}`+"\n"+lines[2])
	s.enrol(judgetest.Supervisor, "supervisor")

	out := s.must("attest", queue, "--reason", "I stood beside the crew")
	if strings.Count(out, "attested\t") != 2 || strings.Count(out, "recorded\t") != 1 {
		t.Errorf("it says\n%s", out)
	}
	if n := len(s.assets()); n != 3 {
		t.Errorf("%d lots are there", n)
	}
	if out := s.must("attest", queue, "--reason", "once more"); strings.Count(out, "recorded\t") != 3 {
		t.Errorf("once more, it says\n%s", out)
	}
	late := s.world.Sign(supplier, &rootline.Event{Asset: judgetest.Code(judgetest.Contractor), Kind: "cement", Action: "deliver", Rulebook: "works@1", Amount: 5})
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"no reason": {[]string{"attest", queue}, exitUsage, "--reason"},
		"no event":  {[]string{"attest", s.file("bad", "x\n"), "--reason", "x"}, exitUsage, "line 1"},
		"too late":  {[]string{"attest", s.file("late", late.JWS), "--reason", "x"}, exitRefused, "signed-after-end"},
	} {
		if code, out, errs := s.run(c.args...); code != c.code || !strings.Contains(out+errs, c.says) {
			t.Errorf("%s: exit %d, want %d\n%s%s", name, code, c.code, out, errs)
		}
	}
}
