package wire

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/rootline/rootline"
)

// spelled is an argument of Record, and whether it is read. The pages' verifier reads the same file.
type spelled struct {
	Name     string `json:"name"`
	Argument []byte `json:"argument"`
	Read     bool   `json:"read"`
}

// Other spellings of a batch are refused: other readers might make something else of them.
func TestABatchHasOneForm(t *testing.T) {
	arg, err := EncodeBatch([]rootline.Submission{{JWS: "eyJh.e30.AAAA"}, {JWS: "eyJh.e31.AAAB"}})
	if err != nil {
		t.Fatal(err)
	}
	frame := []byte(arg[1:])
	inner, err := decompressor.DecodeAll(frame, nil)
	if err != nil {
		t.Fatal(err)
	}
	packed := func(b []byte) []byte { return compressor.EncodeAll(b, nil) }
	skipped := []byte{0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'}
	changed := func(at int, set func(byte) byte) []byte {
		b := slices.Clone(frame)
		b[at] = set(b[at])
		return b
	}
	var streamed bytes.Buffer
	w, err := zstd.NewWriter(&streamed)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range [][]byte{inner[:7], inner[7:]} {
		_, _ = w.Write(part)
		_ = w.Flush()
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	tail := inner[1:] // after the head of the array of two
	all := []spelled{
		{"as it is written", frame, true},
		{"in several blocks, without its length", streamed.Bytes(), true},
		{"a frame that is skipped before it", slices.Concat(skipped, frame), false},
		{"a frame that is skipped after it", slices.Concat(frame, skipped), false},
		{"two frames", slices.Concat(packed(inner[:9]), packed(inner[9:])), false},
		{"an empty frame before it", slices.Concat(packed(nil), frame), false},
		{"a byte after it", append(slices.Clone(frame), 0), false},
		{"a byte too few", frame[:len(frame)-1], false},
		{"a reserved bit", changed(4, func(b byte) byte { return b | 8 }), false},
		{"the id of a dictionary, which is 0", slices.Concat(frame[:4], []byte{frame[4] | 1}, frame[5:5], []byte{0}, frame[5:]), false},
		{"another magic", changed(0, func(b byte) byte { return b + 1 }), false},
		{"a longer head of its array", packed(slices.Concat([]byte{0x98, 2}, tail)), false},
		{"an array whose length is not given", packed(slices.Concat([]byte{0x9f}, tail, []byte{0xff})), false},
		{"a byte after the array", packed(slices.Concat(inner, []byte{0})), false},
		{"a member that is not known", packed([]byte{0x81, 0xa1, 0x18, 99, 0x61, 'x'}), false},
		{"members out of order", packed([]byte{0x81, 0xa2, 2, 0x41, 'b', 1, 0x41, 'a'}), false},
		{"a member twice", packed([]byte{0x81, 0xa2, 1, 0x41, 'a', 1, 0x41, 'a'}), false},
		{"a boolean", packed([]byte{0x81, 0xa1, 4, 0xf5}), false},
		{"no array", packed([]byte{0xa0}), false},
		{"nothing", nil, false},
	}
	for _, s := range all {
		_, err := DecodeBatch(string(append([]byte{batchVersion}, s.Argument...)))
		if (err == nil) != s.Read {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	if err := enc.Encode(all); err != nil {
		t.Fatal(err)
	}
	const file = "testdata/batches.json"
	if flag.Lookup("update").Value.String() == "true" {
		err = os.WriteFile(file, []byte(b.String()), 0o644)
	}
	if written, readErr := os.ReadFile(file); err != nil || readErr != nil || string(written) != b.String() {
		t.Errorf("%s differs (%v, %v): go test ./chaincode/wire -update", file, err, readErr)
	}
}

// Refusals that are too many are not held while they are counted.
func TestTooManyRefusalsTakeNoMemory(t *testing.T) {
	text := refusedMarker + "[" + strings.Repeat("{},", 5<<20) + "{}]"
	n := testing.AllocsPerRun(1, func() {
		if _, ok := ParseRefused(text); ok {
			t.Error("five million refusals are read")
		}
	})
	if n > 20*rootline.MaxBatch {
		t.Errorf("%v allocations", n)
	}
}
