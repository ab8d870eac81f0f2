package e2e

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	"github.com/rootline/rootline/network"
)

// proxy stands in front of the owner's peer, with that peer's own TLS certificate, and passes everything on as it is, except
// that it garbles the signature of one organisation's endorsements.
type proxy struct {
	address string
	peer    *grpc.ClientConn
	// garbles is the organisation whose signatures do not hold, nil for none.
	garbles atomic.Pointer[string]
}

// asBytes passes messages on without reading them.
type asBytes struct{}

func (asBytes) Marshal(v any) ([]byte, error) { return *v.(*[]byte), nil }
func (asBytes) Unmarshal(data []byte, v any) error {
	*v.(*[]byte) = append([]byte(nil), data...)
	return nil
}
func (asBytes) Name() string { return "bytes" }

func newProxy(t *testing.T) *proxy {
	t.Helper()
	c, err := ledger.Network.Connection(network.Owner)
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(filepath.Dir(filepath.Dir(c.TLSCACert)), "peers", c.PeerServerName, "tls")
	certificate, err := tls.LoadX509KeyPair(filepath.Join(own, "server.crt"), filepath.Join(own, "server.key"))
	if err != nil {
		t.Fatal(err)
	}
	upstream, err := credentials.NewClientTLSFromFile(c.TLSCACert, c.PeerServerName)
	if err != nil {
		t.Fatal(err)
	}
	const large = 200 << 20
	p := &proxy{}
	p.peer, err = grpc.NewClient(c.PeerEndpoint, grpc.WithTransportCredentials(upstream),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(asBytes{}), grpc.MaxCallRecvMsgSize(large), grpc.MaxCallSendMsgSize(large)))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.address = listener.Addr().String()
	server := grpc.NewServer(grpc.Creds(credentials.NewServerTLSFromCert(&certificate)), grpc.ForceServerCodec(asBytes{}),
		grpc.UnknownServiceHandler(p.pass), grpc.MaxRecvMsgSize(large), grpc.MaxSendMsgSize(large))
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() {
		server.Stop()
		_ = p.peer.Close()
	})
	return p
}

// pass hands one call on.
func (p *proxy) pass(_ any, down grpc.ServerStream) error {
	method, _ := grpc.MethodFromServerStream(down)
	ctx, cancel := context.WithCancel(down.Context())
	defer cancel()
	if md, ok := metadata.FromIncomingContext(ctx); ok {
		ctx = metadata.NewOutgoingContext(ctx, md.Copy())
	}
	up, err := p.peer.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, method)
	if err != nil {
		return err
	}
	var asked atomic.Pointer[[]byte]
	go func() {
		for {
			var m []byte
			if down.RecvMsg(&m) != nil {
				_ = up.CloseSend()
				return
			}
			asked.Store(&m)
			if up.SendMsg(&m) != nil {
				return // the other direction has the reason
			}
		}
	}()
	for {
		var m []byte
		if err := up.RecvMsg(&m); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		if who := p.garbles.Load(); who != nil && method == gateway.Gateway_Endorse_FullMethodName {
			if m, err = garble(*asked.Load(), m, *who); err != nil {
				return err
			}
		}
		if err := down.SendMsg(&m); err != nil {
			return err
		}
	}
}

// garble changes the signatures in an answer when an organisation was asked for it.
func garble(request, answer []byte, who string) ([]byte, error) {
	var asked gateway.EndorseRequest
	var endorsed gateway.EndorseResponse
	var payload common.Payload
	var tx peer.Transaction
	var action peer.ChaincodeActionPayload
	if err := proto.Unmarshal(request, &asked); err != nil || len(asked.GetEndorsingOrganizations()) != 1 || asked.GetEndorsingOrganizations()[0] != who {
		return answer, err
	}
	if err := proto.Unmarshal(answer, &endorsed); err != nil {
		return nil, err
	}
	if err := proto.Unmarshal(endorsed.GetPreparedTransaction().GetPayload(), &payload); err != nil {
		return nil, err
	}
	if err := proto.Unmarshal(payload.GetData(), &tx); err != nil {
		return nil, err
	}
	if err := proto.Unmarshal(tx.GetActions()[0].GetPayload(), &action); err != nil {
		return nil, err
	}
	for _, e := range action.GetAction().GetEndorsements() {
		e.Signature[len(e.Signature)-1] ^= 1
	}
	var err error
	pack := func(m proto.Message) []byte {
		b, packing := proto.Marshal(m)
		err = errors.Join(err, packing)
		return b
	}
	tx.Actions[0].Payload = pack(&action)
	payload.Data = pack(&tx)
	endorsed.PreparedTransaction.Payload = pack(&payload)
	return pack(&endorsed), err
}
