package e2e

import (
	"bufio"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The picture that a phone's camera sees, and how fine the label was printed.
const (
	cameraWidth, cameraHeight = 640, 480
	cameraFrames              = 10
	printerDPI                = 203
)

// film makes a camera's stream (YUV4MPEG2, which Chromium takes for a camera) of the first label of a printed sheet.
func film(t *testing.T, sheet []byte, name string) {
	t.Helper()
	page := printed(t, sheet)
	// Paper on a table: the label lies in the middle of a grey picture.
	frame := image.NewRGBA(image.Rect(0, 0, cameraWidth, cameraHeight))
	draw.Draw(frame, frame.Bounds(), image.NewUniform(color.Gray{Y: 110}), image.Point{}, draw.Src)
	draw.Draw(frame, frame.Bounds().Inset(20), page, page.Bounds().Min, draw.Src)

	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	fmt.Fprintf(w, "YUV4MPEG2 W%d H%d F10:1 Ip A1:1 C420jpeg\n", cameraWidth, cameraHeight)
	luma := make([]byte, 0, cameraWidth*cameraHeight)
	for y := range cameraHeight {
		for x := range cameraWidth {
			luma = append(luma, color.GrayModel.Convert(frame.At(x, y)).(color.Gray).Y)
		}
	}
	colourless := make([]byte, cameraWidth*cameraHeight/2)
	for i := range colourless {
		colourless[i] = 128
	}
	for range cameraFrames {
		_, _ = w.WriteString("FRAME\n") // a writer's first error comes with Flush
		_, _ = w.Write(luma)
		_, _ = w.Write(colourless)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
}

// printed is the first page of a PDF as a thermal printer would print it.
func printed(t *testing.T, sheet []byte) image.Image {
	t.Helper()
	program, err := exec.LookPath("pdftoppm")
	if err != nil {
		t.Skip("pdftoppm is not installed (Debian: apt-get install poppler-utils)")
	}
	pdf := filepath.Join(t.TempDir(), "sheet.pdf")
	if err := os.WriteFile(pdf, sheet, 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(filepath.Dir(pdf), "page")
	if b, err := exec.Command(program, "-singlefile", "-r", fmt.Sprint(printerDPI), "-png", pdf, out).CombinedOutput(); err != nil {
		t.Fatalf("pdftoppm: %v: %s", err, b)
	}
	f, err := os.Open(out + ".png")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	picture, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return picture
}
