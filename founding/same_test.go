package founding_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/founding"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
)

// admin is the Fabric admin of one organisation, on a ledger in memory that judges for real.
type admin struct {
	msp   string
	state *judgetest.State
}

func (a admin) Get(_ context.Context, ref rootline.Ref) (rootline.Record, error) {
	return a.state.Get(ref)
}

func (a admin) Genesis(context.Context) (rootline.Hash, error) { return block0, nil }

// block0 is the hash of the channel's first block.
var block0 = rootline.HashOf([]byte("block 0"))

func (a admin) Transact(_ context.Context, function, argument string) error {
	decide := judge.New().Found
	if function == wire.FnConfirm {
		decide = judge.New().Confirm
	}
	d, err := decide(a.state, judge.Caller{MSPID: a.msp, Admin: true}, argument, 1)
	if err != nil {
		return err
	}
	if len(d.Refused) > 0 {
		return d.Refused[0].Error
	}
	a.state.Apply(d.Writes)
	return nil
}

func agreed() []rootline.Organisation {
	return []rootline.Organisation{
		{MSPID: "OwnerMSP", Title: rootline.Text{En: "Owner"}, Prefix: "9520001", Roles: []string{"manager"}},
		{MSPID: "ContractorMSP", Title: rootline.Text{En: "Contractor"}, Prefix: "9520002", Roles: []string{"planter"}},
	}
}

func TestAnOrganisationConfirmsOnlyWhatItAgreedTo(t *testing.T) {
	ctx, state := context.Background(), judgetest.NewState()
	owner, contractor := admin{"OwnerMSP", state}, admin{"ContractorMSP", state}
	member := func(a admin) founding.Member {
		return founding.Member{Organisation: rootline.Organisation{MSPID: a.msp}, Admin: a, DeviceFile: filepath.Join(t.TempDir(), a.msp+".json")}
	}
	if _, err := founding.Confirm(ctx, member(owner), agreed()); !errors.Is(err, founding.ErrNotFounded) {
		t.Fatalf("confirmed before the founding: %v", err)
	}
	net, err := founding.Open(ctx, owner, agreed())
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func([]rootline.Organisation) []rootline.Organisation{
		"another prefix": func(o []rootline.Organisation) []rootline.Organisation { o[1].Prefix = "9520003"; return o },
		"another title":  func(o []rootline.Organisation) []rootline.Organisation { o[0].Title.Zh = "业主"; return o },
		"another role": func(o []rootline.Organisation) []rootline.Organisation {
			o[1].Roles = append(o[1].Roles, "supervisor")
			return o
		},
		"one more": func(o []rootline.Organisation) []rootline.Organisation {
			return append(o, rootline.Organisation{MSPID: "RegulatorMSP", Prefix: "9520004"})
		},
		"one less": func(o []rootline.Organisation) []rootline.Organisation { return o[:1] },
	} {
		t.Run(name, func(t *testing.T) {
			var different *founding.DifferentError
			if _, err := founding.Confirm(ctx, member(owner), change(agreed())); !errors.As(err, &different) {
				t.Errorf("confirmed: %v", err)
			}
			if _, err := founding.Open(ctx, owner, change(agreed())); !errors.As(err, &different) {
				t.Errorf("founded again: %v", err)
			}
		})
	}
	var other *founding.OtherGenesisError
	wrong := member(owner)
	wrong.Genesis = rootline.HashOf([]byte("another block 0"))
	if _, err := founding.Confirm(ctx, wrong, agreed()); !errors.As(err, &other) || other.Peer != block0 {
		t.Errorf("confirmed on another channel: %v", err)
	}
	if _, err := os.Stat(wrong.DeviceFile); err == nil {
		t.Error("and made a device")
	}
	for _, a := range []admin{owner, contractor} {
		m := member(a)
		m.Genesis = block0
		for range 2 { // the second changes nothing
			if got, err := founding.Confirm(ctx, m, agreed()); err != nil || got != net {
				t.Fatalf("%s: %s, %v", a.msp, got, err)
			}
		}
	}
	for _, a := range []admin{owner, contractor} {
		ref := rootline.Ref{Space: rootline.SpaceOrganisation, ID: a.msp}
		if org := state.Records()[ref].(*rootline.Organisation); org.Genesis != block0 {
			t.Errorf("%s states block 0 as %s", a.msp, org.Genesis)
		}
	}
	if again, err := founding.Open(ctx, owner, agreed()); err != nil || again != net {
		t.Errorf("founded again: %s, %v; want %s", again, err, net)
	}
}

// A ledger of before the first release is told apart, and nothing is done to it.
func TestALedgerOfBeforeTheFirstReleaseIsLeftAlone(t *testing.T) {
	ctx, state := context.Background(), judgetest.NewState()
	old := &rootline.Ledger{Net: judgetest.Net, Organisations: []string{"OwnerMSP", "ContractorMSP"}}
	state.Apply([]rootline.Record{old})
	before := state.Records()
	a := admin{"OwnerMSP", state}
	m := founding.Member{Organisation: rootline.Organisation{MSPID: a.msp}, Admin: a, DeviceFile: filepath.Join(t.TempDir(), "key.json")}
	var tooOld *founding.TooOldError
	if _, err := founding.Open(ctx, a, agreed()); !errors.As(err, &tooOld) {
		t.Errorf("opened: %v", err)
	}
	if _, err := founding.Confirm(ctx, m, agreed()); !errors.As(err, &tooOld) {
		t.Errorf("confirmed: %v", err)
	}
	if _, err := founding.Found(ctx, []founding.Member{m}); !errors.As(err, &tooOld) {
		t.Errorf("founded: %v", err)
	}
	if len(state.Records()) != len(before) {
		t.Error("something was written")
	}
}
