package fabric

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"github.com/hyperledger/fabric-protos-go-apiv2/orderer"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/proto"

	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/story/recorded"
)

// conductOfPeer is how a peer behaves.
type conductOfPeer struct {
	// dead does not answer, ends ends every stream at once, mute delivers nothing.
	dead, ends, mute bool
	// drips is how long it takes for each block.
	drips time.Duration
	// keeps are how many of the newest blocks it keeps back, also from what it says of its height.
	keeps int
	// claims is the height that it says; 0 stands for the true one.
	claims uint64
	// alter changes what is delivered in place of a block.
	alter func(*common.Block) *common.Block
}

// place is an organisation's peer, or its orderer: it delivers a real network's blocks, as far as it behaves.
type place struct {
	gateway.UnimplementedGatewayServer
	peer.UnimplementedDeliverServer
	listener *bufconn.Listener

	mu      sync.Mutex
	blocks  []*common.Block
	conduct conductOfPeer
	changed chan struct{}
}

func (p *place) change(change func(*place)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(p)
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *place) now() (blocks []*common.Block, conduct conductOfPeer, changed chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.blocks[:len(p.blocks)-p.conduct.keeps], p.conduct, p.changed
}

func (p *place) dial(context.Context, string) (net.Conn, error) {
	if _, conduct, _ := p.now(); conduct.dead {
		return nil, errors.New("connection refused")
	}
	return p.listener.Dial()
}

func (p *place) Evaluate(context.Context, *gateway.EvaluateRequest) (*gateway.EvaluateResponse, error) {
	blocks, conduct, _ := p.now()
	if conduct.dead {
		return nil, errors.New("it is dead")
	}
	height := uint64(len(blocks))
	if conduct.claims > 0 {
		height = conduct.claims
	}
	return &gateway.EvaluateResponse{Result: &peer.Response{Status: 200, Payload: pack(&common.BlockchainInfo{Height: height})}}, nil
}

func (p *place) Deliver(stream peer.Deliver_DeliverServer) error {
	asked, err := stream.Recv()
	if err != nil {
		return err
	}
	return p.deliver(stream.Context(), asked, func(b *common.Block) error {
		return stream.Send(&peer.DeliverResponse{Type: &peer.DeliverResponse_Block{Block: b}})
	})
}

func (p *place) deliver(ctx context.Context, asked *common.Envelope, send func(*common.Block) error) error {
	var payload common.Payload
	var seek orderer.SeekInfo
	if err := errors.Join(proto.Unmarshal(asked.GetPayload(), &payload), proto.Unmarshal(payload.GetData(), &seek)); err != nil {
		return err
	}
	for next := seek.GetStart().GetSpecified().GetNumber(); ; {
		blocks, conduct, changed := p.now()
		if conduct.dead || conduct.ends {
			return errors.New("it ends")
		}
		if !conduct.mute && next < uint64(len(blocks)) {
			select {
			case <-time.After(conduct.drips):
			case <-ctx.Done():
				return nil
			}
			b := proto.CloneOf(blocks[next])
			if conduct.alter != nil {
				b = conduct.alter(b)
			}
			if err := send(b); err != nil {
				return err
			}
			next++
			continue
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
}

// ordering is the service of a place that is an orderer. It delivers to who signed, and no verdicts.
type ordering struct {
	orderer.UnimplementedAtomicBroadcastServer
	*place
}

func (o ordering) Deliver(stream orderer.AtomicBroadcast_DeliverServer) error {
	asked, err := stream.Recv()
	if err != nil {
		return err
	}
	if len(asked.GetSignature()) == 0 {
		return stream.Send(&orderer.DeliverResponse{Type: &orderer.DeliverResponse_Status{Status: common.Status_FORBIDDEN}})
	}
	return o.deliver(stream.Context(), asked, func(b *common.Block) error {
		for _, verdicts := range []common.BlockMetadataIndex{common.BlockMetadataIndex_TRANSACTIONS_FILTER, common.BlockMetadataIndex_COMMIT_HASH} {
			if m := b.GetMetadata().GetMetadata(); int(verdicts) < len(m) {
				m[verdicts] = nil
			}
		}
		return stream.Send(&orderer.DeliverResponse{Type: &orderer.DeliverResponse_Block{Block: b}})
	})
}

// serve has it answer over connections in memory.
func (p *place) serve(t *testing.T, options ...grpc.ServerOption) {
	p.listener, p.changed = bufconn.Listen(1<<20), make(chan struct{})
	server := grpc.NewServer(options...)
	gateway.RegisterGatewayServer(server, p)
	peer.RegisterDeliverServer(server, p)
	orderer.RegisterAtomicBroadcastServer(server, ordering{place: p})
	go func() { _ = server.Serve(p.listener) }()
	t.Cleanup(server.Stop)
}

// follower reads the blocks and verifies them, as the projection does.
type follower struct {
	*Client
	// peers are by their organisations, and orderers by their names as sources. The latter are dead at first.
	peers map[string]*place
	state atomic.Pointer[channel.State]

	mu sync.Mutex
	by []string
}

// addresses are the addresses of the others' peers.
var addresses = map[string]string{"BMSP": "10.0.0.2:7051", "CMSP": "10.0.0.3:7051", "DMSP": "10.0.0.4:7051"}

// following is a client among four organisations' peers that have the same blocks.
func following(t *testing.T, blocks []*common.Block) *follower {
	f := &follower{peers: map[string]*place{}}
	own := &place{blocks: blocks}
	own.serve(t)
	f.peers["OwnerMSP"] = own
	conn, err := grpc.NewClient("passthrough:///peer", grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithContextDialer(own.dial))
	if err != nil {
		t.Fatal(err)
	}
	id, sign := someone(t)
	if f.Client, err = over(conn, Config{Channel: "works"}.withDefaults(), id, sign); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	var anchors, orderers []channel.Anchor
	at := map[string]*place{}
	serving := func(source, msp, address string) channel.Anchor {
		certificate, root := ofPeer(t)
		p := &place{blocks: blocks}
		p.serve(t, grpc.Creds(credentials.NewServerTLSFromCert(&certificate)))
		f.peers[source], at[address] = p, p
		return channel.Anchor{MSPID: msp, Address: address, Roots: [][]byte{root}}
	}
	for _, msp := range []string{"BMSP", "CMSP", "DMSP"} {
		anchors = append(anchors, serving(msp, msp, addresses[msp]))
	}
	for i, msp := range []string{"BMSP", "CMSP"} {
		orderers = append(orderers, serving(msp+asOrderer, msp, fmt.Sprintf("10.0.1.%d:7050", i)))
		f.put(msp+asOrderer, conductOfPeer{dead: true})
	}
	f.others.dial = func(ctx context.Context, address string) (net.Conn, error) { return at[address].dial(ctx, address) }
	f.Others(func() []channel.Anchor { return slices.Clone(anchors) }, func() []channel.Anchor { return slices.Clone(orderers) })
	f.Follow(f.state.Load)
	return f
}

// ofPeer makes a peer's TLS certificate.
func ofPeer(t *testing.T) (tls.Certificate, []byte) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// run reads until the test ends.
func (f *follower) run(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	memory := channel.NewMemory()
	var running sync.WaitGroup
	running.Go(func() {
		for ctx.Err() == nil {
			var last *block.Block
			err := f.Blocks(ctx, uint64(f.read()), func(b *block.Block) error {
				last = b
				return f.take(b, memory)
			})
			var fault *channel.Fault
			if errors.As(err, &fault) {
				f.Refuse(last.By, fault.Block, fault)
			} else if ctx.Err() == nil {
				t.Errorf("it ended: %v", err)
				return
			}
		}
	})
	t.Cleanup(func() { cancel(); running.Wait() })
}

func (f *follower) take(b *block.Block, memory *channel.Memory) (err error) {
	s := f.state.Load()
	if s == nil {
		s, err = channel.Begin(b.Raw, b.Raw.Hash())
	} else {
		s, _, err = s.Next(channel.Prepare(b.Raw, s.Config()), memory)
	}
	if err != nil {
		return err
	}
	f.state.Store(s)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.by = append(f.by, b.By)
	return nil
}

func (f *follower) read() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.by)
}

func (f *follower) last() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.by) == 0 {
		return ""
	}
	return f.by[len(f.by)-1]
}

// put changes how an organisation's peer behaves.
func (f *follower) put(organisation string, conduct conductOfPeer) {
	f.peers[organisation].change(func(p *place) { p.conduct = conduct })
}

// grow has all peers get blocks.
func (f *follower) grow(blocks []*common.Block) {
	for _, p := range f.peers {
		p.change(func(p *place) { p.blocks = blocks })
	}
}

// realBlocks are the first of a real network.
func realBlocks(t *testing.T) []*common.Block {
	t.Helper()
	all, err := recorded.Blocks()
	if err != nil {
		t.Fatal(err)
	}
	return all[:24]
}

func moved(b *common.Block) *common.Block { b.Header.Number += 3; return b }

func emptied(b *common.Block) *common.Block {
	b.Data.Data = b.GetData().GetData()[:len(b.GetData().GetData())-1]
	sum := sha256.Sum256(slices.Concat(b.GetData().GetData()...))
	b.Header.DataHash = sum[:]
	return b
}

// TestBlocksAreTakenFromWhoDeliversThem: however the own peer does not deliver the next right block, others are asked before
// long; and the own one again when it behaves.
func TestBlocksAreTakenFromWhoDeliversThem(t *testing.T) {
	blocks := realBlocks(t)
	for name, conduct := range map[string]conductOfPeer{
		"it is dead":                       {dead: true},
		"its streams end":                  {ends: true},
		"it delivers nothing":              {mute: true},
		"it delivers other numbers":        {alter: moved},
		"it leaves transactions out":       {alter: emptied},
		"it keeps one block back":          {keeps: 1},
		"it keeps one and says it has all": {keeps: 1, claims: 20},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := following(t, blocks[:10])
				f.run(t)
				time.Sleep(time.Second)
				if f.read() != 10 || f.last() != "OwnerMSP" {
					t.Fatalf("%d blocks, the last by %q", f.read(), f.last())
				}
				f.put("OwnerMSP", conduct)
				f.grow(blocks[:20])
				time.Sleep(20 * time.Second)
				if f.read() != 20 || f.last() != "BMSP" {
					t.Fatalf("%d blocks, the last by %q", f.read(), f.last())
				}
				if n := f.sources.faults("BMSP") + f.sources.faults("CMSP") + f.sources.faults("DMSP"); n != 0 {
					t.Errorf("%d faults of the others", n)
				}
				f.put("OwnerMSP", conductOfPeer{})
				time.Sleep(10 * time.Minute)
				f.grow(blocks)
				time.Sleep(20 * time.Second)
				if f.read() != len(blocks) || f.last() != "OwnerMSP" {
					t.Errorf("afterwards: %d blocks, the last by %q", f.read(), f.last())
				}
			})
		})
	}
}

// TestADrippingSourceIsLeft: a peer that delivers right blocks, each just in time not to be taken for one that keeps them back,
// is left for one that is far faster, and asked again later. One that is as fast as all others is not.
func TestADrippingSourceIsLeft(t *testing.T) {
	blocks := realBlocks(t)
	start := func(t *testing.T, own, others time.Duration) *follower {
		f := following(t, blocks[:4])
		f.run(t)
		time.Sleep(time.Second)
		f.put("OwnerMSP", conductOfPeer{drips: own})
		for organisation := range addresses {
			f.put(organisation, conductOfPeer{drips: others})
		}
		f.grow(blocks[:len(blocks)-1])
		time.Sleep(40 * time.Second)
		return f
	}
	const drip = 4 * time.Second
	synctest.Test(t, func(t *testing.T) {
		f := start(t, drip, 0)
		if f.read() != len(blocks)-1 || f.last() != "BMSP" || f.sources.faults("OwnerMSP") != 1 {
			t.Fatalf("%d blocks, the last by %q", f.read(), f.last())
		}
		f.put("OwnerMSP", conductOfPeer{})
		time.Sleep(10 * time.Minute)
		f.grow(blocks)
		time.Sleep(20 * time.Second)
		if f.read() != len(blocks) || f.last() != "OwnerMSP" {
			t.Errorf("afterwards: %d blocks, the last by %q", f.read(), f.last())
		}
	})
	synctest.Test(t, func(t *testing.T) {
		f := start(t, drip, drip)
		if f.read() >= len(blocks)-1 || f.last() != "OwnerMSP" || f.sources.faults("OwnerMSP") != 0 {
			t.Fatalf("all drip: %d blocks, the last by %q", f.read(), f.last())
		}
	})
}

// TestEachSourceIsPassedOverOnce: of sources that deliver nothing each is passed over, none skipped, until one delivers.
func TestEachSourceIsPassedOverOnce(t *testing.T) {
	blocks := realBlocks(t)
	synctest.Test(t, func(t *testing.T) {
		f := following(t, blocks[:10])
		f.run(t)
		time.Sleep(time.Second)
		f.put("OwnerMSP", conductOfPeer{ends: true})
		f.put("BMSP", conductOfPeer{mute: true})
		f.grow(blocks)
		time.Sleep(25 * time.Second)
		if f.read() != len(blocks) || f.last() != "CMSP" {
			t.Fatalf("%d blocks, the last by %q", f.read(), f.last())
		}
		for organisation, want := range map[string]int{"OwnerMSP": 1, "BMSP": 1, "CMSP": 0, "DMSP": 0} {
			if got := f.sources.faults(organisation); got != want {
				t.Errorf("%s: %d faults, want %d", organisation, got, want)
			}
		}
	})
}

// TestOrderersDeliverWhileNoPeerDoes: without any peer, blocks come from an orderer that delivers them as they are; and from a peer
// again once one is there.
func TestOrderersDeliverWhileNoPeerDoes(t *testing.T) {
	blocks := realBlocks(t)
	synctest.Test(t, func(t *testing.T) {
		f := following(t, blocks[:10])
		f.run(t)
		time.Sleep(time.Second)
		for source := range f.peers {
			f.put(source, conductOfPeer{dead: true})
		}
		f.put("BMSP"+asOrderer, conductOfPeer{alter: emptied})
		f.put("CMSP"+asOrderer, conductOfPeer{})
		f.grow(blocks[:20])
		time.Sleep(time.Minute)
		if f.read() != 20 || f.last() != "CMSP"+asOrderer || f.sources.faults("BMSP"+asOrderer) == 0 {
			t.Fatalf("%d blocks, the last by %q", f.read(), f.last())
		}
		f.put("DMSP", conductOfPeer{})
		time.Sleep(40 * time.Minute)
		f.grow(blocks)
		time.Sleep(20 * time.Second)
		if f.read() != len(blocks) || f.last() != "DMSP" {
			t.Errorf("with a peer: %d blocks, the last by %q", f.read(), f.last())
		}
	})
}

// TestAnInventedHeightMovesNobody: what one says of its height counts when a block shows it, or others say so too.
func TestAnInventedHeightMovesNobody(t *testing.T) {
	blocks := realBlocks(t)
	synctest.Test(t, func(t *testing.T) {
		f := following(t, blocks[:20])
		f.put("BMSP", conductOfPeer{claims: 1 << 40, alter: emptied})
		f.run(t)
		time.Sleep(5 * time.Minute)
		if n := f.sources.faults("OwnerMSP"); n != 0 || f.read() != 20 {
			t.Errorf("%d faults of the own peer, %d blocks", n, f.read())
		}
		if n := f.sources.faults("BMSP"); n == 0 || n > 5 {
			t.Errorf("%d faults of who invents a height", n)
		}
		if got := f.Shown(t.Context(), 20); got != 20 {
			t.Errorf("%d blocks are shown of 20", got)
		}
		// One is enough when it shows the block.
		f.peers["DMSP"].change(func(p *place) { p.blocks = blocks[:21] })
		if got := f.Shown(t.Context(), 20); got != 21 {
			t.Errorf("%d blocks are shown of 21", got)
		}
		// Of four organisations one may lie; two that say the same are believed.
		f.put("CMSP", conductOfPeer{claims: 22})
		f.put("DMSP", conductOfPeer{claims: 23})
		if got := f.Shown(t.Context(), 20); got != 22 {
			t.Errorf("%d blocks are shown of 22", got)
		}
	})
}

// TestOthersAreAskedForTheirHeightThemselves: the own peer passes on what it likes of others' heights, and is not asked for them.
func TestOthersAreAskedForTheirHeightThemselves(t *testing.T) {
	blocks := realBlocks(t)
	synctest.Test(t, func(t *testing.T) {
		f := following(t, blocks[:20])
		f.put("OwnerMSP", conductOfPeer{keeps: 15})
		f.put("DMSP", conductOfPeer{claims: 1000})
		if got := f.HeightOfOthers(t.Context()); got != 20 {
			t.Errorf("%d blocks, of 20 that two others have", got)
		}
		if apart, err := f.apart("BMSP"); err != nil || !apart {
			t.Errorf("one that is 15 blocks ahead stands where the own peer does: %v", err)
		}
	})
}

// TestInventedEndorsersAreNotAsked: once the configuration is followed, blocks name nobody else who could endorse.
func TestInventedEndorsersAreNotAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := following(t, realBlocks(t))
		invented := endorsed(true, "InventedMSP")
		if f.endorsers.learn(invented); !slices.Contains(f.endorsers.known(), "InventedMSP") {
			t.Error("before the configuration is known, who endorsed by the blocks is not")
		}
		f.run(t)
		time.Sleep(time.Second)
		f.endorsers.learn(invented)
		if known := f.endorsers.known(); slices.Contains(known, "InventedMSP") || len(known) != 3 {
			t.Errorf("known are %v", known)
		}
	})
}

// TestTurns: each fault puts an organisation back for longer, the own peer comes first, and when all are put back somebody is
// asked all the same.
func TestTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, others, why := &sources{own: "A"}, []string{"B", "C"}, errors.New("why")
		want := func(now, want string) {
			t.Helper()
			if got := s.choose(now, others, nil); got != want {
				t.Errorf("it is the turn of %s, want %s", got, want)
			}
		}
		want("", "A")
		s.fault("A", 1, why)
		want("A", "B")
		want("C", "C")
		s.fault("B", 1, why)
		want("B", "C")
		time.Sleep(time.Second)
		s.fault("C", 1, why)
		want("C", "A")
		time.Sleep(firstBack)
		want("C", "A")
		s.fault("A", 1, why)
		time.Sleep(2*firstBack - time.Second)
		want("B", "B")
		time.Sleep(time.Second)
		want("B", "A")
		for range 100 {
			s.fault("A", 1, why)
		}
		time.Sleep(lastBack)
		want("B", "A")
		time.Sleep(forgotten + time.Second)
		s.fault("A", 1, why)
		time.Sleep(firstBack)
		want("B", "A")
		if s.choose("", nil, nil) != "A" {
			t.Error("alone, it is the own peer's turn")
		}
	})
}

// TestCommitHashesAreAskedOfAllOthers: of all organisations but the one that delivered the block; of one that does not have it
// yet, when it has; and those that do not give it are named.
func TestCommitHashesAreAskedOfAllOthers(t *testing.T) {
	blocks := realBlocks(t)
	synctest.Test(t, func(t *testing.T) {
		f := following(t, blocks)
		f.peers["OwnerMSP"].change(func(p *place) { p.blocks = blocks[:20] })
		f.put("CMSP", conductOfPeer{ends: true})
		f.put("DMSP", conductOfPeer{alter: func(b *common.Block) *common.Block {
			b.Metadata.Metadata = b.GetMetadata().GetMetadata()[:common.BlockMetadataIndex_COMMIT_HASH]
			return b
		}})
		time.AfterFunc(10*time.Second, func() { f.peers["OwnerMSP"].change(func(p *place) { p.blocks = blocks }) })
		want := withoutReading(blocks[20]).CommitHash
		got := map[string]block.CommitHash{}
		for _, said := range f.CommitHashes(t.Context(), 20, "BMSP") {
			got[said.MSPID] = said
		}
		if own := got["OwnerMSP"]; own.Err != nil || len(want) == 0 || !bytes.Equal(own.Hash, want) {
			t.Errorf("the own peer's: %x, %v", own.Hash, own.Err)
		}
		if got["CMSP"].Err == nil {
			t.Error("one that ends its streams is not named")
		}
		if d := got["DMSP"]; d.Err != nil || len(d.Hash) > 0 {
			t.Errorf("one that gives none: %x, %v", d.Hash, d.Err)
		}
		if _, asked := got["BMSP"]; asked || len(got) != 3 {
			t.Errorf("asked %v", got)
		}
	})
}
