package readmodel

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
)

func open(t testing.TB) *Store {
	t.Helper()
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "readmodel.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func write(t testing.TB, s *Store, work func(*Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), work); err != nil {
		t.Fatal(err)
	}
}

func put(t testing.TB, s *Store, records ...rootline.Record) {
	t.Helper()
	write(t, s, func(tx *Tx) error {
		w, err := Encode(records)
		tx.Put(w)
		return err
	})
}

// code makes the n-th code of a test.
func code(n int) string { return fmt.Sprintf("9520001%013d", n) }

func planted(n int) *rootline.Asset {
	return &rootline.Asset{
		ID: code(n), Kind: "tree", Rulebook: "works@1", State: "planted", Maker: "OwnerMSP", Custodian: "OwnerMSP",
		Seq: 1, Head: rootline.HashOf([]byte(code(n))), Changed: 1000,
	}
}

// oneBlock adds block 0 with one transaction for events to lie in.
func oneBlock(t testing.TB, s *Store) {
	t.Helper()
	write(t, s, func(tx *Tx) error {
		h := rootline.HashOf([]byte("block"))
		tx.AddBlock(&Block{Hash: h, Time: 1000, Count: 1})
		return errors.Join(tx.AddTransaction(&Transaction{ID: "tx", Valid: true}), tx.SetCursor(Cursor{Hash: h, Time: 1000}))
	})
}

// event makes a committed event of block 0 about an asset.
func event(n int, edges ...Edge) *NewEvent {
	id := fmt.Sprintf("0190c7f2-0000-7000-8000-%012d", n)
	return &NewEvent{
		Event: Event{
			Event: &rootline.Event{ID: id, Asset: code(n), Action: "plant", Rulebook: "works@1"},
			JWS:   "not.kept.here", Status: Committed, Position: n,
		},
		Subjects: []judge.Subject{{Asset: code(n), Link: judge.LinkAsset, Seq: 1, Head: rootline.HashOf([]byte(code(n)))}},
		Edges:    edges,
	}
}

func codes(items []Asset) []string {
	out := make([]string, len(items))
	for i := range items {
		out[i] = items[i].ID
	}
	return out
}

var views = map[*Store]*View{}

// view gives a snapshot of what was applied last, until the next one of the same store.
func view(t testing.TB, s *Store) *View {
	t.Helper()
	end := func() {
		if v := views[s]; v != nil {
			v.Close()
			delete(views, s)
		}
	}
	end()
	v, err := s.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	views[s] = v
	t.Cleanup(end)
	return v
}
