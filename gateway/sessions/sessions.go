// Package sessions remembers which devices have signed in at this gateway, and which sign-ins were used. It is the
// gateway's own and no part of the ledger: losing it makes people sign in again.
package sessions

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/storage"
	"github.com/rootline/rootline/limits"
)

// Store keeps sessions in an SQLite file. It may be used by many goroutines.
type Store struct {
	path string
	now  func() time.Time

	// using is held for reading by whoever uses the file, and for writing while another takes its place. born is when it was
	// made: of the sign-ins that were used before, it knows nothing.
	using sync.RWMutex
	db    *sql.DB
	born  rootline.Instant
	// full says that the disk took nothing the last time.
	full atomic.Bool

	// found are sessions that were looked up: nobody else writes the file, and each request asks. ends counts the
	// sessions that were ended, so that none is kept that was ended while it was looked up.
	mu    sync.Mutex
	found map[[sha256.Size]byte]Session
	ends  int
}

// maxFound bounds found; past it all are looked up again.
const maxFound = 10_000

// signInLife is how long a sign-in holds that is signed by Rootline's own programs.
const signInLife = 2 * time.Minute

// Session is a device's leave to read until an hour.
type Session struct {
	// Kid names the device.
	Kid     string
	Expires rootline.Instant
}

const schema = `
CREATE TABLE IF NOT EXISTS session (hash BLOB PRIMARY KEY, kid TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS session_expires ON session (expires);
CREATE INDEX IF NOT EXISTS session_kid ON session (kid, expires);
CREATE TABLE IF NOT EXISTS nonce (hash BLOB PRIMARY KEY, expires INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS nonce_expires ON nonce (expires);
CREATE TABLE IF NOT EXISTS born (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL);`

// Open opens the file, which is made when it is missing. A damaged one is set aside and made anew, now and whenever that is
// found: all sign in again, with messages that they sign from then on.
func Open(ctx context.Context, path string) (*Store, error) {
	s := &Store{path: path, now: time.Now}
	err := s.open(ctx)
	if storage.Damaged(err) {
		err = s.renew(ctx, err)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// open opens the file, or makes it.
func (s *Store) open(ctx context.Context) error {
	db, err := sql.Open("sqlite", "file:"+s.path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=busy_timeout(5000)")
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1) // one writer; every use here is a single short statement
	var files int
	err = storage.Check(ctx, db)
	if err == nil { // a file of an earlier version knows what was used before
		err = db.QueryRowContext(ctx, `SELECT COUNT(*) FROM sqlite_schema WHERE name = 'nonce'`).Scan(&files)
	}
	if err == nil {
		_, err = db.ExecContext(ctx, schema)
	}
	born := rootline.Instant(0)
	if files == 0 {
		born = rootline.InstantOf(s.now())
	}
	if err == nil {
		_, err = db.ExecContext(ctx, `INSERT INTO born (id, at) VALUES (1, ?) ON CONFLICT DO NOTHING`, born)
	}
	if err == nil {
		err = db.QueryRowContext(ctx, `SELECT at FROM born`).Scan(&born)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("sessions: %s: %w", s.path, err), db.Close())
	}
	s.db, s.born = db, born
	return nil
}

// renew sets a damaged file aside and makes a new one. using is held, or nobody else knows the store yet.
func (s *Store) renew(ctx context.Context, why error) error {
	aside := storage.AsideName(s.path, time.Now())
	slog.Error("the file of the sessions is damaged and made anew: people sign in again", "code", "sessions-damaged", "file", s.path, "kept_as", aside, "error", why)
	if err := storage.SetAside(s.path, aside); err != nil {
		return fmt.Errorf("sessions: %w", err)
	}
	return s.open(ctx)
}

// use uses the file, and once more in its place when it is found to be damaged.
func (s *Store) use(ctx context.Context, do func(db *sql.DB) error) error {
	s.using.RLock()
	db := s.db
	err := do(db)
	s.using.RUnlock()
	if !storage.Damaged(err) {
		return err
	}
	s.using.Lock()
	defer s.using.Unlock()
	if s.db == db { // nobody else has seen to it
		_ = db.Close()
		if err := s.renew(ctx, err); err != nil {
			return err
		}
	}
	return do(s.db)
}

// write is use for what writes. It takes notice of a full disk.
func (s *Store) write(ctx context.Context, do func(db *sql.DB) error) error {
	err := s.use(ctx, do)
	s.full.Store(storage.Full(err))
	return err
}

// Full reports whether the disk takes nothing at present: who is signed in stays so, and nobody else signs in.
func (s *Store) Full(ctx context.Context) bool {
	if s.full.Load() { // perhaps not any more
		_ = s.write(ctx, func(db *sql.DB) error {
			_, err := db.ExecContext(ctx, `INSERT INTO nonce (hash, expires) VALUES (?, 0) ON CONFLICT (hash) DO UPDATE SET expires = 0`, hash("full?"))
			return err
		})
	}
	return s.full.Load()
}

// Close closes the file.
func (s *Store) Close() error {
	s.using.Lock()
	defer s.using.Unlock()
	return s.db.Close()
}

// Create begins a session and returns its token: 32 random bytes in base64url. The file holds only the token's hash,
// so that whoever reads the file cannot use the sessions in it. Beyond limits.Sessions of one device, its oldest end.
func (s *Store) Create(ctx context.Context, session Session) (token string, err error) {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails, by its documentation
	token = base64.RawURLEncoding.EncodeToString(b[:])
	s.sweep(ctx)
	return token, s.write(ctx, func(db *sql.DB) error {
		_, err := db.ExecContext(ctx, `INSERT INTO session (hash, kid, expires) VALUES (?, ?, ?)`, hash(token), session.Kid, session.Expires)
		if err == nil {
			_, err = db.ExecContext(ctx, `DELETE FROM session WHERE hash IN
				(SELECT hash FROM session WHERE kid = ? ORDER BY expires DESC LIMIT -1 OFFSET ?)`, session.Kid, limits.Sessions)
		}
		return err
	})
}

// Held returns how many sessions a device has, and when the first of them ends.
func (s *Store) Held(ctx context.Context, kid string) (n int, first rootline.Instant, err error) {
	err = s.use(ctx, func(db *sql.DB) error {
		return db.QueryRowContext(ctx, `SELECT COUNT(*), COALESCE(MIN(expires), 0) FROM session WHERE kid = ?`, kid).Scan(&n, &first)
	})
	return n, first, err
}

// Find returns the session of a token; ok is false when there is none or it has ended.
func (s *Store) Find(ctx context.Context, token string) (session Session, ok bool, err error) {
	key := sha256.Sum256([]byte(token))
	s.mu.Lock()
	session, ok = s.found[key]
	ends := s.ends
	s.mu.Unlock()
	if !ok {
		err = s.use(ctx, func(db *sql.DB) error {
			return db.QueryRowContext(ctx, `SELECT kid, expires FROM session WHERE hash = ?`, key[:]).Scan(&session.Kid, &session.Expires)
		})
		if errors.Is(err, sql.ErrNoRows) {
			return Session{}, false, nil
		}
		if err != nil {
			return Session{}, false, err
		}
		s.keep(key, session, ends)
	}
	if session.Expires <= rootline.InstantOf(s.now()) {
		return Session{}, false, nil
	}
	return session, true, nil
}

// keep remembers a session unless one was ended since it was looked up.
func (s *Store) keep(key [sha256.Size]byte, session Session, ends int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ends != s.ends {
		return
	}
	if s.found == nil || len(s.found) >= maxFound {
		s.found = map[[sha256.Size]byte]Session{}
	}
	s.found[key] = session
}

// End ends the session of a token. An unknown one is no error.
func (s *Store) End(ctx context.Context, token string) error {
	err := s.write(ctx, func(db *sql.DB) error {
		_, err := db.ExecContext(ctx, `DELETE FROM session WHERE hash = ?`, hash(token))
		return err
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ends++
	delete(s.found, sha256.Sum256([]byte(token)))
	return err
}

// TakeNonce reports whether a device's nonce was never taken before. It is remembered until the message that carried
// it expires. A message that may have been signed before the file was made may have been used before, too, and is not taken.
func (s *Store) TakeNonce(ctx context.Context, kid, nonce string, expires rootline.Instant) (fresh bool, err error) {
	s.sweep(ctx)
	err = s.write(ctx, func(db *sql.DB) error {
		if fresh = false; expires <= s.born+rootline.Instant(signInLife.Milliseconds()) {
			return nil
		}
		r, err := db.ExecContext(ctx, `INSERT INTO nonce (hash, expires) VALUES (?, ?) ON CONFLICT DO NOTHING`, hash(kid+"\n"+nonce), expires)
		if err != nil {
			return err
		}
		n, err := r.RowsAffected()
		fresh = n == 1
		return err
	})
	return fresh, err
}

// sweep forgets what has ended. That it fails harms nothing: what has ended is not honoured either way.
func (s *Store) sweep(ctx context.Context) {
	now := rootline.InstantOf(s.now())
	_ = s.use(ctx, func(db *sql.DB) error {
		_, err := db.ExecContext(ctx, `DELETE FROM session WHERE expires <= ?`, now)
		_, other := db.ExecContext(ctx, `DELETE FROM nonce WHERE expires <= ?`, now)
		return errors.Join(err, other)
	})
}

func hash(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}
