package channel

import (
	"bytes"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
)

// BenchmarkVerify verifies a block of one transaction that records events, each of which reads two keys that are not there
// and writes them, as a batch of new items does. It is signed by three orderers, its client and two endorsers.
func BenchmarkVerify(b *testing.B) {
	for _, events := range []int{1, 1000} {
		b.Run(fmt.Sprintf("events=%d", events), func(b *testing.B) {
			w := newWorks(b)
			tx := w.transaction()
			set := &kvrwset.KVRWSet{Reads: []*kvrwset.KVRead{{Key: "L/"}, {Key: "R/forestation@1"}, {Key: "D/device"}}}
			for i := range events {
				for _, k := range []struct {
					key  string
					size int
				}{{fmt.Sprintf("A/952000112345678901%06d", i), 300}, {fmt.Sprintf("E/01890a5d-ac96-774b-bcce-b302%08d", i), 60}} {
					set.Reads = append(set.Reads, &kvrwset.KVRead{Key: k.key})
					set.Writes = append(set.Writes, &kvrwset.KVWrite{Key: k.key, Value: bytes.Repeat([]byte{1}, k.size)})
				}
			}
			tx.add("works", set)
			tx.proposal = bytes.Repeat([]byte{7}, 300*events)
			block := w.next(tx)
			b.ReportAllocs()
			had := processor(b)
			for b.Loop() {
				_, verdicts, err := w.state.Next(Prepare(block, w.state.Config()), try(w.memory))
				if err != nil || verdicts[0].Code != Valid {
					b.Fatal(verdicts, err)
				}
			}
			b.ReportMetric((processor(b)-had).Seconds()*1e6/float64(b.N*events), "core-µs/event")
		})
	}
}

// processor is the processor time that this process has used so far.
func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
