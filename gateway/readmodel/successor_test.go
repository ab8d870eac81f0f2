package readmodel

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/channel"
)

// blocks writes blocks with an event each, from the first that is missing up to a number.
func blocks(t *testing.T, s *Store, to uint64) {
	t.Helper()
	from := uint64(0)
	if c, started := s.Newest(); started {
		from = c.Block + 1
	}
	for n := from; n <= to; n++ {
		write(t, s, func(tx *Tx) error { return addBlock(tx, n) })
	}
}

func addBlock(tx *Tx, n uint64) error {
	h := rootline.HashOf(fmt.Append(nil, n))
	tx.AddBlock(&Block{Number: n, Hash: h, Time: 1000, Count: 1})
	return errors.Join(tx.AddTransaction(&Transaction{ID: fmt.Sprint("tx", n), Block: n, Valid: true}), tx.SetCursor(Cursor{Block: n, Hash: h, Time: 1000}))
}

// copied copies a folder as a kill would leave it.
func copied(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

// TestASuccessorTakesThePlaceInOneStep ends the process, as a kill leaves the files, between all that is done to them when a
// successor takes its place. The next start has the one or the other whole, with all blocks, and ends with the successor.
func TestASuccessorTakesThePlaceInOneStep(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "readmodel.db")
	outdated := func(s *Store) {
		t.Helper()
		if err := s.exec(t.Context(), `PRAGMA user_version = 4711`); err != nil {
			t.Fatal(err)
		}
	}
	start := func(path string) *Store {
		t.Helper()
		s, err := OpenFollowed(t.Context(), path, channel.Hash{}, "1")
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := start(path)
	blocks(t, s, 20)
	outdated(s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = start(path)
	blocks(t, s, 25) // some in the log only
	kills := map[string]string{}
	atStep = func(name string) { kills[name] = copied(t, dir) }
	defer func() { atStep = func(string) {} }()
	succeed := func(s *Store) {
		t.Helper()
		next, err := s.Successor(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		closed, err := s.Succeed(t.Context(), next, time.Second, false, func(_ context.Context, c Cursor) error {
			blocks(t, next, c.Block)
			return nil
		})
		if err != nil || !closed {
			t.Fatal(closed, err)
		}
	}
	succeed(s)
	atStep("after")
	atStep = func(string) {}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"before", "folded", "shut", "alone", "moved", "opened", "after"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(kills[name], "readmodel.db")
			s := start(path)
			defer s.Close()
			if s.Rebuilding() != nil || (s.Outdated() == nil) != slices.Contains([]string{"moved", "opened", "after"}, name) {
				t.Errorf("rebuilding %+v, outdated %+v", s.Rebuilding(), s.Outdated())
			}
			if c, ok := s.Newest(); !ok || c.Block != 25 {
				t.Errorf("%+v", c)
			}
			blocks(t, s, 30)
			if s.Outdated() != nil {
				succeed(s)
			}
			if check, err := view(t, s).Blocks(Page{Limit: 100}); err != nil || len(check.Items) != 31 {
				t.Errorf("%d blocks, %v", len(check.Items), err)
			}
			if files, err := os.ReadDir(kills[name]); err != nil || slices.ContainsFunc(files, func(e os.DirEntry) bool {
				return strings.Contains(e.Name(), ".next") || strings.Contains(e.Name(), ".rebuild")
			}) {
				t.Errorf("left: %v, %v", files, err)
			}
			if err := quickCheck(t.Context(), path); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestASuccessorThatCannotTakeThePlaceLeavesTheServedFile makes each step fail. What is served answers on, or, when its file
// cannot be opened again, says so until Renew has opened it.
func TestASuccessorThatCannotTakeThePlaceLeavesTheServedFile(t *testing.T) {
	for name, at := range map[string]string{"the successor is gone": "shut", "the served file is no file": "moved"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "readmodel.db")
			s, err := OpenFollowed(t.Context(), path, channel.Hash{}, "1")
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			blocks(t, s, 3)
			s.outdated.Store(&Rebuild{Reason: RebuildVersion, Beside: true})
			next, err := s.Successor(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			blocks(t, next, 3)
			hidden := path + ".hidden"
			atStep = func(now string) {
				if now != at {
					return
				}
				if at == "moved" {
					err = errors.Join(os.Rename(path, hidden), os.Mkdir(path, 0o700))
				} else {
					err = os.Remove(successorOf(path))
				}
				if err != nil {
					t.Error(err)
				}
			}
			defer func() { atStep = func(string) {} }()
			closed, err := s.Succeed(t.Context(), next, time.Second, false, func(context.Context, Cursor) error { return nil })
			if err == nil || !closed {
				t.Fatal(closed, err)
			}
			if at == "moved" {
				if err := s.Write(t.Context(), func(*Tx) error { return nil }); rootline.CodeOf(err) != rootline.CodeNotReady || s.Rebuilding().Reason != RebuildClosed {
					t.Errorf("%v, %+v", err, s.Rebuilding())
				}
				if err := s.Renew(t.Context()); err == nil {
					t.Error("it opens a folder")
				}
				if err := errors.Join(os.Remove(path), os.Rename(hidden, path)); err != nil {
					t.Fatal(err)
				}
				if err := s.Renew(t.Context()); err != nil || s.Rebuilding() != nil {
					t.Errorf("%v, %+v", err, s.Rebuilding())
				}
			}
			blocks(t, s, 4)
			if c, _, err := s.Cursor(t.Context()); err != nil || c.Block != 4 {
				t.Errorf("%+v, %v", c, err)
			}
		})
	}
}

// TestWhoReadsForLongMakesWay: an export that follows another keeps no successor from its place.
func TestWhoReadsForLongMakesWay(t *testing.T) {
	s := open(t)
	blocks(t, s, 20)
	next, err := s.Successor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	level := func(_ context.Context, c Cursor) error {
		if at, ok := next.Newest(); !ok || at.Block < c.Block {
			blocks(t, next, c.Block)
		}
		return nil
	}
	long, err := s.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Succeed(t.Context(), next, 100*time.Millisecond, false, level); !errors.Is(err, ErrBusy) {
		t.Fatalf("while somebody reads: %v", err)
	}
	ended := make(chan error, 1)
	go func() {
		defer long.Close()
		for {
			if _, err := long.Blocks(Page{Limit: 1}); err != nil {
				ended <- err
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	if closed, err := s.Succeed(t.Context(), next, 2*time.Second, true, level); err != nil || !closed {
		t.Fatal(closed, err)
	}
	if err := <-ended; rootline.CodeOf(err) != rootline.CodeNotReady {
		t.Errorf("the long answer ends with %v", err)
	}
	if _, err := view(t, s).Blocks(Page{Limit: 1}); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
