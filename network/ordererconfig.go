package network

import (
	"path/filepath"
	"time"

	"go.yaml.in/yaml/v3"
)

// The part of an orderer's orderer.yaml that is set here; Fabric's own defaults hold for the rest. Fabric spells the keys.
type ordererFile struct {
	General              ordererGeneral       `yaml:"General"`
	FileLedger           ordererLedger        `yaml:"FileLedger"`
	Operations           ordererOperations    `yaml:"Operations"`
	Metrics              ordererMetrics       `yaml:"Metrics"`
	Admin                ordererAdmin         `yaml:"Admin"`
	ChannelParticipation ordererParticipation `yaml:"ChannelParticipation"`
	Consensus            ordererConsensus     `yaml:"Consensus"`
}

type ordererGeneral struct {
	ListenAddress   string         `yaml:"ListenAddress"`
	ListenPort      int            `yaml:"ListenPort"`
	BootstrapMethod string         `yaml:"BootstrapMethod"`
	LocalMSPDir     string         `yaml:"LocalMSPDir"`
	LocalMSPID      string         `yaml:"LocalMSPID"`
	MaxRecvMsgSize  int            `yaml:"MaxRecvMsgSize"`
	MaxSendMsgSize  int            `yaml:"MaxSendMsgSize"`
	TLS             ordererTLS     `yaml:"TLS"`
	Cluster         ordererCluster `yaml:"Cluster"`
	Keepalive       ordererAlive   `yaml:"Keepalive"`
	BCCSP           peerBCCSP      `yaml:"BCCSP"`
	Authentication  ordererWindow  `yaml:"Authentication"`
}

type ordererTLS struct {
	Enabled            bool     `yaml:"Enabled"`
	PrivateKey         string   `yaml:"PrivateKey"`
	Certificate        string   `yaml:"Certificate"`
	RootCAs            []string `yaml:"RootCAs"`
	ClientAuthRequired bool     `yaml:"ClientAuthRequired"`
	ClientRootCAs      []string `yaml:"ClientRootCAs"`
}

// An orderer that starts asks every orderer for its height before it serves, itself included. DialTimeout bounds the
// wait for those that are down, ReplicationPullTimeout for those that are starting too. Fabric's own 5 s each would
// make a start last longer than the others' patience with their leader.
type ordererCluster struct {
	SendBufferSize         int           `yaml:"SendBufferSize"`
	DialTimeout            time.Duration `yaml:"DialTimeout"`
	ReplicationPullTimeout time.Duration `yaml:"ReplicationPullTimeout"`
	ClientCertificate      string        `yaml:"ClientCertificate"`
	ClientPrivateKey       string        `yaml:"ClientPrivateKey"`
	RootCAs                []string      `yaml:"RootCAs"`
}

type ordererAlive struct {
	ServerMinInterval time.Duration `yaml:"ServerMinInterval"`
	ServerInterval    time.Duration `yaml:"ServerInterval"`
	ServerTimeout     time.Duration `yaml:"ServerTimeout"`
}

type ordererWindow struct {
	TimeWindow time.Duration `yaml:"TimeWindow"`
}

type ordererLedger struct {
	Location string `yaml:"Location"`
}

type ordererOperations struct {
	ListenAddress string `yaml:"ListenAddress"`
}

type ordererMetrics struct {
	Provider string `yaml:"Provider"`
}

type ordererAdmin struct {
	ListenAddress string     `yaml:"ListenAddress"`
	TLS           ordererTLS `yaml:"TLS"`
}

type ordererParticipation struct {
	Enabled            bool   `yaml:"Enabled"`
	MaxRequestBodySize string `yaml:"MaxRequestBodySize"`
}

type ordererConsensus struct {
	WALDir  string `yaml:"WALDir"`
	SnapDir string `yaml:"SnapDir"`
}

// ordererFile describes the organisation's orderer.
func (n *Network) ordererFile(o Org) ordererFile {
	c, own := n.config, n.files.orderer(o)
	crt, key := own.tls("server.crt"), own.tls("server.key")
	var authorities []string
	for _, other := range Orgs() {
		authorities = append(authorities, n.files.tlsCA(other))
	}
	f := ordererFile{
		General: ordererGeneral{
			ListenAddress: loopback, ListenPort: c.port(o, portOrderer),
			BootstrapMethod: "none",
			LocalMSPDir:     own.msp(), LocalMSPID: o.MSPID,
			MaxRecvMsgSize: maxMessage, MaxSendMsgSize: maxMessage,
			TLS: ordererTLS{Enabled: true, PrivateKey: key, Certificate: crt, RootCAs: []string{n.files.tlsCA(o)}},
			Cluster: ordererCluster{
				SendBufferSize: 100, DialTimeout: time.Second, ReplicationPullTimeout: 2 * time.Second,
				ClientCertificate: crt, ClientPrivateKey: key, RootCAs: authorities,
			},
			Keepalive:      ordererAlive{ServerMinInterval: 30 * time.Second, ServerInterval: 2 * time.Hour, ServerTimeout: 20 * time.Second},
			Authentication: ordererWindow{15 * time.Minute},
		},
		FileLedger: ordererLedger{n.files.ordererLedger(o)},
		Operations: ordererOperations{c.address(o, portOrdererOperations)},
		Metrics:    ordererMetrics{"prometheus"},
		Admin: ordererAdmin{
			ListenAddress: c.address(o, portOrdererAdmin),
			TLS: ordererTLS{
				Enabled: true, PrivateKey: key, Certificate: crt, RootCAs: []string{n.files.tlsCA(o)},
				// Only this organisation's admins may join their orderer to a channel.
				ClientAuthRequired: true, ClientRootCAs: []string{n.files.tlsCA(o)},
			},
		},
		ChannelParticipation: ordererParticipation{Enabled: true, MaxRequestBodySize: "1 MB"},
		Consensus: ordererConsensus{
			WALDir:  filepath.Join(n.files.ordererLedger(o), "consensus", "wal"),
			SnapDir: filepath.Join(n.files.ordererLedger(o), "consensus", "snapshot"),
		},
	}
	f.General.BCCSP.Default, f.General.BCCSP.SW.Hash, f.General.BCCSP.SW.Security = "SW", "SHA2", 256
	return f
}

func (n *Network) writeOrdererConfig(o Org) error {
	text, err := yaml.Marshal(n.ordererFile(o))
	if err != nil {
		return err
	}
	return n.writeConfig(n.files.ordererConfig(o), "orderer.yaml", text)
}

func (n *Network) writeConfig(folder, name string, text []byte) error {
	path := filepath.Join(folder, name)
	if err := writeFile(path, text, 0o644); err != nil {
		return fail(CodeFolder, err, "", "%s cannot be written", path)
	}
	return nil
}
