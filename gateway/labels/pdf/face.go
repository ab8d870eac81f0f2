package pdf

import (
	"fmt"
	"math"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// em is the number of glyph units in a font's em. Outlines are read at this size, whatever their font's own units are.
const em = 1000

// Face is a typeface whose outlines can be drawn: TrueType or OpenType (CFF), alone or out of a collection. It may be
// used by many goroutines.
type Face struct {
	font *sfnt.Font

	mu     sync.Mutex
	buffer sfnt.Buffer
	widths map[rune]int // of what was asked for; -1 for a character that the face lacks
}

// ParseFace reads the only face of a font file.
func ParseFace(content []byte) (*Face, error) {
	f, err := sfnt.Parse(content)
	if err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	return NewFace(f), nil
}

// NewFace takes a font that was read before.
func NewFace(f *sfnt.Font) *Face { return &Face{font: f, widths: map[rune]int{}} }

// Has reports whether the face can draw a character.
func (f *Face) Has(r rune) bool { return f.advance(r) >= 0 }

// Width is how wide a text is, in thousandths of its size. Characters that the face lacks have no width.
func (f *Face) Width(text string) int {
	total := 0
	for _, r := range text {
		total += max(0, f.advance(r))
	}
	return total
}

// advance is the width of one character, or -1.
func (f *Face) advance(r rune) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if w, ok := f.widths[r]; ok {
		return w
	}
	w := -1
	if g, err := f.font.GlyphIndex(&f.buffer, r); err == nil && g != 0 {
		if a, err := f.font.GlyphAdvance(&f.buffer, g, fixed.I(em), font.HintingNone); err == nil {
			w = a.Round()
		}
	}
	f.widths[r] = w
	return w
}

// outline is a character's glyph as a content stream of a Type 3 font (section 9.6.5).
func (f *Face) outline(r rune) ([]byte, error) {
	width := max(0, f.advance(r))
	f.mu.Lock()
	defer f.mu.Unlock()
	g, err := f.font.GlyphIndex(&f.buffer, r)
	if err != nil {
		return nil, fmt.Errorf("pdf: %q: %w", r, err)
	}
	segments, err := f.font.LoadGlyph(&f.buffer, g, fixed.I(em), nil)
	if err != nil {
		return nil, fmt.Errorf("pdf: %q: %w", r, err)
	}
	bounds := segments.Bounds()
	path := fmt.Appendf(nil, "%d 0 %d %d %d %d d1\n", width,
		bounds.Min.X.Floor(), -bounds.Max.Y.Ceil(), bounds.Max.X.Ceil(), -bounds.Min.Y.Floor())
	var at fixed.Point26_6
	for _, s := range segments {
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			path, at = appendPoints(path, "m\n", s.Args[0]), s.Args[0]
		case sfnt.SegmentOpLineTo:
			path, at = appendPoints(path, "l\n", s.Args[0]), s.Args[0]
		case sfnt.SegmentOpQuadTo:
			// PDF has cubic curves only. These controls give the same curve.
			path = appendPoints(path, "c\n", towards(at, s.Args[0]), towards(s.Args[1], s.Args[0]), s.Args[1])
			at = s.Args[1]
		case sfnt.SegmentOpCubeTo:
			path, at = appendPoints(path, "c\n", s.Args[0], s.Args[1], s.Args[2]), s.Args[2]
		}
	}
	if len(segments) > 0 {
		path = append(path, "f\n"...)
	}
	return path, nil
}

// towards is two thirds of the way from p to q.
func towards(p, q fixed.Point26_6) fixed.Point26_6 {
	return fixed.Point26_6{X: p.X + (q.X-p.X)*2/3, Y: p.Y + (q.Y-p.Y)*2/3}
}

// appendPoints writes points, whose y grows downwards in sfnt and upwards in a font.
func appendPoints(dst []byte, operator string, points ...fixed.Point26_6) []byte {
	unit := func(v fixed.Int26_6) int { return int(math.Round(float64(v) / 64)) }
	for _, p := range points {
		dst = fmt.Appendf(dst, "%d %d ", unit(p.X), unit(-p.Y))
	}
	return append(dst, operator...)
}
