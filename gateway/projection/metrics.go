package projection

import (
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rootline/rootline/gateway/readmodel"
)

// metrics are what is counted of a projection.
type metrics struct {
	block    prometheus.Gauge
	events   *prometheus.CounterVec
	findings *prometheus.CounterVec
	seconds  prometheus.Histogram
	stopped  prometheus.Gauge
	// ineffective counts transactions without effect, flooding the creators who sent too many in an hour.
	ineffective, flooding *prometheus.CounterVec
	// repeated counts events that were recorded before.
	repeated prometheus.Counter
	// compared counts comparisons of commit hashes.
	compared *prometheus.CounterVec
}

// newMetrics makes the metrics and registers them, unless r is nil.
func newMetrics(r prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		block: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "rootline_projection_block", Help: "Number of the last block that was applied.",
		}),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rootline_projection_events_total", Help: "Events that were applied, by status: committed or disputed.",
		}, []string{"status"}),
		findings: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rootline_projection_findings_total", Help: "What did not agree when the blocks were read, by kind.",
		}, []string{"kind"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "rootline_projection_apply_seconds", Help: "Time to judge and apply the blocks of one SQL transaction.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2, 14),
		}),
		ineffective: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rootline_projection_invalid_total", Help: "Transactions that took no effect, by the organisation that submitted them.",
		}, []string{"organisation"}),
		flooding: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rootline_projection_floods_total", Help: "Hours in which one creator submitted more than 1,000 transactions without effect.",
		}, []string{"organisation"}),
		compared: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rootline_projection_commit_hash_compared_total",
			Help: "Commit hashes of organisations' peers that were compared, by outcome: agrees, differs, silent, empty.",
		}, []string{"organisation", "outcome"}),
		repeated: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "rootline_projection_repeated_total", Help: "Events in valid transactions that were recorded before: they have no effect there.",
		}),
		stopped: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "rootline_projection_stopped", Help: "1 when no block is applied any more: they do not continue the chain, or this gateway has to be upgraded.",
		}),
	}
	if r == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.block, m.events, m.findings, m.seconds, m.stopped, m.ineffective, m.flooding, m.compared, m.repeated} {
		if err := r.Register(c); err != nil {
			return nil, fmt.Errorf("projection: metrics: %w", err)
		}
	}
	return m, nil
}

func (m *metrics) applied(blocks []readmodel.BlockApplied, took time.Duration) {
	m.seconds.Observe(took.Seconds())
	for _, b := range blocks {
		m.block.Set(float64(b.Number))
		m.repeated.Add(float64(b.Repeated))
		for _, e := range b.Events {
			m.events.WithLabelValues(string(e.Status)).Inc()
		}
	}
}

func (m *metrics) found(f *readmodel.Finding) { m.findings.WithLabelValues(f.Kind).Inc() }
