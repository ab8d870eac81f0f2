package labels

import (
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// render makes pictures of a document's pages with Poppler, as a printer of a resolution would print them.
func render(t *testing.T, document []byte, dpi int) []image.Image {
	t.Helper()
	program, err := exec.LookPath("pdftoppm")
	if err != nil {
		t.Skip("pdftoppm is not installed (Debian: apt-get install poppler-utils). The other tests read the PDF themselves.")
	}
	dir := t.TempDir()
	source := filepath.Join(dir, "labels.pdf")
	if err := os.WriteFile(source, document, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(program, "-r", fmt.Sprint(dpi), "-png", source, filepath.Join(dir, "page")).CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Fatalf("pdftoppm: %v: %s", err, out)
	}
	files, err := filepath.Glob(filepath.Join(dir, "page*.png"))
	if err != nil {
		t.Fatal(err)
	}
	var pictures []image.Image
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(f)
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
		pictures = append(pictures, picture)
	}
	return pictures
}

// Every label of every template scans from what another program makes of the PDF at a thermal printer's resolution.
func TestRenderedByAnother(t *testing.T) {
	const dpi = 203
	font := chineseFont(t, "松油")
	for _, x := range Templates() {
		t.Run(x.Name, func(t *testing.T) {
			j := jobOf(t, x.Name, max(3, x.Cells()))
			j.Text, j.Font = []string{"油松 Pinus tab."}, font
			pictures := render(t, printed(t, j), dpi)
			dots := func(l Length) int { return int(mmOf(l)/25.4*dpi + 0.5) }
			if size := pictures[0].Bounds().Size(); size.X < dots(x.PageWidth)-1 || size.X > dots(x.PageWidth)+1 || size.Y < dots(x.PageHeight)-1 || size.Y > dots(x.PageHeight)+1 {
				t.Errorf("the page has %v dots", size)
			}
			for i, l := range j.Labels {
				left, top := x.Cell(i % x.Cells())
				cell := image.Rect(dots(left), dots(top), dots(left+x.Width), dots(top+x.Height))
				label := image.NewGray(image.Rect(0, 0, cell.Dx(), cell.Dy()))
				draw.Draw(label, label.Rect, pictures[i/x.Cells()], cell.Min, draw.Src)
				if got := decode(t, label); got != "HTTPS://WORKS.EXAMPLE/8004/"+l.Code {
					t.Errorf("label %d scans as %q", i+1, got)
				}
			}
		})
	}
}
