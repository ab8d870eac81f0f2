package demonstration

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/gateway/app"
	"github.com/rootline/rootline/network"
)

func (d *demonstration) url(i int) string { return fmt.Sprintf("http://localhost:%d", d.o.Port+i) }

// others are the addresses of all gateways, for each other's signatures on sets.
func (d *demonstration) others() string {
	var all []string
	for i, org := range d.o.Gateways {
		if c, err := d.net.Connection(org); err == nil {
			all = append(all, c.MSPID+"="+d.url(i))
		}
	}
	return strings.Join(all, ",")
}

// gateway is the service of the i-th gateway, as far as it is known before the network is up.
func (d *demonstration) gateway(i int, org string) network.Service {
	return network.Service{
		Name: org + "-gateway", Org: org, Binary: d.o.Program, Args: []string{"serve"}, Port: d.o.Port + i,
	}
}

// startGateways starts the gateways that do not run and waits until each has judged all that is on the ledger.
func (d *demonstration) startGateways(ctx context.Context) error {
	for i, org := range d.o.Gateways {
		start := time.Now()
		c, err := d.net.Connection(org)
		if err != nil {
			return err
		}
		config := app.Config{
			Listen: fmt.Sprintf("127.0.0.1:%d", d.o.Port+i), Origin: d.url(i), Store: filepath.Join(d.o.Data, "gateway", org),
			Peer: c.PeerEndpoint, PeerName: c.PeerServerName, PeerCA: c.TLSCACert, PeerOperations: c.PeerOperations,
			MSP: c.MSPID, Cert: c.ServiceCert, Key: c.ServiceKey, Channel: c.Channel, Genesis: c.Genesis,
			MapTiles: d.o.MapTiles, MapAttribution: d.o.MapAttribution, Gateways: d.others(),
		}
		if d.o.LAN {
			// Without an origin it takes this machine's address in the LAN, and localhost.
			config.Listen, config.Origin = fmt.Sprintf("0.0.0.0:%d", d.o.Port+i), ""
			config.TLSListen, config.LocalCA = fmt.Sprintf("0.0.0.0:%d", d.o.TLSPort+i), d.caFolder()
		}
		service := d.gateway(i, org)
		service.Env = config.Env()
		d.net.Keep(service)
		if err := d.net.Start(ctx, service.Name); err != nil {
			return err
		}
		if d.o.LAN && !listens(d.o.TLSPort+i) {
			// It ran already, for this machine only.
			if err := d.net.Stop(ctx, service.Name); err != nil {
				return err
			}
			if err := d.net.Start(ctx, service.Name); err != nil {
				return err
			}
		}
		if err := awaitReady(ctx, d.url(i)); err != nil {
			return err
		}
		d.done(start, "gateway", "%s at %s", service.Name, d.url(i))
	}
	return nil
}

// pollEvery is how often a gateway is asked whether it is ready.
const pollEvery = 100 * time.Millisecond

func awaitReady(ctx context.Context, url string) error {
	g, err := client.NewGateway(url)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, readyWait)
	defer cancel()
	for {
		r, err := g.Readiness(ctx)
		if err == nil && r.Ready && r.Lag == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the gateway at %s is not ready after %s: %w", url, readyWait, err)
		case <-time.After(pollEvery):
		}
	}
}
