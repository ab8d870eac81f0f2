package strictjson

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/rootline/rootline/fuzzing"
)

func TestReadList(t *testing.T) {
	cut := errors.New("line cut")
	for _, c := range []struct {
		name   string
		in     io.Reader
		n      int
		taken  string
		reason string
	}{
		{"good", strings.NewReader(` {"a":[{"x":1},2 , "three"]} `), 3, `{"x":1}|2|"three"`, ""},
		{"byte by byte", iotest.OneByteReader(strings.NewReader(`{"a":[1,2]}`)), 2, "1|2", ""},
		{"none", strings.NewReader(`{"a":[]}`), 0, "", ""},
		{"more than most are counted", strings.NewReader(`{"a":[1,2,3,[4],{"b":5},6]}`), 6, "1|2|3", ""},
		{"another member", strings.NewReader(`{"a":[1],"b":2}`), 1, "1", "unknown name"},
		{"another member first", strings.NewReader(`{"b":2,"a":[1]}`), 0, "", "unknown name"},
		{"in other case", strings.NewReader(`{"A":[1]}`), 0, "", "unknown name"},
		{"twice", strings.NewReader(`{"a":[1],"a":[2]}`), 1, "1", "name given twice"},
		{"missing", strings.NewReader(`{}`), 0, "", "missing"},
		{"no object", strings.NewReader(`[1]`), 0, "", "type"},
		{"no list", strings.NewReader(`{"a":{}}`), 0, "", "type"},
		{"nothing", strings.NewReader(``), 0, "", "not JSON"},
		{"cut", strings.NewReader(`{"a":[1,`), 1, "1", "EOF"},
		{"cut among the counted", strings.NewReader(`{"a":[1,2,3,{"b":`), 4, "1|2|3", "EOF"},
		{"two values", strings.NewReader(`{"a":[1]}{}`), 1, "1", "more than one"},
		{"name twice in an element", strings.NewReader(`{"a":[{"x":1,"x":2}]}`), 1, "", "name given twice"},
		{"not UTF-8", strings.NewReader("{\"a\":[\"\xff\"]}"), 1, "", "UTF-8"},
		{"the reader fails", io.MultiReader(strings.NewReader(`{"a":[1,`), iotest.ErrReader(cut)), 1, "1", "line cut"},
		{"the reader fails after the end", io.MultiReader(strings.NewReader(`{"a":[1]}`), iotest.ErrReader(cut)), 1, "1", "line cut"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var taken []string
			n, err := ReadList(c.in, "a", 3, func(element []byte) error {
				taken = append(taken, string(element))
				return nil
			})
			if got := strings.Join(taken, "|"); got != c.taken || err == nil && n != c.n {
				t.Errorf("took %s of %d, want %s of %d", got, n, c.taken, c.n)
			}
			if (err == nil) != (c.reason == "") || err != nil && !strings.Contains(err.Error(), c.reason) {
				t.Errorf("got %v, want %q", err, c.reason)
			}
			var strict *Error
			if err != nil && !errors.Is(err, cut) && !errors.As(err, &strict) {
				t.Errorf("%T is no *Error", err)
			}
		})
	}
}

func TestReadListPointsToTheElement(t *testing.T) {
	_, err := ReadList(strings.NewReader(`{"a":[{},{"n":1.5}]}`), "a", 3, func(element []byte) error {
		var d doc
		return Decode(element, &d)
	})
	var strict *Error
	if !errors.As(err, &strict) || strict.Pointer != "/a/1/n" {
		t.Error(err)
	}
}

// What is taken is JSON by itself, and as many as were counted.
func FuzzReadList(f *testing.F) {
	fuzzing.Strings(f, "", `{"a":[{"x":1},2 , "three"]}`, `{"a":[1],"a":[2]}`, `{"a":[[[[[[[[[[[[1]]]]]]]]]]]]}`, `{"a":["\\ud800"]} x`)
	f.Fuzz(func(t *testing.T, in string) {
		taken := 0
		n, err := ReadList(strings.NewReader(in), "a", 3, func(element []byte) error {
			if taken++; len(element) == 0 || len(element) > len(in) {
				t.Fatalf("an element of %d bytes", len(element))
			}
			return Check(element)
		})
		if taken > 3 || err == nil && taken != min(n, 3) {
			t.Fatalf("of %d elements, %d were taken: %v", n, taken, err)
		}
	})
}
