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
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/storage"
)

// Store keeps sessions in an SQLite file. It may be used by many goroutines.
type Store struct {
	db  *sql.DB
	now func() time.Time

	// found are sessions that were looked up: nobody else writes the file, and each request asks. ends counts the
	// sessions that were ended, so that none is kept that was ended while it was looked up.
	mu    sync.Mutex
	found map[[sha256.Size]byte]Session
	ends  int
}

// maxFound bounds found; past it all are looked up again.
const maxFound = 10_000

// Session is a device's leave to read until an hour.
type Session struct {
	// Kid names the device.
	Kid     string
	Expires rootline.Instant
}

const schema = `
CREATE TABLE IF NOT EXISTS session (hash BLOB PRIMARY KEY, kid TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS session_expires ON session (expires);
CREATE TABLE IF NOT EXISTS nonce (hash BLOB PRIMARY KEY, expires INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS nonce_expires ON nonce (expires);`

// Open opens the file, which is made when it is missing. A damaged one is set aside and made anew: all sign in again.
func Open(ctx context.Context, path string) (*Store, error) {
	s, err := openFile(ctx, path)
	if !storage.Damaged(err) {
		return s, err
	}
	aside := storage.AsideName(path, time.Now())
	slog.Error("the file of the sessions is damaged and made anew: people sign in again", "code", "sessions-damaged", "file", path, "kept_as", aside, "error", err)
	if err := storage.SetAside(path, aside); err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	return openFile(ctx, path)
}

func openFile(ctx context.Context, path string) (*Store, error) {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=busy_timeout(5000)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // one writer; every use here is a single short statement
	err = storage.Check(ctx, db)
	if err == nil {
		_, err = db.ExecContext(ctx, schema)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("sessions: %s: %w", path, err), db.Close())
	}
	return &Store{db: db, now: time.Now}, nil
}

// Close closes the file.
func (s *Store) Close() error { return s.db.Close() }

// Create begins a session and returns its token: 32 random bytes in base64url. The file holds only the token's hash,
// so that whoever reads the file cannot use the sessions in it.
func (s *Store) Create(ctx context.Context, session Session) (token string, err error) {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails, by its documentation
	token = base64.RawURLEncoding.EncodeToString(b[:])
	s.sweep(ctx)
	_, err = s.db.ExecContext(ctx, `INSERT INTO session (hash, kid, expires) VALUES (?, ?, ?)`, hash(token), session.Kid, session.Expires)
	return token, err
}

// Find returns the session of a token; ok is false when there is none or it has ended.
func (s *Store) Find(ctx context.Context, token string) (session Session, ok bool, err error) {
	key := sha256.Sum256([]byte(token))
	s.mu.Lock()
	session, ok = s.found[key]
	ends := s.ends
	s.mu.Unlock()
	if !ok {
		err = s.db.QueryRowContext(ctx, `SELECT kid, expires FROM session WHERE hash = ?`, key[:]).Scan(&session.Kid, &session.Expires)
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
	_, err := s.db.ExecContext(ctx, `DELETE FROM session WHERE hash = ?`, hash(token))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ends++
	delete(s.found, sha256.Sum256([]byte(token)))
	return err
}

// TakeNonce reports whether a device's nonce was never taken before. It is remembered until the message that carried
// it expires.
func (s *Store) TakeNonce(ctx context.Context, kid, nonce string, expires rootline.Instant) (bool, error) {
	s.sweep(ctx)
	r, err := s.db.ExecContext(ctx, `INSERT INTO nonce (hash, expires) VALUES (?, ?) ON CONFLICT DO NOTHING`, hash(kid+"\n"+nonce), expires)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n == 1, err
}

// sweep forgets what has ended. That it fails harms nothing: what has ended is not honoured either way.
func (s *Store) sweep(ctx context.Context) {
	now := rootline.InstantOf(s.now())
	_, _ = s.db.ExecContext(ctx, `DELETE FROM session WHERE expires <= ?`, now)
	_, _ = s.db.ExecContext(ctx, `DELETE FROM nonce WHERE expires <= ?`, now)
}

func hash(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}
