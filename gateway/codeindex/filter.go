package codeindex

import (
	"database/sql"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"sync"
)

// filter is a Bloom filter over the hashes of a run: it tells for certain that a code is not there, and is wrong about
// one in a hundred others. It saves a look-up the rows of all runs but one.
type filter []byte

// Ten bits and five probes an entry.
const filterBits, filterProbes = 10, 5

func newFilter(entries []entry) filter {
	f := make(filter, (len(entries)*filterBits+7)/8)
	for i := range entries {
		f.probes(entries[i].hash, func(at uint64) bool { f[at/8] |= 1 << (at % 8); return true })
	}
	return f
}

func (f filter) probes(hash uint64, each func(at uint64) bool) bool {
	size, step := uint64(len(f))*8, bits.RotateLeft64(hash, 32)|1
	for range filterProbes {
		if !each(hash % size) {
			return false
		}
		hash += step
	}
	return true
}

// mayHold reports whether a run may hold a hash.
func (f filter) mayHold(hash uint64) bool {
	return len(f) > 0 && f.probes(hash, func(at uint64) bool { return f[at/8]&(1<<(at%8)) != 0 })
}

// filters keeps those of the runs that were looked into: ten bits of memory a code.
type filters struct {
	mu sync.RWMutex
	by map[int64]filter
}

// reset forgets all.
func (s *filters) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.by = nil
}

// runs gives the runs with their filters.
func (s *filters) runs(query Query) (map[int64]filter, error) {
	var all string
	if _, err := one(query, []any{&all}, `SELECT coalesce(group_concat(run), '') FROM code_runs`); err != nil || all == "" {
		return nil, err
	}
	out := map[int64]filter{}
	var unknown []int64
	s.mu.RLock()
	for text := range strings.SplitSeq(all, ",") {
		run, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			s.mu.RUnlock()
			return nil, fmt.Errorf("codeindex: runs: %w", err)
		}
		if f, ok := s.by[run]; ok {
			out[run] = f
		} else {
			unknown = append(unknown, run)
		}
	}
	s.mu.RUnlock()
	n := len(out) + len(unknown)
	for _, run := range unknown {
		f, err := s.read(query, run, n)
		if err != nil {
			return nil, err
		}
		out[run] = f
	}
	return out, nil
}

// read reads the one of a run. Runs that were merged are dropped when they are more than those in use, n.
func (s *filters) read(query Query, run int64, n int) (filter, error) {
	found, err := collect(query, func(rows *sql.Rows) (f filter, err error) {
		err = rows.Scan((*[]byte)(&f))
		return f, err
	}, `SELECT sieve FROM code_runs WHERE run = ?`, run)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.by == nil || len(s.by) > 2*n+merged {
		s.by = map[int64]filter{}
	}
	s.by[run] = found[0]
	return found[0], nil
}
