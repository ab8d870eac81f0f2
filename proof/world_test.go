package proof

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
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
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/jws"
)

// world is a ledger whose keys the test holds, so that it can prove and forge what it likes. All its keys and times follow from
// its name: the same name gives the same bytes.
type world struct {
	testing.TB
	name string
	orgs []*org
	// blocks are those with transactions, by number; configs those with a configuration, in their order.
	blocks  map[uint64]*kept
	configs []Configuration
	// current is the block of the configuration in use, next the number of the next block.
	current, next uint64
	hash          []byte
	genesis       rootline.Hash
	net           string
	now           rootline.Instant
	state         map[string]value
	serial        int64
	ids           int
	confirms      map[string][]byte
}

// kept is a block of the world.
type kept struct {
	header    Header
	envelopes [][]byte
}

type org struct {
	id, prefix                              string
	ca, orderer, peer, second, client, boss *signer
	// more are further roots.
	more [][]byte
}

// signer is a certificate with its key.
type signer struct {
	mspID string
	cert  *x509.Certificate
	pem   []byte
	key   *ecdsa.PrivateKey
}

// person is a device with its key.
type person struct {
	key  *ecdsa.PrivateKey
	kid  string
	org  *org
	role string
	// acts are what let it in, in order; confirm is the organisation's, for its first device.
	acts []string
}

const begins rootline.Instant = 1_773_300_000_000 // 2026-03-12T07:20:00Z

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func marshal(m proto.Message) []byte {
	return must(proto.MarshalOptions{Deterministic: true}.Marshal(m))
}

func (w *world) key(name string) *ecdsa.PrivateKey {
	sum := sha256.Sum256([]byte(w.name + "/" + name))
	sum[0] = 0 // below the order
	return must(ecdsa.ParseRawPrivateKey(elliptic.P256(), sum[:]))
}

type certificate struct {
	name      string
	by        *signer
	units     []string
	notBefore time.Time
	notAfter  time.Time
	more      []pkix.Extension
	algorithm x509.SignatureAlgorithm
}

func (w *world) certify(mspID string, c certificate) *signer {
	w.serial++
	key := w.key(mspID + "/" + c.name)
	if c.notBefore.IsZero() {
		c.notBefore, c.notAfter = begins.Time().AddDate(-1, 0, 0), begins.Time().AddDate(9, 0, 0)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(w.serial), NotBefore: c.notBefore, NotAfter: c.notAfter,
		Subject: pkix.Name{CommonName: c.name + "." + mspID, OrganizationalUnit: c.units}, BasicConstraintsValid: true,
		ExtraExtensions: c.more, SignatureAlgorithm: c.algorithm,
	}
	parent, signing := template, key
	if c.by == nil {
		template.IsCA, template.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
		template.SubjectKeyId = []byte(w.name + mspID)
	} else {
		template.KeyUsage = x509.KeyUsageDigitalSignature
		parent, signing = c.by.cert, c.by.key
	}
	der := must(x509.CreateCertificate(nil, template, parent, &key.PublicKey, deterministic{signing}))
	return &signer{mspID, must(x509.ParseCertificate(der)), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), key}
}

// deterministic signs by RFC 6979, with a low S.
type deterministic struct{ *ecdsa.PrivateKey }

func (d deterministic) Sign(_ io.Reader, digest []byte, o crypto.SignerOpts) ([]byte, error) {
	return lowered(must(d.PrivateKey.Sign(nil, digest, o)), false), nil
}

type rs struct{ R, S *big.Int }

// lowered gives a signature with its S in the lower half, or the upper.
func lowered(der []byte, upper bool) []byte {
	var sig rs
	must(asn1.Unmarshal(der, &sig))
	n := elliptic.P256().Params().N
	if low := sig.S.Cmp(new(big.Int).Rsh(n, 1)) <= 0; low == upper {
		sig.S = new(big.Int).Sub(n, sig.S)
	}
	return must(asn1.Marshal(sig))
}

func (s *signer) identity() []byte {
	return marshal(&members.SerializedIdentity{Mspid: s.mspID, IdBytes: s.pem})
}

func (s *signer) sign(parts ...[]byte) []byte {
	sum := sha256.Sum256(bytes.Join(parts, nil))
	return must(deterministic{s.key}.Sign(nil, sum[:], crypto.SHA256))
}

// newWorld is a channel of four organisations with a second configuration, a founded ledger, which each organisation confirmed.
func newWorld(t testing.TB, name string) *world {
	w := &world{TB: t, name: name, blocks: map[uint64]*kept{}, now: begins, state: map[string]value{}, confirms: map[string][]byte{}}
	net := sha256.Sum256([]byte(name))
	w.net = hex.EncodeToString(net[:16])
	for i, id := range []string{"ContractorMSP", "OwnerMSP", "RegulatorMSP", "SupervisorMSP"} {
		ca := w.certify(id, certificate{name: "ca"})
		unit := func(name, unit string) *signer {
			return w.certify(id, certificate{name: name, by: ca, units: []string{unit}})
		}
		w.orgs = append(w.orgs, &org{
			id, fmt.Sprint(9520001 + i), ca, unit("orderer", "orderer"), unit("peer", "peer"), unit("second", "peer"), unit("client", "client"), unit("boss", "admin"), nil,
		})
	}
	w.configure(w.configuration(0, nil), nil)
	w.genesis = rootline.HashOf(channel.Header(0, nil, hashOf(w.configs[0].Envelope)))
	w.block([][]byte{w.filler()})
	// The second peer of the last organisation is revoked by the second configuration.
	w.configure(w.configuration(1, w.orgs[3].second), []int{0, 1, 2})
	ledger := &rootline.Ledger{Net: w.net, Protocol: 1, Founded: w.now}
	for _, o := range w.orgs {
		ledger.Organisations = append(ledger.Organisations, o.id)
	}
	w.write([][]byte{w.filler()}, 0, ledger)
	return w
}

func hashOf(b []byte) []byte { h := sha256.Sum256(b); return h[:] }

// configure adds a block with a configuration, signed by orderers.
func (w *world) configure(envelope []byte, by []int) {
	c := Configuration{Number: w.next, Previous: w.hash, Envelope: envelope}
	if w.next == 0 {
		c.Previous = []byte{}
	}
	header := channel.Header(c.Number, c.Previous, hashOf(envelope))
	w.current = w.next
	if w.next > 0 {
		c.Signatures = w.signatures(header, w.next, by...)
	}
	w.configs = append(w.configs, c)
	w.hash, w.next = hashOf(header), w.next+1
}

// signatures are orderers' on a header.
func (w *world) signatures(header []byte, config uint64, by ...int) *Signatures {
	s := &Signatures{Value: marshal(&common.OrdererBlockMetadata{LastConfig: &common.LastConfig{Index: config}, ConsenterMetadata: []byte("view")})}
	for _, i := range by {
		id := marshal(&common.IdentifierHeader{Identifier: uint32(i + 1), Nonce: []byte("nonce")})
		s.By = append(s.By, Signature{id, w.orgs[i].orderer.sign(s.Value, id, header)})
	}
	return s
}

// block adds a block with transactions.
func (w *world) block(envelopes [][]byte) uint64 {
	h := Header{Number: w.next, Previous: w.hash, Data: hashOf(bytes.Join(envelopes, nil))}
	header := channel.Header(h.Number, h.Previous, h.Data)
	h.Signatures = *w.signatures(header, w.current, 0, 1, 3)
	w.blocks[h.Number] = &kept{h, envelopes}
	w.hash, w.next = hashOf(header), w.next+1
	w.now += 60_000
	return h.Number
}

// write adds a block of which one transaction writes records.
func (w *world) write(envelopes [][]byte, tx uint64, records ...rootline.Record) channel.Version {
	at := channel.Version{Block: w.block(envelopes), Tx: tx, Exists: true}
	for _, r := range records {
		w.state[wire.Key(r.Ref())] = value{must(wire.Encode(r)), at}
	}
	return at
}

func (w *world) configuration(sequence uint64, revoked *signer) []byte {
	return w.configurationOf(w.orgs, sequence, revoked)
}

func (w *world) configurationOf(orgs []*org, sequence uint64, revoked *signer) []byte {
	return w.configurationAs(orgs, sequence, revoked, func(*configuring) {})
}

// configuring is what a configuration's transaction says besides what it configures; tests change it.
type configuring struct {
	root, application *common.ConfigGroup
	channel           *common.ChannelHeader
	by                *common.SignatureHeader
	signer            *signer
	// signed changes the signature.
	signed func([]byte) []byte
}

func (w *world) configurationAs(orgs []*org, sequence uint64, revoked *signer, change func(*configuring)) []byte {
	group := func() *common.ConfigGroup {
		return &common.ConfigGroup{Groups: map[string]*common.ConfigGroup{}, Values: map[string]*common.ConfigValue{}, Policies: map[string]*common.ConfigPolicy{}}
	}
	value := func(m proto.Message) *common.ConfigValue { return &common.ConfigValue{Value: marshal(m)} }
	capability := func(name string) *common.ConfigValue {
		return value(&common.Capabilities{Capabilities: map[string]*common.Capability{name: {}}})
	}
	root, application, ordering := group(), group(), group()
	root.Groups["Application"], root.Groups["Orderer"] = application, ordering
	root.Values["HashingAlgorithm"] = value(&common.HashingAlgorithm{Name: "SHA256"})
	root.Values["BlockDataHashingStructure"] = value(&common.BlockDataHashingStructure{Width: math.MaxUint32})
	root.Values["Capabilities"], application.Values["Capabilities"] = capability("V3_0"), capability("V2_5")
	ordering.Values["Capabilities"] = capability("V2_0")
	ordering.Values["ConsensusType"] = value(&orderer.ConsensusType{Type: "BFT"})
	var consenters common.Orderers
	for i, o := range orgs {
		node := func(unit string) *members.FabricOUIdentifier {
			return &members.FabricOUIdentifier{OrganizationalUnitIdentifier: unit, Certificate: o.ca.pem}
		}
		msp := &members.FabricMSPConfig{
			Name: o.id, RootCerts: append([][]byte{o.ca.pem}, o.more...),
			FabricNodeOus: &members.FabricNodeOUs{Enable: true, ClientOuIdentifier: node("client"), PeerOuIdentifier: node("peer"), AdminOuIdentifier: node("admin"), OrdererOuIdentifier: node("orderer")},
		}
		if revoked != nil && revoked.mspID == o.id {
			list := must(x509.CreateRevocationList(nil, &x509.RevocationList{
				Number: big.NewInt(1), ThisUpdate: begins.Time(), NextUpdate: begins.Time().AddDate(1, 0, 0),
				RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: revoked.cert.SerialNumber, RevocationTime: begins.Time()}},
			}, o.ca.cert, deterministic{o.ca.key}))
			msp.RevocationList = [][]byte{pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: list})}
		}
		g := group()
		g.Values["MSP"] = value(&members.MSPConfig{Config: marshal(msp)})
		application.Groups[o.id], ordering.Groups[o.id] = g, g
		consenters.ConsenterMapping = append(consenters.ConsenterMapping, &common.Consenter{Id: uint32(i + 1), MspId: o.id, Identity: o.orderer.pem})
	}
	ordering.Values["Orderers"] = value(&consenters)
	header := &common.SignatureHeader{Nonce: []byte("nonce")}
	if sequence > 0 {
		header.Creator = orgs[0].orderer.identity()
	}
	c := &configuring{root, application, &common.ChannelHeader{Type: int32(common.HeaderType_CONFIG), ChannelId: "works"}, header, orgs[0].orderer, func(b []byte) []byte { return b }}
	change(c)
	payload := marshal(&common.Payload{
		Header: &common.Header{ChannelHeader: marshal(c.channel), SignatureHeader: marshal(header)},
		Data:   marshal(&common.ConfigEnvelope{Config: &common.Config{Sequence: sequence, ChannelGroup: root}}),
	})
	e := &common.Envelope{Payload: payload}
	if sequence > 0 {
		e.Signature = c.signed(c.signer.sign(payload))
	}
	return marshal(e)
}

// call is a call of the chaincode before it is encoded; tests change it.
type call struct {
	channel, called, specified, running string
	args                                [][]byte
	at                                  rootline.Instant
	creator                             *signer
	id                                  string
	kind                                int32
	status                              int32
	payload                             []byte
	results                             []*rwset.NsReadWriteSet
	events                              []byte
	hash                                []byte
	endorsers                           []*signer
	// signed changes what was endorsed after it was; sign makes an endorsement.
	signed func([]byte) []byte
	sign   func(s *signer, message ...[]byte) []byte
}

func (w *world) call(args ...[]byte) *call {
	c := &call{
		channel: "works", called: wire.Chaincode, specified: wire.Chaincode, running: wire.Chaincode, args: args, at: w.now,
		creator: w.orgs[1].client, kind: int32(common.HeaderType_ENDORSER_TRANSACTION), status: 200,
		sign: (*signer).sign,
	}
	for _, o := range w.orgs {
		c.endorsers = append(c.endorsers, o.peer)
	}
	return c
}

// answer encodes a call: the payload of its transaction.
func (c *call) answer() []byte { return c.taken().Encode() }

func (c *call) taken() *channel.Answer {
	creator := c.creator.identity()
	nonce := hashOf(bytes.Join(append([][]byte{[]byte(c.at.String())}, c.args...), nil))[:24]
	id := c.id
	if id == "" {
		id = hex.EncodeToString(hashOf(slices.Concat(nonce, creator)))
	}
	a := &channel.Answer{
		Header: marshal(&common.ChannelHeader{
			Type: c.kind, ChannelId: c.channel, TxId: id, Timestamp: timestamppb.New(c.at.Time()),
			Extension: marshal(&peer.ChaincodeHeaderExtension{ChaincodeId: &peer.ChaincodeID{Name: c.called}}),
		}),
		Signer: marshal(&common.SignatureHeader{Creator: creator, Nonce: nonce}),
		Proposal: marshal(&peer.ChaincodeProposalPayload{Input: marshal(&peer.ChaincodeInvocationSpec{ChaincodeSpec: &peer.ChaincodeSpec{
			Type: peer.ChaincodeSpec_GOLANG, ChaincodeId: &peer.ChaincodeID{Name: c.specified}, Input: &peer.ChaincodeInput{Args: c.args},
		}})}),
	}
	hash := c.hash
	if hash == nil {
		hash = hashOf(slices.Concat(a.Header, a.Signer, a.Proposal))
	}
	a.Response = marshal(&peer.ProposalResponsePayload{ProposalHash: hash, Extension: marshal(&peer.ChaincodeAction{
		Results: marshal(&rwset.TxReadWriteSet{NsRwset: c.results}), Events: c.events,
		Response: &peer.Response{Status: c.status, Payload: c.payload}, ChaincodeId: &peer.ChaincodeID{Name: c.running, Version: "1.0"},
	})})
	for _, e := range c.endorsers {
		a.Endorsements = append(a.Endorsements, channel.Endorsement{Identity: e.identity(), Signature: c.sign(e, a.Response, e.identity())})
	}
	slices.SortFunc(a.Endorsements, func(x, y channel.Endorsement) int { return bytes.Compare(x.Identity, y.Identity) })
	if c.signed != nil {
		a.Response = c.signed(a.Response)
	}
	return a
}

// envelope is the call as it is submitted.
func (c *call) envelope() []byte {
	payload := c.answer()
	return marshal(&common.Envelope{Payload: payload, Signature: c.creator.sign(payload)})
}

// filler is a transaction of no importance.
func (w *world) filler() []byte {
	return w.call([]byte("Get"), fmt.Appendf(nil, "filler %d", w.next)).envelope()
}

// asking is a question of Attest before it is asked.
type asking struct {
	*call
	nonce, answered []byte
	keys            []string
	values          [][]byte
	reads           []*kvrwset.KVRead
	writes          []*kvrwset.KVWrite
	more            []*rwset.NsReadWriteSet
}

var nonce = []byte("0123456789abcdef")

// ask asks for keys, with those that are always asked for, of the state as it is.
func (w *world) ask(keys ...string) *asking {
	q := &asking{call: w.call(), nonce: nonce, answered: nonce}
	for _, key := range append(slices.Clone(keys), wire.AlwaysAttested...) {
		if !slices.Contains(q.keys, key) {
			q.keys = append(q.keys, key)
		}
	}
	slices.Sort(q.keys)
	for _, key := range q.keys {
		said := w.state[key]
		q.values = append(q.values, said.bytes)
		r := &kvrwset.KVRead{Key: key}
		if said.version.Exists {
			r.Version = &kvrwset.Version{BlockNum: said.version.Block, TxNum: said.version.Tx}
		}
		q.reads = append(q.reads, r)
	}
	return q
}

// finish encodes question and answer.
func (q *asking) finish() []byte {
	if q.args == nil {
		q.args = [][]byte{[]byte(wire.FnAttest), q.nonce, []byte(encodeKeys(q.keys))}
	}
	if q.payload == nil {
		q.payload = []byte(must(wire.EncodeAttested(&wire.Attested{Nonce: q.answered, Values: q.values})))
	}
	q.results = append([]*rwset.NsReadWriteSet{
		{Namespace: lifecycle, Rwset: marshal(&kvrwset.KVRWSet{Reads: []*kvrwset.KVRead{{Key: "namespaces/fields/rootline/Sequence", Version: &kvrwset.Version{BlockNum: 1}}}})},
		{Namespace: wire.Chaincode, Rwset: marshal(&kvrwset.KVRWSet{Reads: q.reads, Writes: q.writes})},
	}, q.more...)
	return q.answer()
}

// encodeKeys writes keys as they stand.
func encodeKeys(keys []string) string {
	return string(appendList(nil, keys, appendText))
}

// id is the id of the next event that a person signs.
func (w *world) id(by *person) string {
	w.ids++
	return idOf(by.kid, w.ids)
}

// idOf makes an id by hand: its last 7 bytes follow from the key and from the others, which number it.
func idOf(kid string, number int) string {
	free := []byte{0x01, 0x95, 0x7a, 0, 0, 0, 0x70, byte(number >> 6), 0x80 | byte(number&0x3f)}
	id := append(free, hashOf([]byte("rootline-event-id" + kid + string(free)))[:7]...)
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}

// sign makes a JWS.
func (w *world) sign(by *person, typ string, payload any) string {
	return w.signWith(by.key, jws.Header{Alg: jws.Algorithm, Typ: typ, Kid: by.kid, Net: w.net}, must(json.Marshal(payload)))
}

func (w *world) signWith(key *ecdsa.PrivateKey, h jws.Header, payload []byte) string {
	return signRaw(key, must(json.Marshal(h)), payload)
}

func signRaw(key *ecdsa.PrivateKey, header, payload []byte) string {
	encode := base64.RawURLEncoding.EncodeToString
	input := encode(header) + "." + encode(payload)
	var sig rs
	must(asn1.Unmarshal(must(key.Sign(nil, hashOf([]byte(input)), crypto.SHA256)), &sig))
	var b [64]byte
	sig.R.FillBytes(b[:32])
	sig.S.FillBytes(b[32:])
	return input + "." + encode(b[:])
}

// split takes a compact JWS apart.
func split(compact string) JWS {
	parts := bytes.Split([]byte(compact), []byte{'.'})
	var out [3][]byte
	for i := range out {
		out[i] = must(base64.RawURLEncoding.DecodeString(string(parts[i])))
	}
	return JWS{out[0], out[1], out[2]}
}

func hashOfJWS(compact string) rootline.Hash {
	j := split(compact)
	return j.hash()
}

func (w *world) person(o *org, role, name string) *person {
	key := w.key(o.id + "/" + name)
	return &person{key: key, kid: jws.KeyOf(&key.PublicKey).Thumbprint(), org: o, role: role}
}

// submit records messages in one transaction of a block that has another before it, and writes records.
func (w *world) submit(records []rootline.Record, messages ...string) channel.Version {
	subs := make([]rootline.Submission, len(messages))
	for i, m := range messages {
		subs[i] = rootline.Submission{JWS: m}
	}
	c := w.call([]byte(wire.FnRecord), []byte(must(wire.EncodeBatch(subs))))
	for _, r := range records {
		if e, ok := r.(*rootline.EventRecord); ok {
			e.Witnessed = w.now
		}
	}
	return w.write([][]byte{w.filler(), c.envelope()}, 1, records...)
}

// confirm lets the first device of an organisation in.
func (w *world) confirm(o *org) *person {
	p := w.person(o, rootline.RoleAdmin, "first")
	e := &rootline.Event{ID: w.id(p), Action: rootline.ActEnrol, Rulebook: rootline.Registry, At: w.now, Data: must(json.Marshal(rootline.EnrolData{
		Key: jws.KeyOf(&p.key.PublicKey), Role: rootline.RoleAdmin, Name: "Admin", Genesis: w.genesis,
	}))}
	message := w.sign(p, rootline.TypEvent, e)
	c := w.call([]byte(wire.FnConfirm), []byte(message))
	c.creator = o.boss
	w.confirms[o.id] = c.envelope()
	w.write([][]byte{w.confirms[o.id]}, 0,
		&rootline.Organisation{MSPID: o.id, Title: rootline.Text{En: o.id, Zh: o.id}, Prefix: o.prefix, Roles: []string{"planter", "supervisor"}, Confirmed: w.now, Genesis: w.genesis},
		&rootline.Device{Kid: p.kid, Key: jws.KeyOf(&p.key.PublicKey), Organisation: o.id, Role: rootline.RoleAdmin, Name: "Admin", Since: w.now},
		&rootline.EventRecord{ID: e.ID, Subject: "D/" + p.kid, Hash: hashOfJWS(message), Witnessed: w.now},
	)
	return p
}

// invite has an admin invite a device, which enrols.
func (w *world) invite(by *person, role, name string) *person {
	p, once := w.person(by.org, role, name), w.person(by.org, role, name+"'s invitation")
	until := w.now + 1000*60*60*24*365
	invite := &rootline.Event{ID: w.id(by), Action: rootline.ActInvite, Rulebook: rootline.Registry, At: w.now, Data: must(json.Marshal(rootline.InviteData{
		Key: jws.KeyOf(&once.key.PublicKey), Role: role, Name: name, Expires: w.now + 1000*60*60, Until: until,
	}))}
	invited := w.sign(by, rootline.TypEvent, invite)
	w.submit([]rootline.Record{&rootline.EventRecord{ID: invite.ID, Subject: "I/" + invite.ID, Hash: hashOfJWS(invited)}}, invited)
	enrol := &rootline.Event{ID: w.id(p), Action: rootline.ActEnrol, Rulebook: rootline.Registry, At: w.now, Data: must(json.Marshal(rootline.EnrolData{
		Key: jws.KeyOf(&p.key.PublicKey), Role: role, Proof: w.sign(once, rootline.TypEnrolment, rootline.EnrolProof{Device: p.kid, Organisation: by.org.id, Invitation: invite.ID}),
	}))}
	enrolled := w.sign(p, rootline.TypEvent, enrol)
	w.submit([]rootline.Record{
		&rootline.EventRecord{ID: enrol.ID, Subject: "D/" + p.kid, Hash: hashOfJWS(enrolled)},
		&rootline.Device{Kid: p.kid, Key: jws.KeyOf(&p.key.PublicKey), Organisation: by.org.id, Role: role, Name: name, InvitedBy: by.kid, Since: w.now, Until: until},
	}, enrolled)
	p.acts = append(slices.Clone(by.acts), invited, enrolled)
	return p
}

// device reads a person's record.
func (w *world) device(p *person) *rootline.Device {
	ref := rootline.Ref{Space: rootline.SpaceDevice, ID: p.kid}
	return must(wire.Decode(ref, w.state[ref.String()].bytes)).(*rootline.Device)
}

// envelopeOf is a payload as its creator submits it.
func envelopeOf(creator *signer, payload []byte) []byte {
	return marshal(&common.Envelope{Payload: payload, Signature: creator.sign(payload)})
}

// headerOf is the header of a block with a configuration.
func headerOf(c Configuration) []byte {
	return channel.Header(c.Number, c.Previous, hashOf(c.Envelope))
}

// negated gives the other S of a signature, in 32 bytes.
func negated(s []byte) []byte {
	return new(big.Int).Sub(elliptic.P256().Params().N, new(big.Int).SetBytes(s)).FillBytes(make([]byte, 32))
}
