package budget

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"testing"
	"time"
)

func TestBudget(t *testing.T) {
	b := New(Limits{All: 100, Guests: 60, Guest: 25, Member: 30})
	guest := func(name string) Who { return Who{Name: name} }
	var releases []func()
	for _, c := range []struct {
		who  Who
		n    int64
		want error
	}{
		{guest("a"), 26, ErrOwn}, {guest("a"), 20, nil}, {guest("a"), 6, ErrOwn}, {guest("a"), 5, nil},
		{guest("b"), 25, nil}, {guest("c"), 11, ErrAll}, {Who{}, 10, nil}, {guest("c"), 1, ErrAll},
		// What is kept for members is theirs, and a member of the same name is another.
		{Who{"a", true}, 30, nil}, {Who{"a", true}, 1, ErrOwn}, {Who{"b", true}, 10, nil}, {Who{"c", true}, 1, ErrAll},
	} {
		release, err := b.Take(c.who, c.n)
		if !errors.Is(err, c.want) {
			t.Fatalf("%+v takes %d: %v, want %v", c.who, c.n, err, c.want)
		}
		if err == nil {
			releases = append(releases, release)
		}
	}
	for _, release := range releases {
		release()
		release() // again does no harm
	}
	if b.Taken() != 0 || b.guests != 0 || len(b.each) != 0 {
		t.Errorf("left: %d, %d, %v", b.all, b.guests, b.each)
	}
}

func TestNameOf(t *testing.T) {
	for address, want := range map[string]string{
		"203.0.113.7": "203.0.113.7", "::ffff:203.0.113.7": "203.0.113.7", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:db8:1:2::9": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "127.0.0.1": "", "::1": "", "::ffff:127.0.0.9": "",
	} {
		if got := NameOf(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is %q, want %q", address, got, want)
		}
	}
	if NameOf(netip.Addr{}) == "" {
		t.Error("no address is taken for the loopback")
	}
}

func TestParseNetworks(t *testing.T) {
	got, err := ParseNetworks(" 127.0.0.1, 172.16.0.0/12,2001:db8::/32,")
	if err != nil || len(got) != 3 || !got[1].Contains(netip.MustParseAddr("172.18.0.1")) {
		t.Error(got, err)
	}
	if _, err := ParseNetworks("localhost"); err == nil {
		t.Error("a name is no network")
	}
}

// Connections beyond the budget are closed, and the next one is taken when one ends.
func TestListener(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := New(Limits{All: 2, Guests: 2, Guest: 2})
	l := Listener(inner, b, nil)
	defer l.Close()
	accepted := make(chan net.Conn)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			accepted <- c
		}
	}()
	dial := func() net.Conn {
		c, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	dial()
	first := <-accepted
	dial()
	<-accepted
	third := dial()
	_ = third.SetReadDeadline(time.Now().Add(10 * time.Second))
	if _, err := third.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the third is not closed: ", err)
	}
	_, _ = first.Close(), first.Close()
	dial()
	<-accepted
	if b.Taken() != 2 {
		t.Error(b.Taken())
	}
}
