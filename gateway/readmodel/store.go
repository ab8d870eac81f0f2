package readmodel

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"runtime"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite", in Go alone
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store is the read model in one SQLite file. Many goroutines may read while one writes: readers see the last
// committed blocks and never wait for the writer.
type Store struct {
	write *sql.DB // one connection
	read  *sql.DB
	books books
	trees trees
}

// Open opens the read model in the file, and makes or upgrades it as needed. The folder must be there.
func Open(ctx context.Context, path string) (*Store, error) {
	s := &Store{}
	var err error
	if s.write, err = sql.Open("sqlite", dsn(path, "immediate")); err != nil {
		return nil, fmt.Errorf("readmodel: open: %w", err)
	}
	s.write.SetMaxOpenConns(1)
	if err := migrate(ctx, s.write); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if s.read, err = sql.Open("sqlite", dsn(path, "deferred")+"&_pragma=query_only(1)"); err != nil {
		return nil, errors.Join(fmt.Errorf("readmodel: open: %w", err), s.Close())
	}
	readers := max(4, 2*runtime.GOMAXPROCS(0))
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	return s, nil
}

// dsn names the file with the settings of each connection. A power cut may cost the last commits, never their order:
// they are in the blocks, and the cursor goes back with them.
func dsn(path, lock string) string {
	q := url.Values{"_txlock": {lock}, "_pragma": {
		"journal_mode(WAL)", "synchronous(NORMAL)", "busy_timeout(10000)", "cache_size(-65536)", "temp_store(MEMORY)",
		"wal_autocheckpoint(4000)",
	}}
	return (&url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: q.Encode()}).String()
}

func migrate(ctx context.Context, db *sql.DB) error {
	folder, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("readmodel: migrations: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, folder)
	if err == nil {
		_, err = p.Up(ctx)
	}
	if err != nil {
		return fmt.Errorf("readmodel: migrate: %w", err)
	}
	return nil
}

// Close ends all use of the file.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}
