package channel

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// field is one field of a message. What is repeated, unknown or of another type is treated as protobuf for Go does: the
// last value of a scalar counts, parts of an embedded message are joined, fields that are not known are passed over.
type field struct {
	number protowire.Number
	kind   protowire.Type
	bytes  []byte
	varint uint64
}

// errMessage is the error of what is no message.
var (
	errMessage = errors.New("it is no protobuf message")
	errText    = fmt.Errorf("%w: a text is not in UTF-8", errMessage)
)

// each calls f for every field of a message.
func each(b []byte, f func(field) error) error {
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 || number > protowire.MaxValidNumber {
			return errMessage
		}
		b = b[n:]
		v := field{number: number, kind: kind}
		switch kind {
		case protowire.VarintType:
			v.varint, n = protowire.ConsumeVarint(b)
		case protowire.BytesType:
			v.bytes, n = protowire.ConsumeBytes(b)
		default:
			n = protowire.ConsumeFieldValue(number, kind, b)
		}
		if n < 0 {
			return errMessage
		}
		b = b[n:]
		if err := f(v); err != nil {
			return err
		}
	}
	return nil
}

// is reports whether the field has the number and holds bytes.
func (f field) is(number protowire.Number) bool {
	return f.number == number && f.kind == protowire.BytesType
}

// isVarint reports whether the field has the number and holds a number.
func (f field) isVarint(number protowire.Number) bool {
	return f.number == number && f.kind == protowire.VarintType
}

// text is the field as a string, which protobuf wants in UTF-8.
func (f field) text() (string, error) {
	if !utf8.Valid(f.bytes) {
		return "", errText
	}
	return string(f.bytes), nil
}

// value is the field as bytes that are there, be they none.
func (f field) value() []byte {
	if f.bytes == nil {
		return []byte{}
	}
	return f.bytes
}

// join adds a part of an embedded message, to what join gave for those before it. The first part is not copied, and what
// was copied is not copied again with each part. That each part is well formed by itself is for a shape to check.
func join(message, part []byte) []byte {
	if len(message) == 0 {
		if part == nil {
			return []byte{}
		}
		return part[:len(part):len(part)]
	}
	return append(message, part...)
}

// entry is an entry of a protobuf map.
func entry(b []byte) (key string, value []byte, err error) {
	err = each(b, func(f field) (err error) {
		switch {
		case f.is(1):
			key, err = f.text()
		case f.is(2):
			value = join(value, f.bytes)
		}
		return err
	})
	return key, value, err
}

// member is the last value of one member of a message; nil when there is none.
func member(b []byte, number protowire.Number) (value []byte, err error) {
	err = each(b, func(f field) error {
		if f.is(number) {
			value = f.value()
		}
		return nil
	})
	return value, err
}
