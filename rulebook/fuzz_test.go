package rulebook

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

var seed = fmt.Sprintf(small, "event.data.samples.all(a, a > 1)", "asset.height + 1")

// FuzzParse looks for texts that Parse does not survive. Whatever it takes must be whole.
func FuzzParse(f *testing.F) {
	f.Add(seed)
	f.Fuzz(func(t *testing.T, text string) { survives(t, []byte(text)) })
}

func survives(t *testing.T, text []byte) {
	book, err := Parse(text)
	if err == nil && (book.Name == "" || book.Version < 1 || len(book.Kinds) == 0) {
		t.Errorf("an empty rulebook was taken:\n%s", text)
	}
}

// TestDamaged offers the shipped books and a small one with a few random wounds: none makes Parse panic or think long.
func TestDamaged(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	texts := [][]byte{[]byte(seed)}
	for _, name := range []string{"forestation@1", "floodway@1"} {
		texts = append(texts, Shipped()[name])
	}
	for i := range 1500 {
		text := slices.Clone(texts[i%len(texts)])
		for range 1 + random.IntN(4) {
			at := random.IntN(len(text))
			switch random.IntN(4) {
			case 0:
				text[at] = byte(random.IntN(256))
			case 1:
				text[at] = "{}[]()!:-&*'\"#|>?,\n"[random.IntN(19)]
			case 2:
				text = slices.Delete(text, at, min(len(text), at+1+random.IntN(30)))
			default:
				from := random.IntN(len(text))
				piece := slices.Clone(text[from:min(len(text), from+random.IntN(60))])
				text = slices.Insert(text, at, piece...)
			}
		}
		start := time.Now()
		survives(t, text)
		if d := time.Since(start); d > time.Minute {
			t.Errorf("reading took %v:\n%s", d, text)
		}
	}
}
