package rulebook

import (
	"strings"
	"testing"
)

func TestCacheParsesATextOnce(t *testing.T) {
	var c Cache
	text := string(Shipped()["forestation@1"])
	first, err := c.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := c.Parse(strings.Clone(text)); err != nil || again != first {
		t.Errorf("another copy of the text is parsed anew, %v", err)
	}
	if _, err := c.Parse("no rulebook"); err == nil || len(c.known) != 1 {
		t.Errorf("%d are kept, %v", len(c.known), err)
	}
	other, err := c.Parse(text + "\n# a remark\n")
	if err != nil || other == first {
		t.Errorf("another text is taken for the first, %v", err)
	}
}

func BenchmarkCache(b *testing.B) {
	var c Cache
	for _, text := range Shipped() {
		if _, err := c.Parse(string(text)); err != nil {
			b.Fatal(err)
		}
	}
	text := string(Shipped()["floodway@1"])
	for b.Loop() {
		if _, err := c.Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}
