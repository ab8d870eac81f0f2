package fabric

import (
	"context"
	"fmt"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// resolvePatience is how long a peer may take to say that it knows a transaction. Its service answers at once for
// those that it knows, and not at all for others.
const resolvePatience = 500 * time.Millisecond

// Resolve finds out what became of a transaction. A Fate that is not Found means that the own peer was reachable and
// had it in none of its blocks just now; it may still come. The error is *Unavailable.
func (c *Client) Resolve(ctx context.Context, txID string) (Fate, error) {
	creator, err := proto.Marshal(c.creator())
	if err != nil {
		return Fate{}, fmt.Errorf("fabric: identity: %w", err)
	}
	request, err := proto.Marshal(&gateway.CommitStatusRequest{
		ChannelId: c.config.Channel, TransactionId: txID, Identity: creator,
	})
	if err != nil {
		return Fate{}, fmt.Errorf("fabric: commit status request: %w", err)
	}
	signed, err := proto.Marshal(&gateway.SignedCommitStatusRequest{Request: request})
	if err != nil {
		return Fate{}, fmt.Errorf("fabric: commit status request: %w", err)
	}
	commit, err := c.gateway.NewCommit(signed)
	if err != nil {
		return Fate{}, fmt.Errorf("fabric: commit status request: %w", err)
	}
	// A reachable peer that does not know the transaction and a dead one look alike below: ask for the height first.
	height, err := c.Height(ctx)
	if err != nil {
		return Fate{}, err
	}
	patience, cancel := context.WithTimeout(ctx, resolvePatience)
	defer cancel()
	if s, err := commit.StatusWithContext(patience); err == nil {
		return fateOf(s), nil
	} else if patience.Err() == nil && !outOfPatience(err) {
		return Fate{}, &Unavailable{Err: err}
	}
	if ctx.Err() != nil {
		return Fate{}, &Unavailable{Err: ctx.Err()}
	}
	return Fate{Height: height}, nil
}

// outOfPatience reports whether the peer ended the call because its time was over. The peer learns of the deadline with
// the call, and may act on it a moment before the own context does.
func outOfPatience(err error) bool {
	code := status.Code(err)
	return code == codes.DeadlineExceeded || code == codes.Canceled
}
