package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/evidence"
	"github.com/rootline/rootline/gateway/problem"
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
	for end := time.Now().Add(time.Minute); arrived() != 100_000; time.Sleep(10 * time.Millisecond) {
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
	if took := time.Since(start); took > time.Minute {
		t.Errorf("it waited %s for a dead line", took)
	}
}

// endless never gives a byte.
type endless struct{}

func (endless) Read([]byte) (int, error) { select {} }

// withFiles puts another store of files behind the API.
func (w *works) withFiles(dir string, q evidence.Quotas) *evidence.Store {
	w.t.Helper()
	s, err := evidence.Open(w.t.Context(), dir, q)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = s.Close() })
	w.server.Evidence = s
	return s
}

// A quota that is full is a "not now" in both languages, with the place where a part is to be gone on with.
func TestEvidenceQuotaIsFull(t *testing.T) {
	w := newWorks(t)
	token := w.signIn(w.planter)
	q := evidence.DefaultQuotas
	q.Device, q.Reserve = evidence.Amount{Bytes: 2 << 20, Files: 2}, 1
	w.withFiles(t.TempDir(), q)
	at := func(b string) string { return "/api/v1/evidence/" + rootline.HashOf([]byte(b)).String() }
	for _, b := range []string{"one", "two"} {
		if r := w.ask(http.MethodPut, at(b), token, []byte(b)); r.status != http.StatusCreated {
			t.Fatalf("%d %s", r.status, r.body)
		}
	}
	for name, r := range map[string]*result{
		"whole":    w.ask(http.MethodPut, at("three"), token, []byte("three")),
		"in parts": w.patch(at("three"), token, 0, 5, "thr"),
	} {
		var p problem.Problem
		if err := json.Unmarshal(r.body, &p); err != nil {
			t.Fatal(err)
		}
		if r.status != http.StatusInsufficientStorage || p.Code != rootline.CodeEvidenceQuota || r.header.Get("Retry-After") == "" ||
			!strings.Contains(p.Says.En, "of this device: there are 2 ") || !strings.Contains(p.Says.Zh, "本设备") {
			t.Errorf("%s: %d %v %s", name, r.status, r.header, r.body)
		}
		if got := r.header.Get(offsetHeader); name == "in parts" && got != "0" {
			t.Errorf("go on at %q", got)
		}
	}
	if r := w.ask(http.MethodPut, at("three"), w.signIn(w.nursery), []byte("three")); r.status != http.StatusCreated {
		t.Errorf("another device: %d %s", r.status, r.body)
	}
}

// small mounts a disk of some MiB, where this system lets us.
func small(t *testing.T, mib int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dm", mib)); err != nil {
		t.Skip("this test needs leave to mount a small disk (root): ", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// A disk without room for evidence: 507 with what to do, not ready, no half a file, and the parts that have come are gone
// on with when there is room. Both where the reserve ends it, and where somebody else has filled the disk to its end.
func TestEvidenceOnAFullDisk(t *testing.T) {
	for name, reserve := range map[string]int64{"the reserve is reached": 3 << 20, "the disk is full": 1} {
		t.Run(name, func(t *testing.T) {
			disk := small(t, 8)
			w := newWorks(t)
			token := w.signIn(w.planter)
			q := evidence.DefaultQuotas
			q.Reserve = reserve
			files := w.withFiles(filepath.Join(disk, "evidence"), q)
			photo := strings.Repeat("photo", 100_000)
			path := "/api/v1/evidence/" + rootline.HashOf([]byte(photo)).String()
			if r := w.patch(path, token, 0, len(photo), photo[:200_000]); r.status != http.StatusNoContent {
				t.Fatalf("%d %s", r.status, r.body)
			}
			ballast := filepath.Join(disk, "ballast")
			fill(t, ballast)
			left := 0
			for _, r := range []*result{
				w.patch(path, token, 200_000, len(photo), photo[200_000:]),
				w.ask(http.MethodPut, path, token, []byte(photo)),
			} {
				if r.status != http.StatusInsufficientStorage || r.code() != rootline.CodeStorageFull || r.header.Get("Retry-After") == "" {
					t.Errorf("%d %v %s", r.status, r.header, r.body)
				}
				if at := r.header.Get(offsetHeader); at != "" {
					_, _ = fmt.Sscan(at, &left)
				}
			}
			if left < 200_000 {
				t.Errorf("of what had come %d bytes are left", left)
			}
			if !files.Full() {
				t.Error("it is not full")
			}
			if r := w.get("/readyz", token); r.status != http.StatusServiceUnavailable || !strings.Contains(string(r.body), "no room for evidence") {
				t.Errorf("%d %s", r.status, r.body)
			}
			if half, _ := os.ReadDir(filepath.Join(disk, "evidence", "partial")); len(half) != 0 {
				t.Errorf("half a file is left: %v", half)
			}
			if err := os.Remove(ballast); err != nil {
				t.Fatal(err)
			}
			if r := w.get("/readyz", token); strings.Contains(string(r.body), "no room for evidence") {
				t.Errorf("%d %s", r.status, r.body)
			}
			if r := w.patch(path, token, left, len(photo), photo[left:]); r.status != http.StatusCreated {
				t.Errorf("%d %s", r.status, r.body)
			}
			if r := w.get(path, token); string(r.body) != photo {
				t.Errorf("%d bytes", len(r.body))
			}
		})
	}
}

// fill writes a file until the disk takes no more.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 64<<10); ; {
		if _, err := f.Write(block); errors.Is(err, syscall.ENOSPC) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// What was changed on the disk is counted for those who may see counts.
func TestDamagedEvidenceIsCounted(t *testing.T) {
	w := newWorks(t)
	token := w.signIn(w.planter)
	dir := t.TempDir()
	files := w.withFiles(dir, evidence.DefaultQuotas)
	h := rootline.HashOf([]byte("photo"))
	if r := w.ask(http.MethodPut, "/api/v1/evidence/"+h.String(), token, []byte("photo")); r.status != http.StatusCreated {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if err := os.WriteFile(filepath.Join(dir, h.String()[:2], h.String()), []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := files.Open(context.Background(), h); !errors.Is(err, evidence.ErrDamaged) {
		t.Fatal(err)
	}
	var ready Readiness
	if err := json.Unmarshal(w.get("/readyz", token).body, &ready); err != nil {
		t.Fatal(err)
	}
	if ready.Evidence == nil || *ready.Evidence != (EvidenceCounts{Files: 1, Bytes: 5, Damaged: 1}) {
		t.Errorf("%+v", ready.Evidence)
	}
	if r := w.get("/readyz", "", "X-Forwarded-For", "192.0.2.1"); strings.Contains(string(r.body), "damaged") {
		t.Errorf("a stranger reads %s", r.body)
	}
}
