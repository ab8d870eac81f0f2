package readmodel

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// connection is a connection with the statements that were prepared on it, each once for the life of the connection:
// parsing SQL costs several times what a short query does. It is for one goroutine at a time, and a statement must
// have been read to its end before it is used again.
//
// Statements are prepared on the connection itself. Prepared on the pool they would each look for a free connection,
// while the one in hand is kept from others: as many readers as there are connections would then wait for each other.
type connection struct {
	conn *sql.Conn
	by   map[string]*sql.Stmt
	// ran counts the statements that were run, those of other connections too; nil counts none.
	ran *atomic.Int64
}

// maxPrepared bounds the statements of a connection. Their texts are fixed but for filters, which have some dozens.
const maxPrepared = 500

// prepare gives the statement of a text, which is then run once.
func (c *connection) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if c.ran != nil {
		c.ran.Add(1)
	}
	if stmt := c.by[query]; stmt != nil {
		return stmt, nil
	}
	if len(c.by) >= maxPrepared {
		if err := c.forget(); err != nil {
			return nil, err
		}
	}
	stmt, err := c.conn.PrepareContext(context.WithoutCancel(ctx), query)
	if err != nil {
		return nil, fmt.Errorf("readmodel: prepare: %w", err)
	}
	if c.by == nil {
		c.by = map[string]*sql.Stmt{}
	}
	c.by[query] = stmt
	return stmt, nil
}

func (c *connection) exec(ctx context.Context, query string, args ...any) error {
	stmt, err := c.prepare(ctx, query)
	if err != nil {
		return err
	}
	if _, err := stmt.ExecContext(ctx, args...); err != nil {
		return fmt.Errorf("readmodel: %s: %w", query, err)
	}
	return nil
}

func (c *connection) forget() error {
	var errs []error
	for _, stmt := range c.by {
		errs = append(errs, stmt.Close())
	}
	c.by = nil
	return errors.Join(errs...)
}

func (c *connection) close() error { return errors.Join(c.forget(), c.conn.Close()) }

// readers are the connections that read. Who needs one waits until one is free.
type readers struct {
	db *sql.DB
	// turns holds a token for each connection in use.
	turns chan struct{}
	// ran counts the statements that were run.
	ran atomic.Int64

	mu     sync.Mutex
	idle   []*connection // the last used last: its pages are the ones in memory
	closed bool
	// leave is closed when those who read are to be done; see dismiss.
	leave chan struct{}
}

func newReaders(db *sql.DB, n int) *readers {
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return &readers{db: db, turns: make(chan struct{}, n), leave: make(chan struct{})}
}

// dismiss ends the views that are open: their next query is refused.
func (r *readers) dismiss() {
	r.mu.Lock()
	defer r.mu.Unlock()
	close(r.leave)
	r.leave = make(chan struct{})
}

// leaving is closed when those who begin to read now are dismissed.
func (r *readers) leaving() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.leave
}

// begin gives a connection in a transaction of its own, which sees one state of the file from its first query on.
func (r *readers) begin(ctx context.Context) (*connection, error) {
	select {
	case r.turns <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("readmodel: wait for a reader: %w", context.Cause(ctx))
	}
	c, err := r.take(ctx)
	if err == nil {
		if err = c.exec(context.WithoutCancel(ctx), `BEGIN`); err == nil {
			return c, nil
		}
		err = errors.Join(err, c.close())
	}
	<-r.turns
	return nil, err
}

// Statements counts the SQL statements that were run for readers since the file was opened, with the beginnings and ends of
// their transactions.
func (s *Store) Statements() int64 { return s.readers.ran.Load() }

// begin gives a reader unless the file is damaged.
func (s *Store) begin(ctx context.Context) (*connection, error) {
	if s.broken.Load() {
		return nil, ErrRebuilding()
	}
	c, err := s.readers.begin(ctx)
	if err == nil && s.broken.Load() { // since then; it may wait for its turn to be of a new file
		s.readers.end(c)
		return nil, ErrRebuilding()
	}
	return c, s.noticed(err)
}

func (r *readers) take(ctx context.Context) (*connection, error) {
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return nil, fmt.Errorf("readmodel: %w", sql.ErrConnDone)
	}
	if n := len(r.idle); n > 0 {
		c := r.idle[n-1]
		r.idle = r.idle[:n-1]
		r.mu.Unlock()
		return c, nil
	}
	r.mu.Unlock()
	conn, err := r.db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("readmodel: open: %w", err)
	}
	return &connection{conn: conn, ran: &r.ran}, nil
}

// end ends the transaction and gives the connection back. One that cannot end it is not used again.
func (r *readers) end(c *connection) {
	defer func() { <-r.turns }()
	if c.exec(context.Background(), `ROLLBACK`) != nil {
		_ = c.close() // nothing was written
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		_ = c.close() // nothing was written
		return
	}
	r.idle = append(r.idle, c)
}

// close closes what is idle, and the rest when it is given back.
func (r *readers) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	var errs []error
	for _, c := range r.idle {
		errs = append(errs, c.close())
	}
	r.idle = nil
	return errors.Join(append(errs, r.db.Close())...)
}
