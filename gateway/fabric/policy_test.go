package fabric

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/orderer"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer/lifecycle"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
)

// issuer is an organisation's, which issues certificates for its peers and clients.
type issuer struct {
	t    *testing.T
	name string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	made int64
}

func (a *issuer) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

func newIssuer(t *testing.T, name string) *issuer {
	t.Helper()
	a := &issuer{t: t, name: name}
	a.cert, a.key = a.certify("")
	return a
}

// certify makes a certificate with a unit, or the authority's own.
func (a *issuer) certify(unit string) (*x509.Certificate, *ecdsa.PrivateKey) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	a.made++
	template := &x509.Certificate{
		SerialNumber: big.NewInt(a.made), Subject: pkix.Name{CommonName: a.name + " " + unit}, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	parent, by := template, key
	if unit == "" {
		template.IsCA, template.KeyUsage, template.SubjectKeyId = true, x509.KeyUsageCertSign, []byte(a.name)
	} else {
		template.Subject.OrganizationalUnit = []string{unit}
		parent, by = a.cert, a.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, by)
	if err != nil {
		a.t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return cert, key
}

// member makes a peer that endorses with a certificate of a unit.
func (a *issuer) member(unit string) *member {
	a.t.Helper()
	cert, key := a.certify(unit)
	id, err := identity.NewX509Identity(a.name, cert)
	if err != nil {
		a.t.Fatal(err)
	}
	sign, err := identity.NewPrivateKeySign(key)
	if err != nil {
		a.t.Fatal(err)
	}
	return &member{id: id, sign: sign, outcome: "same", height: 12}
}

// stateOf is a channel of organisations whose record is changed with the endorsements of so many of them, each in a role.
func stateOf(t *testing.T, all []*issuer, least int32, role func(name string) msp.MSPRole_MSPRoleType) *channel.State {
	t.Helper()
	group := func() *common.ConfigGroup {
		return &common.ConfigGroup{Groups: map[string]*common.ConfigGroup{}, Values: map[string]*common.ConfigValue{}}
	}
	value := func(m proto.Message) *common.ConfigValue { return &common.ConfigValue{Value: pack(m)} }
	capability := func(name string) *common.ConfigValue {
		return value(&common.Capabilities{Capabilities: map[string]*common.Capability{name: {}}})
	}
	root, application, ordering := group(), group(), group()
	root.Groups["Application"], root.Groups["Orderer"] = application, ordering
	root.Values["Capabilities"], application.Values["Capabilities"] = capability("V3_0"), capability("V2_5")
	ordering.Values["ConsensusType"] = value(&orderer.ConsensusType{Type: "BFT"})
	var consenters common.Orderers
	policy, rules := &common.SignaturePolicyEnvelope{}, []*common.SignaturePolicy{}
	for i, a := range all {
		node := func(unit string) *msp.FabricOUIdentifier {
			return &msp.FabricOUIdentifier{OrganizationalUnitIdentifier: unit, Certificate: a.pem()}
		}
		g := group()
		g.Values["MSP"] = value(&msp.MSPConfig{Config: pack(&msp.FabricMSPConfig{Name: a.name, RootCerts: [][]byte{a.pem()}, FabricNodeOus: &msp.FabricNodeOUs{
			Enable: true, ClientOuIdentifier: node("client"), PeerOuIdentifier: node("peer"), AdminOuIdentifier: node("admin"), OrdererOuIdentifier: node("orderer"),
		}})})
		application.Groups[a.name] = g
		consenters.ConsenterMapping = append(consenters.ConsenterMapping, &common.Consenter{Id: uint32(i + 1), MspId: a.name, Identity: a.pem()})
		policy.Identities = append(policy.Identities, &msp.MSPPrincipal{Principal: pack(&msp.MSPRole{MspIdentifier: a.name, Role: role(a.name)})})
		rules = append(rules, &common.SignaturePolicy{Type: &common.SignaturePolicy_SignedBy{SignedBy: int32(i)}})
	}
	ordering.Values["Orderers"] = value(&consenters)
	policy.Rule = &common.SignaturePolicy{Type: &common.SignaturePolicy_NOutOf_{NOutOf: &common.SignaturePolicy_NOutOf{N: least, Rules: rules}}}
	envelope := pack(&common.Envelope{Payload: pack(&common.Payload{
		Header: &common.Header{
			ChannelHeader:   pack(&common.ChannelHeader{Type: int32(common.HeaderType_CONFIG), ChannelId: "works"}),
			SignatureHeader: pack(&common.SignatureHeader{Nonce: []byte("nonce")}),
		},
		Data: pack(&common.ConfigEnvelope{Config: &common.Config{ChannelGroup: root}}),
	})})
	sum := sha256.Sum256(envelope)
	first := &channel.Block{Envelopes: [][]byte{envelope}, DataHash: sum[:]}
	begun, err := channel.Begin(first, first.Hash())
	if err != nil {
		t.Fatal(err)
	}
	kept := begun.Encode()
	for key, m := range map[string]proto.Message{
		"namespaces/metadata/" + wire.Chaincode: &lifecycle.StateMetadata{Datatype: "ChaincodeDefinition"},
		"namespaces/fields/" + wire.Chaincode + "/ValidationInfo": &lifecycle.StateData{Type: &lifecycle.StateData_Bytes{Bytes: pack(&lifecycle.ChaincodeValidationInfo{
			ValidationPlugin:    "vscc",
			ValidationParameter: pack(&peer.ApplicationPolicy{Type: &peer.ApplicationPolicy_SignaturePolicy{SignaturePolicy: policy}}),
		})}},
	} {
		entry := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), key)
		entry = protowire.AppendBytes(protowire.AppendTag(entry, 2, protowire.BytesType), pack(m))
		kept = protowire.AppendBytes(protowire.AppendTag(kept, 7, protowire.BytesType), entry)
	}
	state, err := channel.Decode(kept)
	if err != nil {
		t.Fatal(err)
	}
	return state
}

func asPeers(string) msp.MSPRole_MSPRoleType { return msp.MSPRole_PEER }

// followedConsortium is a consortium of which three organisations are needed, on a channel that was followed.
func followedConsortium(t *testing.T, role func(string) msp.MSPRole_MSPRoleType) (*Client, *members, map[string]*issuer) {
	t.Helper()
	c, m, _ := consortium(t)
	of, list := map[string]*issuer{}, []*issuer{}
	for _, name := range []string{"OwnerMSP", "BMSP", "CMSP", "DMSP"} {
		a := newIssuer(t, name)
		of[name], list = a, append(list, a)
		m.of[name] = a.member("peer")
	}
	state := stateOf(t, list, 3, role)
	c.Follow(func() *channel.State { return state })
	c.endorsers.fewest, c.endorsers.enough = 3, 3
	m.takes = func(by []string) bool {
		n := 0
		for _, msp := range by {
			if one := m.of[msp]; role(msp) == 3 && !one.client { // what a peer counts
				n++
			}
		}
		return n >= 3
	}
	return c, m, of
}

// TestAClientsCertificateEndorsesNothing: a member whose peer signs with a client's certificate is found out before anything
// is submitted. It makes nobody ask for more organisations than the policy does, so that its silence stops nobody.
func TestAClientsCertificateEndorsesNothing(t *testing.T) {
	client, m, of := followedConsortium(t, asPeers)
	m.of["BMSP"] = of["BMSP"].member("client")
	m.of["BMSP"].client = true
	for range 2 * policyTries {
		if err := m.transact(t, client); err != nil || slices.Contains(m.submitted, "BMSP") {
			t.Fatal(err, m.submitted)
		}
	}
	avoided(t, client, Avoided{MSPID: "BMSP", Fault: FaultSignature})
	if n := client.endorsers.needed(); n != 3 {
		t.Errorf("%d organisations are asked", n)
	}
	m.set(func(of map[string]*member) { of["BMSP"].absent = true })
	if err := m.transact(t, client); err != nil {
		t.Fatal(err)
	}
}

// TestWhoDoesNotCountIsBlamedAlone: a peer whose organisation made its own endorsements worthless, as its admin can by itself,
// is replaced before anything is submitted. Those who endorsed with it are not blamed.
func TestWhoDoesNotCountIsBlamedAlone(t *testing.T) {
	client, m, _ := followedConsortium(t, func(name string) msp.MSPRole_MSPRoleType {
		if name == "BMSP" {
			return msp.MSPRole_ADMIN
		}
		return msp.MSPRole_PEER
	})
	for range 2 * policyTries {
		if err := m.transact(t, client); err != nil || slices.Contains(m.submitted, "BMSP") || len(m.submitted) != 3 {
			t.Fatal(err, m.submitted)
		}
	}
	avoided(t, client, Avoided{MSPID: "BMSP", Fault: FaultPolicy})
	m.set(func(of map[string]*member) { of["BMSP"].hangs = true })
	if err := m.transact(t, client); err != nil {
		t.Fatal(err)
	}
}

// TestEndorsersThatAreNeededAreNotBlamed: who asks for too few, as after the policy was changed, asks for more, and blames
// nobody.
func TestEndorsersThatAreNeededAreNotBlamed(t *testing.T) {
	client, m, _ := followedConsortium(t, asPeers)
	client.endorsers.fewest, client.endorsers.enough = 1, 1
	for range 4 {
		if err := m.transact(t, client); err != nil || len(m.submitted) != 3 {
			t.Fatal(err, m.submitted)
		}
	}
	avoided(t, client)
}

// TestMoreAreAskedOnlyWhileTheyAnswer: after failures one more organisation is asked for. When it stays silent, as many as
// were enough before are enough again.
func TestMoreAreAskedOnlyWhileTheyAnswer(t *testing.T) {
	for name, silent := range map[string]func(*member){
		"absent": func(m *member) { m.absent = true },
		"hangs":  func(m *member) { m.hangs = true },
	} {
		t.Run(name, func(t *testing.T) {
			client, m, clock := consortium(t)
			client.endorsers.fewest, client.endorsers.enough = 3, 3
			m.code = peer.TxValidationCode_ENDORSEMENT_POLICY_FAILURE
			for range policyTries {
				_ = m.transact(t, client)
			}
			if n := client.endorsers.needed(); n != 4 {
				t.Fatalf("%d organisations are asked", n)
			}
			for _, a := range client.Avoided() {
				if a.Again.After(clock.Now().Add(passingAvoidance)) {
					t.Errorf("%s, who may have done nothing, is avoided until %v", a.MSPID, a.Again)
				}
			}
			m.code = peer.TxValidationCode_VALID
			m.set(func(of map[string]*member) { silent(of["BMSP"]) })
			if err := m.transact(t, client); err != nil || len(m.submitted) != 3 {
				t.Fatal(err, m.submitted)
			}
			client.endorsers.learn(endorsed(true, m.submitted...))
			if n := client.endorsers.needed(); n != 3 {
				t.Errorf("%d organisations are asked", n)
			}
		})
	}
}

// TestNothingIsLearntFromWhatOneMayWriteAlone: a transaction that writes a private collection of one organisation takes effect
// with its endorsement alone, and says nothing of how many the record needs.
func TestNothingIsLearntFromWhatOneMayWriteAlone(t *testing.T) {
	client, _, _ := consortium(t)
	b := endorsed(true, "BMSP")
	b.Transactions[0].Writes = nil
	client.endorsers.learn(b)
	if n := client.endorsers.needed(); n != 2 {
		t.Errorf("%d organisations are asked", n)
	}
}
