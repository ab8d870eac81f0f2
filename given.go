package rootline

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Given is what was given where a code is expected, by a scanner, a person, a table or an address, as ReadGiven reads it.
type Given struct {
	// Code is the code that it holds, in the one spelling of codes; "" for none. Nothing but the spelling was changed: what may be
	// meant instead is MeantCodes'.
	Code string
	// Host is of the address that the code stood in, or that stands in the place of a code: in lower case, with its port. "" for no address.
	Host string
	// Other is the GS1 application identifier of data that hold no code of 8004: "01" for a trade item. "" where there is none.
	Other string
}

// groupSeparator ends an element of GS1 data (ASCII 29); it is what symbols write for FNC1.
const groupSeparator = "\x1d"

var (
	// plainSigns are what keyboards, tables and scanners write for the signs of a code: spaces and dashes of all kinds between
	// groups, nothing for what is not seen, and the spellings of the group separator.
	plainSigns = strings.NewReplacer(
		"\u00a0", " ", "\u2007", " ", "\u2009", " ", "\u202f", " ", "\u3000", " ",
		"\u2010", "-", "\u2011", "-", "\u2012", "-", "\u2013", "-", "\u2014", "-", "\u2212", "-",
		"\u200b", "", "\u200c", "", "\u200d", "", "\u200e", "", "\u200f", "", "\u2060", "", "\ufeff", "",
		"\u241d", groupSeparator, "<GS>", groupSeparator, "{GS}", groupSeparator,
	)
	codeBreaks = strings.NewReplacer(" ", "", "-", "", "\t", "", "\r", "", "\n", "")
	lookAlikes = strings.NewReplacer("O", "0", "I", "1", "L", "1")

	// symbology is the identifier that scanners may put before the data (ISO/IEC 15424); dataOfGS1 are those of symbols with GS1 data.
	symbology = regexp.MustCompile(`^\][A-Za-z][0-9]`)
	dataOfGS1 = []string{"]C1", "]e0", "]d2", "]Q3", "]J1"}
	address   = regexp.MustCompile(`(?i)^(?:[a-z][a-z0-9+.-]*://)(?:[^/?#@]*@)?([^/?#]+)([^?#]*)`)
	hostFirst = regexp.MustCompile(`^([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::[0-9]+)?|localhost(?::[0-9]+)?)(/[^?#]*)`)
	pathOf    = regexp.MustCompile(`/8004/([^/]*)`)
	otherPath = regexp.MustCompile(`^/([0-9]{2,4})/[^/]`)
	brackets  = regexp.MustCompile(`^\(([0-9]{2,4})\)`)
	bracketed = regexp.MustCompile(`\(8004\)([^()\x1d]*)`)
)

// ReadGiven reads what was given where a code is expected: a code in any case, in full width, with spaces or dashes in it or a
// slash, a question or a fragment after it; the address of a GS1 Digital Link of any host, with qualifiers; GS1 data of application identifier
// 8004 with brackets, or from a symbol that is known to hold such data. A text of more than 500 characters is no code.
func ReadGiven(given string) Given {
	if utf8.RuneCountInString(given) > longestGiven {
		return Given{}
	}
	text := strings.Trim(plainSigns.Replace(NarrowWidth(given)), " \t\r\n")
	gs1 := false
	if mark := symbology.FindString(text); mark != "" {
		text, gs1 = text[len(mark):], slices.Contains(dataOfGS1, mark)
	}
	if cut := strings.TrimLeft(text, groupSeparator); cut != text {
		text, gs1 = cut, true
	}
	text = strings.TrimRight(text, groupSeparator+" ")
	if m := address.FindStringSubmatch(text); m != nil {
		return readPath(m[1], m[2])
	}
	if m := hostFirst.FindStringSubmatch(text); m != nil {
		return readPath(m[1], m[2])
	}
	if strings.HasPrefix(text, "/8004/") {
		return readPath("", text)
	}
	if m := brackets.FindStringSubmatch(text); m != nil {
		if own := bracketed.FindStringSubmatch(text); own != nil {
			return Given{Code: spelled(own[1])}
		}
		return Given{Other: m[1]}
	}
	if strings.Contains(text, groupSeparator) {
		gs1 = true
	}
	if gs1 {
		for _, element := range strings.Split(text, groupSeparator) {
			if own, found := strings.CutPrefix(element, "8004"); found && spelled(own) != "" {
				return Given{Code: spelled(own)}
			}
		}
		text, _, _ = strings.Cut(text, groupSeparator)
	}
	code := spelled(text)
	if own, found := strings.CutPrefix(codeBreaks.Replace(text), "8004"); found && code == "" {
		code = spelled(own) // 8004 and a code are longer than a code may be
	}
	return Given{Code: code}
}

// longestGiven is more than any code, address or GS1 data of ours has.
const longestGiven = 500 // characters

func readPath(host, path string) Given {
	g := Given{Host: strings.ToLower(host)}
	if m := pathOf.FindStringSubmatch(path); m != nil {
		part := m[1]
		if plain, err := url.PathUnescape(part); err == nil {
			part = plain
		}
		if in := brackets.FindString(part); in == "(8004)" {
			part = part[len(in):]
		}
		g.Code = spelled(part)
	} else if m := otherPath.FindStringSubmatch(path); m != nil {
		g.Other = m[1]
	}
	return g
}

// spelled is the code that a text is, in the one spelling of codes; "" for none. What follows a slash, a question mark or a # is no part of it.
func spelled(text string) string {
	if i := strings.IndexAny(text, "/?#"); i >= 0 {
		text = text[:i]
	}
	code := upperCase(codeBreaks.Replace(text))
	if !ValidCode(code) {
		return ""
	}
	return code
}

// upperCase changes the letters of codes and no others: those of other scripts become several, or other letters.
func upperCase(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r - 'a' + 'A'
		}
		return r
	}, s)
}

// NarrowWidth writes full-width characters (U+FF01 to U+FF5E), which keyboards for Chinese type, as the ones of ASCII: "Ｋ９＋９００"
// is "K9+900".
func NarrowWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0xff01 && r <= 0xff5e {
			return r - 0xfee0
		}
		return r
	}, s)
}

// MeantCodes are the codes that may have been meant by what is no code on record, the likeliest first: the one that was given in its
// proper spelling, the one after an application identifier 8004 without brackets, and each with 0 for O and 1 for I and L, which look alike on a
// tag. All of them are letters of a code, and a company's prefix may begin with 8004, so what was given itself comes first, and these are
// offered, never taken. Empty where there is nothing to correct.
func MeantCodes(given string) []string {
	code := ReadGiven(given).Code
	if code == "" {
		return nil
	}
	bases := []string{code}
	if own, found := strings.CutPrefix(code, "8004"); found && ValidCode(own) {
		bases = append(bases, own)
	}
	var codes []string
	for _, meant := range bases {
		for _, c := range []string{meant, lookAlikes.Replace(meant)} {
			if c != given && !slices.Contains(codes, c) {
				codes = append(codes, c)
			}
		}
	}
	return codes
}
