package e2e

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/e2e/stage"
	"github.com/rootline/rootline/gateway/app"
	"github.com/rootline/rootline/gateway/projection"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/readmodel/readmodeltest"
	"github.com/rootline/rootline/network"
)

// An organisation's own peer lies to its gateway: it flips verdicts, leaves a transaction out and hashes the header anew,
// or keeps blocks back. The gateway computes the verdicts itself, takes blocks from other organisations' peers, says so,
// and ends with the read model that an honest peer leads to.
func TestALyingPeerIsSeenAndChangesNothing(t *testing.T) {
	w := site(t)
	at := idle(t, w).Block
	if at < 30 {
		t.Fatalf("%d blocks are too few to lie about", at)
	}
	lied := at / 2
	rows := map[string]string{}
	lies := map[string]struct {
		alter func(*common.Block) *common.Block
		kind  string // of the finding that alarms
	}{
		"honest": {func(b *common.Block) *common.Block { return b }, ""},
		"flipped verdicts": {func(b *common.Block) *common.Block {
			if b.GetHeader().GetNumber() > 0 {
				flags := b.GetMetadata().GetMetadata()[common.BlockMetadataIndex_TRANSACTIONS_FILTER]
				for i := range flags {
					flags[i] ^= byte(peer.TxValidationCode_MVCC_READ_CONFLICT)
				}
			}
			return b
		}, projection.KindVerdictDiffers},
		"a transaction left out": {leavingOut(lied), projection.KindUnverified},
		"blocks kept back": {func(b *common.Block) *common.Block {
			if b.GetHeader().GetNumber() >= 10 {
				return nil
			}
			return b
		}, ""},
	}
	// All at once: they share the time that watching a silent peer takes.
	gateways := map[string]*lyingGateway{}
	for name, lie := range lies {
		gateways[name] = startLying(t, len(gateways), lie.alter)
	}
	for name, lie := range lies {
		g := gateways[name]
		stage.Await(t, g.Gateway, func(r *client.Readiness) bool { return r.Block >= at && r.Ready })
		_, err := g.SignIn(t.Context(), w.reader)
		w.ok(err)
		r, err := g.Readiness(t.Context())
		w.ok(err)
		page, err := g.Findings(t.Context(), 100, "")
		w.ok(err)
		found := 0
		for _, f := range page.Items {
			switch f.Kind {
			case lie.kind:
				found++
			case projection.KindVerdictDiffers, projection.KindUnverified:
				t.Errorf("%s: %s: %s", name, f.Kind, f.Detail)
			}
		}
		if lie.kind != "" && (found == 0 || r.Alarms == 0) {
			t.Errorf("%s: %d findings, %d alarms at /readyz", name, found, r.Alarms)
		}
		rows[name] = g.rows(t)
	}
	for name := range lies {
		if rows[name] != rows["honest"] {
			t.Errorf("%s: the read model differs from an honest peer's", name)
		}
	}
	if name := "blocks kept back"; gateways[name].withheld.Load() == 0 {
		t.Errorf("%s: none was", name)
	}
}

// leavingOut replaces what a block holds, or leaves its last transaction out when it has several, and hashes it anew.
func leavingOut(number uint64) func(*common.Block) *common.Block {
	var before [][]byte
	return func(b *common.Block) *common.Block {
		data := b.GetData().GetData()
		switch b.GetHeader().GetNumber() {
		case number - 1:
			before = slices.Clone(data)
		case number:
			if b.Data.Data = data[:len(data)-1]; len(data) == 1 {
				b.Data.Data = before
			}
			sum := sha256.Sum256(slices.Concat(b.GetData().GetData()...))
			b.Header.DataHash = sum[:]
		}
		return b
	}
}

// lyingGateway is a gateway process of the owner's behind a peer that lies.
type lyingGateway struct {
	*client.Gateway
	dir      string
	process  *exec.Cmd
	withheld *atomic.Int64
}

// startLying starts one of them, with a read model of its own.
func startLying(t *testing.T, i int, alter func(*common.Block) *common.Block) *lyingGateway {
	t.Helper()
	c, err := ledger.Network.Connection(network.Owner)
	if err != nil {
		t.Fatal(err)
	}
	g := &lyingGateway{dir: t.TempDir(), withheld: &atomic.Int64{}}
	port := httpPort + 20 + i
	config := app.Config{
		Listen: fmt.Sprintf("127.0.0.1:%d", port), Origin: fmt.Sprintf("http://localhost:%d", port), Store: g.dir,
		Peer: lyingPeer(t, c, g.withheld, alter), PeerName: c.PeerServerName, PeerCA: c.TLSCACert,
		MSP: c.MSPID, Cert: c.ServiceCert, Key: c.ServiceKey, Channel: c.Channel, Genesis: c.Genesis,
	}
	g.process = exec.Command(ledger.options.Program, "serve")
	g.process.Env = append(os.Environ(), config.Env()...)
	g.process.Stderr = t.Output()
	if err := g.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.process.Process.Kill() })
	if g.Gateway, err = client.NewGateway(config.Origin); err != nil {
		t.Fatal(err)
	}
	return g
}

// rows ends the gateway and gives the rows of its read model, but for the findings.
func (g *lyingGateway) rows(t *testing.T) string {
	t.Helper()
	if err := g.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = g.process.Wait()
	files, err := filepath.Glob(filepath.Join(g.dir, "readmodel*.db"))
	if err != nil || len(files) != 1 {
		t.Fatalf("its read model: %v, %v", files, err)
	}
	store, err := readmodel.Open(t.Context(), files[0])
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	var b strings.Builder
	if err := readmodeltest.View(t, store).Dump(&b); err != nil {
		t.Fatal(err)
	}
	var kept strings.Builder
	for line := range strings.Lines(b.String()) {
		if !strings.HasPrefix(line, "findings ") {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

// lyingPeer stands before an organisation's peer with that peer's own certificate, and passes on all that is said but the
// blocks that it delivers, which it alters; nil is kept back. It gives its address.
func lyingPeer(t *testing.T, c network.Connection, withheld *atomic.Int64, alter func(*common.Block) *common.Block) string {
	t.Helper()
	own, err := credentials.NewServerTLSFromFile(peerTLS(t, "server.crt"), peerTLS(t, "server.key"))
	if err != nil {
		t.Fatal(err)
	}
	behind, err := credentials.NewClientTLSFromFile(c.TLSCACert, c.PeerServerName)
	if err != nil {
		t.Fatal(err)
	}
	to, err := grpc.NewClient(c.PeerEndpoint, grpc.WithTransportCredentials(behind), grpc.WithDefaultCallOptions(grpc.ForceCodec(frames{}), grpc.MaxCallRecvMsgSize(1<<28)))
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(grpc.Creds(own), grpc.ForceServerCodec(frames{}), grpc.MaxRecvMsgSize(1<<28), // bytes as they are
		grpc.UnknownServiceHandler(func(_ any, in grpc.ServerStream) error {
			method, _ := grpc.MethodFromServerStream(in)
			said, _ := metadata.FromIncomingContext(in.Context())
			ctx, cancel := context.WithCancel(metadata.NewOutgoingContext(in.Context(), said))
			defer cancel()
			out, err := to.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, method)
			if err != nil {
				return err
			}
			go func() {
				for {
					var f []byte
					if in.RecvMsg(&f) != nil {
						_ = out.CloseSend()
						return
					}
					if out.SendMsg(&f) != nil {
						return
					}
				}
			}()
			for {
				var f []byte
				if err := out.RecvMsg(&f); err == io.EOF {
					return nil
				} else if err != nil {
					return err
				}
				if method == "/protos.Deliver/Deliver" {
					var r peer.DeliverResponse
					if err := proto.Unmarshal(f, &r); err != nil {
						return err
					}
					if b := r.GetBlock(); b != nil {
						if b = alter(b); b == nil {
							withheld.Add(1)
							continue
						}
						if f, err = proto.Marshal(&peer.DeliverResponse{Type: &peer.DeliverResponse_Block{Block: b}}); err != nil {
							return err
						}
					}
				}
				if err := in.SendMsg(&f); err != nil {
					return err
				}
			}
		}))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { server.Stop(); _ = to.Close() })
	return l.Addr().String()
}

// peerTLS is a file of the owner's peer's TLS certificate.
func peerTLS(t *testing.T, name string) string {
	t.Helper()
	var found string
	_ = filepath.WalkDir(ledger.Network.Data(), func(path string, _ os.DirEntry, _ error) error {
		if filepath.Base(path) == name && strings.Contains(path, "peers") && strings.Contains(path, network.Owner) {
			found = path
		}
		return nil
	})
	if found == "" {
		t.Fatalf("the peer's %s is not found", name)
	}
	return found
}

// frames passes messages on as bytes.
type frames struct{}

// Name implements encoding.Codec.
func (frames) Name() string { return "proto" }

// Marshal implements encoding.Codec.
func (frames) Marshal(v any) ([]byte, error) { return *v.(*[]byte), nil }

// Unmarshal implements encoding.Codec.
func (frames) Unmarshal(b []byte, v any) error {
	*v.(*[]byte) = slices.Clone(b)
	return nil
}
