package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
)

// parts is the folder of files of which a part has arrived, each named by its hash and its sender. They outlive the
// process: a phone goes on where its line was cut.
const parts = "parts"

// The bounds of what may lie there. A sender's oldest part makes room for a new one: that upload begins again.
const (
	// PartLife is how long a part is kept that nobody goes on with.
	PartLife = 7 * 24 * time.Hour
	// maxParts and maxPartBytes are for one sender.
	maxParts     = limits.FileParts
	maxPartBytes = limits.PartsBytes
)

// ErrLength says that a part does not fit into the length that its file is to have.
var ErrLength = errors.New("evidence: the part is longer than the file is to be")

// OffsetError says that a part does not continue what has arrived. Offset is where to go on.
type OffsetError struct{ Offset int64 }

// Error implements error.
func (e *OffsetError) Error() string { return fmt.Sprintf("evidence: %d bytes have arrived", e.Offset) }

// Part is a piece of a file that is sent in several.
type Part struct {
	Hash rootline.Hash
	// Sender names who sends it, by letters, digits, - and _: a device's kid. Senders do not see each other's parts.
	Sender string
	// Offset is where it begins in the file, Length the length of the whole file, in bytes.
	Offset, Length int64
	Body           io.Reader
	// Interrupt makes a read from Body return. It is called when the same sender begins anew: the line of this part
	// was cut, and only this end has not noticed.
	Interrupt func()
}

// writer is who writes a part now.
type writer struct {
	interrupt func()
	done      chan struct{}
}

var senderName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

func partName(h rootline.Hash, sender string) string {
	return filepath.Join(parts, h.String()+"."+sender)
}

// Offset is how many bytes of a file have arrived from a sender; 0 when none has.
func (s *Store) Offset(_ context.Context, h rootline.Hash, sender string) (int64, error) {
	if !senderName.MatchString(sender) {
		return 0, nil
	}
	info, err := s.root.Stat(partName(h, sender))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// Append adds a part to a file and returns how many bytes have arrived. What arrived before an error of Body is kept,
// and counted. whole says that the file is complete and stored, as after Put. Errors are *OffsetError, ErrLength,
// ErrTooLarge, ErrEmpty, ErrOther (all bytes are here and have another hash; none of them is kept), what Body
// returned, or a fault of the disk.
func (s *Store) Append(ctx context.Context, p Part) (offset int64, whole bool, err error) {
	switch {
	case p.Length > MaxBytes:
		return 0, false, ErrTooLarge
	case p.Length <= 0:
		return 0, false, ErrEmpty
	case !senderName.MatchString(p.Sender):
		return 0, false, fmt.Errorf("evidence: %q is no name of a sender", p.Sender)
	}
	if whole, err := s.intact(ctx, p.Hash); err != nil || whole {
		return p.Length, whole, err
	}
	name := partName(p.Hash, p.Sender)
	release, err := s.take(ctx, name, p.Interrupt)
	if err != nil {
		return 0, false, err
	}
	defer release()
	offset, err = s.write(name, p)
	if err != nil || offset < p.Length {
		return offset, false, err
	}
	return offset, true, s.finish(name, p.Hash)
}

// take makes the caller the only writer of a part; one that still waits for a cut line is interrupted.
func (s *Store) take(ctx context.Context, name string, interrupt func()) (release func(), err error) {
	mine := &writer{interrupt: interrupt, done: make(chan struct{})}
	for {
		s.mu.Lock()
		other := s.writers[name]
		if other == nil {
			s.writers[name] = mine
			s.mu.Unlock()
			return func() {
				s.mu.Lock()
				delete(s.writers, name)
				s.mu.Unlock()
				close(mine.done)
			}, nil
		}
		s.mu.Unlock()
		if other.interrupt != nil {
			other.interrupt()
		}
		select {
		case <-other.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// write appends the part's bytes and returns the length of what is there now.
func (s *Store) write(name string, p Part) (int64, error) {
	have, err := s.Offset(context.Background(), p.Hash, p.Sender)
	if err != nil {
		return 0, err
	}
	if p.Offset != have {
		return have, &OffsetError{have}
	}
	if have > p.Length {
		return have, ErrLength
	}
	if have == 0 {
		if err := s.makeRoom(p.Sender); err != nil {
			return 0, err
		}
	}
	f, err := s.root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return have, err
	}
	n, err := io.Copy(f, io.LimitReader(p.Body, p.Length-have))
	have += n
	if err == nil && have == p.Length {
		if more, _ := p.Body.Read(make([]byte, 1)); more > 0 {
			err = ErrLength
		} else {
			err = f.Sync()
		}
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if errors.Is(err, ErrLength) {
		// Which of its bytes belong to the file nobody knows.
		return 0, errors.Join(err, ignoreMissing(s.root.Remove(name)))
	}
	return have, err
}

// finish checks a file that is whole and stores it, or throws it away.
func (s *Store) finish(from string, h rootline.Hash) error {
	f, err := s.root.Open(from)
	if err != nil {
		return err
	}
	err = check(h, f)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return errors.Join(err, ignoreMissing(s.root.Remove(from)))
	}
	return s.place(from, name(h))
}

type partInfo struct {
	name    string
	size    int64
	touched time.Time
}

// list gives the parts of a sender, or all for "", the oldest first.
func (s *Store) list(sender string) ([]partInfo, error) {
	d, err := s.root.Open(parts)
	if err != nil {
		return nil, err
	}
	entries, err := d.ReadDir(-1)
	if err = errors.Join(err, d.Close()); err != nil {
		return nil, err
	}
	var all []partInfo
	for _, e := range entries {
		if sender != "" && filepath.Ext(e.Name()) != "."+sender {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // it became whole meanwhile
		}
		if err != nil {
			return nil, err
		}
		all = append(all, partInfo{filepath.Join(parts, e.Name()), info.Size(), info.ModTime()})
	}
	slices.SortFunc(all, func(a, b partInfo) int { return a.touched.Compare(b.touched) })
	return all, nil
}

// makeRoom keeps a sender within the bounds, with room for one file more, and sweeps.
func (s *Store) makeRoom(sender string) error {
	if err := s.sweep(); err != nil {
		return err
	}
	mine, err := s.list(sender)
	if err != nil {
		return err
	}
	var bytes int64
	for _, p := range mine {
		bytes += p.size
	}
	for len(mine) > 0 && (len(mine) >= maxParts || bytes > maxPartBytes-MaxBytes) {
		if err := ignoreMissing(s.root.Remove(mine[0].name)); err != nil {
			return err
		}
		bytes -= mine[0].size
		mine = mine[1:]
	}
	return nil
}

// sweep removes the parts that nobody went on with.
func (s *Store) sweep() error {
	all, err := s.list("")
	if err != nil {
		return err
	}
	for _, p := range all {
		if s.now().Sub(p.touched) < PartLife {
			break
		}
		if err := ignoreMissing(s.root.Remove(p.name)); err != nil {
			return err
		}
	}
	return nil
}
