package httpapi

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rootline/rootline"
)

func (w *works) patch(path, token string, offset, length int, body string) *result {
	return w.ask(http.MethodPatch, path, token, []byte(body), "Upload-Offset", fmt.Sprint(offset), "Upload-Length", fmt.Sprint(length), "Content-Type", "application/octet-stream")
}

func TestEvidenceInParts(t *testing.T) {
	w := newWorks(t)
	token, other := w.signIn(w.planter), w.signIn(w.nursery)
	file := "\xff\xd8\xff\xe0" + strings.Repeat("photo", 20_000)
	path := "/api/v1/evidence/" + rootline.HashOf([]byte(file)).String()
	n := len(file)
	for _, c := range []struct {
		name, token          string
		offset, length       int
		body, want, location string
	}{
		{"nothing yet", token, -1, 0, "", "404 ", "0"},
		{"not from the start", token, 7, n, file[7:], "409 evidence-offset", "0"},
		{"the first part", token, 0, n, file[:5000], "204 ", "5000"},
		{"asked", token, -1, 0, "", "404 ", "5000"},
		{"asked by another device", other, -1, 0, "", "404 ", "0"},
		{"the first part again", token, 0, n, file[:5000], "409 evidence-offset", "5000"},
		{"by a guest", "", 5000, n, file[5000:], "401 sign-in-needed", ""},
		{"a gap", token, 6000, n, file[6000:], "409 evidence-offset", "5000"},
		{"the rest", token, 5000, n, file[5000:], "201 ", fmt.Sprint(n)},
		{"stored", token, -1, 0, "", "200 ", ""},
		{"the rest again", token, 5000, n, file[5000:], "201 ", fmt.Sprint(n)},
	} {
		var r *result
		if c.offset < 0 {
			r = w.ask(http.MethodHead, path, c.token, nil)
		} else {
			r = w.patch(path, c.token, c.offset, c.length, c.body)
		}
		if got := fmt.Sprint(r.status, " ", r.code()); got != c.want || r.header.Get(offsetHeader) != c.location {
			t.Errorf("%s: %s at %q, want %s at %q: %.200s", c.name, got, r.header.Get(offsetHeader), c.want, c.location, r.body)
		}
	}
	if r := w.get(path, token); string(r.body) != file {
		t.Errorf("%d bytes were stored, of %d", len(r.body), n)
	}
	bad := "/api/v1/evidence/" + rootline.HashOf([]byte("x")).String()
	for want, r := range map[string]*result{
		"422 evidence-hash": w.patch(bad, token, 0, 1, "y"),
		"413 too-large":     w.patch(bad, token, 0, 26<<20, "y"),
		"400 bad-request":   w.patch(bad, token, 0, 1, "xy"),
	} {
		if got := fmt.Sprint(r.status, " ", r.code()); got != want {
			t.Errorf("%s, want %s: %s", got, want, r.body)
		}
		if head := w.ask(http.MethodHead, bad, token, nil); head.header.Get(offsetHeader) != "0" {
			t.Errorf("after %s: %s bytes are kept", want, head.header.Get(offsetHeader))
		}
	}
	if r := w.ask(http.MethodPatch, bad, token, []byte("x")); r.status != 400 || r.code() != rootline.CodeBadRequest {
		t.Errorf("without headers: %d %s", r.status, r.body)
	}
}

// A line that is cut in the middle of a part loses nothing of what has come, and holds up nobody.
func TestEvidenceCut(t *testing.T) {
	w := newWorks(t)
	token := w.signIn(w.planter)
	file := strings.Repeat("photo", 50_000)
	path := "/api/v1/evidence/" + rootline.HashOf([]byte(file)).String()
	begin := func(sent int) net.Conn {
		c, err := net.Dial("tcp", strings.TrimPrefix(w.http.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = fmt.Fprintf(c, "PATCH %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nUpload-Offset: 0\r\nUpload-Length: %d\r\nContent-Length: %d\r\n\r\n%s",
			path, token, len(file), len(file), file[:sent])
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	arrived := func() (n int) {
		_, _ = fmt.Sscan(w.ask(http.MethodHead, path, token, nil).header.Get(offsetHeader), &n)
		return n
	}
	_ = begin(100_000).Close()
	for end := time.Now().Add(10 * time.Second); arrived() != 100_000; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d bytes have arrived", arrived())
		}
	}
	// This end has not noticed that the next line is dead; the device goes on all the same.
	req, err := http.NewRequest(http.MethodPatch, w.http.URL+path, io.MultiReader(bytes.NewReader([]byte(file[100_000:150_000])), endless{}))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"Authorization": {"Bearer " + token}, "Upload-Offset": {"100000"}, "Upload-Length": {fmt.Sprint(len(file))}}
	go func() {
		if res, err := http.DefaultClient.Do(req); err == nil {
			_ = res.Body.Close()
		}
	}()
	for arrived() != 150_000 {
		time.Sleep(10 * time.Millisecond)
	}
	start := time.Now()
	if r := w.patch(path, token, 150_000, len(file), file[150_000:]); r.status != http.StatusCreated {
		t.Errorf("%d %s", r.status, r.body)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it waited %s for a dead line", took)
	}
}

// endless never gives a byte.
type endless struct{}

func (endless) Read([]byte) (int, error) { select {} }
