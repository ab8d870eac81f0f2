package network

import (
	"time"

	"go.yaml.in/yaml/v3"
)

// maxMessage bounds gRPC messages of peers and orderers, in bytes. Transactions of about 10 MB pass, with room for
// what a block of several of them and the envelopes around them add.
const maxMessage = 64 << 20

// The part of a peer's core.yaml that is set here; Fabric's own defaults hold for the rest. Fabric spells the keys.
type peerFile struct {
	Peer       peerSection       `yaml:"peer"`
	VM         peerVM            `yaml:"vm"`
	Chaincode  peerChaincode     `yaml:"chaincode"`
	Ledger     peerLedger        `yaml:"ledger"`
	Operations operationsSection `yaml:"operations"`
	Metrics    metricsSection    `yaml:"metrics"`
}

type peerSection struct {
	ID                     string             `yaml:"id"`
	NetworkID              string             `yaml:"networkId"`
	ListenAddress          string             `yaml:"listenAddress"`
	Address                string             `yaml:"address"`
	ChaincodeListenAddress string             `yaml:"chaincodeListenAddress"`
	FileSystemPath         string             `yaml:"fileSystemPath"`
	MSPConfigPath          string             `yaml:"mspConfigPath"`
	LocalMSPID             string             `yaml:"localMspId"`
	MaxRecvMsgSize         int                `yaml:"maxRecvMsgSize"`
	MaxSendMsgSize         int                `yaml:"maxSendMsgSize"`
	Gateway                peerGateway        `yaml:"gateway"`
	Gossip                 peerGossip         `yaml:"gossip"`
	TLS                    peerTLS            `yaml:"tls"`
	Authentication         peerAuthentication `yaml:"authentication"`
	BCCSP                  peerBCCSP          `yaml:"BCCSP"`
	Client                 peerClient         `yaml:"client"`
	DeliveryClient         peerDelivery       `yaml:"deliveryclient"`
	Handlers               peerHandlers       `yaml:"handlers"`
	Discovery              peerDiscovery      `yaml:"discovery"`
	Limits                 peerLimits         `yaml:"limits"`
}

type peerGateway struct {
	Enabled            bool          `yaml:"enabled"`
	EndorsementTimeout time.Duration `yaml:"endorsementTimeout"`
	BroadcastTimeout   time.Duration `yaml:"broadcastTimeout"`
	DialTimeout        time.Duration `yaml:"dialTimeout"`
}

type peerGossip struct {
	Bootstrap              string          `yaml:"bootstrap"`
	Endpoint               string          `yaml:"endpoint"`
	ExternalEndpoint       string          `yaml:"externalEndpoint"`
	UseLeaderElection      bool            `yaml:"useLeaderElection"`
	OrgLeader              bool            `yaml:"orgLeader"`
	AliveTimeInterval      time.Duration   `yaml:"aliveTimeInterval"`
	AliveExpirationTimeout time.Duration   `yaml:"aliveExpirationTimeout"`
	ReconnectInterval      time.Duration   `yaml:"reconnectInterval"`
	RequestStateInfo       time.Duration   `yaml:"requestStateInfoInterval"`
	PublishStateInfo       time.Duration   `yaml:"publishStateInfoInterval"`
	PublishCertPeriod      time.Duration   `yaml:"publishCertPeriod"`
	PvtData                peerPrivateData `yaml:"pvtData"`
	State                  peerGossipState `yaml:"state"`
}

type peerPrivateData struct {
	PullRetryThreshold                    time.Duration `yaml:"pullRetryThreshold"`
	TransientstoreMaxBlockRetention       uint64        `yaml:"transientstoreMaxBlockRetention"`
	PushAckTimeout                        time.Duration `yaml:"pushAckTimeout"`
	BTLPullMargin                         uint64        `yaml:"btlPullMargin"`
	ReconcileBatchSize                    int           `yaml:"reconcileBatchSize"`
	ReconcileSleepInterval                time.Duration `yaml:"reconcileSleepInterval"`
	ReconciliationEnabled                 bool          `yaml:"reconciliationEnabled"`
	ImplicitCollectionDisseminationPolicy struct {
		RequiredPeerCount int `yaml:"requiredPeerCount"`
		MaxPeerCount      int `yaml:"maxPeerCount"`
	} `yaml:"implicitCollectionDisseminationPolicy"`
}

type peerGossipState struct {
	Enabled bool `yaml:"enabled"`
}

type peerTLS struct {
	Enabled            bool     `yaml:"enabled"`
	ClientAuthRequired bool     `yaml:"clientAuthRequired"`
	Cert               fileName `yaml:"cert"`
	Key                fileName `yaml:"key"`
	RootCert           fileName `yaml:"rootcert"`
}

type fileName struct {
	File string `yaml:"file"`
}

type peerAuthentication struct {
	TimeWindow time.Duration `yaml:"timewindow"`
}

type peerBCCSP struct {
	Default string `yaml:"Default"`
	SW      struct {
		Hash     string `yaml:"Hash"`
		Security int    `yaml:"Security"`
	} `yaml:"SW"`
}

type peerClient struct {
	ConnTimeout time.Duration `yaml:"connTimeout"`
}

type peerDelivery struct {
	BlockGossipEnabled          bool          `yaml:"blockGossipEnabled"`
	ReconnectTotalTimeThreshold time.Duration `yaml:"reconnectTotalTimeThreshold"`
	ConnTimeout                 time.Duration `yaml:"connTimeout"`
	ReConnectBackoffThreshold   time.Duration `yaml:"reConnectBackoffThreshold"`
	BlockCensorshipTimeoutKey   time.Duration `yaml:"blockCensorshipTimeoutKey"`
	MinimalReconnectInterval    time.Duration `yaml:"minimalReconnectInterval"`
	Policy                      string        `yaml:"policy"`
}

type peerHandlers struct {
	AuthFilters []peerHandler          `yaml:"authFilters"`
	Decorators  []peerHandler          `yaml:"decorators"`
	Endorsers   map[string]peerHandler `yaml:"endorsers"`
	Validators  map[string]peerHandler `yaml:"validators"`
}

type peerHandler struct {
	Name string `yaml:"name"`
}

type peerDiscovery struct {
	Enabled                      bool    `yaml:"enabled"`
	AuthCacheEnabled             bool    `yaml:"authCacheEnabled"`
	AuthCacheMaxSize             int     `yaml:"authCacheMaxSize"`
	AuthCachePurgeRetentionRatio float64 `yaml:"authCachePurgeRetentionRatio"`
}

type peerLimits struct {
	Concurrency struct {
		EndorserService int `yaml:"endorserService"`
		DeliverService  int `yaml:"deliverService"`
		GatewayService  int `yaml:"gatewayService"`
	} `yaml:"concurrency"`
}

type peerVM struct {
	// Endpoint is empty: no Docker.
	Endpoint string `yaml:"endpoint"`
}

type peerChaincode struct {
	ExternalBuilders []peerBuilder     `yaml:"externalBuilders"`
	InstallTimeout   time.Duration     `yaml:"installTimeout"`
	StartupTimeout   time.Duration     `yaml:"startuptimeout"`
	ExecuteTimeout   time.Duration     `yaml:"executetimeout"`
	Mode             string            `yaml:"mode"`
	System           map[string]string `yaml:"system"`
	Logging          peerLogging       `yaml:"logging"`
	RuntimeParams    peerRuntime       `yaml:"runtimeParams"`
}

type peerLogging struct {
	Level string `yaml:"level"`
	Shim  string `yaml:"shim"`
}

type peerBuilder struct {
	Name string `yaml:"name"`
	Path string `yaml:"path"`
}

type peerRuntime struct {
	UseWriteBatch          bool   `yaml:"useWriteBatch"`
	MaxSizeWriteBatch      uint32 `yaml:"maxSizeWriteBatch"`
	UseGetMultipleKeys     bool   `yaml:"useGetMultipleKeys"`
	MaxSizeGetMultipleKeys uint32 `yaml:"maxSizeGetMultipleKeys"`
}

type peerLedger struct {
	State struct {
		StateDatabase   string `yaml:"stateDatabase"`
		TotalQueryLimit int    `yaml:"totalQueryLimit"`
	} `yaml:"state"`
	History struct {
		EnableHistoryDatabase bool `yaml:"enableHistoryDatabase"`
	} `yaml:"history"`
	Snapshots struct {
		RootDir string `yaml:"rootDir"`
	} `yaml:"snapshots"`
}

type operationsSection struct {
	ListenAddress string `yaml:"listenAddress"`
}

type metricsSection struct {
	Provider string `yaml:"provider"`
}

// peerFile describes the organisation's peer.
func (n *Network) peerFile(o Org) peerFile {
	c, own := n.config, n.files.peer(o)
	address := c.address(o, portPeer)
	f := peerFile{
		Peer: peerSection{
			ID: o.peerHost(), NetworkID: "rootline",
			ListenAddress: address, Address: address,
			ChaincodeListenAddress: c.address(o, portPeerChaincode),
			FileSystemPath:         n.files.peerLedger(o),
			MSPConfigPath:          own.msp(), LocalMSPID: o.MSPID,
			MaxRecvMsgSize: maxMessage, MaxSendMsgSize: maxMessage,
			Gateway: peerGateway{Enabled: true, EndorsementTimeout: 30 * time.Second, BroadcastTimeout: 30 * time.Second, DialTimeout: 10 * time.Second},
			Gossip:  gossipOf(address),
			TLS: peerTLS{
				Enabled: true, Cert: fileName{own.tls("server.crt")}, Key: fileName{own.tls("server.key")}, RootCert: fileName{own.tls("ca.crt")},
			},
			Authentication: peerAuthentication{15 * time.Minute},
			Client:         peerClient{3 * time.Second},
			DeliveryClient: peerDelivery{
				ReconnectTotalTimeThreshold: time.Hour, ConnTimeout: 3 * time.Second,
				ReConnectBackoffThreshold: 5 * time.Second, BlockCensorshipTimeoutKey: 10 * time.Second,
				MinimalReconnectInterval: 100 * time.Millisecond, Policy: "cluster",
			},
			Handlers: peerHandlers{
				AuthFilters: []peerHandler{{"DefaultAuth"}, {"ExpirationCheck"}, {"TimeWindowCheck"}},
				Decorators:  []peerHandler{{"DefaultDecorator"}},
				Endorsers:   map[string]peerHandler{"escc": {"DefaultEndorsement"}},
				Validators:  map[string]peerHandler{"vscc": {"DefaultValidation"}},
			},
			Discovery: peerDiscovery{Enabled: true, AuthCacheEnabled: true, AuthCacheMaxSize: 1000, AuthCachePurgeRetentionRatio: 0.75},
		},
		Chaincode: peerChaincode{
			ExternalBuilders: []peerBuilder{{Name: "ccaas", Path: n.files.builder()}},
			InstallTimeout:   time.Minute, StartupTimeout: time.Minute, ExecuteTimeout: 30 * time.Second, Mode: "net",
			System:  map[string]string{"_lifecycle": "enable", "cscc": "enable", "lscc": "enable", "qscc": "enable"},
			Logging: peerLogging{Level: "info", Shim: "warning"},
			// Without these a chaincode's batched calls silently fall back to one round trip a key.
			RuntimeParams: peerRuntime{UseWriteBatch: true, MaxSizeWriteBatch: 10_000, UseGetMultipleKeys: true, MaxSizeGetMultipleKeys: 10_000},
		},
		Operations: operationsSection{c.address(o, portPeerOperations)},
		Metrics:    metricsSection{"prometheus"},
	}
	f.Peer.BCCSP.Default, f.Peer.BCCSP.SW.Hash, f.Peer.BCCSP.SW.Security = "SW", "SHA2", 256
	f.Peer.Limits.Concurrency.EndorserService = 2500
	f.Peer.Limits.Concurrency.DeliverService = 2500
	f.Peer.Limits.Concurrency.GatewayService = 1000
	f.Ledger.State.StateDatabase, f.Ledger.State.TotalQueryLimit = "goleveldb", 100_000
	f.Ledger.History.EnableHistoryDatabase = true
	f.Ledger.Snapshots.RootDir = n.files.at("ledger", o.Name+"-peer", "snapshots")
	return f
}

// gossipOf sets the membership timing. With Fabric's own, a handshake tried before the other peer joined is tried
// again only after 25 s, and until then no endorsement plan spans two organisations.
func gossipOf(address string) peerGossip {
	g := peerGossip{
		Bootstrap: address, Endpoint: address, ExternalEndpoint: address,
		OrgLeader:         true, // the only peer of its organisation fetches the blocks itself
		AliveTimeInterval: time.Second, AliveExpirationTimeout: 10 * time.Second, ReconnectInterval: 500 * time.Millisecond,
		// What a peer tells of its ledger's height and chaincodes; endorsement plans are made of it.
		RequestStateInfo: time.Second, PublishStateInfo: time.Second, PublishCertPeriod: 10 * time.Second,
		PvtData: peerPrivateData{
			PullRetryThreshold: 10 * time.Second, TransientstoreMaxBlockRetention: 20_000, PushAckTimeout: 3 * time.Second,
			BTLPullMargin: 10, ReconcileBatchSize: 10, ReconcileSleepInterval: time.Minute, ReconciliationEnabled: true,
		},
	}
	// An organisation's approvals stay with its own single peer: nobody to hand them to.
	g.PvtData.ImplicitCollectionDisseminationPolicy.MaxPeerCount = 0
	return g
}

func (n *Network) writePeerConfig(o Org) error {
	text, err := yaml.Marshal(n.peerFile(o))
	if err != nil {
		return err
	}
	return n.writeConfig(n.files.peerConfig(o), "core.yaml", text)
}
