package web

import (
	"bytes"
	_ "embed"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

// ContentSecurityPolicy is the policy that all pages but the items' and the one that verifies proofs work under: files of their own origin, nothing
// inline. WebAssembly is for the decoder of codes, blob: for pictures that the camera took.
const ContentSecurityPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
	"img-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; media-src 'self' blob:; " +
	"font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

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

// policyOf is the policy that a file is served under. The page that verifies proofs is one file, which works from disk: its own
// policy stands in it, names its script and style by their hashes and lets it reach nothing.
func policyOf(name string, body []byte) string {
	if name != verifyPage {
		return ContentSecurityPolicy
	}
	_, after, _ := bytes.Cut(body, []byte(`<meta http-equiv="Content-Security-Policy" content="`))
	policy, _, ok := bytes.Cut(after, []byte(`"`))
	if !ok {
		return ContentSecurityPolicy
	}
	return string(policy) + "; frame-ancestors 'none'"
}

// Handler serves the built files, each with its type, CacheControl and the policy: the start page at "/", the
// enrolment at "/enrol", the desk at "/desk/", the page that verifies proofs at "/verify/" with its SHA-256 at
// "/verify/sha256.txt", the field app at "/field/" and at every path below it that is no file. Any other path answers 404. Where the pages were not built, "/" answers 200 with a page that says how to build them: the API and the item
// pages work without.
func Handler() http.Handler { return handler(Assets()) }

func handler(assets fs.FS) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "only GET is answered here", http.StatusMethodNotAllowed)
			return
		}
		name, body, err := find(assets, strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/"))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		if name == fieldPage && r.URL.Path == "/field" {
			// The app's manifest and worker begin at /field/, and its page's own links, too.
			http.Redirect(w, r, "/field/", http.StatusPermanentRedirect)
			return
		}
		h := w.Header()
		h.Set("Content-Type", contentType(name))
		h.Set("Cache-Control", CacheControl(name))
		h.Set("Content-Security-Policy", policyOf(name, body))
		h.Set("X-Content-Type-Options", "nosniff")
		if r.Header.Get("Service-Worker") == "script" {
			// Wherever the build puts the worker, it may serve the field app and the enrolment.
			h.Set("Service-Worker-Allowed", "/")
			h.Set("Cache-Control", cacheAsk)
		}
		if r.Method == http.MethodGet {
			_, _ = w.Write(body) // the reader has gone: nobody is left to tell
		}
	})
}

const (
	startPage  = "index.html"
	enrolPage  = "enrol/index.html"
	fieldPage  = "field/index.html"
	deskPage   = "desk/index.html"
	verifyPage = "verify/index.html"
)

// find gives the file that a path leads to, under the name that it has in the build.
func find(assets fs.FS, name string) (string, []byte, error) {
	switch name {
	case "":
		name = startPage
	case "enrol":
		name = enrolPage
	case "field":
		name = fieldPage
	case "desk":
		name = deskPage
	case "verify":
		name = verifyPage
	}
	body, err := read(assets, name)
	if err != nil && strings.HasPrefix(name, "field/") && path.Ext(name) == "" {
		// A page of the app that was opened by its address. What has an extension is a file, and is missing.
		name = fieldPage
		body, err = read(assets, name)
	}
	return name, body, err
}

// read gives a file of the build. Names that begin with a dot are no part of it, nor what lies in folders so named.
func read(assets fs.FS, name string) ([]byte, error) {
	if strings.HasPrefix(name, ".") || strings.Contains(name, "/.") {
		return nil, fs.ErrNotExist
	}
	body, err := fs.ReadFile(assets, name)
	if name == startPage && errors.Is(err, fs.ErrNotExist) {
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
	case ".wasm":
		return "application/wasm"
	case ".json":
		return "application/json"
	case ".png":
		return "image/png"
	case ".webmanifest":
		return "application/manifest+json"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}
