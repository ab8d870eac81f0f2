package projection_test

import (
	"context"
	"crypto/ecdsa"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/projection"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/rulebook"
	"github.com/rootline/rootline/story/recorded"
)

// imported is a ledger with blocks of 1,000 signed events, each creating a tree as an inventory is imported. It returns
// the number of blocks before them.
func imported(b *testing.B, blocks, size int) (l *ledger, before int) {
	l = newLedger(b)
	const name = "forestation@1"
	l.Adopt(rulebook.Shipped()[name], name)
	importer := l.Enrol(judgetest.Owner, "importer")
	before = len(l.blocks) + 1
	l.cut()
	for n := range blocks {
		var subs []rootline.Submission
		for i := range size {
			code := judgetest.Code(judgetest.Owner)
			subs = append(subs, l.Sign(importer, &rootline.Event{
				Asset: code, Kind: "tree", Action: "inventory", Rulebook: name,
				Place: &rootline.Position{Point: rootline.Point{Lat: -37_800_000 + int64(n), Lon: 144_900_000 + int64(i)}, Accuracy: 10},
				Data:  []byte(fmt.Sprintf(`{"species":"Ulmus procera","commonName":"English Elm","genus":"Ulmus","family":"Ulmaceae","dbh":%d,"yearPlanted":1998,"precinct":"Carlton","source":"%d"}`, 100+i, n*size+i)),
			}))
		}
		if d := l.Record(subs...); len(d.Refused) > 0 {
			b.Fatal(d.Refused[0].Error)
		}
		l.cut()
	}
	return l, before
}

// BenchmarkApply measures how fast blocks of 1,000 signed events are judged again and applied, one by one.
func BenchmarkApply(b *testing.B) {
	const blocks, size = 10, 1000
	l, before := imported(b, blocks, size)
	b.ResetTimer()
	b.ReportAllocs()
	var took, used time.Duration
	for range b.N {
		b.StopTimer()
		g := newGateway(b, nil)
		if err := g.Apply(b.Context(), l.blocks[:before]...); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		began, had := time.Now(), processor(b)
		for _, bl := range l.blocks[before:] {
			if err := g.Apply(b.Context(), bl); err != nil {
				b.Fatal(err)
			}
		}
		took, used = took+time.Since(began), used+processor(b)-had
	}
	events := float64(b.N * blocks * size)
	b.ReportMetric(events/took.Seconds(), "events/s")
	b.ReportMetric(events/used.Seconds(), "events/core-s")
	b.ReportMetric(used.Seconds()*1e6/events, "core-µs/event")
}

// BenchmarkRebuild measures how fast a read model is made of all blocks, against reading the events and checking their
// signatures alone, on all processors.
func BenchmarkRebuild(b *testing.B) {
	const blocks, size = 30, 1000
	l, _ := imported(b, blocks, size)
	report := func(b *testing.B, took, used time.Duration) {
		events := float64(b.N * blocks * size)
		b.ReportMetric(events/took.Seconds(), "events/s")
		b.ReportMetric(used.Seconds()*1e6/events, "core-µs/event")
	}
	last := uint64(len(l.blocks) - 1)
	b.Run("judged", func(b *testing.B) {
		var took, used time.Duration
		for range b.N {
			ctx, cancel := context.WithCancel(b.Context())
			g := newGateway(b, replay(l.blocks))
			runtime.GC()
			began, had := time.Now(), processor(b)
			go func() {
				for g.Status().Cursor.Block != last && ctx.Err() == nil {
					time.Sleep(time.Millisecond)
				}
				cancel()
			}()
			_ = g.Run(ctx)
			took, used = took+time.Since(began), used+processor(b)-had
			if n := g.Status().Cursor.Block; n != last {
				b.Fatalf("it ended at block %d", n)
			}
		}
		report(b, took, used)
	})
	b.Run("checked", func(b *testing.B) {
		var took, used time.Duration
		for range b.N {
			runtime.GC()
			began, had := time.Now(), processor(b)
			var wait sync.WaitGroup
			work := make(chan *block.Block)
			for range runtime.GOMAXPROCS(0) {
				wait.Go(func() {
					for bl := range work {
						check(b, l, bl)
					}
				})
			}
			for _, bl := range l.blocks {
				work <- bl
			}
			close(work)
			wait.Wait()
			took, used = took+time.Since(began), used+processor(b)-had
		}
		report(b, took, used)
	})
}

func check(b *testing.B, l *ledger, bl *block.Block) {
	for _, t := range bl.Transactions {
		if t.Function != wire.FnRecord {
			continue
		}
		subs, err := wire.DecodeBatch(t.Args[0])
		if err != nil {
			b.Error(err)
		}
		var key *ecdsa.PublicKey
		for _, s := range subs {
			signed, err := jws.Parse(s.JWS)
			if err != nil {
				b.Error(err)
			}
			if key == nil {
				r, err := l.State.Get(rootline.Ref{Space: rootline.SpaceDevice, ID: signed.Kid})
				if d, ok := r.(*rootline.Device); !ok || err != nil {
					b.Error(err)
				} else if key, err = d.Key.Public(); err != nil {
					b.Error(err)
				}
			}
			if signed.Verify(key) != nil && len(subs) > 1 {
				b.Error("a signature does not hold")
			}
		}
	}
}

// replay delivers blocks from memory.
type replay []*block.Block

func (r replay) Blocks(ctx context.Context, from uint64, deliver func(*block.Block) error) error {
	for _, b := range r[from:] {
		if err := deliver(b); err != nil {
			return err
		}
	}
	<-ctx.Done()
	return ctx.Err()
}

// BenchmarkSmallBlocks measures blocks of one event each, applied one by one and together.
func BenchmarkSmallBlocks(b *testing.B) {
	l := newLedger(b)
	l.Adopt(works, book)
	builder := l.Enrol(judgetest.Contractor, "builder")
	l.cut()
	first := len(l.blocks)
	for range 500 {
		l.Do(builder, asset(judgetest.Code(judgetest.Contractor), "deliver", kind("cement"), amount(5)))
		l.cut()
	}
	for _, together := range []int{1, 50} {
		b.Run(fmt.Sprintf("together=%d", together), func(b *testing.B) {
			var took time.Duration
			for range b.N {
				g := newGateway(b, nil)
				if err := g.Apply(b.Context(), l.blocks[:first]...); err != nil {
					b.Fatal(err)
				}
				began := time.Now()
				for i := first; i < len(l.blocks); i += together {
					if err := g.Apply(b.Context(), l.blocks[i:min(i+together, len(l.blocks))]...); err != nil {
						b.Fatal(err)
					}
				}
				took += time.Since(began)
			}
			b.ReportMetric(float64(b.N*500)/took.Seconds(), "blocks/s")
		})
	}
}

// BenchmarkRecorded reads the blocks of the recorded stories, of one event to some dozens each, with and without verifying
// them: the first one as from a peer, looked ahead on all processors.
func BenchmarkRecorded(b *testing.B) {
	raw, err := recorded.Blocks()
	if err != nil {
		b.Fatal(err)
	}
	for name, genesis := range map[string]channel.Hash{"believed": {}, "verified": genesisOf(raw)} {
		b.Run(name, func(b *testing.B) {
			var used time.Duration
			for range b.N {
				blocks := read(raw...)
				store, err := readmodel.Open(b.Context(), filepath.Join(b.TempDir(), "r.db"))
				if err != nil {
					b.Fatal(err)
				}
				p, err := projection.New(projection.Config{Store: store, Source: replay(blocks), Genesis: genesis, Log: slog.New(slog.DiscardHandler)})
				if err != nil {
					b.Fatal(err)
				}
				ctx, cancel := context.WithCancel(b.Context())
				had := processor(b)
				go func() {
					for p.Status().Cursor.Block != uint64(len(blocks)-1) && ctx.Err() == nil {
						time.Sleep(time.Millisecond)
					}
					cancel()
				}()
				_ = p.Run(ctx)
				used += processor(b) - had
				if err := store.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(used.Seconds()*1e6/float64(b.N*len(raw)), "core-µs/block")
		})
	}
}

// processor is the processor time that this process has used so far. Unlike the wall clock it does not depend on what
// else the machine does.
func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
