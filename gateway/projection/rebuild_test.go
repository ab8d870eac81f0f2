package projection_test

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/projection"
	"github.com/rootline/rootline/gateway/readmodel"
)

// reopen opens the read model as a gateway does on start.
func reopen(t *testing.T, path, build string) *readmodel.Store {
	t.Helper()
	store, err := readmodel.OpenFollowed(t.Context(), path, channel.Hash{}, build)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// follows runs a projection over the ledger while the test works, until stop.
func follows(t *testing.T, s *story, store *readmodel.Store) (p *projection.Projection, stop func()) {
	t.Helper()
	p, err := projection.New(projection.Config{Store: store, Source: replay(s.blocks), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	return p, func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
}

// level waits until all blocks are in the read model.
func level(t *testing.T, s *story, store *readmodel.Store) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		c, started, err := store.Cursor(t.Context())
		if err == nil && started && c.Block == uint64(len(s.blocks)-1) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("it does not catch up: block %d, %v", c.Block, err)
		}
	}
}

// filled makes a read model of the whole ledger in a file without a log.
func filled(t *testing.T, s *story) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "readmodel.db")
	store := reopen(t, path, "1")
	_, stop := follows(t, s, store)
	level(t, s, store)
	stop()
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// overwrite writes random bytes over some pages of a file, or over all but the first.
func overwrite(t *testing.T, path string, seed uint64, pages int) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	const size = 4096
	r, junk := rand.NewChaCha8([32]byte{byte(seed)}), make([]byte, size)
	n := info.Size() / size
	for i := range n - 1 {
		page := i + 1
		if pages > 0 {
			page = 1 + int64(r.Uint64()%uint64(n-1)) // small numbers
		}
		_, _ = r.Read(junk)
		if _, err := f.WriteAt(junk, page*size); err != nil {
			t.Fatal(err)
		}
		if pages > 0 && i+1 == int64(pages) {
			return
		}
	}
}

// statement runs SQL on the file of a gateway that does not run.
func statement(t *testing.T, path, query string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), query); err != nil {
		t.Fatal(err)
	}
}

// TestADamagedReadModelIsBuiltAnewOnStart damages the file of a gateway that does not run in each of the ways there are.
// The next start sets it aside, says why, and ends with what one has that was never touched.
func TestADamagedReadModelIsBuiltAnewOnStart(t *testing.T) {
	s := newStory(t)
	untouched := applied(t, s.ledger).dump(t)
	cut := func(part int64) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			info, err := os.Stat(path)
			if err == nil {
				err = os.Truncate(path, info.Size()*part/100)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	content := func(b string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte(b), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	pages := func(seed uint64, n int) func(*testing.T, string) {
		return func(t *testing.T, path string) { overwrite(t, path, seed, n) }
	}
	run := func(query string) func(*testing.T, string) {
		return func(t *testing.T, path string) { statement(t, path, query) }
	}
	for _, c := range []struct {
		name, reason string
		damage       func(*testing.T, string)
	}{
		{"nothing", "", func(*testing.T, string) {}},
		{"half is missing", readmodel.RebuildDamaged, cut(50)},
		{"the last part is missing", readmodel.RebuildDamaged, cut(97)},
		{"only the header is left", readmodel.RebuildDamaged, cut(1)},
		{"zeros", readmodel.RebuildDamaged, content(strings.Repeat("\x00", 1<<16))},
		{"no database", readmodel.RebuildDamaged, content(strings.Repeat("this is no database\n", 1000))},
		{"junk in 3 pages, seed 1", readmodel.RebuildDamaged, pages(1, 3)},
		{"junk in 3 pages, seed 2", readmodel.RebuildDamaged, pages(2, 3)},
		{"junk in 10 pages, seed 3", readmodel.RebuildDamaged, pages(3, 10)},
		{"junk in all pages but the first", readmodel.RebuildDamaged, pages(4, 0)},
		{"a table is missing", readmodel.RebuildVersion, run(`DROP TABLE freezes`)},
		{"the cursor's table is missing", readmodel.RebuildDamaged, run(`DROP TABLE cursor`)},
		{"a column more", readmodel.RebuildVersion, run(`ALTER TABLE assets ADD COLUMN later TEXT`)},
		{"an index is missing", readmodel.RebuildVersion, run(`DROP INDEX blocks_hash`)},
		{"a later version's migrations", readmodel.RebuildVersion, run(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9000, 1)`)},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filled(t, s)
			c.damage(t, path)
			store := reopen(t, path, "1")
			defer func() {
				if err := store.Close(); err != nil {
					t.Error(err)
				}
			}()
			r := store.Rebuilding()
			if c.reason == "" {
				if r != nil {
					t.Fatalf("it is set aside without a reason: %+v", r)
				}
			} else if r == nil || r.Reason != c.reason {
				t.Fatalf("%+v, not %s", r, c.reason)
			} else if _, err := os.Stat(r.Aside); err != nil {
				t.Errorf("the former file is not kept: %v", err)
			}
			_, stop := follows(t, s, store)
			defer stop()
			level(t, s, store)
			if err := store.Level(); err != nil || store.Rebuilding() != nil {
				t.Errorf("it is not done: %v", err)
			}
			if dump := (&gateway{store: store}).dump(t); dump != untouched {
				t.Errorf("it differs from one that was never touched:\n%s", difference(dump, untouched))
			}
		})
	}
}

// TestARebuildGoesOnAfterAStop stops a gateway between noting a rebuild and setting the file aside, and in the midst of
// the rebuild.
func TestARebuildGoesOnAfterAStop(t *testing.T) {
	s := newStory(t)
	path := filled(t, s)
	aside := path + ".aside-20200101T000000.000Z"
	note := `{"reason":"damaged","detail":"a test","aside":"` + aside + `","since":"2020-01-01T00:00:00Z"}`
	if err := os.WriteFile(path+".rebuild", []byte(note), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, when := range []string{"before the file was set aside", "in the midst"} {
		store := reopen(t, path, "1")
		if _, started, err := store.Cursor(t.Context()); err != nil || started {
			t.Errorf("%s: blocks are there, %v", when, err)
		}
		if _, err := os.Stat(aside); err != nil || store.Rebuilding() == nil {
			t.Errorf("%s: %v, %+v", when, err, store.Rebuilding())
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestADamagedReadModelIsBuiltAnewWhileItRuns damages the file under a gateway that runs. Whoever meets it is told to come
// again, and it ends with what one has that was never touched.
func TestADamagedReadModelIsBuiltAnewWhileItRuns(t *testing.T) {
	s := newStory(t)
	untouched := applied(t, s.ledger).dump(t)
	for name, meet := range map[string]func(context.Context, *readmodel.Store) error{
		"reading": func(ctx context.Context, store *readmodel.Store) error { return dump(ctx, store, io.Discard) },
		"writing": func(ctx context.Context, store *readmodel.Store) error {
			return store.Write(ctx, func(tx *readmodel.Tx) error {
				tx.AddFinding(&readmodel.Finding{ID: "x", Kind: "x"})
				return nil
			})
		},
		"judging": func(ctx context.Context, store *readmodel.Store) error {
			state, release, err := store.Snapshot(ctx)
			if err != nil {
				return err
			}
			defer release()
			_, err = state.Get(rootline.Ref{Space: rootline.SpaceAsset, ID: s.tree})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filled(t, s)
			store := reopen(t, path, "1")
			defer func() {
				if err := store.Close(); err != nil {
					t.Error(err)
				}
			}()
			_, stop := follows(t, s, store)
			defer stop()
			level(t, s, store)
			overwrite(t, path, 5, 0)
			// Some pages are in memory still; another gateway's would not be.
			for end := time.Now().Add(time.Minute); store.Rebuilding() == nil; {
				err := meet(t.Context(), store)
				if err != nil && rootline.CodeOf(err) != rootline.CodeNotReady {
					t.Fatalf("%v is not what tells people to come again", err)
				}
				if time.Now().After(end) {
					t.Fatal("the damage is not noticed")
				}
			}
			level(t, s, store)
			if _, err := os.Stat(store.Rebuilding().Aside); err != nil {
				t.Errorf("the former file is not kept: %v", err)
			}
			if dump := (&gateway{store: store}).dump(t); dump != untouched {
				t.Errorf("it differs from one that was never touched:\n%s", difference(dump, untouched))
			}
		})
	}
}

func dump(ctx context.Context, s *readmodel.Store, w io.Writer) error {
	_, err := readmodel.Read(ctx, s, func(v *readmodel.View) (struct{}, error) { return struct{}{}, v.Dump(w) })
	return err
}
