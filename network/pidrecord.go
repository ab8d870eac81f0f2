package network

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// pidRecord identifies a running process for good. The number alone does not: the kernel gives it out again.
type pidRecord struct {
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
	PID  int    `json:"pid"`
	// Started is the start time in clock ticks since boot, field 22 of /proc/PID/stat.
	Started uint64 `json:"started"`
	// Boot is the kernel's id of this boot; start times repeat after the next one.
	Boot string `json:"boot"`
}

// identify records a process that this program has just started.
func identify(p Process, pid int) (pidRecord, error) {
	started, _, err := procStat(pid)
	if err != nil {
		return pidRecord{}, err
	}
	return pidRecord{Name: p.Name, Kind: p.Kind, PID: pid, Started: started, Boot: bootID()}, nil
}

// alive tells whether this very process still runs. A zombie does not, once all of its threads have ended: the first
// may be gone while others still hold the ports.
func (r pidRecord) alive() bool {
	started, state, err := procStat(r.PID)
	if err != nil || started != r.Started || r.Boot != bootID() {
		return false
	}
	if state != 'Z' && state != 'X' {
		return true
	}
	threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", r.PID))
	return err == nil && len(threads) > 1
}

// runs tells whether the process runs the program that lies at path now. One that was replaced since has another file.
func (r pidRecord) runs(path string) bool {
	running, err := os.Stat(fmt.Sprintf("/proc/%d/exe", r.PID))
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(running, there)
}

// signal sends a signal to the process if it is still the recorded one.
func (r pidRecord) signal(s syscall.Signal) error {
	if !r.alive() {
		return nil
	}
	if err := syscall.Kill(r.PID, s); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fail(CodeProcess, err, "", "%s (process %d) cannot be stopped", r.Name, r.PID)
	}
	return nil
}

// procStat reads the start time and the state of a process.
func procStat(pid int) (started uint64, state byte, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, 0, err
	}
	// The second field is the program's name in brackets and may hold anything, brackets and blanks too.
	end := bytes.LastIndexByte(text, ')')
	fields := strings.Fields(string(text[end+1:]))
	if end < 0 || len(fields) < 20 {
		return 0, 0, fmt.Errorf("/proc/%d/stat is not understood", pid)
	}
	started, err = strconv.ParseUint(fields[19], 10, 64)
	return started, fields[0][0], err
}

func bootID() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(id))
}

func (n *Network) writeRun(r pidRecord) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return writeFile(n.files.run(r.Name), append(text, '\n'), 0o644)
}

// readRun gives the record of a process, and false if there is none.
func (n *Network) readRun(name string) (pidRecord, bool, error) {
	text, err := os.ReadFile(n.files.run(name))
	if errors.Is(err, fs.ErrNotExist) {
		return pidRecord{}, false, nil
	}
	if err != nil {
		return pidRecord{}, false, fail(CodeFolder, err, "", "the record of %s cannot be read", name)
	}
	var r pidRecord
	if err := json.Unmarshal(text, &r); err != nil || r.Name != name || r.PID <= 0 {
		return pidRecord{}, false, fail(CodeFolder, err, "Delete it once you have seen that the process does not run.",
			"the record %s is damaged", n.files.run(name))
	}
	return r, true, nil
}

// running gives the records of all processes that run, whatever the settings say of them now.
func (n *Network) running() ([]pidRecord, error) {
	entries, err := os.ReadDir(n.files.runs())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fail(CodeFolder, err, "", "the records of processes cannot be read")
	}
	var live []pidRecord
	for _, e := range entries {
		name, isRecord := strings.CutSuffix(e.Name(), ".json")
		if !isRecord || strings.HasPrefix(name, ".") {
			continue
		}
		r, found, err := n.readRun(name)
		if err != nil {
			return nil, err
		}
		if found && r.alive() {
			live = append(live, r)
		}
	}
	return live, nil
}

func (n *Network) isRunning(name string) bool {
	r, found, err := n.readRun(name)
	return err == nil && found && r.alive()
}
