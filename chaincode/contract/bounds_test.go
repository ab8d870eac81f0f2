package contract_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/judge/judgetest"
)

// packed compresses what may be no batch.
func packed(t *testing.T, content []byte) string {
	t.Helper()
	w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		t.Fatal(err)
	}
	return string(w.EncodeAll(content, []byte{1}))
}

func TestArgumentsOutOfBounds(t *testing.T) {
	l := founded(t)
	many := func(n int) string { return batch(t, make([]rootline.Submission, n)...) }
	for _, c := range []struct {
		name, arg string
		want      rootline.Code
	}{
		{"1,001 events", many(1001), rootline.CodeTooMany},
		{"10 MB", strings.Repeat("x", 10<<20), rootline.CodeTooLarge},
		{"no events", many(0), rootline.CodeMalformedEvent},
		{"nothing", "", rootline.CodeMalformedEvent},
		{"JSON", `{"events":[{"jws":"a.b.c"}]}`, rootline.CodeMalformedEvent},
		{"not compressed", "\x01events", rootline.CodeMalformedEvent},
		{"cut short", many(3)[:10], rootline.CodeMalformedEvent},
		{"another version", "\x02" + many(3)[1:], rootline.CodeMalformedEvent},
		{"more after it", many(3) + "x", rootline.CodeMalformedEvent},
		{"two batches", packed(t, []byte{0x81, 0xa0, 0x81, 0xa0}), rootline.CodeMalformedEvent},
		{"an unknown name", packed(t, []byte{0x81, 0xa1, 0x18, 99, 0x01}), rootline.CodeMalformedEvent},
		{"a name twice", packed(t, []byte{0x81, 0xa2, 4, 0x61, 'x', 4, 0x61, 'y'}), rootline.CodeMalformedEvent},
		{"bytes that are not UTF-8", packed(t, []byte{0x81, 0xa1, 4, 0x61, 0xff}), rootline.CodeMalformedEvent},
		{"another type", packed(t, []byte{0x81, 0xa1, 4, 0xf9, 0x3e, 0}), rootline.CodeMalformedEvent},
		{"nested deeply", packed(t, bytes.Repeat([]byte{0x81}, 100_000)), rootline.CodeMalformedEvent},
		{"an array longer than the rest", packed(t, []byte{0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}), rootline.CodeMalformedEvent},
		{"twelve proofs without end", packed(t, endlessProofs(12)), rootline.CodeMalformedEvent},
		{"a few bytes that unpack to 100 MB", packed(t, make([]byte, 100<<20)), rootline.CodeMalformedEvent},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := l.call(l.client, wire.FnRecord, c.arg); codes(t, err)[-1] != c.want {
				t.Fatalf("got %.200v, want %s", err, c.want)
			}
		})
	}
	if _, err := l.call(l.client, wire.FnRecord, many(1000)); len(codes(t, err)) != 1000 {
		t.Fatal("1,000 events are judged one by one")
	}
}

// endlessProofs is a batch of n events with a proof of 2²⁰ hashes each, of one byte: 4.5 KB, compressed.
func endlessProofs(n int) []byte {
	out := []byte{0x80 | byte(n)}
	for range n {
		out = append(out, 0xa2, 4, 0x65, 'a', '.', 'b', '.', 'c', 5, 0x83, 0x60, 0, 0x9a, 0, 0x10, 0, 0)
		out = append(out, bytes.Repeat([]byte{0x41, 0}, 1<<20)...)
	}
	return out
}

func TestAProofThatNoEventNeedsIsRefused(t *testing.T) {
	l := founded(t)
	l.adopt()
	sub := l.selected(l.enrol(judgetest.Contractor, "nursery"), judgetest.Code(judgetest.Contractor))
	sub.Inclusion = &rootline.Inclusion{List: judgetest.Code(judgetest.Contractor), Path: make([]rootline.Hash, 64)}
	if _, err := l.record(sub); codes(t, err)[0] != rootline.CodeNotAsked {
		t.Fatalf("got %v", err)
	}
	sub.Inclusion = nil
	l.must(l.record(sub))
}
