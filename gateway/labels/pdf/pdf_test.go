package pdf

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"golang.org/x/image/font/gofont/goregular"
)

func TestLengthsAreExact(t *testing.T) {
	for um, want := range map[int64]string{0: "0", 1: "0.001", 20: "0.02", 300: "0.3", 48_500: "48.5", 25_400: "25.4", 1_001: "1.001", -1_500: "-1.5", -40: "-0.04", 210_000: "210"} {
		if got := string(AppendLength(nil, um)); got != want {
			t.Errorf("%d: %s, want %s", um, got, want)
		}
	}
}

func face(t *testing.T) *Face {
	t.Helper()
	f, err := ParseFace(goregular.TTF)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFace(t *testing.T) {
	f := face(t)
	if f.Has('松') || !f.Has('A') || f.Width("松") != 0 || f.Width("AA") != 2*f.Width("A") || f.Width("A") < 500 || f.Width("A") > 800 {
		t.Errorf("A is %d wide", f.Width("A"))
	}
	outline, err := f.outline('l') // a bar: straight lines only
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(outline)), "\n")
	if !strings.HasSuffix(lines[0], " d1") || !strings.HasSuffix(lines[1], " m") || lines[len(lines)-1] != "f" {
		t.Errorf("%q", lines)
	}
	if outline, err := f.outline(' '); err != nil || strings.Count(string(outline), "\n") != 1 {
		t.Errorf("a space is drawn: %q %v", outline, err)
	}
	if _, err := ParseFace([]byte("no font")); err == nil {
		t.Error("this was taken for a font")
	}
}

// More glyphs than a font has codes go into several fonts.
func TestManyGlyphs(t *testing.T) {
	var out bytes.Buffer
	w := NewWriter(&out, "根迹")
	f := face(t)
	var text strings.Builder
	for r := rune(0x21); text.Len() < 600; r++ {
		if f.Has(r) {
			text.WriteRune(r)
		}
	}
	n := len([]rune(text.String()))
	content := Millimetres(nil, 20_000, 0, 0, 1e6, 1e6)
	content = w.Text.Append(content, 1000, 2000, 3000, Run{f, text.String()})
	if strings.Count(string(content), " Tf<") != (n+glyphsInFont-1)/glyphsInFont {
		t.Errorf("%d glyphs: %s", n, content)
	}
	if err := w.Page(40_000, 20_000, content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"/F0 ", "/F1 ", "/Title <FEFF68398FF9>", "/MediaBox[0 0 113.3858 56.6929]", "/PrintScaling/None"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("there is no %q", want)
		}
	}
}

func TestManyPages(t *testing.T) {
	var out bytes.Buffer
	w := NewWriter(&out, "")
	for range 2*pagesInNode + 1 {
		if err := w.Page(1000, 1000, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil || !strings.Contains(out.String(), "/Count 513>>") || strings.Count(out.String(), "/Count 256>>") != 2 {
		t.Error(err)
	}
}

type failing struct{}

var errFailing = errors.New("failing")

func (failing) Write([]byte) (int, error) { return 0, errFailing }

func TestErrors(t *testing.T) {
	if err := NewWriter(&bytes.Buffer{}, "").Close(); err == nil {
		t.Error("a document without a page was written")
	}
	w := NewWriter(failing{}, "")
	if err := w.Page(1000, 1000, nil); !errors.Is(err, errFailing) {
		t.Error(err)
	}
	if err := w.Close(); !errors.Is(err, errFailing) {
		t.Error(err)
	}
}
