package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/evidence"
	"github.com/rootline/rootline/gateway/problem"
)

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
