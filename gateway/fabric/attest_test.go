package fabric

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/proof"
	"github.com/rootline/rootline/proof/vectors"
)

// What most say counts; of as many, what the own peer says, and then what is of later blocks. The others are asked again.
func TestWhatMostSayIsPutTogether(t *testing.T) {
	saying := func(msp, value string, number uint64) *attestation {
		return &attestation{msp: msp, response: []byte(value), sum: rootline.HashOf([]byte{value[0], byte(number)}), records: []block.AttestedRecord{
			{Key: "L/", Written: &block.Written{Block: number}},
		}}
	}
	for name, c := range map[string]struct {
		said         []*attestation
		most, others []string
	}{
		"nobody": {},
		"all alike": {
			[]*attestation{saying("A", "x", 5), saying("B", "x", 5), saying("C", "x", 5)}, []string{"A", "B", "C"}, nil,
		},
		"one lags": {
			[]*attestation{saying("A", "x", 4), saying("B", "x", 5), saying("C", "x", 5)}, []string{"B", "C"}, []string{"A"},
		},
		"two lie": {
			[]*attestation{saying("A", "x", 5), saying("B", "y", 50), saying("C", "y", 50), saying("D", "x", 5)}, []string{"A", "D"}, []string{"B", "C"},
		},
		"without the own peer the later": {
			[]*attestation{saying("B", "y", 4), saying("C", "y", 4), saying("D", "x", 5), saying("E", "x", 5)}, []string{"D", "E"}, []string{"B", "C"},
		},
	} {
		a := &attesting{Client: &Client{endorsers: endorsers{own: "A"}}, answers: map[string]*attestation{}}
		for _, said := range c.said {
			a.answers[said.msp] = said
		}
		most, others := a.agreed()
		var got []string
		for _, said := range most {
			got = append(got, said.msp)
		}
		slices.Sort(got)
		if !slices.Equal(got, c.most) || !slices.Equal(others, c.others) {
			t.Errorf("%s: %v, others %v; want %v, %v", name, got, others, c.most, c.others)
		}
	}
}

// provenAbsence is a proof of package proof's tests, whose keys follow from their names.
type provenAbsence struct {
	*channel.Answer
	state   *channel.State
	members *channel.Config
}

func (p *provenAbsence) key(mspID, name string) *ecdsa.PrivateKey {
	sum := sha256.Sum256([]byte("works/" + mspID + "/" + name))
	sum[0] = 0
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), sum[:])
	if err != nil {
		panic(err)
	}
	return key
}

func absent(t *testing.T) *provenAbsence {
	t.Helper()
	table, err := vectors.Load()
	if err != nil {
		t.Fatal(err)
	}
	file, err := table.Named("absence")
	if err != nil {
		t.Fatal(err)
	}
	b, err := proof.Decode(table.Bytes(file))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b.Configurations[0].Envelope)
	first := &channel.Block{Envelopes: [][]byte{b.Configurations[0].Envelope}, DataHash: sum[:]}
	p := &provenAbsence{}
	if p.state, err = channel.Begin(first, first.Hash()); err != nil {
		t.Fatal(err)
	}
	p.members = p.state.Config()
	if p.Answer, err = channel.ParseAnswer(b.Answers[0]); err != nil {
		t.Fatal(err)
	}
	return p
}

// attesting is the question of the proof, asked again.
func (p *provenAbsence) attesting(t *testing.T) *attesting {
	t.Helper()
	header, err := proto.Marshal(&common.Header{ChannelHeader: p.Header, SignatureHeader: p.Signer})
	if err != nil {
		t.Fatal(err)
	}
	proposal, err := proto.Marshal(&peer.Proposal{Header: header, Payload: p.Proposal})
	if err != nil {
		t.Fatal(err)
	}
	conduct, err := newConduct(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &Client{endorsers: endorsers{own: "OwnerMSP", conduct: conduct}}
	c.Follow(func() *channel.State { return p.state })
	a, err := c.attesting(&gateway.EndorseRequest{ProposedTransaction: &peer.SignedProposal{ProposalBytes: proposal}})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// by is the endorsement of an organisation in the proof.
func (p *provenAbsence) by(t *testing.T, mspID string) channel.Endorsement {
	t.Helper()
	for _, e := range p.Endorsements {
		if id, err := p.members.Identity(e.Identity); err == nil && id.Organisation() == mspID {
			return e
		}
	}
	t.Fatalf("no endorsement by %s", mspID)
	return channel.Endorsement{}
}

func (p *provenAbsence) action(e channel.Endorsement) *peer.ChaincodeEndorsedAction {
	return &peer.ChaincodeEndorsedAction{
		ProposalResponsePayload: p.Response, Endorsements: []*peer.Endorsement{{Endorser: e.Identity, Signature: e.Signature}},
	}
}

// endorse signs the answer with a key, with its S in the lower half or the upper.
func (p *provenAbsence) endorse(t *testing.T, identity []byte, key *ecdsa.PrivateKey, upper bool) channel.Endorsement {
	t.Helper()
	sum := sha256.Sum256(slices.Concat(p.Response, identity))
	der, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	var sig struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &sig); err != nil {
		t.Fatal(err)
	}
	n := elliptic.P256().Params().N
	if low := sig.S.Cmp(new(big.Int).Rsh(n, 1)) <= 0; low == upper {
		sig.S.Sub(n, sig.S)
	}
	if der, err = asn1.Marshal(sig); err != nil {
		t.Fatal(err)
	}
	return channel.Endorsement{Identity: identity, Signature: der}
}

// certified is a peer's certificate of an organisation that was valid for a while.
func (p *provenAbsence) certified(t *testing.T, identity []byte, mspID string, until time.Time) []byte {
	t.Helper()
	var id msp.SerializedIdentity
	if err := proto.Unmarshal(identity, &id); err != nil {
		t.Fatal(err)
	}
	of, _ := pem.Decode(id.GetIdBytes())
	like, err := x509.ParseCertificate(of.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	ca := p.key(mspID, "ca")
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(1000), NotBefore: like.NotBefore, NotAfter: until, Subject: like.Subject,
		KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true,
	}, &x509.Certificate{Subject: like.Issuer, RawSubject: like.RawIssuer, SubjectKeyId: like.AuthorityKeyId, PublicKey: &ca.PublicKey}, like.PublicKey, ca)
	if err != nil {
		t.Fatal(err)
	}
	out, err := proto.Marshal(&msp.SerializedIdentity{Mspid: mspID, IdBytes: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// An answer that no verifier takes is none: it would void what all the others say. It may be the truth for all that.
func TestAnAnswerThatNoVerifierTakesIsNone(t *testing.T) {
	p := absent(t)
	a := p.attesting(t)
	const who = "RegulatorMSP"
	right := p.by(t, who)
	said, err := a.held(who, p.action(right))
	if err != nil || len(said.records) != len(a.keys) || said.records[0].Key != a.keys[0] {
		t.Fatalf("the right one: %v", err)
	}
	key := p.key(who, "peer")
	if _, err := a.held(who, p.action(p.endorse(t, right.Identity, key, false))); err != nil {
		t.Fatalf("one more by the same peer: %v", err)
	}
	later := time.UnixMilli(a.asked.Milliseconds).Add(time.Hour)
	fresh := p.certified(t, right.Identity, who, later)
	if _, err := a.held(who, p.action(p.endorse(t, fresh, key, false))); err != nil {
		t.Fatalf("one more peer: %v", err)
	}
	expired := p.certified(t, right.Identity, who, later.Add(-2*time.Hour))
	client := a.asked.Creator
	twice := p.action(right)
	twice.Endorsements = append(twice.Endorsements, twice.Endorsements[0])
	asked := *p.Answer
	other := &provenAbsence{&asked, p.state, p.members}
	other.Header = append(slices.Clone(p.Header), 0x38, 1)
	for name, c := range map[string]struct {
		of     *attesting
		msp    string
		action *peer.ChaincodeEndorsedAction
	}{
		"by a client":                       {a, "OwnerMSP", p.action(p.endorse(t, client, p.key("OwnerMSP", "client"), false))},
		"with a high S":                     {a, who, p.action(p.endorse(t, right.Identity, key, true))},
		"by an expired certificate":         {a, who, p.action(p.endorse(t, expired, key, false))},
		"by another organisation":           {a, "OwnerMSP", p.action(right)},
		"by another key":                    {a, who, p.action(p.endorse(t, right.Identity, p.key(who, "second"), false))},
		"with more behind the identity":     {a, who, p.action(p.endorse(t, append(slices.Clone(right.Identity), 0x1a, 0), key, false))},
		"with more behind the signature":    {a, who, p.action(channel.Endorsement{Identity: right.Identity, Signature: append(slices.Clone(right.Signature), 0)})},
		"with two endorsements":             {a, who, twice},
		"with none":                         {a, who, &peer.ChaincodeEndorsedAction{ProposalResponsePayload: p.Response}},
		"without a signature":               {a, who, p.action(channel.Endorsement{Identity: right.Identity})},
		"to a question with another header": {other.attesting(t), who, p.action(right)},
	} {
		if _, err := c.of.held(c.msp, c.action); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	// What is put together is the own question with the endorsements: the file's own answer.
	var alike []*attestation
	for _, e := range slices.Backward(p.Endorsements) {
		id, err := p.members.Identity(e.Identity)
		if err != nil {
			t.Fatal(err)
		}
		one, err := a.held(id.Organisation(), p.action(e))
		if err != nil {
			t.Fatal(err)
		}
		alike = append(alike, one)
	}
	if out := a.attested(alike); !bytes.Equal(out.Payload, p.Encode()) || !out.Own || !slices.IsSorted(out.Organisations) {
		t.Errorf("put together: %v, own %v", out.Organisations, out.Own)
	}
}

// peers answers for organisations: each after a while, or not at all.
type peers struct {
	gateway.UnimplementedGatewayServer
	of func(ctx context.Context, msp string) (*peer.ChaincodeEndorsedAction, error)

	mu    sync.Mutex
	asked map[string]int
}

func (p *peers) Endorse(ctx context.Context, r *gateway.EndorseRequest) (*gateway.EndorseResponse, error) {
	who := r.GetEndorsingOrganizations()[0]
	p.mu.Lock()
	p.asked[who]++
	p.mu.Unlock()
	action, err := p.of(ctx, who)
	if err != nil {
		return nil, err
	}
	called, _ := proto.Marshal(&peer.ChaincodeActionPayload{Action: action})
	tx, _ := proto.Marshal(&peer.Transaction{Actions: []*peer.TransactionAction{{Payload: called}}})
	payload, err := proto.Marshal(&common.Payload{Data: tx})
	return &gateway.EndorseResponse{PreparedTransaction: &common.Envelope{Payload: payload}}, err
}

// One that never answers holds the others up for a moment, and the next time for less.
func TestOneThatIsSilentDoesNotHoldUpTheOthers(t *testing.T) {
	p := absent(t)
	fake := &peers{asked: map[string]int{}}
	fake.of = func(ctx context.Context, who string) (*peer.ChaincodeEndorsedAction, error) {
		if who == "ContractorMSP" {
			<-ctx.Done()
			return nil, status.FromContextError(ctx.Err()).Err()
		}
		return p.action(p.by(t, who)), nil
	}
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	gateway.RegisterGatewayServer(server, fake)
	go func() { _ = server.Serve(lis) }()
	t.Cleanup(server.Stop)
	conn, err := grpc.NewClient(lis.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	first := p.attesting(t)
	first.service = gateway.NewGatewayClient(conn)
	for i := range 2 {
		a := p.attesting(t)
		a.Client = first.Client
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		began := time.Now()
		a.run(ctx, a.members.Organisations())
		t.Logf("%d: %v", i, time.Since(began))
		if ctx.Err() != nil {
			t.Error("everybody was waited for until the end")
		}
		cancel()
		if most, others := a.agreed(); len(most) < 2 || len(others) > 0 || a.answers["ContractorMSP"] != nil {
			t.Errorf("%d agree, %v do not", len(most), others)
		}
		if !a.endorsers.conduct.avoids("ContractorMSP") {
			t.Error("who is silent is not avoided")
		}
	}
	fake.mu.Lock()
	defer fake.mu.Unlock()
	if fake.asked["OwnerMSP"] != 2 {
		t.Errorf("asked %v times", fake.asked)
	}
}

// Whoever has a seal written learns why it was refused.
func TestTheRefusalOfASealIsTold(t *testing.T) {
	refused := &Refused{List: wire.Refused{{Index: -1, Error: rootline.Refuse(rootline.CodeSealedLately, 1, 2)}}}
	if err := refusalOf(refused); rootline.CodeOf(err) != rootline.CodeSealedLately || !errors.Is(err, refused) {
		t.Errorf("%v", err)
	}
	for _, err := range []error{nil, &Refused{}, errors.New("another")} {
		if got := refusalOf(err); !errors.Is(got, err) || rootline.CodeOf(got) != "" {
			t.Errorf("%v became %v", err, got)
		}
	}
}

// authority makes an authority of TLS certificates, and a server's certificate by it.
func authority(t *testing.T, name string) (root []byte, served tls.Certificate) {
	t.Helper()
	certify := func(template, parent *x509.Certificate, key, by *ecdsa.PrivateKey) []byte {
		template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
		der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, by)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	p := &provenAbsence{}
	above, below := p.key(name, "tlsca"), p.key(name, "tls")
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	rootDER := certify(ca, ca, above, above)
	der := certify(&x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "peer." + name}}, ca, below, above)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: rootDER}), tls.Certificate{Certificate: [][]byte{der}, PrivateKey: below}
}

// served serves a gateway service, and gives its address.
func served(t *testing.T, of gateway.GatewayServer, options ...grpc.ServerOption) string {
	t.Helper()
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(options...)
	gateway.RegisterGatewayServer(server, of)
	go func() { _ = server.Serve(lis) }()
	t.Cleanup(server.Stop)
	return lis.Addr().String()
}

// Where the own peer withholds what others say, they are asked at their own peers, by the addresses and authorities of the channel's
// configuration. A peer whose certificate is of another authority is not heard.
func TestOthersAreAskedAtTheirOwnPeers(t *testing.T) {
	for name, withheld := range map[string]func(context.Context) error{
		"by an error":       func(context.Context) error { return status.Error(codes.Unavailable, "no peers of it are known") },
		"as if it was busy": func(context.Context) error { return status.Error(codes.ResourceExhausted, "too many requests") },
		"by silence": func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		},
	} {
		t.Run(name, func(t *testing.T) { askedAtTheirOwn(t, withheld) })
	}
}

func askedAtTheirOwn(t *testing.T, withheld func(context.Context) error) {
	p := absent(t)
	answers := func(_ context.Context, who string) (*peer.ChaincodeEndorsedAction, error) {
		return p.action(p.by(t, who)), nil
	}
	own := &peers{asked: map[string]int{}, of: func(ctx context.Context, who string) (*peer.ChaincodeEndorsedAction, error) {
		if who != "OwnerMSP" {
			return nil, withheld(ctx)
		}
		return answers(ctx, who)
	}}
	conn, err := grpc.NewClient(served(t, own), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	var anchors []channel.Anchor
	theirs := map[string]*peers{}
	strange, _ := authority(t, "StrangeMSP")
	for _, msp := range []string{"ContractorMSP", "OwnerMSP", "RegulatorMSP", "SupervisorMSP"} {
		root, certificate := authority(t, msp)
		theirs[msp] = &peers{asked: map[string]int{}, of: answers}
		address := served(t, theirs[msp], grpc.Creds(credentials.NewServerTLSFromCert(&certificate)))
		if msp == "SupervisorMSP" {
			root = strange
		}
		anchors = append(anchors, channel.Anchor{MSPID: msp, Address: address, Roots: [][]byte{root}})
	}
	a := p.attesting(t)
	a.service = gateway.NewGatewayClient(conn)
	_, signing := authority(t, "OwnerMSP")
	cert, err := x509.ParseCertificate(signing.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	if a.id, err = identity.NewX509Identity("OwnerMSP", cert); err != nil {
		t.Fatal(err)
	}
	a.Others(func() []channel.Anchor { return anchors }, nil)
	t.Cleanup(a.others.close)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	a.run(ctx, a.members.Organisations())
	if ctx.Err() != nil {
		t.Error("the own peer was waited for until the end")
	}
	most, others := a.agreed()
	var said []string
	for _, m := range most {
		said = append(said, m.msp)
	}
	slices.Sort(said)
	if !slices.Equal(said, []string{"ContractorMSP", "OwnerMSP", "RegulatorMSP"}) || len(others) > 0 {
		t.Errorf("%v agree, %v do not", said, others)
	}
	for msp, of := range theirs {
		of.mu.Lock()
		if want := map[bool]int{true: 1}[msp == "ContractorMSP" || msp == "RegulatorMSP"]; of.asked[msp] != want {
			t.Errorf("%s was asked %d times at its own peer, want %d", msp, of.asked[msp], want)
		}
		of.mu.Unlock()
	}
}

// A peer that lags says what was there before, and is asked again until it says what the others do.
func TestOneThatLagsIsAskedAgain(t *testing.T) {
	p := absent(t)
	var lagging sync.Mutex
	behind := 2
	fake := &peers{asked: map[string]int{}}
	fake.of = func(_ context.Context, who string) (*peer.ChaincodeEndorsedAction, error) {
		lagging.Lock()
		defer lagging.Unlock()
		if who == "ContractorMSP" && behind > 0 {
			behind--
			was := *p.Answer
			was.Response = p.earlier(t)
			before := &provenAbsence{&was, p.state, p.members}
			e := p.by(t, who)
			return before.action(before.endorse(t, e.Identity, p.key(who, "peer"), false)), nil
		}
		return p.action(p.by(t, who)), nil
	}
	conn, err := grpc.NewClient(served(t, fake), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	a := p.attesting(t)
	a.service = gateway.NewGatewayClient(conn)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	a.run(ctx, a.members.Organisations())
	most, others := a.agreed()
	if len(most) != 4 || len(others) > 0 || fake.asked["ContractorMSP"] != 3 {
		t.Errorf("%d agree, %v do not, after %v questions (%v)", len(most), others, fake.asked, a.last)
	}
}

// earlier is the answer with the ledger's record read at an earlier place.
func (p *provenAbsence) earlier(t *testing.T) []byte {
	t.Helper()
	var response peer.ProposalResponsePayload
	var action peer.ChaincodeAction
	var all rwset.TxReadWriteSet
	read := func(b []byte, m proto.Message) {
		if err := proto.Unmarshal(b, m); err != nil {
			t.Fatal(err)
		}
	}
	write := func(m proto.Message) []byte {
		b, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	read(p.Response, &response)
	read(response.Extension, &action)
	read(action.Results, &all)
	for _, ns := range all.NsRwset {
		var set kvrwset.KVRWSet
		read(ns.Rwset, &set)
		for _, r := range set.Reads {
			if r.Key == "L/" {
				r.Version.TxNum++
			}
		}
		ns.Rwset = write(&set)
	}
	action.Results = write(&all)
	response.Extension = write(&action)
	return write(&response)
}
