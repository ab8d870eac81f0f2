package outbox

import (
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
)

// entry is an event that the outbox has taken, until the read model shows it.
type entry struct {
	seq     int64
	id      string
	hash    rootline.Hash
	sub     rootline.Submission
	size    int
	touches judge.Touches
	// changes are assets that it will write as well, as far as judging it showed: one above it, say.
	changes  []rootline.Ref
	received rootline.Instant
	// source is whose it is. grants are the device and the invitation that it brings, when it is an act that does.
	source source
	grants []rootline.Record

	stage   Stage
	tx      string
	block   uint64
	refused *rootline.Error

	// admitted is closed when the entry is on disk, or will never be (then failed says why).
	admitted chan struct{}
	failed   error
	// final is closed at a final stage.
	final chan struct{}
	// claim is what the own peer said of it last; nil while it says nothing. denied counts the claims that did not hold.
	claim  *claim
	denied int

	// tries counts the proposals that came to nothing; after some of them limit bounds the batch that it may be in.
	// alone counts those of them in which it was by itself.
	tries, alone int
	limit        int
	// notBefore is when it may be proposed again.
	notBefore time.Time
	// early says that it was refused while earlier ones were not decided: it goes when they are, or at dueAt.
	early bool
	dueAt time.Time
	// decided says that it is final, or was never admitted. hangs and stuck say that it holds up no refusal, though it is
	// not: it came to nothing by itself in strays tries, or waits behind one of which that is so.
	decided, hangs, stuck bool
	strays                int
	// aside says that it breaks the gateway or the chaincode, by itself: it is tried again now and then, and on each start.
	aside bool
	// waiting says that no transaction carries it; turn counts how often it came to wait.
	waiting bool
	turn    int
}

// registryRef stands for the registry as a whole. Each of its acts writes it, besides the records that its bytes name:
// an event about an asset may read the registry in ways that only its asset's record tells (its plot, say).
var registryRef = rootline.Ref{ID: "registry"}

func newEntry(sub rootline.Submission, event *rootline.Event, hash rootline.Hash, touches judge.Touches) *entry {
	id := ""
	if event != nil {
		id = event.ID
		if event.Rulebook == rootline.Registry {
			touches.Writes = append(touches.Writes, registryRef)
		}
	}
	size := len(sub.JWS) + 16
	if sub.Inclusion != nil {
		size += 80 + len(sub.Inclusion.Path)*67
	}
	return &entry{
		id: id, hash: hash, sub: sub, size: size, touches: touches, stage: Queued,
		admitted: make(chan struct{}), final: make(chan struct{}),
	}
}

// shows is the stage as others see it.
func (e *entry) shows() Stage {
	if e.aside && e.stage == Queued {
		return Aside
	}
	return e.stage
}

func (e *entry) status() Status {
	return Status{
		Event: e.id, Hash: e.hash, Stage: e.shows(), Refused: e.refused,
		Transaction: e.tx, Block: e.block, Received: e.received,
	}
}

// queue is what is held in memory. The outbox's mutex guards it.
type queue struct {
	nextSeq int64
	// pending are all entries that are not done: without a final stage, or with one that is not on disk yet. settling are
	// those of them of which the own peer says that they are recorded and that the read model does not show yet: judged
	// against it alone, an event that builds on them would be refused.
	pending, settling map[string]*entry
	bytes             int64
	// order are the pending ones by seq.
	order order
	// waiting are the pending ones that no transaction carries.
	waiting waiting
	// writes counts, for each record, the pending entries that may write it.
	writes map[rootline.Ref]int
	// locks are the records that transactions under way touch.
	locks map[rootline.Ref]lock
	// flying and unknown count transactions under way, and those whose fate is being found out.
	flying, unknown int
	// pausedUntil holds everything back while the network does not answer; pause is the present length of that.
	pausedUntil time.Time
	pause       time.Duration
	// gone counts entries that were let go of.
	gone uint64
	// landed counts transactions that took effect, as the own peer says.
	landed uint64
	// usage is what each device and organisation keeps here.
	usage usage
	// granted are the devices and invitations that pending entries bring.
	granted map[rootline.Ref]granted
	// unconfirmed is the last claim of the own peer that did not hold.
	unconfirmed *Unconfirmed
}

// lock says how many transactions under way may write a record and how many read it.
type lock struct{ writers, readers int }

func newQueue() queue {
	return queue{
		pending: map[string]*entry{}, settling: map[string]*entry{},
		writes: map[rootline.Ref]int{}, locks: map[rootline.Ref]lock{}, waiting: newWaiting(), usage: newUsage(),
		granted: map[rootline.Ref]granted{},
	}
}

func (q *queue) find(id string) *entry { return q.pending[id] }

// hold takes an entry in.
func (q *queue) hold(e *entry) {
	q.pending[e.id] = e
	q.order.add(e, len(q.pending))
	q.bytes += int64(e.size)
	q.usage.add(e.source, 1, int64(e.size))
	q.grant(e)
	for _, refs := range [][]rootline.Ref{e.touches.Writes, e.changes} {
		for _, ref := range refs {
			q.writes[ref]++
		}
	}
}

// letGo forgets an entry that is final, on disk too, or that was never admitted.
func (q *queue) letGo(e *entry) {
	e.decided = true
	q.gone++
	if q.pending[e.id] != e {
		return
	}
	delete(q.pending, e.id)
	delete(q.settling, e.id)
	q.bytes -= int64(e.size)
	q.usage.add(e.source, -1, -int64(e.size))
	q.withdraw(e)
	for _, refs := range [][]rootline.Ref{e.touches.Writes, e.changes} {
		for _, ref := range refs {
			if q.writes[ref]--; q.writes[ref] <= 0 {
				delete(q.writes, ref)
			}
		}
	}
}

// enqueue puts an entry among the waiting, at its place.
func (q *queue) enqueue(e *entry) { q.waiting.add(e) }

// builds reports whether an event touches a record that a pending one may write.
func (q *queue) builds(t judge.Touches) bool {
	for _, ref := range t.Reads {
		if q.writes[ref] > 0 {
			return true
		}
	}
	for _, ref := range t.Writes {
		if q.writes[ref] > 0 {
			return true
		}
	}
	return false
}

// unqueue takes an entry out of the waiting ones, when it is among them.
func (q *queue) unqueue(e *entry) { q.waiting.remove(e) }
