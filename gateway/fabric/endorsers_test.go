package fabric

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
)

func endorsed(valid bool, by ...string) *block.Block {
	return &block.Block{Transactions: []block.Transaction{{Valid: valid, Chaincode: wire.Chaincode, Endorsers: by}}}
}

// TestOwnPeerCannotEndorse: with a dead chaincode service at the own peer, others are asked by name.
func TestOwnPeerCannotEndorse(t *testing.T) {
	dead := failure(codes.Aborted, ownPeer, "error in simulation: could not launch chaincode")
	slow := status.Error(codes.DeadlineExceeded, "endorsement timeout expired while collecting first endorsement")
	no := failure(codes.Aborted, ownPeer, "chaincode response 500, "+wire.Refused{{Error: rootline.Refuse(rootline.CodeUnknownDevice)}}.Error())
	for _, c := range []struct {
		name   string
		err    error
		blocks []*block.Block
		asked  []string
		want   string
	}{
		{"dead, others endorsed without it", dead, []*block.Block{endorsed(true, "BMSP", "CMSP"), endorsed(true, "DMSP", "OwnerMSP")}, []string{"BMSP", "CMSP"}, "ok"},
		{"too slow", slow, []*block.Block{endorsed(true, "BMSP", "CMSP")}, []string{"BMSP", "CMSP"}, "ok"},
		{"dead, enough others endorsed with it", dead, []*block.Block{endorsed(true, "OwnerMSP", "CMSP"), endorsed(true, "BMSP", "OwnerMSP")}, []string{"BMSP", "CMSP"}, "ok"},
		{"dead, too few others are known", dead, []*block.Block{endorsed(true, "OwnerMSP", "CMSP")}, nil, "unavailable"},
		{"dead, what the others endorsed took no effect", dead, []*block.Block{endorsed(false, "BMSP", "CMSP")}, nil, "unavailable"},
		{"dead, nothing is known", dead, nil, nil, "unavailable"},
		{"it refuses", no, []*block.Block{endorsed(true, "BMSP", "CMSP")}, nil, "refused"},
		{"it is not there", failure(codes.Unavailable, "connection refused"), []*block.Block{endorsed(true, "BMSP", "CMSP")}, nil, "unavailable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			peer := &answers{endorse: c.err}
			client := clientOf(t, peer)
			for _, b := range c.blocks {
				client.endorsers.learn(b)
			}
			_, err := client.Propose(t.Context(), make([]rootline.Submission, 1))
			if kind(err) != c.want {
				t.Fatalf("got %s (%v), want %s", kind(err), err, c.want)
			}
			if c.asked == nil {
				if len(peer.asked) != 1 || peer.asked[0] != nil {
					t.Fatalf("asked %v", peer.asked)
				}
				return
			}
			if len(peer.asked) != 2 || peer.asked[0] != nil || !slices.Equal(peer.asked[1], c.asked) {
				t.Fatalf("asked %v, want the own peer and then %v", peer.asked, c.asked)
			}
			// The next goes to the others at once, and to the own peer again after a while.
			if _, err := client.Propose(t.Context(), make([]rootline.Submission, 1)); err != nil || len(peer.asked) != 3 {
				t.Fatalf("asked %v, %v", peer.asked, err)
			}
			client.endorsers.without, peer.endorse = time.Time{}, nil
			if _, err := client.Propose(t.Context(), make([]rootline.Submission, 1)); err != nil || len(peer.asked) != 4 || peer.asked[3] != nil {
				t.Fatalf("asked %v, %v", peer.asked, err)
			}
		})
	}
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
