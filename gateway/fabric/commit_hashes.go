package fabric

import (
	"context"
	"sync"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"

	"github.com/rootline/rootline/gateway/block"
)

const (
	// hashPatience is how long a peer may take to have a block, since not all have the newest one at once.
	hashPatience = 30 * time.Second
	// hashPause lies between two tries at a peer that ended the stream.
	hashPause = time.Second
)

// CommitHashes asks the peers of all organisations but one, the own one's too, for their commit hash at a block: the hash over
// all verdicts so far. One that does not have the block yet is waited for. They come in no order.
func (c *Client) CommitHashes(ctx context.Context, number uint64, except string) []block.CommitHash {
	ctx, cancel := context.WithTimeout(ctx, hashPatience)
	defer cancel()
	var mu sync.Mutex
	var out []block.CommitHash
	var asking sync.WaitGroup
	for _, organisation := range append(c.organisations(), c.sources.own) {
		if organisation == except {
			continue
		}
		asking.Go(func() {
			hash, err := c.commitHash(ctx, organisation, number)
			mu.Lock()
			defer mu.Unlock()
			out = append(out, block.CommitHash{MSPID: organisation, Hash: hash, Err: err})
		})
	}
	asking.Wait()
	return out
}

// commitHash asks until the peer delivers the block; the last error when it does not.
func (c *Client) commitHash(ctx context.Context, organisation string, number uint64) ([]byte, error) {
	for {
		var raw *common.Block
		network, err := c.at(organisation)
		if err == nil {
			raw, err = oneBlock(ctx, network, number)
		}
		if err == nil {
			return withoutReading(raw).CommitHash, nil
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(hashPause):
		}
	}
}
