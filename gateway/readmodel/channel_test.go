package readmodel

import (
	"encoding/binary"
	"runtime"
	"testing"

	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/limits"
)

// TestVersionsOfOneTransactionAreWrittenAsTheyCome: how many keys one transaction writes is up to whoever made it, and it
// takes no more memory to keep them.
func TestVersionsOfOneTransactionAreWrittenAsTheyCome(t *testing.T) {
	const (
		waiting = limits.KeysWaiting
		keys    = 3*waiting + waiting/2
	)
	s := open(t)
	key := func(i int) channel.Key {
		return channel.Key{Namespace: "n", Name: string(binary.BigEndian.AppendUint32(nil, uint32(i)))}
	}
	at := func(i, round int) channel.Version {
		if (i+round)%7 == 0 {
			return channel.Version{Block: uint64(round)}
		}
		return channel.Version{Block: uint64(round), Tx: uint64(i % 3), Exists: true}
	}
	inUse := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	write(t, s, func(tx *Tx) error {
		before, most := inUse(), int64(0)
		for round := 1; round <= 2; round++ {
			for i := range keys {
				if err := tx.Versions().Put(key(i), at(i, round)); err != nil {
					return err
				}
				if i%(waiting/2) == waiting/2-1 {
					most = max(most, inUse())
				}
				if len(tx.followed.pending) >= waiting {
					t.Fatalf("%d keys wait", len(tx.followed.pending))
				}
			}
		}
		if most -= before; most > 8<<20 {
			t.Errorf("%d KiB are in use", most>>10)
		}
		for _, n := range []int{0, 1, waiting, keys - 1} {
			found, err := tx.Versions().Versions([]channel.Key{key(n), key(keys)})
			if err != nil || found[0] != at(n, 2) || found[1] != (channel.Version{}) {
				t.Errorf("key %d: %+v, %v", n, found, err)
			}
		}
		return nil
	})
}
