package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// SQLite's result codes that say that a file is not, or no more, what SQLite wrote.
const (
	sqliteError     = 1
	sqliteCorrupt   = 11
	sqliteNotADB    = 26
	sqliteShortRead = 10 | 2<<8
	sqliteCorruptFS = 10 | 33<<8
)

// Damaged reports whether an error says that a database file is damaged: it is no database, its pages do not fit together,
// it ends too early, or tables are missing that it was made with. A disk that cannot be read is something else: another
// file on it fares no better.
func Damaged(err error) bool {
	var found *DamagedError
	if errors.As(err, &found) {
		return true
	}
	var result interface {
		error
		Code() int
	}
	if !errors.As(err, &result) {
		return false
	}
	switch code := result.Code(); {
	case code&0xff == sqliteCorrupt, code&0xff == sqliteNotADB, code == sqliteShortRead, code == sqliteCorruptFS:
		return true
	case code&0xff == sqliteError: // the texts of our statements are fixed
		return strings.Contains(result.Error(), "no such table") || strings.Contains(result.Error(), "no such column")
	}
	return false
}

// DamagedError is what a check of a file found, or who reads a row that nobody wrote so.
type DamagedError struct {
	// Said is the first finding, in SQLite's words or the reader's.
	Said string
}

// Error implements error.
func (e *DamagedError) Error() string { return "the database is damaged: " + e.Said }

// Check has SQLite look whether the pages of a file fit together. The error is a *DamagedError when they do not.
func Check(ctx context.Context, db *sql.DB) error {
	var said string
	err := db.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&said)
	if err == nil && said != "ok" {
		return &DamagedError{said}
	}
	return err
}

// aside stands between the name of a file and the time when it was set aside.
const aside = ".aside-"

// AsideName is the name under which a database file is to be set aside now.
func AsideName(path string, now time.Time) string {
	return path + aside + now.UTC().Format("20060102T150405.000Z")
}

// SetAside renames a database file with its log, so that SQLite opens it under the new name. Nobody may have it open.
// Files that are not there are passed over.
func SetAside(path, to string) error {
	for _, suffix := range []string{"-shm", "-wal", ""} { // the file itself last: as long as it is there, this is not done
		if err := os.Rename(path+suffix, to+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("set %s aside: %w", path, err)
		}
	}
	return nil
}

// KeepAside deletes the oldest files that were set aside for a path, but for the newest n. It is for files of which
// nothing is lost.
func KeepAside(path string, n int) error {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return err
	}
	var names []string
	for _, e := range entries {
		rest, ok := strings.CutPrefix(e.Name(), filepath.Base(path)+aside)
		if ok && !strings.HasSuffix(rest, "-wal") && !strings.HasSuffix(rest, "-shm") {
			names = append(names, filepath.Join(filepath.Dir(path), e.Name()))
		}
	}
	slices.Sort(names)
	for _, name := range names[:max(0, len(names)-n)] {
		for _, suffix := range []string{"-wal", "-shm", ""} {
			if err := os.Remove(name + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}
