package fabric

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"
)

// Height is the number of blocks that the own peer holds; the last one is called Height-1. The error is *Unavailable.
func (c *Client) Height(ctx context.Context) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, c.config.EvaluateTimeout)
	defer cancel()
	return c.heightAt(ctx, c.endorsers.own)
}

func (c *Client) heightAt(ctx context.Context, organisation string) (uint64, error) {
	b, err := c.queries.EvaluateWithContext(ctx, "GetChainInfo",
		client.WithArguments(c.config.Channel), client.WithEndorsingOrganizations(organisation))
	if err != nil {
		return 0, &Unavailable{Err: err}
	}
	var info common.BlockchainInfo
	if err := proto.Unmarshal(b, &info); err != nil {
		return 0, &Unavailable{Err: fmt.Errorf("fabric: chain info: %w", err)}
	}
	return info.GetHeight(), nil
}

// heightBy is what another organisation's peer says, asked itself; through the own peer only where the channel's configuration
// names none that can be asked.
func (c *Client) heightBy(ctx context.Context, organisation string) (uint64, error) {
	if _, err := c.at(organisation); err != nil {
		return c.heightAt(ctx, organisation)
	}
	return c.heightOf(ctx, organisation)
}

// othersPatience bounds asking other organisations' peers how far they are.
const othersPatience = 2 * time.Second

// HeightOfOthers is a number of blocks that peers of two other organisations at least hold: the second highest of what
// each says, since one may say what it likes. It is 0 when fewer answer.
func (c *Client) HeightOfOthers(ctx context.Context) uint64 {
	ctx, cancel := context.WithTimeout(ctx, othersPatience)
	defer cancel()
	var mu sync.Mutex
	var said []uint64
	var asking sync.WaitGroup
	for _, organisation := range slices.Compact(slices.Sorted(slices.Values(append(c.endorsers.known(), c.organisations()...)))) {
		asking.Go(func() {
			height, err := c.heightBy(ctx, organisation)
			if err != nil {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			said = append(said, height)
		})
	}
	asking.Wait()
	if len(said) < 2 {
		return 0
	}
	slices.Sort(said)
	return said[len(said)-2]
}
