package fuzzing

import (
	"slices"
	"testing"
)

func TestSpoiledLeavesTheSeedAsItIs(t *testing.T) {
	for _, n := range []int{0, 1, 11, 12, 13, 5000} {
		seed := make([]byte, n)
		for i := range seed {
			seed[i] = byte(i) | 1
		}
		whole := slices.Clone(seed)
		tries := 0
		for b := range Spoiled(seed) {
			tries++
			if slices.Equal(b, whole) && len(b) == n && n > 0 && whole[0] != 0x7f && whole[0] != 0xff {
				// A byte that had the value already.
				continue
			}
			clear(b)
		}
		if !slices.Equal(seed, whole) || tries > 5*places || (n > 0) != (tries > 0) {
			t.Errorf("%d bytes: %d tries", n, tries)
		}
	}
}
