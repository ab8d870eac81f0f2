package fabric

import (
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Fault is what an organisation's endorsements are blamed for, a stable name.
type Fault string

// The faults of an endorser, each against what the own peer endorsed.
const (
	// FaultSlow: it does not answer within a time that the own peer's answer sets.
	FaultSlow Fault = "slow"
	// FaultDiffers: it endorses another outcome at the same height; FaultHeight: at another height, which passes.
	FaultDiffers Fault = "differs"
	FaultHeight  Fault = "height"
	// FaultRefuses: it refuses what the own peer accepts.
	FaultRefuses Fault = "refuses"
	// FaultSignature: its signature does not hold, or is by nobody who may endorse for it.
	FaultSignature Fault = "signature"
	// FaultPolicy: its endorsement does not count towards the policy, or a transaction with it took no effect for that.
	FaultPolicy Fault = "policy"
	// FaultFails: its peer or its chaincode service does not work.
	FaultFails Fault = "fails"
	// FaultAbsent: the own peer knows no peer of it, as in the first seconds after it started. This passes.
	FaultAbsent Fault = "absent"
)

// Bounds of avoiding an organisation: twice as long each time, from the first on.
const (
	firstAvoidance = 2 * time.Second
	lastAvoidance  = 5 * time.Minute
	// passingAvoidance bounds it for who stands at another height than the own peer, is not known to it, or is only suspected.
	passingAvoidance = 10 * time.Second
	// calm is how long an organisation has to behave until what was before is forgotten.
	calm = 10 * time.Minute
)

// conduct is how other organisations endorse. One that is blamed is avoided for a while, then tried with a proposal that
// does not need it, and asked again once it answers as the own peer does.
type conduct struct {
	now func() time.Time

	mu   sync.Mutex
	of   map[string]*standing
	turn int

	faults  *prometheus.CounterVec
	avoided *prometheus.GaugeVec
}

// standing is how one organisation stands.
type standing struct {
	avoided bool
	// fault is the last one, times how often it was blamed since it last was calm, since when it is avoided and until when
	// it is not tried.
	fault        Fault
	times        int
	since, until time.Time
	// back is when it last came back.
	back    time.Time
	probing bool
	// doubted says that it is being found out whether it is to blame.
	doubted bool
}

func newConduct(r prometheus.Registerer) (*conduct, error) {
	c := &conduct{
		now: time.Now, of: map[string]*standing{},
		faults: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rootline_endorser_faults_total", Help: "Endorsements of other organisations that could not be used, by fault.",
		}, []string{"organisation", "fault"}),
		avoided: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "rootline_endorser_avoided", Help: "1 while an organisation's endorsements are avoided.",
		}, []string{"organisation"}),
	}
	if r == nil {
		return c, nil
	}
	for _, m := range []prometheus.Collector{c.faults, c.avoided} {
		if err := r.Register(m); err != nil {
			return nil, fmt.Errorf("fabric: metrics: %w", err)
		}
	}
	return c, nil
}

// order puts organisations in the order in which to ask them: those that behave by turns, then the others, the soonest to
// be tried first. Those of them that are to be tried now are returned as due, once; judge each of them or let it go.
func (c *conduct) order(organisations []string) (ordered, due []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	var bad []string
	for _, msp := range organisations {
		s := c.of[msp]
		if s == nil || !s.avoided {
			ordered = append(ordered, msp)
			continue
		}
		bad = append(bad, msp)
		if !s.probing && !now.Before(s.until) {
			s.probing = true
			due = append(due, msp)
		}
	}
	if n := len(ordered); n > 0 {
		c.turn++
		ordered = slices.Concat(ordered[c.turn%n:], ordered[:c.turn%n])
	}
	slices.SortStableFunc(bad, func(a, b string) int { return c.of[a].until.Compare(c.of[b].until) })
	return append(ordered, bad...), due
}

// blame notes a fault of an organisation, and avoids it.
func (c *conduct) blame(msp string, fault Fault) {
	bound := lastAvoidance
	if fault == FaultHeight || fault == FaultAbsent {
		bound = passingAvoidance
	}
	c.avoid(msp, fault, bound)
}

// suspect notes a fault that may be another's, and avoids an organisation for no longer than a moment.
func (c *conduct) suspect(msp string, fault Fault) { c.avoid(msp, fault, passingAvoidance) }

func (c *conduct) avoid(msp string, fault Fault, bound time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults.WithLabelValues(msp, string(fault)).Inc()
	now, s := c.now(), c.of[msp]
	if s == nil {
		s = &standing{}
		c.of[msp] = s
	}
	if s.avoided && !s.probing && now.Before(s.until) {
		return // one of several that were under way at once
	}
	if !s.avoided && now.Sub(s.back) > calm {
		s.times = 0
	}
	pause := min(firstAvoidance<<min(s.times, 10), bound)
	if s.times++; !s.avoided {
		s.since = now
		c.avoided.WithLabelValues(msp).Set(1)
		slog.Warn("an organisation's endorsements are avoided", "organisation", msp, "fault", fault, "for", pause)
	}
	s.avoided, s.probing, s.fault, s.until = true, false, fault, now.Add(pause)
}

// mayDoubt begins to find out whether an organisation is to blame, unless that is being found out or known; doubted ends it.
func (c *conduct) mayDoubt(msp string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.of[msp]
	if s == nil {
		s = &standing{}
		c.of[msp] = s
	}
	if s.doubted || s.avoided && !s.probing {
		return false
	}
	s.doubted = true
	return true
}

func (c *conduct) doubted(msp string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.of[msp].doubted = false
}

// avoids reports whether an organisation is avoided, and not to be tried yet.
func (c *conduct) avoids(msp string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.of[msp]
	return s != nil && s.avoided && c.now().Before(s.until)
}

// behaves notes that an organisation that was tried answered as the own peer did.
func (c *conduct) behaves(msp string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.of[msp]
	if s == nil || !s.avoided {
		return
	}
	s.avoided, s.probing, s.back = false, false, c.now()
	c.avoided.WithLabelValues(msp).Set(0)
	slog.Info("an organisation endorses again", "organisation", msp, "fault", s.fault, "avoided", s.back.Sub(s.since).Round(time.Millisecond))
}

// letGo ends a trial without a judgement.
func (c *conduct) letGo(msp string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.of[msp]; s != nil {
		s.probing = false
	}
}

// Avoided is an organisation whose endorsements are avoided at present.
type Avoided struct {
	MSPID string
	Fault Fault
	Since time.Time
	// Again is when it is tried again.
	Again time.Time
}

// list are those that are avoided, by their MSP ids.
func (c *conduct) list() []Avoided {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []Avoided
	for msp, s := range c.of {
		if s.avoided {
			out = append(out, Avoided{msp, s.fault, s.since, s.until})
		}
	}
	slices.SortFunc(out, func(a, b Avoided) int {
		if a.MSPID < b.MSPID {
			return -1
		}
		return 1
	})
	return out
}

// Avoided lists the organisations whose endorsements are avoided at present.
func (c *Client) Avoided() []Avoided { return c.endorsers.conduct.list() }
