package projection_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/projection"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/storage"
	"github.com/rootline/rootline/gateway/storage/storagetest"
)

// feed delivers blocks that come while it is asked. Whoever asks for old ones gets no further than hold.
type feed struct {
	mu     sync.Mutex
	blocks []*block.Block
	hold   uint64
	old    uint64 // streams from before this block are held up
}

func (f *feed) get(from, number uint64) *block.Block {
	f.mu.Lock()
	defer f.mu.Unlock()
	if number >= uint64(len(f.blocks)) || from < f.old && number >= f.hold {
		return nil
	}
	return f.blocks[number]
}

func (f *feed) change(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

func (f *feed) Blocks(ctx context.Context, from uint64, deliver func(*block.Block) error) error {
	for next := from; ; {
		b := f.get(from, next)
		if b == nil {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(time.Millisecond):
			}
			continue
		}
		if err := deliver(b); err != nil {
			return err
		}
		next++
	}
}

// serving runs a projection over blocks that come, until stop.
func serving(t *testing.T, config projection.Config) (p *projection.Projection, stop func()) {
	t.Helper()
	config.Log = slog.New(slog.DiscardHandler)
	p, err := projection.New(config)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		})
	}
	t.Cleanup(stop)
	return p, stop
}

// soon waits until something holds.
func soon(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within a minute", what)
		}
	}
}

// outdatings are what makes a read model outdated that can be served, each with its reason.
var outdatings = map[string]struct{ reason, statement string }{
	"another derivation":             {readmodel.RebuildVersion, `PRAGMA user_version = 4711`},
	"quarantined by another build":   {readmodel.RebuildQuarantine, `INSERT INTO quarantined (block, position, id, version) VALUES (3, 0, 'tx', '0')`},
	"a judge that decided otherwise": {readmodel.RebuildVersion, `PRAGMA user_version = 1; UPDATE transactions SET verdict = 'disputed' WHERE block = 4`},
}

// TestAnOutdatedReadModelServesUntilItsSuccessorIsBuilt has a read model serve, and follow the ledger, while its successor
// is built; the successor takes its place at the same block, and has what one has that was never touched.
func TestAnOutdatedReadModelServesUntilItsSuccessorIsBuilt(t *testing.T) {
	for name, c := range outdatings {
		t.Run(name, func(t *testing.T) {
			s := newStory(t)
			path := filled(t, s)
			statement(t, path, c.statement)
			f := &feed{blocks: s.blocks, hold: 3, old: uint64(len(s.blocks))}
			store := reopen(t, path, "1")
			defer func() {
				if err := store.Close(); err != nil {
					t.Error(err)
				}
			}()
			if r := store.Outdated(); store.Rebuilding() != nil || r == nil || r.Reason != c.reason || !strings.Contains(r.String(), "serves meanwhile") {
				t.Fatalf("rebuilding %+v, outdated %+v", store.Rebuilding(), r)
			}
			p, stop := serving(t, projection.Config{Store: store, Source: f})
			soon(t, "it is built", func() bool { n := p.Successor(); return n != nil && n.Started && n.Cursor.Block == 2 })
			// What is served goes on with the ledger meanwhile.
			for range 20 {
				s.Do(s.builder, asset(s.cement+fmt.Sprint(len(s.blocks)), "deliver", kind("cement"), amount(5)))
				b := s.cut()
				f.change(func() { f.blocks = s.blocks })
				if err := store.Reached(t.Context(), b.Number); err != nil {
					t.Fatal(err)
				}
			}
			if n := p.Successor(); n == nil || n.Cursor.Block != 2 || n.Fault != nil || store.Outdated() == nil {
				t.Errorf("it is not held up: %+v", n)
			}
			if _, err := readmodel.Read(t.Context(), store, func(v *readmodel.View) (*readmodel.Event, error) { return v.Event(s.first) }); err != nil {
				t.Errorf("what is served does not answer: %v", err)
			}
			f.change(func() { f.hold = 1 << 32 })
			soon(t, "it takes the place", func() bool { return store.Outdated() == nil })
			soon(t, "that is told", func() bool { return p.Successor() == nil })
			s.Do(s.builder, asset(s.slab+"X", "deliver", kind("cement"), amount(5)))
			s.cut()
			f.change(func() { f.blocks = s.blocks })
			level(t, s, store)
			if st := p.Status(); st.Fault != nil {
				t.Errorf("%+v", st)
			}
			untouched := applied(t, s.ledger).dump(t)
			if dump := (&gateway{store: store}).dump(t); dump != untouched {
				t.Errorf("it differs from one that was never touched:\n%s", difference(dump, untouched))
			}
			stop()
			onlyOne(t, path)
		})
	}
}

// onlyOne checks that nothing lies beside a read model but its own log.
func onlyOne(t *testing.T, path string) {
	t.Helper()
	all, err := filepath.Glob(path + "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range all {
		if rest := strings.TrimPrefix(name, path); rest != "" && rest != "-wal" && rest != "-shm" {
			t.Errorf("%s is left", filepath.Base(name))
		}
	}
}

// TestASuccessorGoesOnAfterAStop stops a gateway while it builds; the next goes on with what is there.
func TestASuccessorGoesOnAfterAStop(t *testing.T) {
	s := newStory(t)
	path := filled(t, s)
	statement(t, path, `PRAGMA user_version = 4711`)
	f := &feed{blocks: s.blocks, hold: 3, old: uint64(len(s.blocks))}
	var since time.Time
	for _, hold := range []uint64{3, 5, 1 << 32} {
		store := reopen(t, path, "1")
		if r := store.Outdated(); r == nil || hold > 3 && !r.Since.Equal(since) {
			t.Errorf("%+v, not since %s", r, since)
		} else {
			since = r.Since
		}
		f.change(func() { f.hold = hold; f.old = uint64(len(s.blocks)) })
		p, stop := serving(t, projection.Config{Store: store, Source: f})
		if hold < 1<<32 {
			soon(t, "it goes on", func() bool { n := p.Successor(); return n != nil && n.Started && n.Cursor.Block == hold-1 })
		} else {
			soon(t, "it takes the place", func() bool { return store.Outdated() == nil })
			if dump, untouched := (&gateway{store: store}).dump(t), applied(t, s.ledger).dump(t); dump != untouched {
				t.Errorf("it differs from one that was never touched:\n%s", difference(dump, untouched))
			}
		}
		stop()
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	onlyOne(t, path)
	// One that is of no use itself is begun anew.
	statement(t, path, `PRAGMA user_version = 4711`)
	if err := os.WriteFile(path+".next", []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	store := reopen(t, path, "1")
	defer store.Close()
	serving(t, projection.Config{Store: store, Source: f})
	soon(t, "it takes the place", func() bool { return store.Outdated() == nil })
}

// TestWhoReadsForLongIsWaitedFor: a successor does not take the place under an answer, and others are answered meanwhile.
func TestWhoReadsForLongIsWaitedFor(t *testing.T) {
	s := newStory(t)
	path := filled(t, s)
	statement(t, path, `PRAGMA user_version = 4711`)
	store := reopen(t, path, "1")
	defer store.Close()
	_, release, err := store.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p, _ := serving(t, projection.Config{Store: store, Source: &feed{blocks: s.blocks}})
	last := uint64(len(s.blocks) - 1)
	soon(t, "it is built", func() bool { n := p.Successor(); return n != nil && n.Cursor.Block == last })
	for end := time.Now().Add(time.Second); time.Now().Before(end); {
		if _, err := readmodel.Read(t.Context(), store, func(v *readmodel.View) (*readmodel.Event, error) { return v.Event(s.first) }); err != nil {
			t.Fatal(err)
		}
	}
	if store.Outdated() == nil {
		t.Error("it took the place of what somebody reads")
	}
	release()
	soon(t, "it takes the place", func() bool { return store.Outdated() == nil })
}

// TestADamagedReadModelIsFollowedByItsSuccessor damages what is served while its successor is built: that one goes on in its
// place, as far as it is.
func TestADamagedReadModelIsFollowedByItsSuccessor(t *testing.T) {
	for _, running := range []bool{true, false} {
		t.Run(fmt.Sprintf("running %v", running), func(t *testing.T) {
			s := newStory(t)
			path := filled(t, s)
			statement(t, path, `PRAGMA user_version = 4711`)
			f := &feed{blocks: s.blocks, hold: 5, old: uint64(len(s.blocks))}
			store := reopen(t, path, "1")
			p, stop := serving(t, projection.Config{Store: store, Source: f})
			soon(t, "it is built", func() bool { n := p.Successor(); return n != nil && n.Cursor.Block == 4 })
			if running {
				overwrite(t, path, 5, 0)
				soon(t, "the damage is noticed", func() bool {
					_ = dump(t.Context(), store, &strings.Builder{})
					return store.Rebuilding() != nil
				})
			} else {
				stop()
				if err := store.Close(); err != nil {
					t.Fatal(err)
				}
				overwrite(t, path, 5, 0)
				store = reopen(t, path, "1")
				if c, started := store.Newest(); !started || c.Block != 4 || store.Outdated() != nil {
					t.Errorf("it begins at %+v, %v", c, started)
				}
				f.change(func() { f.old = 0 })
				p, stop = serving(t, projection.Config{Store: store, Source: f})
			}
			f.change(func() { f.old = 0 })
			level(t, s, store)
			if r := store.Rebuilding(); r == nil || r.Reason != readmodel.RebuildDamaged || store.Outdated() != nil {
				t.Errorf("%+v, %+v", r, store.Outdated())
			}
			if err := store.Level(); err != nil {
				t.Error(err)
			}
			if st := p.Status(); st.Stopped {
				t.Errorf("%+v", st)
			}
			if dump, untouched := (&gateway{store: store}).dump(t), applied(t, s.ledger).dump(t); dump != untouched {
				t.Errorf("it differs from one that was never touched:\n%s", difference(dump, untouched))
			}
			stop()
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestAFullDiskStopsTheBuildingNotTheServing: the successor leaves what is kept for what is served, waits, and goes on.
func TestAFullDiskStopsTheBuildingNotTheServing(t *testing.T) {
	disk := storagetest.NewDisk(t, 64<<20)
	s := newStory(t)
	from := filled(t, s)
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(disk.Dir, "readmodel.db")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	statement(t, path, `PRAGMA user_version = 4711`)
	if err := os.WriteFile(filepath.Join(disk.Dir, "other"), make([]byte, 40<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	store := reopen(t, path, "1")
	defer store.Close()
	f := &feed{blocks: s.blocks}
	p, _ := serving(t, projection.Config{Store: store, Source: f, Reserve: 32 << 20})
	soon(t, "it waits", func() bool { n := p.Successor(); return n != nil && storage.Full(n.Fault) })
	s.Do(s.builder, asset(s.slab+"X", "deliver", kind("cement"), amount(5)))
	s.cut()
	f.change(func() { f.blocks = s.blocks })
	level(t, s, store)
	if st := p.Status(); st.Fault != nil || store.Outdated() == nil {
		t.Errorf("what is served stops, too: %+v", st)
	}
	if err := os.Remove(filepath.Join(disk.Dir, "other")); err != nil {
		t.Fatal(err)
	}
	soon(t, "it takes the place", func() bool { return store.Outdated() == nil })
	if dump, untouched := (&gateway{store: store}).dump(t), applied(t, s.ledger).dump(t); dump != untouched {
		t.Errorf("it differs from one that was never touched:\n%s", difference(dump, untouched))
	}
}
