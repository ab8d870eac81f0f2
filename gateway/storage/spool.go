package storage

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// Spool is where files lie that are made whole before they are sent.
type Spool struct {
	// Dir is the folder, the system's own for such files when it is empty. Reserve is the room on its disk that is left to others,
	// in bytes.
	Dir     string
	Reserve int64
}

// lookEvery is after how many bytes it is looked at how much room is left.
const lookEvery = 4 << 20

// OpenSpool makes the folder, and removes what a program that was killed left in it.
func OpenSpool(dir string, reserve int64) (Spool, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Spool{}, fmt.Errorf("storage: %w", err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "spool-*"))
	for _, path := range left {
		err = errors.Join(err, os.Remove(path))
	}
	if err != nil {
		return Spool{}, fmt.Errorf("storage: %w", err)
	}
	return Spool{Dir: dir, Reserve: reserve}, nil
}

// Write has a file written, and gives it to be read from its beginning. It has no name any more, and is gone when it is closed.
// Errors are those of write, and of the disk; where it would leave less than the reserve, one that Full knows.
func (s Spool) Write(write func(*bufio.Writer) error) (*os.File, error) {
	file, err := os.CreateTemp(s.Dir, "spool-*")
	if err != nil {
		return nil, fmt.Errorf("storage: %w", err)
	}
	err = os.Remove(file.Name())
	if err == nil {
		w := bufio.NewWriterSize(&sparing{file: file, spool: s}, 64<<10)
		if err = write(w); err == nil {
			err = w.Flush()
		}
	}
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// sparing writes to a file while there is room.
type sparing struct {
	file  *os.File
	spool Spool
	// unseen is how much was written since the room was looked at; at first it is looked at once.
	unseen int
	looked bool
}

// Write implements io.Writer.
func (s *sparing) Write(b []byte) (int, error) {
	if s.unseen += len(b); !s.looked || s.unseen >= lookEvery {
		s.looked, s.unseen = true, 0
		if Free(filepath.Dir(s.file.Name())) < s.spool.Reserve {
			return 0, fmt.Errorf("storage: %d bytes are kept free: %w", s.spool.Reserve, syscall.ENOSPC)
		}
	}
	return s.file.Write(b)
}
