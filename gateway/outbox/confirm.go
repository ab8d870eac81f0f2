package outbox

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// A peer says of a transaction in which block it is and that it took effect, without a signature. That is believed for as
// long as the read model needs to come to that block, and no longer: what the read model then does not have is sent again.
// Sent twice it could not be recorded twice, since a transaction reads the events' own keys as absent.

// claim is what the own peer said: a transaction took effect in a block.
type claim struct {
	tx    string
	block uint64
	at    time.Time
	// look is when the read model is asked next, looks how often it was.
	look  time.Time
	looks int
	// end is how many blocks there were when the claim had held for as long as patience; 0 before.
	end uint64
}

const (
	// confirmEvery is the pause between two rounds of confirm; it is also how long the read model has to say by itself that
	// it shows an event.
	confirmEvery = time.Second
	// slowConfirm bounds the time between two looks for one event, while the read model is behind.
	slowConfirm = 30 * time.Second
	// patience is how long a claim holds about a block that the read model does not come to, though it has all blocks that
	// there are: so late a block comes only when nobody submits anything.
	patience = time.Minute
	// confirmAtOnce bounds the events of one look.
	confirmAtOnce = 5000
	// slowDenied bounds the wait before an event is sent again whose claims did not hold.
	firstDenied = 2 * time.Second
	slowDenied  = 5 * time.Minute
)

// settle notes what the own peer says of an entry: it waits for the read model.
func (q *queue) settle(e *entry, tx string, block uint64, now time.Time) {
	e.stage, e.tx = Submitted, tx
	e.claim = &claim{tx: tx, block: block, at: now, look: now.Add(confirmEvery)}
	if q.pending[e.id] == e {
		q.settling[e.id] = e
	}
}

// Committed tells the outbox what the read model shows. Events that it does not know are passed over.
func (o *Outbox) Committed(_ context.Context, events []Recorded) {
	o.mu.Lock()
	var shown []*entry
	for _, r := range events {
		e := o.q.find(r.Event)
		if e == nil || e.hash != r.Hash || e.stage.Final() {
			continue
		}
		e.stage, e.tx, e.block, e.decided = Committed, r.Transaction, r.Block, true
		o.q.unqueue(e)
		o.metrics.committed.Inc()
		o.metrics.latency.Observe(o.now().Sub(e.received.Time()).Seconds())
		shown = append(shown, e)
	}
	o.mu.Unlock()
	for _, r := range events {
		o.Saw(r.Block + 1)
	}
	if len(shown) == 0 {
		return
	}
	o.nudge()
	if err := o.store.settle(shown, o.instant()); err != nil && !errors.Is(err, errStopped) {
		// The next start sees it in the read model.
		o.config.Log.Error("commits were not noted on disk", "events", len(shown), "error", err)
	}
	// Only now, since from here on the disk answers for them.
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range shown {
		o.q.letGo(e)
		close(e.final)
	}
}

// confirm holds what the own peer says against the read model, until ctx ends.
func (o *Outbox) confirm(ctx context.Context) {
	pause := confirmEvery
	for sleep(ctx, pause) {
		pause = confirmEvery
		if err := o.confirmOnce(ctx); err != nil && ctx.Err() == nil {
			o.config.Log.Error("the read model was not asked about events that the peer says are recorded", "error", err)
			pause = slowConfirm
		}
	}
}

func (o *Outbox) confirmOnce(ctx context.Context) error {
	due := o.due()
	if len(due) == 0 {
		return nil
	}
	ids := make([]string, len(due))
	for i, e := range due {
		ids[i] = e.id
	}
	reading, err := o.read(ctx, ids)
	if err != nil {
		return err
	}
	ledger := o.ledgerEnd(ctx, due)
	recorded := reading.byContent()
	var shown []Recorded
	denied := map[string][]*entry{} // by the transaction
	o.mu.Lock()
	for _, e := range due {
		if e.stage.Final() || e.claim == nil {
			continue // since a moment ago
		}
		if at := recorded[content{e.id, e.hash}]; at != nil {
			shown = append(shown, *at)
			continue
		}
		if o.now().Sub(e.claim.at) >= patience && ledger > 0 && (e.claim.end == 0 || ledger < e.claim.end) {
			e.claim.end = ledger // once: the read model is not held against what comes after that
		}
		overdue := e.claim.end > 0 && reading.Blocks >= e.claim.end
		if reading.Blocks > e.claim.block || overdue {
			denied[e.claim.tx] = append(denied[e.claim.tx], e)
		}
	}
	o.mu.Unlock()
	if len(shown) > 0 {
		o.Committed(ctx, shown)
	}
	for tx, entries := range denied {
		o.deny(tx, entries, reading.Blocks)
	}
	return nil
}

// due are settling entries of which the read model has not said anything for a while. When they are looked at next is set.
func (o *Outbox) due() []*entry {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.now()
	var due []*entry
	for _, e := range o.q.settling {
		if e.stage.Final() || e.claim.look.After(now) {
			continue
		}
		e.claim.looks++
		e.claim.look = now.Add(min(confirmEvery<<min(e.claim.looks, 10), slowConfirm))
		if due = append(due, e); len(due) == confirmAtOnce {
			break
		}
	}
	return due
}

// ledgerEnd is the number of blocks that there are by the least that anybody says, when one of the entries has waited for
// long; else, and when nobody can be asked, 0. A peer that names a block which does not come may name any height as well.
func (o *Outbox) ledgerEnd(ctx context.Context, entries []*entry) uint64 {
	o.mu.Lock()
	old := false
	for _, e := range entries {
		old = old || e.claim != nil && o.now().Sub(e.claim.at) >= patience
	}
	o.mu.Unlock()
	if !old {
		return 0
	}
	end := o.config.Ledger.HeightOfOthers(ctx)
	if own, err := o.config.Ledger.Height(ctx); err == nil && (end == 0 || own < end) {
		end = own
	}
	return end
}

// deny sends entries again that the own peer says are recorded by a transaction, and are not.
func (o *Outbox) deny(tx string, entries []*entry, read uint64) {
	block := entries[0].claim.block
	o.config.Log.Error("the peer says that a transaction took effect, and its block as it was read here does not have its events: they are sent again",
		"code", CodeUnconfirmed, "peer", o.config.Peer, "transaction", tx, "block", block, "blocks_read", read, "events", len(entries))
	o.metrics.transactions.WithLabelValues("unconfirmed").Inc()
	if err := o.store.move(entries, Queued, "", 0, o.instant()); err != nil {
		// They settle on, and are looked at again. After a crash the peer is asked about that transaction once more.
		if !errors.Is(err, errStopped) {
			o.config.Log.Error("a transaction without effect was not noted on disk", "transaction", tx, "error", err)
		}
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.q.unconfirmed = &Unconfirmed{Transaction: tx, Block: block, Events: len(entries), At: o.now()}
	for _, e := range entries {
		if e.stage.Final() || e.claim == nil || e.claim.tx != tx {
			continue
		}
		delete(o.q.settling, e.id)
		e.claim, e.stage, e.tx = nil, Queued, ""
		e.denied++
		wait := min(firstDenied<<min(e.denied-1, 10), slowDenied)
		e.notBefore = o.now().Add(wait + rand.N(wait/4))
		e.limit = max(1, len(entries)/2) // where one of them is why, it is found in the end
		o.q.enqueue(e)
	}
	o.nudge()
}

// CodeUnconfirmed is the stable name of a peer that says of a transaction that it took effect, and by what was read of its
// block it did not.
const CodeUnconfirmed = "commit-unconfirmed"

// Unconfirmed is the last thing that the own peer said and that did not hold.
type Unconfirmed struct {
	Transaction string
	Block       uint64
	// Events is how many were sent again for it, Since when that was.
	Events int
	At     time.Time
}

// String says it to an operator.
func (u *Unconfirmed) String() string {
	return fmt.Sprintf("%s: at %s the organisation's own peer said that transaction %s took effect in block %d; read here, that block does not have its events. "+
		"%d events were sent again, none is lost; docs/incidents.md says what that means", CodeUnconfirmed, u.At.UTC().Format(time.RFC3339), u.Transaction, u.Block, u.Events)
}

// Unconfirmed is the last claim of the own peer that did not hold within a day; nil when there is none.
func (o *Outbox) Unconfirmed() *Unconfirmed {
	o.mu.Lock()
	defer o.mu.Unlock()
	if u := o.q.unconfirmed; u != nil && o.now().Sub(u.At) < 24*time.Hour {
		return u
	}
	return nil
}

// read looks events up in the gateway's own reading of the ledger.
func (o *Outbox) read(ctx context.Context, ids []string) (Reading, error) {
	if len(ids) == 0 {
		return Reading{}, nil
	}
	reading, err := o.config.Read(ctx, ids)
	if err != nil {
		return Reading{}, fmt.Errorf("outbox: the read model: %w", err)
	}
	return reading, nil
}
