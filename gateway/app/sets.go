package app

import (
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/httpapi"
	"github.com/rootline/rootline/gateway/proofs"
)

// openSets takes up the proofs of sets.
func (a *App) openSets() (err error) {
	gateways, err := a.config.gateways()
	if err != nil {
		return err
	}
	roots, err := a.config.gatewayRoots()
	if err != nil {
		return err
	}
	a.sets, err = proofs.NewSets(proofs.SetsConfig{
		Maker: a.proofs, Store: a.store, Member: a.client, Organisation: a.config.MSP, Members: proofs.MembersOf(a.projection.Channel),
		Gateways: gateways, Roots: roots, Dir: filepath.Join(a.config.Store, "proofs"), Reserve: a.config.quotas().Reserve,
	})
	if err != nil {
		return err
	}
	a.onClose(a.sets.Close)
	return nil
}

// gateways are the addresses of other organisations' gateways by MSP id.
func (c *Config) gateways() (map[string]string, error) {
	out := map[string]string{}
	if c.Gateways == "" {
		return out, nil
	}
	for one := range strings.SplitSeq(c.Gateways, ",") {
		mspID, address, ok := strings.Cut(strings.TrimSpace(one), "=")
		if !ok || !rootline.ValidMSPID(mspID) {
			return nil, fmt.Errorf("%q is no gateway; one is like OwnerMSP=https://works.owner.example", one)
		}
		origin, err := httpapi.ParseOrigin(address)
		if err != nil {
			return nil, err
		}
		if _, twice := out[mspID]; twice {
			return nil, fmt.Errorf("%s stands there twice", mspID)
		}
		out[mspID] = origin
	}
	delete(out, c.MSP) // one list may be the same for all
	return out, nil
}

// gatewayRoots are what certificates of other organisations' gateways may descend from; nil for what this machine knows.
func (c *Config) gatewayRoots() (*x509.CertPool, error) {
	if c.GatewaysCA == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(c.GatewaysCA)
	if err != nil {
		return nil, err
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, errors.New("it holds no certificate in PEM")
	}
	return roots, nil
}
