package e2e

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
)

// landAttribution is whose the tiles of the tests are.
const landAttribution = "Synthetic land, drawn for a test"

// land is a server of map tiles: fields of a shade of their own, with hedges around them.
type land struct {
	*httptest.Server
	// asked counts the requests; known those that said more of who asks than the gateway's name.
	asked, known atomic.Int64
}

func newLand() *land {
	l := &land{}
	l.Server = httptest.NewServer(http.HandlerFunc(l.tile))
	return l
}

func (l *land) tile(w http.ResponseWriter, r *http.Request) {
	l.asked.Add(1)
	if r.Header.Get("Cookie")+r.Header.Get("Authorization")+r.Header.Get("Referer") != "" {
		l.known.Add(1)
	}
	var z, x, y int
	if _, err := fmt.Sscanf(r.URL.Path, "/%d/%d/%d.png", &z, &x, &y); err != nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	field := color.RGBA{uint8(180 + 40*((x+y)%2)), uint8(200 + 20*(y%2)), 160, 255}
	hedge := color.RGBA{90, 120, 70, 255}
	pic := image.NewRGBA(image.Rect(0, 0, 256, 256))
	for i := range 256 {
		for j := range 256 {
			if min(i, j) < 3 || i == j {
				pic.Set(i, j, hedge)
			} else {
				pic.Set(i, j, field)
			}
		}
	}
	var b bytes.Buffer
	_ = png.Encode(&b, pic) // into memory, of a picture that has a size
	_, _ = w.Write(b.Bytes())
}
