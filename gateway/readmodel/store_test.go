package readmodel

import (
	"database/sql"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/pressly/goose/v3"

	"github.com/rootline/rootline"
)

// older makes a read model as the first version did, and runs statements on it.
func older(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	folder, err := fs.Sub(migrations, "migrations")
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, folder)
	if err == nil {
		_, err = p.UpTo(t.Context(), 1)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAnOlderFileIsUpgraded keeps what is there, and has the files of indexed lists read again.
func TestAnOlderFileIsUpgraded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "readmodel.db")
	older(t, path, `INSERT INTO cursor VALUES (1, 41, x'`+rootline.HashOf(nil).String()+`', 5)`,
		`INSERT INTO lists VALUES ('LOT', 'A', x'`+rootline.HashOf([]byte("file")).String()+`', 1, 'indexed'),
			('LOT', 'A', x'`+rootline.HashOf([]byte("other")).String()+`', 1, 'mismatch')`,
		`INSERT INTO list_items VALUES ('CODE', 'LOT', 0)`)
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if c, ok, err := s.Cursor(t.Context()); err != nil || !ok || c.Block != 41 {
		t.Errorf("cursor %+v, %v, %v", c, ok, err)
	}
	if pending, err := view(t, s).PendingLists(); err != nil || len(pending) != 1 || pending[0] != rootline.HashOf([]byte("file")) {
		t.Errorf("waited for: %v, %v", pending, err)
	}
}

func TestALaterFileIsFilledAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "readmodel.db")
	older(t, path, `INSERT INTO cursor VALUES (1, 41, x'', 5)`, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`)
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if c, ok, err := s.Cursor(t.Context()); err != nil || ok {
		t.Errorf("cursor %+v, %v, %v", c, ok, err)
	}
}
