package block

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"testing"

	"github.com/rootline/rootline"
)

// The DER is written out by hand, after X.690, so that the test does not lean on the encoder that it checks.
func TestHeaderHash(t *testing.T) {
	data, previous := rootline.HashOf([]byte("data")), rootline.HashOf([]byte("previous"))
	for _, c := range []struct {
		name     string
		number   uint64
		previous rootline.Hash
		der      string
	}{
		{"genesis", 0, rootline.Hash{}, "3027" + "020100" + "0400" + "0420" + data.String()},
		{"second", 1, previous, "3047" + "020101" + "0420" + previous.String() + "0420" + data.String()},
		{"high bit", 200, previous, "3048" + "020200c8" + "0420" + previous.String() + "0420" + data.String()},
	} {
		t.Run(c.name, func(t *testing.T) {
			der, err := hex.DecodeString(c.der)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := HeaderHash(c.number, c.previous, data), rootline.Hash(sha256.Sum256(der)); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestFollows(t *testing.T) {
	hash := rootline.HashOf
	good := func() *Block {
		return &Block{Number: 8, Previous: hash([]byte("7")), DataHash: hash([]byte("d")), Computed: hash([]byte("d"))}
	}
	last := &Position{7, hash([]byte("7"))}
	for _, c := range []struct {
		name   string
		last   *Position
		change func(*Block)
		kind   string
	}{
		{"next", last, func(*Block) {}, ""},
		{"gap", last, func(b *Block) { b.Number = 9 }, BreakNumber},
		{"again", last, func(b *Block) { b.Number = 7 }, BreakNumber},
		{"other chain", last, func(b *Block) { b.Previous[0] ^= 1 }, BreakPrevious},
		{"altered", last, func(b *Block) { b.Computed[31] ^= 1 }, BreakData},
		{"begins late", nil, func(*Block) {}, BreakNumber},
		{"begins", nil, func(b *Block) { b.Number, b.Previous = 0, rootline.Hash{} }, ""},
		{"begins with a past", nil, func(b *Block) { b.Number = 0 }, BreakPrevious},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := good()
			c.change(b)
			err := b.Follows(c.last)
			var broken *Break
			if kind := ""; errors.As(err, &broken) {
				kind = broken.Kind
				if kind != c.kind {
					t.Errorf("got %v, want kind %q", err, c.kind)
				}
			} else if c.kind != kind {
				t.Errorf("got %v, want kind %q", err, c.kind)
			}
		})
	}
}

func TestDataHash(t *testing.T) {
	if got, want := DataHash([][]byte{[]byte("ab"), nil, []byte("c")}), rootline.HashOf([]byte("abc")); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
