package network

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
)

// noAdminChangesTheChannelAlone has the owner's admin change its own anchor peers, with the programs that docs/incidents.md names: alone,
// with one more, and with the majority of four.
func noAdminChangesTheChannelAlone(ctx context.Context, n *Network) func(*testing.T) {
	return func(t *testing.T) {
		owner := Orgs()[0]
		path := filepath.Join(t.TempDir(), "update.pb")
		if err := os.WriteFile(path, marshalled(t, anchorPeers(t, n, owner)), 0o644); err != nil {
			t.Fatal(err)
		}
		at := []string{"channel", "update", "-f", path, "-c", Channel, "-o", n.config.address(owner, portOrderer), "--tls", "--cafile", n.files.tlsCA(owner)}
		for signed, o := range Orgs()[1:3] {
			if _, err := n.peerCommand(owner, at...).run(ctx); err == nil || !strings.Contains(err.Error(), "policy for [Value]  /Channel/Application/"+owner.MSPID+"/AnchorPeers not satisfied") {
				t.Fatalf("an update that %d other admins signed: %v", signed, err)
			}
			if _, err := n.peerCommand(o, "channel", "signconfigtx", "-f", path).run(ctx); err != nil {
				t.Fatal(err)
			}
		}
		before, err := n.Height(ctx, owner)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := n.peerCommand(owner, at...).run(ctx); err != nil {
			t.Fatalf("an update of three admins: %v", err)
		}
		for height := before; height == before; {
			if height, err = n.Height(ctx, owner); err != nil || pause(ctx, 50*time.Millisecond) != nil {
				t.Fatalf("the update of three admins is in no block: %v", err)
			}
		}
	}
}

// anchorPeers is an update of the channel's first configuration that takes the organisation's anchor peers away, in the envelope that
// peer channel signs and submits.
func anchorPeers(t *testing.T, n *Network, o Org) *common.Envelope {
	t.Helper()
	now, err := os.ReadFile(n.files.block())
	if err != nil {
		t.Fatal(err)
	}
	var block common.Block
	var envelope common.Envelope
	var payload common.Payload
	var config common.ConfigEnvelope
	for _, m := range []struct {
		bytes func() []byte
		into  proto.Message
	}{
		{func() []byte { return now }, &block}, {func() []byte { return block.Data.Data[0] }, &envelope},
		{func() []byte { return envelope.Payload }, &payload}, {func() []byte { return payload.Data }, &config},
	} {
		if err := proto.Unmarshal(m.bytes(), m.into); err != nil {
			t.Fatal(err)
		}
	}
	is := config.Config.ChannelGroup.Groups["Application"].Groups[o.MSPID].Values["AnchorPeers"]
	of := func(values map[string]*common.ConfigValue) *common.ConfigGroup {
		return &common.ConfigGroup{Groups: map[string]*common.ConfigGroup{"Application": {Groups: map[string]*common.ConfigGroup{o.MSPID: {Values: values}}}}}
	}
	update := &common.ConfigUpdate{
		ChannelId: Channel, ReadSet: of(nil),
		WriteSet: of(map[string]*common.ConfigValue{"AnchorPeers": {Version: is.Version + 1, ModPolicy: is.ModPolicy, Value: marshalled(t, &peer.AnchorPeers{})}}),
	}
	return &common.Envelope{Payload: marshalled(t, &common.Payload{
		Header: &common.Header{ChannelHeader: marshalled(t, &common.ChannelHeader{Type: int32(common.HeaderType_CONFIG_UPDATE), ChannelId: Channel})},
		Data:   marshalled(t, &common.ConfigUpdateEnvelope{ConfigUpdate: marshalled(t, update)}),
	})}
}

func marshalled(t *testing.T, m proto.Message) []byte {
	t.Helper()
	b, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestOnlyTheFirstBlockOfAChannelIsChanged(t *testing.T) {
	for _, b := range [][]byte{nil, []byte("{}"), marshalled(t, &common.Block{Header: &common.BlockHeader{Number: 1}, Data: &common.BlockData{Data: [][]byte{{}}}})} {
		if _, err := ShareRights(b); err == nil {
			t.Errorf("%q is taken for the first block of a channel", b)
		}
	}
}
