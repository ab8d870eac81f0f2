package readmodel

import (
	"fmt"
	"sync"
)

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
