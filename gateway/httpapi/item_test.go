package httpapi

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/rootline/rootline"
)

func TestItemPage(t *testing.T) {
	w := newWorks(t)
	const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	for _, c := range []struct {
		name, path string
		header     []string
		status     int
		kind, says string
	}{
		{"a browser", "/8004/TREE", []string{"Accept", browser}, 200, "text/html", "Selected at the nursery"},
		{"a Chinese browser", "/8004/TREE", []string{"Accept", browser, "Accept-Language", "zh-CN,zh;q=0.9"}, 200, "text/html", "已选苗"},
		{"asked for Chinese", "/8004/TREE?lang=zh", []string{"Accept-Language", "en"}, 200, "text/html", "已选苗"},
		{"a program", "/8004/TREE", []string{"Accept", "application/json"}, 200, "application/json", `"state":"selected"`},
		{"a program that may take HTML", "/8004/TREE", []string{"Accept", "text/html;q=0.5, application/json"}, 200, "application/json", `"state":"selected"`},
		{"its check", "/8004/TREE/check", []string{"Accept", browser}, 200, "text/html", "Is this record intact?"},
		{"its check in Chinese", "/8004/TREE/check?lang=zh", nil, 200, "text/html", "这份记录完整吗？"},
		{"the check of nothing", "/8004/95200020000000000000/check", []string{"Accept", browser}, 404, "text/html", "9520 0020 0000 0000 0000"},
		{"the check of no code", "/8004/%3Cscript%3E/check", []string{"Accept", browser}, 404, "text/html", "&lt;script&gt;"},
		{"unknown", "/8004/95200020000000000000", []string{"Accept", browser}, 404, "text/html", "9520 0020 0000 0000 0000"},
		{"unknown to a program", "/8004/95200020000000000000", []string{"Accept", "application/json"}, 404, "application/problem+json", "not-found"},
		{"no code", "/8004/%3Cscript%3E", []string{"Accept", browser}, 404, "text/html", "&lt;script&gt;"},
		{"nothing here", "/enrol-me", []string{"Accept", browser}, 404, "text/html", ""},
		{"an invitation", "/enrol", []string{"Accept", browser}, 404, "text/html", "rootline enrol"},
		{"the field app, not built", "/field/queue", []string{"Accept", browser}, 404, "text/html", "make web"},
		{"nothing here for a program", "/enrol-me", nil, 404, "application/problem+json", "not-found"},
		{"the start page", "/", nil, 200, "text/html", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := w.get(w.fill(c.path), "", c.header...)
			if r.status != c.status || !strings.HasPrefix(r.header.Get("Content-Type"), c.kind) || !bytes.Contains(r.body, []byte(c.says)) {
				t.Errorf("%d %s: %.2000s", r.status, r.header.Get("Content-Type"), r.body)
			}
			if bytes.Contains(r.body, []byte("<script>")) && c.path != "/" {
				t.Error("the page holds a script")
			}
		})
	}
	if r := w.ask(http.MethodHead, w.fill("/8004/TREE"), "", nil); r.status != http.StatusOK || len(r.body) != 0 {
		t.Errorf("HEAD: %d, %d bytes", r.status, len(r.body))
	}
}

func TestQRLeadsToThePage(t *testing.T) {
	w := newWorks(t)
	want := "HTTPS://WORKS.EXAMPLE/8004/" + w.tree
	r := w.get(w.fill("/api/v1/assets/TREE/qr.png?size=256"), "")
	img, err := png.Decode(bytes.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds().Dx() != 256 {
		t.Errorf("%v wide", img.Bounds())
	}
	if got := decodeQR(t, img); got != want {
		t.Errorf("PNG: %q", got)
	}
	r = w.get(w.fill("/api/v1/assets/TREE/qr.svg"), "")
	if got := decodeQR(t, drawSVG(t, string(r.body))); got != want {
		t.Errorf("SVG: %q", got)
	}
	if !strings.Contains(string(r.body), "<title>"+rootline.GroupCode(w.tree)) || r.header.Get("Content-Type") != "image/svg+xml" {
		t.Errorf("%v %.300s", r.header, r.body)
	}
}

func decodeQR(t *testing.T, img image.Image) string {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil {
		t.Fatal(err)
	}
	return result.GetText()
}

// drawSVG paints the runs of the drawing's path, each module as four pixels by four.
func drawSVG(t *testing.T, svg string) image.Image {
	t.Helper()
	box := regexp.MustCompile(`viewBox="0 0 (\d+) \d+"`).FindStringSubmatch(svg)
	if box == nil {
		t.Fatalf("no view box: %.200s", svg)
	}
	n, _ := strconv.Atoi(box[1])
	img := image.NewGray(image.Rect(0, 0, 4*n, 4*n))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for _, run := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-\d+z`).FindAllStringSubmatch(svg, -1) {
		x, _ := strconv.Atoi(run[1])
		y, _ := strconv.Atoi(run[2])
		width, _ := strconv.Atoi(run[3])
		for dx := range 4 * width {
			for dy := range 4 {
				img.Set(4*x+dx, 4*y+dy, color.Black)
			}
		}
	}
	return img
}
