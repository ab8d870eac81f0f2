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
	// head and tail stand before and after the VALUES of a statement.
	head, tail string
	values     []any
}

// perStatement is how many rows one statement carries.
const perStatement = 50

func newBulk(table, columns, tail string) *bulk {
	return &bulk{
		columns: strings.Count(columns, ",") + 1,
		head:    `INSERT INTO ` + table + ` (` + columns + `) VALUES `, tail: ` ` + tail,
	}
}

func (b *bulk) add(row ...any) {
	if len(row) != b.columns {
		panic(fmt.Sprintf("readmodel: %d values for %d columns: %s", len(row), b.columns, b.head))
	}
	b.values = append(b.values, row...)
}

// flush writes the rows, in the order in which they were added.
func (b *bulk) flush(ctx context.Context, prepare func(query string) (*sql.Stmt, error)) error {
	values := b.values
	for len(values) > 0 {
		rows := 1
		if len(values) >= perStatement*b.columns {
			rows = perStatement
		}
		row := `(?` + strings.Repeat(`,?`, b.columns-1) + `)`
		stmt, err := prepare(b.head + row + strings.Repeat(`,`+row, rows-1) + b.tail)
		if err != nil {
			return err
		}
		if _, err := stmt.ExecContext(ctx, values[:rows*b.columns]...); err != nil {
			return fmt.Errorf("readmodel: %s: %w", b.head, err)
		}
		values = values[rows*b.columns:]
	}
	clear(b.values)
	b.values = b.values[:0]
	return nil
}
