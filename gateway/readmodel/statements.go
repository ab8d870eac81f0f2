package readmodel

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/storage"
)

// query runs a query. Its rows must be closed before the same query is run again.
func (v *View) query(query string, args ...any) (*sql.Rows, error) {
	if err := v.ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case <-v.leave:
		return nil, errMakesWay()
	default:
	}
	stmt, err := v.conn.prepare(v.ctx, query)
	if err != nil {
		return nil, v.noticed(err)
	}
	ctx := v.ctx
	if !v.interrupt {
		ctx = context.WithoutCancel(ctx)
	}
	rows, err := stmt.QueryContext(ctx, args...)
	return rows, v.noticed(err)
}

// collect reads all rows of a query.
func collect[T any](v *View, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := v.query(query, args...)
	if err != nil {
		return nil, fmt.Errorf("readmodel: query: %w", err)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		t, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("readmodel: read a row: %w", v.noticed(err))
		}
		out = append(out, t)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("readmodel: read rows: %w", v.noticed(err))
	}
	return out, nil
}

// one reads the row of a query into dest; found is false when there is none.
func (v *View) one(dest []any, query string, args ...any) (found bool, err error) {
	rows, err := v.query(query, args...)
	if err != nil {
		return false, fmt.Errorf("readmodel: query: %w", err)
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return false, fmt.Errorf("readmodel: query: %w", v.noticed(err))
		}
		return false, nil
	}
	if err := rows.Scan(dest...); err != nil {
		return false, fmt.Errorf("readmodel: read a row: %w", v.noticed(err))
	}
	return true, nil
}

// text is the scanner of a row of one text.
func text(rows *sql.Rows) (string, error) {
	var s string
	err := rows.Scan(&s)
	return s, err
}

// record reads a record of the state; the zero T when there is none.
func record[T rootline.Record](v *View, space rootline.Space, id string) (T, error) {
	ref := rootline.Ref{Space: space, ID: id}
	if v.cache == nil || !constant(space) {
		return read[T](v, ref)
	}
	return recall[T](v, ref)
}

// recall is record for what is worth remembering.
func recall[T rootline.Record](v *View, ref rootline.Ref) (T, error) {
	var none T
	if known, ok := v.cache.record(ref, v.block()); ok {
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
	v.cache.keep(ref, r, v.block())
	return as[T](ref, r)
}

func read[T rootline.Record](v *View, ref rootline.Ref) (T, error) {
	var none T
	var value []byte
	found, err := v.one([]any{&value}, `SELECT value FROM state WHERE key = ?`, wire.Key(ref))
	if err != nil || !found {
		return none, err
	}
	return decode[T](ref, value)
}

// malformed says of a column that this program wrote that it cannot be read any more: somebody changed the row.
func malformed(format string, args ...any) error {
	return &storage.DamagedError{Said: fmt.Errorf(format, args...).Error()}
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
