package web

import (
	_ "embed"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

// ContentSecurityPolicy is the policy that the start page works under: files of its own origin, nothing inline.
const ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
	"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// The values of Cache-Control. What Vite names by its content can be kept for good; all else is asked for again, so
// that a new page is seen with the next load.
const (
	cacheForever = "public, max-age=31536000, immutable"
	cacheAsk     = "no-cache"
)

//go:embed unbuilt.html
var unbuilt []byte

// CacheControl returns the value of the header Cache-Control for a file of Assets, named as in a URL's path.
func CacheControl(name string) string {
	if strings.HasPrefix(strings.TrimPrefix(name, "/"), "assets/") {
		return cacheForever
	}
	return cacheAsk
}

// Handler serves the start page at "/" and its files, each with its type, CacheControl and the policy. Any other
// path answers 404. Where the page was not built, "/" answers 200 with a page that says how to build it: the API and
// the item pages work without.
func Handler() http.Handler { return handler(Assets()) }

func handler(assets fs.FS) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "only GET is answered here", http.StatusMethodNotAllowed)
			return
		}
		name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
		if name == "" {
			name = "index.html"
		}
		body, err := read(assets, name)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", contentType(name))
		h.Set("Cache-Control", CacheControl(name))
		h.Set("Content-Security-Policy", ContentSecurityPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		if r.Method == http.MethodGet {
			_, _ = w.Write(body) // the reader has gone: nobody is left to tell
		}
	})
}

// read gives a file of the page. Names that begin with a dot are no part of it.
func read(assets fs.FS, name string) ([]byte, error) {
	if strings.HasPrefix(path.Base(name), ".") {
		return nil, fs.ErrNotExist
	}
	body, err := fs.ReadFile(assets, name)
	if name == "index.html" && errors.Is(err, fs.ErrNotExist) {
		return unbuilt, nil
	}
	return body, err
}

// contentType knows the kinds of files that a build makes by itself, since a machine's table of types may be empty.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".webmanifest":
		return "application/manifest+json"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}
