package wire_test

import (
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/fuzzing"
	"github.com/rootline/rootline/limits"
)

func FuzzDecodeKeys(f *testing.F) {
	asked, err := wire.EncodeKeys([]string{"A/" + tree, "E/019a1b2c-3d4e-7f50-8a9b-0c1d2e3f4a5b", "O/OwnerMSP"})
	if err != nil {
		f.Fatal(err)
	}
	fuzzing.Strings(f, "", asked, asked+asked, "\x9b\x7f\xff\xff\xff\xff\xff\xff\xff")
	f.Fuzz(func(t *testing.T, arg string) {
		keys, err := wire.DecodeKeys(arg)
		if err != nil {
			if rootline.CodeOf(err) == "" {
				t.Fatalf("refused without a code: %v", err)
			}
			return
		}
		if again, err := wire.EncodeKeys(keys); err != nil || again != arg || len(keys) > limits.AttestedKeys {
			t.Fatalf("%x is read as %q, and written as %x: %v", arg, keys, again, err)
		}
	})
}

func FuzzDecodeAttested(f *testing.F) {
	said, err := wire.EncodeAttested(&wire.Attested{Nonce: []byte("0123456789abcdef"), Values: [][]byte{nil, []byte("x"), nil}})
	if err != nil {
		f.Fatal(err)
	}
	fuzzing.Strings(f, "", said, said+"x", "\xa2\x01\x40\x02\x9b\x7f\xff\xff\xff\xff\xff\xff\xff")
	f.Fuzz(func(t *testing.T, said string) {
		a, err := wire.DecodeAttested([]byte(said))
		if err == nil && (len(a.Values) > limits.AttestedKeys || len(a.Nonce) > len(said)) {
			t.Fatalf("%x is read as %d values", said, len(a.Values))
		}
	})
}
