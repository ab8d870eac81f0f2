package client

import (
	"bufio"
	"errors"
	"strings"
	"testing"

	"github.com/rootline/rootline/fuzzing"
	"github.com/rootline/rootline/limits"
)

// endless repeats a text for ever.
type endless struct {
	text string
	read int
}

func (e *endless) Read(b []byte) (int, error) {
	n := 0
	for n < len(b) {
		n += copy(b[n:], e.text)
	}
	e.read += n
	return n, nil
}

// A gateway may be anybody's: what it streams without end is not kept.
func TestAStreamThatDoesNotEndAMessageIsLeft(t *testing.T) {
	for name, text := range map[string]string{"a line without end": "x", "a message without end": "data: x\n", "a comment without end": ": x\n"} {
		from := &endless{text: text}
		err := readStream(from, func() {}, func(string, string) error { return nil })
		if !errors.Is(err, bufio.ErrTooLong) || from.read > 2*limits.ProblemBytes {
			t.Errorf("%s: %v after %d bytes", name, err, from.read)
		}
	}
}

func FuzzReadStream(f *testing.F) {
	for _, s := range []string{"", "event: block\ndata: {}\n\n", "data: a\r\ndata: b\r\n\r\n", ": ping\n\n", "data", "\n\n\n", "event:\n\n"} {
		fuzzing.Strings(f, s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		err := readStream(strings.NewReader(s), func() {}, func(event, data string) error {
			if len(event)+len(data) > len(s) {
				t.Fatalf("%q became %q and %q", s, event, data)
			}
			_, _ = newsOf(event, data)
			return nil
		})
		if err == nil {
			t.Fatal("it ended without a word")
		}
	})
}
