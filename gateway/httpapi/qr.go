package httpapi

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"strings"

	"github.com/skip2/go-qrcode"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/query"
)

type qrInput struct {
	query.CodePath
	Size int `query:"size" minimum:"64" maximum:"2048" default:"512" doc:"Width and height in pixels"`
}

type imageOutput struct {
	Type  string `header:"Content-Type"`
	Cache string `header:"Cache-Control"`
	Body  []byte
}

// qrCache lets browsers keep a QR code for a day: the same code always gives the same picture.
const qrCache = "public, max-age=86400"

// qrText is what an item's QR code says: the same address in upper case, since the alphanumeric mode of QR packs
// upper case tighter. Schemes and hosts know no case (RFC 3986, section 6.2.2.1), and codes are upper case anyway.
func qrText(g *presentation.Gateway, code string) string { return strings.ToUpper(g.Link(code)) }

func (s *Server) qr(code string) (*qrcode.QRCode, error) {
	if err := query.CheckCode(code); err != nil {
		return nil, err
	}
	// Medium correction: a label of 15 mm still scans with a tenth of it scratched.
	return qrcode.New(qrText(s.gateway(), code), qrcode.Medium)
}

// qrSVG draws the code's QR as an SVG of one path, which prints sharply at any size.
func (s *Server) qrSVG(_ context.Context, in *query.CodePath) (*imageOutput, error) {
	q, err := s.qr(in.ID)
	if err != nil {
		return nil, err
	}
	return &imageOutput{Type: "image/svg+xml", Cache: qrCache, Body: svgOf(q.Bitmap(), rootline.GroupCode(in.ID))}, nil
}

// qrPNG draws the code's QR as a PNG.
func (s *Server) qrPNG(_ context.Context, in *qrInput) (*imageOutput, error) {
	q, err := s.qr(in.ID)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, q.Image(in.Size)); err != nil {
		return nil, err
	}
	return &imageOutput{Type: "image/png", Cache: qrCache, Body: b.Bytes()}, nil
}

// svgOf draws a bitmap, one unit a module. Each run of dark modules in a row is one step of the path.
func svgOf(bitmap [][]bool, title string) []byte {
	var b bytes.Buffer
	n := len(bitmap)
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges" role="img">`, n, n)
	fmt.Fprintf(&b, `<title>%s</title><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="`, title, n, n)
	for y, row := range bitmap {
		for x := 0; x < n; x++ {
			if !row[x] {
				continue
			}
			run := x
			for run < n && row[run] {
				run++
			}
			fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x, y, run-x, run-x)
			x = run
		}
	}
	b.WriteString(`"/></svg>`)
	return b.Bytes()
}
