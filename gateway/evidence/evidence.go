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

	"github.com/google/uuid"
	"golang.org/x/sync/semaphore"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/evidence/picture"
	"github.com/rootline/rootline/gateway/storage"
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
	root    *os.Root
	index   *index
	quotas  Quotas
	metrics *metrics
	now     func() time.Time
	// free tells how much room the disk has, in bytes.
	free func() int64

	mu      sync.Mutex
	writers map[string]*writer // of uploads in parts, by name
	usage   usage
	// coming is the length of what is being written, damaged how many files are set aside.
	coming  int64
	damaged int
	// pictures is how much is kept of smaller pictures, and picturesMost how much may be; making bounds the pixels that are decoded
	// at one time.
	pictures, picturesMost Amount
	making                 *semaphore.Weighted
	// checks are the files that were read whole a moment ago, as they were then.
	checks map[rootline.Hash]checkedFile
}

// checkedFile is how a file was when it was found to have its hash.
type checkedFile struct {
	size    int64
	changed time.Time
	at      time.Time
}

// checksLast is for how long OpenChecked believes that a file still has its hash, where neither its length nor its time of change
// is another: what the disk itself loses meanwhile is seen later, or when the file is handed out. checksKept is of how many files that is known.
const (
	checksLast = 10 * time.Minute
	checksKept = 4096
)

// partial is the folder of what is being written. What a crash leaves there is removed when the store is opened.
const partial = "partial"

// damaged is the folder of files that were changed on the disk, each under the hash that it had.
const damaged = "damaged"

// Open opens the folder dir, which is made when it is missing.
func Open(ctx context.Context, dir string, quotas Quotas) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	s := &Store{root: root, quotas: quotas, now: time.Now, free: func() int64 { return storage.Free(dir) }, writers: map[string]*writer{},
		picturesMost: Amount{limits.PicturesBytes, limits.Pictures}, making: semaphore.NewWeighted(picture.MaxPixels)}
	s.metrics = newMetrics(s)
	if err := s.open(ctx, dir); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, dir string) (err error) {
	err = errors.Join(s.root.RemoveAll(partial), s.root.Mkdir(partial, 0o700), s.root.MkdirAll(parts, 0o700), s.root.MkdirAll(damaged, 0o700))
	if err != nil {
		return err
	}
	if s.index, err = openIndex(ctx, dir); err != nil {
		return err
	}
	if err = s.adopt(ctx); err != nil {
		return err
	}
	if s.usage, err = s.index.usage(ctx, s.hasPart); err != nil {
		return err
	}
	if s.pictures, err = s.index.pictures(ctx); err != nil {
		return err
	}
	s.countDamaged()
	return s.sweepParts(ctx)
}

// Close gives the folder back.
func (s *Store) Close() error {
	if s.index == nil {
		return s.root.Close()
	}
	return errors.Join(s.index.db.Close(), s.root.Close())
}

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
func (s *Store) Open(ctx context.Context, h rootline.Hash) (*File, error) {
	return s.openFile(ctx, h, false)
}

// OpenChecked is Open for who does not hand out what the file holds: one that was read a moment ago, and is not changed since by
// its length and its time of change, is not read again. A question costs no reading of a whole file each time that it is asked.
func (s *Store) OpenChecked(ctx context.Context, h rootline.Hash) (*File, error) {
	return s.openFile(ctx, h, true)
}

func (s *Store) openFile(_ context.Context, h rootline.Hash, checked bool) (*File, error) {
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
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if checked && s.wasChecked(h, info) {
		return &File{File: f, Size: info.Size()}, nil
	}
	switch err := check(h, f); {
	case isOther(err):
		return nil, errors.Join(ErrDamaged, f.Close(), s.setDamagedAside(h))
	case err != nil:
		return nil, errors.Join(err, f.Close())
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	s.noteChecked(h, info)
	return &File{File: f, Size: info.Size()}, nil
}

func (s *Store) wasChecked(h rootline.Hash, info fs.FileInfo) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, known := s.checks[h]
	return known && c.size == info.Size() && c.changed.Equal(changed(info)) && s.now().Sub(c.at) < checksLast
}

func (s *Store) noteChecked(h rootline.Hash, info fs.FileInfo) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.checks == nil || len(s.checks) >= checksKept {
		s.checks = map[rootline.Hash]checkedFile{}
	}
	s.checks[h] = checkedFile{info.Size(), changed(info), s.now()}
}

// Put stores the bytes of r under their hash h, and reports whether they were new. length is how many they are; less
// than 0 when that is not known. When it returns nil they survive a power cut. Errors are ErrOther, ErrTooLarge, ErrEmpty,
// *QuotaError, ErrNoRoom, what r returned, or a fault of the disk; nothing is kept then.
func (s *Store) Put(ctx context.Context, by Owner, h rootline.Hash, length int64, r io.Reader) (fresh bool, err error) {
	whole, err := s.intact(ctx, h)
	if err != nil {
		return false, err
	}
	if whole {
		// The bytes are read all the same: who sends others under this name is told so.
		return false, check(h, r)
	}
	if length < 0 || length > MaxBytes {
		length = MaxBytes
	}
	place, err := s.reserve(by, length)
	if err != nil {
		return false, err
	}
	defer place.release()
	tmp := filepath.Join(partial, uuid.NewString())
	size, err := s.receive(tmp, h, r)
	if err == nil {
		err = s.keep(ctx, entry{hash: h, owner: by, bytes: size}, tmp, place.releaseLocked)
	}
	if err != nil {
		return false, errors.Join(err, ignoreMissing(s.root.Remove(tmp)))
	}
	return true, nil
}

// receive writes a file that is coming and returns its length.
func (s *Store) receive(tmp string, h rootline.Hash, r io.Reader) (size int64, err error) {
	f, err := s.root.OpenFile(tmp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	err = check(h, io.TeeReader(r, f))
	if err == nil {
		size, err = f.Seek(0, io.SeekCurrent)
	}
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	return size, err
}

// keep gives a file that has come whole its place in the index, then in the folder. had takes back what was reserved for
// it; it is called with the lock held.
func (s *Store) keep(ctx context.Context, e entry, from string, had func()) error {
	e.touched = rootline.InstantOf(s.now())
	if err := s.enter(ctx, e, had); err != nil {
		return err
	}
	return s.place(from, name(e.hash))
}

func (s *Store) enter(ctx context.Context, e entry, had func()) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	known, err := s.index.file(ctx, e.hash)
	if err != nil {
		return err
	}
	if known != nil { // somebody else brought it meanwhile, or it was damaged
		err := errors.Join(s.index.touch(ctx, e.hash, e.touched), s.index.dropPart(ctx, e.hash, e.owner.Device))
		if err == nil {
			had()
		}
		return err
	}
	if err := s.index.add(ctx, e); err != nil {
		return err
	}
	had()
	s.usage.add(e.owner, Amount{e.bytes, 1})
	return nil
}

// intact reports whether the file of a hash is stored and has that hash still. One that has not is set aside, so that
// the right one takes its place. One that is here is kept for a day from now on.
func (s *Store) intact(ctx context.Context, h rootline.Hash) (bool, error) {
	if here, err := s.Claim(ctx, h); err != nil || !here {
		return false, err
	}
	f, err := s.OpenChecked(ctx, h)
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
	slog.Error("a file of evidence was changed on the disk; it is set aside in the folder damaged. Whoever has it can send it again", "code", "evidence-damaged", "sha256", h)
	err := ignoreMissing(s.root.Rename(name(h), filepath.Join(damaged, h.String())))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.countDamaged()
	return err
}

// setAside reports whether a file of that hash was found changed and the right one has not come since.
func (s *Store) setAside(h rootline.Hash) bool {
	_, err := s.root.Stat(filepath.Join(damaged, h.String()))
	return err == nil
}

// countDamaged counts the files that are set aside. The caller holds the lock.
func (s *Store) countDamaged() {
	d, err := s.root.Open(damaged)
	if err != nil {
		return
	}
	defer d.Close()
	names, _ := d.Readdirnames(-1)
	s.damaged = len(names)
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
	err := errors.Join(s.sync(dir), ignoreMissing(s.root.Remove(filepath.Join(damaged, filepath.Base(to)))))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.countDamaged()
	return err
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
