package projection_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"
)

// TestNothingIsHalfApplied fails in the middle of a block: an event cannot be added.
func TestNothingIsHalfApplied(t *testing.T) {
	s := newStory(t)
	g := newGateway(t, nil)
	last := len(s.blocks) - 1
	if err := g.Apply(t.Context(), s.blocks[:last]...); err != nil {
		t.Fatal(err)
	}
	before := g.dump(t)
	db, err := sql.Open("sqlite", g.path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, table := range []string{"state", "blocks", "transactions", "events", "event_subjects", "assets", "edges", "cursor"} {
		event := "INSERT"
		if table == "cursor" {
			event = "UPDATE"
		}
		if _, err := db.Exec(`CREATE TRIGGER fault BEFORE ` + event + ` ON ` + table + ` BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`); err != nil {
			t.Fatal(err)
		}
		told := len(g.told)
		if err := g.Apply(t.Context(), s.blocks[last]); err == nil || !strings.Contains(err.Error(), "the disk is full") {
			t.Fatalf("%s: got %v", table, err)
		}
		if after := g.dump(t); after != before {
			t.Errorf("%s: half of it is there:\n%s", table, difference(after, before))
		}
		if len(g.told) != told {
			t.Errorf("%s: listeners were told", table)
		}
		if _, err := db.Exec(`DROP TRIGGER fault`); err != nil {
			t.Fatal(err)
		}
	}
	if err := g.Apply(t.Context(), s.blocks[last]); err != nil {
		t.Fatal(err)
	}
	if a, b := g.dump(t), applied(t, s.ledger).dump(t); a != b {
		t.Errorf("the rows differ:\n%s", difference(a, b))
	}
}

// TestRunGoesOnAfterFaultsOfTheStore cannot write for a while.
func TestRunGoesOnAfterFaultsOfTheStore(t *testing.T) {
	s := newStory(t)
	g := newGateway(t, &source{blocks: s.blocks})
	db, err := sql.Open("sqlite", g.path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`CREATE TRIGGER fault BEFORE INSERT ON events WHEN NEW.ordinal > 6 BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	finished := make(chan error, 1)
	go func() { finished <- g.Run(ctx) }()
	for began := time.Now(); g.Status().Fault == nil; time.Sleep(time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatal("the fault does not show")
		}
	}
	if g.Status().Stopped {
		t.Error("a fault of the store is taken for a broken chain")
	}
	if _, err := db.Exec(`DROP TRIGGER fault`); err != nil {
		t.Fatal(err)
	}
	g.await(t, uint64(len(s.blocks)-1))
	cancel()
	<-finished
	if g.Status().Fault != nil {
		t.Errorf("status %+v", g.Status())
	}
	if a, b := g.dump(t), applied(t, s.ledger).dump(t); a != b {
		t.Errorf("the rows differ:\n%s", difference(a, b))
	}
}
