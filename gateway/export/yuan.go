package export

import "strconv"

// yuan is an amount of fen that is written in yuan, with both digits after the point: 1360931.00. It is written from the integer.
type yuan int64

// exactYuan is up to how many fen the number of a workbook shows every digit: a spreadsheet shows 15.
const exactYuan = 1_000_000_000_000_000

func (y yuan) String() string { return fixed(int64(y), 2) }

// grouped writes it as it stands on paper, in thousands: 1,360,931.00.
func (y yuan) grouped() string {
	s := y.String()
	sign, digits := "", s
	if s[0] == '-' {
		sign, digits = "-", s[1:]
	}
	for at := len(digits) - 6; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return sign + digits
}

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
