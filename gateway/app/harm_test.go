package app

import (
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/story/recorded"
)

// TestWhateverIsDoneToItsFiles empties and overwrites each file of a gateway's folder, and puts folders in the places
// of files. The gateway starts and says what was lost, or it does not start, names the place, says what to do and has touched
// nothing: when that is done it starts, and what it acknowledged is there.
func TestWhateverIsDoneToItsFiles(t *testing.T) {
	config := lonely(t)
	a, err := Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	whole := filepath.Join(t.TempDir(), "whole")
	if err := os.CopyFS(whole, os.DirFS(config.Store)); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{
		"outbox.db", "outbox.db-wal", "outbox.db.salvage", "gateway.db", "gateway.db-wal", "readmodel.db", "readmodel.db-wal", "readmodel.db-shm",
		"readmodel.db.next", "readmodel.db.rebuild", "attempts", "attempts.json", "attempts.next", "attempts.next.json", "lock",
		"evidence/index.db", "evidence/index.db-wal", "evidence",
	} {
		for _, harm := range []string{"folder", "garbage", "empty"} {
			if file == "evidence" && harm == "folder" {
				continue
			}
			t.Run(file+" "+harm, func(t *testing.T) {
				if err := errors.Join(os.RemoveAll(config.Store), os.CopyFS(config.Store, os.DirFS(whole))); err != nil {
					t.Fatal(err)
				}
				path := filepath.Join(config.Store, file)
				err := os.RemoveAll(path)
				if err != nil {
					t.Fatal(err)
				}
				switch harm {
				case "empty":
					err = os.WriteFile(path, nil, 0o600)
				case "garbage":
					err = os.WriteFile(path, []byte("garbage garbage garbage garbage {"), 0o600)
				case "folder":
					err = errors.Join(os.Mkdir(path, 0o700), os.WriteFile(filepath.Join(path, "x"), nil, 0o600))
				}
				if err != nil {
					t.Fatal(err)
				}
				a, err := Open(t.Context(), config)
				if err != nil {
					if !strings.Contains(err.Error(), filepath.Base(file)) || !strings.Contains(err.Error(), "start the gateway again") && !strings.Contains(err.Error(), "delete it") {
						t.Errorf("it does not say what to do: %v", err)
					}
					if _, err := os.Stat(path); err != nil {
						t.Errorf("what it cannot use is gone: %v", err)
					}
					if err := errors.Join(os.RemoveAll(path), restore(whole, config.Store, file)); err != nil {
						t.Fatal(err)
					}
					if a, err = Open(t.Context(), config); err != nil {
						t.Fatal("it does not start when that was done:", err)
					}
				}
				if err := a.Close(); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// restore puts back what was in a folder.
func restore(from, to, name string) error {
	info, err := os.Stat(filepath.Join(from, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.IsDir() {
		return os.CopyFS(filepath.Join(to, name), os.DirFS(filepath.Join(from, name)))
	}
	b, err := os.ReadFile(filepath.Join(from, name))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, name), b, 0o600)
}

// hasRead leaves a read model that was read up to block 7.
func hasRead(t *testing.T, config Config) (path string) {
	t.Helper()
	genesis := channel.Hash(config.genesis())
	if err := os.MkdirAll(config.Store, 0o700); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(config.Store, "readmodel.db")
	store, err := readmodel.OpenFollowed(t.Context(), path, genesis, build())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(store.Write(t.Context(), func(tx *readmodel.Tx) error {
		return tx.SetCursor(readmodel.Cursor{Block: 7, Hash: rootline.Hash{7}})
	}), store.Close()); err != nil {
		t.Fatal(err)
	}
	blocks, err := recorded.Blocks()
	if err != nil {
		t.Fatal(err)
	}
	var d fabric.Decoder
	first := d.Block(blocks[0]).Raw
	state, err := channel.Begin(first, first.Hash())
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Exec(`INSERT INTO channel (one, genesis, secret, state, number, hash) VALUES (1, ?, x'01', ?, 7, x'00')`, genesis[:], state.Encode())
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestAnOutboxThatIsGoneIsToldOf takes the outbox away from a gateway that has worked, and empties it.
func TestAnOutboxThatIsGoneIsToldOf(t *testing.T) {
	config := lonely(t)
	hasRead(t, config)
	for _, empty := range []bool{false, true} {
		path := filepath.Join(config.Store, "outbox.db")
		for _, name := range []string{path, path + "-wal", path + "-shm", path + ".salvage"} {
			if err := os.RemoveAll(name); err != nil {
				t.Fatal(err)
			}
		}
		if empty {
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 { // until somebody has seen to it
			a, err := Open(t.Context(), config)
			if err != nil {
				t.Fatal(err)
			}
			if n := a.notices(); len(n) == 0 || !strings.HasPrefix(n[0], "outbox-damaged: the outbox's file was missing or empty") {
				t.Errorf("empty %v: %q", empty, n)
			}
			if err := a.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}
