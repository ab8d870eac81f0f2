// Package strictcbor reads and writes CBOR (RFC 8949) in its one form, the core deterministic one: the shortest heads, definite
// lengths, the keys of a map ascending by their bytes, each once; neither tags nor floats. What two readers make of the same
// bytes must be the same: proofs, records and batches are held to it, here and in the pages' verifier.
package strictcbor

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"unicode/utf8"
)

// The major types, as they stand in the first byte of an item.
const (
	Uint     byte = 0 << 5
	Negative byte = 1 << 5
	Bytes    byte = 2 << 5
	Text     byte = 3 << 5
	Array    byte = 4 << 5
	Map      byte = 5 << 5
)

// The items of one byte that are used.
const (
	False byte = 0xf4
	True  byte = 0xf5
	Null  byte = 0xf6
)

// MaxDepth is how deep arrays and maps may lie in each other.
const MaxDepth = 8

// maxNumber is the largest number that every language has exactly.
const maxNumber = 1<<53 - 1

var (
	// ErrForm is the error of what is not in the one form.
	ErrForm = errors.New("it is no CBOR in core deterministic form")
	// ErrItems is the error of more items than may be there.
	ErrItems = errors.New("it has too many parts")
)

// AppendHead appends the head of an item in its shortest form.
func AppendHead(b []byte, major byte, n uint64) []byte {
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

// Head reads a head in its shortest form, and gives how long it is; 0 when it is none.
func Head(b []byte) (major byte, n uint64, size int) {
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

// Check checks that b is exactly one item of at most most items in all. With plain there are neither negative numbers nor booleans,
// and only numbers up to 65535 as keys. The error is ErrForm or ErrItems.
func Check(b []byte, most int, plain bool) error {
	w := walk{left: most, plain: plain}
	rest, err := w.skip(b, 0)
	if err == nil && len(rest) > 0 {
		err = ErrForm
	}
	return err
}

// Skip gives what comes after the first item of b, which Check let in as part of a plain one.
func Skip(b []byte) []byte {
	rest, _ := (&walk{left: math.MaxInt, plain: true}).skip(b, 1)
	return rest
}

// walk goes through items; left is how many more it may meet.
type walk struct {
	left  int
	plain bool
}

// skip checks one item, and gives what comes after it.
func (w *walk) skip(b []byte, depth int) ([]byte, error) {
	if w.left--; w.left < 0 {
		return nil, ErrItems
	}
	if len(b) > 0 && (b[0] == Null || !w.plain && (b[0] == False || b[0] == True)) {
		return b[1:], nil
	}
	major, n, size := Head(b)
	switch {
	case size == 0 || major == Negative && w.plain:
		return nil, ErrForm
	case major == Array || major == Map:
		return w.members(b[size:], major == Map, n, depth+1)
	}
	return w.scalar(b)
}

// scalar checks a number, a byte string or a text, and gives what comes after it.
func (w *walk) scalar(b []byte) ([]byte, error) {
	major, n, size := Head(b)
	if size == 0 {
		return nil, ErrForm
	}
	b = b[size:]
	switch major {
	case Uint, Negative:
		return b, nil
	case Bytes, Text:
		if n > uint64(len(b)) || major == Text && !utf8.Valid(b[:n]) {
			return nil, ErrForm
		}
		return b[n:], nil
	}
	return nil, ErrForm
}

func (w *walk) members(b []byte, pairs bool, n uint64, depth int) (rest []byte, err error) {
	if n > uint64(len(b)) || depth > MaxDepth {
		return nil, ErrForm
	}
	var last []byte
	for range n {
		if pairs {
			if rest, err = w.key(b); err != nil {
				return nil, err
			}
			key := b[:len(b)-len(rest)]
			if last != nil && bytes.Compare(key, last) <= 0 {
				return nil, ErrForm
			}
			last, b = key, rest
		}
		if b, err = w.skip(b, depth); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// key checks a key of a map, and gives what comes after it.
func (w *walk) key(b []byte) ([]byte, error) {
	major, n, size := Head(b)
	switch {
	case size == 0:
	case w.plain && major == Uint && n <= math.MaxUint16:
		return b[size:], nil
	case !w.plain && (major == Text || (major == Uint || major == Negative) && n < maxNumber):
		return w.scalar(b)
	}
	return nil, ErrForm
}
