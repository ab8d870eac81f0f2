package labels

import (
	"io"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/labels/pdf"
	"github.com/rootline/rootline/gateway/labels/symbol"
)

// Sheet is one page of A4 that people sign by hand: what it says of an item, with the item's QR code, and places for signatures.
type Sheet struct {
	// Origin is the address that the QR code leads to, Code the item's.
	Origin, Code string
	Title        string
	// Says are the lines below the title, Rows the table, Signers who signs, and Foot the small print.
	Says    []string
	Rows    []SheetRow
	Signers []string
	// Signature and Date are what stands at each place for a signature.
	Signature, Date string
	Foot            []string
	// Font is as of Job.
	Font string
}

// SheetRow is a line of a sheet's table: what it is, and a value at the right.
type SheetRow struct {
	Name, Value string
	// Strong sets it apart: a sum.
	Strong bool
}

// The measures of a sheet, in micrometres.
const (
	sheetWidth, sheetHeight Length = 210_000, 297_000
	sheetMargin             Length = 20_000
	sheetRule               Length = 200
	sheetModule             Length = 600 // of the QR code
	sheetQuiet                     = 4   // modules of white around it (ISO/IEC 18004)
	titleSize, bodySize     Length = 6_500, 3_600
	smallSize               Length = 2_800
)

// WriteSheet prints a sheet as a PDF. The error is a refusal where no font has its characters.
func WriteSheet(w io.Writer, s *Sheet) error {
	prefix, err := linkPrefix(s.Origin)
	if err != nil {
		return err
	}
	coder, err := symbol.New(len(prefix) + len(s.Code))
	if err != nil {
		return refuse(CodeAddress, s.Origin)
	}
	code, err := coder.Encode(prefix + s.Code)
	if err != nil {
		return err
	}
	texts := append([]string{s.Title, s.Signature, s.Date}, s.Says...)
	texts = append(append(texts, s.Signers...), s.Foot...)
	for _, r := range s.Rows {
		texts = append(texts, r.Name, r.Value)
	}
	job := &Job{Text: texts, Font: s.Font}
	faces, err := job.faces()
	if err != nil {
		return err
	}
	out := pdf.NewWriter(w, s.Title)
	p := &sheetPage{out: out, faces: &faces, dst: pdf.Millimetres(nil, sheetHeight, 0, 0, 1_000_000, 1_000_000), at: sheetMargin}
	p.draw(s, code, coder.Size())
	if err := out.Page(sheetWidth, sheetHeight, p.dst); err != nil {
		return err
	}
	return out.Close()
}

// sheetPage is a sheet being drawn, from above.
type sheetPage struct {
	out   *pdf.Writer
	faces *faces
	dst   []byte
	at    Length // where the next line begins
}

func (p *sheetPage) draw(s *Sheet, code *symbol.Symbol, modules int) {
	right := sheetWidth - sheetMargin
	side := Length(modules) * sheetModule
	left := right - side
	p.dst = append(p.dst, "q "...)
	for _, n := range []Length{sheetModule, 0, 0, sheetModule, left, sheetMargin} {
		p.dst = append(pdf.AppendLength(p.dst, n), ' ')
	}
	p.dst = append(code.AppendPath(append(p.dst, "cm\n"...)), "Q\n"...)
	grouped := rootline.GroupCode(s.Code)
	p.dst = p.out.Text.Append(p.dst, right-Length(p.faces.code.Width(grouped))*smallSize/1000, sheetMargin+side+2*sheetModule+smallSize, smallSize, pdf.Run{Face: p.faces.code, Text: grouped})

	beside := left - sheetQuiet*sheetModule - sheetMargin - 4_000
	p.paragraph(s.Title, titleSize, beside)
	p.at += 2_000
	for _, line := range s.Says {
		p.paragraph(line, bodySize, beside)
	}
	p.at = max(p.at, sheetMargin+side+2*sheetModule+smallSize) + 8_000
	for _, r := range s.Rows {
		p.row(r, right)
	}
	p.at += 14_000
	p.signatures(s, right)
	p.at = sheetHeight - sheetMargin - Length(len(s.Foot)+1)*smallSize*textStep/100
	for _, line := range s.Foot {
		p.paragraph(line, smallSize, right-sheetMargin)
	}
}

// paragraph sets a text from the left margin, broken to a width.
func (p *sheetPage) paragraph(text string, size, width Length) {
	lines, _ := p.faces.set([]string{text}, box{width: width}, size)
	for _, line := range lines {
		p.at += size * textStep / 100
		p.text(sheetMargin, line, size)
	}
}

func (p *sheetPage) text(x Length, line string, size Length) {
	p.dst = p.out.Text.Append(p.dst, x, p.at, size, p.faces.runs(line)...)
}

func (p *sheetPage) width(line string, size Length) (w Length) {
	for _, r := range line {
		w += p.faces.width(r)
	}
	return w * size / 1000
}

func (p *sheetPage) row(r SheetRow, right Length) {
	if r.Strong {
		p.rule(sheetMargin, right, 2*sheetRule)
	}
	name, value := tidy(r.Name), tidy(r.Value)
	p.paragraph(name, bodySize, right-sheetMargin-p.width(value, bodySize)-4_000)
	p.text(right-p.width(value, bodySize), value, bodySize)
	p.at += 2_200
	p.rule(sheetMargin, right, sheetRule)
	p.at += 1_000
}

func (p *sheetPage) rule(from, to, weight Length) {
	for _, n := range []Length{from, p.at, to - from, weight} {
		p.dst = append(pdf.AppendLength(p.dst, n), ' ')
	}
	p.dst = append(p.dst, "re f\n"...)
}

// signatures are the places to sign, beside each other and up to three in a row.
func (p *sheetPage) signatures(s *Sheet, right Length) {
	const across, gap, high = 3, 6_000, 38_000
	width := (right - sheetMargin - (across-1)*gap) / across
	top := p.at
	for i, who := range s.Signers {
		x := sheetMargin + Length(i%across)*(width+gap)
		p.at = top + Length(i/across)*high
		lines, _ := p.faces.set([]string{who}, box{width: width}, bodySize)
		for _, line := range lines {
			p.at += bodySize * textStep / 100
			p.text(x, line, bodySize)
		}
		p.at = top + Length(i/across)*high + 24_000
		p.rule(x, x+width, sheetRule)
		p.at += smallSize * textStep / 100
		p.text(x, tidy(s.Signature), smallSize)
		date := tidy(s.Date)
		p.text(x+width-p.width(date, smallSize), date, smallSize)
	}
}
