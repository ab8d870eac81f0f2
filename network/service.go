package network

import (
	"net"
	"regexp"
	"slices"
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

func (s Service) check() error {
	if _, err := FindOrg(s.Org); err != nil {
		return err
	}
	if !serviceName.MatchString(s.Name) || s.Binary == "" || s.Port < 1 || s.Port > 65535 {
		return fail(CodeConfig, nil, "", "the service %q needs a name of small letters, digits and -, a program, and a port", s.Name)
	}
	return nil
}

// serviceName keeps to what can be a file name; chaincode services and nodes have their own.
var serviceName = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

func (n *Network) serviceProcess(s Service) Process {
	return Process{
		Name: s.Name, Kind: KindService, Org: s.Org,
		Binary: s.Binary, Args: s.Args, Env: s.Env, Dir: string(n.files), Log: n.files.log(s.Name),
		Ports:   []int{s.Port},
		healthy: healthz(net.JoinHostPort(loopback, strconv.Itoa(s.Port))),
	}
}

// Keep adds services to the network, or replaces those of the same name. What a service is told may depend on the
// network itself, such as its ports and keys, which are known once it is up.
func (n *Network) Keep(services ...Service) {
	kept := slices.DeleteFunc(slices.Clone(n.config.Services), func(s Service) bool {
		return slices.ContainsFunc(services, func(new Service) bool { return new.Name == s.Name })
	})
	n.config.Services = append(kept, services...)
}
