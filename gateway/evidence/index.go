package evidence

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/storage"
)

// indexFile is the SQLite file of the index, in the store's folder.
const indexFile = "index.db"

// indexed is the version of an index that knows all files of the folder.
const indexed = 1

const schema = `
CREATE TABLE IF NOT EXISTS files (
  hash         BLOB    PRIMARY KEY,
  bytes        INTEGER NOT NULL,
  device       TEXT    NOT NULL,          -- who brought it; '' when that is not known any more
  organisation TEXT    NOT NULL,
  touched      INTEGER NOT NULL,          -- ms: when somebody brought it, asked for it, or named it in an event
  named        INTEGER NOT NULL DEFAULT 0 -- 1: an event on the ledger names it
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS files_unnamed ON files (touched, hash) WHERE named = 0;
CREATE TABLE IF NOT EXISTS parts (
  hash         BLOB    NOT NULL,
  device       TEXT    NOT NULL,
  organisation TEXT    NOT NULL,
  bytes        INTEGER NOT NULL,          -- the length that the file is to have
  PRIMARY KEY (hash, device)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pictures (
  hash         BLOB    NOT NULL,          -- of the file that a smaller picture was made of
  side         INTEGER NOT NULL,
  edition      INTEGER NOT NULL,          -- of the program that made it
  bytes        INTEGER NOT NULL,          -- 0: none can be made
  sum          BLOB    NOT NULL,          -- the SHA-256 of what was made
  used         INTEGER NOT NULL,          -- ms: when somebody asked for it
  PRIMARY KEY (hash, side)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pictures_used ON pictures (used, hash, side);`

// index remembers of each file what the folder does not: whose it is, and whether anybody needs it.
type index struct{ db *sql.DB }

// openIndex opens the index of a folder. A damaged one is set aside and made anew from the files; who brought them is
// forgotten then, and they count for nobody but the whole.
func openIndex(ctx context.Context, dir string) (*index, error) {
	path := filepath.Join(dir, indexFile)
	x, err := openIndexFile(ctx, path)
	if !storage.Damaged(err) {
		return x, err
	}
	aside := storage.AsideName(path, time.Now())
	slog.Error("the index of the evidence is damaged and made anew from the files: whose they are is forgotten", "code", "evidence-index-damaged", "file", path, "kept_as", aside, "error", err)
	if err := storage.SetAside(path, aside); err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	return openIndexFile(ctx, path)
}

func openIndexFile(ctx context.Context, path string) (*index, error) {
	// A file that is on disk is in the index after a power cut, too.
	dsn := &url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: url.Values{"_pragma": {
		"journal_mode(WAL)", "synchronous(FULL)", "busy_timeout(10000)",
	}}.Encode()}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // every use is a short statement
	err = storage.Check(ctx, db)
	if err == nil {
		_, err = db.ExecContext(ctx, schema)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("evidence: %s: %w", path, err), db.Close())
	}
	return &index{db}, nil
}

// entry is a file or a part as the index has it. bytes of a part is the length that the file is to have.
type entry struct {
	hash    rootline.Hash
	owner   Owner
	bytes   int64
	touched rootline.Instant
	named   bool
}

func scanEntry(from interface{ Scan(...any) error }) (e entry, err error) {
	var hash []byte
	err = from.Scan(&hash, &e.bytes, &e.owner.Device, &e.owner.Organisation, &e.touched, &e.named)
	copy(e.hash[:], hash)
	return e, err
}

const entryColumns = `hash, bytes, device, organisation, touched, named`

// file returns what is known of a file; nil when it is not known.
func (x *index) file(ctx context.Context, h rootline.Hash) (*entry, error) {
	e, err := scanEntry(x.db.QueryRowContext(ctx, `SELECT `+entryColumns+` FROM files WHERE hash = ?`, h[:]))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("evidence: index: %w", err)
	}
	return &e, nil
}

// part returns what is known of a file that comes in parts; nil when none comes.
func (x *index) part(ctx context.Context, h rootline.Hash, device string) (*entry, error) {
	e, err := scanEntry(x.db.QueryRowContext(ctx, `SELECT hash, bytes, device, organisation, 0, 0 FROM parts WHERE hash = ? AND device = ?`, h[:], device))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("evidence: index: %w", err)
	}
	return &e, nil
}

// unnamed lists files that no event on the ledger is known to name, untouched since a time, after one of them.
func (x *index) unnamed(ctx context.Context, before rootline.Instant, after *entry, limit int) ([]entry, error) {
	rows, err := x.db.QueryContext(ctx, `SELECT `+entryColumns+` FROM files WHERE named = 0 AND touched < ? AND (touched, hash) > (?, ?)
		ORDER BY touched, hash LIMIT ?`, before, after.touched, after.hash[:], limit)
	if err != nil {
		return nil, fmt.Errorf("evidence: index: %w", err)
	}
	return entries(rows)
}

func entries(rows *sql.Rows) ([]entry, error) {
	defer rows.Close()
	var all []entry
	for rows.Next() {
		e, err := scanEntry(rows)
		if err != nil {
			return nil, fmt.Errorf("evidence: index: %w", err)
		}
		all = append(all, e)
	}
	return all, rows.Err()
}

func (x *index) do(ctx context.Context, statement string, args ...any) error {
	if _, err := x.db.ExecContext(ctx, statement, args...); err != nil {
		return fmt.Errorf("evidence: index: %w", err)
	}
	return nil
}

func (x *index) touch(ctx context.Context, h rootline.Hash, now rootline.Instant) error {
	return x.do(ctx, `UPDATE files SET touched = ? WHERE hash = ?`, now, h[:])
}

func (x *index) name(ctx context.Context, h rootline.Hash) error {
	return x.do(ctx, `UPDATE files SET named = 1 WHERE hash = ?`, h[:])
}

func (x *index) drop(ctx context.Context, h rootline.Hash) error {
	return x.do(ctx, `DELETE FROM files WHERE hash = ?`, h[:])
}

func (x *index) addPart(ctx context.Context, e entry) error {
	return x.do(ctx, `INSERT INTO parts (hash, device, organisation, bytes) VALUES (?, ?, ?, ?)`, e.hash[:], e.owner.Device, e.owner.Organisation, e.bytes)
}

func (x *index) dropPart(ctx context.Context, h rootline.Hash, device string) error {
	return x.do(ctx, `DELETE FROM parts WHERE hash = ? AND device = ?`, h[:], device)
}

// add notes a file, and that its parts are no parts any more.
func (x *index) add(ctx context.Context, e entry) error {
	tx, err := x.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("evidence: index: %w", err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO files (hash, bytes, device, organisation, touched) VALUES (?, ?, ?, ?, ?)`,
		e.hash[:], e.bytes, e.owner.Device, e.owner.Organisation, e.touched)
	if err == nil {
		_, err = tx.ExecContext(ctx, `DELETE FROM parts WHERE hash = ? AND device = ?`, e.hash[:], e.owner.Device)
	}
	if err == nil {
		err = tx.Commit()
	}
	if err != nil {
		_ = tx.Rollback()
		return fmt.Errorf("evidence: index: %w", err)
	}
	return nil
}

// usage adds up what is there, and forgets parts of which the folder has nothing.
func (x *index) usage(ctx context.Context, has func(entry) bool) (usage, error) {
	u := newUsage()
	rows, err := x.db.QueryContext(ctx, `SELECT device, organisation, count(*), sum(bytes) FROM files GROUP BY device, organisation`)
	if err != nil {
		return u, fmt.Errorf("evidence: index: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var o Owner
		var a Amount
		if err := rows.Scan(&o.Device, &o.Organisation, &a.Files, &a.Bytes); err != nil {
			return u, fmt.Errorf("evidence: index: %w", err)
		}
		u.add(o, a)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return u, err
	}
	begun, err := x.db.QueryContext(ctx, `SELECT hash, bytes, device, organisation, 0, 0 FROM parts`)
	if err != nil {
		return u, fmt.Errorf("evidence: index: %w", err)
	}
	parts, err := entries(begun)
	if err != nil {
		return u, err
	}
	for _, p := range parts {
		if has(p) {
			u.add(p.owner, Amount{p.bytes, 1})
		} else if err := x.dropPart(ctx, p.hash, p.owner.Device); err != nil {
			return u, err
		}
	}
	return u, nil
}

// adopt notes the files of a folder that the index does not know, when it is new: those of an earlier version, or all
// after the index was lost. They have their day from now on.
func (s *Store) adopt(ctx context.Context) error {
	var version int
	if err := s.index.db.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil || version >= indexed {
		return err
	}
	tx, err := s.index.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // of no effect after Commit
	now := rootline.InstantOf(s.now())
	err = fs.WalkDir(s.root.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := filepath.Base(path); path != "." && len(base) != 2 {
				return fs.SkipDir
			}
			return nil
		}
		b, wrong := hex.DecodeString(filepath.Base(path))
		if wrong != nil || len(b) != len(rootline.Hash{}) {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO files (hash, bytes, device, organisation, touched) VALUES (?, ?, '', '', ?) ON CONFLICT DO NOTHING`, b, info.Size(), now)
		return err
	})
	if err == nil {
		_, err = tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, indexed))
	}
	if err == nil {
		err = tx.Commit()
	}
	return err
}
