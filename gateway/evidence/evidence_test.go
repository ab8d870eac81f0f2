package evidence

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/rootline/rootline"
)

func TestPut(t *testing.T) {
	content := []byte("a photo of a tree")
	broken := errors.New("line dropped")
	for _, c := range []struct {
		name string
		hash rootline.Hash
		body io.Reader
		want error
	}{
		{"stored", rootline.HashOf(content), bytes.NewReader(content), nil},
		{"byte by byte", rootline.HashOf(content), iotest.OneByteReader(bytes.NewReader(content)), nil},
		{"another hash", rootline.HashOf([]byte("other")), bytes.NewReader(content), ErrOther},
		{"empty", rootline.HashOf(nil), bytes.NewReader(nil), ErrEmpty},
		{"too large", rootline.HashOf(nil), io.LimitReader(zeros{}, MaxBytes+1), ErrTooLarge},
		{"broken off", rootline.HashOf(content), io.MultiReader(bytes.NewReader(content[:5]), iotest.ErrReader(broken)), broken},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir)
			fresh, err := s.Put(context.Background(), someone, c.hash, -1, c.body)
			if !errors.Is(err, c.want) {
				t.Fatalf("got %v, want %v", err, c.want)
			}
			if got := s.Has(context.Background(), c.hash); got != (c.want == nil) || fresh != got {
				t.Errorf("stored %v, fresh %v", got, fresh)
			}
			if left, _ := os.ReadDir(filepath.Join(dir, partial)); len(left) != 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestSecondPut(t *testing.T) {
	s := open(t, t.TempDir())
	content := []byte("certificate")
	h := rootline.HashOf(content)
	put := func(b string) (bool, error) {
		return s.Put(context.Background(), someone, h, -1, bytes.NewReader([]byte(b)))
	}
	if fresh, err := put("certificate"); !fresh || err != nil {
		t.Fatal(fresh, err)
	}
	if fresh, err := put("certificate"); fresh || err != nil {
		t.Errorf("again: fresh %v, %v", fresh, err)
	}
	if _, err := put("forgery"); !errors.Is(err, ErrOther) {
		t.Errorf("other bytes under a known hash: %v", err)
	}
	f, err := s.Open(context.Background(), h)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if b, _ := io.ReadAll(f); string(b) != "certificate" || f.Size != int64(len(content)) {
		t.Errorf("read %q, size %d", b, f.Size)
	}
	if _, err := s.Open(context.Background(), rootline.HashOf([]byte("unknown"))); !errors.Is(err, ErrNotStored) {
		t.Errorf("unknown: %v", err)
	}
}

func TestManyPutTheSame(t *testing.T) {
	s := open(t, t.TempDir())
	content := bytes.Repeat([]byte("x"), 100_000)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if _, err := s.Put(context.Background(), someone, rootline.HashOf(content), -1, bytes.NewReader(content)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if !s.Has(context.Background(), rootline.HashOf(content)) {
		t.Error("not stored")
	}
}

func TestOpenClearsWhatACrashLeft(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, partial), 0o700); err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(dir, partial, "half")
	if err := os.WriteFile(half, []byte("ha"), 0o600); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
	if _, err := os.Stat(half); err == nil {
		t.Error("half a file is still there")
	}
}

func open(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), dir, testQuotas)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// someone brings files in tests.
var someone = Owner{"kid", "someone"}

var testQuotas = Quotas{Device: Amount{1 << 40, 1 << 20}, Organisation: Amount{1 << 40, 1 << 20}, All: Amount{1 << 40, 1 << 20}, Reserve: 1}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// A file that somebody changed on the disk is not served under its name; a right copy mends it, whole or in parts.
func TestChangedFileIsSetAside(t *testing.T) {
	content := []byte("a photo of a tree")
	h := rootline.HashOf(content)
	ctx := context.Background()
	for way, send := range map[string]func(s *Store) error{
		"whole": func(s *Store) error {
			fresh, err := s.Put(ctx, someone, h, -1, bytes.NewReader(content))
			if err == nil && !fresh {
				return errors.New("it was taken for stored")
			}
			return err
		},
		"in parts": func(s *Store) error {
			_, whole, err := s.Append(ctx, Part{Hash: h, By: someone, Length: int64(len(content)), Body: bytes.NewReader(content)})
			if err == nil && !whole {
				return errors.New("it is not whole")
			}
			return err
		},
	} {
		for _, read := range []bool{true, false} { // a right copy mends also what nobody has read since
			dir := t.TempDir()
			s := open(t, dir)
			if _, err := s.Put(ctx, someone, h, -1, bytes.NewReader(content)); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name(h)), []byte("a photo of a weed"), 0o600); err != nil {
				t.Fatal(err)
			}
			if read {
				for range 2 {
					if _, err := s.Open(ctx, h); !errors.Is(err, ErrDamaged) {
						t.Fatalf("%s: served: %v", way, err)
					}
				}
				if s.Has(ctx, h) || s.Standing().Damaged != 1 {
					t.Errorf("%s: the wrong file counts as stored, or is not set aside: %d", way, s.Standing().Damaged)
				}
			}
			if err := send(s); err != nil {
				t.Fatal(way, err)
			}
			f, err := s.Open(ctx, h)
			if err != nil {
				t.Fatal(way, err)
			}
			got, _ := io.ReadAll(f)
			_ = f.Close()
			if !bytes.Equal(got, content) || s.Standing().Damaged != 0 {
				t.Errorf("%s: %q, %d set aside", way, got, s.Standing().Damaged)
			}
		}
	}
}

// A question whether a file is whole reads it once, until its length or time is another, or ten minutes have passed.
func TestAFileIsNotReadForEachQuestion(t *testing.T) {
	content := []byte("a photo of a tree")
	h := rootline.HashOf(content)
	ctx := t.Context()
	dir := t.TempDir()
	s := open(t, dir)
	now := time.Now()
	s.now = func() time.Time { return now }
	if _, err := s.Put(ctx, someone, h, -1, bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	asked := func() error {
		f, err := s.OpenChecked(ctx, h)
		if err == nil {
			err = f.Close()
		}
		return err
	}
	if err := asked(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, name(h))
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	change := func(at time.Time) {
		if err := errors.Join(os.WriteFile(path, []byte("a photo of a weed"), 0o600), os.Chtimes(path, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	change(info.ModTime())
	if err := asked(); runtime.GOOS == "linux" && !errors.Is(err, ErrDamaged) {
		t.Errorf("changed, with the time of writing set back: %v", err)
	}
	if _, err := s.Put(ctx, someone, h, -1, bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	// What the disk loses has no time of change: it is as if the file had been found to be whole as it is now.
	note := func(at time.Time) {
		t.Helper()
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		s.checks[h] = checkedFile{info.Size(), changed(info), at}
	}
	change(info.ModTime())
	note(now)
	if err := asked(); err != nil {
		t.Errorf("it was read again: %v", err)
	}
	now = now.Add(checksLast)
	if err := asked(); !errors.Is(err, ErrDamaged) {
		t.Errorf("after ten minutes: %v", err)
	}
	if _, err := s.Put(ctx, someone, h, -1, bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	if err := asked(); err != nil {
		t.Fatal(err)
	}
	change(info.ModTime().Add(time.Second))
	if err := asked(); !errors.Is(err, ErrDamaged) {
		t.Errorf("changed: %v", err)
	}
	if _, err := s.Open(ctx, h); !errors.Is(err, ErrDamaged) {
		t.Errorf("handed out: %v", err)
	}
}
