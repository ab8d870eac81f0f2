package channel

import (
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
)

// hashOfKey stands for the hash of a private key's name.
func hashOfKey(n int) []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(n))
	return append(b, make([]byte, 24)...)
}

// alone makes a transaction one of organisation B alone, in a namespace where it may write the private collection that every
// organisation has by itself.
func alone(namespace string, set *kvrwset.HashedRWSet) func(*call) {
	return func(c *call) {
		b := c.orgs[1]
		c.chaincode, c.called, c.creator, c.endorsers = namespace, namespace, b.client, []*signer{b.peer}
		c.results = []*rwset.NsReadWriteSet{{Namespace: namespace, CollectionHashedRwset: []*rwset.CollectionHashedReadWriteSet{
			{CollectionName: implicitPrefix + b.id, HashedRwset: pack(set)},
		}}}
	}
}

func hashedWrites(n int) *kvrwset.HashedRWSet {
	set := &kvrwset.HashedRWSet{}
	for i := range n {
		set.HashedWrites = append(set.HashedWrites, &kvrwset.KVWriteHash{KeyHash: hashOfKey(i), ValueHash: make([]byte, 32)})
	}
	return set
}

// TestOneMembersLargeTransactionIsJudgedAsFabricDoes: however much one member writes of what is its own, it is recomputed, and
// so is what comes after it.
func TestOneMembersLargeTransactionIsJudgedAsFabricDoes(t *testing.T) {
	w := newWorks(t)
	for _, n := range []int{1, 200_001} {
		w.add(w.next(w.transaction(alone(Lifecycle, hashedWrites(n)))))
	}
	at := Version{Block: w.number, Exists: true}
	// Whoever reads what it wrote has to have read it since.
	reads := func(n int, at Version) func(*call) {
		return func(c *call) {
			set := &kvrwset.HashedRWSet{}
			for i := range n {
				set.HashedReads = append(set.HashedReads, &kvrwset.KVReadHash{KeyHash: hashOfKey(i), Version: wire(at)})
			}
			alone(Lifecycle, set)(c)
			c.endorsers = []*signer{c.orgs[0].peer, c.orgs[1].peer, c.orgs[2].peer}
		}
	}
	w.add(w.next(w.transaction(reads(200_001, at))))
	verdicts, err := w.try(w.next(w.transaction(reads(1, Version{Block: 1, Exists: true})), w.transaction(reads(200_002, at))))
	if err != nil || verdicts[0].Code != ReadConflict || verdicts[1].Code != ReadConflict {
		t.Errorf("what was written is not known: %+v, %v", verdicts, err)
	}
	// The same of public state, many namespaces, and with too few endorsements.
	public := w.transaction()
	set := &kvrwset.KVRWSet{}
	for i := range 200_001 {
		set.Reads = append(set.Reads, &kvrwset.KVRead{Key: fmt.Sprint(i)})
		set.Writes = append(set.Writes, &kvrwset.KVWrite{Key: fmt.Sprint(i), Value: []byte("v")})
	}
	public.add("works", set)
	w.add(w.next(public))
	verdicts, err = w.try(w.next(w.transaction(reading("200000", Version{})), w.transaction(func(c *call) { c.add("works", set); c.endorsers = c.endorsers[:1] })))
	if err != nil || verdicts[0].Code != ReadConflict || verdicts[1].Code != EndorsementPolicyFailure || !verdicts[1].Computed {
		t.Errorf("%+v, %v", verdicts, err)
	}
	many := w.transaction()
	for i := range 50_000 {
		many.results = append(many.results, &rwset.NsReadWriteSet{Namespace: fmt.Sprint(i), Rwset: pack(&kvrwset.KVRWSet{Reads: []*kvrwset.KVRead{{Key: "k"}}})})
	}
	w.add(w.next(many))
	many.nonce, many.id, many.hash = []byte("another"), "", nil
	many.results[40_000].Rwset = pack(&kvrwset.KVRWSet{Writes: []*kvrwset.KVWrite{{Key: "k", Value: []byte("v")}}})
	if verdicts, err = w.try(w.next(many)); err != nil || verdicts[0].Code != InvalidChaincode {
		t.Errorf("%+v, %v", verdicts, err)
	}
	if w.state.blind {
		t.Error("nothing is recomputed any more")
	}
}

// TestPoliciesOfOnesOwnKeysAreOnesOwn: a member gives keys of its own collection policies of their own. What others write in the
// namespace is recomputed as before; what is written there afterwards, in the same block too, is the peer's word.
func TestPoliciesOfOnesOwnKeysAreOnesOwn(t *testing.T) {
	w := newWorks(t)
	policies := &kvrwset.HashedRWSet{MetadataWrites: []*kvrwset.KVMetadataWriteHash{{KeyHash: hashOfKey(0)}}}
	for range 2 {
		verdicts, err := w.try(w.next(
			w.transaction(alone("works", policies)), w.transaction(alone("works", hashedWrites(1))), w.transaction(writing("a", "1")),
		))
		if err != nil || verdicts[0].Computed || verdicts[1].Computed || !verdicts[2].Computed || verdicts[2].Code != Valid {
			t.Fatalf("%+v, %v", verdicts, err)
		}
		if w.state, err = Decode(w.state.Encode()); err != nil {
			t.Fatal(err)
		}
	}
	few := w.transaction(writing("a", "2"))
	few.endorsers = few.endorsers[:1]
	if verdicts, err := w.try(w.next(few)); err != nil || verdicts[0].Code != EndorsementPolicyFailure || !verdicts[0].Computed {
		t.Errorf("%+v, %v", verdicts, err)
	}
	// What did not take effect gives no key a policy.
	refused := w.transaction(func(c *call) {
		c.add("works", &kvrwset.KVRWSet{MetadataWrites: []*kvrwset.KVMetadataWrite{{Key: "a"}}})
		c.endorsers = c.endorsers[:1]
	})
	verdicts, err := w.try(w.next(refused, w.transaction(writing("a", "3"))))
	if err != nil || verdicts[0].Code != EndorsementPolicyFailure || !verdicts[1].Computed {
		t.Errorf("%+v, %v", verdicts, err)
	}
}
