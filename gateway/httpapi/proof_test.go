package httpapi

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/proofs"
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
