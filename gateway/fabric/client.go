// Package fabric is the only one that speaks to Hyperledger Fabric. It proposes, submits and follows transactions,
// sorts Fabric's errors into the few kinds that ask for different answers, and delivers blocks in Rootline's form.
package fabric

import (
	"context"
	"fmt"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/identity"
	gatewaypb "github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
)

// Client talks to one peer as one Fabric identity. It may be used by many goroutines.
type Client struct {
	config         Config
	conn           *grpc.ClientConn
	gateway        *client.Gateway
	network        *client.Network
	contract       *client.Contract
	queries        *client.Contract
	decoder        decoder
	configurations configurations
	// endorsers are learnt from the blocks that it delivers.
	endorsers endorsers
	// id and sign are who speaks to other organisations' peers, too.
	id     identity.Identity
	sign   identity.Sign
	others otherPeers
	// sources says whose peer delivers blocks.
	sources sources
	// service is the own peer's gateway service.
	service gatewaypb.GatewayClient
}

// Connect reads the identity and connects. A peer that does not answer is no error, since a gateway starts while its
// peer is down: the connection is made as soon as it can be. Errors say which file is wrong.
func Connect(ctx context.Context, config Config) (*Client, error) {
	config = config.withDefaults()
	id, sign, err := config.signer()
	if err != nil {
		return nil, err
	}
	conn, err := config.dial()
	if err != nil {
		return nil, err
	}
	c, err := over(conn, config, id, sign)
	if err != nil {
		return nil, err
	}
	c.awaitReady(ctx)
	return c, nil
}

// over makes a client over a connection that it takes over.
func over(conn *grpc.ClientConn, config Config, id identity.Identity, sign identity.Sign) (*Client, error) {
	gateway, err := client.Connect(id, client.WithSign(sign), client.WithClientConnection(conn))
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("fabric: %w", err)
	}
	conduct, err := newConduct(config.Registerer)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	network := gateway.GetNetwork(config.Channel)
	return &Client{
		config: config, conn: conn, gateway: gateway, network: network,
		contract: network.GetContract(wire.Chaincode), queries: network.GetContract("qscc"),
		endorsers: endorsers{own: id.MspID(), conduct: conduct},
		service:   gatewaypb.NewGatewayClient(conn), id: id, sign: sign,
		sources: sources{own: id.MspID()},
	}, nil
}

func (c *Client) awaitReady(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, c.config.ConnectTimeout)
	defer cancel()
	c.conn.Connect()
	for state := c.conn.GetState(); state != connectivity.Ready; state = c.conn.GetState() {
		if !c.conn.WaitForStateChange(ctx, state) {
			return
		}
	}
}

// Close ends the connection and every call on it.
func (c *Client) Close() error {
	c.others.close()
	_ = c.gateway.Close() // it only cancels, and returns nil
	return c.conn.Close()
}

// Genesis is the hash of the channel's block 0, as the own peer has it. The error is *Unavailable, or says that it is none.
func (c *Client) Genesis(ctx context.Context) (rootline.Hash, error) {
	ctx, cancel := context.WithTimeout(ctx, c.config.EvaluateTimeout)
	defer cancel()
	b, err := c.queries.EvaluateWithContext(ctx, "GetBlockByNumber", client.WithArguments(c.config.Channel, "0"))
	if err != nil {
		return rootline.Hash{}, &Unavailable{Err: err}
	}
	first, err := channel.ParseBlock(b)
	if err != nil {
		return rootline.Hash{}, fmt.Errorf("fabric: block 0: %w", err)
	}
	if _, err := channel.Begin(first, first.Hash()); err != nil {
		return rootline.Hash{}, fmt.Errorf("fabric: block 0: %w", err)
	}
	return rootline.Hash(first.Hash()), nil
}

// Get reads one record from the own peer's world state; nil when there is none. The error is *Unavailable, or says
// that the record cannot be read.
func (c *Client) Get(ctx context.Context, ref rootline.Ref) (rootline.Record, error) {
	ctx, cancel := context.WithTimeout(ctx, c.config.EvaluateTimeout)
	defer cancel()
	b, err := c.contract.EvaluateWithContext(ctx, wire.FnGet, client.WithArguments(wire.Key(ref)))
	if err != nil {
		return nil, &Unavailable{Err: err}
	}
	return wire.Decode(ref, b)
}
