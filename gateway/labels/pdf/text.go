package pdf

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
)

// Text collects the glyphs that a document uses, and embeds these and no others: each becomes a procedure of a Type 3
// font. That takes outlines of any kind, TrueType or CFF, so that whatever Chinese font a machine has will do. A font
// has one-byte codes, so there are as many fonts as there are hundreds of glyphs.
type Text struct {
	codes  map[glyph]int
	glyphs []glyph
}

type glyph struct {
	face *Face
	r    rune
}

// glyphsInFont leaves the code 0 unused, which some readers take for the end.
const glyphsInFont = 255

// code gives a character its place in the document's fonts.
func (t *Text) code(g glyph) (font int, char byte) {
	i, ok := t.codes[g]
	if !ok {
		if t.codes == nil {
			t.codes = map[glyph]int{}
		}
		i = len(t.glyphs)
		t.codes[g] = i
		t.glyphs = append(t.glyphs, g)
	}
	return i / glyphsInFont, byte(i%glyphsInFont + 1)
}

// Run is a piece of a line in one face.
type Run struct {
	Face *Face
	Text string
}

// Append draws runs one after the other on a page that is in Millimetres. The left end of the base line is at x and y and the
// size of the letters' em is size, all in micrometres.
func (t *Text) Append(dst []byte, x, y, size int64, runs ...Run) []byte {
	dst = append(dst, "BT 1 0 0 -1 "...)
	dst = append(AppendLength(dst, x), ' ')
	dst = append(AppendLength(dst, y), " Tm\n"...)
	font, open := -1, false
	for _, run := range runs {
		for _, r := range run.Text {
			f, char := t.code(glyph{run.Face, r})
			if f != font {
				if open {
					dst = append(dst, ">Tj\n"...)
				}
				dst = strconv.AppendInt(append(dst, "/F"...), int64(f), 10)
				dst = append(AppendLength(append(dst, ' '), size), " Tf<"...)
				font, open = f, true
			}
			const digits = "0123456789ABCDEF"
			dst = append(dst, digits[char>>4], digits[char&15])
		}
	}
	if open {
		dst = append(dst, ">Tj\n"...)
	}
	return append(dst, "ET\n"...)
}

// write embeds the fonts and returns the entries of the resources' font dictionary.
func (t *Text) write(w *Writer) string {
	var entries strings.Builder
	for first := 0; first < len(t.glyphs); first += glyphsInFont {
		number := w.reserve()
		fmt.Fprintf(&entries, "/F%d %d 0 R", first/glyphsInFont, number)
		t.writeFont(w, number, t.glyphs[first:min(len(t.glyphs), first+glyphsInFont)])
	}
	return entries.String()
}

func (t *Text) writeFont(w *Writer, number int, glyphs []glyph) {
	var widths, procedures, differences strings.Builder
	for i, g := range glyphs {
		content, err := g.face.outline(g.r)
		if err != nil && w.err == nil {
			w.err = err
		}
		object := w.reserve()
		w.stream(object, "", content)
		fmt.Fprintf(&widths, "%d ", max(0, g.face.advance(g.r)))
		fmt.Fprintf(&procedures, "/g%d %d 0 R", i+1, object)
		fmt.Fprintf(&differences, "/g%d", i+1)
	}
	unicode := w.reserve()
	w.stream(unicode, "", toUnicode(glyphs))
	w.object(number, "<</Type/Font/Subtype/Type3/FontBBox[0 0 0 0]/FontMatrix[%[1]s 0 0 %[1]s 0 0]/FirstChar 1/LastChar %[2]d"+
		"/Widths[%[3]s]/CharProcs<<%[4]s>>/Encoding<</Type/Encoding/Differences[1%[5]s]>>/Resources<<>>/ToUnicode %[6]d 0 R>>",
		strconv.FormatFloat(1.0/em, 'f', -1, 64), len(glyphs), strings.TrimSpace(widths.String()), procedures.String(), differences.String(), unicode)
}

// toUnicode says which characters the codes of a font stand for (section 9.10.3), so that text can be searched and copied.
func toUnicode(glyphs []glyph) []byte {
	b := []byte("/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapType 2 def\n" +
		"/CMapName/Rootline def\n1 begincodespacerange\n<00><FF>\nendcodespacerange\n")
	const most = 100 // in one block
	for first := 0; first < len(glyphs); first += most {
		part := glyphs[first:min(len(glyphs), first+most)]
		b = fmt.Appendf(b, "%d beginbfchar\n", len(part))
		for i, g := range part {
			b = fmt.Appendf(b, "<%02X><", first+i+1)
			for _, u := range utf16.Encode([]rune{g.r}) {
				b = fmt.Appendf(b, "%04X", u)
			}
			b = append(b, ">\n"...)
		}
		b = append(b, "endbfchar\n"...)
	}
	return append(b, "endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend\n"...)
}
