package certificates

import (
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
)

// Names are the host names and addresses of a machine.
type Names struct {
	DNS       []string
	Addresses []netip.Addr
}

// MachineNames are those under which this machine is reached: the loopback's, its host name, the same under .local
// (multicast DNS), and the addresses of its interfaces that are up. Link-local IPv6 addresses have no place in a URL.
func MachineNames() (Names, error) {
	n := Names{DNS: []string{"localhost"}}
	if host, err := os.Hostname(); err == nil {
		host = strings.ToLower(strings.TrimSuffix(host, "."))
		short, _, _ := strings.Cut(host, ".")
		for _, name := range []string{host, short + ".local"} {
			if hostName(name) && !slices.Contains(n.DNS, name) {
				n.DNS = append(n.DNS, name)
			}
		}
	}
	all, err := net.InterfaceAddrs()
	if err != nil {
		return Names{}, err
	}
	for _, a := range all {
		prefix, err := netip.ParsePrefix(a.String())
		if err != nil {
			continue
		}
		addr := prefix.Addr().Unmap()
		if addr.IsLinkLocalUnicast() || addr.IsMulticast() || slices.Contains(n.Addresses, addr) {
			continue
		}
		n.Addresses = append(n.Addresses, addr)
	}
	slices.SortFunc(n.Addresses, netip.Addr.Compare)
	return n, nil
}

// hostName reports whether a name can stand in a certificate.
func hostName(s string) bool {
	if s == "" || len(s) > 253 || strings.HasPrefix(s, ".") || strings.Contains(s, "..") {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '.'
	})
}

// LAN is the address that other machines most likely reach this one at: that of the interface which the way out
// leads through, else any other than the loopback's. ok is false when there is none.
func (n Names) LAN() (addr netip.Addr, ok bool) {
	// Nothing is sent: a UDP socket is only told where it would send to.
	if c, err := net.Dial("udp", "192.0.2.1:9"); err == nil {
		out, err := netip.ParseAddrPort(c.LocalAddr().String())
		_ = c.Close()
		if a := out.Addr().Unmap(); err == nil && !a.IsLoopback() && slices.Contains(n.Addresses, a) {
			return a, true
		}
	}
	for _, a := range n.Addresses {
		if !a.IsLoopback() {
			return a, true
		}
	}
	return netip.Addr{}, false
}

// Hosts are all names as they stand in a URL, without the brackets of IPv6.
func (n Names) Hosts() []string {
	hosts := slices.Clone(n.DNS)
	for _, a := range n.Addresses {
		hosts = append(hosts, a.String())
	}
	return hosts
}

func (n Names) equal(other Names) bool {
	return slices.Equal(n.DNS, other.DNS) && slices.Equal(n.Addresses, other.Addresses)
}
