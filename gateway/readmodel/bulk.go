package readmodel

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// bulk gathers the rows of one table, since a statement for each row would cost more than the rows.
type bulk struct {
	columns int
	// head stands before the VALUES of a statement; one and many are those for one row and for perStatement.
	head, one, many string
	values          []any
}

// perStatement is how many rows one statement carries.
const perStatement = 50

func newBulk(table, columns, tail string) bulk {
	b := bulk{columns: strings.Count(columns, ",") + 1, head: `INSERT INTO ` + table + ` (` + columns + `) VALUES `}
	row := `(?` + strings.Repeat(`,?`, b.columns-1) + `)`
	b.one = b.head + row + ` ` + tail
	b.many = b.head + row + strings.Repeat(`,`+row, perStatement-1) + ` ` + tail
	return b
}

func (b *bulk) add(row ...any) {
	if len(row) != b.columns {
		panic(fmt.Sprintf("readmodel: %d values for %d columns: %s", len(row), b.columns, b.head))
	}
	b.values = append(b.values, row...)
}

// flush writes the rows, in the order in which they were added.
func (b *bulk) flush(ctx context.Context, prepare func(query string) (*sql.Stmt, error)) error {
	for values := b.values; len(values) > 0; {
		n, err := b.insert(ctx, prepare, values)
		if err != nil {
			return err
		}
		values = values[n:]
	}
	clear(b.values)
	b.values = b.values[:0]
	return nil
}

// insert writes one statement's rows, and returns how many of the values they were.
func (b *bulk) insert(ctx context.Context, prepare func(query string) (*sql.Stmt, error), values []any) (int, error) {
	query, n := b.one, b.columns
	if len(values) >= perStatement*b.columns {
		query, n = b.many, perStatement*b.columns
	}
	stmt, err := prepare(query)
	if err != nil {
		return 0, err
	}
	if _, err := stmt.ExecContext(ctx, values[:n]...); err != nil {
		return 0, fmt.Errorf("readmodel: %s: %w", b.head, err)
	}
	return n, nil
}
