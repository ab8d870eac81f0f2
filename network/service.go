package network

import (
	"net"
	"strconv"
)

// Service is a program that belongs to one organisation and is run beside its part of the network.
type Service struct {
	// Name is unique in the network: "owner-gateway".
	Name string
	// Org is the short name of the organisation.
	Org string
	// Binary, Args and Env start it. Env is all it gets besides PATH, HOME, TMPDIR and LANG.
	Binary string
	Args   []string
	Env    []string
	// Port is the TCP port that it listens on, on 127.0.0.1. GET /healthz there answers 200 once it works.
	Port int
}

func (n *Network) serviceProcess(s Service) Process {
	return Process{
		Name: s.Name, Kind: KindService, Org: s.Org,
		Binary: s.Binary, Args: s.Args, Env: s.Env, Dir: string(n.files), Log: n.files.log(s.Name),
		Ports:   []int{s.Port},
		healthy: healthz(net.JoinHostPort(loopback, strconv.Itoa(s.Port))),
	}
}
