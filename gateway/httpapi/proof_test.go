package httpapi

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/proofs"
	"github.com/rootline/rootline/limits"
)

// A proof that fails is charged as one that is made; one that was made before costs nothing.
func TestProofsThatFailAreCharged(t *testing.T) {
	s := &Server{proofs: budget.NewRate(3, 1000*time.Hour)}
	ctx := context.WithValue(t.Context(), addressKey{}, "192.0.2.1")
	ask := func(made *proofs.Made, err error) error {
		_, got := s.proved(ctx, "CODE", Proving{}, func(proofs.Options) (*proofs.Made, error) { return made, err })
		return got
	}
	failed := errors.New("no peer answers")
	for range 10 {
		if err := ask(&proofs.Made{Again: true}, nil); err != nil {
			t.Fatalf("one that was made before: %v", err)
		}
	}
	for i := range 3 {
		if err := ask(nil, failed); !errors.Is(err, failed) {
			t.Fatalf("failure %d: %v", i, err)
		}
	}
	if err := ask(&proofs.Made{}, nil); rootline.CodeOf(err) != rootline.CodeTooManyRequests {
		t.Errorf("after three that failed: %v", err)
	}
}

// Who asks for too many proofs is told when to come again, of an item and of an absence alike. Others are not held up.
func TestTooManyProofsAreToldToWait(t *testing.T) {
	w := newWorks(t)
	const item, absence = "/api/v1/assets/95200017H2K9QF3ABCD0/proof", "/api/v1/codes/95200017H2K9QF3ABCD0/absence"
	// The allowance grows by one every two seconds while it is asked for.
	asked := 0
	for ; asked < 2*limits.Proofs; asked++ {
		if w.get([]string{item, item + "?rulebooks=true", absence}[asked%3], "", "X-Forwarded-For", "192.0.2.9").status == http.StatusTooManyRequests {
			break
		}
	}
	if asked < limits.Proofs || asked == 2*limits.Proofs {
		t.Errorf("%d were answered", asked)
	}
	for _, path := range []string{item, absence, item + "?rulebooks=true"} {
		r := w.get(path, "", "X-Forwarded-For", "192.0.2.9")
		wait, err := strconv.Atoi(r.header.Get("Retry-After"))
		if r.status != http.StatusTooManyRequests || r.code() != rootline.CodeTooManyRequests || err != nil || wait < 1 || wait > 60 {
			t.Errorf("%s: HTTP %d, %s, Retry-After %q", path, r.status, r.code(), r.header.Get("Retry-After"))
		}
	}
	if r := w.get(item, "", "X-Forwarded-For", "192.0.2.7"); r.status == http.StatusTooManyRequests {
		t.Errorf("another address: HTTP %d", r.status)
	}
}
