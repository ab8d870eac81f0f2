package demonstration

import (
	"fmt"
	"net"
	"path/filepath"
	"time"

	"github.com/rootline/rootline/gateway/certificates"
)

// LAN is how the local network reaches the first gateway.
type LAN struct {
	// Site is its address over HTTPS, "https://192.168.1.5:8443".
	Site string
	// Install is the address of the page from which phones install the root of the local CA, over plain HTTP.
	Install string
	// Fingerprint is the SHA-256 of that root, to compare with what the phone shows.
	Fingerprint string
}

func (d *demonstration) caFolder() string { return filepath.Join(d.o.Data, "ca") }

func (d *demonstration) lan() (*LAN, error) {
	names, err := certificates.MachineNames()
	if err != nil {
		return nil, err
	}
	address, ok := names.LAN()
	if !ok {
		return nil, fmt.Errorf("this machine is on no local network; connect it, or leave --lan out")
	}
	ca, err := certificates.OpenCA(d.caFolder(), names)
	if err != nil {
		return nil, err
	}
	at := func(scheme string, port int) string {
		return scheme + "://" + net.JoinHostPort(address.String(), fmt.Sprint(port))
	}
	return &LAN{
		Site: at("https", d.o.TLSPort), Install: at("http", d.o.Port) + "/install", Fingerprint: certificates.Fingerprint(ca.Certificate.Raw),
	}, nil
}

// listens reports whether something listens on a port of this machine.
func listens(port int) bool {
	c, err := net.DialTimeout("tcp", net.JoinHostPort("127.0.0.1", fmt.Sprint(port)), time.Second)
	if err != nil {
		return false
	}
	return c.Close() == nil
}
