// Package numeral reads numbers as people write them, exactly, and asks where a separator may mean two things. It is the one
// reader for the command line and imports; web/src/core/numeral.ts is the same for the pages, held to the same vectors.
package numeral

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"
)

// Mark is what stands before decimals.
type Mark string

// The marks. Unsaid leaves it to the number's own form, and is what makes some numbers ambiguous.
const (
	Unsaid Mark = ""
	Point  Mark = "."
	Comma  Mark = ","
)

// Valid says whether there is such a mark.
func (m Mark) Valid() bool { return m == Unsaid || m == Point || m == Comma }

// other is what groups thousands where m stands before decimals.
func (m Mark) other() Mark {
	if m == Comma {
		return Point
	}
	return Comma
}

// ErrNotANumber is returned for a text that is no number in any reading.
var ErrNotANumber = errors.New("not a number")

// AmbiguousError is returned for a number whose separator may stand before decimals or between thousands: "1,000".
type AmbiguousError struct {
	Text string
	// Decimal and Grouped are the two readings.
	Decimal, Grouped *big.Rat
	// Mark is the separator that may be either.
	Mark Mark
}

// Error implements error.
func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%q may be %s or %s: write %[2]s or %[3]s", e.Text, Write(e.Grouped), Write(e.Decimal))
}

// spelling turns what keyboards and tables write into the plain signs: full width, the marks of Chinese text, the kinds of
// minus, and the spaces and apostrophes that group thousands (all of them become one apostrophe).
var spelling = strings.NewReplacer(
	"０", "0", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9",
	"．", ".", "。", ".", "｡", ".", "，", ",",
	"＋", "+", "－", "-", "﹣", "-", "−", "-", "‐", "-", "‑", "-", "‒", "-", "–", "-",
	" ", "'", "\t", "'", "\u00a0", "'", "\u2007", "'", "\u2009", "'", "\u202f", "'", "\u3000", "'", "’", "'", "＇", "'", "ʼ", "'", "萬", "万", "億", "亿",
)

var (
	// shape is a sign, digits with separators, and 万 (ten thousand) or 亿 (a hundred million).
	shape = regexp.MustCompile(`^([+-]?)'?([0-9.,']{1,60}?)'?(万|亿|)$`)
	plain = regexp.MustCompile(`^[0-9]{1,30}$`)
	tail  = regexp.MustCompile(`^[0-9]{0,30}$`)
	// groups are thousands with one and the same sign between them.
	groups = map[string]*regexp.Regexp{
		"'": regexp.MustCompile(`^[0-9]{1,3}('[0-9]{3}){1,9}$`),
		".": regexp.MustCompile(`^[0-9]{1,3}(\.[0-9]{3}){1,9}$`),
		",": regexp.MustCompile(`^[0-9]{1,3}(,[0-9]{3}){1,9}$`),
	}
	scale = map[string]int64{"": 1, "万": 10_000, "亿": 100_000_000}
)

// Read reads a number. With a mark, that stands before decimals and the other may group thousands. Unsaid, the form decides:
// "1,234.5", "1.234,5", "2,35" and "1 000" are read in the one way that they have; what may be 1000 or 1 is an
// *AmbiguousError. Anything else is ErrNotANumber: there is no exponent and no unit but 万 and 亿.
func Read(text string, mark Mark) (*big.Rat, error) {
	parts := shape.FindStringSubmatch(strings.Trim(spelling.Replace(text), "'"))
	if parts == nil {
		return nil, ErrNotANumber
	}
	sign, digits, unit := parts[1], parts[2], scale[parts[3]]
	number := func(whole, fraction string) *big.Rat {
		r, ok := new(big.Rat).SetString(sign + "0" + strip(whole) + "." + fraction + "0")
		if !ok {
			return nil
		}
		return r.Mul(r, big.NewRat(unit, 1))
	}
	if mark == Unsaid {
		var either bool
		if mark, either = markOf(digits); either {
			whole, fraction, _ := strings.Cut(digits, string(mark))
			return nil, &AmbiguousError{Text: strings.TrimSpace(text), Decimal: number(whole, fraction), Grouped: number(whole+fraction, ""), Mark: mark}
		}
	}
	whole, fraction, _ := strings.Cut(digits, string(mark))
	if !tail.MatchString(fraction) || whole+fraction == "" || !(whole == "" || plain.MatchString(whole) || groups["'"].MatchString(whole) || groups[string(mark.other())].MatchString(whole)) {
		return nil, ErrNotANumber
	}
	return number(whole, fraction), nil
}

// markOf finds the mark that the form of the digits shows; either says that it may as well group thousands.
func markOf(digits string) (mark Mark, either bool) {
	point, comma := strings.Count(digits, "."), strings.Count(digits, ",")
	switch {
	case point > 0 && comma > 0: // the last one stands before decimals
		if strings.LastIndex(digits, ".") > strings.LastIndex(digits, ",") {
			return Point, false
		}
		return Comma, false
	case point > 1:
		return Comma, false
	case comma > 1, point+comma == 0:
		return Point, false
	}
	mark = Point
	if comma == 1 {
		mark = Comma
	}
	whole, fraction, _ := strings.Cut(digits, string(mark))
	// 0.500 groups nothing, nor does a number that is grouped by spaces already. A comma before four digits or more is looked
	// at twice: some group by ten thousands.
	if !plain.MatchString(whole) || strings.HasPrefix(whole, "0") || !plain.MatchString(fraction) {
		return mark, false
	}
	return mark, len(fraction) == 3 && len(whole) <= 3 || len(fraction) > 3 && mark == Comma
}

// strip takes the signs between thousands out.
func strip(s string) string { return strings.NewReplacer("'", "", ".", "", ",", "").Replace(s) }

// Write writes a number that Read gave, with a point before decimals and nothing between thousands.
func Write(r *big.Rat) string {
	digits, _ := r.FloatPrec()
	return r.FloatString(digits)
}

// Whole reads a whole number that fits an int64, as the command line takes one.
func Whole(text string) (int64, error) {
	r, err := Read(text, Unsaid)
	if err != nil {
		return 0, err
	}
	if !r.IsInt() || !r.Num().IsInt64() {
		return 0, fmt.Errorf("%q is not a whole number that can be recorded", text)
	}
	return r.Num().Int64(), nil
}
