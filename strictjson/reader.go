package strictjson

import (
	"strings"
	"unicode/utf8"
)

// Reader reads JSON that is plainly good: text without escapes, integers in their one spelling, each name once. It
// takes a fraction of the time of Decode and allocates nothing. What it does not read is not thereby wrong: Failed then
// says so, and Decode decides and gives the reasons. What it does read, Decode reads to the same values.
//
// Text that it returns shares the memory of what is read.
type Reader struct {
	s      string
	at     int
	depth  int
	failed bool
}

// NewReader returns a Reader of s.
func NewReader(s string) Reader { return Reader{s: s, failed: !utf8.ValidString(s)} }

// Failed reports whether something was met that Decode has to judge. Values that were read before may not be used.
func (r *Reader) Failed() bool { return r.failed }

// Fail gives up.
func (r *Reader) Fail() { r.failed = true }

// End gives up unless nothing but space is left.
func (r *Reader) End() {
	if r.peek() != 0 || r.at < len(r.s) {
		r.failed = true
	}
}

// peek returns the next byte after space, 0 at the end and after a failure.
func (r *Reader) peek() byte {
	for !r.failed && r.at < len(r.s) {
		switch c := r.s[r.at]; c {
		case ' ', '\t', '\r', '\n':
			r.at++
		default:
			return c
		}
	}
	return 0
}

// take reads one byte, which must be c.
func (r *Reader) take(c byte) {
	if r.peek() != c {
		r.failed = true
		return
	}
	r.at++
}

// Text reads a string.
func (r *Reader) Text() string {
	if r.take('"'); r.failed {
		return ""
	}
	for i := r.at; i < len(r.s); i++ {
		switch c := r.s[i]; {
		case c == '"':
			text := r.s[r.at:i]
			r.at = i + 1
			return text
		case c == '\\' || c < ' ':
			r.failed = true
			return ""
		}
	}
	r.failed = true
	return ""
}

// maxDigits is how many digits MaxInteger has.
const maxDigits = 16

// Integer reads an integer within ±MaxInteger.
func (r *Reader) Integer() int64 {
	c := r.peek()
	negative := c == '-'
	if negative {
		r.at++
	}
	from, n := r.at, int64(0)
	for r.at < len(r.s) && r.s[r.at] >= '0' && r.s[r.at] <= '9' && r.at-from <= maxDigits {
		n = n*10 + int64(r.s[r.at]-'0')
		r.at++
	}
	digits := r.at - from
	if r.failed || digits == 0 || n > MaxInteger || r.s[from] == '0' && (digits > 1 || negative) {
		r.failed = true
		return 0
	}
	if r.at < len(r.s) && strings.IndexByte(".eE0123456789", r.s[r.at]) >= 0 {
		r.failed = true
		return 0
	}
	if negative {
		return -n
	}
	return n
}

// maxNames is how many names an object may have here: they are compared one by one.
const maxNames = 64

// Object reads an object: member is called for each name, and reads its value.
func (r *Reader) Object(member func(name string)) {
	r.enter('{')
	var seen [maxNames]string
	for n := 0; !r.failed; n++ {
		if r.peek() == '}' && n == 0 {
			break
		}
		name := r.Text()
		if r.take(':'); r.failed || n == maxNames {
			r.failed = true
			return
		}
		for _, earlier := range seen[:n] {
			if earlier == name {
				r.failed = true
				return
			}
		}
		seen[n] = name
		if member(name); r.more('}') {
			continue
		}
		break
	}
	r.leave('}')
}

// Array reads an array: element is called for each of them, and reads it.
func (r *Reader) Array(element func()) {
	r.enter('[')
	if r.peek() != ']' {
		for !r.failed {
			if element(); !r.more(']') {
				break
			}
		}
	}
	r.leave(']')
}

func (r *Reader) enter(c byte) {
	r.take(c)
	if r.depth++; r.depth > MaxDepth {
		r.failed = true
	}
}

// more takes the comma before another value, and reports whether there is one.
func (r *Reader) more(end byte) bool {
	if r.peek() == end {
		return false
	}
	r.take(',')
	return !r.failed
}

func (r *Reader) leave(c byte) {
	r.take(c)
	r.depth--
}

// Kind says what value comes next: '{', '[', '"', '0' for a number, 't', 'f' or 'n'. Anything else is no value.
func (r *Reader) Kind() byte {
	c := r.peek()
	if c == '-' || c >= '0' && c <= '9' {
		return '0'
	}
	return c
}

// Bool reads true or false.
func (r *Reader) Bool() bool {
	if r.peek() == 't' {
		r.word("true")
		return true
	}
	r.word("false")
	return false
}

func (r *Reader) word(w string) {
	if r.failed || !strings.HasPrefix(r.s[r.at:], w) {
		r.failed = true
		return
	}
	r.at += len(w) // what follows is a comma, an end or space, or it fails there
}

// Raw reads a value of any shape and returns where it begins and ends.
func (r *Reader) Raw() (from, to int) {
	r.peek()
	from = r.at
	r.skip()
	return from, r.at
}

func (r *Reader) skip() {
	switch r.Kind() {
	case '{':
		r.Object(func(string) { r.skip() })
	case '[':
		r.Array(r.skip)
	case '"':
		r.Text()
	case '0':
		r.Integer()
	case 't', 'f':
		r.Bool()
	case 'n':
		r.word("null")
	default:
		r.failed = true
	}
}

// plain reports whether data is one value that a Reader reads.
func plain(data []byte) bool {
	r := NewReader(string(data))
	r.skip()
	r.End()
	return !r.failed
}
