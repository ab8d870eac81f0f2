// Package strictjson reads JSON the one way that Rootline allows: names are case-sensitive and appear once, unknown
// names are refused, text is valid UTF-8, numbers are integers within ±(2⁵³−1), nesting is bounded. Two programs
// that read the same bytes must never see two different events.
package strictjson

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rootline/rootline/limits"
)

// MaxInteger is the largest integer that every JSON reader, JavaScript's included, holds exactly.
const MaxInteger = 1<<53 - 1

// MaxDepth bounds the nesting of objects and arrays. An event needs 5; a place's outline 4.
const MaxDepth = limits.Nesting

// Error says where and why a document was refused.
type Error struct {
	// Pointer is the JSON pointer (RFC 6901) of the offending value, as near as it is known.
	Pointer string
	Reason  string
	// zh is the reason in Chinese.
	zh string
}

// Error implements error.
func (e *Error) Error() string {
	if e.Pointer == "" {
		return e.Reason
	}
	return e.Reason + " at " + e.Pointer
}

// Words gives the same in English and in Chinese, as a part of a sentence.
func (e *Error) Words() (en, zh string) {
	if e.Pointer == "" {
		return e.Error(), e.zh
	}
	return e.Error(), e.zh + "（位于 " + e.Pointer + "）"
}

// Decode reads exactly one JSON value from data into v, which is a pointer. Every error is an *Error.
func Decode(data []byte, v any) error {
	if err := Check(data); err != nil {
		return err
	}
	if err := json.Unmarshal(data, v, json.RejectUnknownMembers(true)); err != nil {
		return explain(err)
	}
	return nil
}

// DecodeShort is Decode for a document of which no array may have more than most elements, but for those at or below
// the pointer except. They are counted before anything is made of them.
func DecodeShort(data []byte, v any, most int64, except string) error {
	if err := short(data, most, except); err != nil {
		return err
	}
	return Decode(data, v)
}

// short refuses arrays of more than most elements. What cannot be read is for check to refuse.
func short(data []byte, most int64, except string) error {
	dec := jsontext.NewDecoder(bytes.NewReader(data))
	for {
		if _, err := dec.ReadToken(); err != nil || dec.StackDepth() > MaxDepth {
			return nil
		}
		kind, n := dec.StackIndex(dec.StackDepth())
		if kind != '[' || n <= most {
			continue
		}
		pointer := dec.StackPointer().Parent()
		if !jsontext.Pointer(except).Contains(pointer) {
			return &Error{Pointer: string(pointer), Reason: fmt.Sprintf("more than %d elements", most), zh: fmt.Sprintf("元素超过 %d 个", most)}
		}
	}
}

// NoNull refuses a document in which null stands anywhere but below the pointer except: of what is not there a document says
// nothing. With "" it may stand nowhere. What cannot be read is for Decode to refuse.
func NoNull(data []byte, except string) error {
	if !bytes.Contains(data, []byte("null")) {
		return nil
	}
	dec := jsontext.NewDecoder(bytes.NewReader(data))
	for {
		tok, err := dec.ReadToken()
		if err != nil || dec.StackDepth() > MaxDepth {
			return nil
		}
		at := dec.StackPointer()
		if tok.Kind() == 'n' && (except == "" || string(at) == except || !jsontext.Pointer(except).Contains(at)) {
			return &Error{Pointer: string(at), Reason: "null: what is not there is left out", zh: "不得为 null：没有的内容应省略"}
		}
	}
}

// Check reports whether data is one JSON value that follows the rules, whatever its shape.
func Check(data []byte) error {
	if plain(data) {
		return nil
	}
	return check(data)
}

// check decides about every document, and says why it refuses.
func check(data []byte) error {
	dec := jsontext.NewDecoder(bytes.NewReader(data))
	for whole := false; ; whole = dec.StackDepth() == 0 {
		tok, err := dec.ReadToken()
		if errors.Is(err, io.EOF) && whole {
			return nil
		}
		if err != nil {
			return explain(err)
		}
		if whole {
			return &Error{Reason: "more than one value", zh: "不止一个值"}
		}
		if dec.StackDepth() > MaxDepth {
			return &Error{Pointer: string(dec.StackPointer()), Reason: fmt.Sprintf("nested deeper than %d", MaxDepth), zh: fmt.Sprintf("嵌套超过 %d 层", MaxDepth)}
		}
		if tok.Kind() == '0' && !isInteger(tok.String()) {
			return &Error{Pointer: string(dec.StackPointer()), Reason: "number is not an integer within ±(2^53−1)", zh: "数字不是 ±(2^53−1) 以内的整数"}
		}
	}
}

// isInteger accepts the one spelling of each permitted integer: no fraction, exponent or negative zero.
func isInteger(s string) bool {
	n, err := strconv.ParseInt(s, 10, 64)
	return err == nil && n >= -MaxInteger && n <= MaxInteger && s != "-0"
}

func explain(err error) error {
	var semantic *json.SemanticError
	if errors.As(err, &semantic) {
		reason, zh := "value of another type than expected", "值的类型不符"
		switch {
		case errors.Is(err, json.ErrUnknownName):
			reason, zh = "unknown name", "未知的名称"
		case semantic.Err != nil:
			reason = semantic.Err.Error()
			if own, ok := semantic.Err.(interface{ Words() (en, zh string) }); ok {
				reason, zh = own.Words()
			}
		}
		return &Error{Pointer: string(semantic.JSONPointer), Reason: reason, zh: zh}
	}
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		reason, zh := "not JSON", "不是有效的 JSON"
		switch {
		case errors.Is(err, jsontext.ErrDuplicateName):
			reason, zh = "name given twice", "名称重复"
		case syntax.Err != nil:
			reason = syntax.Err.Error()
		}
		return &Error{Pointer: string(syntax.JSONPointer), Reason: reason, zh: zh}
	}
	return &Error{Reason: "not JSON: " + err.Error(), zh: "不是有效的 JSON"}
}
