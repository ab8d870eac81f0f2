package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

var page = fstest.MapFS{
	".gitkeep":            {},
	"index.html":          {Data: []byte("<!doctype html>start")},
	"favicon.svg":         {Data: []byte("<svg/>")},
	"assets/index-Ab1.js": {Data: []byte("start()")},
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
			if res.StatusCode != tc.status || !strings.Contains(string(body), tc.body) || tc.body == "" && len(body) > 0 {
				t.Fatalf("%d %q, want %d with %q", res.StatusCode, body, tc.status, tc.body)
			}
			if got := res.Header.Get("Content-Type"); got != tc.kind {
				t.Errorf("Content-Type %q, want %q", got, tc.kind)
			}
			if got := res.Header.Get("Cache-Control"); got != tc.caches {
				t.Errorf("Cache-Control %q, want %q", got, tc.caches)
			}
			if got := res.Header.Get("Content-Security-Policy"); res.StatusCode == http.StatusOK && got != ContentSecurityPolicy {
				t.Errorf("Content-Security-Policy %q", got)
			}
		})
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
	html, err := read(Assets(), "index.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range strings.Split(string(html), "<")[1:] {
		tag, _, _ = strings.Cut(tag, ">")
		inline := strings.HasPrefix(tag, "script") && !strings.Contains(tag, "src=")
		if inline || strings.HasPrefix(tag, "style") || strings.Contains(tag, " style=") || strings.Contains(tag, " on") {
			t.Errorf("inline code or style: <%s>", tag)
		}
		if strings.Contains(tag, "://") || strings.Contains(tag, `="//`) {
			t.Errorf("another origin: <%s>", tag)
		}
	}
}
