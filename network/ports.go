package network

import (
	"net"
	"strconv"
)

// loopback is where everything listens.
const loopback = "127.0.0.1"

// portsPerOrg is the distance between the port blocks of two organisations.
const portsPerOrg = 10

// MaxChaincodes is the number of chaincodes that the port table has room for.
const MaxChaincodes = 3

// The ports of one organisation, as offsets into its block of ten. The block of the n-th organisation
// (owner 0, contractor 1, supervisor 2, regulator 3) starts at PortBase + 10·n.
const (
	portOrderer           = 0 // gRPC: clients, other orderers, peers
	portOrdererAdmin      = 1 // HTTPS with client certificates: channel participation
	portOrdererOperations = 2 // HTTP: health and Prometheus metrics
	portPeer              = 3 // gRPC: clients, other peers
	portPeerOperations    = 4 // HTTP: health and Prometheus metrics
	portPeerChaincode     = 5 // gRPC: opened by every peer; chaincode services do not use it
	portChaincode         = 6 // gRPC: the service of the first chaincode; 7 and 8 for the next ones
	portGateway           = 9 // kept for a gateway of the organisation; nothing here listens on it
)

// Port numbers the things of an organisation that listen.
func (c Config) port(o Org, offset int) int { return c.PortBase + portsPerOrg*o.index + offset }

func (c Config) address(o Org, offset int) string {
	return net.JoinHostPort(loopback, strconv.Itoa(c.port(o, offset)))
}

func (c Config) chaincodeAddress(o Org, chaincode int) string {
	return c.address(o, portChaincode+chaincode)
}

// GatewayPort is the port that the table keeps for a gateway of the organisation.
func (c Config) GatewayPort(o Org) int { return c.withDefaults().port(o, portGateway) }
