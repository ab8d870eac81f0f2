package labels

import (
	"fmt"
	"io"

	"github.com/rootline/rootline/gateway/labels/pdf"
)

// WriteCalibration writes a page of a template's paper to measure: crosses at whole millimetres from the paper's edges,
// rulers, and the outlines of the labels, to be held against a sheet. It is printed with the calibration c, so that a
// second print shows whether it is right. The error is a refusal, or the writer's.
func WriteCalibration(w io.Writer, t Template, c Calibration) error {
	if err := c.Check(); err != nil {
		return err
	}
	f, err := builtIn()
	if err != nil {
		return err
	}
	out := pdf.NewWriter(w, "Rootline: calibration of "+t.Name)
	d := &drawing{content: c.begin(nil, &t), text: &out.Text, faces: f}
	d.outlines(&t)
	m := marks(&t)
	d.crosses(&t, m)
	d.rulers(m)
	d.words(&t, m)
	if err := out.Page(t.PageWidth, t.PageHeight, d.content); err != nil {
		return err
	}
	return out.Close()
}

// markings are the distances of a calibration page.
type markings struct {
	edge           Length // of the crosses from the paper's edges
	across, down   Length // lengths of the rulers
	rulerX, rulerY Length // where the two rulers meet
	size           Length // of the letters
}

// marks fits the page: 20 mm and long rulers on A4, less on a roll's label.
func marks(t *Template) markings {
	m := markings{edge: 20 * Millimetre, size: 3000}
	if t.PageHeight < 100*Millimetre {
		m.edge, m.size = 4*Millimetre, 1600
		m.rulerX, m.rulerY = 8*Millimetre, 8*Millimetre
	} else {
		m.rulerX, m.rulerY = 30*Millimetre, 40*Millimetre
	}
	const step = 5 * Millimetre
	m.across = (t.PageWidth - m.rulerX - m.edge) / step * step
	m.down = (t.PageHeight - m.rulerY - m.edge) / step * step
	return m
}

// drawing is a page of fine lines.
type drawing struct {
	content []byte
	text    *pdf.Text
	faces   faces
}

// line draws a line.
func (d *drawing) line(x1, y1, x2, y2 Length) {
	d.content = append(pdf.AppendLength(d.content, x1), ' ')
	d.content = append(pdf.AppendLength(d.content, y1), " m "...)
	d.content = append(pdf.AppendLength(d.content, x2), ' ')
	d.content = append(pdf.AppendLength(d.content, y2), " l S\n"...)
}

func (d *drawing) write(x, y, size Length, text string) {
	d.content = d.text.Append(d.content, x, y, size, d.faces.runs(text)...)
}

// outlines draws the labels' edges in grey.
func (d *drawing) outlines(t *Template) {
	d.content = append(d.content, "0.7 G 0.1 w\n"...)
	for i := range t.Cells() {
		x, y := t.Cell(i)
		for _, v := range []Length{x, y, t.Width, t.Height} {
			d.content = append(pdf.AppendLength(d.content, v), ' ')
		}
		d.content = append(d.content, "re\n"...)
	}
	d.content = append(d.content, "S 0 G\n"...)
}

// crosses marks the corners at the same distance from both edges of the paper.
func (d *drawing) crosses(t *Template, m markings) {
	arm := m.edge / 4
	for _, x := range []Length{m.edge, t.PageWidth - m.edge} {
		for _, y := range []Length{m.edge, t.PageHeight - m.edge} {
			d.line(x-arm, y, x+arm, y)
			d.line(x, y-arm, x, y+arm)
		}
	}
}

// rulers draws one ruler across and one down, with a stroke at each millimetre.
func (d *drawing) rulers(m markings) {
	tick := func(mm Length) Length {
		switch {
		case mm%10 == 0:
			return m.size * 3 / 2
		case mm%5 == 0:
			return m.size
		}
		return m.size / 2
	}
	d.line(m.rulerX, m.rulerY, m.rulerX+m.across, m.rulerY)
	d.line(m.rulerX, m.rulerY, m.rulerX, m.rulerY+m.down)
	for at := Length(0); at <= m.across; at += Millimetre {
		mm := at / Millimetre
		d.line(m.rulerX+at, m.rulerY, m.rulerX+at, m.rulerY-tick(mm))
		if mm%10 == 0 && mm > 0 {
			d.write(m.rulerX+at+m.size/5, m.rulerY-m.size*4/5, m.size*4/5, fmt.Sprint(mm))
		}
	}
	for at := Length(0); at <= m.down; at += Millimetre {
		mm := at / Millimetre
		d.line(m.rulerX, m.rulerY+at, m.rulerX-tick(mm), m.rulerY+at)
		if mm%10 == 0 && mm > 0 {
			number, size := fmt.Sprint(mm), m.size*4/5
			d.write(m.rulerX-tick(mm)-m.size/5-Length(d.faces.text.Width(number))*size/1000, m.rulerY+at+size*35/100, size, number)
		}
	}
}
