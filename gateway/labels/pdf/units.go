package pdf

import (
	"fmt"
	"strconv"
	"unicode/utf16"
)

// pointsIn is how many points of 1/72 inch a micrometre has, as a fraction.
const pointsIn, micrometresIn = 72, 25_400

// points writes micrometres as points.
func points(um int64) string {
	return strconv.FormatFloat(float64(um)*pointsIn/micrometresIn, 'f', 4, 64)
}

// Millimetres begins a page's content: from here on the unit is the millimetre, the origin the upper left corner of the page, and y grows
// downwards. A page of a height in micrometres is moved to the right and down by offsets in micrometres, and stretched
// about its upper left corner by factors in millionths.
func Millimetres(dst []byte, height, right, down, scaleX, scaleY int64) []byte {
	const point = float64(pointsIn) / micrometresIn
	number := func(dst []byte, v float64, end string) []byte {
		return append(strconv.AppendFloat(dst, v, 'f', 8, 64), end...)
	}
	dst = number(dst, point*1e-3*float64(scaleX), " 0 0 ")
	dst = number(dst, -point*1e-3*float64(scaleY), " ")
	dst = number(dst, point*float64(right), " ")
	return number(dst, point*float64(height-down), " cm\n")
}

// AppendLength writes micrometres as millimetres, exactly: 48500 is "48.5".
func AppendLength(dst []byte, um int64) []byte {
	if um < 0 {
		dst, um = append(dst, '-'), -um
	}
	dst = strconv.AppendInt(dst, um/1000, 10)
	rest := um % 1000
	if rest == 0 {
		return dst
	}
	dst = append(dst, '.', byte('0'+rest/100))
	if rest %= 100; rest != 0 {
		dst = append(dst, byte('0'+rest/10))
		if rest %= 10; rest != 0 {
			dst = append(dst, byte('0'+rest))
		}
	}
	return dst
}

// textString writes a text string of a document's own information (section 7.9.2.2).
func textString(s string) string {
	b := []byte("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		b = fmt.Appendf(b, "%04X", u)
	}
	return string(append(b, '>'))
}
