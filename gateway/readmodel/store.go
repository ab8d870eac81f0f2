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
	"sync"
	"sync/atomic"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite", in Go alone

	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/codeindex"
	"github.com/rootline/rootline/rulebook"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store is the read model in one SQLite file. Many goroutines may read while one writes: readers see the last
// committed blocks and never wait for the writer.
type Store struct {
	write   *sql.DB
	readers *readers
	cache   *cache
	books   rulebook.Cache
	// roles are those of versions of rulebooks, by the ledger's net and the version: []rulebook.Role.
	roles   sync.Map
	codes   codeindex.Index
	waiting waiting
	chain   chainChecker
	path    string
	// genesis and build are what OpenFollowed was told; outdated is why a successor is to be built beside.
	genesis  channel.Hash
	build    string
	outdated atomic.Pointer[Rebuild]
	// rebuild says that it is built anew; broken that its file is damaged and to be replaced, which closes told. Both are
	// set under damage.
	rebuild atomic.Pointer[Rebuild]
	broken  atomic.Bool
	damage  sync.Mutex
	told    chan struct{}

	// mu is held by the one write transaction; conn is its connection.
	mu   sync.Mutex
	conn *connection
}

// Open opens the read model in the file, and makes or upgrades it as needed. One that a later version of Rootline made is
// set aside and filled again: nothing in it is not in the blocks and the evidence. The folder must be there.
func Open(ctx context.Context, path string) (*Store, error) {
	s, err := openFile(ctx, path)
	if !errors.Is(err, errLater) {
		return s, err
	}
	if err := setAside(ctx, path, newRebuild(path, RebuildVersion, err.Error()), channel.Hash{}, ""); err != nil {
		return nil, err
	}
	return openFile(ctx, path)
}

// errLater says that a file was made by a later version.
var errLater = errors.New("readmodel: the file is of a later version")

func openFile(ctx context.Context, path string) (*Store, error) {
	s := &Store{path: path, cache: newCache(), told: make(chan struct{})}
	var err error
	if s.write, err = sql.Open("sqlite", dsn(path)); err != nil {
		return nil, fmt.Errorf("readmodel: open: %w", err)
	}
	s.write.SetMaxOpenConns(1)
	if err := migrate(ctx, s.write); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	read, err := sql.Open("sqlite", dsn(path)+"&_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("readmodel: open: %w", err), s.Close())
	}
	s.readers = newReaders(read, max(4, 2*runtime.GOMAXPROCS(0)))
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("readmodel: open: %w", err), s.Close())
	}
	s.conn = &connection{conn: conn}
	var unjudged, resting bool
	_, err = (&View{ctx: ctx, conn: s.conn}).one([]any{&unjudged, &resting}, `SELECT EXISTS (SELECT 1 FROM unjudged), EXISTS (SELECT 1 FROM not_recomputed)`)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.cache.unjudged.Store(unjudged)
	s.cache.resting.Store(resting)
	c, started, err := s.Cursor(ctx)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if !started {
		if err := s.exec(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, Derivation)); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	} else {
		s.cache.cursor, s.cache.at = c, int64(c.Block) // as SQLite keeps it
	}
	return s, nil
}

// dsn names the file with the settings of each connection. A power cut may cost the last commits, never their order:
// they are in the blocks, and the cursor goes back with them.
func dsn(path string) string {
	q := url.Values{"_pragma": {
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
	p, err := goose.NewProvider(goose.DialectSQLite3, db, folder, goose.WithGoMigrations(upgrades...), goose.WithAllowOutofOrder(true))
	if err != nil {
		return fmt.Errorf("readmodel: migrate: %w", err)
	}
	version, err := p.GetDBVersion(ctx)
	if sources := p.ListSources(); err == nil && version > sources[len(sources)-1].Version {
		return errLater
	}
	if err == nil {
		_, err = p.Up(ctx)
	}
	if err != nil {
		return fmt.Errorf("readmodel: migrate: %w", err)
	}
	return nil
}

// Close ends all use of the file. It waits for a write transaction to end.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	if s.conn != nil {
		errs = append(errs, s.conn.close())
	}
	if s.readers != nil {
		errs = append(errs, s.readers.close())
	}
	return errors.Join(append(errs, s.write.Close())...)
}
