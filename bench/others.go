package main

import (
	"os"
	"strconv"
	"strings"
	"time"
)

// reading is how much processor time the machine and this benchmark's own processes had used at a moment.
type reading struct {
	at           time.Time
	machine, own time.Duration
}

// read reads both. What cannot be read counts as none.
func (s *stage) read() reading {
	r := reading{at: time.Now(), machine: busy()}
	used, _ := s.processes.used()
	for _, d := range used {
		r.own += d
	}
	return r
}

// others is how many cores other programs used since a reading, in the mean: it tells how quiet the machine was.
func (s *stage) others(before reading) float64 {
	now := s.read()
	return max(0, ((now.machine-before.machine)-(now.own-before.own)).Seconds()/now.at.Sub(before.at).Seconds())
}

// busy is the processor time that all cores were busy since boot, from the first line of /proc/stat.
func busy() time.Duration {
	text, _ := os.ReadFile("/proc/stat")
	line, _, _ := strings.Cut(string(text), "\n")
	var sum time.Duration
	for i, f := range strings.Fields(line) {
		switch i {
		case 1, 2, 3, 6, 7, 8: // user, nice, system, irq, softirq, steal; not idle and waiting for the disk
			n, _ := strconv.ParseInt(f, 10, 64)
			sum += time.Duration(n) * tick
		}
	}
	return sum
}
