package budget

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
)

// NameOf names an address as budgets count it: IPv6 by its first 64 bits, since whoever has one address there has them
// all (RFC 4291, section 2.5.4; RFC 6177); "" for the loopback, which no packet from outside reaches.
func NameOf(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	switch {
	case a.IsLoopback():
		return ""
	case a.Is6():
		p, _ := a.Prefix(64) // 64 is a length that an IPv6 address has
		return p.String()
	case !a.IsValid():
		return "unknown"
	}
	return a.String()
}

// ParseNetworks reads addresses and networks with commas between them: "127.0.0.1,172.16.0.0/12".
func ParseNetworks(s string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for one := range strings.SplitSeq(s, ",") {
		one = strings.TrimSpace(one)
		if one == "" {
			continue
		}
		if a, err := netip.ParseAddr(one); err == nil {
			all = append(all, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(one)
		if err != nil {
			return nil, fmt.Errorf("%q is no address or network like 10.0.0.0/8", one)
		}
		all = append(all, p)
	}
	return all, nil
}

// Listener closes connections beyond a budget as soon as they come. Those from the networks in trusted, which are
// proxies that speak for many, count with all only.
func Listener(l net.Listener, b *Budget, trusted []netip.Prefix) net.Listener {
	return &listener{Listener: l, budget: b, trusted: trusted}
}

type listener struct {
	net.Listener
	budget  *Budget
	trusted []netip.Prefix
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		release, err := l.budget.Take(l.who(c.RemoteAddr()), 1)
		if err != nil {
			_ = c.Close() // nobody is told: an answer would cost what is bounded here
			continue
		}
		if tcp, ok := c.(*net.TCPConn); ok {
			return &tcpConn{TCPConn: tcp, release: release}, nil
		}
		return &conn{Conn: c, release: release}, nil
	}
}

func (l *listener) who(a net.Addr) Who {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return Who{}
	}
	from := tcp.AddrPort().Addr().Unmap()
	for _, p := range l.trusted {
		if p.Contains(from) {
			return Who{}
		}
	}
	return Who{Name: NameOf(from)}
}

// tcpConn keeps what TCP connections can do besides, such as sending a file without copying it.
type tcpConn struct {
	*net.TCPConn
	release func()
}

// Close implements net.Conn.
func (c *tcpConn) Close() error {
	c.release()
	return c.TCPConn.Close()
}

type conn struct {
	net.Conn
	release func()
}

// Close implements net.Conn.
func (c *conn) Close() error {
	c.release()
	return c.Conn.Close()
}
