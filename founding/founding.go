// Package founding brings a ledger into being on a running channel: it founds it, has each organisation's Fabric admin
// confirm, registers each organisation's first admin device, and has the shipped rulebooks adopted by vote. Every
// step looks at the ledger first, so that an interrupted founding is taken up where it stopped.
package founding

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/client"
)

// Admin is an organisation's Fabric admin: who founds and confirms.
type Admin interface {
	// Transact submits one transaction and returns when it is committed.
	Transact(ctx context.Context, function, argument string) error
	// Get reads one record of the ledger; nil when there is none.
	Get(ctx context.Context, ref rootline.Ref) (rootline.Record, error)
}

// Member is a founding organisation.
type Member struct {
	rootline.Organisation
	Admin Admin
	// DeviceFile is where the key of its first admin device is kept.
	DeviceFile string
	// Gateway is the URL that the device will use.
	Gateway string
}

// Found founds the ledger, if nobody has, and lets every member that has not confirmed do so. It returns the
// ledger's net.
func Found(ctx context.Context, members []Member) (net string, err error) {
	ledger, err := read[*rootline.Ledger](ctx, members[0].Admin, rootline.Ref{Space: rootline.SpaceLedger})
	if err != nil {
		return "", err
	}
	if ledger == nil {
		if net, err = found(ctx, members); err != nil {
			return "", fmt.Errorf("founding the ledger: %w", err)
		}
	} else {
		net = ledger.Net
	}
	for _, m := range members {
		if err := confirm(ctx, net, m); err != nil {
			return "", fmt.Errorf("%s confirming the founding: %w", m.MSPID, err)
		}
	}
	return net, nil
}

func found(ctx context.Context, members []Member) (string, error) {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails, by its documentation
	f := rootline.Founding{Net: hex.EncodeToString(id[:])}
	for _, m := range members {
		f.Organisations = append(f.Organisations, m.Organisation)
	}
	b, err := json.Marshal(f)
	if err != nil {
		return "", err
	}
	return f.Net, members[0].Admin.Transact(ctx, wire.FnFound, string(b))
}

// confirm lets one member confirm. The device's key is on disk before the ledger hears of it.
func confirm(ctx context.Context, net string, m Member) error {
	org, err := read[*rootline.Organisation](ctx, m.Admin, rootline.Ref{Space: rootline.SpaceOrganisation, ID: m.MSPID})
	if err != nil {
		return err
	}
	if org != nil && org.Confirmed != 0 {
		if _, err := os.Stat(m.DeviceFile); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("the ledger knows its first admin device, but the key is not in %s", m.DeviceFile)
		}
		return nil
	}
	if err := os.Remove(m.DeviceFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err // of an earlier try that the ledger never heard of
	}
	first, err := client.FirstDevice(net, m.MSPID, "admin")
	if err != nil {
		return err
	}
	first.Device.Gateway = m.Gateway
	if err := first.Device.Save(m.DeviceFile); err != nil {
		return err
	}
	return m.Admin.Transact(ctx, wire.FnConfirm, first.Submission.JWS)
}

func read[T rootline.Record](ctx context.Context, a Admin, ref rootline.Ref) (T, error) {
	var none T
	r, err := a.Get(ctx, ref)
	if err != nil || r == nil {
		return none, err
	}
	t, ok := r.(T)
	if !ok {
		return none, fmt.Errorf("%s holds a %T", ref, r)
	}
	return t, nil
}
