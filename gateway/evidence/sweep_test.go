package evidence

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/rootline/rootline"
)

// nobody names no file.
func nobody(_ context.Context, files []rootline.Hash) ([]Naming, error) {
	return make([]Naming, len(files)), nil
}

// at sets the store's clock to some time from now on.
func (s *Store) at(d time.Duration) { s.now = func() time.Time { return time.Now().Add(d) } }

func TestSweep(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	s := openWith(t, dir, testQuotas)
	file := map[string]rootline.Hash{}
	for _, name := range []string{"nobody", "waiting", "recorded", "asked", "brought", "damaged", "by hand"} {
		h, err := put(t, s, someone, []byte(name))
		if err != nil {
			t.Fatal(err)
		}
		file[name] = h
	}
	if err := s.index.drop(ctx, file["by hand"]); err != nil { // as if somebody had copied it into the folder
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name(file["damaged"])), []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Open(ctx, file["damaged"]); !errors.Is(err, ErrDamaged) {
		t.Fatal(err)
	}
	names := func(_ context.Context, files []rootline.Hash) ([]Naming, error) {
		out := make([]Naming, len(files))
		for i, h := range files {
			switch h {
			case file["waiting"]:
				out[i] = Waiting
			case file["recorded"]:
				out[i] = Recorded
			}
		}
		return out, nil
	}
	s.at(UnnamedLife - time.Minute)
	if n, err := s.Sweep(ctx, names); n != 0 || err != nil {
		t.Fatal(n, err)
	}
	for _, name := range []string{"asked", "by hand"} {
		if here, err := s.Claim(ctx, file[name]); !here || err != nil {
			t.Fatal(here, err)
		}
	}
	if _, err := put(t, s, Owner{"another", "one"}, []byte("brought")); err != nil {
		t.Fatal(err)
	}
	s.at(UnnamedLife + time.Minute)
	if n, err := s.Sweep(ctx, func(context.Context, []rootline.Hash) ([]Naming, error) { return nil, context.Canceled }); n != 0 || err == nil {
		t.Fatal("it dropped without being told: ", n, err)
	}
	if n, err := s.Sweep(ctx, names); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	for name, h := range file {
		if want := name != "nobody" && name != "damaged"; s.Has(ctx, h) != want {
			t.Errorf("%s is here: %v", name, !want)
		}
	}
	if s.Standing().Damaged != 0 {
		t.Error("what was damaged is still set aside")
	}
	// Two days later nobody asks about what is recorded; the rest goes, over a restart.
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openWith(t, dir, testQuotas)
	s.at(3 * UnnamedLife)
	if n, err := s.Sweep(ctx, nobody); n != 4 || err != nil || !s.Has(ctx, file["recorded"]) {
		t.Error(n, err)
	}
	if got := s.Standing().Amount; got != (Amount{int64(len("recorded")), 1}) {
		t.Error(got)
	}
}

// An event that is taken while the sweep asks keeps its file, and so does one that is taken at any other moment: what was
// claimed is there.
func TestSweepAndClaims(t *testing.T) {
	ctx := t.Context()
	s := openWith(t, t.TempDir(), testQuotas)
	h, err := put(t, s, someone, []byte("a photo"))
	if err != nil {
		t.Fatal(err)
	}
	s.at(2 * UnnamedLife)
	claiming := func(ctx context.Context, files []rootline.Hash) ([]Naming, error) {
		if here, err := s.Claim(ctx, h); !here || err != nil {
			t.Error(here, err)
		}
		return nobody(ctx, files)
	}
	if n, err := s.Sweep(ctx, claiming); n != 0 || err != nil || !s.Has(ctx, h) {
		t.Fatal(n, err)
	}
	s.at(4 * UnnamedLife)
	var hashes []rootline.Hash
	for _, b := range []byte("abcdefghijklmnopqrstuvwxyz") {
		s.at(0)
		h, err := put(t, s, someone, []byte{b})
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, h)
	}
	s.at(2 * UnnamedLife)
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := s.Sweep(ctx, nobody); err != nil {
			t.Error(err)
		}
	})
	claimed := make([]bool, len(hashes))
	wg.Go(func() {
		for i := len(hashes) - 1; i >= 0; i-- {
			claimed[i], err = s.Claim(ctx, hashes[i])
			if err != nil {
				t.Error(err)
			}
		}
	})
	wg.Wait()
	for i, h := range hashes {
		if s.Has(ctx, h) != claimed[i] {
			t.Errorf("file %d was claimed: %v, and is here: %v", i, claimed[i], !claimed[i])
		}
	}
}

// A crash between the steps of keeping or dropping a file leaves nothing that is not put right.
func TestIndexAfterACrash(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	s := openWith(t, dir, testQuotas)
	noFile := rootline.HashOf([]byte("its row was written, and not the file"))
	if err := s.index.add(ctx, entry{hash: noFile, owner: someone, bytes: 10, touched: rootline.InstantOf(time.Now())}); err != nil {
		t.Fatal(err)
	}
	if err := s.index.addPart(ctx, entry{hash: noFile, owner: someone, bytes: 20}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openWith(t, dir, testQuotas)
	if got := s.Standing().Amount; got != (Amount{10, 1}) {
		t.Errorf("a part of which nothing came counts: %v", got)
	}
	if here, err := s.Claim(ctx, noFile); here || err != nil {
		t.Error("it is claimed: ", here, err)
	}
	s.at(UnnamedLife + time.Minute)
	if n, err := s.Sweep(ctx, nobody); n != 1 || err != nil || s.Standing().Amount != (Amount{}) {
		t.Error(n, err, s.Standing())
	}
}

// A folder of an earlier version, or one that lost its index, keeps its files; they have their day.
func TestIndexIsMadeFromTheFiles(t *testing.T) {
	for name, harm := range map[string]func(path string) error{
		"missing": os.Remove,
		"damaged": func(path string) error {
			return os.WriteFile(path, []byte("no database, but longer than a header of one"), 0o600)
		},
		"emptied": func(path string) error {
			db, err := sql.Open("sqlite", path)
			if err != nil {
				return err
			}
			_, err = db.Exec(`PRAGMA user_version = 0; DELETE FROM files`)
			return errors.Join(err, db.Close())
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, dir := t.Context(), t.TempDir()
			s := openWith(t, dir, testQuotas)
			h, err := put(t, s, someone, []byte("a photo"))
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(s.Close(), harm(filepath.Join(dir, indexFile))); err != nil {
				t.Fatal(err)
			}
			s = openWith(t, dir, testQuotas)
			if got := s.Standing().Amount; got != (Amount{7, 1}) || !s.Has(ctx, h) {
				t.Error(got)
			}
			if n, err := s.Sweep(ctx, nobody); n != 0 || err != nil {
				t.Error(n, err)
			}
			s.at(UnnamedLife + time.Minute)
			if n, err := s.Sweep(ctx, nobody); n != 1 || err != nil {
				t.Error(n, err)
			}
		})
	}
}
