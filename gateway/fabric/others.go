package fabric

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"sync"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/rootline/rootline/channel"
)

// otherPeers are other organisations' peers, and orderers, to take blocks from that the own peer alters or keeps back. Blocks are
// verified by whoever reads them, so that it does not matter who delivers them.
type otherPeers struct {
	anchors, orderers func() []channel.Anchor

	// dial, when not nil, makes the connections to them; for tests.
	dial func(ctx context.Context, address string) (net.Conn, error)

	mu    sync.Mutex
	peers map[string]*otherPeer
}

// otherPeer is a connection to one.
type otherPeer struct {
	conn    *grpc.ClientConn
	gateway *client.Gateway
	network *client.Network
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
	options := []grpc.DialOption{
		grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{
			MinVersion: tls.VersionTLS12, InsecureSkipVerify: true, // VerifyConnection does, but for the name
			VerifyConnection: func(s tls.ConnectionState) error { return descends(s.PeerCertificates, roots) },
		})),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage), grpc.MaxCallSendMsgSize(maxMessage), grpc.ForceCodecV2(codec)),
	}
	if c.others.dial != nil {
		options = append(options, grpc.WithContextDialer(c.others.dial))
	}
	conn, err := grpc.NewClient(a.Address, options...)
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
