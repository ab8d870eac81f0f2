package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline/judge/judgetest"
)

func TestAKidThatBeginsWithADash(t *testing.T) {
	const kid, long = "-bdDTnRX8-I_MAYhvFrEdZ4VKqzEDu6ZZHSPyRvC8wU", "--dDTnRX8-I_MAYhvFrEdZ4VKqzEDu6ZZHSPyRvC8wU"
	root := newRootCmd(&environment{getenv: func(string) string { return "" }})
	for _, c := range []struct{ name, args, want string }{
		{"first", "revoke " + kid + " --reason lost", "revoke --reason lost -- " + kid},
		{"last", "revoke --reason lost " + kid, "revoke --reason lost -- " + kid},
		{"two dashes", "revoke " + long, "revoke -- " + long},
		{"after a joined value", "revoke --reason=lost " + kid, "revoke --reason=lost -- " + kid},
		{"after a switch", "labels --calibration " + kid, "labels --calibration -- " + kid},
		{"as a value", "revoke --reason " + kid + " x", "revoke --reason " + kid + " x"},
		{"behind dashes", "revoke -- " + kid, "revoke -- " + kid},
		{"other dashes", "revoke -b --loud x", "revoke -b --loud x"},
		{"no such command", "plant " + kid, "plant " + kid},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := kidsLast(root, strings.Fields(c.args)); !slices.Equal(got, strings.Fields(c.want)) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestRevokeADeviceWhoseKidBeginsWithADash(t *testing.T) {
	s := newStage(t)
	if code, _, errs := s.run("revoke", "-bdDTnRX8-I_MAYhvFrEdZ4VKqzEDu6ZZHSPyRvC8wU", "--device", s.enrol(judgetest.Contractor, "admin")); code != exitRefused || !strings.Contains(errs, "unknown-device") {
		t.Errorf("exit %d\n%s", code, errs)
	}
}
