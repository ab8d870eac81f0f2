package httpapi

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzhttp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/export"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/web"
)

// The times that a request may take. Streams and evidence set their own.
const (
	readTime  = 30 * time.Second
	writeTime = 90 * time.Second // longer than the longest wait for a commit
)

// deadlines bounds reading and writing of each request. It works on the connection, so it stands before everything
// that wraps the writer; a handler that streams moves the deadlines itself.
func deadlines(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := http.NewResponseController(w)
		now := time.Now()
		// A writer that has no deadlines is a test's.
		_, _ = c.SetReadDeadline(now.Add(readTime)), c.SetWriteDeadline(now.Add(writeTime))
		next.ServeHTTP(w, r)
	})
}

// compress makes answers smaller, except for streams, which must not wait, and what is compressed already.
func compress(next http.Handler) (http.Handler, error) {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.ContentTypes([]string{
		"application/json", "application/problem+json", "application/openapi+json", "application/yaml", PointsType, export.GeoJSONType, "application/manifest+json",
		"text/html", "text/css", "text/javascript", "text/plain", "image/svg+xml",
	}))
	if err != nil {
		return nil, err
	}
	return wrap(next), nil
}

// recovered answers 500 when a handler panics. The panic is logged; the gateway goes on.
func recovered(c *gin.Context) {
	defer func() {
		caught := recover()
		if caught == nil {
			return
		}
		if caught == http.ErrAbortHandler { // net/http compares it so
			panic(caught)
		}
		slog.ErrorContext(c.Request.Context(), "panic in a handler", "method", c.Request.Method, "route", c.FullPath(),
			"panic", caught, "stack", string(debug.Stack()))
		if c.Writer.Written() {
			panic(http.ErrAbortHandler) // half an answer must not look whole
		}
		problem.Refuse(c, rootline.Refuse(rootline.CodeInternal))
	}()
	c.Next()
}

// logged writes one line for each request, without what could name a person: no address, no device, no query.
func (s *Server) logged(c *gin.Context) {
	start := time.Now()
	c.Next()
	route, took := c.FullPath(), time.Since(start)
	if route == "" {
		route = "none"
	}
	s.metrics.observe(c.Request.Method, route, c.Writer.Status(), took)
	level := slog.LevelDebug
	if status := c.Writer.Status(); status >= http.StatusInternalServerError && status != http.StatusServiceUnavailable {
		level = slog.LevelWarn
	}
	slog.Log(c.Request.Context(), level, "request", "method", c.Request.Method, "route", route,
		"status", c.Writer.Status(), "bytes", c.Writer.Size(), "ms", took.Milliseconds())
}

// secured sets the headers that keep browsers from being used against people.
func (s *Server) secured(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", web.ContentSecurityPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
	secure := s.config.secure(c.Request)
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), secureKey{}, secure))
	if secure && s.config.httpsOnly() {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	if strings.HasPrefix(c.Request.URL.Path, "/api/") {
		h.Set("Cache-Control", "no-store") // an answer says how things stand now
	}
	c.Next()
}

// sameSite refuses what another site's page makes a browser send in the name of who is signed in. Signed events speak
// for themselves, and a token in a header is not sent by itself, as a cookie is: neither needs this.
func (s *Server) sameSite(c *gin.Context) {
	_, token := bearer(c.GetHeader("Authorization"))
	if token || c.Request.URL.Path == "/api/v1/events" || c.Request.URL.Path == "/api/v1/events:check" {
		c.Next()
		return
	}
	if err := s.crossOrigin.Check(c.Request); err != nil {
		r := rootline.Refuse(rootline.CodeForbidden)
		r.Says = rootline.Text{En: "Another site's page sent this. Open this gateway's own page.", Zh: "此请求来自其他网站的页面。请打开本网关自己的页面。"}
		problem.Refuse(c, r)
		return
	}
	c.Next()
}

// noMethod answers a known path asked in a way that it has not.
func noMethod(c *gin.Context) {
	p := problem.From(problem.BadRequest(rootline.Text{
		En: c.Request.Method + " is not possible here. The header Allow says what is.",
		Zh: "此处不支持 " + c.Request.Method + "。可用方法见 Allow 标头。",
	}))
	p.Status = http.StatusMethodNotAllowed
	problem.Send(c, p)
}

// limited bounds the body of a request. What says that it is longer is refused before any of it is read.
func limited(limit func(route string) int64) gin.HandlerFunc {
	return func(c *gin.Context) {
		most := limit(c.Request.Method + " " + c.FullPath())
		if c.Request.ContentLength > most {
			c.Header("Connection", "close") // the rest of the body is not worth reading
			problem.Refuse(c, problem.TooLarge(most))
			return
		}
		c.Request.Body = &line{http.MaxBytesReader(c.Writer, c.Request.Body, most)}
		c.Next()
	}
}

// line is a body as it comes, whose breaking off is no fault of ours.
type line struct{ io.ReadCloser }

// Read implements io.Reader.
func (l *line) Read(p []byte) (int, error) {
	n, err := l.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) && !problem.IsTooLong(err) {
		err = &problem.Cut{Err: err}
	}
	return n, err
}

func statusText(code int) string { return strconv.Itoa(code) }

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
