package rootline

import (
	"bytes"
	"fmt"
	"math/bits"
	"testing"

	"github.com/transparency-dev/merkle/rfc6962"
	"pgregory.net/rapid"
)

func codes(n int) Codes {
	c := make([]string, n)
	for i := range c {
		c[i] = fmt.Sprintf("9520001%013d", i*7919%1_000_003)
	}
	return NewCodes(c)
}

func TestEveryCodeOfAListIsProved(t *testing.T) {
	for n := 1; n <= 33; n++ {
		list := codes(n)
		head := list.List()
		for _, code := range list {
			in, ok := list.Prove("LOT", code)
			if !ok || !in.Proves(code, &head) {
				t.Fatalf("%d codes: %s is not proved", n, code)
			}
			if in.Proves(code+"X", &head) {
				t.Fatalf("%d codes: another code is proved", n)
			}
		}
	}
}

func TestInclusionRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := codes(rapid.IntRange(2, 200).Draw(t, "n"))
		head := list.List()
		code := list[rapid.IntRange(0, len(list)-1).Draw(t, "i")]
		in, _ := list.Prove("LOT", code)
		switch rapid.IntRange(0, 4).Draw(t, "damage") {
		case 0:
			in.Index = (in.Index + 1) % int64(len(list))
		case 1:
			in.Path[rapid.IntRange(0, len(in.Path)-1).Draw(t, "at")][3] ^= 1
		case 2:
			in.Path = in.Path[:len(in.Path)-1]
		case 3:
			head.Count = in.Index // the index lies beyond the list
		case 4:
			head.Root[0] ^= 1
		}
		if in.Proves(code, &head) {
			t.Fatal("a damaged inclusion proves")
		}
	})
	var none *Inclusion
	if none.Proves("X", &List{Count: 1}) || (&Inclusion{Index: -1}).Proves("X", &List{Count: 1}) {
		t.Fatal("nothing proves nothing")
	}
}

// The root of a known tree, so that lists made today can be checked for ever: RFC 6962 over three leaves.
func TestRootIsStable(t *testing.T) {
	const want = "36642e73c2540ab121e3a6bf9545b0a24982cd830eb13d3cd19de3ce6c021ec1"
	if got := NewCodes([]string{"c", "a", "b", "a"}).List(); got.Root.String() != want || got.Count != 3 {
		t.Fatalf("got %d codes, root %s", got.Count, got.Root)
	}
}

// TestHeadsAreTheLibrarys holds the hashes that are computed here to those of the library that checks proofs.
func TestHeadsAreTheLibrarys(t *testing.T) {
	var head func(c Codes) []byte
	head = func(c Codes) []byte {
		if len(c) == 1 {
			return rfc6962.DefaultHasher.HashLeaf([]byte(c[0]))
		}
		mid := 1 << (bits.Len(uint(len(c)-1)) - 1) // the largest power of two below, as RFC 6962 divides a tree
		return rfc6962.DefaultHasher.HashChildren(head(c[:mid]), head(c[mid:]))
	}
	for n := 1; n <= 40; n++ {
		if got := codes(n).List().Root; !bytes.Equal(got[:], head(codes(n))) {
			t.Fatalf("%d codes: another head", n)
		}
	}
}

func BenchmarkList(b *testing.B) {
	c := codes(10_000)
	b.ReportAllocs()
	for b.Loop() {
		c.List()
	}
}

func BenchmarkNewCode(b *testing.B) {
	for b.Loop() {
		NewCode("9520001")
	}
}
