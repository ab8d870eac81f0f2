package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// cgroup is a control group of Linux with bounded memory, of version 1 or 2.
type cgroup struct {
	dir string
	v2  bool
}

// newCgroup makes one. The test is skipped where that is not allowed, and says so.
func newCgroup(t *testing.T, bytes int64) *cgroup {
	t.Helper()
	g := &cgroup{}
	root := "/sys/fs/cgroup/memory"
	limit := "memory.limit_in_bytes"
	if controllers, err := os.ReadFile("/sys/fs/cgroup/cgroup.controllers"); err == nil {
		g.v2, root, limit = true, "/sys/fs/cgroup", "memory.max"
		if !strings.Contains(string(controllers), "memory") {
			t.Skip("not run: control groups here do not bound memory (no memory in /sys/fs/cgroup/cgroup.controllers)")
		}
	}
	var err error
	if g.dir, err = os.MkdirTemp(root, "rootline-e2e-"); err != nil {
		t.Skipf("not run: no control group can be made here, which takes root and a cgroup file system that can be written: %v", err)
	}
	t.Cleanup(func() { _ = os.Remove(g.dir) })
	err = os.WriteFile(filepath.Join(g.dir, limit), []byte(strconv.FormatInt(bytes, 10)), 0o600)
	// No swap beyond it; where there is no swap the files may be missing.
	for name, value := range map[string]string{"memory.swap.max": "0", "memory.memsw.limit_in_bytes": strconv.FormatInt(bytes, 10)} {
		if _, missing := os.Stat(filepath.Join(g.dir, name)); missing == nil {
			err = errors.Join(err, os.WriteFile(filepath.Join(g.dir, name), []byte(value), 0o600))
		}
	}
	if err != nil {
		t.Skipf("not run: the memory of a control group cannot be bounded here: %v", err)
	}
	return g
}

// command runs a program within the group from its first instruction on.
func (g *cgroup) command(program string, args ...string) *exec.Cmd {
	return exec.Command("/bin/sh", append([]string{"-c", `echo $$ > "$0/cgroup.procs" && exec "$@"`, g.dir, program}, args...)...)
}

// peak is the most memory that its processes had at one time, the pages of files that they read included, and kills how many the
// kernel ended since there was no more.
func (g *cgroup) peak(t *testing.T) (bytes, kills int64) {
	t.Helper()
	peak, events := "memory.max_usage_in_bytes", "memory.oom_control"
	if g.v2 {
		peak, events = "memory.peak", "memory.events"
	}
	b, err := os.ReadFile(filepath.Join(g.dir, peak))
	if err == nil {
		bytes, err = strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64)
	}
	if err != nil && !(g.v2 && os.IsNotExist(err)) { // older kernels do not keep it
		t.Error(err)
	}
	if b, err = os.ReadFile(filepath.Join(g.dir, events)); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if n, _ := fmt.Sscanf(line, "oom_kill %d", &kills); n == 1 {
			return bytes, kills
		}
	}
	return bytes, 0 // a kernel that does not count them; a gateway that was ended is seen to be
}
