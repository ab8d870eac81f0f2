package channel

import (
	"crypto/x509"
	"sync"

	"github.com/rootline/rootline/limits"
)

// maxCertificates bounds the certificates that are remembered: a channel has as many as it has nodes and clients.
const maxCertificates = 1024

// certificates remembers the few certificates that recur in every block.
var certificates = &certificateCache{known: map[string]*x509.Certificate{}}

type certificateCache struct {
	mu    sync.Mutex
	known map[string]*x509.Certificate
}

func (c *certificateCache) get(pemBytes []byte) (*x509.Certificate, error) {
	c.mu.Lock()
	cert := c.known[string(pemBytes)]
	c.mu.Unlock()
	if cert != nil {
		return cert, nil
	}
	cert, err := firstCertificate(pemBytes)
	if err != nil {
		return nil, err
	}
	if len(pemBytes) > limits.RememberedIdentity {
		return cert, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= maxCertificates {
		clear(c.known)
	}
	c.known[string(pemBytes)] = cert
	return cert, nil
}
