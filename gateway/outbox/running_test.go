package outbox

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/storage"
)

// A file that is damaged under a running outbox is noticed: nothing more is taken, and that is said with what to do.
func TestDamagedWhileItRuns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outbox.db")
	s, err := openStore(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.db.Close()
	go s.write()
	defer s.stop()
	o := &Outbox{store: s}
	write := func() error {
		return s.do(func(tx *sql.Tx) error { _, err := tx.Exec(`INSERT INTO refusals (hour, n) VALUES (1, 1)`); return err })
	}
	if err := write(); err != nil || o.Damaged() {
		t.Fatal(err, o.Damaged())
	}
	s.db.SetMaxIdleConns(-1) // what SQLite keeps in memory of the file goes with its connections
	if err := os.WriteFile(path, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := write(); !storage.Damaged(err) || !o.Damaged() {
		t.Fatalf("it goes on: %v, %v", err, o.Damaged())
	}
	if _, err := o.Submit(t.Context(), nil); rootline.CodeOf(err) != rootline.CodeNotReady || !strings.Contains(err.Error(), "starts the gateway again") {
		t.Errorf("it takes more: %v", err)
	}
}
