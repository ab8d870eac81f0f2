package labels

import (
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/labels/pdf"
)

// Length is a length in micrometres.
type Length = int64

// Millimetre is a thousand micrometres.
const Millimetre Length = 1000

// Template says where the labels of a sheet are. A roll is a sheet with one label, which is as large as the page.
type Template struct {
	Name  string
	Title rootline.Text
	// PageWidth and PageHeight are the paper's.
	PageWidth, PageHeight Length
	// Columns and Rows are how many labels there are across and down.
	Columns, Rows int
	// Left and Top are from the paper's edges to the first label.
	Left, Top Length
	// Width and Height are a label's.
	Width, Height Length
	// PitchX and PitchY are from a label's left (upper) edge to the next one's.
	PitchX, PitchY Length
	// Pad is kept free along a label's edges, where dies cut a little off.
	Pad Length
	// Symbol is the side of the QR code that suits the label, without its quiet zone. It is printed smaller where a
	// longer code leaves less room.
	Symbol Length
	// Beside sets the code to the right of the QR code, on labels that are too low to have it below.
	Beside bool
	// Dot is what the printers of such a roll can draw at the least. Modules are whole dots then, which keeps their
	// edges sharp. 0 where the printer is fine enough.
	Dot Length
}

// dot203 is the dot of a thermal printer of 203 dpi, which has 8 in a millimetre.
const dot203 = Millimetre / 8

// Templates are what is at hand, by the way they are chosen.
func Templates() []Template { return append([]Template(nil), templates...) }

var templates = []Template{
	a4("a4-70x37", 3, 8, 70_000, 37_000, 70_000, 37_000, 24_000, false),
	a4("a4-63.5x38.1", 3, 7, 63_500, 38_100, 66_000, 38_100, 24_000, false),
	a4("a4-48.5x25.4", 4, 10, 48_500, 25_400, 48_500, 25_400, 16_000, false),
	a4("a4-38.1x21.2", 5, 13, 38_100, 21_200, 40_600, 21_200, 15_000, true),
	roll("roll-60x40", 60_000, 40_000, 27_000, false),
	roll("roll-50x30", 50_000, 30_000, 19_000, false),
	roll("roll-40x20", 40_000, 20_000, 15_000, true),
}

// a4 is a sheet of A4 with its labels in the middle.
func a4(name string, columns, rows int, width, height, pitchX, pitchY, symbol Length, beside bool) Template {
	const across, down = 210 * Millimetre, 297 * Millimetre
	return Template{
		Name:      name,
		Title:     rootline.Text{En: "A4 sheet, labels of " + size(width, height), Zh: "A4 张，标签 " + size(width, height)},
		PageWidth: across, PageHeight: down, Columns: columns, Rows: rows,
		Left:  (across - width - Length(columns-1)*pitchX) / 2,
		Top:   (down - height - Length(rows-1)*pitchY) / 2,
		Width: width, Height: height, PitchX: pitchX, PitchY: pitchY,
		Pad: 1500, Symbol: symbol, Beside: beside,
	}
}

func roll(name string, width, height, symbol Length, beside bool) Template {
	return Template{
		Name:      name,
		Title:     rootline.Text{En: "Roll, labels of " + size(width, height), Zh: "卷，标签 " + size(width, height)},
		PageWidth: width, PageHeight: height, Columns: 1, Rows: 1,
		Width: width, Height: height, PitchX: width, PitchY: height,
		Pad: 1500, Symbol: symbol, Beside: beside, Dot: dot203,
	}
}

// TemplateNamed finds a template. The error is a refusal with CodeTemplate, which names them all.
func TemplateNamed(name string) (Template, error) {
	names := make([]string, len(templates))
	for i, t := range templates {
		if t.Name == name {
			return t, nil
		}
		names[i] = t.Name
	}
	return Template{}, refuse(CodeTemplate, name, strings.Join(names, ", "))
}

// Cells is how many labels a sheet has.
func (t *Template) Cells() int { return t.Columns * t.Rows }

// Cell is where the upper left corner of a label is on the paper. Labels are counted from 0, row by row.
func (t *Template) Cell(i int) (x, y Length) {
	return t.Left + Length(i%t.Columns)*t.PitchX, t.Top + Length(i/t.Columns)*t.PitchY
}

// wholeDots shortens a length to whole dots of the printer.
func (t *Template) wholeDots(l Length) Length {
	if t.Dot == 0 {
		return l
	}
	return l / t.Dot * t.Dot
}

// size writes a width and a height: "48.5 × 25.4 mm".
func size(width, height Length) string {
	return inMillimetres(width) + " × " + inMillimetres(height) + " mm"
}

func inMillimetres(l Length) string { return string(pdf.AppendLength(nil, l)) }
