package evidence

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
)

// MaxBytes is the length of one file.
const MaxBytes = limits.FileBytes

// The ways in which a file is not taken or not found. Every other error is a fault of the disk.
var (
	ErrNotStored = errors.New("evidence: no file of that hash is stored")
	ErrOther     = errors.New("evidence: the bytes have another hash")
	ErrTooLarge  = errors.New("evidence: the file is too large")
	ErrEmpty     = errors.New("evidence: the file is empty")
	// ErrDamaged: what was stored under the hash is not that file any more. It is set aside until the right one comes.
	ErrDamaged = errors.New("evidence: the stored file was changed and is set aside")
)

// Store is a folder of files named by their SHA-256. It may be used by many goroutines, and by one process at a time.
type Store struct {
	root *os.Root
	now  func() time.Time

	mu      sync.Mutex
	writers map[string]*writer // of uploads in parts, by name
}

// partial is the folder of what is being written. What a crash leaves there is removed when the store is opened.
const partial = "partial"

// damaged is the folder of files that were changed on the disk, each under the hash that it had.
const damaged = "damaged"

// Open opens the folder dir, which is made when it is missing.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	s := &Store{root: root, now: time.Now, writers: map[string]*writer{}}
	if err := errors.Join(root.RemoveAll(partial), root.Mkdir(partial, 0o700), root.MkdirAll(parts, 0o700), root.MkdirAll(damaged, 0o700), s.sweep()); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return s, nil
}

// Close gives the folder back.
func (s *Store) Close() error { return s.root.Close() }

// name spreads files over 256 folders, so that none grows long.
func name(h rootline.Hash) string {
	x := hex.EncodeToString(h[:])
	return filepath.Join(x[:2], x)
}

// Has reports whether the file of that hash is stored, whole. A fault of the disk counts as no.
func (s *Store) Has(_ context.Context, h rootline.Hash) bool {
	info, err := s.root.Stat(name(h))
	return err == nil && info.Mode().IsRegular()
}

// File is a stored file, open for reading from any place in it.
type File struct {
	*os.File
	// Size is its length in bytes.
	Size int64
}

// Open opens the file of that hash once all of it was read and has that hash still. It fails with ErrNotStored, or with
// ErrDamaged when the file was changed. The caller closes it.
func (s *Store) Open(_ context.Context, h rootline.Hash) (*File, error) {
	f, err := s.root.Open(name(h))
	if errors.Is(err, fs.ErrNotExist) {
		if s.setAside(h) {
			return nil, ErrDamaged
		}
		return nil, ErrNotStored
	}
	if err != nil {
		return nil, err
	}
	switch err := check(h, f); {
	case isOther(err):
		return nil, errors.Join(ErrDamaged, f.Close(), s.setDamagedAside(h))
	case err != nil:
		return nil, errors.Join(err, f.Close())
	}
	info, err := f.Stat()
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &File{File: f, Size: info.Size()}, nil
}

// Put stores the bytes of r under their hash h, and reports whether they were new. When it returns nil they survive a
// power cut. Errors are ErrOther, ErrTooLarge, ErrEmpty, what r returned, or a fault of the disk; nothing is kept then.
func (s *Store) Put(ctx context.Context, h rootline.Hash, r io.Reader) (fresh bool, err error) {
	whole, err := s.intact(ctx, h)
	if err != nil {
		return false, err
	}
	if whole {
		// The bytes are read all the same: who sends others under this name is told so.
		return false, check(h, r)
	}
	tmp := filepath.Join(partial, rootline.NewEventID())
	f, err := s.root.OpenFile(tmp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return false, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreMissing(s.root.Remove(tmp)))
		}
	}()
	err = check(h, io.TeeReader(r, f))
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return false, err
	}
	return true, s.place(tmp, name(h))
}

// intact reports whether the file of a hash is stored and has that hash still. One that has not is set aside, so that
// the right one takes its place.
func (s *Store) intact(ctx context.Context, h rootline.Hash) (bool, error) {
	f, err := s.Open(ctx, h)
	if errors.Is(err, ErrNotStored) || errors.Is(err, ErrDamaged) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, f.Close()
}

func isOther(err error) bool {
	return errors.Is(err, ErrOther) || errors.Is(err, ErrTooLarge) || errors.Is(err, ErrEmpty)
}

// setDamagedAside takes a file away from its name.
func (s *Store) setDamagedAside(h rootline.Hash) error {
	slog.Error("a file of evidence was changed on the disk; it is set aside in the folder damaged. Whoever has it can send it again", "sha256", h)
	return ignoreMissing(s.root.Rename(name(h), filepath.Join(damaged, h.String())))
}

// setAside reports whether a file of that hash was found changed and the right one has not come since.
func (s *Store) setAside(h rootline.Hash) bool {
	_, err := s.root.Stat(filepath.Join(damaged, h.String()))
	return err == nil
}

// Damaged is how many files are set aside.
func (s *Store) Damaged() int {
	d, err := s.root.Open(damaged)
	if err != nil {
		return 0
	}
	defer d.Close()
	names, _ := d.Readdirnames(-1)
	return len(names)
}

// place moves a finished file under its name, durably.
func (s *Store) place(from, to string) error {
	dir := filepath.Dir(to)
	made := s.root.Mkdir(dir, 0o700)
	if made != nil && !errors.Is(made, fs.ErrExist) {
		return made
	}
	if err := s.root.Rename(from, to); err != nil {
		return err
	}
	if made == nil {
		if err := s.sync("."); err != nil {
			return err
		}
	}
	// The right one is here: what was set aside is of no more use.
	return errors.Join(s.sync(dir), ignoreMissing(s.root.Remove(filepath.Join(damaged, filepath.Base(to)))))
}

func (s *Store) sync(dir string) error {
	d, err := s.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// check reads r to its end and compares its hash.
func check(h rootline.Hash, r io.Reader) error {
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(r, MaxBytes+1))
	switch {
	case err != nil:
		return err
	case n > MaxBytes:
		return ErrTooLarge
	case n == 0:
		return ErrEmpty
	}
	if got := rootline.Hash(sum.Sum(nil)); got != h {
		return fmt.Errorf("%w: %s", ErrOther, got)
	}
	return nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
