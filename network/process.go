package network

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"os"
	"time"
)

// Kind tells the sorts of process apart.
type Kind string

// The kinds, in the order in which they start.
const (
	KindOrderer   Kind = "orderer"
	KindPeer      Kind = "peer"
	KindChaincode Kind = "chaincode"
	KindService   Kind = "service"
)

// Process is one program of the network: everything needed to start it and to see that it works.
type Process struct {
	// Name is unique in the network: "owner-peer", "owner-orderer", "owner-chaincode-rootline".
	Name string
	Kind Kind
	// Org is the short name of the organisation that runs it.
	Org string
	// Binary, Args, Env and Dir start it. Env is all it gets besides PATH, HOME, TMPDIR and LANG.
	Binary string
	Args   []string
	Env    []string
	Dir    string
	// Ports are the TCP ports it listens on, on 127.0.0.1.
	Ports []int
	// Log is the file that takes its output.
	Log string
	// healthy answers nil once the process does its work.
	healthy func(context.Context) error
}

// logFormat is a line for each entry, without colours.
const logFormat = "FABRIC_LOGGING_FORMAT=%{time:2006-01-02T15:04:05.000Z07:00} %{level} [%{module}] %{message}"

// healthz asks the operations service of a peer or an orderer.
func healthz(address string) func(context.Context) error {
	return func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/healthz", nil)
		if err != nil {
			return err
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fail(CodeProcess, nil, "", "health check answers %s", resp.Status)
		}
		return nil
	}
}

// both wants two checks to pass. The operations service answers first, and is not all of a node.
func both(first, second func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		if err := first(ctx); err != nil {
			return err
		}
		return second(ctx)
	}
}

// handshakes makes a TLS connection, which shows that the service has its certificate and serves.
func handshakes(address, authority string) func(context.Context) error {
	return func(ctx context.Context) error {
		pem, err := os.ReadFile(authority)
		if err != nil {
			return err
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(pem)
		d := tls.Dialer{
			NetDialer: &net.Dialer{Timeout: time.Second},
			Config:    &tls.Config{RootCAs: roots, ServerName: loopback, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12},
		}
		conn, err := d.DialContext(ctx, "tcp", address)
		if err != nil {
			return err
		}
		return conn.Close()
	}
}

// Processes lists the processes of the network, orderers first, then peers, chaincode services, other services.
func (n *Network) Processes() []Process {
	var all []Process
	for _, o := range Orgs() {
		all = append(all, n.ordererProcess(o))
	}
	for _, o := range Orgs() {
		all = append(all, n.peerProcess(o))
	}
	for i := range n.config.Chaincodes {
		for _, o := range Orgs() {
			all = append(all, n.chaincodeProcess(i, o))
		}
	}
	for _, s := range n.config.Services {
		all = append(all, n.serviceProcess(s))
	}
	return all
}

func (n *Network) process(name string) (Process, error) {
	for _, p := range n.Processes() {
		if p.Name == name {
			return p, nil
		}
	}
	return Process{}, fail(CodeProcess, nil, "Status lists the names.", "there is no process %q in this network", name)
}

func (n *Network) ordererProcess(o Org) Process {
	c, name := n.config, o.Name+"-orderer"
	return Process{
		Name: name, Kind: KindOrderer, Org: o.Name,
		Binary: n.bin.path("orderer"), Dir: n.files.ordererConfig(o), Log: n.files.log(name),
		Env:   []string{"FABRIC_CFG_PATH=" + n.files.ordererConfig(o), "FABRIC_LOGGING_SPEC=" + c.LogSpec, logFormat},
		Ports: []int{c.port(o, portOrderer), c.port(o, portOrdererAdmin), c.port(o, portOrdererOperations)},
		// An orderer serves gRPC last, after its admin service.
		healthy: both(healthz(c.address(o, portOrdererOperations)), handshakes(c.address(o, portOrderer), n.files.tlsCA(o))),
	}
}

func (n *Network) peerProcess(o Org) Process {
	c, name := n.config, o.Name+"-peer"
	return Process{
		Name: name, Kind: KindPeer, Org: o.Name,
		Binary: n.bin.path("peer"), Args: []string{"node", "start"}, Dir: n.files.peerConfig(o), Log: n.files.log(name),
		Env:     []string{"FABRIC_CFG_PATH=" + n.files.peerConfig(o), "FABRIC_LOGGING_SPEC=" + c.LogSpec, logFormat},
		Ports:   []int{c.port(o, portPeer), c.port(o, portPeerOperations), c.port(o, portPeerChaincode)},
		healthy: both(healthz(c.address(o, portPeerOperations)), handshakes(c.address(o, portPeer), n.files.tlsCA(o))),
	}
}

// chaincodeProcess describes the organisation's service of the i-th chaincode. Its package must have been made,
// since the package id is a hash over it.
func (n *Network) chaincodeProcess(i int, o Org) Process {
	c, cc := n.config, n.config.Chaincodes[i]
	name := o.Name + "-chaincode-" + cc.Name
	return Process{
		Name: name, Kind: KindChaincode, Org: o.Name,
		Binary: n.chaincodeBinary(cc, o), Dir: string(n.files), Log: n.files.log(name),
		Env: []string{
			"CHAINCODE_ID=" + n.packageID(i, o),
			"CHAINCODE_SERVER_ADDRESS=" + c.chaincodeAddress(o, i),
			"CHAINCODE_TLS_CERT_FILE=" + n.files.chaincodeCert(cc.Name, o),
			"CHAINCODE_TLS_KEY_FILE=" + n.files.chaincodeKey(cc.Name, o),
		},
		Ports:   []int{c.port(o, portChaincode+i)},
		healthy: handshakes(c.chaincodeAddress(o, i), n.files.tlsCA(o)),
	}
}
