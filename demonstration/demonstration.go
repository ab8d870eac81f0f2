// Package demonstration brings up everything on one machine: the network of four organisations, a founded ledger with
// the shipped rulebooks, gateways, people to act, invitations to hand out, and the synthetic story. Each step looks at
// what is there first, so that a second Up resumes, and an interrupted one is taken up where it stopped.
package demonstration

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/founding"
	"github.com/rootline/rootline/network"
	"github.com/rootline/rootline/story"
)

// Options says what to bring up. The zero value is the usual one.
type Options struct {
	// Data is the folder of everything. Default ".rootline".
	Data string
	// Program is the rootline binary that runs as gateway.
	Program string
	// Port is the HTTP port of the first gateway; the others follow it. Default 8080.
	Port int
	// LAN serves the gateways on the local network, too, over HTTPS with a local CA. TLSPort is the HTTPS port of the first;
	// the others follow it. Default 8443.
	LAN     bool
	TLSPort int
	// MapTiles and MapAttribution are what the gateways put under maps; see app.Config. Default: nothing.
	MapTiles, MapAttribution string
	// Gateways are the short names of the organisations that run one. Default: the owner.
	Gateways []string
	// Network says where the Fabric part differs from the usual.
	Network network.Config
	// NoStory leaves the synthetic story out.
	NoStory bool
	// Report is told what happens, a line at a time.
	Report io.Writer
}

// Result is what came up.
type Result struct {
	Network *network.Network
	// Site is the URL of the first gateway.
	Site string
	// Invitations are links for the demonstration's roles, by role.
	Invitations []Invitation
	// Items are codes of the story; nil without it.
	Items *story.Items
	// LAN says how the local network reaches the first gateway; nil when it does not.
	LAN  *LAN
	Took time.Duration
}

// readyWait bounds how long a gateway may take to catch up with the ledger.
const readyWait = 5 * time.Minute

// Up brings everything up.
func Up(ctx context.Context, o Options) (*Result, error) {
	start := time.Now()
	d, err := newDemonstration(o)
	if err != nil {
		return nil, err
	}
	if d.net, err = network.Up(ctx, d.o.Network, network.PrintProgress(d.o.Report)); err != nil {
		return nil, err
	}
	if err := d.remember(); err != nil {
		return nil, err
	}
	if err := d.found(ctx); err != nil {
		return nil, err
	}
	if err := d.startGateways(ctx); err != nil {
		return nil, err
	}
	if err := d.adopt(ctx); err != nil {
		return nil, err
	}
	r := &Result{Network: d.net, Site: d.url(0)}
	if o.LAN {
		if r.LAN, err = d.lan(); err != nil {
			return nil, err
		}
	}
	if r.Invitations, err = d.invitations(ctx, r.LAN); err != nil {
		return nil, err
	}
	if !o.NoStory {
		if r.Items, err = d.story(ctx); err != nil {
			return nil, err
		}
	}
	r.Took = time.Since(start)
	return r, nil
}

// Open gives the network of a data folder, with its gateways, without starting anything.
func Open(o Options) (*network.Network, error) {
	d, err := newDemonstration(o)
	if err != nil {
		return nil, err
	}
	return network.Open(d.o.Network)
}

type demonstration struct {
	o   Options
	net *network.Network
}

func newDemonstration(o Options) (*demonstration, error) {
	if o.Data == "" {
		o.Data = ".rootline"
	}
	if o.Port == 0 {
		o.Port = 8080
	}
	if o.TLSPort == 0 {
		o.TLSPort = 8443
	}
	if len(o.Gateways) == 0 {
		o.Gateways = []string{network.Owner}
	}
	if o.Report == nil {
		o.Report = io.Discard
	}
	data, err := filepath.Abs(o.Data)
	if err != nil {
		return nil, err
	}
	o.Data = data
	o.Network.Data = filepath.Join(data, "network")
	d := &demonstration{o: o}
	for i, org := range o.Gateways {
		if _, err := network.FindOrg(org); err != nil {
			return nil, err
		}
		d.o.Network.Services = append(d.o.Network.Services, d.gateway(i, org))
	}
	return d, nil
}

// done reports a step that ended, in the form of the network's.
func (d *demonstration) done(start time.Time, stage, format string, args ...any) {
	fmt.Fprintf(d.o.Report, "%-10s %s (%.1f s)\n", stage, fmt.Sprintf(format, args...), time.Since(start).Seconds())
}

func (d *demonstration) device(name string) string {
	return filepath.Join(d.o.Data, "keys", name+".json")
}

// voters are the admins of all organisations, at the first gateway.
func (d *demonstration) voters() ([]founding.Voter, error) {
	g, err := client.NewGateway(d.url(0))
	if err != nil {
		return nil, err
	}
	var voters []founding.Voter
	for _, m := range members() {
		device, err := client.LoadDevice(d.device(m.org + "-admin"))
		if err != nil {
			return nil, err
		}
		voters = append(voters, founding.Voter{Device: device, Gateway: g})
	}
	return voters, nil
}
