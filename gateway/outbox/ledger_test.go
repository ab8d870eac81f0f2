package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/gateway/outbox"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
)

// ledger is a ledger in memory that judges for real, orders what is submitted, and gives no effect to a transaction
// that read what has changed since, as Fabric does.
type ledger struct {
	state *judgetest.State
	judge *judge.Judge
	clock func() time.Time

	mu       sync.Mutex
	versions map[rootline.Ref]int
	fates    map[string]fabric.Fate
	commits  map[string]chan struct{}
	height   uint64
	// lacking is how many blocks the own peer has lost of them, others what the other organisations show.
	lacking, others uint64
	// recorded counts how often each event was recorded by a transaction that took effect.
	recorded map[string]int
	// read events, and how far: stands is at how many blocks the read model stands still, 0 when it does not; lags by how
	// many blocks it is behind.
	shown     []outbox.Recorded
	stands    uint64
	lags      uint64
	proposals int
	conflicts int
	batches   []int // sizes of what was proposed

	// Faults; nil ones do not happen. They are called without the lock.
	onPropose func(ctx context.Context, n int, batch []rootline.Submission) error
	onTxID    func()
	// onSubmit says whether the transaction arrives, and what the caller hears.
	onSubmit  func(ctx context.Context, n int) (arrives bool, err error)
	onWait    func(ctx context.Context) error
	onResolve func(ctx context.Context) error
	// hides says that the own peer does not have any transaction yet.
	hides func() bool
	// onCommit is told of what took effect.
	onCommit func(events []outbox.Recorded, writes []rootline.Record)
	// lies, when not nil, is the block in which the own peer says that a transaction is VALID, whatever became of it.
	lies func() (block uint64)
	// latency is the time from submitting to the block.
	latency time.Duration
	submits int
}

func newLedger(w *judgetest.World, clock func() time.Time) *ledger {
	return &ledger{
		state: w.State, judge: w.Judge, clock: clock, latency: 50 * time.Millisecond,
		versions: map[rootline.Ref]int{}, fates: map[string]fabric.Fate{}, commits: map[string]chan struct{}{},
		recorded: map[string]int{},
	}
}

// reads notes what a decision read, at which version.
type reads struct {
	l    *ledger
	seen map[rootline.Ref]int
}

func (r *reads) Load([]rootline.Ref) error { return nil }

func (r *reads) Get(ref rootline.Ref) (rootline.Record, error) {
	r.l.mu.Lock()
	defer r.l.mu.Unlock()
	if _, ok := r.seen[ref]; !ok {
		r.seen[ref] = r.l.versions[ref]
	}
	return r.l.state.Get(ref)
}

func (l *ledger) Propose(ctx context.Context, batch []rootline.Submission) (fabric.Attempt, error) {
	l.mu.Lock()
	l.proposals++
	n := l.proposals
	l.batches = append(l.batches, len(batch))
	l.mu.Unlock()
	if l.onPropose != nil {
		if err := l.onPropose(ctx, n, batch); err != nil {
			return nil, err
		}
	}
	if ctx.Err() != nil {
		return nil, &fabric.Unavailable{Err: ctx.Err()}
	}
	r := &reads{l: l, seen: map[rootline.Ref]int{}}
	d, err := l.judge.Record(r, batch, rootline.InstantOf(l.clock()))
	if err != nil {
		return nil, &fabric.Unavailable{Err: err}
	}
	if len(d.Refused) > 0 {
		return nil, &fabric.Refused{List: wire.Refused(d.Refused)}
	}
	a := &attempt{l: l, id: fmt.Sprintf("tx-%d", n), reads: r.seen, writes: d.Writes}
	for _, o := range d.Outcomes {
		if !o.Duplicate {
			a.events = append(a.events, o.Event.ID)
		}
	}
	return a, nil
}

func (l *ledger) Resolve(ctx context.Context, id string) (fabric.Fate, error) {
	if l.onResolve != nil {
		if err := l.onResolve(ctx); err != nil {
			return fabric.Fate{}, err
		}
	}
	if ctx.Err() != nil {
		return fabric.Fate{}, &fabric.Unavailable{Err: ctx.Err()}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lies != nil {
		return fabric.Fate{Found: true, Valid: true, CodeName: "VALID", Block: l.lies()}, nil
	}
	if f, ok := l.fates[id]; ok && (l.hides == nil || !l.hides()) {
		return f, nil
	}
	return fabric.Fate{Height: l.height - min(l.lacking, l.height)}, nil
}

func (l *ledger) Height(context.Context) (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.height - min(l.lacking, l.height), nil
}

// end is how many blocks there are.
func (l *ledger) end() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.height
}

func (l *ledger) HeightOfOthers(context.Context) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.others
}

type attempt struct {
	l      *ledger
	id     string
	reads  map[rootline.Ref]int
	writes []rootline.Record
	events []string
}

func (a *attempt) TxID() string {
	if a.l.onTxID != nil {
		a.l.onTxID()
	}
	return a.id
}

func (a *attempt) Submit(ctx context.Context) error {
	a.l.mu.Lock()
	a.l.submits++
	n := a.l.submits
	a.l.mu.Unlock()
	arrives, err := true, error(nil)
	if a.l.onSubmit != nil {
		arrives, err = a.l.onSubmit(ctx, n)
	}
	if arrives {
		a.arrive()
	}
	return err
}

// arrive has the transaction ordered, and committed a little later.
func (a *attempt) arrive() {
	done := make(chan struct{})
	a.l.mu.Lock()
	a.l.commits[a.id] = done
	a.l.mu.Unlock()
	go func() {
		time.Sleep(a.l.latency)
		a.l.commit(a)
		close(done)
	}()
}

func (l *ledger) commit(a *attempt) {
	l.mu.Lock()
	fate := fabric.Fate{Found: true, Valid: true, CodeName: "VALID", Block: l.height}
	l.height++
	for ref, version := range a.reads {
		if l.versions[ref] != version {
			fate.Valid, fate.CodeName = false, "MVCC_READ_CONFLICT"
			l.conflicts++
			break
		}
	}
	l.fates[a.id] = fate
	if fate.Valid {
		for _, w := range a.writes {
			l.versions[w.Ref()]++
		}
		for _, id := range a.events {
			l.recorded[id]++
		}
		l.state.Apply(a.writes)
	}
	var shown []outbox.Recorded
	for _, w := range a.writes {
		if e, ok := w.(*rootline.EventRecord); ok && fate.Valid {
			shown = append(shown, outbox.Recorded{Event: e.ID, Hash: e.Hash, Transaction: a.id, Block: fate.Block})
		}
	}
	l.shown = append(l.shown, shown...)
	l.mu.Unlock()
	if fate.Valid && l.onCommit != nil {
		l.onCommit(shown, a.writes)
	}
}

// read is the read model's: it has all blocks, or stands still.
func (l *ledger) read(_ context.Context, ids []string) (outbox.Reading, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := outbox.Reading{Blocks: l.height - min(l.lags, l.height)}
	if l.stands > 0 {
		out.Blocks = l.stands - 1
	}
	for _, e := range l.shown {
		if e.Block < out.Blocks && slices.Contains(ids, e.Event) {
			out.Events = append(out.Events, e)
		}
	}
	return out, nil
}

// touch changes a record's version, as somebody else's transaction would.
func (l *ledger) touch(ref rootline.Ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.versions[ref]++
}

func (a *attempt) Wait(ctx context.Context) (uint64, error) {
	if a.l.onWait != nil {
		if err := a.l.onWait(ctx); err != nil {
			return 0, err
		}
	}
	a.l.mu.Lock()
	done, lies := a.l.commits[a.id], a.l.lies
	a.l.mu.Unlock()
	if lies != nil {
		if done != nil {
			<-done
		}
		a.l.mu.Lock()
		defer a.l.mu.Unlock()
		return lies(), nil
	}
	if done == nil {
		<-ctx.Done()
	}
	select {
	case <-done:
		a.l.mu.Lock()
		defer a.l.mu.Unlock()
		fate := a.l.fates[a.id]
		return fate.Block, fate.Err(a.id)
	case <-ctx.Done():
		return 0, &fabric.Unknown{TxID: a.id, Err: ctx.Err()}
	}
}

var errDown = errors.New("connection refused")
