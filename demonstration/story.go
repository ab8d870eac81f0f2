package demonstration

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/network"
	"github.com/rootline/rootline/story"
)

// player is a device of the story's cast.
type player struct {
	org, role, name string
	into            func(*story.Cast) **client.Device
}

// shortCast acts in the story that Up tells, longCast in that of TellAll as well.
func shortCast() []player {
	return []player{
		{network.Owner, "manager", "M1", func(c *story.Cast) **client.Device { return &c.Manager }},
		{network.Contractor, "nursery", "N1", func(c *story.Cast) **client.Device { return &c.Nursery }},
		{network.Contractor, "carrier", "T1", func(c *story.Cast) **client.Device { return &c.Carrier }},
		{network.Contractor, "planter", "C7", func(c *story.Cast) **client.Device { return &c.Planter }},
		{network.Contractor, "supplier", "V1", func(c *story.Cast) **client.Device { return &c.Supplier }},
		{network.Contractor, "builder", "B1", func(c *story.Cast) **client.Device { return &c.Builder }},
		{network.Supervisor, "supervisor", "S1", func(c *story.Cast) **client.Device { return &c.Supervisor }},
		{network.Supervisor, "laboratory", "L1", func(c *story.Cast) **client.Device { return &c.Laboratory }},
	}
}

func longCast() []player {
	return append(shortCast(),
		player{network.Owner, "designer", "D1", func(c *story.Cast) **client.Device { return &c.Designer }},
		player{network.Owner, "operator", "O1", func(c *story.Cast) **client.Device { return &c.Operator }},
		player{network.Owner, "disposal", "W1", func(c *story.Cast) **client.Device { return &c.Disposal }},
		player{network.Contractor, "factory", "F1", func(c *story.Cast) **client.Device { return &c.Factory }},
		player{network.Regulator, "regulator", "R0", func(c *story.Cast) **client.Device { return &c.Regulator }},
	)
}

// stage enrols the players who are not enrolled yet, and signs the manager in.
func (d *demonstration) stage(ctx context.Context, players []player) (story.Stage, error) {
	stage := story.Stage{Progress: func(chapter string, done, of int) {
		fmt.Fprintf(d.o.Report, "%-10s %s: %d of %d events on the ledger\n", "story", chapter, done, of)
	}}
	for _, p := range players {
		device, err := d.player(ctx, p.org, p.role, p.name)
		if err != nil {
			return stage, err
		}
		*p.into(&stage.Cast) = device
	}
	g, err := client.NewGateway(d.url(0))
	if err != nil {
		return stage, err
	}
	if _, err := g.SignIn(ctx, stage.Cast.Manager); err != nil {
		return stage, err
	}
	stage.Gateway = g
	stage.Ledger, err = g.Ledger(ctx)
	return stage, err
}

// TellAll tells the long story on a ledger that Up brought up and that runs. Told again, it gives the script of the first
// time: nothing is recorded twice.
func TellAll(ctx context.Context, o Options) (*story.Script, error) {
	d, err := newDemonstration(o)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(d.device(network.Owner + "-admin")); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no ledger in %s. Bring one up first: rootline up", d.o.Data)
	}
	return kept(filepath.Join(d.o.Data, "script.json"), func() (*story.Script, error) {
		start := time.Now()
		stage, err := d.stage(ctx, longCast())
		if err != nil {
			return nil, err
		}
		script, err := story.TellAll(ctx, stage)
		if err != nil {
			return nil, err
		}
		d.done(start, "story", "the long one, told; all of it is synthetic")
		return script, nil
	})
}
