package httpapi

import (
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/rootline/rootline"
)

// Config is what the API needs to know of where it stands.
type Config struct {
	// Origin is the address under which people reach the gateway: scheme, host and port, "https://works.example".
	// QR codes lead to it and sign-ins must name it.
	Origin string
	// Organisation is the MSP id of the organisation whose gateway this is.
	Organisation string
	// Channel is the Fabric channel that holds the ledger.
	Channel string
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

func (c *Config) secure() bool { return strings.HasPrefix(c.Origin, "https://") }

// origins are what a sign-in may name. On a developer's machine the loopback has several names, and nothing but this
// machine answers to any of them.
func (c *Config) origins() []string {
	all := []string{c.Origin}
	u, err := url.Parse(c.Origin)
	if err != nil {
		return all
	}
	loopback := []string{"localhost", "127.0.0.1", "::1"}
	for _, name := range loopback {
		if u.Hostname() != name {
			continue
		}
		for _, other := range loopback {
			if other != name {
				all = append(all, u.Scheme+"://"+hostPort(other, u.Port()))
			}
		}
	}
	return all
}

func hostPort(host, port string) string {
	if port != "" {
		return net.JoinHostPort(host, port)
	}
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// link is the address of an item's page, as it is read on a screen.
func (c *Config) link(code string) string { return c.Origin + "/8004/" + code }

// qrText is what an item's QR code says: the same address in upper case, since the alphanumeric mode of QR packs
// upper case tighter. Schemes and hosts know no case (RFC 3986, section 6.2.2.1), and codes are upper case anyway.
func (c *Config) qrText(code string) string { return strings.ToUpper(c.link(code)) }

// validCode refuses what cannot be a code before anything is looked up.
func validCode(code string) error {
	if rootline.ValidCode(code) {
		return nil
	}
	return badRequest(rootline.Text{
		En: "A code has 8 to 30 digits and upper-case letters; this is not one. Scan it again, or type it without spaces.",
		Zh: "编码为 8 至 30 位数字和大写字母。请重新扫描，或不带空格输入。",
	}).At("/code")
}
