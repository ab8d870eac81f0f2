package httpapi

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/storage"
)

// Config is what the API needs to know of where it stands.
type Config struct {
	// Origin is the address under which people reach the gateway: scheme, host and port, "https://works.example".
	// QR codes lead to it.
	Origin string
	// Origins are further addresses of the same gateway: "http://localhost:8080" beside "https://192.168.1.5:8443". What
	// comes from any of them is from a page of ours, and a sign-in may name any.
	Origins []string
	// Own, when set, reports whether another origin is this gateway's, too: its addresses may change while it runs.
	Own func(origin string) bool
	// Organisation is the MSP id of the organisation whose gateway this is.
	Organisation string
	// Zone is that of the works: public pages show days and times in it. Nil is UTC.
	Zone *time.Location
	// Channel is the Fabric channel that holds the ledger.
	Channel string
	// Genesis is the hash of the channel's block 0, as the organisation pinned it.
	Genesis rootline.Hash
	// Proxies are the networks of reverse proxies before this gateway. Only what comes from one of them may say, in the
	// header X-Forwarded-For, for whom it asks.
	Proxies []netip.Prefix
	// Spool is where exports lie until they are sent.
	Spool storage.Spool
	// Root is the certificate (DER) of the gateway's own CA, which phones install from /install; nil when its
	// certificate comes from one that browsers know.
	Root []byte

	all []string // see origins
}

// ParseOrigin checks an origin and gives it in the one spelling that browsers use (RFC 6454).
func ParseOrigin(s string) (string, error) {
	u, err := url.Parse(strings.TrimRight(s, "/"))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return "", fmt.Errorf("%q is no origin; it looks like https://works.example or http://localhost:8080", s)
	}
	host := strings.ToLower(u.Host)
	host = strings.TrimSuffix(host, map[string]string{"http": ":80", "https": ":443"}[u.Scheme])
	return u.Scheme + "://" + host, nil
}

// complete brings the origins into their one spelling.
func (c *Config) complete() (err error) {
	if c.Origin, err = ParseOrigin(c.Origin); err != nil {
		return err
	}
	origins := make([]string, len(c.Origins))
	for i, o := range c.Origins {
		if origins[i], err = ParseOrigin(o); err != nil {
			return err
		}
	}
	c.Origins = origins
	c.all = c.named()
	return nil
}

// secure reports whether a request came over HTTPS: to this program, or to a proxy before it, which shows in the
// address that it was sent to.
func (c *Config) secure(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	for _, o := range c.origins() {
		if scheme, host, _ := strings.Cut(o, "://"); scheme == "http" && host == strings.ToLower(strings.TrimSuffix(r.Host, ":80")) {
			return false
		}
	}
	return strings.HasPrefix(c.Origin, "https://")
}

// httpsOnly reports whether every address of the gateway is an HTTPS one, with a certificate that browsers know. Only
// then may browsers be told to use nothing else: they apply that to all ports of a host.
func (c *Config) httpsOnly() bool {
	for _, o := range c.origins() {
		if !strings.HasPrefix(o, "https://") {
			return false
		}
	}
	return c.Root == nil
}

// origins are what a sign-in may name. On a developer's machine the loopback has several names, and nothing but this
// machine answers to any of them.
func (c *Config) origins() []string { return c.all }

// mine reports whether a sign-in may name an origin.
func (c *Config) mine(origin string) bool {
	return slices.Contains(c.all, origin) || c.Own != nil && c.Own(origin)
}

func (c *Config) named() []string {
	var all []string
	for _, origin := range append([]string{c.Origin}, c.Origins...) {
		all = append(all, origin)
		u, err := url.Parse(origin)
		if err != nil || !slices.Contains(loopback, u.Hostname()) {
			continue
		}
		for _, other := range loopback {
			if other != u.Hostname() {
				all = append(all, u.Scheme+"://"+hostPort(other, u.Port()))
			}
		}
	}
	return all
}

var loopback = []string{"localhost", "127.0.0.1", "::1"}

func hostPort(host, port string) string {
	if port != "" {
		return net.JoinHostPort(host, port)
	}
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}
