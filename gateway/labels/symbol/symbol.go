package symbol

import (
	"math/bits"
	"strconv"
)

// Symbol is a QR code symbol: Size × Size modules.
type Symbol struct {
	Size int
	// rows hold a row of modules each, from the highest bit; a dark one is 1.
	rows [64]uint64
}

// Dark reports whether the module in column x of row y is dark, counted from the upper left corner.
func (s *Symbol) Dark(x, y int) bool { return s.rows[y]<<x>>63 == 1 }

// AppendPath adds the dark modules to a PDF content stream, as rectangles of one path: a module is one unit, the origin is the
// upper left corner and y grows downwards. Runs of dark modules are one rectangle, and so are equal runs below each
// other; being one path, no hairlines show between them.
func (s *Symbol) AppendPath(dst []byte) []byte {
	left := s.rows // what is not drawn yet
	for y := range s.Size {
		for row := left[y]; row != 0; row = left[y] {
			x := bits.LeadingZeros64(row)
			width := bits.LeadingZeros64(^(row << x))
			run := ^(^uint64(0) >> width) >> x
			around := run | run<<1 | run>>1
			height := 1
			left[y] &^= run
			for y+height < s.Size && left[y+height]&around == run {
				left[y+height] &^= run
				height++
			}
			dst = appendRectangle(dst, x, y, width, height)
		}
	}
	return append(dst, 'f', '\n')
}

func appendRectangle(dst []byte, x, y, width, height int) []byte {
	dst = append(strconv.AppendInt(dst, int64(x), 10), ' ')
	dst = append(strconv.AppendInt(dst, int64(y), 10), ' ')
	dst = append(strconv.AppendInt(dst, int64(width), 10), ' ')
	dst = strconv.AppendInt(dst, int64(height), 10)
	return append(dst, " re\n"...)
}
