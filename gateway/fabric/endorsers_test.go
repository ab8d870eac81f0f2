package fabric

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
)

func endorsed(valid bool, by ...string) *block.Block {
	return &block.Block{Transactions: []block.Transaction{{Valid: valid, Chaincode: wire.Chaincode, Endorsers: by, Writes: []block.Write{{Namespace: wire.Chaincode, Key: "A/1"}}}}}
}

// endsFirst is a peer that ends a call by its deadline a moment before the caller's own clock does.
type endsFirst struct{ answers }

func (e *endsFirst) CommitStatus(ctx context.Context, _ *gateway.SignedCommitStatusRequest) (*gateway.CommitStatusResponse, error) {
	deadline, _ := ctx.Deadline()
	time.Sleep(time.Until(deadline) - 100*time.Millisecond)
	return nil, status.Error(codes.DeadlineExceeded, "context deadline exceeded")
}

// TestResolveAtTheDeadline: a reachable peer that runs out of time before the caller does has not the transaction; it is
// not down.
func TestResolveAtTheDeadline(t *testing.T) {
	client := clientOver(t, &endsFirst{})
	fate, err := client.Resolve(t.Context(), "0123")
	if err != nil || fate.Found || fate.Height != 12 {
		t.Fatalf("got %+v, %v", fate, err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	var unavailable *Unavailable
	if _, err := client.Resolve(ended, "0123"); !errors.As(err, &unavailable) {
		t.Errorf("after the end of its context: %v", err)
	}
}
