package main

import (
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

// What each organisation may give and the open votes are shown; a vote is signed for all the roles that are meant, and taken back by
// the same flags.
func TestRolesCommands(t *testing.T) {
	s := newStage(t)
	key := s.enrol(judgetest.Owner, rootline.RoleAdmin)
	in := func(want int, say string, args ...string) {
		t.Helper()
		code, out, errs := s.run(append([]string{"--gateway", s.URL, "roles"}, args...)...)
		if code != want || !strings.Contains(out+errs, say) {
			t.Errorf("roles %v: exit %d, want %d and %q\n%s%s", args, code, want, say, out, errs)
		}
	}
	in(exitOK, "SupervisorMSP: admin, supervisor, laboratory")
	in(exitUsage, "NobodyMSP is no organisation", "vote", "NobodyMSP", "--add", "bank", "--device", key)
	in(exitUsage, "say what changes", "vote", "SupervisorMSP", "--device", key)
	in(exitUsage, "may not give the role bank now", "vote", "SupervisorMSP", "--drop", "bank", "--device", key)
	in(exitRefused, "these are the roles", "vote", "SupervisorMSP", "--add", "supervisor", "--device", key)
	in(exitRefused, "roles are lower-case names", "vote", "SupervisorMSP", "--add", "Bank", "--device", key)
	in(exitOK, "OwnerMSP has voted that SupervisorMSP may give: admin, bank, laboratory, supervisor. It holds with a majority", "vote", "SupervisorMSP", "--add", "bank", "--device", key)
	in(exitOK, "OwnerMSP has taken back its vote", "withdraw", "SupervisorMSP", "--add", "bank", "--device", key)
	in(exitRefused, "OwnerMSP has not voted", "withdraw", "SupervisorMSP", "--add", "bank", "--device", key)
	for _, msp := range []string{judgetest.Contractor, judgetest.Regulator} {
		s.mu.Lock()
		err := s.world.Try(s.world.Admins[msp], judgetest.Act(rootline.ActRoles, rootline.RolesData{Organisation: judgetest.Supervisor, Roles: []string{"bank", "laboratory", "supervisor"}}))
		s.mu.Unlock()
		if err != nil {
			t.Fatal(err)
		}
	}
	in(exitOK, "SupervisorMSP may give: admin, bank, laboratory, supervisor.", "vote", "SupervisorMSP", "--add", "bank", "--device", key)
}
