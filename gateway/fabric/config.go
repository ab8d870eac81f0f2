package fabric

import (
	"crypto/x509"
	"fmt"
	"os"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"

	"github.com/rootline/rootline/limits"
)

// Config says which peer to talk to and as whom. Cert, Key and TLSCACert are files in PEM.
type Config struct {
	// PeerEndpoint is the gRPC address of the organisation's own peer, "127.0.0.1:7053".
	PeerEndpoint string
	// ServerName is the name in the peer's TLS certificate.
	ServerName string
	// TLSCACert is the certificate that the peer's TLS certificate descends from.
	TLSCACert string
	// MSPID is the organisation; Cert and Key are the Fabric identity that proposes and submits.
	MSPID, Cert, Key string
	Channel          string
	// ConnectTimeout is how long Connect waits for a peer that may be starting at the same moment. Default 2 s.
	ConnectTimeout time.Duration
	// EndorseTimeout bounds one proposal. Default 30 s.
	EndorseTimeout time.Duration
	// SubmitTimeout bounds handing a transaction to the orderers. Default 15 s.
	SubmitTimeout time.Duration
	// CommitTimeout is how long a commit is waited for before its fate counts as unknown. Default 30 s.
	CommitTimeout time.Duration
	// EvaluateTimeout bounds one query. Default 10 s.
	EvaluateTimeout time.Duration
	// Registerer takes the metrics of other organisations' endorsements; nil for none.
	Registerer prometheus.Registerer
}

// maxMessage bounds one gRPC message, in bytes: blocks hold many transactions of up to 8 MiB.
const maxMessage = limits.FabricAnswer

func orElse(v *time.Duration, standard time.Duration) {
	if *v <= 0 {
		*v = standard
	}
}

func (c Config) withDefaults() Config {
	orElse(&c.ConnectTimeout, 2*time.Second)
	orElse(&c.EndorseTimeout, 30*time.Second)
	orElse(&c.SubmitTimeout, 15*time.Second)
	orElse(&c.CommitTimeout, 30*time.Second)
	orElse(&c.EvaluateTimeout, 10*time.Second)
	return c
}

// dial prepares the connection; it is made when first used, and made again whenever it breaks.
func (c Config) dial() (*grpc.ClientConn, error) {
	pem, err := os.ReadFile(c.TLSCACert)
	if err != nil {
		return nil, fmt.Errorf("fabric: TLS CA certificate: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("fabric: %s holds no certificate in PEM", c.TLSCACert)
	}
	again := backoff.DefaultConfig
	again.BaseDelay, again.MaxDelay = 200*time.Millisecond, 2*time.Second
	return grpc.NewClient(c.PeerEndpoint,
		grpc.WithTransportCredentials(credentials.NewClientTLSFromCert(roots, c.ServerName)),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage), grpc.MaxCallSendMsgSize(maxMessage), grpc.ForceCodecV2(codec)),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: again, MinConnectTimeout: 5 * time.Second}),
		// A peer refuses pings that come more often than once a minute.
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 2 * time.Minute, Timeout: 20 * time.Second}),
	)
}

// signer reads the Fabric identity and its key.
func (c Config) signer() (identity.Identity, identity.Sign, error) {
	certPEM, err := os.ReadFile(c.Cert)
	if err != nil {
		return nil, nil, fmt.Errorf("fabric: certificate: %w", err)
	}
	cert, err := identity.CertificateFromPEM(certPEM)
	if err != nil {
		return nil, nil, fmt.Errorf("fabric: certificate %s: %w", c.Cert, err)
	}
	id, err := identity.NewX509Identity(c.MSPID, cert)
	if err != nil {
		return nil, nil, fmt.Errorf("fabric: identity: %w", err)
	}
	keyPEM, err := os.ReadFile(c.Key)
	if err != nil {
		return nil, nil, fmt.Errorf("fabric: key: %w", err)
	}
	key, err := identity.PrivateKeyFromPEM(keyPEM)
	if err != nil {
		return nil, nil, fmt.Errorf("fabric: key %s is no private key in PEM", c.Key)
	}
	sign, err := identity.NewPrivateKeySign(key)
	if err != nil {
		return nil, nil, fmt.Errorf("fabric: key %s cannot sign", c.Key)
	}
	return id, sign, nil
}
