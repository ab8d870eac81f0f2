package labels

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
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

// BenchmarkLabels measures both ways in turns (naive, ours, ours, naive), with the same sheet, by the CPU time of a label.
// The ratio is the median of the turns'. Run it with: go test -bench Labels -benchtime 10x ./gateway/labels
func BenchmarkLabels(b *testing.B) {
	// Ours is so much faster that it takes ten times the labels to be measured at all.
	few, many := benchJob(b, 240), benchJob(b, 2400)
	measure := func(n int, write func() error) (perLabel time.Duration) {
		start := cpu(b)
		if err := write(); err != nil {
			b.Fatal(err)
		}
		return (cpu(b) - start) / time.Duration(n)
	}
	usual := func() time.Duration {
		return measure(len(few.Labels), func() error { return naive(io.Discard, &few) })
	}
	ours := func() time.Duration {
		return measure(len(many.Labels), func() error { return Write(context.Background(), io.Discard, many, nil) })
	}
	var theirs, own, ratios []float64
	for b.Loop() {
		a1, b1, b2, a2 := usual(), ours(), ours(), usual()
		theirs, own = append(theirs, float64(a1+a2)/2e3), append(own, float64(b1+b2)/2e3)
		ratios = append(ratios, float64(a1+a2)/float64(b1+b2))
	}
	b.ReportMetric(median(theirs), "naive-us/label")
	b.ReportMetric(median(own), "us/label")
	b.ReportMetric(median(ratios), "ratio")
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}
