package fabric

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/protobuf/proto"

	"github.com/rootline/rootline/channel"
)

// otherPeers are other organisations' peers, to take blocks from that the own peer alters or keeps back. Blocks are verified
// by whoever reads them, so that it does not matter who delivers them.
type otherPeers struct {
	anchors func() []channel.Anchor

	mu sync.Mutex
	// turn counts the changes of place: 0 is the own peer, and so is every multiple of the number of places.
	turn  int
	peers map[string]*otherPeer
}

// otherPeer is a connection to one.
type otherPeer struct {
	conn    *grpc.ClientConn
	gateway *client.Gateway
	network *client.Network
}

// Others tells where other organisations' peers are: the anchor peers of the configuration that was followed.
func (c *Client) Others(anchors func() []channel.Anchor) { c.others.anchors = anchors }

// Refuse has blocks delivered by the next peer: the one before delivered a block that does not verify.
func (c *Client) Refuse(number uint64, why error) {
	c.others.mu.Lock()
	defer c.others.mu.Unlock()
	c.others.turn++
	slog.Warn("blocks are taken from another peer", "from_block", number, "because", why)
}

// elsewhere are the anchor peers of other organisations.
func (c *Client) elsewhere() []channel.Anchor {
	if c.others.anchors == nil {
		return nil
	}
	return slices.DeleteFunc(c.others.anchors(), func(a channel.Anchor) bool { return a.MSPID == c.endorsers.own })
}

// deliverer is the peer whose turn it is to deliver blocks; own says that it is the own one.
func (c *Client) deliverer() (network *client.Network, own bool) {
	places := c.elsewhere()
	c.others.mu.Lock()
	at := c.others.turn % (len(places) + 1)
	c.others.mu.Unlock()
	if at == 0 {
		return c.network, true
	}
	p, err := c.other(places[at-1])
	if err != nil {
		slog.Warn("another organisation's peer cannot be used", "organisation", places[at-1].MSPID, "error", err)
		return c.network, true
	}
	return p.network, false
}

// other connects to another organisation's peer. Its TLS certificate has to be of the organisation's authority; the name in
// it does not matter, as what it delivers is verified.
func (c *Client) other(a channel.Anchor) (*otherPeer, error) {
	c.others.mu.Lock()
	defer c.others.mu.Unlock()
	key := fmt.Sprint(a)
	if p := c.others.peers[key]; p != nil {
		return p, nil
	}
	roots := x509.NewCertPool()
	for _, root := range a.Roots {
		roots.AppendCertsFromPEM(root)
	}
	conn, err := grpc.NewClient(a.Address,
		grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{
			MinVersion: tls.VersionTLS12, InsecureSkipVerify: true, // VerifyConnection does, but for the name
			VerifyConnection: func(s tls.ConnectionState) error { return descends(s.PeerCertificates, roots) },
		})),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage), grpc.MaxCallSendMsgSize(maxMessage), grpc.ForceCodecV2(codec)),
	)
	if err != nil {
		return nil, err
	}
	gateway, err := client.Connect(c.id, client.WithSign(c.sign), client.WithClientConnection(conn))
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	p := &otherPeer{conn, gateway, gateway.GetNetwork(c.config.Channel)}
	if c.others.peers == nil {
		c.others.peers = map[string]*otherPeer{}
	}
	c.others.peers[key] = p
	return p, nil
}

func descends(certificates []*x509.Certificate, roots *x509.CertPool) error {
	if len(certificates) == 0 {
		return errors.New("fabric: the peer shows no certificate")
	}
	between := x509.NewCertPool()
	for _, c := range certificates[1:] {
		between.AddCert(c)
	}
	_, err := certificates[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: between})
	return err
}

func (o *otherPeers) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, p := range o.peers {
		_ = p.gateway.Close()
		_ = p.conn.Close()
	}
}

const (
	// withheld is how many blocks another peer must be ahead of what the own one delivers before it counts as keeping
	// blocks back.
	withheld = 10
	// watchEvery is how often that is looked at.
	watchEvery = 5 * time.Second
)

// watch ends a stream whose peer keeps blocks back: twice in a row, another organisation's peer was well ahead, and nothing
// had come in between. What the other says need not be true: its blocks have to verify.
func (c *Client) watch(ctx context.Context, reached func() uint64, end func()) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	last, behind := reached(), false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		at := reached()
		if at != last {
			last, behind = at, false
			continue
		}
		ahead := false
		for _, a := range c.elsewhere() {
			height, err := c.heightOf(ctx, a)
			ahead = ahead || err == nil && height > at+withheld
		}
		if ahead && behind {
			c.Refuse(at, errors.New("others have blocks that it does not deliver"))
			end()
			return
		}
		behind = ahead
	}
}

// heightOf asks another organisation's peer itself.
func (c *Client) heightOf(ctx context.Context, a channel.Anchor) (uint64, error) {
	p, err := c.other(a)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, othersPatience)
	defer cancel()
	b, err := p.network.GetContract("qscc").EvaluateWithContext(ctx, "GetChainInfo",
		client.WithArguments(c.config.Channel), client.WithEndorsingOrganizations(a.MSPID))
	if err != nil {
		return 0, err
	}
	var info common.BlockchainInfo
	err = proto.Unmarshal(b, &info)
	return info.GetHeight(), err
}

// CommitHashes asks the other organisations' peers for their commit hash at a block: the hash over all verdicts so far.
// Those that do not have the block, or do not answer, are left out.
func (c *Client) CommitHashes(ctx context.Context, number uint64) map[string][]byte {
	ctx, cancel := context.WithTimeout(ctx, c.config.EvaluateTimeout)
	defer cancel()
	var mu sync.Mutex
	out := map[string][]byte{}
	var asking sync.WaitGroup
	for _, a := range c.elsewhere() {
		asking.Go(func() {
			p, err := c.other(a)
			if err != nil {
				return
			}
			b, err := p.network.GetContract("qscc").EvaluateWithContext(ctx, "GetBlockByNumber",
				client.WithArguments(c.config.Channel, fmt.Sprint(number)), client.WithEndorsingOrganizations(a.MSPID))
			if err != nil {
				return
			}
			block, err := channel.ParseBlock(b)
			if err != nil || block.Number != number || len(block.CommitHash) == 0 {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			out[a.MSPID] = block.CommitHash
		})
	}
	asking.Wait()
	return out
}
