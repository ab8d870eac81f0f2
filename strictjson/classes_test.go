package strictjson

import (
	stdjson "encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// The classes of documents that a suite for JSON parsers tries (Seriot's JSONTestSuite): what RFC 8259 has to be read,
// what must be refused, and what it leaves open. The documents are our own. Rootline refuses everything that it leaves
// open, and of what is JSON also numbers that are no plain integers, names given twice and deep nesting.
var (
	goodJSON = map[string]string{
		"array, empty":               `[]`,
		"array of arrays":            `[[],[[]]]`,
		"array of every kind":        `[null,true,false,1,"a",{},[]]`,
		"array with space inside":    "[ 1 ,\t2\r\n]",
		"array, space before it":     "\n\t [1]",
		"array, space after it":      "[1] \r\n",
		"object, empty":              `{}`,
		"object, empty name":         `{"":0}`,
		"object, names in two cases": `{"a":1,"A":2}`,
		"object, escaped name":       `{"a\u0000b":1,"a\u0001b":2}`,
		"object, long name":          `{"` + strings.Repeat("x", 300) + `":1}`,
		"object, names over lines":   "{\n\"a\"\n:\n1\n}",
		"number, zero":               `[0]`,
		"number, negative":           `[-1]`,
		"number, largest":            `[9007199254740991]`,
		"number, smallest":           `[-9007199254740991]`,
		"number alone":               `42`,
		"number, space after it":     `[4 ]`,
		"literal alone":              `null`,
		"text alone":                 `"asd"`,
		"text, empty":                `""`,
		"text, escapes":              `["\"\\\/\b\f\n\r\t"]`,
		"text, escaped in both ways": `["\u00e9\u00E9é"]`,
		"text, escaped backslash, u": `["\\u0061"]`,
		"text, zero character":       `["\u0000"]`,
		"text, surrogate pair":       `["\uD801\udc37"]`,
		"text, noncharacters":        `["\uFFFE\uFDD0\uDBFF\uDFFF"]`,
		"text, noncharacter raw":     "[\"\uffff\U0010ffff\"]",
		"text, DEL raw":              "[\"\x7f\"]",
		"text, line separators raw":  "[\"\u2028\u2029\"]",
		"text, BOM inside":           "[\"\ufeff\"]",
		"text, four bytes":           `["𝄞"]`,
		"nested as deep as may be":   strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth),
	}
	strictlyRefused = map[string]string{ // JSON, or left open
		"number, fraction":            `[1.5]`,
		"number, fraction of zero":    `[1.0]`,
		"number, exponent":            `[1E2]`,
		"number, signed exponent":     `[1e+2]`,
		"number, negative exponent":   `[1e-2]`,
		"number, exponent of zero":    `[0e0]`,
		"number, minus zero":          `[-0]`,
		"number, beyond exactness":    `[9007199254740992]`,
		"number, below exactness":     `[-9007199254740992]`,
		"number, beyond int64":        `[9223372036854775808]`,
		"number, very long":           `[` + strings.Repeat("1", 2000) + `]`,
		"number, huge exponent":       `[1e99999]`,
		"number, tiny":                `[123e-10000000]`,
		"name twice":                  `{"a":1,"a":1}`,
		"name twice, once escaped":    `{"a":1,"\u0061":2}`,
		"name twice, empty":           `{"":1,"":2}`,
		"name twice, deep":            `[{"x":{"a":1,"b":2,"a":3}}]`,
		"surrogate, first half":       `["\uD800"]`,
		"surrogate, second half":      `["\uDC00"]`,
		"surrogate, two first":        `["\uD800\uD800"]`,
		"surrogate, halves turned":    `["\uDC00\uD800"]`,
		"surrogate, first, then n":    `["\uD800\n"]`,
		"surrogate, pair cut":         `["\uD800u0041"]`,
		"surrogate, then text":        `["\uD800abc"]`,
		"surrogate, half in a name":   `{"\uDFAA":0}`,
		"one level too deep":          strings.Repeat("[", MaxDepth+1) + strings.Repeat("]", MaxDepth+1),
		"one object too deep":         strings.Repeat(`{"a":`, MaxDepth+1) + "1" + strings.Repeat("}", MaxDepth+1),
		"UTF-8, byte order mark":      "\ufeff{}",
		"UTF-8, surrogate raw":        "[\"\xed\xa0\x80\"]",
		"UTF-8, overlong":             "[\"\xc0\xaf\"]",
		"UTF-8, overlong of three":    "[\"\xe0\x80\xaf\"]",
		"UTF-8, beyond Unicode":       "[\"\xf4\xbf\xbf\xbf\"]",
		"UTF-8, five bytes":           "[\"\xfc\x83\xbf\xbf\xbf\xbf\"]",
		"UTF-8, lone continuation":    "[\"\x81\"]",
		"UTF-8, cut":                  "[\"\xe0\xff\"]",
		"UTF-8, Latin-1":              "[\"\xe9\"]",
		"UTF-8, bad in a name":        "{\"\xb9\":1}",
		"UTF-16 with its mark":        "\xff\xfe[\x00\"\x00\xe9\x00\"\x00]\x00",
		"UTF-16, big end, no mark":    "\x00[\x00\"\x00\xe9\x00\"\x00]",
		"UTF-16, little end, no mark": "[\x00\"\x00\xe9\x00\"\x00]\x00",
	}
	notJSON = map[string]string{
		"nothing": ``, "only space": " \n", "only a mark": "\ufeff", "half a mark": "\xef\xbb{}", "zero byte": "\x00",
		"zero byte after": "1\x00", "space of another kind": "[\u00a0]", "form feed": "[\f]", "vertical tab": "[\v]", "word joiner": "[\u2060]",
		"array, comma too many": `[1,]`, "array, two commas": `[1,,2]`, "array, comma first": `[,1]`, "array, only a comma": `[,]`,
		"array, no comma": `[1 2]`, "array, colon": `["":1]`, "array, not closed": `[1`, "array, not closed after comma": `[1,`,
		"array, closed twice": `[1]]`, "array, closed by brace": `[1}`, "array, inner not closed": `[[1]`, "array, opened wrong": `]`,
		"array, semicolon": `[1;2]`, "array, star": `[*]`, "array, minus": `[-]`, "array, text outside": `[1]x`, "comma after": `[],`,
		"object, comma too many": `{"a":1,}`, "object, two commas": `{"a":1,,"b":2}`, "object, comma first": `{,"a":1}`, "object, no colon": `{"a" 1}`,
		"object, two colons": `{"a"::1}`, "object, comma for colon": `{"a",1}`, "object, no value": `{"a":}`, "object, only a name": `{"a"`,
		"object, name is a number": `{1:1}`, "object, name without quotes": `{a:1}`, "object, single quotes": `{'a':1}`, "object, name is null": `{null:null}`,
		"object, closed by bracket": `{"a":1]`, "object, closed twice": `{"a":1}}`, "object, not closed": `{"a":1`, "object, comment": `{"a":1/**/}`,
		"object, line comment": "{\"a\":1}//", "object, hash comment": `{"a":1}#`, "object, two values": `{"a":1 2}`, "object, colon first": `{:1}`,
		"number, plus": `[+1]`, "number, zero first": `[012]`, "number, minus zero first": `[-01]`, "number, two zeros": `[00]`, "number, hexadecimal": `[0x42]`,
		"number, no whole part": `[.5]`, "number, minus, no whole part": `[-.5]`, "number, ends in a point": `[1.]`, "number, exponent cut": `[1e]`,
		"number, exponent sign cut": `[1e+]`, "number, exponent first": `[e1]`, "number, fraction in exponent": `[1e1.5]`, "number, two signs": `[--1]`,
		"number, sign behind": `[1-]`, "number, two points": `[1.2.3]`, "number, space inside": `[1 000]`, "number, separators": `[1_000]`, "number, letter behind": `[1a]`,
		"number, NaN": `[NaN]`, "number, Infinity": `[Infinity]`, "number, minus Infinity": `[-Infinity]`, "number, full width": `[１]`, "number, zero byte": "[1\x002]",
		"literal, cut": `[tru]`, "literal, capital": `[True]`, "literal, capitals": `[NULL]`, "literal, longer": `[nulls]`, "literal, unknown": `[undefined]`, "literal, bare word": `asd`,
		"text, not closed": `["a`, "text, only a quote": `"`, "text, single quotes": `['a']`, "text, other quotes": `[“a”]`, "text, tab raw": "[\"\t\"]", "text, line break raw": "[\"\n\"]",
		"text, zero byte": "[\"\x00\"]", "text, control raw": "[\"\x1f\"]", "text, escape x": `["\x00"]`, "text, escape a": `["\a"]`, "text, escape quote": `["\'"]`, "text, escape of nothing": `["\`,
		"text, escape of UTF-8": "[\"\\\xc3\xa9\"]", "text, escape of a tab": "[\"\\\t\"]", "text, escape of zero": "[\"\\\x00\"]", "text, \\u cut": `["\u00A"]`, "text, \\u not hexadecimal": `["\u00g0"]`,
		"text, \\U": `["\U0061"]`, "text, \\u{}": `["\u{61}"]`, "text, pair cut": `["\uD834\uDd"]`, "text, escape outside": `\n`,
		"text, escape closes it": `["\"]`, "text, two": `"a""b"`, "text, quote open after": `[1]"`, "two documents": `{}{}`, "two numbers": `1 2`, "document, then brace": `{}}`,
		"XML": `<null>`, "dot": `[<.>]`, "ampersand": `&`, "open only, very many": strings.Repeat("[", 100_000), "open objects, very many": strings.Repeat(`[{"":`, 50_000),
	}
)

// TestClassesOfJSON has a verdict for each, by the quick reader and by the one that decides.
func TestClassesOfJSON(t *testing.T) {
	verdict := func(name, in string, good bool) {
		t.Helper()
		for way, err := range map[string]error{"Check": Check([]byte(in)), "check": check([]byte(in))} {
			var strict *Error
			if (err == nil) != good || err != nil && !errors.As(err, &strict) {
				t.Errorf("%s by %s: %v", name, way, err)
			}
		}
		if plain([]byte(in)) && !good {
			t.Errorf("%s: the quick reader takes it", name)
		}
		var v any
		if err := Decode([]byte(in), &v); (err == nil) != good {
			t.Errorf("%s by Decode: %v", name, err)
		}
	}
	for name, in := range goodJSON {
		verdict(name, in, true)
	}
	for name, in := range strictlyRefused {
		verdict(name, in, false)
	}
	for name, in := range notJSON {
		verdict(name, in, false)
		if stdjson.Valid([]byte(in)) {
			t.Errorf("%s: is JSON", name)
		}
	}
}

// agrees fails when something is accepted that is not JSON in UTF-8, or the quick reader takes what is refused.
func agrees(t *testing.T, b []byte) {
	t.Helper()
	decided := check(b)
	if plain(b) && decided != nil {
		t.Fatalf("%q: the quick reader takes it, and it is refused: %v", b, decided)
	}
	if decided == nil && (!stdjson.Valid(b) || !utf8.Valid(b)) {
		t.Fatalf("%q: accepted, and no JSON", b)
	}
}

// TestNothingElseIsJSON puts each telling byte in each place of the documents, leaves each byte out, and cuts at each.
func TestNothingElseIsJSON(t *testing.T) {
	const telling = "{}[]:,\"\\ue0-+.1 \x00\n\xff\xed\xef"
	for _, set := range []map[string]string{goodJSON, strictlyRefused, notJSON} {
		for _, in := range set {
			agrees(t, []byte(in))
			if len(in) == 0 || len(in) > 1000 {
				continue
			}
			for i := range in {
				for j := range len(telling) {
					b := []byte(in)
					b[i] = telling[j]
					agrees(t, b)
				}
				agrees(t, []byte(in[:i]+in[i+1:]))
				agrees(t, []byte(in[:i]))
			}
		}
	}
}
