package importer

import (
	"slices"
	"sync"
	"time"
)

// tally counts, and tells the progress.
type tally struct {
	mu       sync.Mutex
	start    time.Time
	progress Progress
	refusals []Refusal

	tell  func(Progress)
	quit  chan struct{}
	ended sync.WaitGroup
}

func newTally(tell func(Progress)) *tally {
	t := &tally{start: time.Now(), tell: tell, quit: make(chan struct{})}
	if tell == nil {
		return t
	}
	t.ended.Go(func() {
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				tell(t.now())
			case <-t.quit:
				tell(t.now())
				return
			}
		}
	})
	return t
}

// stop tells the progress one last time.
func (t *tally) stop() {
	close(t.quit)
	t.ended.Wait()
}

func (t *tally) now() Progress {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.progress
	p.Elapsed = time.Since(t.start)
	return p
}

func (t *tally) count(n *int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	*n++
}

func (t *tally) read()   { t.count(&t.progress.Rows) }
func (t *tally) record() { t.count(&t.progress.Recorded) }
func (t *tally) before() { t.count(&t.progress.Before) }

func (t *tally) refuse(row Row, faults ...Fault) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.progress.Refused++
	t.refusals = append(t.refusals, Refusal{Row: row, Faults: faults})
}

func (t *tally) summary() *Summary {
	s := &Summary{Progress: t.now(), Refusals: t.refusals}
	slices.SortStableFunc(s.Refusals, func(a, b Refusal) int { return a.Row.Line - b.Row.Line })
	return s
}
