package strictcbor_test

import (
	"encoding/hex"
	"errors"
	"testing"

	"github.com/rootline/rootline/strictcbor"
)

// The classes of items that RFC 8949 has: what its core deterministic form allows, in records and in proofs, and what it does not.
func TestOneForm(t *testing.T) {
	const no, record, both = 0, 1, 2
	for digits, want := range map[string]int{
		"00": both, "17": both, "1818": both, "190100": both, "1a00010000": both, "1b0000000100000000": both,
		"1800": no, "1817": no, "190017": no, "1900ff": no, "1a0000ffff": no, "1b00000000ffffffff": no, // longer heads than needed
		"20": record, "3818": record, "f4": record, "f5": record, "f6": both, "f7": no, "f90000": no, "fb0000000000000000": no, "c000": no, "e0": no,
		"40": both, "4161": both, "41": no, "5f4161ff": no, "60": both, "6161": both, "61ff": no, "7f6161ff": no,
		"80": both, "8100": both, "9f00ff": no, "9801": no, "81": no, "9b000000ffffffffff": no,
		"a0": both, "a10000": both, "a200000100": both, "a201000000": no, "a200000000": no, "bf0000ff": no, "a1616100": record, "a12000": record,
		"a1190001f6": no, "a11a00010000f6": record, "a140f6": no, "a180f6": no, "a1f6f6": no,
		"8181818181818180": both, "818181818181818100": both, "81818181818181818100": no, "0000": no, "": no, "ff": no, "1c": no, "1f": no,
	} {
		b, err := hex.DecodeString(digits)
		if err != nil {
			t.Fatal(err)
		}
		for plain, least := range map[bool]int{false: record, true: both} {
			if err := strictcbor.Check(b, 1000, plain); (err == nil) != (want >= least) {
				t.Errorf("%s, plain %v: %v", digits, plain, err)
			}
		}
	}
	if err := strictcbor.Check([]byte{0x83, 0, 0, 0}, 3, true); !errors.Is(err, strictcbor.ErrItems) {
		t.Errorf("four items where three may be: %v", err)
	}
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte{0xa2, 0, 0, 1, 0x41, 1}, true)
	f.Fuzz(func(t *testing.T, b []byte, plain bool) {
		if strictcbor.Check(b, 1000, plain) != nil {
			return
		}
		if plain && len(strictcbor.Skip(b)) != 0 {
			t.Fatalf("%x is one item, and something follows it", b)
		}
		if len(b) > 1 && strictcbor.Check(b[:len(b)-1], 1000, plain) == nil {
			t.Fatalf("%x is one item without its last byte", b)
		}
	})
}
