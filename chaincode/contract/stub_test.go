package contract_test

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/judge/judgetest"
)

// world is one organisation's peer with a world state in memory. As on Fabric, a transaction reads what was committed
// before it, never its own writes.
type world struct {
	state map[string][]byte
	// broken makes it answer bulk reads as a peer does whose database fails: with an empty list and no error.
	broken bool
	// failing makes single reads fail.
	failing error
}

func newWorld() *world { return &world{state: map[string][]byte{}} }

// commit applies a transaction's write set.
func (p *world) commit(writes []kv) {
	for _, w := range writes {
		p.state[w.key] = w.value
	}
}

type kv struct {
	key   string
	value []byte
}

// stub is the shim as one transaction sees it. What the contract is not meant to call is left to the nil interface
// and would panic.
type stub struct {
	shim.ChaincodeStubInterface
	t        *testing.T
	peer     *world
	function string
	args     []string
	creator  []byte
	at       time.Time
	// single and bulk count round trips.
	single, bulk int
	batching     bool
	writes       []kv
	// explode panics when the transaction asks for its time.
	explode bool
	// signed is what the client signed; nil stands for the proposal of a gateway.
	signed *peer.SignedProposal
}

func (s *stub) GetFunctionAndParameters() (string, []string) { return s.function, s.args }

func (s *stub) GetArgs() [][]byte {
	all := [][]byte{[]byte(s.function)}
	for _, arg := range s.args {
		all = append(all, []byte(arg))
	}
	return all
}

func (s *stub) GetSignedProposal() (*peer.SignedProposal, error) {
	if s.signed == nil {
		f := usual(s.function, s.args...)
		f.creator = s.creator
		s.signed = f.signed(s.t)
	}
	return s.signed, nil
}
func (s *stub) GetTxID() string             { return "tx-1" }
func (s *stub) GetChannelID() string        { return "works" }
func (s *stub) GetCreator() ([]byte, error) { return s.creator, nil }
func (s *stub) StartWriteBatch()            { s.batching = true }

func (s *stub) GetTxTimestamp() (*timestamppb.Timestamp, error) {
	if s.explode {
		panic("something nobody thought of")
	}
	return timestamppb.New(s.at), nil
}

func (s *stub) GetState(key string) ([]byte, error) {
	s.single++
	return s.peer.state[key], s.peer.failing
}

func (s *stub) GetMultipleStates(keys ...string) ([][]byte, error) {
	s.bulk++
	if s.peer.broken {
		return nil, nil
	}
	values := make([][]byte, len(keys))
	for i, k := range keys {
		values[i] = s.peer.state[k]
	}
	return values, nil
}

func (s *stub) PutState(key string, value []byte) error {
	if key == "" {
		return errors.New("an empty key")
	}
	if !s.batching {
		s.t.Errorf("%s was written outside a batch", key)
	}
	s.writes = append(s.writes, kv{key, slices.Clone(value)})
	return nil
}

func (s *stub) FinishWriteBatch() error { s.batching = false; return nil }

func sameWrites(a, b []kv) bool {
	return slices.EqualFunc(a, b, func(x, y kv) bool { return x.key == y.key && bytes.Equal(x.value, y.value) })
}

// identity is the serialised creator of a transaction: an MSP id and a certificate with an organisational unit.
func identity(t testing.TB, mspID, ou string) []byte {
	t.Helper()
	key := judgetest.NewKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: ou, OrganizationalUnit: []string{ou}},
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	b, err := proto.Marshal(&msp.SerializedIdentity{
		Mspid: mspID, IdBytes: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func adminOf(t testing.TB, mspID string) []byte { return identity(t, mspID, wire.AdminOU) }
