package tiles

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestNew(t *testing.T) {
	for _, c := range []struct{ name, template, attribution, says string }{
		{"good", "https://tiles.example/{z}/{x}/{y}.png?key=1", "© somebody", ""},
		{"no address", "tiles/{z}/{x}/{y}.png", "© somebody", "no address"},
		{"a file", "file:///{z}/{x}/{y}.png", "© somebody", "no address"},
		{"no row", "https://tiles.example/{z}/{x}.png", "© somebody", "{y} once"},
		{"two levels", "https://tiles.example/{z}/{z}/{x}/{y}.png", "© somebody", "{z} once"},
		{"nobody named", "https://tiles.example/{z}/{x}/{y}.png", " ", "named"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := New(c.template, c.attribution); (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
}

func TestTile(t *testing.T) {
	good := picture(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/3/6/2.png":
			if r.UserAgent() != agent || r.URL.RawQuery != "key=1" {
				t.Errorf("asked by %q for %q", r.UserAgent(), r.URL)
			}
			w.Header().Set("Content-Type", "text/html") // what it is called does not matter
			_, _ = w.Write(good)
		case "/3/6/3.png":
			_, _ = w.Write([]byte("<script>alert(1)</script>"))
		case "/3/6/4.png":
			w.WriteHeader(http.StatusTooManyRequests)
		case "/3/6/5.png":
			_, _ = w.Write(append(bytes.Clone(good), make([]byte, maxBytes)...))
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer server.Close()
	s, err := New(server.URL+"/{z}/{x}/{y}.png?key=1", "© somebody")
	if err != nil {
		t.Fatal(err)
	}
	if tile, err := s.Tile(t.Context(), 3, 6, 2); err != nil || tile.Type != "image/png" || !bytes.Equal(tile.Body, good) {
		t.Errorf("a picture: %+v, %v", tile, err)
	}
	for _, c := range []struct {
		name    string
		z, x, y int
		want    error
		says    string
	}{
		{"no picture", 3, 6, 3, ErrUnreachable, "no picture"},
		{"refused", 3, 6, 4, ErrUnreachable, "429"},
		{"too long", 3, 6, 5, ErrUnreachable, "longer"},
		{"not there", 3, 6, 6, ErrNone, ""},
		{"east of the world", 3, 8, 0, ErrNone, ""},
		{"north of it", 3, 0, -1, ErrNone, ""},
		{"too deep", MaxZoom + 1, 0, 0, ErrNone, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := s.Tile(t.Context(), c.z, c.x, c.y); !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v", err)
			}
		})
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Tile(gone, 3, 6, 2); !errors.Is(err, context.Canceled) {
		t.Errorf("who asked has gone: %v", err)
	}
	server.Close()
	if _, err := s.Tile(t.Context(), 3, 6, 2); !errors.Is(err, ErrUnreachable) || strings.Contains(err.Error(), "key") {
		t.Errorf("no server: %v", err)
	}
}
