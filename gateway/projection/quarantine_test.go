package projection_test

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/gateway/projection"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/readmodel/readmodeltest"
	"github.com/rootline/rootline/judge/judgetest"
)

// childVariable names the folder that this binary, started again by a test, is to run a gateway in.
const childVariable = "ROOTLINE_TEST_GATEWAY"

// deadly is what ends a gateway at a transaction: the blocks, and how.
type deadly struct {
	Blocks  []*block.Block
	Victim  string
	How     string
	Version string
	// Stages are where it dies; of the recorded stories' blocks, with Raw, in which Victim is "block/index".
	Stages []string
	Raw    bool
}

// TestGatewayProcess is no test: it is the gateway that the tests below start as a process of its own.
func TestGatewayProcess(t *testing.T) {
	dir := os.Getenv(childVariable)
	if dir == "" {
		t.Skip("started by other tests")
	}
	var d deadly
	f, err := os.Open(filepath.Join(dir, "deadly"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := gob.NewDecoder(f).Decode(&d); err != nil {
		t.Fatal(err)
	}
	genesis := channel.Hash{}
	if d.Raw {
		genesis = genesisOf(stories(t))
	}
	store, err := readmodel.OpenFollowed(t.Context(), filepath.Join(dir, "readmodel.db"), genesis, d.Version)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	config := projection.Config{
		Store: store, Source: replay(d.Blocks), Log: slog.New(slog.DiscardHandler), Attempts: filepath.Join(dir, "attempts"), Version: d.Version,
	}
	last := uint64(len(d.Blocks) - 1)
	if d.Raw {
		raw := stories(t)
		config.Source, config.Genesis, last = &tried{raw}, genesisOf(raw), uint64(len(raw)-1)
	}
	projection.OnTry(&config, func(stage string, number uint64, index int) {
		victim := d.Raw && fmt.Sprintf("%d/%d", number, index) == d.Victim || !d.Raw && d.Blocks[number].Transactions[index].ID == d.Victim
		if victim && slices.Contains(d.Stages, stage) {
			die(d.How)
		}
	})
	p, err := projection.New(config)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for (p.Status().Cursor.Block != last || store.Outdated() != nil || p.Successor() != nil) && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	if err := p.Run(ctx); ctx.Err() == nil {
		t.Fatal(err)
	}
}

// die ends the process as a transaction may. What is allocated is written to, so that it takes memory.
func die(how string) {
	switch how {
	case "kill":
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	case "panic":
		go func() { panic("beside the judge") }()
		select {}
	case "memory":
		limit := syscall.Rlimit{Cur: 3 << 30, Max: 3 << 30}
		if err := syscall.Setrlimit(syscall.RLIMIT_AS, &limit); err != nil {
			panic(err)
		}
		for held := [][]byte{}; ; {
			held = append(held, make([]byte, 256<<20))
		}
	}
}

// start runs a gateway in the folder to its end, and reports whether it died.
func (d *deadly) start(t *testing.T, dir string) (died bool) {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "deadly"))
	if err != nil {
		t.Fatal(err)
	}
	if err := gob.NewEncoder(f).Encode(d); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestGatewayProcess$")
	c.Env = append(os.Environ(), childVariable+"="+dir)
	out, err := c.CombinedOutput()
	if strings.Contains(string(out), "--- FAIL") {
		t.Fatalf("%s", out)
	}
	return err != nil
}

// TestATransactionThatEndsTheGatewayIsQuarantined has a gateway die at a transaction in each of the ways there are. After
// three deaths it goes on without it: what it wrote and what builds on that is not judged, all the rest is.
func TestATransactionThatEndsTheGatewayIsQuarantined(t *testing.T) {
	s := newStory(t)
	victim := s.blocks[len(s.blocks)-1].Transactions[0].ID // the cement that the slab is made of
	other := judgetest.Code(judgetest.Contractor)
	batch := []rootline.Submission{
		s.Sign(s.builder, asset(judgetest.Code(judgetest.Contractor), "cast", kind("slab"), inputs(rootline.Input{Asset: s.cement, Amount: 100}))),
		s.Sign(s.builder, asset(other, "deliver", kind("cement"), amount(7))),
	}
	if d := s.Record(batch...); len(d.Refused) > 0 {
		t.Fatal(d.Refused[0].Error)
	}
	for range 40 { // more than is read ahead
		s.cut()
		s.Do(s.builder, asset(judgetest.Code(judgetest.Contractor), "deliver", kind("cement"), amount(5)))
	}
	s.cut()
	untouched := applied(t, s.ledger).dump(t)
	for _, how := range []string{"kill", "panic", "memory"} {
		t.Run(how, func(t *testing.T) {
			dir := t.TempDir()
			d := &deadly{Blocks: s.blocks, Victim: victim, How: how, Version: "1", Stages: []string{"apply"}}
			for n := range projection.MaxDeaths {
				if !d.start(t, dir) {
					t.Fatalf("it lived after %d deaths", n)
				}
			}
			if d.start(t, dir) {
				t.Fatal("it died again")
			}
			quarantinedIn(t, s, dir, "1", victim, other)

			// Another build tries it again, in a read model beside the served one. Should it die of it, too, the served one is
			// still there, and so is what is known of deaths.
			d.Version = "2"
			for n := range projection.MaxDeaths {
				if !d.start(t, dir) {
					t.Fatalf("another build lived after %d deaths", n)
				}
				quarantinedIn(t, s, dir, "1", victim, other)
			}
			if d.start(t, dir) {
				t.Fatal("another build died again")
			}
			quarantinedIn(t, s, dir, "2", victim, other)
			// Should its file be lost, it knows without dying.
			for _, name := range []string{"readmodel.db", "readmodel.db-wal", "readmodel.db-shm"} {
				if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
					t.Fatal(err)
				}
			}
			if d.start(t, dir) {
				t.Fatal("it forgot what it died of")
			}
			quarantinedIn(t, s, dir, "2", victim, other)

			// One that can judge it ends with what one has that was never touched.
			d.How, d.Version = "", "3"
			if d.start(t, dir) {
				t.Fatal("it died without a reason")
			}
			store, err := readmodel.Open(t.Context(), filepath.Join(dir, "readmodel.db"))
			if err != nil {
				t.Fatal(err)
			}
			defer store.Close()
			if dump := (&gateway{store: store}).dump(t); dump != untouched {
				t.Errorf("it differs from one that was never touched:\n%s", difference(dump, untouched))
			}
			onlyOne(t, filepath.Join(dir, "readmodel.db"))
		})
	}
}

// quarantinedIn checks what the read model of a gateway says that went on without a transaction.
func quarantinedIn(t *testing.T, s *story, dir, version, victim, other string) {
	t.Helper()
	store, err := readmodel.Open(t.Context(), filepath.Join(dir, "readmodel.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	q, err := readmodeltest.View(t, store).Quarantined()
	if err != nil || len(q) != 1 || q[0].Transaction != victim || q[0].Version != version {
		t.Fatalf("%+v, %v", q, err)
	}
	f := (&gateway{store: store}).findings(t)
	if len(f) != 1 || f[0].Kind != projection.KindQuarantined || !f[0].Alarm || f[0].Transaction != victim {
		t.Errorf("findings %+v", f)
	}
	for _, code := range []string{s.cement, s.slab} {
		if _, err := readmodeltest.View(t, store).Asset(code); rootline.CodeOf(err) != rootline.CodeNotJudged {
			t.Errorf("%s: %v", code, err)
		}
	}
	for code, events := range map[string]int{s.tree: 4, other: 1} {
		c, err := readmodeltest.View(t, store).Shown(code)
		if err != nil || c.Asset.Unjudged != "" || c.History.Events != events || c.History.Rows() != events {
			t.Errorf("%s: %+v, %v", code, c, err)
		}
	}
	last, err := readmodeltest.View(t, store).Block(q[0].Block)
	if err != nil || last.Transactions[0].Verdict != readmodel.VerdictQuarantined || last.Transactions[1].Verdict != readmodel.VerdictUnjudged {
		t.Errorf("%+v, %v", last, err)
	}
	list, err := readmodeltest.View(t, store).Events(readmodel.EventFilter{}, readmodel.Page{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	counts := map[readmodel.EventStatus]int{}
	for _, e := range list.Items {
		counts[e.Status]++
	}
	if counts[readmodel.NotJudgedHere] != 2 || counts[readmodel.Disputed] != 0 || counts[readmodel.Committed] < 45 {
		t.Errorf("events %v", counts)
	}
	state, release, err := store.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	for key, want := range map[string]rootline.Code{s.cement: rootline.CodeNotJudged, s.slab: rootline.CodeNotJudged, s.tree: ""} {
		if _, err := state.Get(rootline.Ref{Space: rootline.SpaceAsset, ID: key}); rootline.CodeOf(err) != want {
			t.Errorf("%s is judged by with %v", key, err)
		}
	}
}

// tried delivers blocks as a peer does, each transaction decoded under the projection's eye.
type tried struct{ raw []*common.Block }

func (s *tried) Blocks(ctx context.Context, from uint64, deliver func(*block.Block) error) error {
	return s.Try(ctx, from, nil, deliver)
}

func (s *tried) Try(ctx context.Context, from uint64, try func(uint64, int) bool, deliver func(*block.Block) error) error {
	var d fabric.Decoder
	for _, raw := range s.raw[from:] {
		if err := deliver(d.Try(proto.CloneOf(raw), try)); err != nil {
			return err
		}
	}
	<-ctx.Done()
	return ctx.Err()
}

// TestATransactionThatMayNotEvenBeReadIsQuarantined has a gateway die while it decodes or verifies a transaction. After three
// deaths it goes on without reading it: what it wrote is not judged, nothing after it is called verified, the rest is judged.
func TestATransactionThatMayNotEvenBeReadIsQuarantined(t *testing.T) {
	raw := stories(t)
	want := honest(t, raw)
	whole := read(raw...)
	at := slices.IndexFunc(whole, func(b *block.Block) bool {
		return b.Number > 12 && b.Transactions[0].Valid && b.Transactions[0].Function == wire.FnRecord
	})
	victim := &whole[at].Transactions[0]
	for _, stages := range [][]string{{"decode"}, {"prepare", "verify"}} {
		t.Run(stages[0], func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := filepath.Join(dir, "readmodel.db")
			d := &deadly{Victim: fmt.Sprintf("%d/0", at), How: "kill", Version: "1", Stages: stages, Raw: true}
			for n := range projection.MaxDeaths {
				if !d.start(t, dir) {
					t.Fatalf("it lived after %d deaths", n)
				}
			}
			if d.start(t, dir) {
				t.Fatal("it died again")
			}
			store, err := readmodel.Open(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			q, err := readmodel.Read(t.Context(), store, (*readmodel.View).Quarantined)
			if err != nil || len(q) != 1 || q[0].Transaction != victim.ID || q[0].Block != uint64(at) {
				t.Errorf("%+v, %v", q, err)
			}
			state, release, err := store.Snapshot(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range victim.WritesTo(wire.Chaincode) {
				ref, err := wire.ParseKey(w.Key)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := state.Get(ref); rootline.CodeOf(err) != rootline.CodeNotJudged {
					t.Errorf("%s is judged by with %v", w.Key, err)
				}
			}
			release()
			kinds := map[string]int{}
			for _, f := range (&gateway{store: store}).findings(t) {
				kinds[f.Kind]++
			}
			if kinds[projection.KindQuarantined] != 1 || kinds[projection.KindNotRecomputed] == 0 || kinds[projection.KindJudgedOtherwise]+kinds[projection.KindWritesDiffer] != 0 {
				t.Errorf("findings %v", kinds)
			}
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
			d.Version, d.Stages = "2", nil
			if d.start(t, dir) {
				t.Fatal("it died without a reason")
			}
			store, err = readmodel.Open(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			defer store.Close()
			if rows := (&verified{nil, store}).rows(t); rows != want {
				t.Errorf("it differs from one that was never touched:\n%s", difference(rows, want))
			}
		})
	}
}

// TestWhatBreaksDownEndsNobody panics where events are read, and where they are judged. What only reads ahead is done without;
// what the judge breaks down at is disputed, and the rest is judged.
func TestWhatBreaksDownEndsNobody(t *testing.T) {
	s := newStory(t)
	untouched := applied(t, s.ledger).dump(t)
	last := uint64(len(s.blocks) - 1)
	run := func(stage string, hit func(number uint64, index int) bool) (*gateway, int) {
		g := &gateway{path: filepath.Join(t.TempDir(), "readmodel.db"), files: files{}}
		var err error
		if g.store, err = readmodel.Open(t.Context(), g.path); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = g.store.Close() })
		panics := 0
		var mu sync.Mutex
		config := projection.Config{Store: g.store, Source: replay(s.blocks)}
		projection.OnTry(&config, func(at string, number uint64, index int) {
			if at == stage && hit(number, index) {
				mu.Lock()
				panics++
				mu.Unlock()
				panic("a test")
			}
		})
		serving(t, config)
		if err := g.store.Reached(t.Context(), last); err != nil {
			t.Fatal(err)
		}
		return g, panics
	}
	g, panics := run("read-events", func(uint64, int) bool { return true })
	if dump := g.dump(t); dump != untouched || panics == 0 {
		t.Errorf("%d panics ahead change what is judged:\n%s", panics, difference(dump, untouched))
	}
	g, panics = run("judge", func(number uint64, index int) bool { return number == last && index == 0 })
	f := g.findings(t)
	if panics == 0 || !slices.ContainsFunc(f, func(f readmodel.Finding) bool {
		return f.Kind == projection.KindJudgedOtherwise && f.Detail == "judging it broke down: a test"
	}) {
		t.Errorf("%d panics: %+v", panics, f)
	}
	b, err := readmodeltest.View(t, g.store).Block(last)
	if err != nil || b.Transactions[0].Verdict != readmodel.VerdictDisputed {
		t.Errorf("%+v, %v", b, err)
	}
}
