package rulebook

import (
	"testing"
)

func TestShippedBooksParse(t *testing.T) {
	for name, text := range Shipped() {
		book, err := Parse(text)
		if err != nil {
			t.Errorf("%s:\n%v", name, err)
			continue
		}
		if book.Ref() != name {
			t.Errorf("the file of %s is called %s", book.Ref(), name)
		}
	}
}
