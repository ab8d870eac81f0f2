package outbox

import (
	"cmp"
	"slices"
	"time"

	"github.com/rootline/rootline"
)

// Waiting entries go by turns: first between organisations, then between the devices of one, each turn for as many bytes.
// So whoever sends much waits behind oneself: an event of another organisation, or of another device, goes with one of
// the next transactions whatever else waits.
//
// The turns are a deficit round robin that lends: who has credit left goes, and pays back a longer event by waiting.

// quantum is what a turn is worth, in bytes: a few events of usual size.
const quantum = 4 << 10

// source is who an entry counts for.
type source struct{ organisation, device string }

// lane are the waiting entries of one device, in the order of seq.
type lane struct {
	device  string
	entries []*entry
	credit  int
	// at is how far a pick has looked, reach the furthest that it came, looks how far it may still look.
	at, reach, looks int
}

// fleet are the lanes of one organisation's devices.
type fleet struct {
	organisation string
	lanes        []*lane
	byDevice     map[string]*lane
	// turn is whose turn is next.
	turn   int
	credit int
}

// waiting are all entries that no transaction carries.
type waiting struct {
	n      int
	bytes  int
	fleets []*fleet
	byName map[string]*fleet
	turn   int
	lines  lines
}

func newWaiting() waiting { return waiting{byName: map[string]*fleet{}, lines: lines{}} }

func bySeq(e *entry, seq int64) int {
	switch {
	case e.seq < seq:
		return -1
	case e.seq > seq:
		return 1
	}
	return 0
}

// add puts an entry at its place.
func (w *waiting) add(e *entry) {
	if e.waiting {
		return
	}
	f := w.byName[e.source.organisation]
	if f == nil {
		f = &fleet{organisation: e.source.organisation, byDevice: map[string]*lane{}}
		w.byName[f.organisation] = f
		w.fleets = append(w.fleets, f)
	}
	l := f.byDevice[e.source.device]
	if l == nil {
		l = &lane{device: e.source.device}
		f.byDevice[l.device] = l
		f.lanes = append(f.lanes, l)
	}
	if n := len(l.entries); n == 0 || l.entries[n-1].seq < e.seq {
		l.entries = append(l.entries, e)
	} else {
		i, _ := slices.BinarySearchFunc(l.entries, e.seq, bySeq)
		l.entries = slices.Insert(l.entries, i, e)
	}
	e.waiting = true
	w.n++
	w.bytes += e.size
	w.lines.join(e)
}

// take marks an entry as no longer waiting; tidy removes it.
func (w *waiting) take(e *entry) {
	if !e.waiting {
		return
	}
	e.waiting = false
	w.n--
	w.bytes -= e.size
	w.lines.leave(e)
}

// tidy removes what was taken out of its lane, and lanes and fleets in which nobody waits.
func (w *waiting) tidy() {
	for _, f := range w.fleets {
		for _, l := range f.lanes {
			seen := slices.DeleteFunc(l.entries[:l.reach], func(e *entry) bool { return !e.waiting })
			l.entries = slices.Delete(l.entries, len(seen), l.reach)
			l.reach = 0
			if len(l.entries) == 0 {
				delete(f.byDevice, l.device)
			}
		}
		f.lanes, f.turn = without(f.lanes, f.turn, func(l *lane) bool { return len(l.entries) == 0 })
		if len(f.lanes) == 0 {
			delete(w.byName, f.organisation)
		}
	}
	w.fleets, w.turn = without(w.fleets, w.turn, func(f *fleet) bool { return len(f.lanes) == 0 })
}

// without removes members of a ring and keeps whose turn it is.
func without[T any](ring []T, turn int, gone func(T) bool) ([]T, int) {
	before := 0
	for _, one := range ring[:min(turn, len(ring))] {
		if gone(one) {
			before++
		}
	}
	ring = slices.DeleteFunc(ring, gone)
	if turn -= before; turn >= len(ring) {
		turn = 0
	}
	return ring, turn
}

// remove takes one entry out.
func (w *waiting) remove(e *entry) {
	if !e.waiting {
		return
	}
	w.take(e)
	l := w.byName[e.source.organisation].byDevice[e.source.device]
	if i, found := slices.BinarySearchFunc(l.entries, e.seq, bySeq); found {
		l.entries = slices.Delete(l.entries, i, i+1)
	}
	if len(l.entries) == 0 {
		w.tidy()
	}
}

// each gives the waiting entries until do returns false.
func (w *waiting) each(do func(*entry) bool) {
	for _, f := range w.fleets {
		for _, l := range f.lanes {
			for _, e := range l.entries {
				if e.waiting && !do(e) {
					return
				}
			}
		}
	}
}

// picking is one pick: the filling of one transaction.
type picking struct {
	q      *queue
	now    time.Time
	config Config
	picked
	limit, bytes int
	// records is how many the entries touch, shared ones counted for each.
	records int
	// due is the queue's, once one asks.
	due int64
	// fresh counts what was picked since the lanes were looked at from their beginning.
	fresh int
}

// pick takes waiting entries that collide with nothing under way and with no earlier one left behind, by turns.
func (q *queue) pick(now time.Time, c Config) picked {
	p := &picking{q: q, now: now, config: c, limit: c.BatchEvents, picked: picked{again: idle}}
	p.look(true)
	for !p.full {
		if p.round() {
			continue
		}
		// What was picked may have let others go that were passed over.
		if p.fresh == 0 {
			break
		}
		p.look(false)
	}
	if len(p.entries) > 0 {
		q.waiting.tidy()
		// Turns decide who goes, not who goes first: an event may build on what another device sent before it by a record
		// that its own bytes do not name, and a transaction sees its events in order.
		slices.SortFunc(p.entries, func(a, b *entry) int { return cmp.Compare(a.seq, b.seq) })
	}
	return p.picked
}

// look has the lanes looked at from their beginning.
func (p *picking) look(anew bool) {
	p.fresh = 0
	lanes := 0
	for _, f := range p.q.waiting.fleets {
		lanes += len(f.lanes)
	}
	for _, f := range p.q.waiting.fleets {
		for _, l := range f.lanes {
			l.at = 0
			if anew {
				l.looks = max(minLooks, maxScan/max(1, lanes))
			}
		}
	}
}

// round gives each organisation its turn, and reports whether another round may pick more: something was picked, or an
// organisation still pays back.
func (p *picking) round() (any bool) {
	w := &p.q.waiting
	for range len(w.fleets) {
		f := w.fleets[w.turn]
		f.credit += quantum
		any = any || f.credit <= 0
		for f.credit > 0 {
			e := p.next(f)
			if p.full && e == nil {
				return any // it goes first in the next transaction
			}
			if e == nil {
				f.credit = 0
				break
			}
			f.credit -= e.size
			any = true
			if p.full {
				return true
			}
		}
		w.turn = (w.turn + 1) % len(w.fleets)
	}
	return any
}

// next picks one entry of an organisation.
func (p *picking) next(f *fleet) *entry {
	for idle := 0; idle < len(f.lanes); {
		l := f.lanes[f.turn]
		if l.credit <= 0 {
			l.credit += quantum
		}
		if l.credit > 0 {
			e := p.from(l)
			if e != nil {
				if l.credit -= e.size; l.credit <= 0 {
					f.turn = (f.turn + 1) % len(f.lanes)
				}
				return e
			}
			if p.full {
				return nil
			}
			l.credit = 0
			idle++
		} else {
			idle = 0 // it pays back, and is asked again
		}
		f.turn = (f.turn + 1) % len(f.lanes)
	}
	return nil
}

// from picks the next entry of a device that may go. When the transaction is full for it, the pick is over.
func (p *picking) from(l *lane) *entry {
	for ; l.at < len(l.entries) && l.looks > 0; l.at++ {
		e := l.entries[l.at]
		if !e.waiting {
			continue
		}
		l.looks--
		if wait := e.notBefore.Sub(p.now); wait > 0 {
			p.again = min(p.again, wait)
			continue
		}
		if wait := p.q.early(e, p.now, &p.due); wait > 0 {
			p.again = min(p.again, wait)
			continue
		}
		if p.q.locked(e.touches) || !p.q.waiting.lines.comesFirst(e) {
			continue
		}
		if n := len(p.entries); n > 0 && (e.limit > 0 && e.limit <= n || p.bytes+e.size > p.config.BatchBytes ||
			p.records+e.touches.Count() > rootline.MaxBatchRecords) {
			p.full = true
			return nil
		}
		if e.limit > 0 {
			p.limit = min(p.limit, e.limit)
		}
		e.early = false
		p.entries = append(p.entries, e)
		p.bytes += e.size
		p.records += e.touches.Count()
		p.fresh++
		p.full = len(p.entries) >= p.limit
		p.q.waiting.take(e)
		l.at++
		l.reach = max(l.reach, l.at)
		return e
	}
	return nil
}
