package rootline

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"github.com/rootline/rootline/strictjson"
)

// Value is one value of an event's data or of an asset's bounded record: text, an integer in the smallest unit, a
// yes or no, or a list of integers, of texts (samples, readings) or of entries (defects, each with a place and a class).
// The zero Value is absent.
type Value struct {
	kind  ValueKind
	text  string
	num   int64
	list  []Value
	entry Fields
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
	// EntryValue is one of a list of entries; it stands nowhere else.
	EntryValue
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

// EntryOf makes one of a list of entries; its members are texts, integers, and yes or no.
func EntryOf(members Fields) Value { return Value{kind: EntryValue, entry: members} }

// ListOf makes a list; its elements are all strings, all integers or all entries.
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

// Entry returns the members of an entry, nil for every other value. The caller does not change them.
func (v Value) Entry() Fields { return v.entry }

// Equal reports whether two values are the same.
func (v Value) Equal(o Value) bool {
	return v.kind == o.kind && v.text == o.text && v.num == o.num && slices.EqualFunc(v.list, o.list, Value.Equal) &&
		maps.EqualFunc(v.entry, o.entry, Value.Equal)
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
	case EntryValue:
		if v.entry == nil {
			return []byte("{}"), nil
		}
		return json.Marshal(v.entry)
	default:
		return []byte("null"), nil
	}
}

// UnmarshalJSON reads text, an integer, a boolean, or a list of one of the first two or of entries.
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
		var read []listed
		if err := json.Unmarshal(b, &read); err != nil {
			return err
		}
		list := make([]Value, len(read))
		for i := range read {
			list[i] = Value(read[i])
			if k := list[i].kind; k != list[0].kind || k != StringValue && k != IntegerValue && k != EntryValue {
				return fault{"a list holds only integers, only texts or only entries", "列表只能全为整数、全为文字或全为条目"}
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

// listed is a value in a list, where it may be an entry.
type listed Value

// UnmarshalJSON implements json.Unmarshaler.
func (l *listed) UnmarshalJSON(b []byte) error {
	if b = bytes.TrimSpace(b); len(b) == 0 || b[0] != '{' {
		return (*Value)(l).UnmarshalJSON(b)
	}
	members := Fields{}
	if err := json.Unmarshal(b, (*map[string]Value)(&members)); err != nil {
		return err
	}
	for _, m := range members {
		if m.kind == ListValue || m.kind == Absent {
			return fault{"an entry holds only texts, integers, and yes or no", "条目只能包含文字、整数和是否值"}
		}
	}
	*l = listed(EntryOf(members))
	return nil
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
