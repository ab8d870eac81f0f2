package readmodel

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
)

// TestReadersSeeWhatWasCommitted lets many more readers than there are connections read what a writer changes with
// each block: whatever is cached, none may see less than what was committed before it asked, or a mixture.
func TestReadersSeeWhatWasCommitted(t *testing.T) {
	s := open(t)
	const rounds, many = 60, 24
	commit := func(n int) error {
		return s.Write(t.Context(), func(tx *Tx) error {
			h := rootline.HashOf([]byte(fmt.Sprint(n)))
			a, b := planted(1), planted(2)
			a.State, b.State = fmt.Sprint(n), fmt.Sprint(n)
			w, err := Encode([]rootline.Record{
				a, b, &rootline.Device{Kid: "kid", Name: fmt.Sprint(n)},
				&rootline.Ledger{Net: fmt.Sprint(n), Organisations: []string{"OwnerMSP"}},
				&rootline.Organisation{MSPID: "OwnerMSP", Prefix: fmt.Sprint(n)},
			})
			tx.Put(w)
			tx.AddBlock(&Block{Number: uint64(n), Hash: h, Count: 1})
			e := event(n, Edge{From: code(2), To: code(1), Amount: int64(n)})
			e.Block = uint64(n)
			return errors.Join(err, tx.AddTransaction(&Transaction{Block: uint64(n), ID: fmt.Sprint(n), Valid: true}),
				tx.AddEvent(e), tx.SetCursor(Cursor{Block: uint64(n), Hash: h}))
		})
	}
	if err := commit(0); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	done := 0 // committed for certain
	last := func() int { mu.Lock(); defer mu.Unlock(); return done }
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for i := range many {
		readers.Go(func() {
			for round := 0; ; round++ {
				select {
				case <-stop:
					if round > 0 {
						return
					}
				default:
				}
				if err := agree(t.Context(), s, last(), i%4); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for n := 1; n <= rounds; n++ {
		if err := commit(n); err != nil {
			t.Error(err)
		}
		mu.Lock()
		done = n
		mu.Unlock()
	}
	close(stop)
	readers.Wait()
	if err := agree(t.Context(), s, rounds, 0); err != nil {
		t.Error(err)
	}
}

// agree reads in one of several ways and holds what it sees to be as of one block, not before least.
func agree(ctx context.Context, s *Store, least, way int) error {
	number := func(text string) (n int) { _, _ = fmt.Sscan(text, &n); return n }
	var at int
	var others []int
	switch way {
	case 0:
		g, err := Read(ctx, s, func(v *View) (*Genealogy, error) { return v.Genealogy(code(1), Back, TraceOptions{}) })
		if err != nil {
			return err
		}
		at = int(g.Cursor.Block)
		others = []int{number(g.Nodes[0].State), number(g.Nodes[1].State), len(g.Edges) - 1}
	case 1:
		l, err := Read(ctx, s, (*View).Ledger)
		if err != nil {
			return err
		}
		at = int(l.Cursor.Block)
		others = []int{number(l.Ledger.Net), number(l.Organisations[0].Prefix)}
	case 2:
		d, err := Read(ctx, s, func(v *View) (*rootline.Device, error) { return v.Device("kid") })
		if err != nil {
			return err
		}
		at = number(d.Name)
	case 3:
		state, release, err := s.Snapshot(ctx)
		if err != nil {
			return err
		}
		defer release()
		var d, a rootline.Record
		for _, r := range []struct {
			to  *rootline.Record
			ref rootline.Ref
		}{{&d, rootline.Ref{Space: rootline.SpaceDevice, ID: "kid"}}, {&a, rootline.Ref{Space: rootline.SpaceAsset, ID: code(1)}}} {
			if *r.to, err = get(state, r.ref); err != nil {
				return err
			}
		}
		at, others = number(d.(*rootline.Device).Name), []int{number(a.(*rootline.Asset).State)}
	}
	for _, o := range others {
		if o != at {
			return fmt.Errorf("way %d: %v and %d in one answer", way, others, at)
		}
	}
	if at < least {
		return fmt.Errorf("way %d: saw block %d after block %d was committed", way, at, least)
	}
	return nil
}

func get(state judge.State, ref rootline.Ref) (rootline.Record, error) {
	r, err := state.Get(ref)
	if err == nil && r == nil {
		err = fmt.Errorf("%s is not there", ref)
	}
	return r, err
}
