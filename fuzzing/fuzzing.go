// Package fuzzing has what the tests of decoders share: seeds that are spoiled in the same ways each time, so that every
// run of a fuzz target as an ordinary test tries more than what is well formed. `make fuzz` goes on from there by chance.
package fuzzing

import (
	"iter"
	"slices"
	"testing"
)

// places is at how many places a seed is spoiled.
const places = 12

// Spoiled yields what becomes of a seed when a byte is changed or left out, or when it is cut, at places spread over it.
func Spoiled(seed []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for i := 0; i < len(seed); i += len(seed)/places + 1 {
			for _, to := range []byte{0, 0x7f, 0xff} {
				changed := slices.Clone(seed)
				changed[i] = to
				if !yield(changed) {
					return
				}
			}
			if !yield(slices.Clone(seed[:i])) || !yield(slices.Concat(seed[:i], seed[i+1:])) {
				return
			}
		}
	}
}

// Bytes gives a target that takes bytes its seeds, as they are and spoiled.
func Bytes(f *testing.F, seeds ...[]byte) {
	for _, seed := range seeds {
		f.Add(seed)
		for b := range Spoiled(seed) {
			f.Add(b)
		}
	}
}

// Strings is Bytes for a target that takes text.
func Strings(f *testing.F, seeds ...string) {
	for _, seed := range seeds {
		f.Add(seed)
		for b := range Spoiled([]byte(seed)) {
			f.Add(string(b))
		}
	}
}
