package client

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Gateway speaks to one gateway's HTTP API, version 1. It may be used by many goroutines.
type Gateway struct {
	base     *url.URL
	http     *http.Client
	patience time.Duration
	onRetry  func(err error, wait time.Duration)

	mu      sync.Mutex
	device  *Device
	session *Session
}

// Option changes how a Gateway is spoken to.
type Option func(*Gateway)

// WithPatience sets how long a request is tried again while the gateway is busy, starting, or out of reach. Only
// what is safe to send twice is sent again: reading, uploading by hash, and events, which are recorded once by their id.
// 0 means one try. The default is 10 s.
func WithPatience(d time.Duration) Option { return func(g *Gateway) { g.patience = d } }

// WithHTTPClient sets the client that carries the requests, for a TLS authority of one's own or for tests.
func WithHTTPClient(c *http.Client) Option { return func(g *Gateway) { g.http = c } }

// OnRetry sets what is called before each new try, with the error of the last one and the pause until the next.
func OnRetry(f func(err error, wait time.Duration)) Option { return func(g *Gateway) { g.onRetry = f } }

// NewGateway returns the client of the gateway at a base URL like "http://localhost:8080". Nothing is sent yet.
func NewGateway(base string, options ...Option) (*Gateway, error) {
	u, err := url.Parse(strings.TrimRight(strings.TrimSpace(base), "/"))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, fmt.Errorf("%q is not the address of a gateway; it looks like http://localhost:8080", base)
	}
	u.Host = strings.ToLower(u.Host)
	g := &Gateway{base: u, http: newHTTPClient(), patience: 10 * time.Second, onRetry: func(error, time.Duration) {}}
	for _, o := range options {
		o(g)
	}
	return g, nil
}

// URL is the gateway's address, without a slash at the end.
func (g *Gateway) URL() string { return g.base.String() }

// Origin is the scheme, host and port that the gateway is reached under, as a browser writes it (RFC 6454): the
// origin that sign-ins are made for.
func (g *Gateway) Origin() string { return originOf(g.base) }

func originOf(u *url.URL) string {
	host := strings.ToLower(u.Host)
	if u.Scheme == "http" {
		host = strings.TrimSuffix(host, ":80")
	} else {
		host = strings.TrimSuffix(host, ":443")
	}
	return u.Scheme + "://" + host
}

func newHTTPClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext = (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}).DialContext
	transport.MaxIdleConnsPerHost = 64
	return &http.Client{
		Transport: transport,
		// A gateway never redirects. What does is something else, and must not be sent signed events unasked.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
