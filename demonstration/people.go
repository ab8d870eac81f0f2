package demonstration

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/network"
	"github.com/rootline/rootline/story"
)

// Invitation is a link that whoever holds it may take once.
type Invitation struct {
	Organisation string `json:"organisation"`
	Role         string `json:"role"`
	Name         string `json:"name"`
	Link         string `json:"link"`
	// LAN is the same link at the gateway's address in the local network, for a phone.
	LAN     string    `json:"lan,omitempty"`
	Expires time.Time `json:"expires"`
}

// invited are the roles that invitations are made for.
var invited = []struct{ org, role, name string }{
	{network.Owner, "manager", "M2"},
	{network.Owner, "importer", "I2"},
	{network.Contractor, "nursery", "N2"},
	{network.Contractor, "planter", "C10"},
	{network.Contractor, "builder", "B2"},
	{network.Supervisor, "supervisor", "S2"},
	{network.Regulator, "regulator", "R1"},
}

// invitationLife is how long the demonstration's invitations hold.
const invitationLife = 30 * 24 * time.Hour

// invitations gives the links that are kept in the data folder, or makes them. They hold private keys.
func (d *demonstration) invitations(ctx context.Context, lan *LAN) ([]Invitation, error) {
	file := filepath.Join(d.o.Data, "invitations.json")
	all, err := kept(file, func() ([]Invitation, error) {
		start := time.Now()
		var all []Invitation
		for _, i := range invited {
			link, expires, err := d.invite(ctx, i.org, i.role, i.name, invitationLife)
			if err != nil {
				return nil, err
			}
			all = append(all, Invitation{Organisation: i.org, Role: i.role, Name: i.name, Link: link, Expires: expires})
		}
		d.done(start, "people", "%d invitations", len(all))
		return all, nil
	})
	if err != nil || lan == nil {
		return all, err
	}
	changed := false
	for i := range all {
		_, fragment, _ := strings.Cut(all[i].Link, client.EnrolPath+"#")
		link := lan.Site + client.EnrolPath + "#" + fragment
		changed = changed || link != all[i].LAN
		all[i].LAN = link
	}
	if !changed {
		return all, nil
	}
	return all, keep(file, all)
}

// kept reads a value from a file, or makes it and keeps it there, for its owner only.
func kept[T any](file string, produce func() (T, error)) (T, error) {
	var v T
	b, err := os.ReadFile(file)
	if err == nil {
		if err := json.Unmarshal(b, &v); err != nil {
			return v, fmt.Errorf("%s is damaged; remove it, and it is made anew: %w", file, err)
		}
		return v, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return v, err
	}
	if v, err = produce(); err != nil {
		return v, err
	}
	return v, keep(file, v)
}

// keep writes a value to a file that only its owner reads.
func keep(file string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(b, '\n'), 0o600)
}

func (d *demonstration) invite(ctx context.Context, org, role, name string, life time.Duration) (string, time.Time, error) {
	admin, err := client.LoadDevice(d.device(org + "-admin"))
	if err != nil {
		return "", time.Time{}, err
	}
	g, err := client.NewGateway(d.url(0))
	if err != nil {
		return "", time.Time{}, err
	}
	expires := time.Now().Add(life)
	inv, err := g.Invite(ctx, admin, client.InviteOptions{Role: role, Name: name, Expires: expires})
	if err != nil {
		return "", time.Time{}, fmt.Errorf("inviting a %s of %s: %w", role, org, err)
	}
	return inv.Link, expires, nil
}

// player gives a device of the story's cast, enrolled when there is none yet.
func (d *demonstration) player(ctx context.Context, org, role, name string) (*client.Device, error) {
	file := d.device("story-" + role)
	device, err := client.LoadDevice(file)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return device, err
	}
	link, _, err := d.invite(ctx, org, role, name, time.Hour)
	if err != nil {
		return nil, err
	}
	g, err := client.NewGateway(d.url(0))
	if err != nil {
		return nil, err
	}
	return g.EnrolTo(ctx, link, file)
}

// story tells the story, unless it was told.
func (d *demonstration) story(ctx context.Context) (*story.Items, error) {
	return kept(filepath.Join(d.o.Data, "story.json"), func() (*story.Items, error) { return d.tell(ctx) })
}

// tell enrols the cast and tells the short story.
func (d *demonstration) tell(ctx context.Context) (*story.Items, error) {
	start := time.Now()
	stage, err := d.stage(ctx, shortCast())
	if err != nil {
		return nil, err
	}
	items, err := story.Tell(ctx, stage)
	if err != nil {
		return nil, err
	}
	d.done(start, "story", "told; all of it is synthetic")
	return items, nil
}
