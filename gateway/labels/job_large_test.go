package labels

import (
	"context"
	"runtime"
	"testing"
)

// sink counts and forgets.
type sink int64

func (s *sink) Write(b []byte) (int, error) {
	*s += sink(len(b))
	return len(b), nil
}

// Ten thousand labels are one job, whose memory does not grow with what was written.
func TestMemoryIsFlat(t *testing.T) {
	for _, name := range []string{"a4-70x37", "roll-40x20"} {
		t.Run(name, func(t *testing.T) {
			j := jobOf(t, name, 10_000)
			j.Text = []string{"Pinus tabuliformis"}
			live := func() uint64 {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				return m.HeapAlloc
			}
			var out sink
			var early, last uint64
			var atEarly sink
			err := Write(context.Background(), &out, j, func(done, of int) {
				switch {
				case early == 0 && done >= 1000:
					early, atEarly = live(), out
				case done == of:
					last = live()
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			// What stays of a page is where its objects are: some tens of bytes.
			grown, written := int64(last)-int64(early), int64(out-atEarly)
			if most := int64(1 << 20); grown > most || written < 3*most {
				t.Errorf("memory grew by %d bytes while %d were written", grown, written)
			}
		})
	}
}
