package fabric

import (
	"slices"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"google.golang.org/protobuf/proto"
)

// What a transaction does in a collection is seen, though nothing of it is public.
func TestCollectionsAreSeen(t *testing.T) {
	hashed, err := proto.Marshal(&kvrwset.HashedRWSet{HashedWrites: []*kvrwset.KVWriteHash{{KeyHash: make([]byte, 32)}}})
	if err != nil {
		t.Fatal(err)
	}
	b, err := proto.Marshal(&rwset.TxReadWriteSet{NsRwset: []*rwset.NsReadWriteSet{
		{Namespace: "other"},
		{Namespace: "rootline", CollectionHashedRwset: []*rwset.CollectionHashedReadWriteSet{{CollectionName: "_implicit_org_A", HashedRwset: hashed}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if out, apart, err := writes(b); err != nil || len(out) != 0 || !slices.Equal(apart, []string{"rootline"}) {
		t.Errorf("%v, %v, %v", out, apart, err)
	}
}
