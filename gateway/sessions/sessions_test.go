package sessions

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rootline/rootline"
)

func TestSession(t *testing.T) {
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "gateway.db")
	s, err := Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	s.now = func() time.Time { return now }
	token, err := s.Create(ctx, Session{Kid: "kid-1", Expires: rootline.InstantOf(now.Add(time.Hour))})
	if err != nil {
		t.Fatal(err)
	}
	// It outlives the process.
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(ctx, path); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.now = func() time.Time { return now }
	if got, ok, err := s.Find(ctx, token); !ok || err != nil || got.Kid != "kid-1" {
		t.Fatal(got, ok, err)
	}
	if _, ok, _ := s.Find(ctx, token+"x"); ok {
		t.Error("another token found the session")
	}
	for _, name := range []string{path, path + "-wal"} {
		if b, _ := os.ReadFile(name); bytes.Contains(b, []byte(token)) {
			t.Errorf("%s holds the token itself", name)
		}
	}
	now = now.Add(time.Hour)
	if _, ok, _ := s.Find(ctx, token); ok {
		t.Error("the session did not end with its hour")
	}
	now = now.Add(-time.Hour)
	if err := s.End(ctx, token); err != nil {
		t.Fatal(err)
	}
	if _, ok, _ := s.Find(ctx, token); ok {
		t.Error("the session did not end")
	}
}

func TestNonceIsTakenOnce(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, filepath.Join(t.TempDir(), "gateway.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	expires := rootline.InstantOf(time.Now().Add(time.Minute))
	for _, c := range []struct {
		kid, nonce string
		want       bool
	}{{"a", "n1", true}, {"a", "n1", false}, {"b", "n1", true}, {"a", "n2", true}, {"b", "n1", false}} {
		if got, err := s.TakeNonce(ctx, c.kid, c.nonce, expires); got != c.want || err != nil {
			t.Errorf("%s %s: %v %v", c.kid, c.nonce, got, err)
		}
	}
}
