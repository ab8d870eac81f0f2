package labels

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// A reader of PDF that shares nothing with the writer: it finds the objects through the cross-reference table and draws the
// pages' rectangles, in the way that ISO 32000-1 says.
type document struct {
	t       *testing.T
	raw     []byte
	objects map[int]string
	trailer string
}

func read(t *testing.T, raw []byte) *document {
	t.Helper()
	d := &document{t: t, raw: raw, objects: map[int]string{}}
	tail := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindSubmatch(raw)
	if tail == nil {
		t.Fatalf("no end: %q", raw[max(0, len(raw)-60):])
	}
	at, _ := strconv.Atoi(string(tail[1]))
	lines := strings.SplitAfter(string(raw[at:]), "\n")
	var count int
	if _, err := fmt.Sscanf(lines[0]+lines[1], "xref\n0 %d\n", &count); err != nil {
		t.Fatalf("%q: %v", lines[:2], err)
	}
	for n := 1; n < count; n++ {
		entry := lines[2+n]
		if len(entry) != 20 {
			t.Fatalf("entry %d has %d bytes", n, len(entry))
		}
		offset, err := strconv.Atoi(entry[:10])
		if err != nil {
			t.Fatal(err)
		}
		head := fmt.Sprintf("%d 0 obj\n", n)
		if !bytes.HasPrefix(raw[offset:], []byte(head)) {
			t.Fatalf("object %d is not at %d: %q", n, offset, raw[offset:offset+20])
		}
		body := string(raw[offset+len(head):])
		d.objects[n] = body[:strings.Index(body, "endobj")]
	}
	d.trailer = string(raw[at:])
	return d
}

// ref follows a reference in a dictionary.
func (d *document) ref(dict, key string) int {
	d.t.Helper()
	m := regexp.MustCompile(`/` + key + `\s*(\d+) 0 R`).FindStringSubmatch(dict)
	if m == nil {
		d.t.Fatalf("no /%s in %q", key, dict)
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// pages are the page objects, in the order of the page tree.
func (d *document) pages() []string {
	var walk func(node string) []string
	walk = func(node string) (all []string) {
		if strings.Contains(node, "/Type/Page/") {
			return []string{node}
		}
		kids := regexp.MustCompile(`/Kids\[(.*?)\]`).FindStringSubmatch(node)[1]
		for _, kid := range regexp.MustCompile(`(\d+) 0 R`).FindAllStringSubmatch(kids, -1) {
			n, _ := strconv.Atoi(kid[1])
			all = append(all, walk(d.objects[n])...)
		}
		if want := fmt.Sprintf("/Count %d>>", len(all)); !strings.Contains(node, want) {
			d.t.Errorf("%q has %d pages", node, len(all))
		}
		return all
	}
	return walk(d.objects[d.ref(d.objects[d.ref(d.trailer, "Root")], "Pages")])
}

// stream is the content of a stream object.
func (d *document) stream(n int) string {
	d.t.Helper()
	object := d.objects[n]
	dict, rest, ok := strings.Cut(object, "\nstream\n")
	if !ok {
		d.t.Fatalf("object %d is no stream", n)
	}
	length, _ := strconv.Atoi(regexp.MustCompile(`/Length (\d+)`).FindStringSubmatch(dict)[1])
	data := rest[:length]
	if strings.TrimSpace(rest[length:]) != "endstream" {
		d.t.Fatalf("object %d has another length than %d", n, length)
	}
	if !strings.Contains(dict, "/FlateDecode") {
		return data
	}
	z, err := zlib.NewReader(strings.NewReader(data))
	if err != nil {
		d.t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		d.t.Fatal(err)
	}
	return string(plain)
}

func (d *document) content(page string) string { return d.stream(d.ref(page, "Contents")) }

// matrix is a transformation, as in section 8.3.4.
type matrix [6]float64

// then applies m first and o second.
func (m matrix) then(o matrix) matrix {
	return matrix{
		m[0]*o[0] + m[1]*o[2], m[0]*o[1] + m[1]*o[3], m[2]*o[0] + m[3]*o[2], m[2]*o[1] + m[3]*o[3],
		m[4]*o[0] + m[5]*o[2] + o[4], m[4]*o[1] + m[5]*o[3] + o[5],
	}
}

// rectangle is in millimetres from the paper's upper left corner.
type rectangle struct{ x1, y1, x2, y2 float64 }

// text is where a line of text begins and ends, in millimetres, and the size of its letters.
type text struct{ x, y, size, end float64 }

// page is what is drawn on one: filled paths, and where texts begin.
type page struct {
	width, height float64
	paths         [][]rectangle
	texts         []text
}

// draw interprets a page's content.
func (d *document) draw(object string) page {
	d.t.Helper()
	const mm = 25.4 / 72
	var p page
	if _, err := fmt.Sscanf(regexp.MustCompile(`/MediaBox\[0 0 (\S+ \S+)\]`).FindStringSubmatch(object)[1], "%g %g", &p.width, &p.height); err != nil {
		d.t.Fatal(err)
	}
	height := p.height
	p.width, p.height = p.width*mm, p.height*mm
	now, saved := matrix{1, 0, 0, 1, 0, 0}, []matrix(nil)
	var textAt matrix
	var operands []float64
	var path []rectangle
	all := tokens(d.content(object))
	for i, token := range all {
		font, shown := "", ""
		if token == "Tf" {
			font, shown = all[i-2], all[i+1]
		}
		if v, err := strconv.ParseFloat(token, 64); err == nil {
			operands = append(operands, v)
			continue
		}
		n := len(operands)
		switch token {
		case "q":
			saved = append(saved, now)
		case "Q":
			now, saved = saved[len(saved)-1], saved[:len(saved)-1]
		case "cm":
			now = matrix(operands[n-6:]).then(now)
		case "Tm":
			textAt = matrix(operands[n-6:]).then(now)
		case "Tf":
			size := operands[n-1] * textAt[3] * mm
			x := textAt[4] * mm
			p.texts = append(p.texts, text{x, (height - textAt[5]) * mm, size, x + d.advance(object, font, shown)*size*textAt[0]/textAt[3]})
		case "re":
			x, y, w, h := operands[n-4], operands[n-3], operands[n-2], operands[n-1]
			a := matrix{1, 0, 0, 1, x, y}.then(now)
			b := matrix{1, 0, 0, 1, x + w, y + h}.then(now)
			path = append(path, rectangle{a[4] * mm, (height - a[5]) * mm, b[4] * mm, (height - b[5]) * mm})
		case "f":
			p.paths, path = append(p.paths, path), nil
		case "BT", "ET", "Tj":
		default:
			if !strings.HasPrefix(token, "/") && !strings.HasPrefix(token, "<") {
				d.t.Fatalf("operator %q is unexpected", token)
			}
			continue
		}
		operands = operands[:0]
	}
	if len(saved) != 0 || len(path) != 0 {
		d.t.Errorf("the page ends with %d states saved and %d rectangles not drawn", len(saved), len(path))
	}
	return p
}

// advance is the width of a string in a font, in ems.
func (d *document) advance(page, font, hex string) float64 {
	d.t.Helper()
	resources := d.objects[d.ref(page, "Resources")]
	widths := strings.Fields(regexp.MustCompile(`/Widths\[(.*?)\]`).FindStringSubmatch(d.objects[d.ref(resources, font[1:])])[1])
	total := 0.0
	for i := 1; i+1 < len(hex)-1; i += 2 {
		code, err := strconv.ParseUint(hex[i:i+2], 16, 8)
		if err != nil {
			d.t.Fatal(err)
		}
		w, err := strconv.ParseFloat(widths[code-1], 64) // FirstChar is 1
		if err != nil {
			d.t.Fatal(err)
		}
		total += w / 1000
	}
	return total
}

func tokens(content string) []string {
	return regexp.MustCompile(`<[0-9A-F]*>|[^\s<>]+`).FindAllString(content, -1)
}

// bounds of a path, in millimetres.
func bounds(path []rectangle) rectangle {
	b := path[0]
	for _, r := range path {
		b = rectangle{min(b.x1, r.x1), min(b.y1, r.y1), max(b.x2, r.x2), max(b.y2, r.y2)}
	}
	return b
}

// scan puts a path on the dots of a printer and decodes what is there, with its quiet zone and no more.
func scan(t *testing.T, path []rectangle, quiet, dpi float64) string {
	t.Helper()
	b := bounds(path)
	dot := 25.4 / dpi
	n := int((b.x2 - b.x1 + 2*quiet) / dot)
	picture := image.NewGray(image.Rect(0, 0, n, n))
	draw.Draw(picture, picture.Rect, image.White, image.Point{}, draw.Src)
	// A dot is dark when its middle is.
	first := func(edge, from float64) int { return int(math.Ceil((edge-from+quiet)/dot - 0.5)) }
	for _, r := range path {
		for y := first(r.y1, b.y1); y < first(r.y2, b.y1); y++ {
			for x := first(r.x1, b.x1); x < first(r.x2, b.x1); x++ {
				picture.SetGray(x, y, color.Gray{})
			}
		}
	}
	return decode(t, picture)
}

// decode reads the QR code in a picture with a decoder that is not ours.
func decode(t *testing.T, picture image.Image) string {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	found, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		t.Errorf("does not scan: %v", err)
		return ""
	}
	return found.GetText()
}
