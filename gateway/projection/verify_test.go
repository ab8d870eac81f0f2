package projection_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/protobuf/proto"

	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/gateway/projection"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/readmodel/readmodeltest"
	"github.com/rootline/rootline/story/recorded"
)

// stories are the first blocks of a real network; see package recorded.
func stories(t testing.TB) []*common.Block {
	t.Helper()
	raw, err := recorded.Blocks()
	if err != nil {
		t.Fatal(err)
	}
	return raw[:30]
}

// verified is a gateway that verifies.
type verified struct {
	*projection.Projection
	store *readmodel.Store
}

func openVerified(t *testing.T, path string, source projection.Source, genesis channel.Hash) *verified {
	t.Helper()
	store, err := readmodel.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	p, err := projection.New(projection.Config{Store: store, Source: source, Genesis: genesis})
	if err != nil {
		t.Fatal(err)
	}
	return &verified{p, store}
}

// rows are all rows but the findings.
func (v *verified) rows(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := dump(t.Context(), v.store, &b); err != nil {
		t.Fatal(err)
	}
	var kept []string
	for _, line := range bytes.Split(b.Bytes(), []byte("\n")) {
		if !bytes.Contains(line, []byte(projection.KindVerdictDiffers)) && !bytes.Contains(line, []byte(projection.KindUnverified)) {
			kept = append(kept, string(line))
		}
	}
	return joined(kept)
}

func joined(lines []string) string {
	var b bytes.Buffer
	for _, l := range lines {
		b.WriteString(l + "\n")
	}
	return b.String()
}

func (v *verified) kinds(t *testing.T) map[string]int {
	t.Helper()
	found, err := readmodeltest.View(t, v.store).Findings(readmodel.Page{})
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, f := range found.Items {
		kinds[f.Kind]++
	}
	return kinds
}

func read(raw ...*common.Block) []*block.Block {
	var d fabric.Decoder
	var out []*block.Block
	for _, b := range raw {
		out = append(out, d.Block(proto.CloneOf(b)))
	}
	return out
}

func genesisOf(raw []*common.Block) channel.Hash { return channel.Hash(read(raw[0])[0].Hash) }

// honest is what an honest peer leads to.
func honest(t *testing.T, raw []*common.Block) string {
	t.Helper()
	v := openVerified(t, filepath.Join(t.TempDir(), "r.db"), nil, genesisOf(raw))
	if err := v.Apply(t.Context(), read(raw...)...); err != nil {
		t.Fatal(err)
	}
	if k := v.kinds(t); k[projection.KindVerdictDiffers]+k[projection.KindNotRecomputed]+k[projection.KindUnverified] != 0 {
		t.Fatalf("an honest peer is found at fault: %v", k)
	}
	return v.rows(t)
}

func TestFlippedFlagsChangeNothingButAlarm(t *testing.T) {
	raw := stories(t)
	want := honest(t, raw)
	lies := 0
	for _, b := range raw[1:] {
		lie := proto.CloneOf(b)
		flags := lie.GetMetadata().GetMetadata()[common.BlockMetadataIndex_TRANSACTIONS_FILTER]
		for i := range flags {
			flags[i] ^= 11
			lies++
		}
		*b = *proto.CloneOf(lie) // a message that nobody else has
	}
	path := filepath.Join(t.TempDir(), "r.db")
	blocks := read(raw...)
	v := openVerified(t, path, nil, genesisOf(raw))
	half := len(blocks) / 2
	if err := v.Apply(t.Context(), blocks[:half]...); err != nil {
		t.Fatal(err)
	}
	// Opened again, it goes on where it was.
	if err := v.store.Close(); err != nil {
		t.Fatal(err)
	}
	v = openVerified(t, path, nil, genesisOf(raw))
	for _, b := range blocks[half:] {
		if err := v.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	if got := v.rows(t); got != want {
		t.Errorf("the rows differ:\n%s", difference(got, want))
	}
	if n := v.kinds(t)[projection.KindVerdictDiffers]; n != lies {
		t.Errorf("%d alarms for %d lies", n, lies)
	}
}

// places is a source with several places, the first of which lies.
type places struct {
	mu      sync.Mutex
	at      int
	of      [][]*common.Block
	refused []uint64
	blamed  []string
	status  func() projection.Status
	said    bool
}

func (p *places) Blocks(ctx context.Context, from uint64, deliver func(*block.Block) error) error {
	p.mu.Lock()
	blocks, by := read(p.of[p.at]...), fmt.Sprint("place ", p.at)
	p.mu.Unlock()
	for _, b := range blocks[from:] {
		b.By = by
		if err := deliver(b); err != nil {
			return err
		}
	}
	<-ctx.Done()
	return ctx.Err()
}

func (p *places) Refuse(by string, number uint64, _ error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refused = append(p.refused, number)
	p.blamed = append(p.blamed, by)
	s := p.status()
	p.said = s.Stop == block.StopUnverified && !s.Stopped && s.Fault != nil
	p.at = (p.at + 1) % len(p.of)
}

func TestABlockThatDoesNotVerifyIsTakenFromElsewhere(t *testing.T) {
	raw := stories(t)
	want := honest(t, raw)
	bad := len(raw) - 2
	lying := slices.Clone(raw)
	b := proto.CloneOf(raw[bad])
	b.Data.Data = raw[bad-1].GetData().GetData() // another transaction in its place, hashed anew
	sum := sha256.Sum256(slices.Concat(b.GetData().GetData()...))
	b.Header.DataHash = sum[:]
	lying[bad] = b
	source := &places{of: [][]*common.Block{lying, lying, raw}}
	v := openVerified(t, filepath.Join(t.TempDir(), "r.db"), source, genesisOf(raw))
	source.status = v.Status
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- v.Run(ctx) }()
	for {
		s := v.Status()
		if s.Started && s.Cursor.Block == uint64(len(raw)-1) {
			break
		}
		select {
		case err := <-done:
			t.Fatalf("it ended: %v", err)
		case <-time.After(time.Millisecond):
		}
	}
	cancel()
	<-done
	if !source.said || !slices.Equal(source.refused, []uint64{uint64(bad), uint64(bad)}) {
		t.Errorf("refused %v, said in the status: %v", source.refused, source.said)
	}
	if !slices.Equal(source.blamed, []string{"place 0", "place 1"}) {
		t.Errorf("blamed: %v", source.blamed)
	}
	if got := v.rows(t); got != want {
		t.Errorf("the rows differ:\n%s", difference(got, want))
	}
	if n := v.kinds(t)[projection.KindUnverified]; n != 1 {
		t.Errorf("%d findings about one block", n)
	}
}

// gate is a source that waits when it is asked for the first block, once.
type gate struct {
	raw    []*common.Block
	again  chan struct{} // closed when the first block is asked for
	opened chan struct{} // to be closed by the test
}

func (g *gate) Blocks(ctx context.Context, from uint64, deliver func(*block.Block) error) error {
	if from == 0 {
		close(g.again)
		select {
		case <-g.opened:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for _, b := range read(g.raw...)[from:] {
		if err := deliver(b); err != nil {
			return err
		}
	}
	<-ctx.Done()
	return ctx.Err()
}

// A read model of verified blocks that is damaged while it runs is built anew, verified again from the pinned block on.
// Nothing that was known of the former one is told of the new one.
func TestADamagedReadModelOfVerifiedBlocksIsBuiltAnew(t *testing.T) {
	raw := stories(t)
	want := honest(t, raw)
	path := filepath.Join(t.TempDir(), "r.db")
	before := openVerified(t, path, nil, genesisOf(raw))
	if err := errors.Join(before.Apply(t.Context(), read(raw...)...), before.store.Close()); err != nil {
		t.Fatal(err)
	}
	store, err := readmodel.OpenFollowed(t.Context(), path, genesisOf(raw), "1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	source := &gate{raw: raw, again: make(chan struct{}), opened: make(chan struct{})}
	p, err := projection.New(projection.Config{Store: store, Source: source, Genesis: genesisOf(raw), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	v := &verified{p, store}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	reached := func() {
		t.Helper()
		for {
			c, started, err := store.Cursor(ctx)
			if err == nil && started && c.Block == uint64(len(raw)-1) {
				return
			}
			select {
			case err := <-done:
				t.Fatalf("it ended: %v", err)
			case <-time.After(time.Millisecond):
			}
		}
	}
	reached()
	for p.Channel() == nil {
		time.Sleep(time.Millisecond)
	}
	if l, err := readmodel.Read(ctx, store, (*readmodel.View).Ledger); err != nil || l.Ledger == nil {
		t.Fatalf("the story is not there: %v", err)
	}
	overwrite(t, path, 5, 0)
	for store.Rebuilding() == nil {
		if _ = dump(ctx, store, io.Discard); ctx.Err() != nil {
			t.Fatal("the damage is not noticed")
		}
	}
	select {
	case <-source.again:
	case <-ctx.Done():
		t.Fatal("it does not begin anew")
	}
	if p.Channel() != nil || p.Anchors() != nil || p.Orderers() != nil {
		t.Error("it knows a configuration of which no block was read")
	}
	if l, err := readmodel.Read(ctx, store, (*readmodel.View).Ledger); err != nil || l.Ledger != nil {
		t.Errorf("it tells of a founding of which no block was read: %v, %v", l, err)
	}
	close(source.opened)
	reached()
	cancel()
	<-done
	if got := v.rows(t); got != want {
		t.Errorf("the rows differ:\n%s", difference(got, want))
	}
}

func TestAnotherChannelIsRefusedFromTheStart(t *testing.T) {
	raw := stories(t)
	pin := genesisOf(raw)
	pin[0] ^= 1
	v := openVerified(t, filepath.Join(t.TempDir(), "r.db"), nil, pin)
	var fault *channel.Fault
	if err := v.Apply(t.Context(), read(raw...)...); !errors.As(err, &fault) || fault.Kind != channel.FaultGenesis {
		t.Fatalf("got %v", err)
	}
	// What was read without verifying, or as another channel, is not gone on from.
	path := filepath.Join(t.TempDir(), "r.db")
	blind := openVerified(t, path, nil, channel.Hash{})
	if err := blind.Apply(t.Context(), read(raw[:3]...)...); err != nil {
		t.Fatal(err)
	}
	if followed, err := readmodeltest.View(t, blind.store).Followed(genesisOf(raw)); err != nil || followed {
		t.Fatalf("followed: %v, %v", followed, err)
	}
	_ = blind.store.Close()
	v = openVerified(t, path, nil, genesisOf(raw))
	if err := v.Apply(t.Context(), read(raw[3])...); err == nil {
		t.Error("it went on from blocks that nobody verified")
	}
}

// TestAStateOfAnEarlierFormatIsFollowedAnew: what an earlier version noted of the channel is not gone on with. The read model
// is set aside, which is said, and the blocks are followed anew.
func TestAStateOfAnEarlierFormatIsFollowedAnew(t *testing.T) {
	raw := stories(t)
	want := honest(t, raw)
	for name, alter := range map[string]func([]byte){
		"earlier":    func(state []byte) { state[1]-- }, // the first member is the format's number
		"unreadable": func(state []byte) { state[0] = 0xff },
		"as it is":   func([]byte) {},
	} {
		path := filepath.Join(t.TempDir(), "r.db")
		v := openVerified(t, path, nil, genesisOf(raw))
		if err := v.Apply(t.Context(), read(raw...)...); err != nil {
			t.Fatal(err)
		}
		_ = v.store.Close()
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		var state []byte
		if err := db.QueryRow(`SELECT state FROM channel`).Scan(&state); err != nil {
			t.Fatal(err)
		}
		alter(state)
		if _, err := db.Exec(`UPDATE channel SET state = ?`, state); err != nil {
			t.Fatal(err)
		}
		_ = db.Close()
		store, err := readmodel.OpenFollowed(t.Context(), path, genesisOf(raw), "1")
		if err != nil {
			t.Fatal(name, err)
		}
		defer store.Close()
		r := store.Rebuilding()
		if name == "as it is" {
			if r != nil {
				t.Errorf("it is set aside without a reason: %+v", r)
			}
			continue
		}
		if r == nil || r.Reason != readmodel.RebuildVersion {
			t.Fatalf("%s: %+v", name, r)
		}
		if _, err := os.Stat(r.Aside); err != nil {
			t.Errorf("%s: the former file is not kept: %v", name, err)
		}
		p, err := projection.New(projection.Config{Store: store, Genesis: genesisOf(raw)})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Apply(t.Context(), read(raw...)...); err != nil {
			t.Fatal(name, err)
		}
		if got := (&verified{p, store}).rows(t); got != want {
			t.Errorf("%s: the rows differ:\n%s", name, difference(got, want))
		}
	}
}

// The versions in SQL are those in memory.
func TestVersionsAreKept(t *testing.T) {
	v := openVerified(t, filepath.Join(t.TempDir(), "r.db"), nil, channel.Hash{1})
	memory := channel.NewMemory()
	raw := stories(t)
	state, err := channel.Begin(read(raw[0])[0].Raw, genesisOf(raw))
	if err != nil {
		t.Fatal(err)
	}
	key := func(i, n int) channel.Key {
		return channel.Key{Namespace: []string{"rootline", "_lifecycle"}[n%2], Collection: []string{"", "c"}[n/2%2], Name: string(rune('a' + i))}
	}
	for round := range uint64(6) {
		err := v.store.Write(t.Context(), func(tx *readmodel.Tx) error {
			for i := range 26 {
				version := channel.Version{Block: round, Tx: uint64(i), Exists: true}
				if (uint64(i)+round)%5 == 0 {
					version = channel.Version{Block: round}
				}
				k := key(i, i+int(round))
				if err := errors.Join(memory.Put(k, version), tx.Versions().Put(k, version)); err != nil {
					return err
				}
			}
			ids := []string{string(rune('A' + round))}
			if err := errors.Join(memory.Remember(ids), tx.Versions().Remember(ids)); err != nil {
				return err
			}
			var keys []channel.Key
			for i := range 26 {
				for n := range 4 {
					keys = append(keys, key(i, n))
				}
			}
			want, _ := memory.Versions(keys)
			got, err := tx.Versions().Versions(keys)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("round %d: %v, %v, want %v", round, got, err, want)
			}
			wantIDs, _ := memory.Transactions([]string{"A", "B", "Z"})
			gotIDs, err := tx.Versions().Transactions([]string{"A", "B", "Z"})
			if err != nil || !slices.Equal(gotIDs, wantIDs) {
				t.Errorf("round %d: ids %v, %v, want %v", round, gotIDs, err, wantIDs)
			}
			return tx.Follow(channel.Hash{1}, nil, state)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestTheChannelsStateIsWrittenWhenItChanged: with most blocks the configuration and the definitions stay, and they are long.
func TestTheChannelsStateIsWrittenWhenItChanged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.db")
	v := openVerified(t, path, nil, channel.Hash{1})
	raw := stories(t)
	began, err := channel.Begin(read(raw[0])[0].Raw, genesisOf(raw))
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	far := began.At(7, channel.Hash{7})
	for _, c := range []struct {
		name           string
		kept, followed *channel.State
		written        []byte
	}{
		{"the first", nil, began, began.Encode()},
		{"another block", began, far, began.Encode()},
		{"after a start, when nothing is known of what is kept", nil, far, far.Encode()},
	} {
		if err := v.store.Write(t.Context(), func(tx *readmodel.Tx) error { return tx.Follow(channel.Hash{1}, c.kept, c.followed) }); err != nil {
			t.Fatal(err)
		}
		var written []byte
		if err := db.QueryRow(`SELECT state FROM channel`).Scan(&written); err != nil || !bytes.Equal(written, c.written) {
			t.Errorf("%s: %d bytes of state are written, want %d; %v", c.name, len(written), len(c.written), err)
		}
		if err := v.store.Write(t.Context(), func(tx *readmodel.Tx) error {
			state, err := tx.Channel(channel.Hash{1})
			if err == nil && (state.Number() != c.followed.Number() || state.Hash() != c.followed.Hash()) {
				t.Errorf("%s: it stands at block %d", c.name, state.Number())
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// witness is a source that knows organisations' commit hashes.
type witness struct {
	places
	own    []byte
	except []string
}

func (w *witness) CommitHashes(_ context.Context, number uint64, except string) []block.CommitHash {
	if number != 20 {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.except = append(w.except, except)
	return []block.CommitHash{
		{MSPID: "AgreesMSP", Hash: w.own}, {MSPID: "EmptyMSP"}, {MSPID: "SilentMSP", Err: errors.New("it does not answer")},
		{MSPID: "DiffersMSP", Hash: []byte("another")}, // the last: the test ends when it is found
	}
}

func TestCommitHashesAreCompared(t *testing.T) {
	raw := stories(t)
	source := &witness{places: places{of: [][]*common.Block{raw}}, own: read(raw[20])[0].Raw.CommitHash}
	registry := prometheus.NewRegistry()
	store, err := readmodel.Open(t.Context(), filepath.Join(t.TempDir(), "r.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	p, err := projection.New(projection.Config{Store: store, Source: source, Genesis: genesisOf(raw), CompareEvery: 20, Registerer: registry})
	if err != nil {
		t.Fatal(err)
	}
	v := &verified{p, store}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- v.Run(ctx) }()
	for v.kinds(t)[projection.KindCommitHash] == 0 {
		select {
		case err := <-done:
			t.Fatalf("it ended: %v", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
	cancel()
	<-done
	if n := v.kinds(t)[projection.KindCommitHash]; n != 1 || len(source.own) == 0 {
		t.Errorf("%d alarms", n)
	}
	if !slices.Equal(source.except, []string{"place 0"}) {
		t.Errorf("the block came from %q", source.except)
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var counted []string
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == "rootline_projection_commit_hash_compared_total" {
				counted = append(counted, fmt.Sprint(m.GetLabel()[0].GetValue(), " ", m.GetLabel()[1].GetValue(), " ", m.GetCounter().GetValue()))
			}
		}
	}
	if want := []string{"AgreesMSP agrees 1", "DiffersMSP differs 1", "EmptyMSP empty 1", "SilentMSP silent 1"}; !slices.Equal(counted, want) {
		t.Errorf("counted %q, want %q", counted, want)
	}
}

// slowWitness is a source whose first comparison takes until it is released.
type slowWitness struct {
	places
	release chan struct{}
	asked   chan uint64
}

func (w *slowWitness) CommitHashes(ctx context.Context, number uint64, _ string) []block.CommitHash {
	w.asked <- number
	select {
	case <-w.release:
	case <-ctx.Done():
	}
	return nil
}

// TestComparisonsDoNotPileUp: while one is under way only the latest waits, whose hash covers those before it.
func TestComparisonsDoNotPileUp(t *testing.T) {
	raw := stories(t)
	source := &slowWitness{places: places{of: [][]*common.Block{raw}}, release: make(chan struct{}), asked: make(chan uint64, len(raw))}
	store, err := readmodel.Open(t.Context(), filepath.Join(t.TempDir(), "r.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	applied := make(chan struct{})
	p, err := projection.New(projection.Config{Store: store, Source: source, Genesis: genesisOf(raw), CompareEvery: 1, BatchEvents: 1,
		Listeners: []projection.Listener{projection.ListenerFunc(func(_ context.Context, b readmodel.BlockApplied) {
			if b.Number == uint64(len(raw)-1) {
				close(applied)
			}
		})}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	<-source.asked
	<-applied
	if n := len(source.asked); n != 0 {
		t.Errorf("%d more beside the first", n)
	}
	cancel()
	<-done
	if n := len(source.asked); n != 0 {
		t.Errorf("%d are asked for after the end", n)
	}
}
