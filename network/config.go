package network

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// Config says which network to run. The zero value is the usual one.
type Config struct {
	// Data is the folder of everything the network writes. Default ".rootline/network".
	Data string
	// Source is the repository's folder, from which Fabric and the chaincodes are built.
	// Default: the nearest folder upwards from the working folder that holds tools/fabric/go.mod.
	Source string
	// Binaries is a folder with peer, orderer, cryptogen and configtxgen to use instead of building them.
	// Default: the environment variable ROOTLINE_FABRIC_BIN; without it they are built once and cached.
	Binaries string
	// PortBase is the first of the 40 ports in use (see docs/network.md). Default 7050.
	PortBase int
	// Chaincodes to run, at most MaxChaincodes. Default: "rootline", built from ./chaincode.
	Chaincodes []Chaincode
	// Services are further programs, such as gateways, that are kept with the network. Up leaves them alone, since
	// they may need what only a running network can give; Start starts them, Status shows them, Down stops them.
	Services []Service
	// Env are further environment variables of single processes, by their names ("owner-peer"), "NAME=value" each.
	Env map[string][]string
	// Batch says when orderers cut blocks. It is fixed when the network is made.
	Batch Batch
	// BFT holds the consensus time-outs. They are fixed when the network is made.
	BFT BFT
	// LogSpec is Fabric's logging specification for peers and orderers. Default: "info", without a line for each call.
	LogSpec string
	// StartTimeout bounds the wait for one process to become healthy. Default 60 s.
	StartTimeout time.Duration
	// ReadyTimeout bounds the wait for the first endorsements. Default 90 s.
	ReadyTimeout time.Duration
	// StopTimeout is how long a process may take to end before it is killed. Default 10 s.
	StopTimeout time.Duration
}

// Chaincode is a chaincode that every organisation runs as a service.
type Chaincode struct {
	// Name on the channel.
	Name string
	// Package is the Go package to build, relative to Config.Source ("./chaincode"). Either it or Binary is given.
	Package string
	// Binary is a program to run as it is.
	Binary string
	// BinaryOf gives single organisations (by short name) another program than the others run.
	BinaryOf map[string]string
	// Policy says whose peers endorse. Default: any two organisations.
	Policy Policy
	// Probe is a transaction that changes nothing, its function before its arguments; readiness is its endorsement.
	// Default: a read of the founding for the chaincode called rootline, for others the metadata query that every
	// chaincode of the contract API answers.
	Probe []string
}

// Policy asks for endorsements by peers of Required different organisations out of Orgs.
type Policy struct {
	Required int
	// Orgs are short names. Default: all.
	Orgs []string
}

// Batch says when orderers cut a block: after Timeout, or sooner when a size is reached.
type Batch struct {
	// Timeout since the first waiting transaction. Default 200 ms.
	Timeout time.Duration
	// MaxMessages is the most transactions a block holds. Default 500.
	MaxMessages uint32
	// PreferredMaxBytes is the size orderers aim at. Default 4 MiB, so that several 1 MB transactions share a block.
	PreferredMaxBytes uint32
	// AbsoluteMaxBytes bounds a block and any one transaction. Default 16 MiB.
	AbsoluteMaxBytes uint32
}

// BFT holds SmartBFT's time-outs. The defaults suit a network whose round trips take milliseconds.
type BFT struct {
	// RequestForward: how long an orderer waits before it forwards a transaction to the leader. Default 500 ms.
	RequestForward time.Duration
	// RequestComplain: how long after that it complains about the leader. Default 2 s.
	RequestComplain time.Duration
	// RequestAutoRemove: how long after that it drops the transaction. Default 3 min.
	RequestAutoRemove time.Duration
	// ViewChangeResend: the interval between view change messages. Default 1 s.
	ViewChangeResend time.Duration
	// ViewChange: how long a view change may take before the next leader is tried. Default 5 s.
	ViewChange time.Duration
	// LeaderHeartbeat: silence of the leader that followers bear. Default 20 s: a leader that fails is noticed by
	// the requests it leaves lying; one that is only starved for a while should stay.
	LeaderHeartbeat time.Duration
	// HeartbeatCount: heartbeats that the leader sends within LeaderHeartbeat. Default 10.
	HeartbeatCount uint64
	// Collect: how long a node collects the others' views when it synchronises. Default 1 s.
	Collect time.Duration
	// RequestPool is the number of transactions an orderer keeps waiting. Default 10,000.
	RequestPool uint64
}

// rootline is the chaincode that this network is for.
const rootline = "rootline"

// probeOf is the usual probe of a chaincode. Rootline's answers to its own functions only; the founding lies under L/.
func probeOf(name string) []string {
	if name == rootline {
		return []string{"Get", "L/"}
	}
	return []string{"org.hyperledger.fabric:GetMetadata"}
}

func orElse[T comparable](v *T, standard T) {
	var zero T
	if *v == zero {
		*v = standard
	}
}

func (c Config) withDefaults() Config {
	orElse(&c.Data, filepath.Join(".rootline", "network"))
	orElse(&c.PortBase, 7050)
	orElse(&c.LogSpec, "grpc=warn:comm.grpc.server=warn:info")
	orElse(&c.StartTimeout, 60*time.Second)
	orElse(&c.ReadyTimeout, 90*time.Second)
	orElse(&c.StopTimeout, 10*time.Second)
	if len(c.Chaincodes) == 0 {
		c.Chaincodes = []Chaincode{{Name: rootline, Package: "./chaincode"}}
	}
	ccs := make([]Chaincode, len(c.Chaincodes))
	for i, cc := range c.Chaincodes {
		if len(cc.Probe) == 0 {
			cc.Probe = probeOf(cc.Name)
		}
		orElse(&cc.Policy.Required, 2)
		if len(cc.Policy.Orgs) == 0 {
			for _, o := range Orgs() {
				cc.Policy.Orgs = append(cc.Policy.Orgs, o.Name)
			}
		}
		ccs[i] = cc
	}
	c.Chaincodes = ccs
	orElse(&c.Batch.Timeout, 200*time.Millisecond)
	orElse(&c.Batch.MaxMessages, 500)
	orElse(&c.Batch.PreferredMaxBytes, 4<<20)
	orElse(&c.Batch.AbsoluteMaxBytes, 16<<20)
	orElse(&c.BFT.RequestForward, 500*time.Millisecond)
	orElse(&c.BFT.RequestComplain, 2*time.Second)
	orElse(&c.BFT.RequestAutoRemove, 3*time.Minute)
	orElse(&c.BFT.ViewChangeResend, time.Second)
	orElse(&c.BFT.ViewChange, 5*time.Second)
	orElse(&c.BFT.LeaderHeartbeat, 20*time.Second)
	orElse(&c.BFT.HeartbeatCount, 10)
	orElse(&c.BFT.Collect, time.Second)
	orElse(&c.BFT.RequestPool, 10_000)
	return c
}

var chaincodeName = regexp.MustCompile(`^[a-z][a-z0-9]*([-_][a-z0-9]+)*$`)

// check reports the first setting that cannot work. It expects the defaults to be filled in.
func (c Config) check() error {
	bad := func(format string, args ...any) error {
		return fail(CodeConfig, nil, "", format, args...)
	}
	if last := c.PortBase + portsPerOrg*len(Orgs()) - 1; c.PortBase < 1024 || last > 65535 {
		return bad("the port base %d is not between 1024 and %d", c.PortBase, 65536-portsPerOrg*len(Orgs()))
	}
	if len(c.Chaincodes) > MaxChaincodes {
		return bad("%d chaincodes were asked for, and the port table has room for %d", len(c.Chaincodes), MaxChaincodes)
	}
	seen := map[string]bool{}
	for _, cc := range c.Chaincodes {
		if !chaincodeName.MatchString(cc.Name) || len(cc.Name) > 31 {
			return bad("%q is not a chaincode name: small letters and digits, joined by single - or _, at most 31", cc.Name)
		}
		if seen[cc.Name] {
			return bad("the chaincode %q is listed twice", cc.Name)
		}
		seen[cc.Name] = true
		if (cc.Package == "") == (cc.Binary == "") {
			return bad("the chaincode %q needs either a Go package or a binary", cc.Name)
		}
		for org := range cc.BinaryOf {
			if _, err := FindOrg(org); err != nil {
				return err
			}
		}
		if err := cc.Policy.check(); err != nil {
			return err
		}
	}
	for _, s := range c.Services {
		if err := s.check(); err != nil {
			return err
		}
	}
	return nil
}

func (p Policy) check() error {
	for _, name := range p.Orgs {
		if _, err := FindOrg(name); err != nil {
			return err
		}
	}
	if p.Required < 1 || p.Required > len(p.Orgs) {
		return fail(CodeConfig, nil, "", "an endorsement policy cannot ask for %d of %d organisations", p.Required, len(p.Orgs))
	}
	return nil
}

// String gives the policy in Fabric's policy language.
func (p Policy) String() string {
	roles := make([]string, 0, len(p.Orgs))
	for _, name := range p.Orgs {
		if o, err := FindOrg(name); err == nil {
			roles = append(roles, "'"+o.MSPID+".peer'")
		}
	}
	return fmt.Sprintf("OutOf(%d, %s)", p.Required, strings.Join(roles, ", "))
}
