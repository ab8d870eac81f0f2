package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"github.com/rootline/rootline/gateway/certificates"
)

// https is how the gateway serves HTTPS.
type https struct {
	config *tls.Config
	// origins are the gateway's HTTPS addresses.
	origins []string
	port    string
	// acme answers the challenges of an ACME server that come over plain HTTP; nil without ACME.
	acme *autocert.Manager
	// local is the local CA's; nil without one.
	local *certificates.Local
}

// TLSAddr is the address that it serves HTTPS on; "" without.
func (a *App) TLSAddr() string {
	if a.tlsListener == nil {
		return ""
	}
	return a.tlsListener.Addr().String()
}

// openTLS prepares the certificate.
func (a *App) openTLS(context.Context) error {
	if a.tlsListener == nil {
		return nil
	}
	c := &a.config
	h := &https{config: &tls.Config{MinVersion: tls.VersionTLS12}}
	for _, o := range c.origins() {
		if strings.HasPrefix(o, "https://") {
			h.origins = append(h.origins, strings.TrimRight(o, "/"))
		}
	}
	if len(h.origins) == 0 {
		return &ConfigError{"origin", "ROOTLINE_ORIGIN", "none of the gateway's addresses is an https one"}
	}
	_, h.port, _ = net.SplitHostPort(a.TLSAddr())
	var err error
	switch {
	case c.TLSCert != "":
		var files *certificates.Files
		if files, err = certificates.OpenFiles(c.TLSCert, c.TLSKey); err == nil {
			h.config.GetCertificate = files.GetCertificate
		}
	case c.ACMEHosts != "":
		if h.acme, err = c.manager(); err == nil {
			h.config.GetCertificate = h.acme.GetCertificate
			h.config.NextProtos = []string{"h2", "http/1.1", acme.ALPNProto}
		}
	default:
		if h.local, err = openLocal(c.LocalCA); err == nil {
			h.config.GetCertificate = h.local.GetCertificate
			a.log.Info("local CA", "folder", c.LocalCA, "sha256", certificates.Fingerprint(h.local.Root()))
		}
	}
	a.https = h
	return err
}

func openLocal(dir string) (*certificates.Local, error) {
	names, err := certificates.MachineNames()
	if err != nil {
		return nil, err
	}
	ca, err := certificates.OpenCA(dir, names)
	if err != nil {
		return nil, err
	}
	return certificates.NewLocal(ca)
}

// manager gets certificates by ACME, by the challenges TLS-ALPN-01 and HTTP-01.
func (c *Config) manager() (*autocert.Manager, error) {
	cache := c.ACMECache
	if cache == "" {
		cache = filepath.Join(c.Store, "acme")
	}
	known := autocert.HostWhitelist(c.acmeHosts()...)
	m := &autocert.Manager{
		Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(cache), Email: c.ACMEEmail,
		HostPolicy: func(ctx context.Context, host string) error {
			// A challenge over HTTP names the port, too, when it is not 80.
			if name, _, err := net.SplitHostPort(host); err == nil {
				host = name
			}
			return known(ctx, host)
		},
	}
	if c.ACMEDirectory == "" && c.ACMERoot == "" {
		return m, nil
	}
	m.Client = &acme.Client{DirectoryURL: c.ACMEDirectory}
	if c.ACMEDirectory == "" {
		m.Client.DirectoryURL = autocert.DefaultACMEDirectory
	}
	if c.ACMERoot == "" {
		return m, nil
	}
	pem, err := os.ReadFile(c.ACMERoot)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, &ConfigError{"acme-root", "ROOTLINE_ACME_ROOT", c.ACMERoot + " holds no certificate in PEM"}
	}
	transport, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return nil, errors.New("the default transport was replaced")
	}
	transport = transport.Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	m.Client.HTTPClient = &http.Client{Transport: transport}
	return m, nil
}

// ownOrigin reports whether an address is one of this machine's, as it is reached now: with the local CA its names may
// change while it runs.
func (a *App) ownOrigin(origin string) bool {
	u, err := url.Parse(origin)
	return err == nil && u.Scheme == "https" && httpsOrigin(u.Hostname(), a.https.port) == origin && a.https.local.Covers(u.Hostname())
}

// plain serves what comes over plain HTTP. This machine's own browser is safe there. Whoever comes over the network
// gets nothing but the way to HTTPS, so that no session and no key is ever used in the clear: with a local CA the page
// from which its root is installed, then a redirect.
func (h *https) plain(api http.Handler) http.Handler {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case fromLoopback(r):
			api.ServeHTTP(w, r)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			http.Error(w, "Use HTTPS: "+h.origins[0], http.StatusForbidden)
		case h.local != nil && r.URL.Path == "/":
			http.Redirect(w, r, "/install", http.StatusTemporaryRedirect)
		case h.local != nil && servesInstall(r.URL.Path):
			api.ServeHTTP(w, r)
		default:
			http.Redirect(w, r, h.target(r), http.StatusTemporaryRedirect)
		}
	})
	if h.acme != nil {
		return h.acme.HTTPHandler(handler)
	}
	return handler
}

// servesInstall reports whether a path belongs to the page that phones install the root from.
func servesInstall(path string) bool {
	return path == "/install" || strings.HasPrefix(path, "/install/") || path == "/favicon.svg" || strings.HasPrefix(path, "/page-") && strings.HasSuffix(path, ".css")
}

// target is the same address over HTTPS: at the host that was asked for when the certificate holds for it, else at the
// gateway's usual one.
func (h *https) target(r *http.Request) string {
	origin := h.origins[0]
	host := (&url.URL{Host: r.Host}).Hostname()
	if h.local != nil && h.local.Covers(host) {
		origin = httpsOrigin(host, h.port)
	} else if i := slices.IndexFunc(h.origins, func(o string) bool {
		u, err := url.Parse(o)
		return err == nil && strings.EqualFold(u.Hostname(), host)
	}); i >= 0 {
		origin = h.origins[i]
	}
	return origin + r.URL.RequestURI()
}

// fromLoopback reports whether a request came over this machine's loopback, which no packet from outside reaches.
func fromLoopback(r *http.Request) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return ok && local.IP.IsLoopback()
}
