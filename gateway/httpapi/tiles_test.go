package httpapi

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/rootline/rootline/gateway/tiles"
)

func TestTiles(t *testing.T) {
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	ground := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Cookie") != "" || r.Header.Get("Authorization") != "" {
			t.Error("the server of tiles learns who asks")
		}
		switch r.URL.Path {
		case "/3/6/2":
			_, _ = w.Write(picture.Bytes())
		case "/3/6/3":
			w.WriteHeader(http.StatusInternalServerError)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer ground.Close()

	w := newWorks(t)
	token := w.signIn(w.planter)
	var offer TilesView
	if w.get("/api/v1/tiles", token).into(t, &offer); offer.Offered {
		t.Errorf("offered without a server: %+v", offer)
	}
	var err error
	if w.server.Tiles, err = tiles.New(ground.URL+"/{z}/{x}/{y}", "© somebody"); err != nil {
		t.Fatal(err)
	}
	if w.get("/api/v1/tiles", token).into(t, &offer); !offer.Offered || offer.Attribution != "© somebody" {
		t.Errorf("offered: %+v", offer)
	}
	for path, want := range map[string]int{
		"3/6/2": http.StatusOK, "3/6/3": http.StatusServiceUnavailable, "3/6/4": http.StatusNotFound, "3/9/0": http.StatusNotFound, "3/6/x": http.StatusBadRequest,
	} {
		r := w.get("/api/v1/tiles/"+path, token)
		if r.status != want {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
		if want == http.StatusOK && (r.header.Get("Content-Type") != "image/png" || r.header.Get("Cache-Control") != tileCache || !bytes.Equal(r.body, picture.Bytes())) {
			t.Errorf("%s: %v", path, r.header)
		}
	}
}
