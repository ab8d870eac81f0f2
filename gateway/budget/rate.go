package budget

import (
	"sync"
	"time"
)

// Rate bounds what each taker takes over time: so much at once, which comes back evenly. It may be used by many
// goroutines.
type Rate struct {
	most  int64
	every time.Duration
	now   func() time.Time

	mu   sync.Mutex
	each map[Who]taken
}

// taken is what a taker took that did not come back yet, as of a moment.
type taken struct {
	n  int64
	at time.Time
}

// maxTakers bounds the takers that are remembered. Those who took longest ago are then forgiven, all together.
const maxTakers = 10_000

// NewRate returns a Rate of which each may take most at once, and so much again in each span of time.
func NewRate(most int64, every time.Duration) *Rate {
	return &Rate{most: most, every: every, now: time.Now, each: map[Who]taken{}}
}

// Left reports whether a taker has anything left, which it may then take more than. One without a name always has.
func (r *Rate) Left(who Who) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return who.Name == "" || r.of(who) < r.most
}

// Took notes what a taker took.
func (r *Rate) Took(who Who, n int64) {
	if who.Name == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.each) >= maxTakers {
		for w := range r.each {
			if r.of(w) == 0 {
				delete(r.each, w)
			}
		}
		if len(r.each) >= maxTakers {
			clear(r.each)
		}
	}
	r.each[who] = taken{r.of(who) + n, r.now()}
}

// of is what a taker took that did not come back by now.
func (r *Rate) of(who Who) int64 {
	t, ok := r.each[who]
	if !ok {
		return 0
	}
	back := int64(float64(r.most) * float64(r.now().Sub(t.at)) / float64(r.every))
	return max(0, t.n-back)
}
