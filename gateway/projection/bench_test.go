package projection_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/rulebook"
)

// BenchmarkApply measures how fast blocks of 1,000 signed events, each creating a tree as an inventory is imported, are
// judged again and applied.
func BenchmarkApply(b *testing.B) {
	const blocks, size = 10, 1000
	l := newLedger(b)
	const name = "forestation@1"
	l.Adopt(rulebook.Shipped()[name], name)
	importer := l.Enrol(judgetest.Owner, "importer")
	before := len(l.blocks)
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
	b.ResetTimer()
	b.ReportAllocs()
	var took, used time.Duration
	for range b.N {
		b.StopTimer()
		g := newGateway(b, nil)
		if err := g.Apply(b.Context(), l.blocks[:before+1]...); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		began, had := time.Now(), processor(b)
		for _, bl := range l.blocks[before+1:] {
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

// processor is the processor time that this process has used so far. Unlike the wall clock it does not depend on what
// else the machine does.
func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
