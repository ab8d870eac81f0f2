package labels

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"syscall"
	"testing"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/skip2/go-qrcode"
)

const benchOrigin = "https://works.example"

func benchJob(t testing.TB, n int) Job {
	template, err := TemplateNamed("a4-70x37")
	if err != nil {
		t.Fatal(err)
	}
	j := Job{Template: template, Origin: benchOrigin}
	for i := range n {
		j.Labels = append(j.Labels, Label{Code: fmt.Sprintf("95200017H2K9QF3A%04d", i)})
	}
	return j
}

// naive is the usual way: a PNG of go-qrcode for each label, placed in a PDF, with the code below.
func naive(w io.Writer, j *Job) error {
	out := fpdf.New("P", "mm", "A4", "")
	out.SetFont("Courier", "B", 8)
	t := &j.Template
	mm := func(l Length) float64 { return float64(l) / 1000 }
	for i, l := range j.Labels {
		if i%t.Cells() == 0 {
			out.AddPage()
		}
		png, err := qrcode.Encode("HTTPS://WORKS.EXAMPLE/8004/"+l.Code, qrcode.Medium, 256)
		if err != nil {
			return err
		}
		x, y := t.Cell(i % t.Cells())
		options := fpdf.ImageOptions{ImageType: "PNG"}
		out.RegisterImageOptionsReader(l.Code, options, bytes.NewReader(png))
		out.ImageOptions(l.Code, mm(x)+20, mm(y)+2, 28, 28, false, options, 0, "")
		out.Text(mm(x)+4, mm(y+t.Height)-2, l.Code)
	}
	return out.Output(w)
}

// cpu is the processor time of this process so far: the machine's other work does not count.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkLabels measures both ways in turns, with the same labels: CPU time of a label, and their ratio.
func BenchmarkLabels(b *testing.B) {
	few, many := benchJob(b, 240), benchJob(b, 2400)
	var usual, ours time.Duration
	for b.Loop() {
		start := cpu(b)
		if err := naive(io.Discard, &few); err != nil {
			b.Fatal(err)
		}
		middle := cpu(b)
		if err := Write(context.Background(), io.Discard, many, nil); err != nil {
			b.Fatal(err)
		}
		usual, ours = usual+middle-start, ours+cpu(b)-middle
	}
	b.ReportMetric(float64(usual.Microseconds())/float64(b.N*len(few.Labels)), "naive-us/label")
	b.ReportMetric(float64(ours.Microseconds())/float64(b.N*len(many.Labels)), "us/label")
	b.ReportMetric(float64(usual)/float64(len(few.Labels))/(float64(ours)/float64(len(many.Labels))), "ratio")
}
