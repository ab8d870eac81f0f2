package demonstration

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/founding"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/network"
	"github.com/rootline/rootline/rulebook"
)

// member is what an organisation of the demonstration is and may do.
type member struct {
	org    string
	title  rootline.Text
	prefix string
	roles  []string
}

// members are the four organisations. Their prefixes lie under 952, which GS1 keeps for demonstrations.
func members() []member {
	return []member{
		{network.Owner, rootline.Text{En: "Project company (demonstration)", Zh: "建设单位（演示）"}, "9520001",
			[]string{rootline.RoleManager, "importer", "designer", "operator", "disposal"}},
		{network.Contractor, rootline.Text{En: "Contractor (demonstration)", Zh: "施工单位（演示）"}, "9520002",
			[]string{"nursery", "carrier", "planter", "supplier", "builder", "factory", "supervisor"}},
		{network.Supervisor, rootline.Text{En: "Supervisor (demonstration)", Zh: "监理单位（演示）"}, "9520003",
			[]string{"supervisor", "laboratory"}},
		{network.Regulator, rootline.Text{En: "Quality authority (demonstration)", Zh: "质量监督机构（演示）"}, "9520004",
			[]string{"regulator"}},
	}
}

// TooOldError says that the ledger in a data folder is of before the first release, and how to start anew.
type TooOldError struct {
	Data string
	Err  *founding.TooOldError
}

// Error implements error.
func (e *TooOldError) Error() string {
	return fmt.Sprintf("%v in %s. Stop it with `rootline down`. For a new ledger, give `rootline up` another folder with --data; or, if nothing in this one is needed any more, delete it with `rootline down --destroy` first", e.Err, e.Data)
}

// Unwrap gives the founding's error.
func (e *TooOldError) Unwrap() error { return e.Err }

// found founds the ledger with a Fabric admin of each organisation.
func (d *demonstration) found(ctx context.Context) error {
	start := time.Now()
	var all []founding.Member
	for _, m := range members() {
		c, err := d.net.Connection(m.org)
		if err != nil {
			return err
		}
		admin, err := fabric.Connect(ctx, fabric.Config{
			PeerEndpoint: c.PeerEndpoint, ServerName: c.PeerServerName, TLSCACert: c.TLSCACert,
			MSPID: c.MSPID, Cert: c.AdminCert, Key: c.AdminKey, Channel: c.Channel,
		})
		if err != nil {
			return err
		}
		defer admin.Close()
		genesis, err := rootline.ParseHash(c.Genesis)
		if err != nil {
			return err
		}
		all = append(all, founding.Member{
			Organisation: rootline.Organisation{MSPID: c.MSPID, Title: m.title, Prefix: m.prefix, Roles: m.roles},
			Admin:        admin, DeviceFile: d.device(m.org + "-admin"), Gateway: d.url(0),
			Genesis: genesis,
		})
	}
	holds, err := d.meaningHolds()
	if err != nil {
		return err
	}
	net, err := founding.Found(ctx, all)
	if err == nil && !holds {
		err = &founding.TooOldError{Net: net}
	}
	var old *founding.TooOldError
	if errors.As(err, &old) {
		return &TooOldError{d.o.Data, old}
	}
	if err != nil {
		return err
	}
	d.done(start, "founding", "ledger %s, confirmed by %d organisations", net, len(all))
	return nil
}

// meaningHolds reports whether the ledger of the data folder was founded, or is to be founded now, under what the first protocol number
// means to this version.
func (d *demonstration) meaningHolds() (bool, error) {
	file, now := filepath.Join(d.o.Data, "meaning"), strconv.Itoa(rootline.FirstMeaning)+"\n"
	noted, err := os.ReadFile(file)
	if !errors.Is(err, fs.ErrNotExist) {
		return string(noted) == now, err
	}
	// The first device's key is there before the ledger hears of it.
	if _, err := os.Stat(d.device(members()[0].org + "-admin")); err == nil {
		return false, nil
	}
	return true, os.WriteFile(file, []byte(now), 0o644)
}

// adopt has the shipped rulebooks adopted, in the versions that the story begins under.
func (d *demonstration) adopt(ctx context.Context) error {
	start := time.Now()
	voters, err := d.voters()
	if err != nil {
		return err
	}
	first := rulebook.FirstVersions()
	refs := make([]string, 0, len(first))
	for ref := range first {
		refs = append(refs, ref)
	}
	slices.Sort(refs)
	for _, ref := range refs {
		if err := founding.Adopt(ctx, ref, first[ref], voters); err != nil {
			return err
		}
	}
	d.done(start, "rulebooks", "%s", fmt.Sprint(refs))
	return nil
}
