package fabric

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"

	"github.com/rootline/rootline/channel"
)

// Shown is a number of blocks that the channel is shown to have, from one that is known on. One organisation's word is not
// enough: so many say so that at least one of them is honest, or one shows the block, which a quorum of the channel's
// orderers has signed.
func (c *Client) Shown(ctx context.Context, known uint64) uint64 {
	said := c.heights(ctx)
	claims := slices.Sorted(maps.Values(said))
	if liars := max(1, len(c.organisations())/3); len(claims) > liars { // of n = others + 1 organisations, (n-1)/3
		known = max(known, claims[len(claims)-1-liars])
	}
	by := slices.SortedFunc(maps.Keys(said), func(a, b string) int {
		return cmp.Or(cmp.Compare(said[b], said[a]), cmp.Compare(a, b))
	})
	for _, organisation := range by {
		claim := said[organisation]
		if claim <= known {
			break
		}
		if c.shows(ctx, organisation, claim-1) == nil {
			known = claim
			continue
		}
		err := c.shows(ctx, organisation, known)
		if err == nil {
			known++
			continue
		}
		// Blocks that come much later may be signed by other orderers than those known now.
		if s := c.endorsers.state(); s != nil && s.Number()+1 == known && ctx.Err() == nil {
			c.sources.fault(organisation, known, fmt.Errorf("it says that it has %d blocks, and does not show them: %w", claim, err))
		}
	}
	return known
}

// heights asks all organisations' peers themselves, but for those that are put back, how many blocks they have.
func (c *Client) heights(ctx context.Context) map[string]uint64 {
	var mu sync.Mutex
	said := map[string]uint64{}
	var asking sync.WaitGroup
	for _, organisation := range append(c.organisations(), c.sources.own) {
		if organisation != c.sources.own && c.sources.back(organisation) {
			continue
		}
		asking.Go(func() {
			height, err := c.heightOf(ctx, organisation)
			if err != nil {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			said[organisation] = height
		})
	}
	asking.Wait()
	return said
}

// heightOf asks an organisation's peer itself.
func (c *Client) heightOf(ctx context.Context, organisation string) (uint64, error) {
	network, err := c.at(organisation)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, othersPatience)
	defer cancel()
	b, err := network.GetContract("qscc").EvaluateWithContext(ctx, "GetChainInfo",
		client.WithArguments(c.config.Channel), client.WithEndorsingOrganizations(organisation))
	if err != nil {
		return 0, err
	}
	var info common.BlockchainInfo
	err = proto.Unmarshal(b, &info)
	return info.GetHeight(), err
}

// shows has an organisation's peer show a block. The error is why that is no block of the channel.
func (c *Client) shows(ctx context.Context, organisation string, number uint64) error {
	s := c.endorsers.state()
	if s == nil {
		return errors.New("the channel is not followed yet")
	}
	b, err := c.shownBy(ctx, organisation, number)
	if err != nil {
		return err
	}
	read, hash := s.Number(), s.Hash()
	switch {
	case number == read && b.Hash() == hash:
		return nil
	case number <= read:
		return fmt.Errorf("block %d is another than the one that was read", number)
	case number == read+1 && !bytes.Equal(b.Previous, hash[:]):
		return fmt.Errorf("block %d does not follow the one that was read", number)
	}
	return s.Config().Ordered(b)
}

// shownBy asks an organisation's peer for a block, to check it without its content being read.
func (c *Client) shownBy(ctx context.Context, organisation string, number uint64) (*channel.Block, error) {
	network, err := c.at(organisation)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, othersPatience)
	defer cancel()
	raw, err := oneBlock(ctx, network, number)
	if err != nil {
		return nil, err
	}
	return withoutReading(raw), nil
}

const (
	// watchEvery is how often it is looked at whether a source keeps blocks back. It does when that is so twice in a row, and
	// nothing came in between.
	watchEvery = 5 * time.Second
	// A stream that ended without a block, and no later than quiet after it began, is an empty one. So many in a row are a
	// fault.
	quiet, emptyStreams = time.Minute, 3
)

// watch ends a stream whose peer keeps blocks back that the channel is shown to have, or delivers them far slower than another
// could; and one of a source that a better one is there again for.
func (r *reader) watch(ctx context.Context, end func()) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	last, behind := r.next.Load(), false
	before := r.pace()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if r.returns(ctx) {
			end()
			return
		}
		if time.Since(before.at) >= paceOver {
			if why := r.drips(ctx, before); why != nil && ctx.Err() == nil {
				r.fault(why)
				end()
				return
			}
			before = r.pace()
		}
		at := r.next.Load()
		if at != last || !r.waits.Load() {
			last, behind = at, false
			continue
		}
		ahead := r.Shown(ctx, at) > at
		if ctx.Err() != nil || r.next.Load() != at {
			continue
		}
		if ahead && behind {
			r.fault(errors.New("the channel has blocks that it does not deliver"))
			end()
			return
		}
		behind = ahead
	}
}

// returns reports whether a better source may deliver again: the own peer, and any peer where an orderer delivers. Its time is
// over, and it shows the block that was read last.
func (r *reader) returns(ctx context.Context) bool {
	var better []string
	if r.from != r.sources.own {
		better = append(better, r.sources.own)
	}
	if isOrderer(r.from) {
		better = append(better, r.organisations()...)
	}
	s := r.endorsers.state()
	if s == nil {
		return false
	}
	for _, source := range better {
		if r.sources.back(source) {
			continue
		}
		err := r.shows(ctx, source, s.Number())
		if err == nil {
			return true
		}
		if ctx.Err() == nil {
			r.sources.fault(source, s.Number(), err)
		}
	}
	return false
}
