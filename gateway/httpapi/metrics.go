package httpapi

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are what operators see of the API. Routes are templates, so that the number of series is bounded.
type metrics struct {
	requests *prometheus.HistogramVec
}

func newMetrics(r prometheus.Registerer, hub *Hub) (*metrics, error) {
	m := &metrics{requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "rootline_http_request_seconds", Help: "How long requests took, by route and status.",
		Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60},
	}, []string{"method", "route", "status"})}
	if err := r.Register(m.requests); err != nil {
		return nil, err
	}
	return m, r.Register(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "rootline_streams", Help: "Open event streams.",
	}, func() float64 { return float64(hub.Listeners()) }))
}

func (m *metrics) observe(method, route string, status int, took time.Duration) {
	switch method {
	case "GET", "HEAD", "POST", "PUT", "DELETE":
	default:
		method = "other" // anyone may invent methods
	}
	m.requests.WithLabelValues(method, route, statusText(status)).Observe(took.Seconds())
}
