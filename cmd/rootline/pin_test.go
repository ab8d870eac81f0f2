package main

import (
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

func TestPin(t *testing.T) {
	s := newStage(t)
	admin := s.enrol(judgetest.Owner, "admin")
	genesis := rootline.HashOf([]byte("block 0")).String()
	if code, _, errs := s.run("pin", "5f1c", "--device", admin); code != exitUsage || !strings.Contains(errs, "rootline genesis") {
		t.Errorf("half a hash: exit %d, %s", code, errs)
	}
	if out := s.must("pin", genesis, "--device", admin); !strings.Contains(out, judgetest.Owner) || !strings.Contains(out, genesis) {
		t.Errorf("%s", out)
	}
	if code, _, errs := s.run("pin", genesis, "--device", admin); code == exitOK || !strings.Contains(errs, "cannot be changed") {
		t.Errorf("stated again: exit %d, %s", code, errs)
	}
}
