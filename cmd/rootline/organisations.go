package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/fabric"
)

// foundingPatience bounds how long a founding or a confirmation goes on trying while peers and orderers come up.
const foundingPatience = 2 * time.Minute

// readOrganisations reads the founding organisations from a YAML file: a list of mspId, title (en, zh), prefix, roles.
func readOrganisations(path string) ([]rootline.Organisation, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var listed []struct {
		MSPID  string        `yaml:"mspId"`
		Title  rootline.Text `yaml:"title"`
		Prefix string        `yaml:"prefix"`
		Roles  []string      `yaml:"roles"`
	}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&listed); err != nil {
		return nil, &usageError{fmt.Errorf("%s is not a list of organisations with mspId, title, prefix and roles: %w", path, err)}
	}
	organisations := make([]rootline.Organisation, 0, len(listed))
	for _, o := range listed {
		organisations = append(organisations, rootline.Organisation{MSPID: o.MSPID, Title: o.Title, Prefix: o.Prefix, Roles: o.Roles})
	}
	return organisations, nil
}

// adminFlags say to which peer and as which Fabric admin a command speaks. The names are those of serve.
type adminFlags struct{ config fabric.Config }

func (f *adminFlags) settings() []struct {
	value            *string
	flag, env, usage string
} {
	c := &f.config
	return []struct {
		value            *string
		flag, env, usage string
	}{
		{&c.PeerEndpoint, "peer", "ROOTLINE_PEER", "gRPC address of the organisation's own peer"},
		{&c.ServerName, "peer-name", "ROOTLINE_PEER_NAME", "name in the peer's TLS certificate"},
		{&c.TLSCACert, "peer-ca", "ROOTLINE_PEER_CA", "certificate (PEM) that the peer's TLS certificate descends from"},
		{&c.MSPID, "msp", "ROOTLINE_MSP", "MSP id of the organisation"},
		{&c.Cert, "cert", "ROOTLINE_CERT", "certificate (PEM) of the organisation's Fabric admin"},
		{&c.Key, "key", "ROOTLINE_KEY", "private key (PEM) of the organisation's Fabric admin"},
		{&c.Channel, "channel", "ROOTLINE_CHANNEL", "channel that holds the ledger"},
	}
}

func (f *adminFlags) register(cmd *cobra.Command, getenv func(string) string) {
	for _, s := range f.settings() {
		standard := getenv(s.env)
		if s.flag == "channel" {
			standard = first(standard, "works")
		}
		cmd.Flags().StringVar(s.value, s.flag, standard, s.usage+" (or $"+s.env+")")
	}
}

// connect gives the Fabric admin's client. Whoever gets it closes it.
func (f *adminFlags) connect(ctx context.Context) (*fabric.Client, error) {
	for _, s := range f.settings() {
		if *s.value == "" {
			return nil, &usageError{fmt.Errorf("--%s or %s is missing: %s", s.flag, s.env, s.usage)}
		}
	}
	return fabric.Connect(ctx, f.config)
}

// explained adds a way out to what the founding commonly fails with.
func explained(err error) error {
	var down *fabric.Unavailable
	if errors.As(err, &down) {
		return fmt.Errorf("%w\nDo peer, orderer and chaincode service run, and is the chaincode committed on the channel?", err)
	}
	return err
}
