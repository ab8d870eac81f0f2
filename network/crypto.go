package network

import (
	"context"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"
)

// The part of cryptogen's input that is used here.
type cryptoConfig struct {
	PeerOrgs    []cryptoOrg `yaml:"PeerOrgs,omitempty"`
	OrdererOrgs []cryptoOrg `yaml:"OrdererOrgs,omitempty"`
}

type cryptoOrg struct {
	Name          string       `yaml:"Name"`
	Domain        string       `yaml:"Domain"`
	EnableNodeOUs bool         `yaml:"EnableNodeOUs"`
	Specs         []cryptoNode `yaml:"Specs"`
	Users         cryptoUsers  `yaml:"Users"`
}

type cryptoNode struct {
	Hostname string   `yaml:"Hostname"`
	SANS     []string `yaml:"SANS"`
}

type cryptoUsers struct {
	Count int `yaml:"Count"`
}

func cryptoOf(hostname string, users int) []cryptoOrg {
	var orgs []cryptoOrg
	for _, o := range Orgs() {
		orgs = append(orgs, cryptoOrg{
			Name: o.Name, Domain: o.Domain, EnableNodeOUs: true,
			Specs: []cryptoNode{{Hostname: hostname, SANS: []string{"localhost", loopback}}},
			Users: cryptoUsers{Count: users},
		})
	}
	return orgs
}

// makeCrypto makes the keys and certificates of every organisation: a certificate authority for identities and one
// for TLS, a peer, an orderer, an admin, a service identity, and a TLS certificate for each chaincode service.
func (n *Network) makeCrypto(ctx context.Context) error {
	tmp := n.files.crypto() + ".new"
	if err := os.RemoveAll(tmp); err != nil {
		return fail(CodeFolder, err, "", "old certificates cannot be removed")
	}
	peers := cryptoConfig{PeerOrgs: cryptoOf("peer", 1)}
	if err := n.cryptogen(ctx, "generate", "--output", tmp, peers); err != nil {
		return err
	}
	// cryptogen keeps organisations of peers and of orderers apart, each with authorities of its own. Here one
	// organisation has both. A link makes "extend" find the authorities that exist, and issue the orderer from them.
	link := filepath.Join(tmp, "ordererOrganizations")
	if err := os.Symlink("peerOrganizations", link); err != nil {
		return fail(CodeFolder, err, "", "certificates cannot be written")
	}
	if err := n.cryptogen(ctx, "extend", "--input", tmp, cryptoConfig{OrdererOrgs: cryptoOf("orderer", 0)}); err != nil {
		return err
	}
	if err := os.Remove(link); err != nil {
		return fail(CodeFolder, err, "", "certificates cannot be written")
	}
	if err := os.Rename(tmp, n.files.crypto()); err != nil {
		return fail(CodeFolder, err, "", "certificates cannot be put in place")
	}
	return nil
}

func (n *Network) cryptogen(ctx context.Context, verb, flag, dir string, c cryptoConfig) error {
	text, err := yaml.Marshal(c)
	if err != nil {
		return err
	}
	path := n.files.at("config", "cryptogen-"+verb+".yaml")
	if err := writeFile(path, text, 0o644); err != nil {
		return fail(CodeFolder, err, "", "%s cannot be written", path)
	}
	_, err = command{Path: n.bin.path("cryptogen"), Args: []string{verb, "--config", path, flag, dir}, Dir: string(n.files)}.run(ctx)
	return err
}
