package projection_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/projection"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/readmodel/readmodeltest"
)

// files are evidence files in memory.
type files map[rootline.Hash][]byte

func (f files) Open(_ context.Context, h rootline.Hash) (io.ReadCloser, bool, error) {
	b, ok := f[h]
	return io.NopCloser(bytes.NewReader(b)), ok, nil
}

func (f files) put(b []byte) { f[rootline.HashOf(b)] = b }

// gateway is a read model with its projection.
type gateway struct {
	*projection.Projection
	store *readmodel.Store
	path  string
	files files
	told  []readmodel.BlockApplied
}

func newGateway(t testing.TB, source projection.Source) *gateway {
	t.Helper()
	g := &gateway{path: filepath.Join(t.TempDir(), "readmodel.db"), files: files{}}
	var err error
	if g.store, err = readmodel.Open(t.Context(), g.path); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.store.Close(); err != nil {
			t.Error(err)
		}
	})
	g.Projection, err = projection.New(projection.Config{
		Store: g.store, Source: source, Blobs: g.files, Log: slog.New(slog.DiscardHandler),
		Listeners: []projection.Listener{projection.ListenerFunc(func(_ context.Context, b readmodel.BlockApplied) {
			g.told = append(g.told, b)
		})},
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// applied is a gateway that has applied all blocks of a ledger, one at a time.
func applied(t testing.TB, l *ledger) *gateway {
	t.Helper()
	g := newGateway(t, nil)
	for _, b := range l.blocks {
		if err := g.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	return g
}

func (g *gateway) dump(t testing.TB) string {
	t.Helper()
	var b strings.Builder
	if err := dump(t.Context(), g.store, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func (g *gateway) findings(t testing.TB) []readmodel.Finding {
	t.Helper()
	list, err := readmodel.Read(t.Context(), g.store, func(v *readmodel.View) (readmodel.List[readmodel.Finding], error) {
		return v.Findings(readmodel.Page{})
	})
	if err != nil {
		t.Fatal(err)
	}
	return list.Items
}

func kinds(fs []readmodel.Finding) []string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Kind)
	}
	slices.Sort(out)
	return out
}

func TestAnHonestLedgerIsReadWithoutFindings(t *testing.T) {
	s := newStory(t)
	g := applied(t, s.ledger)
	if f := g.findings(t); len(f) > 0 {
		t.Fatalf("findings: %+v", f)
	}
	sameState(t, g, s)
	if got := g.Status(); !got.Started || got.Cursor.Block != uint64(len(s.blocks)-1) || got.Fault != nil {
		t.Errorf("status %+v", got)
	}
	if len(g.told) != len(s.blocks) || len(g.told[2].Events) != 4 {
		t.Errorf("listeners were told of %d blocks", len(g.told))
	}
	again, err := readmodeltest.View(t, g.store).BlocksAfter(-1, 100)
	if err != nil || len(again) != len(g.told) {
		t.Fatalf("%d blocks, %v", len(again), err)
	}
	for i := range again {
		if again[i].Number != g.told[i].Number || !slices.Equal(again[i].Events, g.told[i].Events) {
			t.Errorf("a stream resumes with other news of block %d:\n%+v\n%+v", i, again[i], g.told[i])
		}
	}
}

// sameState compares the state in SQLite with the one in memory, byte for byte.
func sameState(t *testing.T, g *gateway, s *story) {
	t.Helper()
	state, release, err := g.store.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	records := s.State.Records()
	if strings.Count(g.dump(t), "\nstate ") != len(records) {
		t.Errorf("SQLite does not hold %d records", len(records))
	}
	for ref, want := range records {
		got, err := state.Get(ref)
		if err != nil || got == nil {
			t.Fatalf("%s: %v, %v", ref, got, err)
		}
		a, _ := wire.Encode(got)
		b, _ := wire.Encode(want)
		if !bytes.Equal(a, b) {
			t.Errorf("%s\n got %s\nwant %s", ref, a, b)
		}
	}
}

func TestADeletedReadModelIsRebuiltToTheSameRows(t *testing.T) {
	s := newStory(t)
	s.forge(nil, s.Sign(s.planter, asset(s.tree, "plant", here))) // leaves findings and disputed rows, too
	s.cut()
	one := newGateway(t, nil)
	one.files.put(s.blob)
	for _, b := range s.blocks {
		if err := one.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	// The other applies all blocks in one transaction, and the file with the codes comes after them.
	other := newGateway(t, nil)
	if err := other.Apply(t.Context(), s.blocks...); err != nil {
		t.Fatal(err)
	}
	other.files.put(s.blob)
	if err := other.IndexList(t.Context(), rootline.HashOf(s.blob)); err != nil {
		t.Fatal(err)
	}
	a, b := one.dump(t), other.dump(t)
	if a != b {
		t.Errorf("the rows differ:\n%s", difference(a, b))
	}
	for _, table := range []string{"state", "events", "event_subjects", "edges", "tags", "places", "devices", "lists", "indexed_lists", "list_codes", "findings"} {
		if !strings.Contains(a, "\n"+table+" ") {
			t.Errorf("the test has no rows of %s", table)
		}
	}
}

func difference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return x[i] + "\n" + y[i]
		}
	}
	return "one is longer"
}

func TestABlockThatDoesNotContinueTheChainStopsTheProjection(t *testing.T) {
	for _, c := range []struct {
		name, kind string
		spoil      func(s *story, blocks []*block.Block) []*block.Block
	}{
		{"gap", block.BreakNumber, func(_ *story, b []*block.Block) []*block.Block { return slices.Delete(b, 4, 5) }},
		{"repeated", block.BreakNumber, func(_ *story, b []*block.Block) []*block.Block { return slices.Insert(b, 4, b[3]) }},
		{"wrong previous hash", block.BreakPrevious, func(s *story, b []*block.Block) []*block.Block {
			other := *b[4]
			other.Previous = rootline.HashOf([]byte("another"))
			s.seal(&other)
			return append(b[:4:4], append([]*block.Block{&other}, b[5:]...)...)
		}},
		{"altered content", block.BreakData, func(_ *story, b []*block.Block) []*block.Block {
			other := *b[4]
			other.Computed = rootline.HashOf([]byte("another"))
			return append(b[:4:4], append([]*block.Block{&other}, b[5:]...)...)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t)
			g := newGateway(t, &source{blocks: c.spoil(s, slices.Clone(s.blocks))})
			var broken *block.Break
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if err := g.Run(ctx); !errors.As(err, &broken) || broken.Kind != c.kind {
				t.Fatalf("got %v", err)
			}
			cursor, _, err := g.store.Cursor(t.Context())
			if err != nil || cursor.Block != 3 || cursor.Hash != s.blocks[3].Hash {
				t.Errorf("the cursor is %+v, %v", cursor, err)
			}
			if _, err := readmodeltest.View(t, g.store).Event(s.first); err == nil {
				t.Error("an event of the block that does not fit was applied")
			}
			if st := g.Status(); !st.Stopped || st.Fault == nil {
				t.Errorf("status %+v", st)
			}
			if f := g.findings(t); len(f) != 1 || f[0].Kind != projection.KindBrokenChain || !f[0].Alarm {
				t.Errorf("findings %+v", f)
			}
		})
	}
}

// source delivers given blocks; it fails once after each of the numbers in breaks, and then waits.
type source struct {
	blocks []*block.Block
	breaks []uint64
}

func (s *source) Blocks(ctx context.Context, from uint64, deliver func(*block.Block) error) error {
	for _, b := range s.blocks {
		if b.Number < from {
			continue
		}
		if err := deliver(b); err != nil {
			return err
		}
		if i := slices.Index(s.breaks, b.Number); i >= 0 {
			s.breaks = slices.Delete(s.breaks, i, i+1)
			return errors.New("the peer went away")
		}
	}
	<-ctx.Done()
	return ctx.Err()
}

func TestRunGoesOnAfterFaultsOfTheSource(t *testing.T) {
	s := newStory(t)
	ctx, cancel := context.WithCancel(t.Context())
	src := &source{blocks: s.blocks, breaks: []uint64{2, 4}}
	g := newGateway(t, src)
	last := uint64(len(s.blocks) - 1)
	finished := make(chan error, 1)
	go func() { finished <- g.Run(ctx) }()
	g.await(t, last)
	cancel()
	if err := <-finished; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if a, b := g.dump(t), applied(t, s.ledger).dump(t); a != b {
		t.Errorf("the rows differ:\n%s", difference(a, b))
	}
	// A gateway that starts again goes on after its cursor.
	s.Do(s.builder, asset(s.slab+"X", "deliver", kind("cement"), amount(5)))
	src.blocks = append(src.blocks, s.cut())
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	go func() { finished <- g.Run(ctx) }()
	g.await(t, last+1)
	cancel()
	<-finished
}

// await waits until a block is applied.
func (g *gateway) await(t *testing.T, number uint64) {
	t.Helper()
	for began := time.Now(); g.Status().Cursor.Block != number; time.Sleep(time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatalf("block %d is not applied: %+v", number, g.Status())
		}
	}
}
