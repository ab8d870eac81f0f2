package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"

	"github.com/rootline/rootline/gateway/storage"
)

// job is something to write. It is on disk when done delivers nil.
type job struct {
	write func(tx *sql.Tx) error
	done  chan error
}

// errStopped answers those who write after Close.
var errStopped = errors.New("outbox: stopped")

// maxJobs bounds what shares one sync to disk.
const maxJobs = 128

// do writes and returns when it is on disk.
func (s *store) do(write func(tx *sql.Tx) error) error {
	j := &job{write: write, done: make(chan error, 1)}
	select {
	case s.jobs <- j:
	case <-s.ended:
		return errStopped
	}
	select {
	case err := <-j.done:
		return err
	case <-s.ended:
		// The writer may have taken the job with its last breath.
		select {
		case err := <-j.done:
			return err
		default:
			return errStopped
		}
	}
}

// note takes notice of an error that says that the file is damaged.
func (s *store) note(err error) {
	if storage.Damaged(err) && !s.damaged.Swap(true) {
		slog.Error("the outbox's file is damaged: nothing is taken until the gateway is started again, which salvages it", "code", "outbox-damaged", "error", err)
	}
}

func (s *store) stop() { close(s.ended) }

// write runs until stop.
func (s *store) write() {
	for {
		select {
		case <-s.ended:
			return
		case first := <-s.jobs:
			jobs := []*job{first}
			for len(jobs) < maxJobs && len(s.jobs) > 0 {
				jobs = append(jobs, <-s.jobs)
			}
			s.commit(jobs)
		}
	}
}

// commit writes all jobs in one transaction. When that fails each is tried by itself, so that one bad job fails alone.
func (s *store) commit(jobs []*job) {
	err := s.transact(jobs)
	if err != nil && len(jobs) > 1 {
		for _, j := range jobs {
			j.done <- s.transact([]*job{j})
		}
		return
	}
	for _, j := range jobs {
		j.done <- err
	}
}

func (s *store) transact(jobs []*job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("outbox: panic while writing: %v", p)
		}
	}()
	defer func() {
		s.full.Store(storage.Full(err))
		s.note(err)
	}()
	tx, err := s.db.BeginTx(context.Background(), nil)
	if err != nil {
		return fmt.Errorf("outbox: write: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	for _, j := range jobs {
		if err := j.write(tx); err != nil {
			return fmt.Errorf("outbox: write: %w", err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("outbox: write: %w", err)
	}
	return nil
}
