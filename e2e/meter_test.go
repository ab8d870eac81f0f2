package e2e

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// sample is what was seen at one moment.
type sample struct {
	at time.Time
	// committed is the gateway's own count of recorded events, pending what waits in its outbox.
	committed, pending float64
	// resident is the memory of each process in bytes, by its name.
	resident map[string]int64
	// ours and busy are the processor time used so far: by the network, its gateways and this test; by the whole machine.
	ours, busy time.Duration
}

// meter looks at the processes of the network from outside.
type meter struct {
	t    testing.TB
	url  string
	pids map[string]int
}

// newMeter finds the processes as they run now. A process that is started anew later needs a new meter.
func newMeter(t testing.TB, gateway string) *meter {
	t.Helper()
	all, err := ledger.Network.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	m := &meter{t: t, url: gateway, pids: map[string]int{}}
	for _, s := range all {
		if !s.Running {
			t.Fatalf("%s does not run", s.Process.Name)
		}
		m.pids[s.Process.Name] = s.PID
	}
	return m
}

func (m *meter) sample() (sample, error) {
	s := sample{at: time.Now(), resident: map[string]int64{}}
	for name, pid := range m.pids {
		bytes, err := resident(pid)
		if err != nil {
			return s, fmt.Errorf("%s ended: %w", name, err)
		}
		s.resident[name] = bytes
		used, err := used(pid)
		if err != nil {
			return s, err
		}
		s.ours += used
	}
	own, err := used(os.Getpid())
	if err != nil {
		return s, err
	}
	s.ours += own
	if s.busy, err = machineBusy(); err != nil {
		return s, err
	}
	counters, err := counters(m.url)
	if err != nil {
		return s, err
	}
	s.committed = counters["rootline_outbox_committed_total"]
	for name, v := range counters {
		if strings.HasPrefix(name, "rootline_outbox_pending_events") {
			s.pending += v
		}
	}
	return s, nil
}

// during takes samples for as long as it is told.
func (m *meter) during(length time.Duration) (samples []sample) {
	m.t.Helper()
	ended := time.After(length)
	for tick := time.NewTicker(sampleEvery); ; {
		s, err := m.sample()
		if err != nil {
			m.t.Fatal(err)
		}
		samples = append(samples, s)
		select {
		case <-tick.C:
		case <-ended:
			return samples
		}
	}
}

// resident is VmRSS of a process, in bytes.
func resident(pid int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return 0, fmt.Errorf("process %d has no memory any more", pid)
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize()), err
}

// jiffy is the unit of processor times under /proc: USER_HZ is 100 on every Linux that Go runs on.
const jiffy = 10 * time.Millisecond

// used is the processor time of a process.
func used(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	return jiffies(strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:])), 11, 12) // utime, stime
}

// machineBusy is the time that all processors together were not idle, with what other machines on the same host took.
func machineBusy() (time.Duration, error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return jiffies(strings.Fields(line), 1, 2, 3, 6, 7, 8) // user, nice, system, irq, softirq, steal
}

func jiffies(fields []string, at ...int) (sum time.Duration, err error) {
	for _, i := range at {
		if i >= len(fields) {
			return 0, fmt.Errorf("%d fields under /proc, and number %d is needed", len(fields), i)
		}
		n, err := strconv.ParseInt(fields[i], 10, 64)
		if err != nil {
			return 0, err
		}
		sum += time.Duration(n) * jiffy
	}
	return sum, nil
}

// counters are a gateway's metrics by name and labels.
func counters(url string) (map[string]float64, error) {
	c := http.Client{Timeout: 10 * time.Second}
	res, err := c.Get(url + "/metrics")
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("/metrics answers %s", res.Status)
	}
	out := map[string]float64{}
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		name, value, ok := strings.Cut(lines.Text(), " ")
		if !ok || strings.HasPrefix(name, "#") {
			continue
		}
		if v, err := strconv.ParseFloat(value, 64); err == nil {
			out[name] = v
		}
	}
	return out, lines.Err()
}

func median[T int64 | float64](of []T) T {
	if len(of) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}

const mib = 1 << 20
