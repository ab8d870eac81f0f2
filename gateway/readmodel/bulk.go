package readmodel

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
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

// stream writes the rows of a transaction while the next ones are made: judging and SQLite then each have a processor.
// It and who reads within the transaction take turns at the connection.
type stream struct {
	// turn is held by whoever uses the connection while the stream runs.
	turn sync.Mutex
	jobs chan filled
	// waiting counts the jobs that are not done.
	waiting sync.WaitGroup
	ended   chan struct{}
	// failed is the first error; it is looked at when nothing waits.
	failed error
}

// filled are rows of one table that fill a statement.
type filled struct {
	of     *bulk
	values []any
}

// maxSent is how many full statements may wait. Each holds perStatement rows.
const maxSent = 64

// send gives full statements of a table to the stream, which begins with the first.
func (t *Tx) send(b *bulk) {
	n := b.columns * perStatement
	if len(b.values) < n {
		return
	}
	s := &t.stream
	if s.jobs == nil {
		s.jobs, s.ended = make(chan filled, maxSent), make(chan struct{})
		go t.write()
	}
	full := b.values
	b.values = make([]any, 0, n)
	s.waiting.Add(1)
	s.jobs <- filled{b, full}
}

func (t *Tx) write() {
	s := &t.stream
	defer close(s.ended)
	for job := range s.jobs {
		if s.failed == nil {
			s.failed = t.writeRows(job)
		}
		s.waiting.Done()
	}
}

func (t *Tx) writeRows(job filled) (err error) {
	t.stream.turn.Lock()
	defer t.stream.turn.Unlock()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("readmodel: writing broke down: %v", p)
		}
	}()
	_, err = job.of.insert(t.ctx, t.prepare, job.values)
	return err
}

// settle waits until the rows that were sent are written.
func (t *Tx) settle() error {
	t.stream.waiting.Wait()
	return t.stream.failed
}

// endStream ends the stream; the connection is free for the end of the transaction then.
func (t *Tx) endStream() {
	if s := &t.stream; s.jobs != nil {
		close(s.jobs)
		<-s.ended
		s.jobs = nil
	}
}
