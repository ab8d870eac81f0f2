package projection_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/orderer"
	"google.golang.org/protobuf/proto"

	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/projection"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/readmodel/readmodeltest"
)

// reconfigured are the blocks of a channel of one orderer, each with a configuration.
func reconfigured(t *testing.T, blocks int) (out []*common.Block) {
	t.Helper()
	pack := func(m proto.Message) []byte {
		b, err := proto.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1)}, &x509.Certificate{SerialNumber: big.NewInt(1)}, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	sign := func(parts ...[]byte) []byte {
		sum := sha256.Sum256(slices.Concat(parts...))
		r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		if n := key.Params().N; s.Cmp(new(big.Int).Rsh(n, 1)) > 0 {
			s.Sub(n, s)
		}
		signature, err := asn1.Marshal(struct{ R, S *big.Int }{r, s})
		if err != nil {
			t.Fatal(err)
		}
		return signature
	}
	group := func(values map[string]proto.Message) *common.ConfigGroup {
		g := &common.ConfigGroup{Values: map[string]*common.ConfigValue{}}
		for name, m := range values {
			g.Values[name] = &common.ConfigValue{Value: pack(m)}
		}
		return g
	}
	ordering := group(map[string]proto.Message{
		"ConsensusType": &orderer.ConsensusType{Type: "BFT"},
		"Orderers": &common.Orderers{ConsenterMapping: []*common.Consenter{
			{Id: 1, MspId: "A", Identity: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})},
		}},
	})
	var previous []byte
	for n := range uint64(blocks) {
		payload := pack(&common.Payload{
			Header: &common.Header{
				ChannelHeader:   pack(&common.ChannelHeader{Type: int32(common.HeaderType_CONFIG), ChannelId: "works"}),
				SignatureHeader: pack(&common.SignatureHeader{Nonce: []byte("nonce"), Creator: []byte("creator")}),
			},
			Data: pack(&common.ConfigEnvelope{Config: &common.Config{
				Sequence: n, ChannelGroup: &common.ConfigGroup{Groups: map[string]*common.ConfigGroup{"Orderer": ordering}},
			}}),
		})
		envelope := pack(&common.Envelope{Payload: payload, Signature: sign(payload)})
		sum := sha256.Sum256(envelope)
		header := channel.Header(n, previous, sum[:])
		value := pack(&common.OrdererBlockMetadata{LastConfig: &common.LastConfig{Index: n}})
		identifier := pack(&common.IdentifierHeader{Identifier: 1, Nonce: []byte("nonce")})
		signatures := pack(&common.Metadata{Value: value, Signatures: []*common.MetadataSignature{
			{IdentifierHeader: identifier, Signature: sign(value, identifier, header)},
		}})
		out = append(out, &common.Block{
			Header:   &common.BlockHeader{Number: n, PreviousHash: previous, DataHash: sum[:]},
			Data:     &common.BlockData{Data: [][]byte{envelope}},
			Metadata: &common.BlockMetadata{Metadata: [][]byte{signatures, {}, {0}, {}, {}}},
		})
		before := sha256.Sum256(header)
		previous = before[:]
	}
	return out
}

// TestEachConfigurationIsAFinding: whoever changes the channel's configuration is seen to, each time; nobody is alarmed.
func TestEachConfigurationIsAFinding(t *testing.T) {
	raw := reconfigured(t, 4)
	v := openVerified(t, filepath.Join(t.TempDir(), "r.db"), nil, genesisOf(raw))
	if err := v.Apply(t.Context(), read(raw...)...); err != nil {
		t.Fatal(err)
	}
	found, err := readmodeltest.View(t, v.store).Findings(readmodel.Page{})
	if err != nil {
		t.Fatal(err)
	}
	blocks := map[uint64]bool{}
	for _, f := range found.Items {
		if f.Kind == projection.KindConfiguration && !f.Alarm {
			blocks[f.Block] = true
		}
	}
	if len(blocks) != 3 || blocks[0] {
		t.Errorf("configurations are found in %v: %+v", blocks, found.Items)
	}
}
