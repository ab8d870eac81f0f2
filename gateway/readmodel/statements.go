package readmodel

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
)

// view is one consistent look at the store: everything read through it is as of the same block.
type view struct {
	// ctx is whose answer is waited for. Short queries only look at it before they begin: to interrupt a query takes a
	// goroutine for each, which costs as much as the query.
	ctx  context.Context
	conn *connection
	// long says that queries may take so long that they have to be interrupted.
	long bool
	// memory is nil within a write transaction, which sees what nobody else does yet.
	memory *memory
	seen   *int64
}

// look runs work on a view.
func look[T any](ctx context.Context, s *Store, work func(*view) (T, error)) (T, error) {
	c, err := s.begin(ctx)
	if err != nil {
		var none T
		return none, err
	}
	defer s.readers.end(c)
	out, err := work(&view{ctx: ctx, conn: c, memory: s.memory})
	return out, s.noticed(err)
}

// query runs a query. Its rows must be closed before the same query is run again.
func (v *view) query(query string, args ...any) (*sql.Rows, error) {
	if err := v.ctx.Err(); err != nil {
		return nil, err
	}
	stmt, err := v.conn.prepare(v.ctx, query)
	if err != nil {
		return nil, err
	}
	ctx := v.ctx
	if !v.long {
		ctx = context.WithoutCancel(ctx)
	}
	return stmt.QueryContext(ctx, args...)
}

// collect reads all rows of a query.
func collect[T any](v *view, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := v.query(query, args...)
	if err != nil {
		return nil, fmt.Errorf("readmodel: query: %w", err)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		t, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("readmodel: read a row: %w", err)
		}
		out = append(out, t)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("readmodel: read rows: %w", err)
	}
	return out, nil
}

// one reads the row of a query into dest; found is false when there is none.
func (v *view) one(dest []any, query string, args ...any) (found bool, err error) {
	rows, err := v.query(query, args...)
	if err != nil {
		return false, fmt.Errorf("readmodel: query: %w", err)
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return false, fmt.Errorf("readmodel: query: %w", err)
		}
		return false, nil
	}
	if err := rows.Scan(dest...); err != nil {
		return false, fmt.Errorf("readmodel: read a row: %w", err)
	}
	return true, nil
}

// block is the last block that the view sees, noBlock before the first.
func (v *view) block() (int64, error) {
	if v.seen == nil {
		at := int64(noBlock)
		if _, err := v.one([]any{&at}, `SELECT block FROM cursor`); err != nil {
			return 0, err
		}
		v.seen = &at
	}
	return *v.seen, nil
}

// text is the scanner of a row of one text.
func text(rows *sql.Rows) (string, error) {
	var s string
	err := rows.Scan(&s)
	return s, err
}

// record reads a record of the state; the zero T when there is none.
func record[T rootline.Record](v *view, space rootline.Space, id string) (T, error) {
	ref := rootline.Ref{Space: space, ID: id}
	if v.memory == nil || !constant(space) {
		return read[T](v, ref)
	}
	return recall[T](v, ref)
}

// recall is record for what is worth remembering.
func recall[T rootline.Record](v *view, ref rootline.Ref) (T, error) {
	var none T
	at, err := v.block()
	if err != nil {
		return none, err
	}
	if known, ok := v.memory.record(ref, at); ok {
		return as[T](ref, known)
	}
	var value []byte
	found, err := v.one([]any{&value}, `SELECT value FROM state WHERE key = ?`, wire.Key(ref))
	if err != nil || !found {
		return none, err
	}
	r, err := wire.Decode(ref, value)
	if err != nil {
		return none, err
	}
	v.memory.keep(ref, r, at)
	return as[T](ref, r)
}

func read[T rootline.Record](v *view, ref rootline.Ref) (T, error) {
	var none T
	var value []byte
	found, err := v.one([]any{&value}, `SELECT value FROM state WHERE key = ?`, wire.Key(ref))
	if err != nil || !found {
		return none, err
	}
	return decode[T](ref, value)
}

func decode[T rootline.Record](ref rootline.Ref, value []byte) (T, error) {
	r, err := wire.Decode(ref, value)
	if err != nil {
		var none T
		return none, err
	}
	return as[T](ref, r)
}

func as[T rootline.Record](ref rootline.Ref, r rootline.Record) (T, error) {
	t, ok := r.(T)
	if !ok {
		return t, fmt.Errorf("readmodel: %s holds a %T", ref, r)
	}
	return t, nil
}

// absent is the refusal of what is not there.
func absent(what string) error { return rootline.Refuse(rootline.CodeNotFound, what) }

// hash is a Hash as SQL sees it; NULL for the zero one.
type hash rootline.Hash

// Scan implements sql.Scanner.
func (h *hash) Scan(src any) error {
	switch b := src.(type) {
	case nil:
		*h = hash{}
		return nil
	case []byte:
		if len(b) == len(h) {
			copy(h[:], b)
			return nil
		}
	}
	return fmt.Errorf("a hash is a blob of %d bytes", len(h))
}

func blob(h rootline.Hash) any {
	if h.IsZero() {
		return nil
	}
	return h[:]
}
