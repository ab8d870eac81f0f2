package outbox

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
)

// touched are the records that a group of events reads and writes.
type touched struct{ reads, writes map[rootline.Ref]bool }

func newTouched() touched {
	return touched{reads: map[rootline.Ref]bool{}, writes: map[rootline.Ref]bool{}}
}

func (k touched) add(t judge.Touches) {
	for _, ref := range t.Reads {
		k.reads[ref] = true
	}
	for _, ref := range t.Writes {
		k.writes[ref] = true
	}
}

// collides reports whether an event must wait for the group: one writes what the other touches.
func (k touched) collides(t judge.Touches) bool {
	for _, ref := range t.Writes {
		if k.writes[ref] || k.reads[ref] {
			return true
		}
	}
	for _, ref := range t.Reads {
		if k.writes[ref] {
			return true
		}
	}
	return false
}

// locked reports whether an event must wait for a transaction under way.
func (q *queue) locked(t judge.Touches) bool {
	for _, ref := range t.Writes {
		if l := q.locks[ref]; l.writers > 0 || l.readers > 0 {
			return true
		}
	}
	for _, ref := range t.Reads {
		if q.locks[ref].writers > 0 {
			return true
		}
	}
	return false
}

func (q *queue) lock(k touched)   { q.shift(k, 1) }
func (q *queue) unlock(k touched) { q.shift(k, -1) }

func (q *queue) shift(k touched, by int) {
	for ref := range k.writes {
		l := q.locks[ref]
		l.writers += by
		q.put(ref, l)
	}
	for ref := range k.reads {
		l := q.locks[ref]
		l.readers += by
		q.put(ref, l)
	}
}

func (q *queue) put(ref rootline.Ref, l lock) {
	if l == (lock{}) {
		delete(q.locks, ref)
		return
	}
	q.locks[ref] = l
}
