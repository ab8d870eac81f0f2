package projection

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/readmodel"
)

// Projection follows the blocks. Make it with New and Run it once.
type Projection struct {
	config  Config
	metrics *metrics
	// attempts are noted on disk, so that a transaction that ends the process is found.
	attempts *attempts
	// hashes are those of earlier blocks that were asked for; used by the one who applies.
	hashes map[uint64]rootline.Hash
	// refused is the finding about the last block that did not verify; used by Run.
	refused string
	// invalid counts transactions without effect; used by the one who applies.
	invalid invalid
	// comparing are comparisons of commit hashes that are under way.
	comparing comparison
	// followed is what is known of the channel as of the cursor; nil until that was read.
	followed atomic.Pointer[channel.State]
	// probable is the configuration that blocks to come are probably signed under: that of the last block that was looked
	// at, be it kept or not. nil until there is one.
	probable atomic.Pointer[channel.Config]
	// building ends when nobody builds a successor of the read model any more; builds says that somebody does.
	building sync.WaitGroup
	builds   atomic.Bool

	mu        sync.Mutex
	status    Status
	successor *Successor
}

// Status is how a projection fares.
type Status struct {
	// Cursor is the last applied block; Started is false before the first.
	Cursor  readmodel.Cursor
	Started bool
	// Fault is why blocks are not applied at present, Stop the same as a name, Since when that began; nil and "" when all
	// is well. With Stopped set it is final: people have to find out why.
	Fault   error
	Stop    block.Stop
	Since   time.Time
	Stopped bool
}

// New makes a projection.
func New(config Config) (*Projection, error) {
	p := &Projection{config: config.withDefaults(), hashes: map[uint64]rootline.Hash{}}
	var err error
	if p.metrics, err = newMetrics(p.config.Registerer); err != nil {
		return nil, err
	}
	p.invalid = invalid{log: p.config.Log, metrics: p.metrics, organisations: map[string]bool{}}
	p.attempts, err = openAttempts(p.config.Attempts, p.config.Version, p.config.Log)
	if err == nil && p.config.Store.Outdated() == nil {
		err = p.attempts.inherit()
	}
	return p, err
}

// Status says how the projection fares.
func (p *Projection) Status() Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.status
}

func (p *Projection) set(change func(*Status)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.status)
}

// Pauses between two tries after a fault.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 10 * time.Second
)

// Run applies blocks to the end of ctx, whose error it then returns. Faults of the source or the store are tried again.
// It returns a block.Halt when no block may be read on: they do not continue the chain, or are to be judged by a protocol
// number that this build does not know. What was applied before stays as it is.
func (p *Projection) Run(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, p.attempts.close()) }()
	p.indexLists(ctx)
	defer p.comparing.work.Wait()
	defer p.building.Wait() // also when no block may be read on: the successor comes as far as what is served
	pause := firstPause
	for {
		began := p.Status().Cursor
		err := p.follow(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var halt block.Halt
		if errors.As(err, &halt) {
			return p.stop(ctx, halt)
		}
		if err == nil {
			err = errors.New("the source of blocks ended")
		}
		p.set(func(s *Status) {
			if s.Fault == nil {
				s.Since = time.Now()
			}
			s.Fault, s.Stop = err, stopOf(err)
		})
		var fault *unverified
		if errors.As(err, &fault) {
			p.refuse(ctx, fault)
		}
		p.config.Log.Error("blocks are not applied", "error", err, "again_in", pause)
		if p.Status().Cursor != began {
			pause = firstPause
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
			pause = min(2*pause, lastPause)
		}
	}
}

// follow applies blocks from the cursor on until something breaks.
//
// A read model that was found to be damaged is replaced first.
func (p *Projection) follow(ctx context.Context) error {
	select {
	case <-p.config.Store.Broken():
		p.building.Wait() // what it built so far is gone on with
	default:
	}
	if err := p.config.Store.Renew(ctx); err != nil {
		return &applyFault{err}
	}
	p.build(ctx)
	damaged := p.config.Store.Broken()
	cursor, started, err := p.config.Store.Cursor(ctx)
	if err != nil {
		return err
	}
	next := uint64(0)
	if started {
		next = cursor.Block + 1
	} else { // perhaps again
		p.followed.Store(nil)
		p.probable.Store(nil)
		p.refused = ""
		clear(p.hashes)
	}
	p.set(func(s *Status) { s.Cursor, s.Started = cursor, started })
	if err := p.checkProtocol(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := p.resume(ctx); err != nil {
		return &applyFault{err}
	}
	go func() {
		select {
		case <-damaged:
			cancel()
		case <-ctx.Done():
		}
	}()
	l := p.lookAhead(ctx)
	applied := make(chan error, 1)
	go func() {
		defer cancel()
		applied <- p.work(ctx, l)
	}()
	err = p.blocks(ctx, next, func(b *block.Block) error { return l.deliver(ctx, b) })
	l.end()
	if failed := <-applied; failed != nil {
		return &applyFault{failed}
	}
	return err
}

// blocks has blocks delivered, each transaction read under a mark where the source asks.
func (p *Projection) blocks(ctx context.Context, from uint64, deliver func(*block.Block) error) error {
	t, ok := p.config.Source.(Trier)
	if !ok {
		return p.config.Source.Blocks(ctx, from, deliver)
	}
	defer p.attempts.done(markDecoded)
	return t.Try(ctx, from, func(number uint64, index int) bool {
		ok := p.attempts.try(markDecoded, number, index)
		if ok {
			p.config.at(stageDecode, number, index)
		}
		return ok
	}, deliver)
}

// work applies the blocks of the queue until it is closed. What waits is applied together, up to a bound.
func (p *Projection) work(ctx context.Context, l *lookAhead) error {
	queue := l.inOrder
	for b := range queue {
		blocks, size := []*ahead{b}, weight(b.Block)
	gather:
		for size < p.config.BatchEvents {
			select {
			case more, ok := <-queue:
				if !ok {
					break gather
				}
				blocks, size = append(blocks, more), size+weight(more.Block)
			default:
				break gather
			}
		}
		cost := int64(0)
		for _, b := range blocks {
			<-b.ready
			cost += b.cost
		}
		err := p.applyAhead(ctx, blocks)
		l.budget.give(cost)
		if err != nil {
			return err
		}
	}
	return nil
}

// weight guesses the number of events in a block from its length.
func weight(b *block.Block) int { return 1 + b.Bytes/2000 }

// Apply applies blocks after the cursor in one transaction and tells the listeners. When a later one of several may not
// be read on, those before it are applied. Run does this; it is for tests and for tools otherwise.
func (p *Projection) Apply(ctx context.Context, blocks ...*block.Block) error {
	all := make([]*ahead, len(blocks))
	for i, b := range blocks {
		all[i] = &ahead{Block: b}
	}
	return p.applyAhead(ctx, all)
}

func (p *Projection) applyAhead(ctx context.Context, blocks []*ahead) error {
	if len(blocks) == 0 {
		return nil
	}
	if p.config.room != nil {
		if err := p.config.room(); err != nil {
			return err
		}
	}
	began := time.Now()
	var out []readmodel.BlockApplied
	var cursor readmodel.Cursor
	var broken error // what was applied before it stands
	var verify *verifying
	files := 0
	err := p.config.Store.Write(ctx, func(tx *readmodel.Tx) error {
		c, started, err := tx.Cursor()
		if err != nil {
			return err
		}
		before := &c
		if !started {
			before = nil
		}
		if verify, err = p.verifying(tx, before); err != nil {
			return err
		}
		for _, b := range blocks {
			differing, err := p.mayFollow(verify, tx, b, before)
			if ends(err) {
				broken = err
				break
			}
			if err != nil {
				return err
			}
			applied, err := p.apply(tx, b, before, differing...)
			if err != nil {
				return err
			}
			out = append(out, *applied)
			cursor = readmodel.Cursor{Block: b.Number, Hash: b.Hash, Time: applied.Time}
			before = &cursor
		}
		if len(out) == 0 {
			return broken
		}
		if broken == nil { // it need not wait for a block that it cannot judge
			if err := checkProtocol(tx.State()); ends(err) {
				broken = err
			} else if err != nil {
				return err
			}
		}
		files = tx.ListFiles()
		if err := verify.keep(); err != nil {
			return err
		}
		return tx.SetCursor(cursor)
	})
	if err != nil {
		clear(p.hashes) // they may be of blocks that were not applied after all
		return err
	}
	verify.committed()
	p.metrics.applied(out, time.Since(began))
	p.set(func(s *Status) { s.Cursor, s.Started, s.Fault, s.Stop = cursor, true, nil, "" })
	if files > 0 {
		p.indexLists(ctx)
	}
	p.tell(ctx, out)
	for i, b := range blocks[:len(out)] {
		p.invalid.applied(b.Block, out[i].Time)
		p.compare(ctx, b.Block)
	}
	return broken
}

// ends reports whether an error says that a block cannot be applied, while those before it can.
func ends(err error) bool {
	var halt block.Halt
	var fault *unverified
	return errors.As(err, &halt) || errors.As(err, &fault)
}

// mayFollow checks, before anything of a block is applied, that the number by which it is to be judged is known and that
// it continues the chain; and verifies it, which gives the transactions whose verdicts are not the peer's. The error is
// a block.Halt, an *unverified, or a fault of the store.
func (p *Projection) mayFollow(v *verifying, tx *readmodel.Tx, b *ahead, before *readmodel.Cursor) ([]differs, error) {
	if v == nil {
		var last *block.Position
		if before != nil {
			last = &block.Position{Number: before.Block, Hash: before.Hash}
		}
		if err := b.Follows(last); err != nil {
			return nil, err
		}
		return nil, checkProtocol(tx.State())
	}
	if err := checkProtocol(tx.State()); err != nil {
		return nil, err
	}
	return v.verify(b)
}

// checkProtocol checks that what was read so far can be gone on with.
func (p *Projection) checkProtocol(ctx context.Context) error {
	state, release, err := p.config.Store.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer release()
	return checkProtocol(state)
}

// tell alarms, and tells the listeners of blocks.
func (p *Projection) tell(ctx context.Context, applied []readmodel.BlockApplied) {
	for _, b := range applied {
		for _, f := range b.Findings {
			p.alarm(&f)
		}
		for _, l := range p.config.Listeners {
			l.Applied(ctx, b)
		}
	}
}

func (p *Projection) alarm(f *readmodel.Finding) {
	log := p.config.Log.Warn
	if f.Alarm {
		log = p.config.Log.Error
	}
	log("what was read does not agree", "finding", f.ID, "kind", f.Kind, "block", f.Block, "transaction", f.Transaction,
		"event", f.Event, "detail", f.Detail)
	p.metrics.found(f)
}
