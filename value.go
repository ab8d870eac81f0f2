package rootline

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/rootline/rootline/strictjson"
)

// Value is one value of an event's data or of an asset's bounded record: text, an integer in the smallest unit, a
// yes or no, or a list of integers or of texts (samples, readings). The zero Value is absent.
type Value struct {
	kind ValueKind
	text string
	num  int64
	list []Value
}

// ValueKind says which of the shapes a Value has.
type ValueKind uint8

// The shapes of a Value.
const (
	Absent ValueKind = iota
	StringValue
	IntegerValue
	BoolValue
	ListValue
)

// String, integer, boolean and list constructors.
func StringOf(s string) Value { return Value{kind: StringValue, text: s} }

// IntegerOf makes an integer value.
func IntegerOf(n int64) Value { return Value{kind: IntegerValue, num: n} }

// BoolOf makes a yes or no.
func BoolOf(b bool) Value {
	v := Value{kind: BoolValue}
	if b {
		v.num = 1
	}
	return v
}

// ListOf makes a list; its elements are all strings or all integers.
func ListOf(vs ...Value) Value { return Value{kind: ListValue, list: vs} }

// Kind says which shape v has.
func (v Value) Kind() ValueKind { return v.kind }

// Str returns the text of a string value, "" for every other.
func (v Value) Str() string { return v.text }

// Int returns the number of an integer value, 0 for every other.
func (v Value) Int() int64 {
	if v.kind != IntegerValue {
		return 0
	}
	return v.num
}

// Bool returns the answer of a boolean value, false for every other.
func (v Value) Bool() bool { return v.kind == BoolValue && v.num == 1 }

// List returns the elements of a list value. The caller does not change them.
func (v Value) List() []Value { return v.list }

// Equal reports whether two values are the same.
func (v Value) Equal(o Value) bool {
	return v.kind == o.kind && v.text == o.text && v.num == o.num && slices.EqualFunc(v.list, o.list, Value.Equal)
}

// MarshalJSON writes the value as plain JSON.
func (v Value) MarshalJSON() ([]byte, error) {
	switch v.kind {
	case StringValue:
		return json.Marshal(v.text)
	case IntegerValue:
		return json.Marshal(v.num)
	case BoolValue:
		return json.Marshal(v.num == 1)
	case ListValue:
		if v.list == nil {
			return []byte("[]"), nil
		}
		return json.Marshal(v.list)
	default:
		return []byte("null"), nil
	}
}

// UnmarshalJSON reads text, an integer, a boolean or a flat list of one of the first two.
func (v *Value) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	if len(b) == 0 {
		return fault{"no value", "没有值"}
	}
	switch b[0] {
	case '"':
		v.kind = StringValue
		return json.Unmarshal(b, &v.text)
	case 't', 'f':
		*v = BoolOf(b[0] == 't')
		return nil
	case '[':
		var list []Value
		if err := json.Unmarshal(b, &list); err != nil {
			return err
		}
		for i := range list {
			if k := list[i].kind; k != list[0].kind || k != StringValue && k != IntegerValue {
				return fault{"a list holds only integers or only texts", "列表只能全为整数或全为文字"}
			}
		}
		*v = Value{kind: ListValue, list: list}
		return nil
	case '{', 'n':
		return fault{"an object or null is no value", "对象或 null 不是值"}
	default:
		v.kind = IntegerValue
		return json.Unmarshal(b, &v.num)
	}
}

// Fields is a set of named values: the data of an event, or what an asset's record keeps.
type Fields map[string]Value

// ParseFields reads the data of an event strictly. No data gives empty fields.
func ParseFields(data []byte) (Fields, error) {
	f := Fields{}
	if len(data) == 0 {
		return f, nil
	}
	if plain := readFields(data); plain != nil {
		return plain, nil
	}
	if err := strictjson.Decode(data, &f); err != nil {
		return nil, err
	}
	return f, nil
}
