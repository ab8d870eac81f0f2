package network

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// sleeper starts a harmless process and gives its record.
func sleeper(t *testing.T) (*exec.Cmd, pidRecord) {
	t.Helper()
	cmd := exec.Command("sleep", "60")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	r, err := identify(Process{Name: "owner-peer", Kind: KindPeer}, cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	return cmd, r
}

func TestRecycledNumberIsLeftAlone(t *testing.T) {
	cmd, r := sleeper(t)
	if !r.alive() {
		t.Fatal("a running process is not seen")
	}
	for name, other := range map[string]pidRecord{
		"started earlier": {Name: r.Name, PID: r.PID, Started: r.Started - 1, Boot: r.Boot},
		"before a reboot": {Name: r.Name, PID: r.PID, Started: r.Started, Boot: "another"},
	} {
		if other.alive() {
			t.Errorf("%s: taken for the recorded process", name)
		}
		if err := other.signal(syscall.SIGKILL); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	// The signal would have arrived by the time that a later one does.
	if err := cmd.Process.Signal(syscall.Signal(0)); err != nil || !r.alive() {
		t.Errorf("the other process was killed (%v)", err)
	}
}

func TestZombieIsNotAlive(t *testing.T) {
	cmd, r := sleeper(t)
	cmd.Process.Kill()
	deadline := time.Now().Add(5 * time.Second)
	for r.alive() {
		if time.Now().After(deadline) {
			t.Fatal("a process that was killed and not waited for counts as alive")
		}
		time.Sleep(time.Millisecond)
	}
	if _, state, err := procStat(r.PID); err != nil || state != 'Z' {
		t.Skipf("the zombie is gone already: %c %v", state, err)
	}
}

func TestProgramNameMayHoldBrackets(t *testing.T) {
	odd := filepath.Join(t.TempDir(), "a) R 1 (b")
	sleep, err := exec.LookPath("sleep")
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(sleep)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(odd, program, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(odd, "60")
	cmd.Args[0] = "sleep"
	if err := cmd.Start(); err != nil {
		t.Skipf("cannot run a copy of sleep: %v", err)
	}
	defer func() { cmd.Process.Kill(); cmd.Wait() }()
	if started, _, err := procStat(cmd.Process.Pid); err != nil || started < 100 {
		t.Errorf("start time %d (%v)", started, err)
	}
}

func TestStopKillsWhatDoesNotListen(t *testing.T) {
	n := &Network{config: Config{StopTimeout: 200 * time.Millisecond}, files: layout(t.TempDir())}
	p := Process{
		Name: "owner-peer", Kind: KindPeer, Binary: "/bin/sh", Args: []string{"-c", `trap "" TERM; while :; do sleep 1; done`},
		Dir: string(n.files), Log: n.files.log("owner-peer"),
	}
	if _, err := n.start(p); err != nil {
		t.Fatal(err)
	}
	if !n.isRunning(p.Name) {
		t.Fatal("a started process does not count as running")
	}
	if err := n.Down(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n.isRunning(p.Name) || exists(n.files.run(p.Name)) {
		t.Error("the process or its record is still there")
	}
}

func TestDeathIsToldWithTheLog(t *testing.T) {
	n := &Network{config: Config{StartTimeout: 10 * time.Second}, files: layout(t.TempDir())}
	p := Process{
		Name: "owner-peer", Kind: KindPeer, Binary: "/bin/sh", Args: []string{"-c", `sleep 0.1; echo "no such certificate" >&2; exit 1`},
		Dir: string(n.files), Log: n.files.log("owner-peer"),
		healthy: func(context.Context) error { return os.ErrNotExist },
	}
	err := n.ensure(context.Background(), p)
	if CodeOf(err) != CodeProcess || !contains(err, "no such certificate") {
		t.Errorf("got %v", err)
	}
}
