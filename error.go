package rootline

import (
	"errors"
	"strings"
)

// Code is the stable name of what went wrong. Programs match on it; it never changes its meaning.
type Code string

// Error is a refusal: input that Rootline will not take, why, and what to do about it. It is part of the public
// interface: the same value travels from the chaincode to the phone.
type Error struct {
	Code Code `json:"code"`
	// Says explains the refusal and the way out.
	Says Text `json:"says"`
	// Field is the JSON pointer of the offending member of the event, where there is one: "/data/height".
	Field string `json:"field,omitempty"`
	// Rule names the rule that refused, or as much of the rules as there was: "forestation@1/tree/plant/outside-plot". What
	// the registry refuses is "registry@1/recall-release", or the power that a rulebook does not give,
	// "floodway@1/powers/release".
	Rule string `json:"rule,omitempty"`
	// Clause is the clause of the standard or contract behind the rule, in the rulebook's words. A rulebook that gives
	// it in one language has it here in both members.
	Clause Text `json:"clause,omitzero"`
}

// Error gives the code and the English words, for logs and tests.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(string(e.Code))
	b.WriteString(": ")
	b.WriteString(e.Says.En)
	if e.Field != "" {
		b.WriteString(" (" + e.Field + ")")
	}
	return b.String()
}

// At returns a copy of e that names the offending member of the event.
func (e *Error) At(pointer string) *Error {
	c := *e
	c.Field = pointer
	return &c
}

// Refuse makes the refusal of a code in the catalogue. The arguments fill the catalogue's sentence, in the order
// that it names them. Words are given as a Text or as an error, of which each language takes its own; codes, names, numbers
// and moments are the same in both.
func Refuse(code Code, args ...any) *Error {
	says, ok := catalogue[code]
	if !ok {
		panic("rootline: refusal without words: " + string(code))
	}
	return &Error{Code: code, Says: says.Fill(args...)}
}

// AsError returns the refusal inside err, or nil when err is something else (a fault of the machinery).
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// CodeOf returns the code of the refusal inside err, or "" when it is none.
func CodeOf(err error) Code {
	if e := AsError(err); e != nil {
		return e.Code
	}
	return ""
}
