package export

import (
	"math"
	"strconv"
	"strings"
)

// decimal is a whole number of a small unit in a larger one, so many powers of ten above: 1250 mm in m, 3 digits, is 1.250.
type decimal struct {
	n      int64
	digits int
}

// String writes it exactly, without zeros at the end.
func (d decimal) String() string {
	sign, whole := "", strconv.FormatInt(d.n, 10)
	if rest, negative := strings.CutPrefix(whole, "-"); negative {
		sign, whole = "-", rest
	}
	if d.digits == 0 {
		return sign + whole
	}
	if short := d.digits + 1 - len(whole); short > 0 {
		whole = strings.Repeat("0", short) + whole
	}
	at := len(whole) - d.digits
	fraction := strings.TrimRight(whole[at:], "0")
	if fraction == "" {
		return sign + whole[:at]
	}
	return sign + whole[:at] + "." + fraction
}

// float is the number that a workbook holds; it is the nearest one, and spreadsheets show 15 digits.
func (d decimal) float() float64 { return float64(d.n) / math.Pow10(d.digits) }
