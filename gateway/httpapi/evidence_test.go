package httpapi

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/evidence"
)

func TestEvidence(t *testing.T) {
	w := newWorks(t)
	token := w.signIn(w.planter)
	const dir = "/api/v1/evidence/"
	jpeg := "\xff\xd8\xff\xe0 a photo"
	page := "<!doctype html><script>alert(1)</script>"
	at := func(b string) string { return dir + rootline.HashOf([]byte(b)).String() }
	big := strings.Repeat("x", evidence.MaxBytes+1)
	for _, c := range []struct {
		name, path, body string
		status           int
		code             rootline.Code
	}{
		{"stored", at(jpeg), jpeg, 201, ""},
		{"again", at(jpeg), jpeg, 200, ""},
		{"a page", at(page), page, 201, ""},
		{"as large as may be", at(big[1:]), big[1:], 201, ""},
		{"other bytes", at("x"), "y", 400, rootline.CodeBadRequest},
		{"other bytes under a known hash", at(jpeg), "y", 400, rootline.CodeBadRequest},
		{"empty", at(""), "", 400, rootline.CodeBadRequest},
		{"too large", at(big), big, 413, rootline.CodeTooLarge},
		{"no hash", dir + "photo.jpg", jpeg, 400, rootline.CodeBadRequest},
		{"upper case", dir + strings.ToUpper(rootline.HashOf([]byte(jpeg)).String()), jpeg, 400, rootline.CodeBadRequest},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := w.ask(http.MethodPut, c.path, token, []byte(c.body))
			if r.status != c.status || r.code() != c.code {
				t.Errorf("%d %s, want %d %s: %s", r.status, r.code(), c.status, c.code, r.body)
			}
		})
	}
	r := w.get(at(jpeg), token)
	if string(r.body) != jpeg || r.header.Get("Content-Type") != "image/jpeg" || !strings.HasPrefix(r.header.Get("Content-Disposition"), "inline") {
		t.Errorf("%d %v %q", r.status, r.header, r.body)
	}
	if r := w.get(at(jpeg), token, "Range", "bytes=0-2"); r.status != http.StatusPartialContent || string(r.body) != jpeg[:3] {
		t.Errorf("%d %q", r.status, r.body)
	}
	// What someone uploaded never runs as this site.
	r = w.get(at(page), token)
	if string(r.body) != page || r.header.Get("Content-Type") != "text/plain" || !strings.HasPrefix(r.header.Get("Content-Disposition"), "attachment") ||
		r.header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(r.header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%v", r.header)
	}
	pdf := "%PDF-1.7\n1 0 obj"
	if r := w.ask(http.MethodPut, at(pdf), token, []byte(pdf)); r.status != http.StatusCreated {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if r := w.get(at(pdf), token); r.header.Get("Content-Disposition") != "attachment" || r.header.Get("Content-Type") != "application/pdf" {
		t.Errorf("a report: %v", r.header)
	}
	if r := w.ask(http.MethodHead, at(jpeg), token, nil); r.status != http.StatusOK || r.header.Get("Content-Length") != "12" {
		t.Errorf("%d %v", r.status, r.header)
	}
	if r := w.ask(http.MethodHead, at("unknown"), token, nil); r.status != http.StatusNotFound {
		t.Error(r.status)
	}
}
