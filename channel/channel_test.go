package channel

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"runtime"
	"slices"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer/lifecycle"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/rootline/rootline/story/recorded"
)

// stories are the blocks of a real network, as a peer of Fabric 3.1 delivered them; see package recorded.
func stories(t testing.TB) []*Block {
	t.Helper()
	raw, err := recorded.Blocks()
	if err != nil {
		t.Fatal(err)
	}
	var out []*Block
	for _, r := range raw {
		b, err := ParseBlock(pack(r))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b)
	}
	return out
}

// follow verifies blocks from block 0 on, and holds the computed verdicts against the peer's.
func follow(t *testing.T, blocks []*Block) (*State, *Memory) {
	t.Helper()
	s, err := Begin(blocks[0], blocks[0].Hash())
	if err != nil {
		t.Fatal(err)
	}
	memory, fabric := NewMemory(), askOracle(t, blocks[0])
	for _, b := range blocks[1:] {
		next, verdicts, err := s.Next(Prepare(b, s.Config()), memory)
		fabric.agree(t, b, verdicts, err)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range verdicts {
			if !v.Computed || v.Code != Code(b.Flags[i]) {
				t.Errorf("block %d, transaction %d: %+v; the peer says %d", b.Number, i, v, b.Flags[i])
			}
		}
		// What is kept and read again is the same.
		if s, err = Decode(next.Encode()); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(s.Encode(), next.Encode()) {
			t.Fatalf("block %d: the state changes when it is kept", b.Number)
		}
	}
	return s, memory
}

func TestVerdictsOnARecordedNetworkAreThePeers(t *testing.T) {
	blocks := stories(t)
	s, _ := follow(t, blocks)
	if s.Number() != uint64(len(blocks)-1) || s.Config().Channel() != "works" || s.Config().Quorum() != 3 {
		t.Errorf("block %d of %q, quorum %d", s.Number(), s.Config().Channel(), s.Config().Quorum())
	}
}

// A block that is read again, by itself, is one that a quorum of orderers signed.
func TestABlockReadAgainIsTheOneThatWasOrdered(t *testing.T) {
	blocks := stories(t)
	s, _ := follow(t, blocks)
	last := blocks[len(blocks)-1]
	for _, b := range blocks {
		if err := s.Config().Ordered(b); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		alter func(*Block)
		kind  string
	}{
		"another envelope": {func(b *Block) { b.Envelopes = slices.Concat(b.Envelopes, b.Envelopes[:1]) }, FaultData},
		"sealed anew": {func(b *Block) {
			b.Envelopes = slices.Concat(b.Envelopes, b.Envelopes[:1])
			b.DataHash = b.computed()
		}, FaultSignatures},
		"another number": {func(b *Block) { b.Number++ }, FaultSignatures},
		"another past":   {func(b *Block) { b.Previous = bytes.Repeat([]byte{1}, 32) }, FaultSignatures},
	} {
		altered := *last
		c.alter(&altered)
		var fault *Fault
		if err := s.Config().Ordered(&altered); !errors.As(err, &fault) || fault.Kind != c.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever byte of a transaction is flipped (every seventh is tried), orderers who sign that block do not make it valid.
func TestFlippedBytesShow(t *testing.T) {
	w := newWorks(t)
	good := w.transaction(writing("k", "v"), reading("a", Version{})).bytes()
	for i := 0; i < len(good); i += 7 {
		b := slices.Clone(good)
		b[i] ^= 1
		_, verdicts, err := w.state.Next(Prepare(w.block(w.number+1, w.last[:], b), w.state.Config()), w.memory)
		if err == nil && (verdicts[0].Code == Valid || !verdicts[0].Computed) {
			t.Fatalf("byte %d: %+v", i, verdicts[0])
		}
	}
}

func TestAlteredRecordedBlocks(t *testing.T) {
	blocks := stories(t)
	at := len(blocks) - 1
	s, memory := follow(t, blocks[:at])
	signatures := func(b *Block, change func(*common.Metadata)) {
		var m common.Metadata
		if err := proto.Unmarshal(b.Signatures, &m); err != nil {
			t.Fatal(err)
		}
		change(&m)
		b.Signatures = pack(&m)
	}
	for _, c := range []struct {
		name, kind string
		change     func(*Block)
	}{
		{"the one before", FaultNumber, func(b *Block) { *b = *blocks[at-1] }},
		{"another number", FaultNumber, func(b *Block) { b.Number++ }},
		{"another block before it", FaultPrevious, func(b *Block) { b.Previous = bytes.Repeat([]byte{1}, 32) }},
		{"a transaction left out", FaultData, func(b *Block) { b.Envelopes = b.Envelopes[1:] }},
		{"a transaction left out, hashed anew", FaultSignatures, func(b *Block) {
			b.Envelopes = [][]byte{blocks[at-1].Envelopes[0]}
			b.DataHash = hashOf(b.Envelopes)
		}},
		{"two signatures", FaultSignatures, func(b *Block) {
			signatures(b, func(m *common.Metadata) { m.Signatures = m.GetSignatures()[:2] })
		}},
		{"one orderer twice", FaultSignatures, func(b *Block) {
			signatures(b, func(m *common.Metadata) {
				m.Signatures = append(m.GetSignatures()[:2], m.GetSignatures()[0])
			})
		}},
		{"a signature in its high form", FaultSignatures, func(b *Block) {
			signatures(b, func(m *common.Metadata) {
				m.Signatures = m.GetSignatures()[:3]
				m.Signatures[1].Signature = high(m.GetSignatures()[1].GetSignature())
			})
		}},
		{"another index of the configuration", FaultSignatures, func(b *Block) {
			signatures(b, func(m *common.Metadata) {
				m.Value = pack(&common.OrdererBlockMetadata{LastConfig: &common.LastConfig{Index: 1}})
			})
		}},
		{"an orderer that there is not", FaultSignatures, func(b *Block) {
			signatures(b, func(m *common.Metadata) {
				m.Signatures = m.GetSignatures()[:3]
				m.Signatures[0].IdentifierHeader = pack(&common.IdentifierHeader{Identifier: 9})
			})
		}},
		{"no signatures", FaultSignatures, func(b *Block) { b.Signatures = nil }},
		{"trailing bytes", FaultEnvelope, func(b *Block) {
			b.Envelopes[0] = append(slices.Clone(b.Envelopes[0]), 0x1a, 0)
			b.DataHash = hashOf(b.Envelopes)
		}},
		{"an envelope's border", FaultEnvelope, func(b *Block) {
			whole := slices.Concat(b.Envelopes...)
			b.Envelopes = [][]byte{whole[:len(whole)-9], whole[len(whole)-9:]}
		}},
		{"nothing", FaultData, func(b *Block) { b.Envelopes = nil }},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := *blocks[at]
			b.Envelopes = slices.Clone(b.Envelopes)
			c.change(&b)
			_, _, err := s.Next(Prepare(&b, s.Config()), memory)
			wantFault(t, err, c.kind)
		})
	}
	other := blocks[0].Hash()
	other[0] ^= 1
	_, err := Begin(blocks[0], other)
	wantFault(t, err, FaultGenesis)
	// The flags are nobody's word: they change nothing.
	b := *blocks[at]
	b.Flags = bytes.Repeat([]byte{byte(ReadConflict)}, len(b.Envelopes))
	_, verdicts, err := s.Next(Prepare(&b, s.Config()), memory)
	if err != nil || verdicts[0] != (Verdict{Computed: true}) {
		t.Errorf("a flipped flag: %+v, %v", verdicts, err)
	}
}

func wantFault(t *testing.T, err error, kind string) {
	t.Helper()
	var fault *Fault
	if !errors.As(err, &fault) || fault.Kind != kind {
		t.Errorf("got %v, want a fault of kind %q", err, kind)
	}
}

func hashOf(envelopes [][]byte) []byte {
	return (&Block{Envelopes: envelopes}).computed()
}

func TestVerdicts(t *testing.T) {
	one := Version{}
	for _, c := range []struct {
		name   string
		code   Code
		change func(w *works, c *call)
	}{
		{"good", Valid, func(*works, *call) {}},
		{"three endorse", Valid, func(w *works, c *call) { c.endorsers = append(c.endorsers, w.orgs[3].peer) }},
		{"one endorses", EndorsementPolicyFailure, func(w *works, c *call) { c.endorsers = c.endorsers[:1] }},
		{"nobody endorses", EndorsementPolicyFailure, func(w *works, c *call) { c.endorsers = nil }},
		{"one endorses twice", EndorsementPolicyFailure, func(w *works, c *call) { c.endorsers[1] = c.endorsers[0] }},
		{"two peers of one organisation", EndorsementPolicyFailure, func(w *works, c *call) { c.endorsers[1] = w.orgs[0].another }},
		{"a client endorses", EndorsementPolicyFailure, func(w *works, c *call) { c.endorsers[1] = w.orgs[1].client }},
		{"an endorser of a foreign authority", EndorsementPolicyFailure, func(w *works, c *call) {
			c.endorsers[1] = certify(w.TB, "B", certify(w.TB, "B", nil), "peer")
		}},
		{"an endorser of another organisation's authority", EndorsementPolicyFailure, func(w *works, c *call) {
			c.endorsers[1] = certify(w.TB, "B", w.orgs[0].ca, "peer")
		}},
		{"an endorser with two roles", EndorsementPolicyFailure, func(w *works, c *call) {
			c.endorsers[1] = certify(w.TB, "B", w.orgs[1].ca, "peer", "client")
		}},
		{"an authority endorses", EndorsementPolicyFailure, func(w *works, c *call) { c.endorsers[1] = w.orgs[1].ca }},
		{"another key endorses", EndorsementPolicyFailure, func(w *works, c *call) {
			c.signs = []*signer{w.orgs[0].peer, w.orgs[2].peer}
		}},
		{"the response is altered", InvalidEndorsement, func(w *works, c *call) {
			c.response = func(b []byte) []byte { b = slices.Clone(b); b[5] ^= 1; return b }
		}},
		{"the result is altered", EndorsementPolicyFailure, func(w *works, c *call) {
			c.response = func(b []byte) []byte { return append(slices.Clone(b), 0x18, 1) }
		}},
		{"another proposal", InvalidEndorsement, func(w *works, c *call) { c.hash = make([]byte, 32) }},
		{"another id", BadTransactionID, func(w *works, c *call) { c.id = "00" }},
		{"another channel", BadCreatorSignature, func(w *works, c *call) { c.channel = "other" }},
		{"another signs", BadCreatorSignature, func(w *works, c *call) { c.signedBy = w.orgs[1].client }},
		{"a stranger signs", BadCreatorSignature, func(w *works, c *call) { c.creator = certify(w.TB, "X", certify(w.TB, "X", nil), "client") }},
		{"a creator without a role", BadCreatorSignature, func(w *works, c *call) { c.creator = certify(w.TB, "A", w.orgs[0].ca) }},
		{"a high signature", BadCreatorSignature, func(w *works, c *call) {
			c.envelope = func(e *common.Envelope) { e.Signature = high(e.GetSignature()) }
		}},
		{"a header in parts that are no messages", BadPayload, tearing("payload", 1)},
		{"an extension in parts that are no messages", BadHeaderExtension, tearing("extension", 2)},
		{"an action in parts that are no messages", InvalidEndorsement, tearing("action", 2)},
		{"a response in parts that are no messages", BadResponsePayload, tearing("result", 3)},
		{"a name in parts that are no messages", BadResponsePayload, tearing("result", 4)},
		{"a text that is not in UTF-8", BadReadWriteSet, func(_ *works, c *call) {
			c.add("works", &kvrwset.KVRWSet{Writes: []*kvrwset.KVWrite{{Key: "\u00e9", Value: []byte("v")}}})
			c.alter = func(_ string, b []byte) []byte { return bytes.ReplaceAll(b, []byte("\u00e9"), []byte{0xe9, 0xe9}) }
		}},
		{"no nonce", BadCommonHeader, func(w *works, c *call) { c.nonce = nil }},
		{"another type", BadCommonHeader, func(w *works, c *call) { c.kind = 4 }},
		{"an update of the configuration", UnsupportedPayload, func(w *works, c *call) { c.kind = typeConfigUpdate }},
		{"the header names another chaincode", InvalidChaincode, func(w *works, c *call) { c.called = "other" }},
		{"an unknown chaincode", InvalidChaincode, func(w *works, c *call) { c.called, c.chaincode = "other", "other" }},
		{"writes into an unknown namespace", InvalidChaincode, func(w *works, c *call) {
			c.add("other", &kvrwset.KVRWSet{Writes: []*kvrwset.KVWrite{{Key: "k", Value: []byte("v")}}})
		}},
		{"writes into the definitions", EndorsementPolicyFailure, func(w *works, c *call) {
			c.add(Lifecycle, &kvrwset.KVRWSet{Writes: []*kvrwset.KVWrite{{Key: "k", Value: []byte("v")}}})
		}},
		{"a namespace twice", IllegalWriteSet, func(w *works, c *call) { c.results = append(c.results, c.results[0]) }},
		{"another's event", InvalidOtherReason, func(w *works, c *call) { c.events = []byte{0x0a, 1, 'x'} }},
		{"reads what it should", Valid, func(w *works, c *call) { reading("a", one)(c) }},
		{"reads that nothing is there", Valid, func(w *works, c *call) { reading("b", Version{})(c) }},
		{"an old read", ReadConflict, func(w *works, c *call) { reading("a", Version{Block: one.Block, Tx: one.Tx + 1, Exists: true})(c) }},
		{"a read of nothing where something is", ReadConflict, func(w *works, c *call) { reading("a", Version{})(c) }},
		{"a read of something where nothing is", ReadConflict, func(w *works, c *call) { reading("b", one)(c) }},
		{"a read of what was deleted", ReadConflict, func(w *works, c *call) { reading("gone", one)(c) }},
		{"a read of a key as another's", ReadConflict, func(w *works, c *call) {
			c.add("_lifecycle", &kvrwset.KVRWSet{Reads: []*kvrwset.KVRead{{Key: "a", Version: wire(one)}}})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorks(t)
			one = Version{Block: w.number + 1, Exists: true}
			w.add(w.next(w.transaction(writing("a", "1"), writing("gone", "1"))))
			w.add(w.next(w.transaction(reading("gone", one), writing("gone", ""))))
			tx := w.transaction(writing("k", "v"))
			c.change(w, tx)
			b := w.next(tx)
			b.Flags = []byte{byte(Valid)}
			verdicts, err := w.try(b)
			if err != nil || len(verdicts) != 1 || verdicts[0].Code != c.code || !verdicts[0].Computed || (verdicts[0].Why == "") != (c.code == Valid) {
				t.Fatalf("got %+v (%v), want %d", verdicts, err, c.code)
			}
			// Only valid ones leave a version behind.
			after, _ := w.memory.Versions([]Key{{"works", "", "k"}})
			if after[0].Exists != (c.code == Valid) {
				t.Errorf("it left the version %+v", after[0])
			}
		})
	}
}

// tearing gives the member of a part in two pieces that make a message only together. Fabric reads each by itself.
func tearing(part string, number protowire.Number) func(*works, *call) {
	return func(_ *works, c *call) {
		c.alter = func(name string, b []byte) []byte {
			if name != part {
				return b
			}
			var out []byte
			for _, f := range fields(b) {
				n, _, size := protowire.ConsumeTag(f)
				if n != number {
					out = append(out, f...)
					continue
				}
				inner, _ := protowire.ConsumeBytes(f[size:])
				// A member that nobody knows begins in the one and ends in the other.
				out = append(out, whole(number, append(slices.Clone(inner), 0xa2, 0x06, 2))...)
				out = append(out, whole(number, []byte{0x20, 1})...)
			}
			return out
		}
	}
}

func TestTransactionsOfOneBlock(t *testing.T) {
	w := newWorks(t)
	first := w.transaction(writing("a", "1"))
	again := *first
	conflict, blind := w.transaction(reading("a", Version{})), w.transaction(writing("a", "2"))
	refused := w.transaction(writing("a", "3"))
	refused.endorsers = refused.endorsers[:1]
	b := w.next(first, &again, conflict, blind, refused, w.transaction(reading("b", Version{})))
	verdicts, err := w.try(b)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []Code{Valid, DuplicateTransactionID, ReadConflict, Valid, EndorsementPolicyFailure, Valid} {
		if verdicts[i].Code != want {
			t.Errorf("transaction %d: %+v, want %d", i, verdicts[i], want)
		}
	}
	// The id of an invalid transaction is taken, too.
	for _, c := range []*call{first, conflict, refused} {
		c.signedBy, c.hash = nil, nil
		if verdicts, err := w.try(w.next(c)); err != nil || verdicts[0].Code != DuplicateTransactionID {
			t.Errorf("again: %+v, %v", verdicts, err)
		}
	}
	// The last write of the block counts.
	w.add(w.next(w.transaction(reading("a", Version{Block: b.Number, Tx: 3, Exists: true}))))
}

func TestThePolicyInForceIsTheOneBeforeTheBlock(t *testing.T) {
	w := newWorks(t)
	three := w.transaction(definitionOf("works", outOf(3, "A", "B", "C")))
	// In the block that changes the policy, the one before holds.
	w.add(w.next(three, w.transaction(writing("a", "1"))))
	verdicts, err := w.try(w.next(w.transaction(writing("a", "2"))))
	if err != nil || verdicts[0].Code != EndorsementPolicyFailure {
		t.Fatalf("%+v, %v", verdicts, err)
	}
	two := w.transaction(definitionOf("works", outOf(1, "A")))
	two.endorsers = two.endorsers[:2]
	if verdicts, err := w.try(w.next(two)); err != nil || verdicts[0].Code != EndorsementPolicyFailure {
		t.Fatalf("two of four change the definition: %+v, %v", verdicts, err)
	}
}

func TestWhatIsNotRecomputedIsSaid(t *testing.T) {
	ranges := func(c *call) {
		c.add("works", &kvrwset.KVRWSet{RangeQueriesInfo: []*kvrwset.RangeQueryInfo{{StartKey: "a"}}})
	}
	metadata := func(c *call) {
		c.add("works", &kvrwset.KVRWSet{MetadataWrites: []*kvrwset.KVMetadataWrite{{Key: "a"}}})
	}
	for name, change := range map[string]func(*call){"ranges": ranges, "metadata": metadata} {
		t.Run(name, func(t *testing.T) {
			w := newWorks(t)
			for _, flag := range []Code{ReadConflict, Valid} {
				b := w.next(w.transaction(change))
				b.Flags = []byte{byte(flag)}
				if verdicts, err := w.try(b); err != nil || verdicts[0].Code != flag || verdicts[0].Computed || verdicts[0].Why == "" {
					t.Fatalf("%+v, %v", verdicts, err)
				}
			}
			// What can be computed of it is: without endorsements it is invalid, whatever the peer says.
			tx := w.transaction(change)
			tx.endorsers = tx.endorsers[:1]
			verdicts, err := w.try(w.next(tx))
			if computed := name == "ranges"; err != nil || computed && (verdicts[0].Code != EndorsementPolicyFailure || !verdicts[0].Computed) {
				t.Fatalf("%+v, %v", verdicts, err)
			}
			b := w.next(w.transaction(change))
			b.Flags = nil
			_, err = w.try(b)
			wantFault(t, err, FaultFlags)
		})
	}
	// Keys with a policy of their own: what writes there is not recomputed from then on.
	w := newWorks(t)
	if _, err := w.try(w.next(w.transaction(metadata))); err != nil {
		t.Fatal(err)
	}
	verdicts, err := w.try(w.next(w.transaction(writing("a", "1")), w.transaction(reading("b", Version{}))))
	if err != nil || verdicts[0].Computed || !verdicts[1].Computed {
		t.Fatalf("%+v, %v", verdicts, err)
	}
}

// collected adds what a transaction did in an organisation's own collection, which it may change alone.
func collected(namespace, organisation string, set *kvrwset.HashedRWSet) func(*call) {
	return func(c *call) {
		c.results = append(c.results, &rwset.NsReadWriteSet{Namespace: namespace, CollectionHashedRwset: []*rwset.CollectionHashedReadWriteSet{
			{CollectionName: implicitPrefix + organisation, HashedRwset: pack(set)},
		}})
	}
}

// One organisation alone can have what it does not recomputed: it decides nothing on others then, and does not have what
// others have to endorse doubted.
func TestNoOrganisationAloneHasWhatOthersDoDoubted(t *testing.T) {
	key := sha256.Sum256([]byte("key"))
	write := &kvrwset.HashedRWSet{HashedWrites: []*kvrwset.KVWriteHash{{KeyHash: key[:], ValueHash: key[:]}}}
	metadata := &kvrwset.HashedRWSet{MetadataWrites: []*kvrwset.KVMetadataWriteHash{{KeyHash: key[:]}}}
	alone := func(c *call) { c.endorsers = []*signer{c.orgs[0].peer} }
	lifecycle := func(c *call) { c.chaincode, c.called = Lifecycle, Lifecycle }
	ranges := func(namespace string) func(*call) {
		return func(c *call) {
			c.add(namespace, &kvrwset.KVRWSet{RangeQueriesInfo: []*kvrwset.RangeQueryInfo{{StartKey: "a"}}})
		}
	}
	one := func(w *works, code Code, changes ...func(*call)) Verdict {
		t.Helper()
		b := w.next(w.transaction(changes...))
		b.Flags = []byte{byte(code)}
		verdicts, err := w.try(b)
		if err != nil || verdicts[0].Code != code {
			t.Fatalf("%+v, %v", verdicts, err)
		}
		return verdicts[0]
	}
	// Its own collection of the definitions: its approvals, which peers hold against nothing.
	w := newWorks(t)
	w.fabric = nil // it has no state to look ranges up in
	for name, set := range map[string]*kvrwset.HashedRWSet{"ranges": write, "metadata": metadata} {
		if v := one(w, Valid, alone, lifecycle, collected(Lifecycle, "A", set), ranges(Lifecycle)); v.Computed || v.Decides {
			t.Errorf("%s: %+v", name, v)
		}
	}
	if v := one(w, Valid, definitionOf("works", outOf(2, "A", "B", "C", "D")), ranges(Lifecycle)); v.Computed || !v.Decides {
		t.Errorf("a definition: %+v", v)
	}
	// Keys of its own collection with policies: those of the ledger itself have the chaincode's all the same.
	w = newWorks(t)
	if v := one(w, Valid, alone, collected("works", "A", metadata)); v.Computed {
		t.Errorf("%+v", v)
	}
	beside := func(c *call) {
		collected("works", "A", write)(c)
		writing("k", "v")(c)
	}
	if v := one(w, EndorsementPolicyFailure, alone, beside); !v.Computed {
		t.Errorf("beside its own collection: %+v", v)
	}
	if v := one(w, Valid, beside); v.Computed {
		t.Errorf("endorsed by two: %+v", v)
	}
}

// An organisation whose rules of membership are not read here has, alone, nothing of others doubted either: whoever its
// members are, they are no others.
func TestWhoseRulesAreNotReadStandsForNobodyElse(t *testing.T) {
	for name, policy := range map[string]func(*call){
		"rules":             definitionOf("works", outOf(2, "A", "B", "C", "D")),
		"the configuration": nil,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorks(t)
			w.fabric = nil
			if policy == nil {
				reference := pack(&peer.ApplicationPolicy{Type: &peer.ApplicationPolicy_ChannelConfigPolicyReference{ChannelConfigPolicyReference: "/Channel/Application/Endorsement"}})
				definition := definitionOf("works", outOf(1, "A"))
				w.add(w.next(w.transaction(definition, func(c *call) {
					c.add(Lifecycle, &kvrwset.KVRWSet{Writes: []*kvrwset.KVWrite{{Key: fieldsKey + "works" + validationField, Value: pack(&lifecycle.StateData{
						Type: &lifecycle.StateData_Bytes{Bytes: pack(&lifecycle.ChaincodeValidationInfo{ValidationPlugin: builtinPlugin, ValidationParameter: reference})},
					})}}})
				})))
			}
			w.state.config.msps["A"].fault = errUnsupported
			clear(w.state.config.identities)
			try := func(code Code, endorsers ...*signer) Verdict {
				t.Helper()
				b := w.next(w.transaction(writing("k", "v"), func(c *call) { c.endorsers = endorsers }))
				b.Flags = []byte{byte(code)}
				verdicts, err := w.try(b)
				if err != nil || verdicts[0].Code != code {
					t.Fatalf("%+v, %v", verdicts, err)
				}
				return verdicts[0]
			}
			a, b, c := w.orgs[0], w.orgs[1], w.orgs[2]
			for _, alone := range [][]*signer{{}, {a.peer}, {a.peer, a.another}} {
				if v := try(EndorsementPolicyFailure, alone...); !v.Computed {
					t.Errorf("by %d of its own: %+v", len(alone), v)
				}
			}
			if v := try(Valid, a.peer, b.peer, c.peer); v.Computed {
				t.Errorf("with two more: %+v", v)
			}
		})
	}
}

func TestConfigurations(t *testing.T) {
	w := newWorks(t)
	number := w.number + 1
	others := append(slices.Clone(w.orgs[:3]), &org{id: "E", ca: certify(t, "E", nil)})
	others[3].orderer = certify(t, "E", others[3].ca, "orderer")
	seal := func(sequence uint64, ids []uint32, by ...*signer) *Block {
		b := w.block(number, w.last[:], w.configuration(others, sequence, w.orgs[0].orderer))
		b.Signatures = sealed(b, number, ids, by)
		return b
	}
	a, o, c, d, e := w.orgs[0].orderer, w.orgs[1].orderer, w.orgs[2].orderer, w.orgs[3].orderer, others[3].orderer
	_, err := w.try(seal(2, []uint32{1, 2, 3}, a, o, c))
	wantFault(t, err, FaultConfig)
	_, err = w.try(seal(0, []uint32{1, 2, 3}, a, o, c))
	wantFault(t, err, FaultConfig)
	// Its own new orderers are nobody yet.
	_, err = w.try(seal(1, []uint32{1, 2, 4}, a, o, e))
	wantFault(t, err, FaultSignatures)
	// The index of the configuration is the block's own.
	b := seal(1, []uint32{1, 2, 3}, a, o, c)
	b.Signatures = sealed(b, 0, []uint32{1, 2, 3}, []*signer{a, o, c})
	_, err = w.try(b)
	wantFault(t, err, FaultLastConfig)
	w.add(seal(1, []uint32{1, 2, 4}, a, o, d))
	if w.config != number {
		t.Fatalf("the configuration is block %d's", w.config)
	}
	// From now on the new one counts, and the old one does not.
	next := func(ids []uint32, config uint64, by ...*signer) *Block {
		b := w.next(w.transaction(writing("k", "v")))
		b.Signatures = sealed(b, config, ids, by)
		return b
	}
	_, err = w.try(next([]uint32{1, 2, 4}, number, a, o, d))
	wantFault(t, err, FaultSignatures)
	_, err = w.try(next([]uint32{1, 2, 4}, 0, a, o, e))
	wantFault(t, err, FaultLastConfig)
	w.add(next([]uint32{1, 2, 4}, number, a, o, e))
	// A transaction that the member who left endorsed counts no more.
	tx := w.transaction(writing("k", "v"))
	tx.endorsers = []*signer{w.orgs[0].peer, w.orgs[3].peer}
	b = w.next(tx)
	b.Signatures = sealed(b, number, []uint32{1, 2, 3}, []*signer{a, o, c})
	if verdicts, err := w.try(b); err != nil || verdicts[0].Code != EndorsementPolicyFailure {
		t.Fatalf("%+v, %v", verdicts, err)
	}
}

// A transaction at which the verifier breaks down ends nobody: its fate is the peer's word, and so is that of all that
// may have read what it wrote. What cannot be valid in any case is still found.
func TestATransactionThatBreaksTheVerifierIsNotRecomputed(t *testing.T) {
	defer func() { parsing = parseTransaction }()
	w := newWorks(t)
	w.fabric = nil // it does not break down
	bad := w.transaction(writing("k", "v"))
	whole := bad.bytes()
	parsing = func(e envelope) *transaction {
		if bytes.Equal(e.encode(nil), whole) {
			panic("a fault of this program")
		}
		return parseTransaction(e)
	}
	for _, c := range []struct {
		flag  Code
		after bool
	}{{ReadConflict, true}, {Valid, false}} {
		b := w.block(w.number+1, w.last[:], whole, w.transaction(reading("none", Version{Block: 9, Exists: true})).bytes())
		b.Flags = []byte{byte(c.flag), byte(Valid)}
		verdicts, err := w.try(b)
		if err != nil || verdicts[0].Code != c.flag || verdicts[0].Computed || !verdicts[0].Broken {
			t.Fatalf("%+v, %v", verdicts, err)
		}
		if verdicts[1].Computed != c.after || c.after && verdicts[1].Code != ReadConflict || !c.after && verdicts[1].Code != Valid {
			t.Fatalf("flag %s: the one after it: %+v", c.flag, verdicts[1])
		}
		if w.state, err = Decode(w.state.Encode()); err != nil {
			t.Fatal(err)
		}
	}
	tx := w.transaction(writing("k", "v"))
	tx.endorsers = tx.endorsers[:1]
	if verdicts, err := w.try(w.next(tx)); err != nil || verdicts[0].Code != EndorsementPolicyFailure || !verdicts[0].Computed {
		t.Errorf("without endorsements: %+v, %v", verdicts, err)
	}
}

// A transaction that is not let in is not read, wherever it is refused: its fate is the peer's word, those beside it are asked
// for, too.
func TestATransactionThatIsNotLetInIsLeftAlone(t *testing.T) {
	defer func() { parsing = parseTransaction }()
	for _, late := range []bool{false, true} {
		w := newWorks(t)
		w.fabric = nil
		b := w.block(w.number+1, w.last[:], w.transaction(writing("a", "v")).bytes(), w.transaction(writing("k", "v")).bytes())
		b.Flags = []byte{byte(Valid), byte(Valid)}
		asked := map[int]int{}
		try := func(i int) bool { asked[i]++; return i != 1 }
		read := 0
		parsing = func(e envelope) *transaction { read++; return parseTransaction(e) }
		if !late {
			b.Try = try
		}
		p := Prepare(b, w.state.Config())
		b.Try = try
		_, verdicts, err := w.state.Next(p, w.memory)
		if err != nil || !verdicts[0].Computed || verdicts[1].Computed || !verdicts[1].Broken || verdicts[1].Code != Valid {
			t.Errorf("late %v: %+v, %v", late, verdicts, err)
		}
		if want := 1; !late && read != want || asked[0] == 0 || asked[1] == 0 {
			t.Errorf("late %v: %d are read, asked %v", late, read, asked)
		}
	}
}

// What is two bytes long and would take a hundred of memory, millions of times, is gone through where it lies, and judged as
// anything else is.
func TestTransactionsOfMillionsOfMembersTakeNoMemory(t *testing.T) {
	w := newWorks(t)
	w.fabric = nil // which takes the memory
	const members = 4 << 20
	want := map[string]Code{"namespaces": IllegalWriteSet, "reads": Valid, "writes": Valid, "hashed reads": IllegalWriteSet}
	for name, results := range map[string][]byte{
		"namespaces": bytes.Repeat([]byte{0x12, 0}, members),
		"reads":      whole(2, append(whole(1, []byte("works")), whole(2, bytes.Repeat([]byte{0x0a, 0}, members))...)),
		"writes":     whole(2, append(whole(1, []byte("works")), whole(2, bytes.Repeat([]byte{0x1a, 0}, members))...)),
		"hashed reads": whole(2, append(whole(1, []byte("works")), whole(3, append(whole(1, []byte("c")),
			whole(2, bytes.Repeat([]byte{0x0a, 0}, members))...))...)),
	} {
		for _, endorsed := range []bool{false, true} {
			tx := w.transaction()
			tx.alter = func(part string, b []byte) []byte {
				if part == "reads and writes" {
					return results
				}
				return b
			}
			if !endorsed {
				tx.endorsers = nil
			}
			b := w.next(tx)
			b.Flags = []byte{byte(IllegalWriteSet)}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			verdicts, err := w.try(b)
			runtime.ReadMemStats(&after)
			if took := after.TotalAlloc - before.TotalAlloc; took > 16<<20 {
				t.Errorf("%s: %d bytes are taken", name, took)
			}
			code := want[name]
			if !endorsed && name != "namespaces" {
				code = EndorsementPolicyFailure
			}
			if err != nil || verdicts[0].Code != code || verdicts[0].Computed == (endorsed && name == "hashed reads") {
				t.Errorf("%s, endorsed %v: %+v, %v", name, endorsed, verdicts, err)
			}
		}
	}
}
