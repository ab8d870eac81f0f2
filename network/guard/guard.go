// Package guard is for tests that start processes which outlive them: networks, gateways. It ends those when the test's
// program is gone without having done so itself, as after go test's -timeout or a kill.
//
// A second process of the same program waits on a pipe. Nobody but the first has its other end, so that it closes with it.
package guard

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// watches marks the second process.
const watches = "ROOTLINE_TEST_GUARD"

var (
	mu   sync.Mutex
	pipe io.Writer
)

// Main runs the tests of a package, from its TestMain, and returns the exit code. In the second process it runs none:
// there it calls down for each folder that a test named and that is still there, once the first is gone. down bears a
// folder in which nothing runs any more.
func Main(m interface{ Run() int }, down func(folder string) error) int {
	if os.Getenv(watches) == "" {
		return m.Run()
	}
	if err := watch(os.Stdin, down); err != nil {
		return 1
	}
	return 0
}

// Folder names a folder of which the processes are to end with this program.
func Folder(path string) error { return tell("folder", path) }

// Process names a process that this program has started and that is to end with it.
func Process(pid int) error {
	started, err := startOf(pid)
	if err != nil {
		return err
	}
	return tell("process", fmt.Sprintf("%d %s", pid, started))
}

func tell(what, which string) error {
	mu.Lock()
	defer mu.Unlock()
	if pipe == nil {
		program, err := os.Executable()
		if err != nil {
			return err
		}
		cmd := exec.Command(program)
		cmd.Env = append(os.Environ(), watches+"=1")
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // whoever ends this program's group does not end it
		if pipe, err = cmd.StdinPipe(); err != nil {
			return err
		}
		if err := cmd.Start(); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(pipe, "%s %s\n", what, which)
	return err
}

// watch reads what it is told until the other end is gone, and then ends it all.
func watch(told io.Reader, down func(folder string) error) error {
	var lines []string
	for s := bufio.NewScanner(told); s.Scan(); {
		lines = append(lines, s.Text())
	}
	var failed error
	for _, line := range lines {
		what, which, _ := strings.Cut(line, " ")
		switch what {
		case "folder":
			if _, err := os.Stat(which); !errors.Is(err, fs.ErrNotExist) {
				failed = errors.Join(failed, down(which))
			}
		case "process":
			number, started, _ := strings.Cut(which, " ")
			pid, err := strconv.Atoi(number)
			if err != nil {
				return err
			}
			if now, err := startOf(pid); err == nil && now == started {
				failed = errors.Join(failed, syscall.Kill(pid, syscall.SIGKILL))
			}
		}
	}
	return failed
}

// startOf is when a process was started, which tells it from a later one of the same number: field 22 of /proc/PID/stat.
func startOf(pid int) (string, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", err
	}
	const after = 19 // the fields after the name, which stands in brackets and may hold anything
	fields := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
	if len(fields) <= after {
		return "", fmt.Errorf("/proc/%d/stat is not understood", pid)
	}
	return fields[after], nil
}
