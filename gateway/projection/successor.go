package projection

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"syscall"
	"time"

	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/storage"
)

// Successor says how far the successor of the read model is, that is built beside it; see readmodel.Store.Outdated.
type Successor struct {
	readmodel.Rebuild
	// Cursor is its last block; Started is false before the first.
	Cursor  readmodel.Cursor
	Started bool
	// Fault is why it is not built on at present; nil when it is.
	Fault error
}

// Successor says how far the successor is; nil when none is built.
func (p *Projection) Successor() *Successor {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.successor
}

func (p *Projection) setSuccessor(s *Successor) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.successor = s
}

// errLevel ends the building of a successor that holds what is served.
var errLevel = errors.New("projection: the successor holds the blocks that are served")

// How long readers are waited for when a successor is to take its place, and how long it may take to catch up then, while
// nothing is applied to what is served.
const (
	firstPatience = 250 * time.Millisecond
	lastPatience  = 8 * time.Second
	maxCatchUp    = 5 * time.Second
	// nearly is how many blocks may be left to catch up then.
	nearly = 2
)

// build begins to build the successor of an outdated read model, unless that is under way.
func (p *Projection) build(ctx context.Context) {
	if p.config.Store.Outdated() != nil && p.builds.CompareAndSwap(false, true) {
		p.building.Go(func() {
			defer p.builds.Store(false)
			p.succeed(ctx)
		})
	}
}

// succeed builds the successor of an outdated read model and puts it in its place. It ends then, with ctx, or when the
// served file is found to be damaged.
func (p *Projection) succeed(ctx context.Context) {
	served := p.config.Store
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	damaged := served.Broken()
	go func() {
		select {
		case <-damaged:
			cancel()
		case <-ctx.Done():
		}
	}()
	defer p.setSuccessor(nil)
	b := &builder{p: p, of: *served.Outdated()}
	p.setSuccessor(&Successor{Rebuild: b.of})
	pause, patience := firstPause, firstPatience
	for {
		err := b.build(ctx, patience)
		if err == nil {
			if err := p.attempts.inherit(); err != nil {
				p.config.Log.Error("what is known of deaths is not kept", "error", err)
			}
			p.indexLists(ctx) // files may have come meanwhile
			return
		}
		if ctx.Err() != nil {
			return
		}
		if errors.Is(err, readmodel.ErrBusy) {
			patience = min(2*patience, lastPatience)
		} else {
			b.tell(err)
			p.config.Log.Error("the read model's successor is not built on", "error", err, "again_in", pause)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
			pause = min(2*pause, lastPause)
		}
	}
}

// builder builds a successor.
type builder struct {
	p  *Projection
	of readmodel.Rebuild
	// last is the projection that fills it.
	last *Projection
}

// build goes on with the successor until it holds what is served, and has it take the place.
func (b *builder) build(ctx context.Context, patience time.Duration) error {
	served := b.p.config.Store
	next, err := served.Successor(ctx)
	if err != nil {
		return err
	}
	closed := false
	defer func() {
		if !closed {
			if err := next.Close(); err != nil {
				b.p.config.Log.Error("the read model's successor is not closed", "error", err)
			}
		}
	}()
	if err := b.fill(ctx, next, served.Newest, nearly); err != nil {
		return err
	}
	closed, err = served.Succeed(ctx, next, patience, patience == lastPatience, func(ctx context.Context, c readmodel.Cursor) error {
		ctx, cancel := context.WithTimeout(ctx, maxCatchUp)
		defer cancel()
		if err := b.fill(ctx, next, func() (readmodel.Cursor, bool) { return c, true }, 0); err != nil {
			return err
		}
		if s := b.last.followed.Load(); s != nil {
			b.p.followed.Store(s)
		}
		return nil
	})
	return err
}

// fill applies blocks to the successor until it is within some blocks of goal, beyond which it never goes.
func (b *builder) fill(ctx context.Context, next *readmodel.Store, goal func() (readmodel.Cursor, bool), within uint64) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	level := func() bool {
		at, started := next.Newest()
		c, ok := goal()
		return started && ok && at.Block+within >= c.Block
	}
	config := b.p.config
	config.Store, config.Registerer, config.Reserve = next, nil, 0
	config.Log = config.Log.With("read_model", "successor")
	config.Attempts = b.p.attempts.successor()
	config.Source = upTo{b.p.config.Source, func() uint64 { c, _ := goal(); return c.Block }, b.p.config.Store}
	config.room = b.room
	var p *Projection
	config.Listeners = []Listener{ListenerFunc(func(context.Context, readmodel.BlockApplied) {
		b.tell(nil)
		if level() {
			end(errLevel)
		}
	})}
	p, err := New(config)
	if err != nil {
		return err
	}
	b.last = p
	if level() {
		return errors.Join(p.resume(ctx), p.attempts.close())
	}
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		b.watch(ctx)
	}()
	err = p.Run(ctx)
	end(err)
	<-watched
	if errors.Is(context.Cause(ctx), errLevel) {
		return nil
	}
	return err
}

// tell keeps how far the successor is.
func (b *builder) tell(fault error) {
	s := &Successor{Rebuild: b.of, Fault: fault}
	if b.last != nil {
		status := b.last.Status()
		s.Cursor, s.Started = status.Cursor, status.Started
		if fault == nil {
			s.Fault = status.Fault
		}
	}
	b.p.setSuccessor(s)
}

// watch tells from time to time, so that what holds it up is told, too.
func (b *builder) watch(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			b.tell(nil)
		}
	}
}

// room keeps the building from filling the disk that the served read model and the outbox lie on.
func (b *builder) room() error {
	if free := storage.Free(filepath.Dir(b.p.config.Store.Path())); free < b.p.config.Reserve {
		return fmt.Errorf("projection: %d bytes are left on the disk, and %d are kept for what is served: %w", free, b.p.config.Reserve, syscall.ENOSPC)
	}
	return nil
}

// upTo are the blocks of a source that are served already.
type upTo struct {
	Source
	last   func() uint64
	served *readmodel.Store
}

// Blocks implements Source.
func (u upTo) Blocks(ctx context.Context, from uint64, deliver func(*block.Block) error) error {
	return u.Source.Blocks(ctx, from, u.held(ctx, deliver))
}

// Try implements Trier.
func (u upTo) Try(ctx context.Context, from uint64, try func(uint64, int) bool, deliver func(*block.Block) error) error {
	if t, ok := u.Source.(Trier); ok {
		return t.Try(ctx, from, try, u.held(ctx, deliver))
	}
	return u.Blocks(ctx, from, deliver)
}

// held delivers a block when it is served.
func (u upTo) held(ctx context.Context, deliver func(*block.Block) error) func(*block.Block) error {
	return func(b *block.Block) error {
		if b.Number > u.last() {
			if err := u.served.Reached(ctx, b.Number); err != nil {
				return err
			}
		}
		return deliver(b)
	}
}

// Refuse implements Refuser.
func (u upTo) Refuse(by string, number uint64, why error) {
	if r, ok := u.Source.(Refuser); ok {
		r.Refuse(by, number, why)
	}
}

// CommitHashes implements Witness.
func (u upTo) CommitHashes(ctx context.Context, number uint64, except string) []block.CommitHash {
	if w, ok := u.Source.(Witness); ok {
		return w.CommitHashes(ctx, number, except)
	}
	return nil
}
