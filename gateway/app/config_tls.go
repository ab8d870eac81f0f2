package app

import (
	"fmt"
	"net"
	"strings"

	"github.com/rootline/rootline/gateway/certificates"
)

// completeTLS checks the settings of HTTPS and fills in what follows from them:
//
//	without HTTPS       http://localhost with Listen's port
//	with TLSCert        none: nobody but the certificate's owner knows its names
//	with ACMEHosts      https:// with the first of them
//	with LocalCA        https:// with this machine's address in the LAN, and http://localhost
func (c *Config) completeTLS() error {
	var ways []string
	for _, s := range []struct{ value, flag string }{{c.TLSCert + c.TLSKey, "tls-cert"}, {c.ACMEHosts, "acme"}, {c.LocalCA, "local-ca"}} {
		if s.value != "" {
			ways = append(ways, s.flag)
		}
	}
	_, port, _ := net.SplitHostPort(c.Listen)
	loopback := "http://localhost:" + port
	switch {
	case len(ways) > 1:
		return &ConfigError{ways[1], envOf(ways[1]), "there are several ways to a certificate: --" + strings.Join(ways, " and --") + ", and one is needed"}
	case len(ways) == 0 && c.TLSListen != "":
		return &ConfigError{"tls-cert", "ROOTLINE_TLS_CERT", "HTTPS needs a certificate: --tls-cert with --tls-key, --acme or --local-ca"}
	case len(ways) == 0:
		if c.Origin == "" {
			c.Origin = loopback
		}
		return nil
	case c.TLSCert == "" && c.TLSKey != "":
		return &ConfigError{"tls-cert", "ROOTLINE_TLS_CERT", "the certificate of --tls-key is missing"}
	case c.TLSCert != "" && c.TLSKey == "":
		return &ConfigError{"tls-key", "ROOTLINE_TLS_KEY", "the key of --tls-cert is missing"}
	case c.TLSCert != "" && c.Origin == "":
		return &ConfigError{"origin", "ROOTLINE_ORIGIN", "the https address that the certificate of --tls-cert is for is missing"}
	}
	if c.TLSListen == "" {
		c.TLSListen = ":8443"
	}
	_, tlsPort, err := net.SplitHostPort(c.TLSListen)
	if err != nil {
		return &ConfigError{"tls-listen", "ROOTLINE_TLS_LISTEN", fmt.Sprintf("%q is no address like :8443", c.TLSListen)}
	}
	switch {
	case c.Origin != "":
	case c.ACMEHosts != "":
		c.Origin = httpsOrigin(c.acmeHosts()[0], tlsPort)
	default:
		names, err := certificates.MachineNames()
		if err != nil {
			return err
		}
		if lan, ok := names.LAN(); ok {
			c.Origin = httpsOrigin(lan.String(), tlsPort) + "," + loopback
		} else {
			c.Origin = httpsOrigin("localhost", tlsPort) + "," + loopback
		}
	}
	return nil
}

func envOf(flag string) string {
	var c Config
	for _, s := range c.settings() {
		if s.flag == flag {
			return s.env
		}
	}
	return ""
}

// origins are the addresses of the gateway, the first for QR codes.
func (c *Config) origins() []string { return fields(c.Origin) }

func (c *Config) acmeHosts() []string { return fields(strings.ToLower(c.ACMEHosts)) }

// fields takes a list apart that has commas between its members.
func fields(list string) (all []string) {
	for f := range strings.SplitSeq(list, ",") {
		if f = strings.TrimSpace(f); f != "" {
			all = append(all, f)
		}
	}
	return all
}

// httpsOrigin is an HTTPS address as browsers write it.
func httpsOrigin(host, port string) string {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port == "443" {
		return "https://" + host
	}
	return "https://" + host + ":" + port
}
