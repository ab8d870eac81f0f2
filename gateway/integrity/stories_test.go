package integrity

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/gateway/projection"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/story/recorded"
)

// told are the blocks of the recorded stories, as a real network made them, with peers that hold what they wrote.
type told struct {
	blocks  []*block.Block
	records map[string]*block.Answer
}

func newTold(t *testing.T) *told {
	t.Helper()
	raw, err := recorded.Blocks()
	if err != nil {
		t.Fatal(err)
	}
	var decoder fabric.Decoder
	l := &told{records: map[string]*block.Answer{}}
	for _, r := range raw {
		b := decoder.Block(r)
		l.blocks = append(l.blocks, b)
		for i := range b.Transactions {
			if tx := &b.Transactions[i]; tx.Valid {
				for _, w := range tx.WritesTo(wire.Chaincode) {
					l.records[w.Key] = &block.Answer{Holds: true, Value: w.Value, Written: &block.Written{Block: b.Number, Position: i}}
				}
			}
		}
	}
	return l
}

func (l *told) Block(_ context.Context, n uint64) (*block.Block, error) {
	copied := *l.blocks[n]
	return &copied, nil
}

func (l *told) Answer(_ context.Context, ref rootline.Ref, org string) (*block.Answer, error) {
	a := l.records[wire.Key(ref)]
	if a == nil {
		a = &block.Answer{Holds: true}
	}
	by := *a
	by.MSPID = org
	return &by, nil
}

// Every item of the stories is intact: trees, lots, layers, panels, with tags, places, recalls and attested events, and
// several events of one item in one transaction, whose states are derived again from what that transaction read.
func TestEveryItemOfTheStoriesIsIntact(t *testing.T) {
	l := newTold(t)
	file := filepath.Join(t.TempDir(), "readmodel.db")
	store, err := readmodel.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	p, err := projection.New(projection.Config{Store: store})
	if err == nil {
		err = p.Apply(t.Context(), l.blocks...)
	}
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var ids []string
	rows, err := db.Query(`SELECT id FROM assets`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	c := New(Config{Shown: store, Ledger: l, Own: judgetest.Owner, LateAfter: projection.DefaultLateAfter})
	began, events, states := time.Now(), 0, 0
	for _, id := range ids {
		r, err := c.Check(t.Context(), budget.Who{}, id)
		if err != nil {
			t.Fatal(err)
		}
		events, states = events+r.Compared.Events, states+r.States
		if !r.Intact() {
			t.Errorf("%s: %s %d states, %+v", id, r.Unchecked, r.States, r.Faults)
		}
	}
	t.Logf("%d items, %d events, %d states not derived, %s", len(ids), events, states, time.Since(began))

	// A check that was broken off says nothing about the item.
	left := 0
	for _, id := range ids[:min(20, len(ids))] {
		ctx, cancel := context.WithCancel(t.Context())
		c = New(Config{Shown: store, Ledger: leaving{l, cancel}, Own: judgetest.Owner, LateAfter: projection.DefaultLateAfter})
		switch r, err := c.Check(ctx, budget.Who{}, id); {
		case errors.Is(err, context.Canceled):
			left++
		case err != nil || !r.Intact():
			t.Errorf("%s: %+v, %v", id, r, err)
		}
		cancel()
	}
	if left == 0 {
		t.Error("no item of these lies at a place")
	}
}

// leaving is a ledger whose asker goes away with its first answer.
type leaving struct {
	Ledger
	cancel context.CancelFunc
}

func (l leaving) Answer(ctx context.Context, ref rootline.Ref, organisation string) (*block.Answer, error) {
	defer l.cancel()
	return l.Ledger.Answer(ctx, ref, organisation)
}
