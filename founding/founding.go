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
	// Genesis is the hash of the channel's block 0, as the organisation's peer has it.
	Genesis(ctx context.Context) (rootline.Hash, error)
}

// Member is a founding organisation.
type Member struct {
	rootline.Organisation
	Admin Admin
	// DeviceFile is where the key of its first admin device is kept.
	DeviceFile string
	// Gateway is the URL that the device will use.
	Gateway string
	// Genesis is the hash of block 0 that the organisation pinned. Its confirmation states it, if its peer has that block;
	// zero states nothing.
	Genesis rootline.Hash
}

// Found founds the ledger, if nobody has, and lets every member that has not confirmed do so. It returns the
// ledger's net.
func Found(ctx context.Context, members []Member) (net string, err error) {
	organisations := make([]rootline.Organisation, 0, len(members))
	for _, m := range members {
		organisations = append(organisations, m.Organisation)
	}
	net, err = Open(ctx, members[0].Admin, organisations)
	var different *DifferentError // the ledger is older than what the members say of themselves today
	if err != nil && !errors.As(err, &different) {
		return "", fmt.Errorf("founding the ledger: %w", err)
	}
	for _, m := range members {
		if err := confirm(ctx, net, m); err != nil {
			return "", fmt.Errorf("%s confirming the founding: %w", m.MSPID, err)
		}
	}
	return net, nil
}

// Open founds the ledger with the given organisations, if nobody has, and returns its net. Nobody has confirmed then. A
// ledger that was founded with others is a *DifferentError, and its net is returned as well; one of before the first
// release a *TooOldError.
func Open(ctx context.Context, admin Admin, organisations []rootline.Organisation) (net string, err error) {
	ledger, err := read[*rootline.Ledger](ctx, admin, rootline.Ref{Space: rootline.SpaceLedger})
	if err != nil {
		return "", err
	}
	if ledger != nil {
		if ledger.Protocol < rootline.FirstProtocol {
			return "", &TooOldError{ledger.Net}
		}
		return ledger.Net, same(ctx, admin, ledger, organisations)
	}
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails, by its documentation
	f := rootline.Founding{Net: hex.EncodeToString(id[:]), Protocol: rootline.FirstProtocol, Organisations: organisations}
	b, err := json.Marshal(f)
	if err != nil {
		return "", err
	}
	return f.Net, admin.Transact(ctx, wire.FnFound, string(b))
}

// Confirm lets one member confirm the founding, unless it has, and returns the ledger's net. The member says with which
// organisations it agrees: a ledger that was founded with others is a *DifferentError, one that was not founded ErrNotFounded.
func Confirm(ctx context.Context, m Member, organisations []rootline.Organisation) (net string, err error) {
	ledger, err := read[*rootline.Ledger](ctx, m.Admin, rootline.Ref{Space: rootline.SpaceLedger})
	if err != nil {
		return "", err
	}
	if ledger == nil {
		return "", ErrNotFounded
	}
	if ledger.Protocol < rootline.FirstProtocol {
		return "", &TooOldError{ledger.Net}
	}
	if err := same(ctx, m.Admin, ledger, organisations); err != nil {
		return "", err
	}
	return ledger.Net, confirm(ctx, ledger.Net, m)
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
	if !m.Genesis.IsZero() {
		has, err := m.Admin.Genesis(ctx)
		if err != nil {
			return err
		}
		if has != m.Genesis {
			return &OtherGenesisError{Pinned: m.Genesis, Peer: has}
		}
	}
	if err := os.Remove(m.DeviceFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err // of an earlier try that the ledger never heard of
	}
	first, err := client.FirstDevice(net, m.MSPID, "admin", m.Genesis)
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
