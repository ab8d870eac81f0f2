package guard

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	os.Exit(Main(m, func(folder string) error { return os.WriteFile(filepath.Join(folder, "down"), nil, 0o600) }))
}

const starts = "ROOTLINE_GUARD_STARTS"

// TestStarts is what TestNothingOutlivesAKilledTest kills.
func TestStarts(t *testing.T) {
	folder := os.Getenv(starts)
	if folder == "" {
		t.Skip("run by another test")
	}
	sleeps := exec.Command("sleep", "600")
	if err := sleeps.Start(); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{Folder(filepath.Join(folder, "gone")), Folder(folder), Process(sleeps.Process.Pid)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stdout.WriteString("started " + strconv.Itoa(sleeps.Process.Pid) + "\n"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(10 * time.Minute)
}

// However a test's program ends, what it named ends after it, and not before.
func TestNothingOutlivesAKilledTest(t *testing.T) {
	for name, args := range map[string][]string{"killed": {}, "timed out": {"-test.timeout=2s"}} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			program, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(program, append(args, "-test.run=^TestStarts$")...)
			cmd.Env = append(os.Environ(), starts+"="+folder)
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			pid := 0
			for lines := bufio.NewScanner(out); pid == 0 && lines.Scan(); {
				if number, ok := strings.CutPrefix(lines.Text(), "started "); ok {
					pid, _ = strconv.Atoi(number)
				}
			}
			down := func() bool { _, err := os.Stat(filepath.Join(folder, "down")); return err == nil }
			if pid == 0 || down() {
				t.Fatalf("process %d, down %v while the test runs", pid, down())
			}
			if len(args) == 0 {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
			_ = cmd.Wait()
			runs := func() bool { // it has no parent any more that would reap it: a zombie counts as ended
				b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
				return err == nil && !strings.Contains(string(b), ") Z ") && syscall.Kill(pid, 0) == nil
			}
			for until := time.Now().Add(time.Minute); !down() || runs(); time.Sleep(20 * time.Millisecond) {
				if time.Now().After(until) {
					t.Fatalf("down %v, process %d runs %v", down(), pid, runs())
				}
			}
		})
	}
}
