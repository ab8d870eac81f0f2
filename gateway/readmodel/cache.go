package readmodel

import (
	"sync"
	"sync/atomic"

	"github.com/rootline/rootline"
)

// cache keeps what is read again and again: the records of who takes part and what is agreed, and the assets of
// traces. What a commit changes is dropped before the commit is told of.
//
// An entry says what holds from the block that it was read at, since, up to the block of the last commit, at. A view
// that sees a block in between may use it; a view of a later block reads for itself, and so does one of an earlier.
// Nothing is kept from a view of another block than at: it might be of the past.
type cache struct {
	mu      sync.RWMutex
	at      int64 // noBlock before the first
	cursor  Cursor
	records map[rootline.Ref]cachedRecord
	linked  map[string]*linked
	// links is how many links linked holds.
	links int
	// unjudged says that some keys of the state are not judged: see unjudged.go.
	unjudged atomic.Bool
	// resting says that some keys rest on what was not recomputed: see recomputed.go.
	resting atomic.Bool
}

// noBlock stands for the block before the first.
const noBlock = -1

type cachedRecord struct {
	record rootline.Record
	since  int64
}

// The bounds of what is kept. Past one, all of its kind is dropped: what is in use is soon there again.
const (
	maxRecords = 20_000
	maxLinked  = 250_000 // with its links, about 60 MB
)

func newCache() *cache {
	return &cache{at: noBlock, records: map[rootline.Ref]cachedRecord{}, linked: map[string]*linked{}}
}

// become forgets everything but what is known of another file that was just opened.
func (m *cache) become(of *cache) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at, m.cursor, m.links = of.at, of.cursor, 0
	clear(m.records)
	clear(m.linked)
	m.unjudged.Store(of.unjudged.Load())
	m.resting.Store(of.resting.Load())
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
func (m *cache) record(ref rootline.Ref, at int64) (rootline.Record, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	r, ok := m.records[ref]
	return r.record, ok && r.since <= at && at <= m.at
}

// keep remembers a record that was read at a block.
func (m *cache) keep(ref rootline.Ref, r rootline.Record, at int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if at != m.at {
		return
	}
	if len(m.records) >= maxRecords {
		clear(m.records)
	}
	m.records[ref] = cachedRecord{r, at}
}

// committed drops what a transaction changed.
func (m *cache) committed(t *Tx) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, ref := range t.changed {
		delete(m.records, ref)
	}
	for id := range t.touched {
		if k := m.linked[id]; k != nil {
			m.drop(k)
		}
		delete(m.records, rootline.Ref{Space: rootline.SpaceAsset, ID: id})
	}
	if t.unjudged {
		m.unjudged.Store(true)
	}
	if t.resting {
		m.resting.Store(true)
	}
	if t.cursor != nil {
		m.cursor, m.at = *t.cursor, int64(t.cursor.Block) // as SQLite keeps it
	}
}
