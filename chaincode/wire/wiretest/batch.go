// Package wiretest makes arguments of transactions as hostile members have them made.
package wiretest

import (
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// Batch is content as the argument of Record, whatever it is.
func Batch(t testing.TB, content []byte) string {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	return string(w.EncodeAll(content, []byte{1}))
}

// HugeProofs is a batch of twelve events with a proof of 2²⁰ hashes each, of one byte: some kilobytes that unpack to
// hundreds of megabytes for whoever decodes them without a bound.
func HugeProofs(t testing.TB) string {
	path := append([]byte{0x9a, 0, 0x10, 0, 0}, []byte(strings.Repeat("\x41\x00", 1<<20))...)
	one := append([]byte{0xa2, 4, 0x65, 'a', '.', 'b', '.', 'c', 5, 0x83, 0x60, 0}, path...)
	all := []byte{0x8c}
	for range 12 {
		all = append(all, one...)
	}
	return Batch(t, all)
}
