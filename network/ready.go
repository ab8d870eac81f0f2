package network

import (
	"context"
	"crypto/x509"
	"errors"
	"os"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/hash"
	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/status"
)

// awaitReady waits until the gateway service of the organisation's peer gets every chaincode's endorsements. That needs
// the peer, its view of the other organisations, their peers and their chaincode services; an open port proves none of it.
func (n *Network) awaitReady(ctx context.Context, o Org) error {
	ctx, cancel := context.WithTimeout(ctx, n.config.ReadyTimeout)
	defer cancel()
	gateway, closeAll, err := n.dial(o)
	if err != nil {
		return fail(CodeNotReady, err, "", "no client of the peer of %s can be made", o.Name)
	}
	defer closeAll()
	for _, cc := range n.config.Chaincodes {
		for {
			err := probe(ctx, gateway.GetNetwork(Channel).GetContract(cc.Name), cc.Probe)
			if err == nil {
				break
			}
			if pause(ctx, 4*pollEvery) != nil {
				return fail(CodeNotReady, err, "The logs are in "+n.files.at("log")+".",
					"%s is not endorsed through the peer of %s", cc.Name, o.Name)
			}
		}
	}
	return nil
}

// probe collects the endorsements of a transaction that changes nothing, and leaves it at that.
func probe(ctx context.Context, contract *client.Contract, transaction []string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	proposal, err := contract.NewProposal(transaction[0], client.WithArguments(transaction[1:]...))
	if err != nil {
		return err
	}
	if _, err = proposal.EndorseWithContext(ctx); err != nil {
		return withDetails(err)
	}
	return nil
}

// withDetails adds what the single peers answered, which a gRPC error keeps apart from its text.
func withDetails(err error) error {
	for _, d := range status.Convert(err).Details() {
		if text, ok := d.(interface{ GetMessage() string }); ok {
			err = errors.Join(err, errors.New(text.GetMessage()))
		}
	}
	return err
}

// dial connects to the organisation's peer as its service identity.
func (n *Network) dial(o Org) (*client.Gateway, func(), error) {
	c, err := n.Connection(o.Name)
	if err != nil {
		return nil, nil, err
	}
	pem, err := os.ReadFile(c.TLSCACert)
	if err != nil {
		return nil, nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	conn, err := grpc.NewClient(c.PeerEndpoint,
		grpc.WithTransportCredentials(credentials.NewClientTLSFromCert(roots, c.PeerServerName)),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage), grpc.MaxCallSendMsgSize(maxMessage)))
	if err != nil {
		return nil, nil, err
	}
	id, sign, err := signer(c.MSPID, c.ServiceCert, c.ServiceKey)
	if err != nil {
		conn.Close()
		return nil, nil, err
	}
	gateway, err := client.Connect(id, client.WithSign(sign), client.WithHash(hash.SHA256), client.WithClientConnection(conn))
	if err != nil {
		conn.Close()
		return nil, nil, err
	}
	return gateway, func() { gateway.Close(); conn.Close() }, nil
}

func signer(mspID, certPath, keyPath string) (*identity.X509Identity, identity.Sign, error) {
	certPEM, err := os.ReadFile(certPath)
	if err != nil {
		return nil, nil, err
	}
	cert, err := identity.CertificateFromPEM(certPEM)
	if err != nil {
		return nil, nil, err
	}
	id, err := identity.NewX509Identity(mspID, cert)
	if err != nil {
		return nil, nil, err
	}
	keyPEM, err := os.ReadFile(keyPath)
	if err != nil {
		return nil, nil, err
	}
	key, err := identity.PrivateKeyFromPEM(keyPEM)
	if err != nil {
		return nil, nil, err
	}
	sign, err := identity.NewPrivateKeySign(key)
	return id, sign, err
}
