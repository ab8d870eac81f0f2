package network

import (
	"context"
	"os"
	"time"

	"go.yaml.in/yaml/v3"
)

// The part of configtxgen's input that is used here. Fabric spells the keys.
type channelFile struct {
	Profiles map[string]channelProfile `yaml:"Profiles"`
}

type channelProfile struct {
	Capabilities map[string]bool          `yaml:"Capabilities"`
	Policies     map[string]channelPolicy `yaml:"Policies"`
	Orderer      channelOrderer           `yaml:"Orderer"`
	Application  channelApplication       `yaml:"Application"`
}

type channelPolicy struct {
	Type string `yaml:"Type"`
	Rule string `yaml:"Rule"`
}

type channelOrg struct {
	Name             string                   `yaml:"Name"`
	ID               string                   `yaml:"ID"`
	MSPDir           string                   `yaml:"MSPDir"`
	Policies         map[string]channelPolicy `yaml:"Policies"`
	AnchorPeers      []channelAnchor          `yaml:"AnchorPeers"`
	OrdererEndpoints []string                 `yaml:"OrdererEndpoints"`
}

type channelAnchor struct {
	Host string `yaml:"Host"`
	Port int    `yaml:"Port"`
}

type channelApplication struct {
	Organizations []channelOrg             `yaml:"Organizations"`
	Policies      map[string]channelPolicy `yaml:"Policies"`
	Capabilities  map[string]bool          `yaml:"Capabilities"`
}

type channelOrderer struct {
	OrdererType      string                   `yaml:"OrdererType"`
	BatchTimeout     time.Duration            `yaml:"BatchTimeout"`
	BatchSize        channelBatch             `yaml:"BatchSize"`
	ConsenterMapping []channelConsenter       `yaml:"ConsenterMapping"`
	SmartBFT         channelBFT               `yaml:"SmartBFT"`
	Organizations    []channelOrg             `yaml:"Organizations"`
	Policies         map[string]channelPolicy `yaml:"Policies"`
	Capabilities     map[string]bool          `yaml:"Capabilities"`
}

type channelBatch struct {
	MaxMessageCount   uint32 `yaml:"MaxMessageCount"`
	AbsoluteMaxBytes  uint32 `yaml:"AbsoluteMaxBytes"`
	PreferredMaxBytes uint32 `yaml:"PreferredMaxBytes"`
}

type channelConsenter struct {
	ID            uint64 `yaml:"ID"`
	Host          string `yaml:"Host"`
	Port          int    `yaml:"Port"`
	MSPID         string `yaml:"MSPID"`
	Identity      string `yaml:"Identity"`
	ClientTLSCert string `yaml:"ClientTLSCert"`
	ServerTLSCert string `yaml:"ServerTLSCert"`
}

// SmartBFT's durations travel as text.
type channelBFT struct {
	RequestBatchMaxInterval   string `yaml:"RequestBatchMaxInterval"`
	IncomingMessageBufferSize uint64 `yaml:"IncomingMessageBufferSize"`
	RequestPoolSize           uint64 `yaml:"RequestPoolSize"`
	RequestForwardTimeout     string `yaml:"RequestForwardTimeout"`
	RequestComplainTimeout    string `yaml:"RequestComplainTimeout"`
	RequestAutoRemoveTimeout  string `yaml:"RequestAutoRemoveTimeout"`
	ViewChangeResendInterval  string `yaml:"ViewChangeResendInterval"`
	ViewChangeTimeout         string `yaml:"ViewChangeTimeout"`
	LeaderHeartbeatTimeout    string `yaml:"LeaderHeartbeatTimeout"`
	LeaderHeartbeatCount      uint64 `yaml:"LeaderHeartbeatCount"`
	CollectTimeout            string `yaml:"CollectTimeout"`
	SyncOnStart               bool   `yaml:"SyncOnStart"`
}

// profileName is ours; it appears in no block.
const profileName = "Works"

func implicit(rule string) channelPolicy  { return channelPolicy{"ImplicitMeta", rule} }
func signature(rule string) channelPolicy { return channelPolicy{"Signature", rule} }

func (n *Network) channelOrg(o Org) channelOrg {
	c := n.config
	return channelOrg{
		Name: o.MSPID, ID: o.MSPID, MSPDir: n.files.orgMSP(o),
		Policies: map[string]channelPolicy{
			"Readers":     signature("OR('" + o.MSPID + ".member')"),
			"Writers":     signature("OR('" + o.MSPID + ".member')"),
			"Admins":      signature("OR('" + o.MSPID + ".admin')"),
			"Endorsement": signature("OR('" + o.MSPID + ".peer')"),
		},
		// Without anchor peers the organisations' peers never learn of each other, and discovery finds no endorsers.
		AnchorPeers:      []channelAnchor{{Host: loopback, Port: c.port(o, portPeer)}},
		OrdererEndpoints: []string{c.address(o, portOrderer)},
	}
}

func (n *Network) channelFile() channelFile {
	c := n.config
	var orgs []channelOrg
	var consenters []channelConsenter
	for _, o := range Orgs() {
		orgs = append(orgs, n.channelOrg(o))
		tls := n.files.orderer(o).tls("server.crt")
		consenters = append(consenters, channelConsenter{
			ID: o.consenter(), Host: loopback, Port: c.port(o, portOrderer), MSPID: o.MSPID,
			Identity: n.files.orderer(o).cert(), ClientTLSCert: tls, ServerTLSCert: tls,
		})
	}
	common := map[string]channelPolicy{
		"Readers": implicit("ANY Readers"),
		"Writers": implicit("ANY Writers"),
		"Admins":  implicit("MAJORITY Admins"),
	}
	with := func(more map[string]channelPolicy) map[string]channelPolicy {
		for k, v := range common {
			more[k] = v
		}
		return more
	}
	return channelFile{Profiles: map[string]channelProfile{profileName: {
		Capabilities: map[string]bool{"V3_0": true},
		Policies:     common,
		Orderer: channelOrderer{
			OrdererType:  "BFT",
			BatchTimeout: c.Batch.Timeout,
			BatchSize: channelBatch{
				MaxMessageCount:   c.Batch.MaxMessages,
				AbsoluteMaxBytes:  c.Batch.AbsoluteMaxBytes,
				PreferredMaxBytes: c.Batch.PreferredMaxBytes,
			},
			ConsenterMapping: consenters,
			SmartBFT:         bftOptions(c),
			Organizations:    orgs,
			// For BFT, configtxgen replaces BlockValidation by a quorum of the consenters' signatures.
			Policies:     with(map[string]channelPolicy{"BlockValidation": implicit("ANY Writers")}),
			Capabilities: map[string]bool{"V2_0": true},
		},
		Application: channelApplication{
			Organizations: orgs,
			Policies: with(map[string]channelPolicy{
				"LifecycleEndorsement": implicit("MAJORITY Endorsement"),
				"Endorsement":          implicit("MAJORITY Endorsement"),
			}),
			Capabilities: map[string]bool{"V2_5": true},
		},
	}}}
}

func bftOptions(c Config) channelBFT {
	return channelBFT{
		RequestBatchMaxInterval:   c.Batch.Timeout.String(),
		IncomingMessageBufferSize: 200,
		RequestPoolSize:           c.BFT.RequestPool,
		RequestForwardTimeout:     c.BFT.RequestForward.String(),
		RequestComplainTimeout:    c.BFT.RequestComplain.String(),
		RequestAutoRemoveTimeout:  c.BFT.RequestAutoRemove.String(),
		ViewChangeResendInterval:  c.BFT.ViewChangeResend.String(),
		ViewChangeTimeout:         c.BFT.ViewChange.String(),
		LeaderHeartbeatTimeout:    c.BFT.LeaderHeartbeat.String(),
		LeaderHeartbeatCount:      c.BFT.HeartbeatCount,
		CollectTimeout:            c.BFT.Collect.String(),
		// An orderer that comes back fetches what it missed before it serves. Otherwise it may stay one block behind for as
		// long as the network is idle, since the leader's heartbeats do not tell, and the loss of another orderer hurts.
		SyncOnStart: true,
	}
}

// makeGenesis makes the channel's first block; see ShareRights for what configtxgen cannot be told.
func (n *Network) makeGenesis(ctx context.Context) error {
	text, err := yaml.Marshal(n.channelFile())
	if err != nil {
		return err
	}
	path := n.files.at("channel", "configtx.yaml")
	if err := writeFile(path, text, 0o644); err != nil {
		return fail(CodeFolder, err, "", "%s cannot be written", path)
	}
	_, err = command{
		Path: n.bin.path("configtxgen"),
		Args: []string{"-configPath", n.files.channelConfig(), "-profile", profileName, "-channelID", Channel, "-outputBlock", n.files.block()},
		Dir:  string(n.files),
	}.run(ctx)
	if err != nil {
		return err
	}
	block, err := os.ReadFile(n.files.block())
	if err == nil {
		block, err = ShareRights(block)
	}
	if err == nil {
		err = writeFile(n.files.block(), block, 0o644)
	}
	if err != nil {
		return fail(CodeFolder, err, "", "the channel's first block cannot be made")
	}
	return nil
}
