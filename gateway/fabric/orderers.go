package fabric

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/orderer"
	"google.golang.org/protobuf/proto"

	"github.com/rootline/rootline/channel"
)

// Orderers hold the channel's blocks as well, without verdicts and commit hashes. They are asked for blocks when all
// organisations' peers are put back.

// asOrderer stands behind an organisation's MSP id where its orderer, and not its peer, is the source of blocks.
const asOrderer = " (orderer)"

// isOrderer reports whether a source of blocks is an orderer.
func isOrderer(source string) bool { return strings.HasSuffix(source, asOrderer) }

// orderers are the organisations' orderers as sources of blocks, each organisation once.
func (c *Client) orderers() []string {
	if c.others.orderers == nil {
		return nil
	}
	var out []string
	for _, o := range c.others.orderers() {
		out = append(out, o.MSPID+asOrderer)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// blocksFrom has a source deliver blocks from a number on, until ctx ends. errNoSource says that it cannot be asked at all.
func (c *Client) blocksFrom(ctx context.Context, source string, number uint64) (<-chan *common.Block, error) {
	if isOrderer(source) {
		return c.ordered(ctx, source, number)
	}
	network, err := c.at(source)
	if err != nil {
		return nil, errors.Join(errNoSource, err)
	}
	return network.BlockEvents(ctx, client.WithStartBlock(number))
}

// errNoSource says that a source of blocks cannot be connected to as the configuration names it.
var errNoSource = errors.New("fabric: it cannot be asked for blocks")

// ordered is blocksFrom for an orderer; of several of an organisation it asks the one whose turn it is.
func (c *Client) ordered(ctx context.Context, source string, number uint64) (<-chan *common.Block, error) {
	all := slices.DeleteFunc(c.others.orderers(), func(o channel.Anchor) bool { return o.MSPID+asOrderer != source })
	if len(all) == 0 {
		return nil, errors.Join(errNoSource, errors.New("fabric: the organisation names no orderer"))
	}
	o, err := c.other(all[c.sources.faults(source)%len(all)])
	if err != nil {
		return nil, errors.Join(errNoSource, err)
	}
	seek, err := c.seek(o, number)
	if err != nil {
		return nil, err
	}
	stream, err := orderer.NewAtomicBroadcastClient(o.conn).Deliver(ctx)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(stream.Send(seek), stream.CloseSend()); err != nil {
		return nil, err
	}
	blocks := make(chan *common.Block)
	go func() {
		defer close(blocks)
		for {
			answer, err := stream.Recv()
			if err != nil || answer.GetBlock() == nil { // a status ends it
				return
			}
			select {
			case blocks <- answer.GetBlock():
			case <-ctx.Done():
				return
			}
		}
	}()
	return blocks, nil
}

// seek is the signed request for all blocks from a number on. Peers and orderers take the same.
func (c *Client) seek(o *otherPeer, number uint64) (*common.Envelope, error) {
	request, err := o.network.NewBlockEventsRequest(client.WithStartBlock(number))
	if err != nil {
		return nil, fmt.Errorf("fabric: seek: %w", err)
	}
	b, err := request.Bytes()
	if err != nil {
		return nil, fmt.Errorf("fabric: seek: %w", err)
	}
	envelope := &common.Envelope{}
	if err := proto.Unmarshal(b, envelope); err != nil {
		return nil, fmt.Errorf("fabric: seek: %w", err)
	}
	if envelope.Signature, err = c.sign(request.Digest()); err != nil {
		return nil, fmt.Errorf("fabric: seek: %w", err)
	}
	return envelope, nil
}
