package readmodel

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
)

// view is one consistent look at the store: everything read through it is as of the same block.
type view struct {
	ctx context.Context
	tx  querier
}

// querier is a transaction, or the connection that is in one.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// look runs work on a view.
func look[T any](ctx context.Context, s *Store, work func(*view) (T, error)) (T, error) {
	var none T
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return none, fmt.Errorf("readmodel: begin: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	return work(&view{ctx: ctx, tx: tx})
}

// collect reads all rows of a query.
func collect[T any](v *view, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := v.tx.QueryContext(v.ctx, query, args...)
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
	err = v.tx.QueryRowContext(v.ctx, query, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("readmodel: query: %w", err)
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
func record[T rootline.Record](v *view, space rootline.Space, id string) (T, error) {
	var none T
	ref := rootline.Ref{Space: space, ID: id}
	var value []byte
	found, err := v.one([]any{&value}, `SELECT value FROM state WHERE key = ?`, wire.Key(ref))
	if err != nil || !found {
		return none, err
	}
	return decode[T](ref, value)
}

func decode[T rootline.Record](ref rootline.Ref, value []byte) (T, error) {
	var none T
	r, err := wire.Decode(ref, value)
	if err != nil {
		return none, err
	}
	t, ok := r.(T)
	if !ok {
		return none, fmt.Errorf("readmodel: %s holds a %T", ref, r)
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
