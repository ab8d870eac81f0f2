package main

import (
	"strings"
	"testing"

	"github.com/rootline/rootline/judge/judgetest"
)

func TestInviteEnrolWhoami(t *testing.T) {
	s := newStage(t)
	admin := s.enrol(judgetest.Contractor, "admin")
	link := strings.TrimSpace(s.must("invite", "--role", "planter", "--name", "Crew 7", "--qr", "--device", admin))
	s.in = link + "\n"
	if out := s.must("enrol", "-"); !strings.Contains(out, "Crew 7") || !strings.Contains(out, "planter") {
		t.Errorf("enrol: %s", out)
	}
	if out := s.must("whoami", "--device", "crew-7"); !strings.Contains(out, "planter") || !strings.Contains(out, judgetest.Contractor) {
		t.Errorf("whoami: %s", out)
	}
	// A phone reaches the gateway elsewhere than this machine does; the invitation is the same.
	code, out, errs := s.run("invite", "--role", "planter", "--name", "Crew 9", "--qr", "--address", "https://192.168.1.5:8443/", "--device", admin)
	if code != exitOK || !strings.HasPrefix(out, "https://192.168.1.5:8443/enrol#") || !strings.Contains(errs, "▀") {
		t.Errorf("invite for a phone: %d %s %s", code, out, errs)
	}
	kid := s.world.Enrol(judgetest.Contractor, "planter").Kid()
	if out := s.must("revoke", kid, "--reason", "lost", "--device", admin); !strings.Contains(out, "Revoked "+kid) {
		t.Errorf("revoke: %s", out)
	}
	unsent := strings.TrimSpace(s.must("invite", "--role", "planter", "--name", "C9", "--device", admin))
	if out := s.must("revoke", "--invitation", unsent, "--device", admin); !strings.Contains(out, "Revoked ") {
		t.Errorf("revoke: %s", out)
	}
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"a revoked invitation", []string{"enrol", unsent, "--device", "late"}, exitRefused, "invitation-revoked"},
		{"revoked twice", []string{"revoke", "--invitation", unsent, "--device", admin}, exitRefused, "invitation-revoked"},
		{"revoked, what?", []string{"revoke", "--device", admin}, exitUsage, "name a device, or an invitation"},
		{"revoked, both", []string{"revoke", kid, "--invitation", unsent, "--device", admin}, exitUsage, "name a device, or an invitation"},
		{"revoked by no admin", []string{"revoke", s.world.Enrol(judgetest.Contractor, "planter").Kid(), "--device", "crew-7"}, exitRefused, "wrong-role"},
		{"revoked by another organisation", []string{"revoke", s.world.Enrol(judgetest.Supervisor, "supervisor").Kid(), "--device", admin}, exitRefused, ""},
		{"revoked, who?", []string{"revoke", "nobody", "--device", admin}, exitRefused, "unknown-device"},
		{"odd address", []string{"invite", "--role", "planter", "--name", "C8", "--address", "192.168.1.5", "--device", admin}, exitUsage, "does not look like"},
		{"used twice", []string{"enrol", link, "--device", "other"}, exitRefused, "invitation-used"},
		{"over a key", []string{"enrol", link}, exitFailure, "there is one already"},
		{"cut link", []string{"enrol", link[:len(link)-7], "--device", "x"}, exitUsage, "Copy it whole"},
		{"which device", []string{"whoami"}, exitUsage, "admin, crew-7"},
		{"no such device", []string{"whoami", "--device", "nobody"}, exitFailure, "there is none"},
		{"not an admin", []string{"invite", "--role", "planter", "--name", "C8", "--device", "crew-7"}, exitRefused, "wrong-role"},
		{"no role", []string{"invite", "--name", "C8"}, exitUsage, `"role" not set`},
		{"role of others", []string{"invite", "--role", "regulator", "--name", "C8", "--device", admin}, exitRefused, "role-not-allowed"},
		{"no such command", []string{"plant"}, exitUsage, "unknown command"},
		{"no such flag", []string{"whoami", "--loud"}, exitUsage, "unknown flag"},
		{"no gateway", []string{"whoami", "--device", admin, "--gateway", "http://127.0.0.1:1", "--patience", "0s"}, exitUnreachable, "cannot reach the gateway"},
		{"odd gateway", []string{"whoami", "--device", admin, "--gateway", "127.0.0.1:1"}, exitUsage, "looks like"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if code, out, errs := s.run(c.args...); code != c.code || !strings.Contains(errs, c.says) {
				t.Errorf("exit %d, want %d\n%s%s", code, c.code, out, errs)
			}
		})
	}
}
