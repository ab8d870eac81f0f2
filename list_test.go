package rootline

import (
	"fmt"
	"testing"

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
