package evidence

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/prometheus/client_golang/prometheus"
)

// Standing is how much there is, and how much of it is damaged.
type Standing struct {
	// Amount are the files, and what of others has come.
	Amount
	// Damaged are files whose hash differed when they were read: they are set aside until the right ones come.
	Damaged int
	// Near are quotas that are full to nine tenths, those of all and of organisations, in words for an operator.
	Near []string
}

// Standing tells how much there is.
func (s *Store) Standing() Standing {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := Standing{Amount: s.usage.all, Damaged: s.damaged}
	near := func(who string, has, most Amount) {
		if !has.within(Amount{most.Bytes / 10 * 9, most.Files / 10 * 9}) {
			out.Near = append(out.Near, fmt.Sprintf("%s: %s, of %s", who, has, most))
		}
	}
	near("all", s.usage.all, s.quotas.All)
	for name, has := range s.usage.organisations {
		near(name, has, s.quotas.Organisation)
	}
	slices.SortFunc(out.Near, cmp.Compare[string])
	return out
}

// metrics are what operators watch.
type metrics struct {
	dropped    prometheus.Counter
	turnedAway *prometheus.CounterVec
	all        []prometheus.Collector
}

func newMetrics(s *Store) *metrics {
	const ns, sub = "rootline", "evidence"
	m := &metrics{
		dropped: prometheus.NewCounter(prometheus.CounterOpts{Namespace: ns, Subsystem: sub, Name: "dropped_total", Help: "Files dropped because no event named them within a day."}),
		turnedAway: prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: ns, Subsystem: sub, Name: "refused_total",
			Help: "Files turned away, by what was full: a quota (device, organisation, all) or the disk."}, []string{"full"}),
	}
	gauge := func(name, help string, value func(Standing) float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: ns, Subsystem: sub, Name: name, Help: help}, func() float64 { return value(s.Standing()) })
	}
	m.all = []prometheus.Collector{
		m.dropped, m.turnedAway,
		gauge("bytes", "Length of the files that are kept.", func(n Standing) float64 { return float64(n.Bytes) }),
		gauge("files", "Files that are kept.", func(n Standing) float64 { return float64(n.Files) }),
		gauge("damaged", "Files whose hash differed when they were read, set aside.", func(n Standing) float64 { return float64(n.Damaged) }),
	}
	return m
}

// Register adds the store's metrics.
func (s *Store) Register(r prometheus.Registerer) error {
	for _, c := range s.metrics.all {
		if err := r.Register(c); err != nil {
			return err
		}
	}
	return nil
}

func (m *metrics) refused(err error) {
	full := "disk"
	if q, ok := err.(*QuotaError); ok { // it is as it was made
		full = string(q.Of)
	}
	m.turnedAway.WithLabelValues(full).Inc()
}
