package readmodel

import (
	"sync"
	"sync/atomic"

	"github.com/rootline/rootline"
)

// memory keeps what is read again and again: the records of who takes part and what is agreed, and the assets of
// traces. What a commit changes is dropped before the commit is told of.
//
// An entry says what holds from the block that it was read at, since, up to the block of the last commit, at. A view
// that sees a block in between may use it; a view of a later block reads for itself, and so does one of an earlier.
// Nothing is kept from a view of another block than at: it might be of the past.
type memory struct {
	mu      sync.RWMutex
	at      int64 // noBlock before the first
	cursor  Cursor
	records map[rootline.Ref]remembered
	kin     map[string]*kin
	// links is how many links kin holds.
	links int
	// unjudged says that some keys of the state are not judged: see unjudged.go.
	unjudged atomic.Bool
}

// noBlock stands for the block before the first.
const noBlock = -1

type remembered struct {
	record rootline.Record
	since  int64
}

// The bounds of what is kept. Past one, all of its kind is dropped: what is in use is soon there again.
const (
	maxRecords = 20_000
	maxKin     = 250_000 // with its links, about 60 MB
)

func newMemory() *memory {
	return &memory{at: noBlock, records: map[rootline.Ref]remembered{}, kin: map[string]*kin{}}
}

// become forgets everything but what is known of another file that was just opened.
func (m *memory) become(of *memory) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at, m.cursor, m.links = of.at, of.cursor, 0
	clear(m.records)
	clear(m.kin)
	m.unjudged.Store(of.unjudged.Load())
}

// constant reports whether records of a namespace are read far more often than they change.
func constant(space rootline.Space) bool {
	switch space {
	case rootline.SpaceLedger, rootline.SpaceOrganisation, rootline.SpaceRulebook, rootline.SpaceDevice, rootline.SpacePlace:
		return true
	}
	return false
}

// record gives a record that holds at a block.
func (m *memory) record(ref rootline.Ref, at int64) (rootline.Record, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	r, ok := m.records[ref]
	return r.record, ok && r.since <= at && at <= m.at
}

// keep remembers a record that was read at a block.
func (m *memory) keep(ref rootline.Ref, r rootline.Record, at int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if at != m.at {
		return
	}
	if len(m.records) >= maxRecords {
		clear(m.records)
	}
	m.records[ref] = remembered{r, at}
}

// committed drops what a transaction changed.
func (m *memory) committed(t *Tx) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, ref := range t.changed {
		delete(m.records, ref)
	}
	for id := range t.touched {
		if k := m.kin[id]; k != nil {
			m.drop(k)
		}
		delete(m.records, rootline.Ref{Space: rootline.SpaceAsset, ID: id})
	}
	if t.unjudged {
		m.unjudged.Store(true)
	}
	if t.cursor != nil {
		m.cursor, m.at = *t.cursor, int64(t.cursor.Block) // as SQLite keeps it
	}
}
