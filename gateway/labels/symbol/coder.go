// Package symbol makes QR code symbols (ISO/IEC 18004) of many short texts of one length, quickly: what does not depend
// on the text is worked out once. The codewords, the error correction and the function patterns are rsc.io/qr's; the
// choice of the mask, which that library leaves out, is made here.
package symbol

import (
	"encoding/binary"
	"fmt"

	"rsc.io/qr/coding"
)

// QuietZone is the light margin that a symbol needs on each side, in modules (ISO/IEC 18004, section 5.3.8).
const QuietZone = 4

// MaxVersion is the largest version that a Coder makes: 57 modules a side, which fits a machine word. Labels are far
// smaller; what would need more could not be printed legibly.
const MaxVersion = 10

const masks = 8

// Coder makes symbols of one version and level. It keeps nothing between calls and may be used by many goroutines.
type Coder struct {
	plan *coding.Plan
	size int
	// across and down are, for each mask, what differs from mask 0: rows, and columns.
	across, down [masks][]uint64
}

// New makes a coder for texts of up to length characters of QR's alphanumeric set: the smallest version that holds them
// at level M or better, and then the best level that still fits that version, which costs no space.
func New(length int) (*Coder, error) {
	bits := func(v coding.Version) int { return coding.Alpha(make([]byte, length)).Bits(v) }
	for v := coding.Version(coding.MinVersion); v <= MaxVersion; v++ {
		for _, level := range []coding.Level{coding.H, coding.Q, coding.M} {
			if bits(v) <= v.DataBytes(level)*8 {
				return newCoder(v, level)
			}
		}
	}
	return nil, fmt.Errorf("symbol: %d characters are too many for a label", length)
}

func newCoder(v coding.Version, level coding.Level) (*Coder, error) {
	c := &Coder{}
	var zero Symbol
	for m := range masks {
		plan, err := coding.NewPlan(v, level, coding.Mask(m))
		if err != nil {
			return nil, err
		}
		// The same text under two masks differs by the masks and the format information alone, whatever the text.
		s, err := read(plan, "")
		if err != nil {
			return nil, err
		}
		if m == 0 {
			c.plan, c.size, zero = plan, s.Size, s
		}
		for y := range s.Size {
			s.rows[y] ^= zero.rows[y]
		}
		turned := s.rows
		transpose(&turned)
		c.across[m] = append([]uint64(nil), s.rows[:s.Size]...)
		c.down[m] = append([]uint64(nil), turned[:s.Size]...)
	}
	return c, nil
}

// Size is the number of modules on a side, without the quiet zone.
func (c *Coder) Size() int { return c.size }

// Version is the version of the symbols, 1 to 10.
func (c *Coder) Version() int { return int(c.plan.Version) }

// Level is the letter of the level of error correction: M, Q or H.
func (c *Coder) Level() string { return c.plan.Level.String() }

// Encode makes the symbol of a text of digits, upper-case letters, spaces and $%*+-./: only. Its mask is the one that the
// standard's penalties prefer (section 7.8.3).
func (c *Coder) Encode(text string) (*Symbol, error) {
	s, err := read(c.plan, text)
	if err != nil {
		return nil, err
	}
	columns := s.rows
	transpose(&columns)
	best, least := 0, -1
	for m := range masks {
		if p := penalty(&s.rows, c.across[m], &columns, c.down[m]); least < 0 || p < least {
			best, least = m, p
		}
	}
	for y, d := range c.across[best] {
		s.rows[y] ^= d
	}
	return &s, nil
}

// read encodes a text and takes the modules into words.
func read(plan *coding.Plan, text string) (Symbol, error) {
	code, err := plan.Encode(coding.Alpha(text))
	if err != nil {
		return Symbol{}, fmt.Errorf("symbol: %w", err)
	}
	s := Symbol{Size: code.Size}
	for y := range code.Size {
		s.rows[y] = binary.BigEndian.Uint64(code.Bitmap[y*code.Stride:])
	}
	return s, nil
}
