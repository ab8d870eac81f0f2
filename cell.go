package rootline

import (
	"strings"
	"unicode"
)

// Cell is a text as it stands in a cell of a CSV file that people open with a spreadsheet: as Shown has it, and never a
// formula.
func Cell(s string) string { return plain(Shown(s)) }

// plain puts an apostrophe before what a spreadsheet would take for a formula (OWASP, CSV injection), blanks and what
// shows nothing before it or not. Where a semicolon, a tab or a line's end might begin a cell, it does the same.
func plain(s string) string {
	begins := true
	for _, r := range s {
		switch {
		case begins && strings.ContainsRune(formulaSigns, r):
			return neutral(s)
		case strings.ContainsRune(cellEnds, r):
			begins = true
		case !unseen(r):
			begins = false
		}
	}
	if s != "" && strings.ContainsRune(cellEnds, rune(s[0])) {
		return "'" + s
	}
	return s
}

// formulaSigns begin a formula, in their wide, small and raised forms, too; cellEnds may end a cell.
const formulaSigns, cellEnds = "=+-@＝＋－＠﹦﹢﹣﹫⁼₌⁺₊⁻₋−", ";\t\r\n"

// unseen reports whether a character shows nothing: a blank of any kind, a control or a format character.
func unseen(r rune) bool {
	return unicode.IsSpace(r) || unicode.In(r, unicode.C, unicode.Z)
}

// neutral writes an apostrophe wherever a cell would begin with a formula.
func neutral(s string) string {
	var b strings.Builder
	from, begins := 0, true
	for i, r := range s {
		switch {
		case begins && strings.ContainsRune(formulaSigns, r):
			b.WriteString("'" + s[from:i])
			from, begins = i, false
		case strings.ContainsRune(cellEnds, r):
			b.WriteString(s[from : i+1])
			from, begins = i+1, true
		case !unseen(r):
			begins = false
		}
	}
	return b.String() + s[from:]
}
