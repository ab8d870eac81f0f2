package profiling

import (
	"net/http"
	"testing"
)

// Profiles are served on loopback, and nowhere else.
func TestServe(t *testing.T) {
	for _, addr := range []string{"", "6060", ":6060", "0.0.0.0:0", "192.0.2.1:6060", "[::]:0", "works.example:6060"} {
		if l, err := Serve(addr); err == nil {
			l.Close()
			t.Errorf("%q was taken", addr)
		}
	}
	l, err := Serve("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	res, err := http.Get("http://" + l.Addr().String() + "/debug/pprof/")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatal(res.Status)
	}
}
