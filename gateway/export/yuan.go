package export

import (
	"strconv"
)

// yuan is an amount of fen that is written in yuan, with both digits after the point: 1360931.00. It is written from the integer.
type yuan int64

// exactYuan is up to how many fen the number of a workbook shows every digit: a spreadsheet shows 15.
const exactYuan = 1_000_000_000_000_000

func (y yuan) String() string { return fixed(int64(y), 2) }

// MarshalJSON writes a number of JSON.
func (y yuan) MarshalJSON() ([]byte, error) { return []byte(y.String()), nil }

// cell is what a workbook holds: a number, or a text where a number would lose digits.
func (y yuan) cell() any {
	if y > -exactYuan && y < exactYuan {
		return float64(y) / 100
	}
	return y.String()
}

// fixed writes a whole number of a small unit in one that is so many powers of ten larger, with all its digits.
func fixed(n int64, digits int) string {
	sign := ""
	u := uint64(n)
	if n < 0 {
		sign, u = "-", -u
	}
	s := strconv.FormatUint(u, 10)
	for len(s) <= digits {
		s = "0" + s
	}
	if digits == 0 {
		return sign + s
	}
	return sign + s[:len(s)-digits] + "." + s[len(s)-digits:]
}
