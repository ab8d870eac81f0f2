package outbox

import (
	"github.com/prometheus/client_golang/prometheus"
)

// metrics are what operators watch.
type metrics struct {
	admitted, committed, busy prometheus.Counter
	refused                   *prometheus.CounterVec
	transactions              *prometheus.CounterVec
	batch, latency            prometheus.Histogram
	pending                   pendingCollector
}

func newMetrics(o *Outbox) *metrics {
	const ns, sub = "rootline", "outbox"
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Namespace: ns, Subsystem: sub, Name: name, Help: help})
	}
	vec := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: ns, Subsystem: sub, Name: name, Help: help}, labels)
	}
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(prometheus.BuildFQName(ns, sub, name), help, labels, nil)
	}
	return &metrics{
		admitted:  counter("admitted_total", "Events taken."),
		committed: counter("committed_total", "Events recorded on the ledger."),
		busy:      counter("busy_total", "Calls turned away because the outbox was full."),
		refused: vec("refused_total", "Events refused, by whom (gateway or chaincode) and why. Rules of rulebooks count as \"rule\".",
			"by", "code"),
		transactions: vec("transactions_total", "Transactions by what became of them.", "result"),
		batch: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: ns, Subsystem: sub, Name: "batch_events", Help: "Events in a committed transaction.",
			Buckets: []float64{1, 3, 10, 30, 100, 300, 1000},
		}),
		latency: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: ns, Subsystem: sub, Name: "commit_seconds", Help: "Time from taking an event until it is committed.",
			Buckets: []float64{.1, .2, .3, .5, 1, 2, 5, 10, 30, 120, 600},
		}),
		pending: pendingCollector{
			outbox: o,
			events: desc("pending_events", "Events that wait, by stage.", "stage"),
			bytes:  desc("pending_bytes", "Length of the events that wait."),
			oldest: desc("oldest_seconds", "How long the oldest waiting event has waited."),
		},
	}
}

func (m *metrics) all() []prometheus.Collector {
	return []prometheus.Collector{m.admitted, m.committed, m.busy, m.refused, m.transactions, m.batch, m.latency, m.pending}
}

func (m *metrics) register(r prometheus.Registerer) error {
	for _, c := range m.all() {
		if err := r.Register(c); err != nil {
			return err
		}
	}
	return nil
}

func (m *metrics) unregister(r prometheus.Registerer) {
	for _, c := range m.all() {
		r.Unregister(c)
	}
}

// answered counts what Submit answered.
func (m *metrics) answered(answers []Status) {
	for _, s := range answers {
		switch s.Stage {
		case Queued:
			m.admitted.Inc()
		case Refused:
			m.refused.WithLabelValues("gateway", label(s)).Inc()
		}
	}
}

// label keeps the number of label values bounded: a rulebook brings codes of its own.
func label(s Status) string {
	if !s.Refused.Code.Known() {
		return "rule"
	}
	return string(s.Refused.Code)
}

// pendingCollector reads the outbox when it is asked.
type pendingCollector struct {
	outbox                *Outbox
	events, bytes, oldest *prometheus.Desc
}

// Describe implements prometheus.Collector.
func (c pendingCollector) Describe(out chan<- *prometheus.Desc) {
	out <- c.events
	out <- c.bytes
	out <- c.oldest
}

// Collect implements prometheus.Collector.
func (c pendingCollector) Collect(out chan<- prometheus.Metric) {
	p := c.outbox.Pending()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	gauge(c.events, float64(p.Queued), string(Queued))
	gauge(c.events, float64(p.Endorsed), string(Endorsed))
	gauge(c.events, float64(p.Submitted), string(Submitted))
	gauge(c.events, float64(p.Unknown), string(Unknown))
	gauge(c.events, float64(p.Aside), string(Aside))
	gauge(c.bytes, float64(p.Bytes))
	gauge(c.oldest, p.Oldest.Seconds())
}
