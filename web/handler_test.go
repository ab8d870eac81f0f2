package web

import (
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"
	"testing/fstest"
)

var page = fstest.MapFS{
	".gitkeep":             {},
	"index.html":           {Data: []byte("<!doctype html>start")},
	"favicon.svg":          {Data: []byte("<svg/>")},
	"assets/index-Ab1.js":  {Data: []byte("start()")},
	"assets/read-Cd2.wasm": {Data: []byte("\x00asm")},
	"enrol/index.html":     {Data: []byte("<!doctype html>enrol")},
	"field/index.html":     {Data: []byte("<!doctype html>field")},
	"desk/index.html":      {Data: []byte("<!doctype html>desk")},
	"verify/index.html":    {Data: []byte(`<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'none'">verify`)},
	"verify/sha256.txt":    {Data: []byte("00  rootline-verify.html")},
	"field.webmanifest":    {Data: []byte(`{"name":"field"}`)},
	"icons/field-192.png":  {Data: []byte("png")},
	"worker.js":            {Data: []byte("worker()")},
	".vite/manifest.json":  {Data: []byte("{}")},
}

func TestHandler(t *testing.T) {
	unbuiltPage := fstest.MapFS{".gitkeep": {}}
	for name, tc := range map[string]struct {
		assets             fstest.MapFS
		method, path       string
		status             int
		body, kind, caches string
	}{
		"start page":       {page, "GET", "/", 200, "start", "text/html; charset=utf-8", cacheAsk},
		"head":             {page, "HEAD", "/", 200, "", "text/html; charset=utf-8", cacheAsk},
		"hashed":           {page, "GET", "/assets/index-Ab1.js", 200, "start()", "text/javascript; charset=utf-8", cacheForever},
		"icon":             {page, "GET", "/favicon.svg", 200, "<svg/>", "image/svg+xml", cacheAsk},
		"nothing there":    {page, "GET", "/assets/index-old.js", 404, "not found", "text/plain; charset=utf-8", ""},
		"folder":           {page, "GET", "/assets/", 404, "not found", "text/plain; charset=utf-8", ""},
		"placeholder":      {page, "GET", "/.gitkeep", 404, "not found", "text/plain; charset=utf-8", ""},
		"climbing out":     {page, "GET", "/../handler.go", 404, "not found", "text/plain; charset=utf-8", ""},
		"other method":     {page, "POST", "/", 405, "only GET", "text/plain; charset=utf-8", ""},
		"enrolment":        {page, "GET", "/enrol", 200, "enrol", "text/html; charset=utf-8", cacheAsk},
		"enrolment folder": {page, "GET", "/enrol/", 200, "enrol", "text/html; charset=utf-8", cacheAsk},
		"below enrolment":  {page, "GET", "/enrol/x", 404, "not found", "text/plain; charset=utf-8", ""},
		"field app":        {page, "GET", "/field/", 200, "field", "text/html; charset=utf-8", cacheAsk},
		"below the app":    {page, "GET", "/field/item/952", 200, "field", "text/html; charset=utf-8", cacheAsk},
		"the app's file":   {page, "GET", "/field/none.js", 404, "not found", "text/plain; charset=utf-8", ""},
		"beside the app":   {page, "GET", "/fields", 404, "not found", "text/plain; charset=utf-8", ""},
		"field, no slash":  {page, "GET", "/field", 308, "", "text/html; charset=utf-8", ""},
		"desk":             {page, "GET", "/desk/", 200, "desk", "text/html; charset=utf-8", cacheAsk},
		"desk, no slash":   {page, "GET", "/desk", 200, "desk", "text/html; charset=utf-8", cacheAsk},
		"below the desk":   {page, "GET", "/desk/items", 404, "not found", "text/plain; charset=utf-8", ""},
		"verifier":         {page, "GET", "/verify/", 200, "verify", "text/html; charset=utf-8", cacheAsk},
		"its hash":         {page, "GET", "/verify/sha256.txt", 200, "00  ", "text/plain; charset=utf-8", cacheAsk},
		"unbuilt verifier": {unbuiltPage, "GET", "/verify/", 404, "not found", "text/plain; charset=utf-8", ""},
		"manifest":         {page, "GET", "/field.webmanifest", 200, "field", "application/manifest+json", cacheAsk},
		"wasm":             {page, "GET", "/assets/read-Cd2.wasm", 200, "asm", "application/wasm", cacheForever},
		"worker":           {page, "GET", "/worker.js", 200, "worker", "text/javascript; charset=utf-8", cacheAsk},
		"picture":          {page, "GET", "/icons/field-192.png", 200, "png", "image/png", cacheAsk},
		"hidden folder":    {page, "GET", "/.vite/manifest.json", 404, "not found", "text/plain; charset=utf-8", ""},
		"unbuilt enrol":    {unbuiltPage, "GET", "/enrol", 404, "not found", "text/plain; charset=utf-8", ""},
		"unbuilt app":      {unbuiltPage, "GET", "/field/", 404, "not found", "text/plain; charset=utf-8", ""},
		"without a build":  {unbuiltPage, "GET", "/", 200, "make web", "text/html; charset=utf-8", cacheAsk},
		"unbuilt, a file":  {unbuiltPage, "GET", "/assets/x.js", 404, "not found", "text/plain; charset=utf-8", ""},
		"unbuilt, by name": {unbuiltPage, "GET", "/index.html", 200, "make web", "text/html; charset=utf-8", cacheAsk},
	} {
		t.Run(name, func(t *testing.T) {
			w := httptest.NewRecorder()
			r := httptest.NewRequest(tc.method, "/", nil)
			r.URL.Path = tc.path
			handler(tc.assets).ServeHTTP(w, r)
			res := w.Result()
			body, _ := io.ReadAll(res.Body)
			if res.StatusCode != tc.status || !strings.Contains(string(body), tc.body) || tc.body == "" && tc.status == 200 && len(body) > 0 {
				t.Fatalf("%d %q, want %d with %q", res.StatusCode, body, tc.status, tc.body)
			}
			if got := res.Header.Get("Content-Type"); got != tc.kind {
				t.Errorf("Content-Type %q, want %q", got, tc.kind)
			}
			if got := res.Header.Get("Cache-Control"); got != tc.caches {
				t.Errorf("Cache-Control %q, want %q", got, tc.caches)
			}
			want := ContentSecurityPolicy
			if name == "verifier" {
				want = "default-src 'none'; frame-ancestors 'none'"
			}
			if got := res.Header.Get("Content-Security-Policy"); res.StatusCode == http.StatusOK && got != want {
				t.Errorf("Content-Security-Policy %q", got)
			}
		})
	}
}

// A worker may serve the whole site, and is asked for again each time, even from where files are kept for good.
func TestWorker(t *testing.T) {
	for _, p := range []string{"/worker.js", "/assets/index-Ab1.js"} {
		r := httptest.NewRequest("GET", p, nil)
		r.Header.Set("Service-Worker", "script")
		w := httptest.NewRecorder()
		handler(page).ServeHTTP(w, r)
		if h := w.Header(); h.Get("Service-Worker-Allowed") != "/" || h.Get("Cache-Control") != cacheAsk {
			t.Errorf("%s: %v", p, h)
		}
	}
	w := httptest.NewRecorder()
	handler(page).ServeHTTP(w, httptest.NewRequest("GET", "/worker.js", nil))
	if w.Header().Get("Service-Worker-Allowed") != "" {
		t.Error("a script that is no worker is given leave")
	}
}

func TestBuilt(t *testing.T) {
	if !built(page) || built(fstest.MapFS{".gitkeep": {}}) {
		t.Error("a page is built exactly when it has an index.html")
	}
}

// The policy allows nothing inline and nothing from elsewhere: a build that has either would be blank in a browser.
func TestBuildKeepsThePolicy(t *testing.T) {
	if !Built() {
		t.Skip("the start page is not built")
	}
	err := fs.WalkDir(Assets(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".html" || name == verifyPage {
			return err
		}
		html, err := read(Assets(), name)
		keepsPolicy(t, name, string(html))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func keepsPolicy(t *testing.T, name, html string) {
	t.Helper()
	for _, tag := range strings.Split(html, "<")[1:] {
		tag, _, _ = strings.Cut(tag, ">")
		inline := strings.HasPrefix(tag, "script") && !strings.Contains(tag, "src=")
		if inline || strings.HasPrefix(tag, "style") || strings.Contains(tag, " style=") || strings.Contains(tag, " on") {
			t.Errorf("%s: inline code or style: <%s>", name, tag)
		}
		if strings.Contains(tag, "://") || strings.Contains(tag, `="//`) || strings.Contains(tag, `="data:`) {
			t.Errorf("%s: another origin: <%s>", name, tag)
		}
	}
}
