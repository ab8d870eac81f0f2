package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/demonstration"
	"github.com/rootline/rootline/founding"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/network"
)

//go:embed bench@1.yaml
var benchBook []byte

// benchRef is the benchmark's own rulebook.
const benchRef = "bench@1"

// stage is the network that all measures share, with the people who act on it.
type stage struct {
	o         options
	up        demonstration.Options
	net       *network.Network
	owner     *client.Gateway
	peer      *fabric.Client
	plain     *plainClient
	processes processes

	importers, builders []*client.Device
	nursery             *client.Device
	// concurrency is the plain client's best, once it was looked for.
	concurrency int
	// filled is how many trees were recorded at least, sample the codes of some of them, all over the ledger.
	filled int
	sample []string
	// small is how the ledger did before it grew; nil unless that is asked.
	small  *size
	admins map[string]*client.Device
	// peak is the rate of events that was measured, in events/s; 0 before.
	peak float64
}

// setUp brings up the network with both chaincodes, endorsed alike, one gateway, and the people. What was started is
// in the stage even when it fails.
func setUp(ctx context.Context, o options) (*stage, error) {
	s := &stage{o: o}
	program := filepath.Join(o.data, "bin", "rootline")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, "github.com/rootline/rootline/cmd/rootline")
	if out, err := build.CombinedOutput(); err != nil {
		return s, fmt.Errorf("go build: %w\n%s", err, out)
	}
	two := network.Policy{Required: 2}
	s.up = demonstration.Options{
		Data: filepath.Join(o.data, "ledger"), Program: program, Port: o.port, Gateways: []string{network.Owner}, NoStory: true, Report: os.Stderr,
		Network: network.Config{PortBase: o.portBase, Env: o.profileEnv(), Chaincodes: []network.Chaincode{
			{Name: "rootline", Package: "./chaincode", Policy: two}, {Name: "plain", Package: "./bench/plain", Policy: two},
		}},
	}
	r, err := demonstration.Up(ctx, s.up)
	if err != nil {
		return s, err
	}
	s.net = r.Network
	if s.processes, err = findProcesses(ctx, s.net); err != nil {
		return s, err
	}
	if s.owner, err = client.NewGateway(r.Site, client.WithPatience(time.Minute), client.WithHTTPClient(manyConnections())); err != nil {
		return s, err
	}
	c, err := s.net.Connection(network.Owner)
	if err != nil {
		return s, err
	}
	if s.peer, err = fabric.Connect(ctx, fabric.Config{
		PeerEndpoint: c.PeerEndpoint, ServerName: c.PeerServerName, TLSCACert: c.TLSCACert,
		MSPID: c.MSPID, Cert: c.ServiceCert, Key: c.ServiceKey, Channel: c.Channel,
	}); err != nil {
		return s, err
	}
	if s.plain, err = connectPlain(c); err != nil {
		return s, err
	}
	return s, s.people(ctx)
}

// The people who act: enough devices that no one's is a bottleneck.
const importers, builders = 8, 8

// people adopts the benchmark's rulebook and enrols who acts.
func (s *stage) people(ctx context.Context) (err error) {
	began := time.Now()
	s.admins = map[string]*client.Device{}
	var voters []founding.Voter
	for _, o := range network.Orgs() {
		d, err := client.LoadDevice(filepath.Join(s.up.Data, "keys", o.Name+"-admin.json"))
		if err != nil {
			return err
		}
		s.admins[o.Name] = d
		voters = append(voters, founding.Voter{Device: d, Gateway: s.owner})
	}
	if _, err := s.owner.SignIn(ctx, s.admins[network.Owner]); err != nil {
		return err
	}
	if err := founding.Adopt(ctx, benchRef, benchBook, voters); err != nil {
		return err
	}
	if s.importers, err = s.enrol(ctx, s.admins[network.Owner], "importer", importers); err != nil {
		return err
	}
	if s.builders, err = s.enrol(ctx, s.admins[network.Contractor], "builder", builders); err != nil {
		return err
	}
	nursery, err := s.enrol(ctx, s.admins[network.Contractor], "nursery", 1)
	if err != nil {
		return err
	}
	s.nursery = nursery[0]
	s.say("people: %d devices (%.1f s)", importers+builders+1, time.Since(began).Seconds())
	return nil
}

// enrol makes devices of one role, all at once.
func (s *stage) enrol(ctx context.Context, admin *client.Device, role string, n int) ([]*client.Device, error) {
	out, errs := make([]*client.Device, n), make([]error, n)
	var wait sync.WaitGroup
	for i := range out {
		wait.Go(func() {
			invitation, err := s.owner.Invite(ctx, admin, client.InviteOptions{Role: role, Name: fmt.Sprintf("%s-%d", role, i+1), Expires: time.Now().Add(time.Hour)})
			if err == nil {
				out[i], err = s.owner.Enrol(ctx, invitation.Link)
			}
			errs[i] = err
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("enrolling a %s: %w", role, err)
		}
	}
	return out, nil
}

// tearDown stops everything that was started, also what an interrupted start left.
func (s *stage) tearDown(keep bool) error {
	for _, c := range []interface{ Close() error }{s.peer, s.plain} {
		switch c := c.(type) {
		case *fabric.Client:
			if c != nil {
				_ = c.Close()
			}
		case *plainClient:
			if c != nil {
				_ = c.Close()
			}
		}
	}
	// The context of the run may be over by now.
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if s.up.Data != "" {
		n, err := demonstration.Open(s.up)
		if err == nil {
			err = n.Down(ctx)
		}
		if err != nil && network.CodeOf(err) != network.CodeAbsent {
			return fmt.Errorf("the network was not stopped: %w", err)
		}
	}
	if keep {
		s.say("kept: %s", s.o.data)
		return nil
	}
	return os.RemoveAll(s.o.data)
}

func (s *stage) say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// countInBlocks is what work returns when it does not know which of its items took effect.
const countInBlocks = -1

// timed runs work on one side and measures it: wall time, processor time, and what the peer keeps more. work returns
// how many items it knows to be committed; they are counted in the blocks afterwards.
func (s *stage) timed(ctx context.Context, count counter, work func(context.Context) (int, error)) (slice, error) {
	height, err := s.peer.Height(ctx)
	if err != nil {
		return slice{}, err
	}
	kept, blocks, err := s.kept()
	if err != nil {
		return slice{}, err
	}
	cpu, err := s.processes.used()
	if err != nil {
		return slice{}, err
	}
	began := time.Now()
	items, err := work(ctx)
	out := slice{items: items, wall: time.Since(began)}
	if err != nil {
		return out, err
	}
	after, err := s.processes.used()
	if err != nil {
		return out, err
	}
	out.cpu = since(cpu, after)
	keptNow, blocksNow, err := s.kept()
	if err != nil {
		return out, err
	}
	out.bytes, out.blocks = keptNow-kept, blocksNow-blocks
	valid, err := s.count(ctx, height, count)
	if err != nil {
		return out, err
	}
	if items == countInBlocks {
		out.items = valid
		return out, nil
	}
	if valid != items {
		return out, fmt.Errorf("%d items were reported as committed, and the blocks hold %d in valid transactions", items, valid)
	}
	return out, nil
}
