package network

import (
	"errors"
	"io/fs"
	"os"

	"github.com/rootline/rootline/channel"
)

// Connection is what a client needs to talk to an organisation's peer. Paths are absolute.
type Connection struct {
	// MSPID is the organisation's name on the channel.
	MSPID string
	// PeerEndpoint is the gRPC address of the organisation's peer, "127.0.0.1:7053".
	PeerEndpoint string
	// PeerOperations is the URL of the peer's operations service: health and metrics.
	PeerOperations string
	// PeerServerName is the name in the peer's TLS certificate.
	PeerServerName string
	// TLSCACert is the certificate (PEM) that the peer's TLS certificate descends from.
	TLSCACert string
	// ServiceCert and ServiceKey are the identity of the organisation's gateway: NodeOU "client".
	ServiceCert, ServiceKey string
	// AdminCert and AdminKey are the identity of the organisation's Fabric admin: NodeOU "admin".
	AdminCert, AdminKey string
	// Channel is the channel's name, Genesis the hash of its block 0 in hexadecimal digits.
	Channel, Genesis string
}

// genesisHash is the hash of the channel's block 0, as configtxgen made it; "" before there is one.
func (n *Network) genesisHash() (string, error) {
	b, err := os.ReadFile(n.files.block())
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fail(CodeFolder, err, "", "the channel's first block cannot be read")
	}
	first, err := channel.ParseBlock(b)
	if err != nil {
		return "", fail(CodeFolder, err, "", "the channel's first block cannot be read")
	}
	return first.Hash().String(), nil
}

// Connection tells how to reach an organisation's peer; org is a short name or an MSP id.
func (n *Network) Connection(org string) (Connection, error) {
	o, err := FindOrg(org)
	if err != nil {
		return Connection{}, err
	}
	genesis, err := n.genesisHash()
	if err != nil {
		return Connection{}, err
	}
	service, admin := n.files.service(o), n.files.admin(o)
	return Connection{
		MSPID:          o.MSPID,
		PeerEndpoint:   n.config.address(o, portPeer),
		PeerOperations: "http://" + n.config.address(o, portPeerOperations),
		PeerServerName: o.peerHost(),
		TLSCACert:      n.files.tlsCA(o),
		ServiceCert:    service.cert(), ServiceKey: service.key(),
		AdminCert: admin.cert(), AdminKey: admin.key(),
		Channel: Channel, Genesis: genesis,
	}, nil
}
