package contract_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/fuzzing"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/judge/judgetest"
)

// forged is a proposal that a client makes by hand.
type forged struct {
	kind            common.HeaderType
	extension, spec string
	// version is the chaincode's in both places where a proposal may name one.
	version   string
	args      [][]byte
	transient map[string][]byte
	init      bool
	creator   []byte
	at        time.Time
}

// usual is the proposal that a gateway makes.
func usual(function string, args ...string) *forged {
	f := &forged{
		kind: common.HeaderType_ENDORSER_TRANSACTION, extension: wire.Chaincode, spec: wire.Chaincode,
		args: [][]byte{[]byte(function)},
	}
	for _, arg := range args {
		f.args = append(f.args, []byte(arg))
	}
	return f
}

func pack(t testing.TB, m proto.Message) []byte {
	t.Helper()
	b, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (f *forged) header(t testing.TB) *common.Header {
	return &common.Header{
		ChannelHeader: pack(t, &common.ChannelHeader{
			Type: int32(f.kind), ChannelId: "works", TxId: "tx-1", Timestamp: timestamppb.New(f.at),
			Extension: pack(t, &peer.ChaincodeHeaderExtension{ChaincodeId: &peer.ChaincodeID{Name: f.extension, Version: f.version}}),
		}),
		SignatureHeader: pack(t, &common.SignatureHeader{Creator: f.creator}),
	}
}

func (f *forged) input(t testing.TB) []byte {
	return pack(t, &peer.ChaincodeInvocationSpec{ChaincodeSpec: &peer.ChaincodeSpec{
		ChaincodeId: &peer.ChaincodeID{Name: f.spec, Version: f.version},
		Input:       &peer.ChaincodeInput{Args: f.args, IsInit: f.init},
	}})
}

func (f *forged) signed(t testing.TB) *peer.SignedProposal {
	return &peer.SignedProposal{ProposalBytes: pack(t, &peer.Proposal{
		Header:  pack(t, f.header(t)),
		Payload: pack(t, &peer.ChaincodeProposalPayload{Input: f.input(t), TransientMap: f.transient}),
	})}
}

// stub is the call as the peer hands it to the chaincode that the extension names.
func (f *forged) stub(l *ledger) *stub {
	f.creator, f.at = l.client, l.clock
	s := &stub{t: l.T, peer: l.peer, creator: f.creator, at: f.at, signed: f.signed(l)}
	if len(f.args) > 0 {
		s.function = string(f.args[0])
		for _, arg := range f.args[1:] {
			s.args = append(s.args, string(arg))
		}
	}
	return s
}

// block is the block that the endorsed call comes to lie in. What ran is what the extension names: peers check that.
func (f *forged) block(t testing.TB, writes []kv) *common.Block {
	slices.SortFunc(writes, func(a, b kv) int { return cmp.Compare(a.key, b.key) })
	set := &kvrwset.KVRWSet{}
	for _, w := range writes {
		set.Writes = append(set.Writes, &kvrwset.KVWrite{Key: w.key, Value: w.value})
	}
	results := pack(t, &rwset.TxReadWriteSet{NsRwset: []*rwset.NsReadWriteSet{{Namespace: f.extension, Rwset: pack(t, set)}}})
	action := pack(t, &peer.ChaincodeActionPayload{
		ChaincodeProposalPayload: pack(t, &peer.ChaincodeProposalPayload{Input: f.input(t)}),
		Action: &peer.ChaincodeEndorsedAction{ProposalResponsePayload: pack(t, &peer.ProposalResponsePayload{
			Extension: pack(t, &peer.ChaincodeAction{Results: results, ChaincodeId: &peer.ChaincodeID{Name: f.extension, Version: "1"}}),
		})},
	})
	envelope := pack(t, &common.Envelope{Payload: pack(t, &common.Payload{
		Header: f.header(t), Data: pack(t, &peer.Transaction{Actions: []*peer.TransactionAction{{Payload: action}}}),
	})})
	return &common.Block{
		Header: &common.BlockHeader{}, Data: &common.BlockData{Data: [][]byte{envelope}},
		Metadata: &common.BlockMetadata{Metadata: [][]byte{nil, nil, {byte(peer.TxValidationCode_VALID)}}},
	}
}

func badCall(answer *peer.Response) bool {
	var list wire.Refused
	return errors.As(refusedBy(answer), &list) && list[0].Error.Code == rootline.CodeBadCall
}

// Each of these would be VALID, and read otherwise or not at all by whoever reads blocks.
func TestACallThatCanBeReadInTwoWaysIsRefused(t *testing.T) {
	l := founded(t)
	l.adopt()
	good := batch(t, l.selected(l.enrol(judgetest.Contractor, "nursery"), judgetest.Code(judgetest.Contractor)))
	for name, change := range map[string]func(*forged){
		"another argument":             func(f *forged) { f.args = append(f.args, []byte("extra")) },
		"no argument":                  func(f *forged) { f.args = f.args[:1] },
		"nothing at all":               func(f *forged) { f.args = nil },
		"small letters":                func(f *forged) { f.args[0] = []byte("record") },
		"the contract's name":          func(f *forged) { f.args[0] = []byte("Contract:Record") },
		"no function of ours":          func(f *forged) { f.args[0] = []byte("GetEvaluateTransactions") },
		"the contract API's own":       func(f *forged) { f.args = [][]byte{[]byte("org.hyperledger.fabric:GetMetadata")} },
		"an endless function":          func(f *forged) { f.args[0] = []byte(strings.Repeat("\xff\x00", 1<<20)) },
		"a call of another chaincode":  func(f *forged) { f.spec = "other" },
		"a call of no chaincode":       func(f *forged) { f.spec = "" },
		"by way of another chaincode":  func(f *forged) { f.extension, f.spec = "other", "other" },
		"an extension of another name": func(f *forged) { f.extension = "Rootline" },
		"transient data":               func(f *forged) { f.transient = map[string][]byte{"x": nil} },
		"an initialisation":            func(f *forged) { f.init = true },
		"a configuration":              func(f *forged) { f.kind = common.HeaderType_CONFIG },
	} {
		t.Run(name, func(t *testing.T) {
			for fn, args := range map[string][]string{
				wire.FnRecord: {good}, wire.FnFound: {good}, wire.FnConfirm: {good}, wire.FnGet: {good}, wire.FnSeal: {good},
				wire.FnAttest: {nonce, keysOf(t)},
			} {
				f := usual(fn, args...)
				change(f)
				s := f.stub(l)
				answer := l.cc.Invoke(s)
				if !badCall(answer) || len(s.writes) > 0 || len(answer.GetMessage()) > 1000 {
					t.Errorf("%s: %.300s, and it wrote %d keys", fn, answer.GetMessage(), len(s.writes))
				}
			}
		})
	}
	f := usual(wire.FnRecord, good)
	other := f.stub(l)
	other.args = []string{"other"}
	if !badCall(l.cc.Invoke(other)) {
		t.Error("the peer passed on other arguments than were signed")
	}
	for _, signed := range []*peer.SignedProposal{{}, {ProposalBytes: []byte{0xff}}} {
		other = f.stub(l)
		other.signed = signed
		if !badCall(l.cc.Invoke(other)) {
			t.Error("a proposal that cannot be read was taken")
		}
	}
	if s := f.stub(l); !badCall(l.cc.Init(s)) || l.cc.Invoke(s).GetStatus() != shim.OK {
		t.Error("the usual call was refused, or an initialisation was not")
	}
}

// Whatever the chaincode accepts, whoever reads blocks reads alike: the same function, arguments and writes.
func TestWhatIsAcceptedIsReadAlike(t *testing.T) {
	l := founded(t)
	l.adopt()
	nursery := l.enrol(judgetest.Contractor, "nursery")
	f := usual(wire.FnRecord, batch(t, l.selected(nursery, judgetest.Code(judgetest.Contractor))))
	if s := f.stub(l); l.cc.Invoke(s).GetStatus() != shim.OK || readOtherwise(l, f, s) != "" {
		t.Fatalf("the usual call is not accepted, or read otherwise: %s", readOtherwise(l, f, s))
	}
	rapid.Check(t, func(t *rapid.T) {
		one := func(label string, values ...string) string { return rapid.SampledFrom(values).Draw(t, label) }
		f := usual(one("function", "Record", "Record", "Get", "Found", "Seal", "Attest", "record", "Contract:Record", "Record ", ""))
		f.extension = one("extension", wire.Chaincode, wire.Chaincode, wire.Chaincode, "other", "")
		f.spec = one("spec", wire.Chaincode, wire.Chaincode, wire.Chaincode, "other", "rootline2", "")
		f.version = one("version", "", "1", "2")
		for range rapid.SampledFrom([]int{1, 1, 1, 0, 2}).Draw(t, "arguments") {
			arg := one("argument", "batch", "L/", "x", "")
			if arg == "batch" {
				arg = batch(l, l.selected(nursery, judgetest.Code(judgetest.Contractor)))
			}
			f.args = append(f.args, []byte(arg))
		}
		if rapid.IntRange(0, 9).Draw(t, "transient") == 0 {
			f.transient = map[string][]byte{"x": []byte("y")}
		}
		f.init = rapid.IntRange(0, 9).Draw(t, "init") == 0
		s := f.stub(l)
		if l.cc.Invoke(s).GetStatus() != shim.OK {
			if len(s.writes) > 0 {
				t.Fatalf("refused, and it wrote %d keys", len(s.writes))
			}
			return
		}
		if got := readOtherwise(l, f, s); got != "" {
			t.Fatalf("%q with %d arguments is read as %s", s.function, len(s.args), got)
		}
	})
}

// readOtherwise is an accepted call as whoever reads blocks sees it, "" when that is what the chaincode was called with
// and wrote.
func readOtherwise(l *ledger, f *forged, s *stub) string {
	var d fabric.Decoder
	got := d.Block(f.block(l, s.writes)).Transactions[0]
	same := slices.EqualFunc(got.WritesTo(wire.Chaincode), s.writes, func(w block.Write, wrote kv) bool {
		return w.Key == wrote.key && string(w.Value) == string(wrote.value) && !w.Delete
	})
	if got.Malformed == "" && got.Valid && got.Chaincode == wire.Chaincode && got.Function == s.function &&
		slices.Equal(got.Args, s.args) && same && len(got.Writes) == len(s.writes) {
		return ""
	}
	return fmt.Sprintf("%+v", got)
}

// A call that names one chaincode and runs another is read by what ran, and marked.
func TestABlockIsReadByWhatRan(t *testing.T) {
	f := usual(wire.FnRecord, "x")
	f.spec = "other"
	var d fabric.Decoder
	if got := d.Block(f.block(t, nil)).Transactions[0]; got.Chaincode != wire.Chaincode || got.Malformed == "" || len(got.Args) != 1 {
		t.Errorf("read as %+v", got)
	}
	f.extension, f.spec = "other", wire.Chaincode
	if got := d.Block(f.block(t, nil)).Transactions[0]; got.Chaincode != "other" || got.Malformed == "" {
		t.Errorf("read as %+v", got)
	}
}

// Whatever bytes a client signs as a proposal: the door says that they cannot be read or are no call of ours, and breaks on none.
func TestNoProposalBreaksTheDoor(t *testing.T) {
	l := founded(t)
	f := usual(wire.FnGet, "L/")
	whole := f.stub(l).signed.ProposalBytes
	for b := range fuzzing.Spoiled(whole) {
		s := f.stub(l)
		s.signed = &peer.SignedProposal{ProposalBytes: b}
		if answer := l.cc.Invoke(s); answer.GetStatus() != shim.OK && !badCall(answer) {
			t.Fatalf("%x: %s", b, answer.GetMessage())
		}
	}
}
