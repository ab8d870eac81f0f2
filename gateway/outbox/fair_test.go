package outbox

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
)

func asset(n int) rootline.Ref { return rootline.Ref{Space: rootline.SpaceAsset, ID: fmt.Sprint(n)} }

func waitingEntry(seq int64, from source, size int, reads, writes []rootline.Ref) *entry {
	return &entry{seq: seq, source: from, size: size, touches: judge.Touches{Reads: reads, Writes: writes}}
}

var picks = Config{BatchEvents: 10, BatchBytes: 1 << 20}

// Whatever lanes entries are in, however they are sized, limited and put back: two that collide are picked in the order in
// which they were taken, and each is picked in the end.
func TestPicksKeepTheOrder(t *testing.T) {
	for seed := range uint64(300) {
		chance := rand.New(rand.NewPCG(seed, 1))
		q := newQueue()
		const n = 120
		for seq := range int64(n) {
			from := source{fmt.Sprint("org", chance.IntN(3)), fmt.Sprint("device", chance.IntN(3))}
			e := waitingEntry(seq, from, 1+chance.IntN(9000), []rootline.Ref{asset(chance.IntN(12))}, []rootline.Ref{asset(chance.IntN(12))})
			if chance.IntN(10) == 0 {
				e.limit = 1 + chance.IntN(3)
			}
			q.enqueue(e)
		}
		done := map[int64]int{} // the place in the whole order
		byID := []*entry{}
		for picked := 0; picked < n; {
			p := q.pick(time.Now(), picks)
			if len(p.entries) == 0 {
				t.Fatalf("seed %d: %d of %d are never picked", seed, n-picked, n)
			}
			for i, e := range p.entries {
				if i > 0 && p.entries[i-1].seq > e.seq {
					t.Fatalf("seed %d: a transaction has %d before %d", seed, p.entries[i-1].seq, e.seq)
				}
				if e.limit > 0 && e.limit < len(p.entries) {
					t.Fatalf("seed %d: %d together, one of which goes with %d", seed, len(p.entries), e.limit)
				}
			}
			if chance.IntN(4) == 0 { // the transaction comes to nothing
				for _, e := range p.entries {
					q.enqueue(e)
				}
				continue
			}
			for _, e := range p.entries {
				done[e.seq] = picked
				byID = append(byID, e)
				picked++
			}
		}
		for _, a := range byID {
			group := newTouched()
			group.add(a.touches)
			for _, b := range byID {
				if a.seq < b.seq && group.collides(b.touches) && done[a.seq] > done[b.seq] {
					t.Fatalf("seed %d: %d overtook %d", seed, b.seq, a.seq)
				}
			}
		}
		if len(q.waiting.fleets) != 0 || len(q.waiting.lines) != 0 || q.waiting.n != 0 || q.waiting.bytes != 0 {
			t.Fatalf("seed %d: left behind %+v", seed, q.waiting)
		}
	}
}

// Ten thousand events of one device wait, or of a hundred devices of one organisation, long ones or short: an event of
// another organisation goes with the next transaction, and one of another device of the same organisation with one of the
// next, as soon as each device has had its turn.
func TestAFloodDelaysNobodyElse(t *testing.T) {
	for _, c := range []struct {
		name          string
		devices, size int
		most          int
		from          source
	}{
		{"another organisation, one device floods", 1, 700, 1, source{"B", "b"}},
		{"another organisation, a hundred devices flood", 100, 700, 1, source{"B", "b"}},
		{"another organisation, long events flood", 1, 60_000, 1, source{"B", "b"}},
		{"another device of the organisation", 1, 700, 1, source{"A", "b"}},
		{"another device of the organisation, a hundred flood", 100, 700, 11, source{"A", "b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := newQueue()
			for i := range 10_000 {
				q.enqueue(waitingEntry(int64(i), source{"A", fmt.Sprint(i % c.devices)}, c.size, nil, []rootline.Ref{asset(i)}))
			}
			q.pick(time.Now(), picks)
			victim := waitingEntry(10_000, c.from, 700, nil, []rootline.Ref{asset(10_000)})
			q.enqueue(victim)
			n := 0
			for ; victim.waiting; n++ {
				q.pick(time.Now(), picks)
			}
			limit := c.most
			if c.devices > 1 && c.from.organisation == "A" {
				// A turn is some events long.
				limit = c.devices * (quantum/c.size + 1) / picks.BatchEvents
			}
			if n > limit {
				t.Errorf("it went with the %d. transaction, at most the %d.", n, limit)
			}
		})
	}
}

// BenchmarkPick fills transactions of 1,000 from 100,000 waiting events of 50 devices.
func BenchmarkPick(b *testing.B) {
	const n = 100_000
	c := Config{BatchEvents: rootline.MaxBatch, BatchBytes: 6_000_000}
	q := newQueue()
	ledger := rootline.Ref{Space: rootline.SpaceLedger}
	entries := make([]*entry, n)
	for i := range entries {
		entries[i] = waitingEntry(int64(i), source{fmt.Sprint("org", i%4), fmt.Sprint("device", i%50)}, 700, []rootline.Ref{ledger}, []rootline.Ref{asset(i)})
		q.enqueue(entries[i])
	}
	for b.Loop() {
		p := q.pick(time.Now(), c)
		b.StopTimer()
		for _, e := range p.entries {
			q.enqueue(e)
		}
		b.StartTimer()
	}
}

// A transaction names no more records than the ledger takes; one event alone always goes.
func TestPicksNameAsManyRecordsAsATransactionMay(t *testing.T) {
	q := newQueue()
	const n, each = 50, 1000
	for seq := range int64(n) {
		reads := make([]rootline.Ref, each)
		for i := range reads {
			reads[i] = asset(int(seq)*each + i)
		}
		q.enqueue(waitingEntry(seq, source{"org", "device"}, 10, reads, nil))
	}
	c := Config{BatchEvents: rootline.MaxBatch, BatchBytes: 6_000_000}
	for picked := 0; picked < n; {
		p := q.pick(time.Now(), c)
		if len(p.entries) == 0 || len(p.entries) > rootline.MaxBatchRecords/each {
			t.Fatalf("%d entries in a transaction, %d of %d are picked", len(p.entries), picked, n)
		}
		picked += len(p.entries)
	}
}
