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
	"strings"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
)

// parts is the folder of files of which a part has arrived, each named by its hash and its sender. They outlive the
// process: a phone goes on where its line was cut.
const parts = "parts"

// The bounds of what may lie there. A sender's oldest part makes room for a new one: that upload begins again.
const (
	// PartLife is how long a part is kept that nobody goes on with: as long as a file that no event names.
	PartLife = UnnamedLife
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
	// By is who sends it. The device is named by letters, digits, - and _: its kid. Devices do not see each other's parts.
	By Owner
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
// ErrTooLarge, ErrEmpty, ErrOther (all bytes are here and have another hash; none of them is kept), *QuotaError, ErrNoRoom,
// what Body returned, or a fault of the disk.
func (s *Store) Append(ctx context.Context, p Part) (offset int64, whole bool, err error) {
	switch {
	case p.Length > MaxBytes:
		return 0, false, ErrTooLarge
	case p.Length <= 0:
		return 0, false, ErrEmpty
	case !senderName.MatchString(p.By.Device):
		return 0, false, fmt.Errorf("evidence: %q is no name of a device", p.By.Device)
	}
	if whole, err := s.intact(ctx, p.Hash); err != nil || whole {
		return p.Length, whole, err
	}
	name := partName(p.Hash, p.By.Device)
	release, err := s.take(ctx, name, p.Interrupt)
	if err != nil {
		return 0, false, err
	}
	defer release()
	offset, err = s.write(ctx, name, p)
	if err != nil || offset < p.Length {
		return offset, false, err
	}
	return offset, true, s.finish(ctx, name, p)
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
func (s *Store) write(ctx context.Context, name string, p Part) (int64, error) {
	have, err := s.begun(ctx, name, p)
	if err != nil {
		return 0, err
	}
	if p.Offset != have {
		return have, &OffsetError{have}
	}
	release, err := s.room(p.Length - have)
	if err != nil {
		return have, err
	}
	defer release()
	if have == 0 {
		if err := s.begin(ctx, p); err != nil {
			return 0, err
		}
	}
	f, err := s.root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil && have == 0 {
		err = errors.Join(err, s.forget(ctx, p.Hash, p.By.Device))
	}
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
		return 0, errors.Join(err, s.forget(ctx, p.Hash, p.By.Device))
	}
	return have, err
}

// begun is how much of a file has come. An upload that was to have another length begins again.
func (s *Store) begun(ctx context.Context, name string, p Part) (int64, error) {
	have, err := s.Offset(ctx, p.Hash, p.By.Device)
	if err != nil {
		return 0, err
	}
	s.mu.Lock()
	known, err := s.index.part(ctx, p.Hash, p.By.Device)
	s.mu.Unlock()
	if err != nil {
		return 0, err
	}
	if known != nil && known.bytes == p.Length && have <= p.Length && have > 0 {
		return have, nil
	}
	if known == nil && have == 0 {
		return 0, nil
	}
	return 0, s.forget(ctx, p.Hash, p.By.Device)
}

// begin takes place in the quotas for a file that comes in parts.
func (s *Store) begin(ctx context.Context, p Part) error {
	if err := s.makeRoom(ctx, p.By.Device); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	place := Amount{p.Length, 1}
	if err := s.usage.fits(s.quotas, p.By, place); err != nil {
		s.metrics.refused(err)
		return err
	}
	if err := s.index.addPart(ctx, entry{hash: p.Hash, owner: p.By, bytes: p.Length}); err != nil {
		return err
	}
	s.usage.add(p.By, place)
	return nil
}

// forget drops a part, and gives its place back.
func (s *Store) forget(ctx context.Context, h rootline.Hash, device string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	known, err := s.index.part(ctx, h, device)
	if err != nil {
		return err
	}
	if err := ignoreMissing(s.root.Remove(partName(h, device))); err != nil {
		return err
	}
	if known == nil {
		return nil
	}
	if err := s.index.dropPart(ctx, h, device); err != nil {
		return err
	}
	s.usage.take(known.owner, Amount{known.bytes, 1})
	return nil
}

// hasPart reports whether the folder has something of a part.
func (s *Store) hasPart(e entry) bool {
	info, err := s.root.Stat(partName(e.hash, e.owner.Device))
	return err == nil && info.Mode().IsRegular()
}

// finish checks a file that is whole and stores it, or throws it away.
func (s *Store) finish(ctx context.Context, from string, p Part) error {
	f, err := s.root.Open(from)
	if errors.Is(err, fs.ErrNotExist) {
		return &OffsetError{} // it made room for another one of its sender
	}
	if err != nil {
		return err
	}
	err = check(p.Hash, f)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if isOther(err) {
		return errors.Join(err, s.forget(ctx, p.Hash, p.By.Device))
	}
	if err != nil {
		return err
	}
	return s.keep(ctx, entry{hash: p.Hash, owner: p.By, bytes: p.Length}, from, func() { s.usage.take(p.By, Amount{p.Length, 1}) })
}

type partInfo struct {
	hash    rootline.Hash
	device  string
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
		x, device, _ := strings.Cut(e.Name(), ".")
		h, err := rootline.ParseHash(x)
		if err != nil {
			continue // none of ours
		}
		all = append(all, partInfo{h, device, info.Size(), info.ModTime()})
	}
	slices.SortFunc(all, func(a, b partInfo) int { return a.touched.Compare(b.touched) })
	return all, nil
}

// makeRoom keeps a sender within the bounds, with room for one file more, and sweeps.
func (s *Store) makeRoom(ctx context.Context, sender string) error {
	if err := s.sweepParts(ctx); err != nil {
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
		if err := s.forget(ctx, mine[0].hash, mine[0].device); err != nil {
			return err
		}
		bytes -= mine[0].size
		mine = mine[1:]
	}
	return nil
}

// sweepParts removes the parts that nobody went on with.
func (s *Store) sweepParts(ctx context.Context) error {
	all, err := s.list("")
	if err != nil {
		return err
	}
	for _, p := range all {
		if s.now().Sub(p.touched) < PartLife {
			break
		}
		if err := s.forget(ctx, p.hash, p.device); err != nil {
			return err
		}
	}
	return nil
}
