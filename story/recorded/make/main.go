// Command make tells the stories on a network of its own and keeps the blocks as the test data of package recorded. Run
// it from the root of the source, by "make stories": it takes some minutes, and ROOTLINE_E2E_PORT_BASE moves its ports.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/rootline/rootline/demonstration"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/network"
	"github.com/rootline/rootline/story/recorded"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	data, err := os.MkdirTemp("", "rootline-stories-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(data)) }()
	program := filepath.Join(data, "rootline")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, "./cmd/rootline")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("go build ./cmd/rootline: %w", err)
	}
	base, err := strconv.Atoi(os.Getenv("ROOTLINE_E2E_PORT_BASE"))
	if err != nil {
		base = 29050
	}
	o := demonstration.Options{
		Data: data, Program: program, Port: base + 1030, Network: network.Config{PortBase: base}, Report: os.Stderr,
	}
	defer func() { err = errors.Join(err, down(o)) }()
	up, err := demonstration.Up(ctx, o)
	if err != nil {
		return err
	}
	if _, err := demonstration.TellAll(ctx, o); err != nil {
		return err
	}
	blocks, err := blocks(ctx, up.Network)
	if err != nil {
		return err
	}
	f, err := os.Create(recorded.File)
	if err != nil {
		return err
	}
	if err := errors.Join(recorded.Write(f, blocks), f.Close()); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%s: %d blocks\n", recorded.File, len(blocks))
	return nil
}

func down(o demonstration.Options) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	n, err := demonstration.Open(o)
	if err == nil {
		err = n.Down(ctx)
	}
	if network.CodeOf(err) == network.CodeAbsent {
		return nil
	}
	return err
}

// blocks reads all blocks as the owner's peer delivers them.
func blocks(ctx context.Context, n *network.Network) ([]*common.Block, error) {
	c, err := n.Connection(network.Owner)
	if err != nil {
		return nil, err
	}
	peer, err := fabric.Connect(ctx, fabric.Config{
		PeerEndpoint: c.PeerEndpoint, ServerName: c.PeerServerName, TLSCACert: c.TLSCACert,
		MSPID: c.MSPID, Cert: c.ServiceCert, Key: c.ServiceKey, Channel: c.Channel,
	})
	if err != nil {
		return nil, err
	}
	height, err := peer.Height(ctx)
	if err := errors.Join(err, peer.Close()); err != nil {
		return nil, err
	}
	tls, err := credentials.NewClientTLSFromFile(c.TLSCACert, c.PeerServerName)
	if err != nil {
		return nil, err
	}
	conn, err := grpc.NewClient(c.PeerEndpoint, grpc.WithTransportCredentials(tls), grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(64<<20)))
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	id, sign, err := service(c)
	if err != nil {
		return nil, err
	}
	gateway, err := client.Connect(id, client.WithSign(sign), client.WithClientConnection(conn))
	if err != nil {
		return nil, err
	}
	defer gateway.Close()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	events, err := gateway.GetNetwork(c.Channel).BlockEvents(ctx, client.WithStartBlock(0))
	if err != nil {
		return nil, err
	}
	var out []*common.Block
	for raw := range events {
		if out = append(out, raw); uint64(len(out)) == height {
			return out, nil
		}
	}
	return nil, fmt.Errorf("the peer delivered %d of %d blocks", len(out), height)
}

func service(c network.Connection) (*identity.X509Identity, identity.Sign, error) {
	certPEM, err := os.ReadFile(c.ServiceCert)
	if err != nil {
		return nil, nil, err
	}
	cert, err := identity.CertificateFromPEM(certPEM)
	if err != nil {
		return nil, nil, err
	}
	id, err := identity.NewX509Identity(c.MSPID, cert)
	if err != nil {
		return nil, nil, err
	}
	keyPEM, err := os.ReadFile(c.ServiceKey)
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
