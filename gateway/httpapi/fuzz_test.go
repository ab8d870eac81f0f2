package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/judge/judgetest"
)

// envFuzz is how many requests each route gets from each role, where that is to be more than a few.
const envFuzz = "ROOTLINE_FUZZ"

// fuzzTime is far more than any request takes: one that does not end is a fault.
const fuzzTime = 30 * time.Second

// hostile are values for whatever a request may say.
var hostile = []string{
	"", "0", "-1", "1", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "18446744073709551616", "1e309", "NaN",
	"0x10", "1.5", strings.Repeat("9", 400), "null", "true", "\x00", "a\x00b", "\xff\xfe", "\xed\xa0\x80", "\u202e", "..", "../../etc/passwd", "/",
	"//", "%2f", "%00", "'", "' OR 1=1--", `"`, "<script>", "{}", "[]", "*", "(", "[a-", "\\", " ", "\t", "\r\nX: y", strings.Repeat("a", 8000),
	strings.Repeat("油", 2000), "2026-13-45T99:99:99Z", "2026-03-01T00:00:00Z", "-292277022657-01-27T08:29:52Z", "AAAA", "eyJ9", "a.b.c", "zh", "csv", "xlsx",
	"NOSUCH", "works@1", "works@99999999999999999999", "@", "1,2,3,4", "181,91,-181,-91", "NaN,NaN,NaN,NaN", "bytes=0-", "bytes=-1", "W/\"x\"",
}

// fuzzer makes the requests, the same ones for the same seed.
type fuzzer struct {
	*rand.Rand
	w *works
}

func (f *fuzzer) one(of []string) string { return of[f.IntN(len(of))] }

// value is a hostile one, or one that leads to something.
func (f *fuzzer) value() string {
	if f.IntN(3) == 0 {
		return f.w.fill(f.one([]string{"TREE", "EVENT", "KID", "HASH", "works@1", "0", "1"}))
	}
	return f.one(hostile)
}

func (f *fuzzer) path(op *huma.Operation) string {
	path := op.Path
	for _, p := range op.Parameters {
		if p.In == "path" {
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(f.value()))
		}
	}
	query := url.Values{}
	for _, p := range op.Parameters {
		for p.In == "query" && f.IntN(3) == 0 { // some twice
			query.Add(p.Name, f.value())
		}
	}
	if f.IntN(8) == 0 {
		query.Add(f.value(), f.value())
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// body is one that is nearly right, or not at all.
func (f *fuzzer) body(op *huma.Operation) []byte {
	if op.RequestBody == nil && f.IntN(4) > 0 {
		return nil
	}
	quoted, _ := json.Marshal(f.value())
	member := f.one([]string{"events", "jws", "ids", "codes", "labels", "template", "text", "force"})
	switch f.IntN(9) {
	case 0:
		return nil
	case 1:
		return []byte(f.value())
	case 2:
		return []byte(strings.Repeat(f.one([]string{"[", `{"events":[`, `{"a":`}), 1+f.IntN(20_000)))
	case 3:
		return fmt.Appendf(nil, `{%q:%s}`, member, quoted)
	case 4:
		return fmt.Appendf(nil, `{%q:[%s,%s]}`, member, quoted, f.one([]string{"null", "1e400", "-1", "{}", "[]", "18446744073709551616"}))
	case 5:
		return fmt.Appendf(nil, `{"events":[{"jws":%s,"inclusion":{"list":%s,"index":%s,"path":[%s]}}]}`, quoted, quoted, f.one([]string{"0", "-1", "1.5", "18446744073709551616"}), quoted)
	case 6:
		return fmt.Appendf(nil, `{"template":%s,"labels":[{"code":%s,"text":[%s]}],"text":[%s],"copies":%s}`, quoted, quoted, quoted, quoted, f.one([]string{"1", "-1", "99999999999999999999"}))
	case 7:
		jws := f.w.signInJWS(f.w.nursery, rootline.TypEvent, nil) // signed, and no event
		return fmt.Appendf(nil, `{"events":[{"jws":%q}]}`, jws[:len(jws)-f.IntN(3)])
	}
	return bytes.Repeat([]byte{byte(f.IntN(256))}, f.IntN(100_000))
}

func (f *fuzzer) request(ctx context.Context, op *huma.Operation, token string) (*http.Request, error) {
	at, err := url.ParseRequestURI(f.path(op))
	if err != nil {
		return nil, err
	}
	method := op.Method
	if f.IntN(20) == 0 {
		method = f.one([]string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW"})
	}
	body := f.body(op)
	var from io.Reader = bytes.NewReader(body)
	r := (&http.Request{
		Method: method, URL: at, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Host: "works.example", Header: http.Header{},
		RequestURI: at.RequestURI(), RemoteAddr: "192.0.2.1:1234", ContentLength: int64(len(body)),
	}).WithContext(ctx)
	switch f.IntN(10) {
	case 0: // the line is cut
		from = io.MultiReader(from, errorReader{})
		r.ContentLength += 1000
	case 1:
		r.ContentLength = -1
	}
	r.Body = io.NopCloser(from)
	r.Header.Set("Content-Type", f.one([]string{"application/json", "application/json", "application/json", "text/xml", "application/octet-stream", "", "a;b;c", "application/cbor", "multipart/form-data; boundary=x"}))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	} else if f.IntN(8) == 0 {
		r.Header.Set("Authorization", f.value())
	}
	for _, name := range []string{"Range", "If-Range", "If-None-Match", "If-Modified-Since", "Accept", "Accept-Language", "Accept-Encoding", "Last-Event-ID", "Upload-Offset", "Upload-Length", "X-Forwarded-For", "Cookie", "Origin", "Sec-Fetch-Site"} {
		if f.IntN(12) == 0 {
			r.Header.Add(name, f.value())
		}
	}
	return r, nil
}

// errorReader is a line that is cut.
type errorReader struct{}

func (errorReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// Whatever anybody sends to any route, by any method, signed in or not: no fault of ours, no panic, and a "no" is always a
// problem with a stable code and words. ROOTLINE_FUZZ=1000 makes it a long run.
func TestHostileRequestsToEveryRoute(t *testing.T) {
	rounds := 6
	if n, err := strconv.Atoi(os.Getenv(envFuzz)); err == nil {
		rounds = n
	}
	w := newWorks(t)
	tokens := map[string]string{"guest": "", "planter": w.signIn(w.planter), "admin": w.signIn(w.Admins[judgetest.Owner])}
	before, n := w.height(), 0
	operations := w.operations()
	maps.Copy(operations, w.publicPages())
	for _, id := range slices.Sorted(maps.Keys(operations)) {
		op := operations[id]
		for i, who := range slices.Sorted(maps.Keys(tokens)) {
			if id == "sign-out" && who != "guest" {
				continue // the others would be guests from then on
			}
			f := &fuzzer{rand.New(rand.NewPCG(uint64(len(id)), uint64(i))), w} // the same every time
			for range rounds {
				f.send(t, id, who, op, tokens[who])
				n++
			}
		}
	}
	t.Logf("%d requests to %d routes", n, len(operations))
	if w.height() != before {
		t.Error("something was recorded")
	}
}

// publicPages are the routes that are no API, for people and for those who watch the gateway.
func (w *works) publicPages() map[string]*huma.Operation {
	all := map[string]*huma.Operation{}
	for route := range w.server.declared {
		method, path, _ := strings.Cut(route, " ")
		if strings.HasPrefix(path, "/api/") || method != http.MethodGet {
			continue
		}
		op := &huma.Operation{Method: method, Path: strings.ReplaceAll(path, ":code", "{code}")}
		if op.Path != path {
			op.Parameters = append(op.Parameters, &huma.Param{Name: "code", In: "path"})
		}
		for _, name := range []string{"lang", "page", "from", "all", "event"} {
			op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: "query"})
		}
		all[pageID+path] = op
	}
	for _, path := range []string{"/", "/desk/{code}", "/field/{code}", "/verify/{code}", "/{code}", "/api/{code}"} {
		all[pageID+path] = &huma.Operation{Method: http.MethodGet, Path: path, Parameters: []*huma.Param{{Name: "code", In: "path"}, {Name: "lang", In: "query"}}}
	}
	return all
}

// pageID begins the name of a route that is no API.
const pageID = "page "

func (f *fuzzer) send(t *testing.T, id, who string, op *huma.Operation, token string) {
	t.Helper()
	limit := fuzzTime
	if id == "stream" {
		limit = 20 * time.Millisecond // it ends when who asks goes
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	r, err := f.request(ctx, op, token)
	if err != nil {
		return // no server passes it on
	}
	said := fmt.Sprintf("%s by %s: %s %.300q %v", id, who, r.Method, r.URL.String(), r.Header)
	out := httptest.NewRecorder()
	func() {
		defer func() {
			if p := recover(); p != nil && p != http.ErrAbortHandler {
				t.Errorf("%s: panic %v", said, p)
			}
		}()
		f.w.server.ServeHTTP(out, r)
	}()
	if id != "stream" && ctx.Err() != nil {
		t.Errorf("%s: it does not end", said)
	}
	fine := map[int]bool{http.StatusServiceUnavailable: true, http.StatusInsufficientStorage: true}
	if out.Code >= 500 && !fine[out.Code] {
		t.Errorf("%s: %d %.500s", said, out.Code, out.Body)
	}
	if out.Code < 400 || r.Method == http.MethodHead || id == "readyz" || out.Code == http.StatusRequestedRangeNotSatisfiable {
		return
	}
	if strings.HasPrefix(id, pageID) && strings.HasPrefix(out.Header().Get("Content-Type"), "text/") {
		if body := out.Body.String(); strings.TrimSpace(body) == "" || strings.Contains(body, "<script>") {
			t.Errorf("%s: %d %.500q", said, out.Code, body)
		}
		return
	}
	var p problem.Problem
	if err := json.Unmarshal(out.Body.Bytes(), &p); err != nil || p.Code == "" || p.Says.En == "" || p.Says.Zh == "" || p.Code == rootline.CodeInternal {
		t.Errorf("%s: %d %.500s", said, out.Code, out.Body)
	}
	if out.Body.Len() > 16<<10 && len(p.Errors) == 0 {
		t.Errorf("%s: a problem of %d bytes: %.300s", said, out.Body.Len(), out.Body)
	}
}
