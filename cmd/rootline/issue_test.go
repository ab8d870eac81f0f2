package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

func TestIssueABlankRollOnce(t *testing.T) {
	s := newStage(t)
	admin, planter := s.enrol(judgetest.Contractor, "admin"), s.enrol(judgetest.Contractor, "planter")
	prefix := judgetest.Prefixes[judgetest.Contractor]
	file := func(name string, lines ...string) string {
		path := filepath.Join(s.folder, name)
		if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	list := file("tags.codes.txt", rootline.NewCode(prefix), rootline.NewCode(prefix), rootline.NewCode(prefix))
	if out := s.must("issue", list, "--device", admin); !strings.Contains(out, "Issued 3 blank tags as the roll "+prefix) {
		t.Error(out)
	}
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"twice", []string{"issue", list, "--device", admin}, exitRefused, "asset-exists"},
		{"by a planter", []string{"issue", file("other.txt", rootline.NewCode(prefix)), "--device", planter}, exitRefused, "wrong-role"},
		{"no codes", []string{"issue", file("odd.txt", "9520002", "tags"), "--device", admin}, exitFailure, `"9520002" in line 1 is no code`},
		{"empty", []string{"issue", file("empty.txt"), "--device", admin}, exitFailure, "holds 0 codes"},
		{"no file", []string{"issue", "none.txt", "--device", admin}, exitFailure, "none.txt"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if code, out, errs := s.run(c.args...); code != c.code || !strings.Contains(errs, c.says) {
				t.Errorf("exit %d, want %d\n%s%s", code, c.code, out, errs)
			}
		})
	}
}
