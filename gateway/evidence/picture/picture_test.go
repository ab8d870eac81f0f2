package picture

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"github.com/rootline/rootline/fuzzing"
)

// corners is a picture whose four quarters are red, green, blue and white: upper left, upper right, lower left, lower right.
func corners(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i, c := range quarters {
		x, y := i%2*w/2, i/2*h/2
		draw.Draw(img, image.Rect(x, y, w, h), image.NewUniform(c), image.Point{}, draw.Src)
	}
	return img
}

var quarters = []color.RGBA{{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}, {255, 255, 255, 255}}

func pngOf(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func jpegOf(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// exif puts an Exif segment with an orientation, and with a text as a camera's maker writes one, into a JPEG.
func exif(plain []byte, order binary.AppendByteOrder, value uint16, maker string) []byte {
	mark := "II*\x00"
	if order == binary.AppendByteOrder(binary.BigEndian) {
		mark = "MM\x00*"
	}
	b := []byte("Exif\x00\x00" + mark)
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 2)
	for _, e := range []struct {
		tag, kind uint16
		count     uint32
		value     uint32
	}{{0x010f, 2, uint32(len(maker)), 8 + 2 + 24 + 4}, {tagOrientation, typeShort, 1, 0}} {
		b = order.AppendUint16(order.AppendUint16(b, e.tag), e.kind)
		b = order.AppendUint32(b, e.count)
		if e.tag == tagOrientation {
			b = order.AppendUint16(order.AppendUint16(b, value), 0)
		} else {
			b = order.AppendUint32(b, e.value)
		}
	}
	b = append(order.AppendUint32(b, 0), maker...)
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(b)+2))
	return append(append(head, b...), plain[2:]...)
}

func made(t *testing.T, file []byte, side int) (image.Image, []byte) {
	t.Helper()
	out, err := Make(t.Context(), bytes.NewReader(file), side)
	if err != nil {
		t.Fatal(err)
	}
	img, err := jpeg.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	return img, out
}

func near(a, b color.Color) bool {
	r, g, bl, _ := a.RGBA()
	r2, g2, b2, _ := b.RGBA()
	const off = 0x2800
	d := func(x, y uint32) bool { return max(x, y)-min(x, y) < off }
	return d(r, r2) && d(g, g2) && d(bl, b2)
}

func TestSizes(t *testing.T) {
	for _, c := range []struct{ w, h, side, wantW, wantH int }{
		{1600, 1200, 240, 240, 180}, {1200, 1600, 240, 180, 240}, {100, 60, 240, 100, 60}, {5000, 2, 240, 240, 1}, {3000, 2000, 1280, 1280, 853}, {1, 1, 240, 1, 1},
	} {
		for name, file := range map[string][]byte{"png": pngOf(t, corners(c.w, c.h)), "jpeg": jpegOf(t, corners(c.w, c.h))} {
			img, _ := made(t, file, c.side)
			if b := img.Bounds(); b.Dx() != c.wantW || b.Dy() != c.wantH {
				t.Errorf("%s of %d × %d within %d: %v", name, c.w, c.h, c.side, b)
			}
		}
	}
}

// Where the quarters of the picture stand once it is upright, for each way to hold a camera (Exif 2.3, tag Orientation).
func TestOrientation(t *testing.T) {
	const r, g, b, w = 0, 1, 2, 3
	for value, want := range map[uint16][4]int{
		0: {r, g, b, w}, 1: {r, g, b, w}, 2: {g, r, w, b}, 3: {w, b, g, r}, 4: {b, w, r, g}, 5: {r, b, g, w}, 6: {b, r, w, g}, 7: {w, g, b, r}, 8: {g, w, r, b}, 9: {r, g, b, w},
	} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			img, out := made(t, exif(jpegOf(t, corners(320, 160)), order, value, "Camera of somebody"), 240)
			size := img.Bounds()
			if turned := value >= 5 && value <= 8; turned != (size.Dy() > size.Dx()) {
				t.Errorf("orientation %d: %v", value, size)
			}
			for i, q := range want {
				at := image.Pt(size.Dx()*(1+2*(i%2))/4, size.Dy()*(1+2*(i/2))/4)
				if !near(img.At(at.X, at.Y), quarters[q]) {
					t.Errorf("orientation %d: quarter %d is %v, not %v", value, i, img.At(at.X, at.Y), quarters[q])
				}
			}
			if bytes.Contains(out, []byte("Exif")) || bytes.Contains(out, []byte("Camera")) {
				t.Errorf("orientation %d: the picture says what the camera wrote", value)
			}
		}
	}
}

func TestWhatIsSeenThroughIsWhite(t *testing.T) {
	img, _ := made(t, pngOf(t, image.NewNRGBA(image.Rect(0, 0, 40, 40))), 240)
	if !near(img.At(20, 20), color.White) {
		t.Error(img.At(20, 20))
	}
}

// chunk makes a chunk of a PNG.
func chunk(kind string, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	body := append([]byte(kind), data...)
	return binary.BigEndian.AppendUint32(append(b, body...), crc32.ChecksumIEEE(body))
}

// header is a PNG of a size with nothing after its header.
func header(w, h uint32, depth, colours byte) []byte {
	data := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	return append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(data, depth, colours, 0, 0, 0))...)
}

// cmyk is the beginning of a JPEG of four colours.
func cmyk() []byte {
	b := []byte{0xff, 0xd8, 0xff, 0xdb, 0, 67, 0}
	b = append(b, bytes.Repeat([]byte{1}, 64)...)
	return append(b, 0xff, 0xc0, 0, 20, 8, 0, 16, 0, 16, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0)
}

func TestNoneIsMade(t *testing.T) {
	whole := jpegOf(t, corners(64, 64))
	var film bytes.Buffer
	if err := gif.Encode(&film, corners(16, 16), nil); err != nil {
		t.Fatal(err)
	}
	scans := bytes.Repeat([]byte{0xff, 0xda, 0, 2}, mostScans+1)
	for name, file := range map[string][]byte{
		"nothing":                   nil,
		"text":                      []byte("a report of a laboratory"),
		"an SVG":                    []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>`),
		"a GIF":                     film.Bytes(),
		"65535 × 65535":             header(65535, 65535, 8, 2),
		"more than memory":          header(1<<31-1, 1<<31-1, 8, 6),
		"no pixels":                 header(0, 10, 8, 2),
		"one pixel line too many":   header(6000, 4001, 8, 2),
		"a header alone":            header(10, 10, 8, 2),
		"cut":                       whole[:len(whole)/2],
		"the magic alone":           whole[:3],
		"16 bits":                   pngOf(t, image.NewRGBA64(image.Rect(0, 0, 8, 8))),
		"16 bits, grey":             pngOf(t, image.NewGray16(image.Rect(0, 0, 8, 8))),
		"colours of printers":       cmyk(),
		"gone over again and again": append(whole[:len(whole)-2:len(whole)-2], append(scans, 0xff, 0xd9)...),
		"WebP of nothing":           []byte("RIFF\x00\x00\x00\x00WEBPVP8 \x00\x00\x00\x00"),
	} {
		out, err := Make(t.Context(), bytes.NewReader(file), 240)
		if !errors.Is(err, ErrNone) || out != nil {
			t.Errorf("%s: %d bytes, %v", name, len(out), err)
		}
	}
	if _, err := Make(t.Context(), bytes.NewReader(header(6000, 4000, 8, 2)), 240); !strings.Contains(err.Error(), "EOF") {
		t.Errorf("as many pixels as are allowed: %v", err)
	}
}

// The one who asked has gone: nothing is decoded, and nothing is said of the file.
func TestEndsWithWhoAsked(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Make(ctx, bytes.NewReader(jpegOf(t, corners(64, 64))), 240); !errors.Is(err, context.Canceled) || errors.Is(err, ErrNone) {
		t.Error(err)
	}
}

func FuzzMake(f *testing.F) {
	small := corners(24, 16)
	fuzzing.Bytes(f, jpegOf(f, small), exif(jpegOf(f, small), binary.BigEndian, 6, "maker"), pngOf(f, small), pngOf(f, image.NewGray(image.Rect(0, 0, 9, 9))),
		header(65535, 65535, 8, 2), cmyk(), lossless)
	f.Fuzz(func(t *testing.T, file []byte) {
		if h, err := Read(bytes.NewReader(file)); err == nil && h.Pixels() > 1<<20 {
			t.Skip("large, and allowed")
		}
		out, err := Make(t.Context(), bytes.NewReader(file), 24)
		if err != nil {
			if !errors.Is(err, ErrNone) {
				t.Fatal(err)
			}
			return
		}
		c, err := jpeg.DecodeConfig(bytes.NewReader(out))
		if err != nil || c.Width > 24 || c.Height > 24 || c.Width < 1 || c.Height < 1 {
			t.Fatalf("%v %v", c, err)
		}
	})
}

// lossless is a WebP of one red pixel.
var lossless = []byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x00\x07\xd0\xff\xfe\xf7\xbf\xff\x81\x88\x88\x08")
