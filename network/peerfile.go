package network

import "time"

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
