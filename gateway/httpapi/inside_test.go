package httpapi

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rootline/rootline/judge/judgetest"
)

// Metrics and counts are for this machine and for admins, not for whoever comes by way of a proxy.
func TestCountsAreNotForEveryone(t *testing.T) {
	w := newWorks(t)
	far := []string{"X-Forwarded-For", "203.0.113.9"}
	if r := w.get("/metrics", ""); r.status != http.StatusOK {
		t.Errorf("here: %d", r.status)
	}
	for name, c := range map[string]struct {
		token  string
		status int
	}{
		"a guest": {"", 401}, "a planter": {w.signIn(w.planter), 403}, "another's admin": {w.signIn(w.Admins[judgetest.Contractor]), 403},
		"the admin": {w.signIn(w.Admins[judgetest.Owner]), 200},
	} {
		if r := w.get("/metrics", c.token, far...); r.status != c.status {
			t.Errorf("%s: %d, want %d", name, r.status, c.status)
		}
	}
	for _, c := range []struct {
		token  string
		header []string
		counts bool
	}{{"", nil, true}, {"", far, false}, {"", []string{"Via", "1.1 proxy"}, false}, {w.signIn(w.planter), far, true}} {
		r := w.get("/readyz", c.token, c.header...)
		if got := strings.Contains(string(r.body), `"outbox"`) && strings.Contains(string(r.body), `"findings"`); got != c.counts || !strings.Contains(string(r.body), `"ready":true`) {
			t.Errorf("%v: %s", c.header, r.body)
		}
	}
}
