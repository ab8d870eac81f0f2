package main

import (
	"strings"
	"testing"

	"github.com/rootline/rootline/judge/judgetest"
)

func TestFoundAndConfirmSayWhatIsMissing(t *testing.T) {
	s := newStage(t)
	good := s.file("good.yaml", "- {mspId: OwnerMSP, title: {en: Owner, zh: 业主}, prefix: \"9520001\", roles: [manager]}\n")
	odd := s.file("odd.yaml", "- {mspid: OwnerMSP}\n")
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"no list", nil, exitUsage, "accepts 1 arg"},
		{"no such list", []string{"nowhere.yaml"}, exitFailure, "nowhere.yaml"},
		{"an unknown name", []string{odd}, exitUsage, "mspId, title, prefix and roles"},
		{"no peer", []string{good}, exitUsage, "--peer or ROOTLINE_PEER is missing"},
		{"no certificate", []string{good, "--peer", "127.0.0.1:1", "--peer-name", "p", "--peer-ca", "ca.pem", "--msp", "OwnerMSP"}, exitUsage, "ROOTLINE_CERT"},
		{"no such key", []string{good, "--peer", "127.0.0.1:1", "--peer-name", "p", "--peer-ca", "ca.pem", "--msp", "OwnerMSP", "--cert", "c.pem", "--key", "k.pem"}, exitFailure, "c.pem"},
	} {
		for _, command := range []string{"found", "confirm"} {
			t.Run(command+" "+c.name, func(t *testing.T) {
				if code, out, errs := s.run(append([]string{command}, c.args...)...); code != c.code || !strings.Contains(errs, c.says) {
					t.Errorf("exit %d, want %d\n%s%s", code, c.code, out, errs)
				}
			})
		}
	}
}

func TestAdopt(t *testing.T) {
	s := newStage(t)
	admin := s.enrol(judgetest.Owner, "admin")
	if code, _, errs := s.run("adopt", "nowhere.yaml", "--device", admin); code != exitFailure || !strings.Contains(errs, "nowhere.yaml") {
		t.Errorf("a file that is not there: exit %d, %s", code, errs)
	}
	if code, _, errs := s.run("adopt", s.file("odd.yaml", "rulebook: odd\n"), "--device", admin); code == exitOK || !strings.Contains(errs, "odd.yaml") {
		t.Errorf("a file that is no rulebook: exit %d, %s", code, errs)
	}
	if out := s.must("adopt", "forestation@1", "--device", admin); !strings.Contains(out, "forestation@1 holds") {
		t.Errorf("one that holds: %s", out)
	}
}
