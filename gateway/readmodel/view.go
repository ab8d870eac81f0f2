package readmodel

import "context"

// View is one snapshot of the read model, for a whole answer: whatever is read through it is as of the same block, which
// Cursor names. What is not there is refused with rootline.CodeNotFound, a cursor or a filter that makes no sense with
// rootline.CodeBadRequest; every other error is a fault of ours. It is for one goroutine, and holds one of the readers until
// it is closed: nobody waits for others, nor asks for another View, meanwhile.
type View struct {
	// ctx is whose answer is waited for. Short queries only look at it before they begin: to interrupt a query takes a
	// goroutine for each, which costs as much as the query.
	ctx   context.Context
	conn  *connection
	store *Store
	// cache is nil within a write transaction, which sees what nobody else does yet.
	cache *cache
	// at is the last block that the snapshot holds, started whether there is one.
	at      Cursor
	started bool
	// leave is closed when the view has to make way for another file; nil when it has not.
	leave <-chan struct{}
	// interrupt says that queries may take so long that they have to be interrupted when ctx ends.
	interrupt bool
}

// View takes a snapshot of what was applied last. It must be closed.
func (s *Store) View(ctx context.Context) (*View, error) {
	c, err := s.begin(ctx)
	if err != nil {
		return nil, err
	}
	v := &View{ctx: ctx, conn: c, store: s, cache: s.cache, leave: s.readers.leaving()}
	// SQLite fixes what a transaction sees with its first read, which is this one.
	if v.at, v.started, err = v.readCursor(); err != nil {
		v.Close()
		return nil, err
	}
	return v, nil
}

// Close gives the reader back. To close again does nothing.
func (v *View) Close() {
	if v.conn != nil {
		v.store.readers.end(v.conn)
		v.conn = nil
	}
}

// Read gives what work reads through a View of its own.
func Read[T any](ctx context.Context, s *Store, work func(*View) (T, error)) (T, error) {
	v, err := s.View(ctx)
	if err != nil {
		var none T
		return none, err
	}
	defer v.Close()
	out, err := work(v)
	return out, s.noticed(err)
}

// Cursor is the last block that was applied; ok is false before the first.
func (s *Store) Cursor(ctx context.Context) (c Cursor, ok bool, err error) {
	v, err := s.View(ctx)
	if err != nil {
		return c, false, err
	}
	defer v.Close()
	return v.at, v.started, nil
}

// Context is whose answer is waited for.
func (v *View) Context() context.Context { return v.ctx }

// Cursor is the last block that the snapshot holds; ok is false before the first.
func (v *View) Cursor() (c Cursor, ok bool) { return v.at, v.started }

func (v *View) readCursor() (Cursor, bool, error) {
	var c Cursor
	found, err := v.one([]any{&c.Block, (*hash)(&c.Hash), &c.Time}, `SELECT block, hash, time FROM cursor`)
	return c, found, err
}

// block is the number of the last block, noBlock before the first.
func (v *View) block() int64 {
	if !v.started {
		return noBlock
	}
	return int64(v.at.Block) // as SQLite keeps it
}

// long is the same view for queries that may take so long that they have to be interrupted.
func (v *View) long() *View {
	w := *v
	w.interrupt = true
	return &w
}

// noticed looks at an error of the file; see Store.noticed. A write transaction has its own end.
func (v *View) noticed(err error) error {
	if v.cache == nil {
		return err
	}
	return v.store.noticed(err)
}
