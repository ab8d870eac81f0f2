package evidence

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"

	"github.com/google/uuid"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/evidence/picture"
)

// ErrNoPicture: the file is no picture of which a smaller one is made.
var ErrNoPicture = picture.ErrNone

// The sizes of pictures that are made of photos: pixels of the longest side.
const (
	Small = 240
	Large = 1280
)

// makers is how many pictures are made at one time, and fewer where they are large: what they have in memory is bounded by
// their pixels.
const makers = 2

// pictures is the folder of the smaller pictures. It may be deleted at any time.
const pictures = "pictures"

func pictureName(h rootline.Hash, side int) string {
	n := name(h)
	return filepath.Join(pictures, filepath.Dir(n), filepath.Base(n)+"-"+strconv.Itoa(side)+".jpg")
}

// Picture gives the JPEG that is made of a photo, whose longest side is Small or Large, and keeps it while there is room. It
// fails as Open does, with ErrNoPicture, or with the end of ctx while others are being made.
func (s *Store) Picture(ctx context.Context, h rootline.Hash, side int) ([]byte, error) {
	if side != Small && side != Large {
		return nil, fmt.Errorf("evidence: no pictures of %d pixels are made", side)
	}
	// What was made of a file that is gone, or was changed, is not shown either.
	f, err := s.OpenChecked(ctx, h)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if made, known, err := s.keptPicture(ctx, h, side); known || err != nil {
		return made, err
	}
	made, err := s.makePicture(ctx, h, f, side)
	if err != nil && !errors.Is(err, ErrNoPicture) {
		return nil, err
	}
	if fault := s.keepPicture(ctx, h, side, made); fault != nil && ctx.Err() == nil {
		slog.WarnContext(ctx, "a smaller picture is not kept, and is made again when it is asked for", "sha256", h, "error", fault)
	}
	return made, err
}

// makePicture makes a picture of a file that is open already.
func (s *Store) makePicture(ctx context.Context, h rootline.Hash, f *File, side int) ([]byte, error) {
	head, err := picture.Read(f)
	if err != nil {
		return nil, err
	}
	weight := max(head.Pixels(), picture.MaxPixels/makers)
	if err := s.making.Acquire(ctx, weight); err != nil {
		return nil, err
	}
	defer s.making.Release(weight)
	// Somebody else may have asked for the same one meanwhile.
	if made, known, err := s.keptPicture(ctx, h, side); known || err != nil {
		return made, err
	}
	whole, err := s.Open(ctx, h)
	if err != nil {
		return nil, err
	}
	defer whole.Close()
	return picture.Make(ctx, whole, side)
}

// keptPicture reads a picture that was made before; known is false where there is none that is as it was made.
func (s *Store) keptPicture(ctx context.Context, h rootline.Hash, side int) (made []byte, known bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.index.picture(ctx, h, side)
	if err != nil || p == nil || p.edition != picture.Edition {
		return nil, false, err
	}
	if p.bytes == 0 {
		return nil, true, errors.Join(ErrNoPicture, s.usePictureLocked(ctx, p))
	}
	made, err = s.readPicture(p)
	if errors.Is(err, fs.ErrNotExist) || err == nil && rootline.HashOf(made) != p.sum {
		return nil, false, nil // it is made anew
	}
	if err == nil {
		err = s.usePictureLocked(ctx, p)
	}
	return made, err == nil, err
}

func (s *Store) readPicture(p *pictureEntry) ([]byte, error) {
	f, err := s.root.Open(pictureName(p.hash, p.side))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, p.bytes+1))
}

// usePictureLocked notes that a picture was asked for, where that was not noted a short while ago.
func (s *Store) usePictureLocked(ctx context.Context, p *pictureEntry) error {
	now := rootline.InstantOf(s.now())
	if now-p.used < rootline.Instant(touchedAgain.Milliseconds()) {
		return nil
	}
	p.used = now
	return s.index.putPicture(ctx, p)
}

// keepPicture keeps a picture, or with no bytes that none is made, and lets go of those that were not asked for the longest.
func (s *Store) keepPicture(ctx context.Context, h rootline.Hash, side int, made []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.free()-s.coming-int64(len(made)) < s.quotas.Reserve {
		return nil // the room is for what cannot be made again
	}
	p := &pictureEntry{hash: h, side: side, edition: picture.Edition, bytes: int64(len(made)), sum: rootline.HashOf(made), used: rootline.InstantOf(s.now())}
	if err := s.dropPictureLocked(ctx, h, side); err != nil {
		return err
	}
	if p.bytes > 0 {
		if err := s.writePicture(pictureName(h, side), made); err != nil {
			return err
		}
	}
	if err := s.index.putPicture(ctx, p); err != nil {
		return err
	}
	s.pictures = s.pictures.plus(Amount{p.bytes, 1})
	for !s.pictures.within(s.picturesMost) {
		last, err := s.index.lastPicture(ctx)
		if err != nil || last == nil {
			return err
		}
		if err := s.dropPictureLocked(ctx, last.hash, last.side); err != nil {
			return err
		}
	}
	return nil
}

// writePicture writes a picture beside its place first: half of one is never read. It need not survive a power cut.
func (s *Store) writePicture(name string, made []byte) error {
	if err := s.root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	tmp := filepath.Join(partial, uuid.NewString())
	f, err := s.root.OpenFile(tmp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(made)
	if err = errors.Join(err, f.Close()); err == nil {
		err = s.root.Rename(tmp, name)
	}
	if err != nil {
		return errors.Join(err, ignoreMissing(s.root.Remove(tmp)))
	}
	return nil
}

// dropPicturesLocked lets go of what was made of a file. The caller holds the lock.
func (s *Store) dropPicturesLocked(ctx context.Context, h rootline.Hash) error {
	return errors.Join(s.dropPictureLocked(ctx, h, Small), s.dropPictureLocked(ctx, h, Large))
}

func (s *Store) dropPictureLocked(ctx context.Context, h rootline.Hash, side int) error {
	p, err := s.index.picture(ctx, h, side)
	if p == nil || err != nil {
		return err
	}
	if err := ignoreMissing(s.root.Remove(pictureName(h, side))); err != nil {
		return err
	}
	if err := s.index.do(ctx, `DELETE FROM pictures WHERE hash = ? AND side = ?`, h[:], side); err != nil {
		return err
	}
	s.pictures = s.pictures.plus(Amount{-p.bytes, -1})
	return nil
}

// pictureEntry is a smaller picture as the index has it; bytes is 0 where none can be made.
type pictureEntry struct {
	hash    rootline.Hash
	side    int
	edition int
	bytes   int64
	sum     rootline.Hash
	used    rootline.Instant
}

const selectPicture = `SELECT hash, side, edition, bytes, sum, used FROM pictures `

func (x *index) onePicture(ctx context.Context, rest string, args ...any) (*pictureEntry, error) {
	p := &pictureEntry{}
	var hash, sum []byte
	err := x.db.QueryRowContext(ctx, selectPicture+rest, args...).Scan(&hash, &p.side, &p.edition, &p.bytes, &sum, &p.used)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("evidence: index: %w", err)
	}
	copy(p.hash[:], hash)
	copy(p.sum[:], sum)
	return p, nil
}

// picture returns what is known of a smaller picture; nil when it is not known.
func (x *index) picture(ctx context.Context, h rootline.Hash, side int) (*pictureEntry, error) {
	return x.onePicture(ctx, `WHERE hash = ? AND side = ?`, h[:], side)
}

// lastPicture is the one that was not asked for the longest; nil when there is none.
func (x *index) lastPicture(ctx context.Context) (*pictureEntry, error) {
	return x.onePicture(ctx, `ORDER BY used, hash, side LIMIT 1`)
}

func (x *index) putPicture(ctx context.Context, p *pictureEntry) error {
	return x.do(ctx, `INSERT OR REPLACE INTO pictures (hash, side, edition, bytes, sum, used) VALUES (?, ?, ?, ?, ?, ?)`,
		p.hash[:], p.side, p.edition, p.bytes, p.sum[:], p.used)
}

// pictures adds up what is kept.
func (x *index) pictures(ctx context.Context) (a Amount, err error) {
	err = x.db.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(bytes), 0) FROM pictures`).Scan(&a.Files, &a.Bytes)
	if err != nil {
		err = fmt.Errorf("evidence: index: %w", err)
	}
	return a, err
}
