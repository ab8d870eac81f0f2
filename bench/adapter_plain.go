package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/hash"
	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/rootline/rootline/network"
)

// plainClient is the usual way: fabric-gateway, one transaction an asset.
type plainClient struct {
	conn     *grpc.ClientConn
	gateway  *client.Gateway
	contract *client.Contract
}

func connectPlain(c network.Connection) (*plainClient, error) {
	pem, err := os.ReadFile(c.TLSCACert)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	id, sign, err := signer(c)
	if err != nil {
		return nil, err
	}
	conn, err := grpc.NewClient(c.PeerEndpoint, grpc.WithTransportCredentials(credentials.NewClientTLSFromCert(roots, c.PeerServerName)))
	if err != nil {
		return nil, err
	}
	g, err := client.Connect(id, client.WithSign(sign), client.WithHash(hash.SHA256), client.WithClientConnection(conn))
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &plainClient{conn: conn, gateway: g, contract: g.GetNetwork(c.Channel).GetContract("plain")}, nil
}

func signer(c network.Connection) (identity.Identity, identity.Sign, error) {
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

// Close ends the connection.
func (p *plainClient) Close() error {
	_ = p.gateway.Close()
	return p.conn.Close()
}

// record creates the trees, so many transactions at a time, and returns how many were committed as valid. Each is
// endorsed, submitted, and waited for, as an application does.
func (p *plainClient) record(ctx context.Context, trees []Tree, concurrency int) (int, error) {
	values := make([]string, len(trees))
	for i := range trees {
		v, err := trees[i].plainValue(time.Now())
		if err != nil {
			return 0, err
		}
		values[i] = v
	}
	return together(ctx, len(trees), concurrency, func(ctx context.Context, i int) error {
		_, err := p.contract.SubmitWithContext(ctx, "Create", client.WithArguments(trees[i].Code, values[i]))
		var submit *client.SubmitError
		if errors.As(err, &submit) {
			return p.landed(ctx, trees[i].Code, err)
		}
		return retriable(err)
	})
}

// landed waits for an asset whose transaction was sent and answered with an error: orderers under load say "request
// already processed" of one that is on its way.
func (p *plainClient) landed(ctx context.Context, code string, sent error) error {
	for until := time.Now().Add(commitWait); time.Now().Before(until) && ctx.Err() == nil; time.Sleep(100 * time.Millisecond) {
		if _, err := p.contract.EvaluateWithContext(ctx, "Read", client.WithArguments(code)); err == nil {
			return nil
		}
	}
	return sent
}

// fill makes the one key that draws are taken from.
func (p *plainClient) fill(ctx context.Context, key string, amount int) error {
	_, err := p.contract.SubmitWithContext(ctx, "Create", client.WithArguments(key, fmt.Sprintf(`{"left":%d}`, amount)))
	return err
}

// draw takes one from the key, as an application does without further thought: what another came before is sent again.
func (p *plainClient) draw(ctx context.Context, key string) error {
	_, err := p.contract.SubmitWithContext(ctx, "Draw", client.WithArguments(key, "1"))
	var submit *client.SubmitError
	if errors.As(err, &submit) { // perhaps it takes effect; the blocks will tell
		return fmt.Errorf("%w: %w", errAgain, err)
	}
	return retriable(err)
}

// errAgain marks a transaction that had no effect and may be sent again.
var errAgain = errors.New("again")

// retriable sorts errors: an invalid transaction did not take effect, nor did one that got no endorsement. Of others
// nothing is known; they end the measurement.
func retriable(err error) error {
	var commit *client.CommitError
	var endorse *client.EndorseError
	if errors.As(err, &commit) || errors.As(err, &endorse) {
		return fmt.Errorf("%w: %w", errAgain, err)
	}
	return err
}

// together does n things, so many at a time, and counts those that succeeded. What fails with errAgain does not count
// and does not end it; any other error does.
func together(ctx context.Context, n, concurrency int, do func(context.Context, int) error) (int, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next, done atomic.Int64
	var wait sync.WaitGroup
	for range min(n, concurrency) {
		wait.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				switch err := do(ctx, i); {
				case err == nil:
					done.Add(1)
				case !errors.Is(err, errAgain):
					cancel(err)
					return
				}
			}
		})
	}
	wait.Wait()
	return int(done.Load()), context.Cause(ctx)
}
