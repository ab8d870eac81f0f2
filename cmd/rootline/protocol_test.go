package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
)

// The number in force, what the gateway and the program know, and the open vote are shown; a vote for a number that this
// program does not know is not signed, and says what to upgrade.
func TestProtocolCommands(t *testing.T) {
	s := newStage(t)
	key := s.enrol(judgetest.Owner, rootline.RoleAdmin)
	vote := func(msp string) {
		t.Helper()
		s.mu.Lock()
		defer s.mu.Unlock()
		if err := s.world.Try(s.world.Admins[msp], judgetest.Act(rootline.ActRaise, rootline.RaiseData{Protocol: 2})); err != nil {
			t.Fatal(err)
		}
	}
	in := func(want int, says []string, args ...string) {
		t.Helper()
		code, out, errs := s.run(append([]string{"--gateway", s.URL, "protocol"}, args...)...)
		if code != want {
			t.Errorf("protocol %v: exit %d, want %d", args, code, want)
		}
		for _, say := range says {
			if !strings.Contains(out+errs, say) {
				t.Errorf("protocol %v: not said: %q\n%s%s", args, say, out, errs)
			}
		}
	}
	known := listed(judge.Protocols())
	knows := fmt.Sprintf("The gateway at %s knows %s, this program %s.", s.URL, known, known)
	in(exitOK, []string{"judged by protocol 1. " + knows})
	if out := s.must("--gateway", s.URL, "protocol"); strings.Contains(out, "For protocol") {
		t.Errorf("a vote where there is none: %s", out)
	}
	in(exitUsage, []string{`"one" is no protocol number`}, "vote", "one", "--device", key)
	in(exitUsage, []string{`"0" is no protocol number`}, "vote", "0", "--device", key)
	in(exitRefused, []string{"Protocol 1 holds already."}, "vote", "1", "--device", key)
	before := len(s.jws)
	in(exitRefused, []string{"does not know protocol 2; it knows " + known, "Upgrade its chaincode service and gateways first, then vote."}, "vote", "2", "--device", key)
	if len(s.jws) != before {
		t.Error("a vote for a number that is not known was sent")
	}
	vote(judgetest.Contractor)
	in(exitOK, []string{"judged by protocol 1.", "For protocol 2: " + judgetest.Contractor + ", 1 of 4 organisations. More than half make it hold."})
	vote(judgetest.Regulator)
	vote(judgetest.Supervisor)
	in(exitOK, []string{"judged by protocol 2. " + knows})
}
