package sessions

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/storage"
	"github.com/rootline/rootline/gateway/storage/storagetest"
	"github.com/rootline/rootline/limits"
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
	expires := rootline.InstantOf(time.Now().Add(3 * time.Minute))
	for _, c := range []struct {
		kid, nonce string
		want       bool
	}{{"a", "n1", true}, {"a", "n1", false}, {"b", "n1", true}, {"a", "n2", true}, {"b", "n1", false}} {
		if got, err := s.TakeNonce(ctx, c.kid, c.nonce, expires); got != c.want || err != nil {
			t.Errorf("%s %s: %v %v", c.kid, c.nonce, got, err)
		}
	}
}

// A file that is damaged or lost, also while it is in use, is made anew. It does not know which sign-ins were used before,
// and takes none that was signed then.
func TestALostFileForgetsNoUsedSignIn(t *testing.T) {
	for name, lose := range map[string]func(t *testing.T, s *Store) *Store{
		"deleted": func(t *testing.T, s *Store) *Store {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if err := os.Remove(s.path); err != nil {
				t.Fatal(err)
			}
			again, err := Open(t.Context(), s.path)
			if err != nil {
				t.Fatal(err)
			}
			return again
		},
		"damaged while in use": func(t *testing.T, s *Store) *Store {
			s.db.SetMaxIdleConns(-1) // what SQLite keeps in memory of the file goes with its connections
			if _, err := s.TakeNonce(t.Context(), "x", "x", 0); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(s.path, bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
				t.Fatal(err)
			}
			return s
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Open(t.Context(), filepath.Join(t.TempDir(), "gateway.db"))
			if err != nil {
				t.Fatal(err)
			}
			signed := time.Now()
			used := rootline.InstantOf(signed.Add(signInLife))
			s.born-- // it was made before that
			if fresh, err := s.TakeNonce(t.Context(), "a", "n", used); !fresh || err != nil {
				t.Fatal(fresh, err)
			}
			s = lose(t, s)
			defer s.Close()
			if fresh, err := s.TakeNonce(t.Context(), "a", "n", used); fresh || err != nil {
				t.Errorf("a used one is taken again: %v, %v", fresh, err)
			}
			later := rootline.InstantOf(time.Now().Add(signInLife + time.Second))
			if fresh, err := s.TakeNonce(t.Context(), "a", "m", later); !fresh || err != nil {
				t.Errorf("one that was signed since is not taken: %v, %v", fresh, err)
			}
			if token, err := s.Create(t.Context(), Session{Kid: "a", Expires: later}); err != nil || token == "" {
				t.Error(err)
			}
		})
	}
}

// On a full disk nobody signs in; who is signed in stays so, and others sign in when there is room.
func TestFullDisk(t *testing.T) {
	disk := storagetest.NewDisk(t, 1<<20)
	s, err := Open(t.Context(), filepath.Join(disk.Dir, "gateway.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	session := Session{Kid: "a", Expires: rootline.InstantOf(time.Now().Add(time.Hour))}
	token, err := s.Create(t.Context(), session)
	if err != nil || s.Full(t.Context()) {
		t.Fatal(err)
	}
	disk.Fill()
	for i := 0; err == nil && i < 1000; i++ { // the log may have some room left
		_, err = s.Create(t.Context(), session)
	}
	if !storage.Full(err) || !s.Full(t.Context()) {
		t.Fatalf("the full disk is %v, %v", err, s.Full(t.Context()))
	}
	if _, ok, err := s.Find(t.Context(), token); !ok || err != nil {
		t.Error("who is signed in is not any more:", err)
	}
	disk.Free()
	if s.Full(t.Context()) {
		t.Error("the disk is still full")
	}
	if _, err := s.Create(t.Context(), session); err != nil {
		t.Error(err)
	}
}

// TestSessionsOfADeviceAreBounded: a device that signs in again and again ends its own oldest sessions, and nobody else's.
func TestSessionsOfADeviceAreBounded(t *testing.T) {
	ctx := t.Context()
	s, err := Open(ctx, filepath.Join(t.TempDir(), "gateway.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	end := rootline.InstantOf(time.Now().Add(time.Hour))
	other, err := s.Create(ctx, Session{Kid: "other", Expires: end})
	if err != nil {
		t.Fatal(err)
	}
	var tokens []string
	for n := range limits.Sessions + 2 {
		token, err := s.Create(ctx, Session{Kid: "busy", Expires: end + rootline.Instant(n)})
		if err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, token)
	}
	if n, first, err := s.Held(ctx, "busy"); n != limits.Sessions || first != end+2 || err != nil {
		t.Errorf("%d sessions, the first ends at %v: %v", n, first, err)
	}
	for token, want := range map[string]bool{other: true, tokens[1]: false, tokens[2]: true, tokens[limits.Sessions+1]: true} {
		if _, ok, err := s.Find(ctx, token); ok != want || err != nil {
			t.Errorf("%v, %v; want %v", ok, err, want)
		}
	}
}
