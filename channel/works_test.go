package channel

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	members "github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/orderer"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer/lifecycle"
	"google.golang.org/protobuf/proto"
)

// works is a channel of four organisations whose keys the test holds, so that it can forge what it likes.
type works struct {
	testing.TB
	orgs   []*org
	state  *State
	memory *Memory
	// last is the hash of the last block, and config the number of the block with the configuration.
	last    Hash
	number  uint64
	config  uint64
	genesis *Block
	nonces  int
	// fabric is what Fabric makes of the same blocks; nil when nobody asks.
	fabric *oracle
}

type org struct {
	id                             string
	ca                             *signer
	orderer, peer, client, another *signer
}

// signer is a certificate with its key.
type signer struct {
	mspID string
	cert  *x509.Certificate
	pem   []byte
	key   *ecdsa.PrivateKey
}

func pack(m proto.Message) []byte {
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		panic(err)
	}
	return b
}

var serial int64

func certify(t testing.TB, mspID string, by *signer, units ...string) *signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial++
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(-24 * time.Hour),
		Subject: pkix.Name{CommonName: mspID, OrganizationalUnit: units, SerialNumber: fmt.Sprint(serial)}, BasicConstraintsValid: true,
	}
	parent, signing := template, key
	if by == nil {
		template.IsCA, template.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
		template.SubjectKeyId = []byte(mspID)
	} else {
		parent, signing = by.cert, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signing)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &signer{mspID, cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), key}
}

func (s *signer) identity() []byte { return serialize(s.mspID, s.pem) }

func (s *signer) sign(parts ...[]byte) []byte {
	sum := sha256.Sum256(slices.Concat(parts...))
	r, v, err := ecdsa.Sign(rand.Reader, s.key, sum[:])
	if err != nil {
		panic(err)
	}
	if !lowS(&s.key.PublicKey, v) {
		v.Sub(s.key.Params().N, v)
	}
	der, err := asn1.Marshal(ecdsaSignature{r, v})
	if err != nil {
		panic(err)
	}
	return der
}

// high gives a signature in its other form.
func high(der []byte) []byte {
	r, s, err := readSignature(der)
	if err != nil {
		panic(err)
	}
	der, err = asn1.Marshal(ecdsaSignature{r, new(big.Int).Sub(elliptic.P256().Params().N, s)})
	if err != nil {
		panic(err)
	}
	return der
}

func newWorks(t testing.TB) *works {
	t.Helper()
	w := &works{TB: t, memory: NewMemory()}
	for _, name := range []string{"A", "B", "C", "D"} {
		ca := certify(t, name, nil)
		w.orgs = append(w.orgs, &org{name, ca, certify(t, name, ca, "orderer"), certify(t, name, ca, "peer"), certify(t, name, ca, "client"), certify(t, name, ca, "peer")})
	}
	envelope := w.configuration(w.orgs, 0, nil)
	w.genesis = w.block(0, nil, envelope)
	var err error
	if w.state, err = Begin(w.genesis, w.genesis.Hash()); err != nil {
		t.Fatal(err)
	}
	w.last = w.genesis.Hash()
	w.fabric = askOracle(t, w.genesis)
	w.add(w.block(w.number+1, w.last[:], w.transaction(definitionOf("works", outOf(2, "A", "B", "C", "D"))).bytes()))
	return w
}

// configuration is an envelope with a configuration of the organisations.
func (w *works) configuration(orgs []*org, sequence uint64, by *signer) []byte {
	group := func() *common.ConfigGroup {
		return &common.ConfigGroup{Groups: map[string]*common.ConfigGroup{}, Values: map[string]*common.ConfigValue{}, Policies: map[string]*common.ConfigPolicy{}}
	}
	value := func(m proto.Message) *common.ConfigValue { return &common.ConfigValue{Value: pack(m)} }
	capability := func(name string) *common.ConfigValue {
		return value(&common.Capabilities{Capabilities: map[string]*common.Capability{name: {}}})
	}
	most := func(sub string) *common.ConfigPolicy {
		return &common.ConfigPolicy{Policy: &common.Policy{Type: 3, Value: pack(&common.ImplicitMetaPolicy{SubPolicy: sub, Rule: common.ImplicitMetaPolicy_MAJORITY})}}
	}
	root, application, ordering := group(), group(), group()
	root.Groups["Application"], root.Groups["Orderer"] = application, ordering
	root.Values["HashingAlgorithm"] = value(&common.HashingAlgorithm{Name: "SHA256"})
	root.Values["BlockDataHashingStructure"] = value(&common.BlockDataHashingStructure{Width: math.MaxUint32})
	ordering.Values["Capabilities"] = capability("V2_0")
	ordering.Values["BatchSize"] = value(&orderer.BatchSize{MaxMessageCount: 10, AbsoluteMaxBytes: 1 << 20, PreferredMaxBytes: 1 << 20})
	ordering.Values["BatchTimeout"] = value(&orderer.BatchTimeout{Timeout: "1s"})
	root.Values["Capabilities"], application.Values["Capabilities"] = capability("V3_0"), capability("V2_5")
	application.Policies["Endorsement"], application.Policies["LifecycleEndorsement"] = most("Endorsement"), most("Endorsement")
	ordering.Values["ConsensusType"] = value(&orderer.ConsensusType{Type: "BFT"})
	var consenters common.Orderers
	for i, o := range orgs {
		g := group()
		node := func(unit string) *members.FabricOUIdentifier {
			return &members.FabricOUIdentifier{OrganizationalUnitIdentifier: unit, Certificate: o.ca.pem}
		}
		g.Values["MSP"] = value(&members.MSPConfig{Config: pack(&members.FabricMSPConfig{
			Name: o.id, RootCerts: [][]byte{o.ca.pem},
			FabricNodeOus: &members.FabricNodeOUs{Enable: true, ClientOuIdentifier: node("client"), PeerOuIdentifier: node("peer"), AdminOuIdentifier: node("admin"), OrdererOuIdentifier: node("orderer")},
		})})
		g.Policies["Endorsement"] = &common.ConfigPolicy{Policy: &common.Policy{Type: 1, Value: pack(outOf(1, o.id))}}
		orders := group()
		orders.Values["MSP"], orders.Values["Endpoints"] = g.GetValues()["MSP"], value(&common.OrdererAddresses{Addresses: []string{"orderer.example:7050"}})
		application.Groups[o.id], ordering.Groups[o.id] = g, orders
		consenters.ConsenterMapping = append(consenters.ConsenterMapping, &common.Consenter{Id: uint32(i + 1), MspId: o.id, Identity: o.orderer.pem})
	}
	ordering.Values["Orderers"] = value(&consenters)
	ordering.Policies["BlockValidation"] = &common.ConfigPolicy{Policy: &common.Policy{Type: policySignature, Value: pack(quorumOf(consenters.GetConsenterMapping()))}}
	payload := &common.Payload{
		Header: &common.Header{
			ChannelHeader:   pack(&common.ChannelHeader{Type: typeConfig, ChannelId: "works"}),
			SignatureHeader: pack(&common.SignatureHeader{Nonce: []byte("nonce")}),
		},
		Data: pack(&common.ConfigEnvelope{Config: &common.Config{Sequence: sequence, ChannelGroup: root}}),
	}
	e := &common.Envelope{}
	if by != nil {
		payload.Header.SignatureHeader = pack(&common.SignatureHeader{Nonce: []byte("nonce"), Creator: by.identity()})
		e.Signature = by.sign(pack(payload))
	}
	e.Payload = pack(payload)
	return pack(e)
}

// quorumOf is the policy by which Fabric checks the orderers' signatures (common/policies/bft.go).
func quorumOf(all []*common.Consenter) *common.SignaturePolicyEnvelope {
	p := &common.SignaturePolicyEnvelope{}
	var rules []*common.SignaturePolicy
	for i, o := range all {
		p.Identities = append(p.Identities, &members.MSPPrincipal{
			PrincipalClassification: members.MSPPrincipal_IDENTITY, Principal: serialize(o.GetMspId(), o.GetIdentity()),
		})
		rules = append(rules, &common.SignaturePolicy{Type: &common.SignaturePolicy_SignedBy{SignedBy: int32(i)}})
	}
	n := int32((len(all) + (len(all)-1)/3 + 2) / 2)
	p.Rule = &common.SignaturePolicy{Type: &common.SignaturePolicy_NOutOf_{NOutOf: &common.SignaturePolicy_NOutOf{N: n, Rules: rules}}}
	return p
}

func outOf(n int32, orgs ...string) *common.SignaturePolicyEnvelope {
	p := &common.SignaturePolicyEnvelope{}
	rules := []*common.SignaturePolicy{}
	for i, id := range orgs {
		p.Identities = append(p.Identities, &members.MSPPrincipal{Principal: pack(&members.MSPRole{MspIdentifier: id, Role: members.MSPRole_PEER})})
		rules = append(rules, &common.SignaturePolicy{Type: &common.SignaturePolicy_SignedBy{SignedBy: int32(i)}})
	}
	p.Rule = &common.SignaturePolicy{Type: &common.SignaturePolicy_NOutOf_{NOutOf: &common.SignaturePolicy_NOutOf{N: n, Rules: rules}}}
	return p
}

// call is a transaction before it is encoded; tests change it.
type call struct {
	*works
	channel, chaincode, called, id string
	kind                           int32
	nonce                          []byte
	creator, signedBy              *signer
	endorsers                      []*signer
	// signs are who signs the endorsements; the endorsers, unless told otherwise.
	signs    []*signer
	results  []*rwset.NsReadWriteSet
	proposal []byte
	// hash replaces the proposal's hash; response and envelope change what they are given.
	hash     []byte
	response func([]byte) []byte
	envelope func(*common.Envelope)
	events   []byte
	// alter changes a part before what lies around it is hashed and signed.
	alter func(part string, b []byte) []byte
}

// transaction is one that is endorsed by A and B.
func (w *works) transaction(changes ...func(*call)) *call {
	w.nonces++
	c := &call{
		works: w, channel: "works", chaincode: "works", called: "works", kind: typeEndorser, nonce: fmt.Appendf(nil, "nonce %d", w.nonces),
		creator: w.orgs[0].client, endorsers: []*signer{w.orgs[0].peer, w.orgs[1].peer}, proposal: []byte("proposal"),
		response: func(b []byte) []byte { return b }, envelope: func(*common.Envelope) {},
		alter: func(_ string, b []byte) []byte { return b },
	}
	for _, change := range changes {
		change(c)
	}
	return c
}

func (c *call) bytes() []byte {
	if c.signedBy == nil {
		c.signedBy = c.creator
	}
	if c.signs == nil {
		c.signs = c.endorsers
	}
	creator := c.creator.identity()
	if c.id == "" {
		sum := sha256.Sum256(slices.Concat(c.nonce, creator))
		c.id = hex.EncodeToString(sum[:])
	}
	channel := c.alter("channel header", pack(&common.ChannelHeader{
		Type: c.kind, ChannelId: c.channel, TxId: c.id,
		Extension: c.alter("extension", pack(&peer.ChaincodeHeaderExtension{ChaincodeId: &peer.ChaincodeID{Name: c.called}})),
	}))
	signature := c.alter("signature header", pack(&common.SignatureHeader{Creator: creator, Nonce: c.nonce}))
	proposal := c.alter("proposal", c.proposal)
	if c.hash == nil {
		sum := sha256.Sum256(slices.Concat(channel, signature, proposal))
		c.hash = sum[:]
	}
	response := c.alter("response", pack(&peer.ProposalResponsePayload{ProposalHash: c.hash, Extension: c.alter("result", pack(&peer.ChaincodeAction{
		Results: c.alter("reads and writes", pack(&rwset.TxReadWriteSet{NsRwset: c.results})), Events: c.events, Response: &peer.Response{Status: 200},
		ChaincodeId: &peer.ChaincodeID{Name: c.chaincode, Version: "1"},
	}))}))
	var endorsements []*peer.Endorsement
	for i, e := range c.endorsers {
		endorsements = append(endorsements, &peer.Endorsement{Endorser: c.alter("endorser", e.identity()), Signature: c.signs[i].sign(response, e.identity())})
	}
	data := c.alter("transaction", pack(&peer.Transaction{Actions: []*peer.TransactionAction{{Header: signature, Payload: c.alter("action", pack(&peer.ChaincodeActionPayload{
		ChaincodeProposalPayload: proposal,
		Action:                   &peer.ChaincodeEndorsedAction{ProposalResponsePayload: c.response(response), Endorsements: endorsements},
	}))}}}))
	e := &common.Envelope{Payload: c.alter("payload", pack(&common.Payload{
		Header: &common.Header{ChannelHeader: channel, SignatureHeader: signature}, Data: data,
	}))}
	e.Signature = c.alter("signature", c.signedBy.sign(e.GetPayload()))
	c.envelope(e)
	return pack(e)
}

// definitionOf makes a transaction one that defines a chaincode, endorsed by three organisations.
func definitionOf(name string, policy *common.SignaturePolicyEnvelope) func(*call) {
	return func(c *call) {
		c.chaincode, c.called = Lifecycle, Lifecycle
		c.endorsers = append(c.endorsers, c.orgs[2].peer)
		put := func(key string, m proto.Message) *kvrwset.KVWrite { return &kvrwset.KVWrite{Key: key, Value: pack(m)} }
		c.results = []*rwset.NsReadWriteSet{{Namespace: Lifecycle, Rwset: pack(&kvrwset.KVRWSet{Writes: []*kvrwset.KVWrite{
			put(metadataKey+name, &lifecycle.StateMetadata{Datatype: definitionType}),
			put(fieldsKey+name+validationField, &lifecycle.StateData{Type: &lifecycle.StateData_Bytes{Bytes: pack(&lifecycle.ChaincodeValidationInfo{
				ValidationPlugin:    builtinPlugin,
				ValidationParameter: pack(&peer.ApplicationPolicy{Type: &peer.ApplicationPolicy_SignaturePolicy{SignaturePolicy: policy}}),
			})}}),
		}})}}
	}
}

// reading and writing add to what a transaction did in the state of "works".
func reading(key string, at Version) func(*call) {
	return func(c *call) {
		c.add("works", &kvrwset.KVRWSet{Reads: []*kvrwset.KVRead{{Key: key, Version: wire(at)}}})
	}
}

func writing(key, value string) func(*call) {
	return func(c *call) {
		c.add("works", &kvrwset.KVRWSet{Writes: []*kvrwset.KVWrite{{Key: key, Value: []byte(value), IsDelete: value == ""}}})
	}
}

func wire(v Version) *kvrwset.Version {
	if !v.Exists {
		return nil
	}
	return &kvrwset.Version{BlockNum: v.Block, TxNum: v.Tx}
}

func (c *call) add(namespace string, set *kvrwset.KVRWSet) {
	for _, r := range c.results {
		if r.GetNamespace() == namespace {
			r.Rwset = append(r.GetRwset(), pack(set)...)
			return
		}
	}
	c.results = append(c.results, &rwset.NsReadWriteSet{Namespace: namespace, Rwset: pack(set)})
}

// block makes a block and signs it by the first three orderers.
func (w *works) block(number uint64, previous []byte, envelopes ...[]byte) *Block {
	b := &Block{Number: number, Previous: previous, Envelopes: envelopes, Flags: make([]byte, len(envelopes))}
	w.seal(b, w.config, 0, 1, 2)
	return b
}

// seal hashes the block anew and has it signed by orderers.
func (w *works) seal(b *Block, config uint64, by ...int) {
	sum := sha256.Sum256(slices.Concat(b.Envelopes...))
	b.DataHash = sum[:]
	var all []*signer
	var ids []uint32
	for _, i := range by {
		all, ids = append(all, w.orgs[i].orderer), append(ids, uint32(i+1))
	}
	b.Signatures = sealed(b, config, ids, all)
}

func sealed(b *Block, config uint64, ids []uint32, by []*signer) []byte {
	m := &common.Metadata{Value: pack(&common.OrdererBlockMetadata{LastConfig: &common.LastConfig{Index: config}})}
	for i, s := range by {
		header := pack(&common.IdentifierHeader{Identifier: ids[i], Nonce: []byte("n")})
		m.Signatures = append(m.Signatures, &common.MetadataSignature{IdentifierHeader: header, Signature: s.sign(m.GetValue(), header, b.Header())})
	}
	return pack(m)
}

// next is the next block with the transactions.
func (w *works) next(calls ...*call) *Block {
	var all [][]byte
	for _, c := range calls {
		all = append(all, c.bytes())
	}
	return w.block(w.number+1, w.last[:], all...)
}

// try verifies a block.
func (w *works) try(b *Block) ([]Verdict, error) {
	next, verdicts, err := w.state.Next(Prepare(b, w.state.Config()), w.memory)
	w.fabric.agree(w.TB, b, verdicts, err)
	if err == nil {
		w.state, w.number, w.last = next, b.Number, next.Hash()
		w.config = next.Config().Block()
	}
	return verdicts, err
}

// add verifies a block that is good.
func (w *works) add(b *Block) []Verdict {
	w.Helper()
	v, err := w.try(b)
	if err != nil {
		w.Fatal(err)
	}
	for i, verdict := range v {
		if verdict.Code != Valid || !verdict.Computed {
			w.Fatalf("transaction %d: %+v", i, verdict)
		}
	}
	return v
}
