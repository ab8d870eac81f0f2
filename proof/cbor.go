package proof

import (
	"errors"

	"github.com/rootline/rootline/strictcbor"
)

func appendUint(b []byte, n uint64) []byte { return strictcbor.AppendHead(b, strictcbor.Uint, n) }

func appendBytes(b, v []byte) []byte {
	return append(strictcbor.AppendHead(b, strictcbor.Bytes, uint64(len(v))), v...)
}

func appendText(b []byte, s string) []byte {
	return append(strictcbor.AppendHead(b, strictcbor.Text, uint64(len(s))), s...)
}

func appendArray(b []byte, n int) []byte {
	return strictcbor.AppendHead(b, strictcbor.Array, uint64(n)) // a length
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
		return append(b, strictcbor.Null)
	}
	return write(b, *v)
}

var errForm = errors.New("it is not of the form that it should have")

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
	got, n, size := strictcbor.Head(r.b)
	if size == 0 || got != major || len(r.b) > 0 && r.b[0] == strictcbor.Null {
		r.fail()
		return 0
	}
	r.b = r.b[size:]
	return n
}

// maxNumber is the largest number that every language has exactly.
const maxNumber = 1<<53 - 1

func (r *reader) uint() uint64 {
	n := r.take(strictcbor.Uint)
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
func (r *reader) bytes() []byte { return r.data(strictcbor.Bytes) }

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

func (r *reader) text() string { return string(r.data(strictcbor.Text)) }

// exactly reads the head of an array of a length.
func (r *reader) exactly(n uint64) {
	if r.take(strictcbor.Array) != n {
		r.fail()
	}
}

// null reads null, and reports whether it was there.
func (r *reader) null() bool {
	if len(r.b) > 0 && r.b[0] == strictcbor.Null {
		r.b = r.b[1:]
		return true
	}
	return false
}

// list reads an array. Nothing is taken for elements that are not there.
func list[T any](r *reader, read func(*reader) T) []T {
	n := r.take(strictcbor.Array)
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
