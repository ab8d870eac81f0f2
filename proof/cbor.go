package proof

import (
	"encoding/binary"
	"errors"
	"math"
	"unicode/utf8"
)

// The major types of CBOR (RFC 8949) that proofs have, as they stand in the first byte.
const (
	majorUint  = 0 << 5
	majorBytes = 2 << 5
	majorText  = 3 << 5
	majorArray = 4 << 5
	majorMap   = 5 << 5
	null       = 0xf6
)

// maxDepth is how deep lists may lie in each other.
const maxDepth = 8

// appendHead appends the head of an item in its shortest form.
func appendHead(b []byte, major byte, n uint64) []byte {
	switch {
	case n < 24:
		return append(b, major|byte(n))
	case n <= math.MaxUint8:
		return append(b, major|24, byte(n))
	case n <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(b, major|25), uint16(n))
	case n <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(b, major|26), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(b, major|27), n)
}

func appendUint(b []byte, n uint64) []byte { return appendHead(b, majorUint, n) }

func appendBytes(b, v []byte) []byte {
	return append(appendHead(b, majorBytes, uint64(len(v))), v...)
}

func appendText(b []byte, s string) []byte {
	return append(appendHead(b, majorText, uint64(len(s))), s...)
}

func appendArray(b []byte, n int) []byte {
	return appendHead(b, majorArray, uint64(n)) // a length
}

// appendList appends an array of what write appends for each element.
func appendList[T any](b []byte, list []T, write func([]byte, T) []byte) []byte {
	b = appendArray(b, len(list))
	for _, e := range list {
		b = write(b, e)
	}
	return b
}

// appendOr appends null for nil.
func appendOr[T any](b []byte, v *T, write func([]byte, T) []byte) []byte {
	if v == nil {
		return append(b, null)
	}
	return write(b, *v)
}

var (
	errCBOR  = errors.New("it is no CBOR in core deterministic form")
	errItems = errors.New("it has too many parts")
	errForm  = errors.New("it is not of the form that it should have")
)

// head reads a head in its shortest form, and gives how long it is; 0 when it is none.
func head(b []byte) (major byte, n uint64, size int) {
	if len(b) == 0 {
		return 0, 0, 0
	}
	major, short := b[0]&0xe0, b[0]&0x1f
	var least uint64
	switch short {
	case 24:
		size, least = 2, 24
	case 25:
		size, least = 3, math.MaxUint8+1
	case 26:
		size, least = 5, math.MaxUint16+1
	case 27:
		size, least = 9, math.MaxUint32+1
	default:
		if short > 27 {
			return 0, 0, 0
		}
		return major, uint64(short), 1
	}
	if len(b) < size {
		return 0, 0, 0
	}
	for _, c := range b[1:size] {
		n = n<<8 | uint64(c)
	}
	if n < least {
		return 0, 0, 0
	}
	return major, n, size
}

// wellFormed checks that b is exactly one item of deterministic CBOR of the types that proofs have, of at most most items in
// all. The error is errCBOR or errItems.
func wellFormed(b []byte, most int) error {
	w := walk{most}
	rest, err := w.skip(b, 0)
	if err == nil && len(rest) > 0 {
		err = errCBOR
	}
	return err
}

// walk goes through items; left is how many more it may meet.
type walk struct{ left int }

// skip checks one item, and gives what comes after it.
func (w *walk) skip(b []byte, depth int) ([]byte, error) {
	if w.left--; w.left < 0 {
		return nil, errItems
	}
	if len(b) > 0 && b[0] == null {
		return b[1:], nil
	}
	major, n, size := head(b)
	if size == 0 {
		return nil, errCBOR
	}
	b = b[size:]
	switch major {
	case majorUint:
		return b, nil
	case majorBytes, majorText:
		if n > uint64(len(b)) || major == majorText && !utf8.Valid(b[:n]) {
			return nil, errCBOR
		}
		return b[n:], nil
	case majorArray, majorMap:
		return w.members(b, major == majorMap, n, depth+1)
	}
	return nil, errCBOR
}

func (w *walk) members(b []byte, pairs bool, n uint64, depth int) (rest []byte, err error) {
	if n > uint64(len(b)) || depth > maxDepth {
		return nil, errCBOR
	}
	last := -1
	for range n {
		if pairs {
			major, key, size := head(b)
			if size == 0 || major != majorUint || key > math.MaxUint16 || int(key) <= last {
				return nil, errCBOR
			}
			last, b = int(key), b[size:]
		}
		if b, err = w.skip(b, depth); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// reader reads items of well-formed CBOR one after the other. The first that has not the form asked for is its error, and
// nothing can be read after it.
type reader struct {
	b   []byte
	err error
}

func (r *reader) fail() {
	if r.err == nil {
		r.err, r.b = errForm, nil
	}
}

func (r *reader) take(major byte) uint64 {
	got, n, size := head(r.b)
	if size == 0 || got != major || len(r.b) > 0 && r.b[0] == null {
		r.fail()
		return 0
	}
	r.b = r.b[size:]
	return n
}

// maxNumber is the largest number that every language has exactly.
const maxNumber = 1<<53 - 1

func (r *reader) uint() uint64 {
	n := r.take(majorUint)
	if n > maxNumber {
		r.fail()
		return 0
	}
	return n
}

func (r *reader) data(major byte) []byte {
	n := r.take(major)
	if n > uint64(len(r.b)) {
		r.fail()
		return nil
	}
	v := r.b[:n:n]
	r.b = r.b[n:]
	return v
}

// bytes reads a byte string, which shares the reader's memory.
func (r *reader) bytes() []byte { return r.data(majorBytes) }

// sized reads a byte string of a length.
func (r *reader) sized(n int) []byte {
	b := r.bytes()
	if len(b) != n {
		r.fail()
	}
	return b
}

// some reads a byte string that is not empty.
func (r *reader) some() []byte {
	b := r.bytes()
	if len(b) == 0 {
		r.fail()
	}
	return b
}

func (r *reader) text() string { return string(r.data(majorText)) }

// exactly reads the head of an array of a length.
func (r *reader) exactly(n uint64) {
	if r.take(majorArray) != n {
		r.fail()
	}
}

// null reads null, and reports whether it was there.
func (r *reader) null() bool {
	if len(r.b) > 0 && r.b[0] == null {
		r.b = r.b[1:]
		return true
	}
	return false
}

// list reads an array. Nothing is taken for elements that are not there.
func list[T any](r *reader, read func(*reader) T) []T {
	n := r.take(majorArray)
	var out []T
	for i := uint64(0); i < n && r.err == nil; i++ {
		out = append(out, read(r))
	}
	return out
}

// filled reads an array that is not empty.
func filled[T any](r *reader, read func(*reader) T) []T {
	out := list(r, read)
	if len(out) == 0 {
		r.fail()
	}
	return out
}

// or reads null or a value.
func or[T any](r *reader, read func(*reader) T) *T {
	if r.null() {
		return nil
	}
	v := read(r)
	return &v
}
