package readmodel

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rootline/rootline/channel"
)

// A read model that can still be read, and is not what this build would make of the blocks, serves until its successor holds
// the same blocks. The successor lies in a file of its own beside it until then, and goes on where it was after a stop. Then
// it takes the name of the served file in one step of the file system: whenever the process ends, one of the two is whole
// under that name.

// successorOf is where the successor of a file is built.
func successorOf(path string) string { return path + ".next" }

// openOutdated opens a file that serves until its successor is built. known is what was noted of that before.
func openOutdated(ctx context.Context, path string, genesis channel.Hash, build string, why *errOutdated, known *Rebuild) (*Store, error) {
	r := &Rebuild{Reason: why.reason, Detail: why.detail, Since: time.Now(), Beside: true}
	if known != nil && known.Reason == r.Reason && known.Detail == r.Detail {
		r.Since = known.Since
	}
	slog.Warn("the read model serves while its successor is built beside it from blocks", "reason", r.Reason, "detail", r.Detail, "file", path)
	// Without the note the next start says that it began then; that is no reason not to start on a full disk.
	if err := writeMarker(path, r); err != nil {
		slog.Error("since when a successor is built is not noted", "error", err)
	}
	s, err := openFile(ctx, path)
	if err != nil {
		return nil, err
	}
	s.genesis, s.build = genesis, build
	s.outdated.Store(r)
	return s, nil
}

// Outdated says that the read model serves while its successor is to be built beside it, and why; nil when it is what this
// build makes of the blocks.
func (s *Store) Outdated() *Rebuild { return s.outdated.Load() }

// Newest is the cursor of the last commit, from memory; ok is false before the first.
func (s *Store) Newest() (c Cursor, ok bool) {
	s.cache.mu.RLock()
	defer s.cache.mu.RUnlock()
	return s.cache.cursor, s.cache.at != noBlock
}

// Path is the file of the read model.
func (s *Store) Path() string { return s.path }

// Successor opens the file in which the successor is built, as far as it came; one that is of no use is begun anew. The
// caller closes it, unless it succeeds.
func (s *Store) Successor(ctx context.Context) (*Store, error) {
	path := successorOf(s.path)
	next, err := openChecked(ctx, path, s.genesis, s.build)
	if r := reasonOf(err); r != nil {
		slog.Warn("the successor of the read model is begun anew", "reason", r.reason, "detail", r.detail)
		if err := removeSuccessor(s.path); err != nil {
			return nil, err
		}
		next, err = openChecked(ctx, path, s.genesis, s.build)
	}
	if err != nil {
		return nil, err
	}
	next.genesis, next.build = s.genesis, s.build
	return next, nil
}

// atStep is a hook of tests, called between what is done to the files when a successor takes its place.
var atStep = func(string) {}

// ErrBusy is the error of Succeed while somebody reads for long.
var ErrBusy = errors.New("readmodel: it is read at this moment")

// Succeed puts next, the successor, in the place of the file that serves. Meanwhile nothing is written. catchUp applies to
// next what it does not hold yet, up to the cursor. Who reads has until patience is over to be done, and others wait that
// long; the error is ErrBusy when that is not enough. insist says that who still reads after half of it is refused the rest:
// somebody always reads where exports follow each other. With any error the former file serves on, and next is still open,
// unless it is said to be closed.
func (s *Store) Succeed(ctx context.Context, next *Store, patience time.Duration, insist bool, catchUp func(context.Context, Cursor) error) (closed bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken.Load() {
		return false, ErrRebuilding()
	}
	cursor, ok := s.Newest()
	if !ok {
		return false, errors.New("readmodel: no block is applied yet")
	}
	if err := catchUp(ctx, cursor); err != nil {
		return false, err
	}
	if at, _ := next.Newest(); at.Block != cursor.Block || at.Hash != cursor.Hash {
		return false, fmt.Errorf("readmodel: the successor is at block %d (%s), and block %d (%s) is served", at.Block, at.Hash, cursor.Block, cursor.Hash)
	}
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if insist {
		defer time.AfterFunc(patience/2, s.readers.dismiss).Stop()
	}
	release, err := s.alone(limited)
	if err != nil {
		if ctx.Err() == nil {
			err = ErrBusy
		}
		return false, err
	}
	defer s.chain.reset() // when readers may read again: a check waits for its turn
	defer release()
	s.readers.mu.Lock()
	defer s.readers.mu.Unlock()
	if s.readers.closed {
		return false, fmt.Errorf("readmodel: %w", sql.ErrConnDone)
	}
	atStep("before")
	if err := errors.Join(next.Close(), fold(ctx, next.path)); err != nil {
		return true, err
	}
	atStep("folded")
	return true, s.exchange(context.WithoutCancel(ctx), next.path)
}

// exchange puts a file in the place of the one that serves. Nobody uses either.
func (s *Store) exchange(ctx context.Context, next string) error {
	s.shut()
	atStep("shut")
	// A log that is left would be taken for the new file's.
	err := fold(ctx, s.path)
	atStep("alone")
	if err == nil {
		err = moveInto(next, s.path)
	}
	atStep("moved")
	var r *Rebuild
	if err == nil {
		r = s.outdated.Swap(nil)
	}
	if failed := s.reopen(ctx); failed != nil {
		s.unopened(failed)
		return errors.Join(err, failed)
	}
	if err != nil {
		return err
	}
	atStep("opened")
	if err := errors.Join(removeMarker(s.path), removeSuccessor(s.path)); err != nil {
		slog.Warn("what is left of building a successor is not tidied", "error", err)
	}
	s.waiting.commit()
	if r != nil {
		slog.Info("the read model's successor took its place", "reason", r.Reason, "took", time.Since(r.Since).Round(time.Millisecond))
	}
	return nil
}

// unopened notes that a file that is in order could not be opened: nothing can be read until Renew opened it.
func (s *Store) unopened(why error) {
	s.damage.Lock()
	defer s.damage.Unlock()
	slog.Error("the read model is not opened again", "file", s.path, "error", why)
	s.rebuild.Store(&Rebuild{Reason: RebuildClosed, Detail: why.Error(), Since: time.Now()})
	s.broken.Store(true)
	close(s.told)
}

// inherit gives the place of a file that was set aside to a successor that was being built, when it is of use as far as it is.
func inherit(ctx context.Context, path string, genesis channel.Hash, build string) error {
	next := successorOf(path)
	if _, err := os.Stat(next); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	s, err := openChecked(ctx, next, genesis, build)
	if err == nil {
		err = errors.Join(s.Close(), fold(ctx, next), moveInto(next, path))
	}
	if err != nil {
		slog.Warn("a successor that was being built is of no use", "error", err)
	}
	return removeSuccessor(path)
}

// fold writes what lies in the log of a file that nobody has open into the file itself.
func fold(ctx context.Context, path string) error {
	log := path + "-wal"
	if info, err := os.Stat(log); err == nil && info.Size() > 0 {
		db, err := sql.Open("sqlite", dsn(path))
		if err != nil {
			return fmt.Errorf("readmodel: %w", err)
		}
		db.SetMaxOpenConns(1)
		_, err = db.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
		if err = errors.Join(err, db.Close()); err != nil {
			return fmt.Errorf("readmodel: fold the log of %s: %w", path, err)
		}
		if info, err := os.Stat(log); err == nil && info.Size() > 0 {
			return fmt.Errorf("readmodel: %d bytes are left in %s", info.Size(), log)
		}
	}
	for _, suffix := range []string{"-wal", "-shm"} { // empty, if there
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("readmodel: %w", err)
		}
	}
	return nil
}

// moveInto gives a file without a log the name of another, and waits until the disk has that.
func moveInto(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return fmt.Errorf("readmodel: %w", err)
	}
	dir, err := os.Open(filepath.Dir(to))
	if err != nil {
		return fmt.Errorf("readmodel: %w", err)
	}
	if err := errors.Join(dir.Sync(), dir.Close()); err != nil {
		slog.Warn("the disk does not say that it has the read model's new name", "error", err)
	}
	return nil
}

// removeSuccessor deletes what is left of a successor.
func removeSuccessor(path string) error {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("readmodel: %w", err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), filepath.Base(successorOf(path))) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(filepath.Dir(path), e.Name())); err != nil {
			return fmt.Errorf("readmodel: %w", err)
		}
	}
	return nil
}
