package labels

import (
	"context"
	"io"
	"slices"

	"github.com/rootline/rootline/gateway/labels/pdf"
)

// Write prints a job as a PDF. progress, which may be nil, hears after each page how many labels are done. An error before
// anything is written is a refusal; a later one is the writer's or the context's, and what was written is no document.
func Write(ctx context.Context, w io.Writer, j Job, progress func(done, of int)) error {
	p, err := j.Prepare()
	if err != nil {
		return err
	}
	return p.Write(ctx, w, progress)
}

// Write prints the job; see the function of the same name.
func (p *Plan) Write(ctx context.Context, w io.Writer, progress func(done, of int)) error {
	t := &p.job.Template
	out := pdf.NewWriter(w, "Rootline: "+t.Title.En)
	printer := printer{Plan: p, out: out}
	for done, cell := 0, p.job.first(); done < p.Labels; cell = 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		page := p.job.Labels[done:min(p.Labels, done+t.Cells()-cell)]
		content := p.job.Calibration.begin(printer.content[:0], t)
		for i := range page {
			x, y := t.Cell(cell + i)
			var err error
			if content, err = printer.label(content, x, y, &page[i]); err != nil {
				return err
			}
		}
		printer.content = content
		if err := out.Page(t.PageWidth, t.PageHeight, content); err != nil {
			return err
		}
		if done += len(page); progress != nil {
			progress(done, p.Labels)
		}
	}
	return out.Close()
}

// printer draws labels.
type printer struct {
	*Plan
	out     *pdf.Writer
	content []byte // of a page, kept for the next

	texts []string // that were set last
	lines []string // what they were broken into
}

// label draws one label whose upper left corner is at x and y.
func (p *printer) label(dst []byte, x, y Length, label *Label) ([]byte, error) {
	l := p.layout
	s, err := p.coder.Encode(p.prefix + label.Code)
	if err != nil {
		return nil, err
	}
	dst = append(dst, "q "...)
	dst = append(pdf.AppendLength(dst, l.module), " 0 0 "...)
	dst = append(pdf.AppendLength(dst, l.module), ' ')
	dst = append(pdf.AppendLength(dst, x+l.symbolX), ' ')
	dst = append(pdf.AppendLength(dst, y+l.symbolY), " cm\n"...)
	dst = append(s.AppendPath(dst), "Q\n"...)
	dst = p.code(dst, x, y, label.Code)
	return p.text(dst, x, y, label), nil
}

// code writes a code for people, in groups of four.
func (p *printer) code(dst []byte, x, y Length, code string) []byte {
	b := &p.layout.code
	for i, line := range b.split(code) {
		left := x + b.x
		if b.centred {
			left -= Length(p.faces.code.Width(line)) * b.size / 2000
		}
		dst = p.out.Text.Append(dst, left, y+b.y+Length(i)*b.lineStep, b.size, pdf.Run{Face: p.faces.code, Text: line})
	}
	return dst
}

// text writes the lines of text, which most often are those of the label before.
func (p *printer) text(dst []byte, x, y Length, label *Label) []byte {
	lines := p.job.lines(label)
	if len(lines) == 0 {
		return dst
	}
	b := p.layout.text
	if !slices.Equal(lines, p.texts) {
		p.texts = lines
		p.lines, _ = p.faces.set(lines, b, p.textSize) // it was found to fit before
	}
	at := y + b.y + p.textSize*codeCap/100
	for _, line := range p.lines {
		dst = p.out.Text.Append(dst, x+b.x, at, p.textSize, p.faces.runs(line)...)
		at += p.textSize * textStep / 100
	}
	return dst
}

// lines are all the lines of a label's text.
func (j *Job) lines(label *Label) []string {
	if len(label.Text) == 0 {
		return j.Text
	}
	return slices.Concat(j.Text, label.Text)
}
