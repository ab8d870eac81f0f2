package outbox

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

// BenchmarkStages measures what the disk is told of a transaction of 1,000 events from its start to its end.
func BenchmarkStages(b *testing.B) {
	s, err := openStore(b.Context(), filepath.Join(b.TempDir(), "outbox.db"))
	if err != nil {
		b.Fatal(err)
	}
	go s.write()
	defer s.stop()
	seq := int64(0)
	for b.Loop() {
		b.StopTimer()
		var entries []*entry
		for range rootline.MaxBatch {
			seq++
			entries = append(entries, &entry{
				seq: seq, id: rootline.NewEventID("somebody"), hash: rootline.HashOf(fmt.Append(nil, seq)), tx: "tx", block: 7,
				sub: rootline.Submission{JWS: strings.Repeat("x", 700)},
			})
		}
		if _, _, err := s.insert(entries); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		for _, err := range []error{
			s.move(entries, Submitted, "tx", 0, 1), s.settle(entries, 3),
		} {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
