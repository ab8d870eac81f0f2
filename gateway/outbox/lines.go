package outbox

import (
	"container/heap"

	"github.com/rootline/rootline"
)

// lines keep, for each record, the waiting entries that touch it, so that fairness between devices never turns the order
// of an asset's events around: an entry may go when no earlier one that waits collides with it.
type lines map[rootline.Ref]*line

// line is who waits to write a record and who waits to read it.
type line struct {
	writers, readers places
	// live counts those that still wait; the others are left in place until they come up.
	live int
}

// place is an entry's in a line. It is void once the entry waits no more, or waits anew.
type place struct {
	entry *entry
	turn  int
}

func (p place) void() bool { return !p.entry.waiting || p.entry.turn != p.turn }

// places are a heap by seq.
type places []place

func (p places) Len() int           { return len(p) }
func (p places) Less(i, j int) bool { return p[i].entry.seq < p[j].entry.seq }
func (p places) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }

// Push implements heap.Interface.
func (p *places) Push(x any) { *p = append(*p, x.(place)) }

// Pop implements heap.Interface.
func (p *places) Pop() any {
	last := len(*p) - 1
	x := (*p)[last]
	(*p)[last] = place{}
	*p = (*p)[:last]
	return x
}

// first is the earliest that waits.
func (p *places) first() *entry {
	for len(*p) > 0 && (*p)[0].void() {
		heap.Pop(p)
	}
	if len(*p) == 0 {
		return nil
	}
	return (*p)[0].entry
}

// join puts a waiting entry in the lines of what it touches.
func (l lines) join(e *entry) {
	e.turn++
	for _, ref := range e.touches.Writes {
		heap.Push(&l.of(ref).writers, place{e, e.turn})
	}
	for _, ref := range e.touches.Reads {
		heap.Push(&l.of(ref).readers, place{e, e.turn})
	}
}

func (l lines) of(ref rootline.Ref) *line {
	at := l[ref]
	if at == nil {
		at = &line{}
		l[ref] = at
	}
	at.live++
	return at
}

// leave takes an entry that waits no more out of the lines.
func (l lines) leave(e *entry) {
	for _, refs := range [][]rootline.Ref{e.touches.Writes, e.touches.Reads} {
		for _, ref := range refs {
			line := l[ref]
			if line == nil {
				continue
			}
			if line.live--; line.live <= 0 {
				delete(l, ref)
				continue
			}
			if len(line.writers)+len(line.readers) > 2*line.live+64 {
				line.writers, line.readers = line.writers.clean(), line.readers.clean()
			}
		}
	}
}

// clean drops what is void.
func (p places) clean() places {
	var left places
	for _, one := range p {
		if !one.void() {
			left = append(left, one)
		}
	}
	heap.Init(&left)
	return left
}

// comesFirst reports whether no earlier entry that waits collides with this one.
func (l lines) comesFirst(e *entry) bool {
	earlier := func(p *places) bool {
		first := p.first()
		return first != nil && first.seq < e.seq
	}
	for _, ref := range e.touches.Writes {
		if line := l[ref]; line != nil && (earlier(&line.writers) || earlier(&line.readers)) {
			return false
		}
	}
	for _, ref := range e.touches.Reads {
		if line := l[ref]; line != nil && earlier(&line.writers) {
			return false
		}
	}
	return true
}
