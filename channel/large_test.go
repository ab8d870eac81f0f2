package channel

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"runtime"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"google.golang.org/protobuf/encoding/protowire"
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
	read := func(set *kvrwset.HashedRWSet) func(*call) {
		return func(c *call) {
			alone(Lifecycle, set)(c)
			c.endorsers = []*signer{c.orgs[0].peer, c.orgs[1].peer, c.orgs[2].peer}
		}
	}
	reads := func(n int, at Version) func(*call) {
		set := &kvrwset.HashedRWSet{}
		for i := range n {
			set.HashedReads = append(set.HashedReads, &kvrwset.KVReadHash{KeyHash: hashOfKey(i), Version: wire(at)})
		}
		return read(set)
	}
	w.add(w.next(w.transaction(reads(200_001, at))))
	// And in one block, however much was written before, be it that what is not there is deleted.
	writes, absent := hashedWrites(200_001), &kvrwset.HashedRWSet{HashedReads: []*kvrwset.KVReadHash{{KeyHash: hashOfKey(300_000)}}}
	writes.HashedWrites = append(writes.HashedWrites, &kvrwset.KVWriteHash{KeyHash: hashOfKey(300_000), IsDelete: true})
	verdicts, err := w.try(w.next(w.transaction(alone(Lifecycle, writes)), w.transaction(reads(200_001, at)), w.transaction(read(absent))))
	if err != nil || verdicts[0].Code != Valid || verdicts[1].Code != ReadConflict || verdicts[2].Code != ReadConflict {
		t.Errorf("in one block: %+v, %v", verdicts, err)
	}
	verdicts, err = w.try(w.next(w.transaction(reads(1, Version{Block: 1, Exists: true})), w.transaction(reads(200_002, at))))
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

// tiny gives any number of different keys of three bytes, in UTF-8.
func tiny(n int) []byte { return []byte{'!' + byte(n%90), '!' + byte(n/90%90), '!' + byte(n/8100%90)} }

// weighed are Versions that keep nothing, and measure the memory in use while they are asked and told of keys.
type weighed struct {
	calls, put int
	most       uint64
	there      Version
}

func inUse() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func (w *weighed) weigh(every int) {
	if w.calls++; w.calls%every == 0 {
		w.most = max(w.most, inUse())
	}
}

func (w *weighed) Versions(keys []Key) ([]Version, error) {
	w.weigh(20)
	out := make([]Version, len(keys))
	for i := range out {
		out[i] = w.there
	}
	return out, nil
}

func (w *weighed) Transactions(ids []string) ([]bool, error) { return make([]bool, len(ids)), nil }

func (w *weighed) Put(Key, Version) error {
	w.put++
	w.weigh(1 << 17)
	return nil
}

func (w *weighed) Remember([]string) error {
	w.weigh(1)
	return nil
}

// TestWhatALargeTransactionChangesIsNotKept: the memory that its judging takes does not grow with the number of keys or
// namespaces that a transaction names.
func TestWhatALargeTransactionChangesIsNotKept(t *testing.T) {
	if testing.Short() {
		t.Skip("it goes through transactions of millions of keys: make oracle runs it")
	}
	w := newWorks(t)
	w.fabric = nil // which takes the memory
	const members = 600_000
	each := func(number protowire.Number, of func(int) []byte) []byte {
		var b []byte
		for i := range members {
			b = append(b, whole(number, of(i))...)
		}
		return b
	}
	key := func(i int) []byte { return whole(1, tiny(i)) }
	in := func(space string, set []byte) []byte {
		return whole(2, append(whole(1, []byte(space)), whole(2, set)...))
	}
	reads := in("works", each(1, key))
	for _, c := range []struct {
		name    string
		results [][]byte
		put     int
		there   Version
	}{
		{"writes", [][]byte{in("works", each(3, key))}, members, Version{}},
		{"writes, and one that reads", [][]byte{in("works", each(3, key)), reads}, members, Version{}},
		{"metadata", [][]byte{in("works", each(4, key))}, members, Version{Block: 1, Exists: true}},
		{"reads", [][]byte{reads}, 0, Version{}},
		{"namespaces", [][]byte{each(2, func(i int) []byte { return append(whole(1, tiny(i)), whole(2, whole(1, whole(1, nil)))...) })}, 0, Version{}},
	} {
		var all []*call
		for _, results := range c.results {
			tx := w.transaction()
			tx.alter = func(part string, b []byte) []byte {
				if part == "reads and writes" {
					return results
				}
				return b
			}
			all = append(all, tx)
		}
		b := w.next(all...)
		b.Flags = make([]byte, len(all))
		v := &weighed{there: c.there}
		before := inUse()
		_, verdicts, err := w.state.Next(Prepare(b, w.state.Config()), v)
		if err != nil || verdicts[0].Code != Valid || v.put != c.put {
			t.Fatalf("%s: %+v, %d keys are put, %v", c.name, verdicts, v.put, err)
		}
		if took := int64(v.most) - int64(before); v.most == 0 || took > 6<<20 {
			t.Errorf("%s: %d KiB are in use besides %d of the block", c.name, took>>10, len(b.Envelopes[0])>>10)
		}
		runtime.KeepAlive(b)
	}
}

// TestManyPartsAreJoinedOnce: a message in a hundred thousand parts is not copied as often, and what it lies in stays as it is.
func TestManyPartsAreJoinedOnce(t *testing.T) {
	whole := bytes.Repeat([]byte{0x0a, 0, 0x12, 0}, 50_000)
	was := bytes.Clone(whole)
	var joined []byte
	copies := testing.AllocsPerRun(1, func() {
		joined = nil
		for i := 0; i < len(whole); i += 2 {
			joined = join(joined, whole[i:i+2])
		}
	})
	if copies > 100 || !bytes.Equal(joined, was) || !bytes.Equal(whole, was) {
		t.Errorf("%v copies, %d bytes", copies, len(joined))
	}
}
