package network

import (
	"time"

	"go.yaml.in/yaml/v3"
)

// maxMessage bounds gRPC messages of peers and orderers, in bytes. Transactions of about 10 MB pass, with room for
// what a block of several of them and the envelopes around them add.
const maxMessage = 64 << 20

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
	// An asset's history is its linked events, which every gateway reads from the blocks; nobody asks a peer for it.
	f.Ledger.History.EnableHistoryDatabase = false
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
