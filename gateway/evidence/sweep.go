package evidence

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"github.com/rootline/rootline"
)

// UnnamedLife is how long a file is kept that no event names, after somebody brought it, asked for it or sent an event
// that names it.
const UnnamedLife = 24 * time.Hour

// touchedAgain is how much later than the last time a file must be touched for that to be written down.
const touchedAgain = time.Hour

// sweptAtOnce is how many files a Namer is asked about at a time.
const sweptAtOnce = 5000

// Naming says whether events name a file.
type Naming int

// Waiting events may come to nothing, recorded ones stay.
const (
	Unnamed Naming = iota
	Waiting
	Recorded
)

// Namer tells of each file whether events name it. An error says that it cannot be told now: nothing is dropped.
type Namer func(ctx context.Context, files []rootline.Hash) ([]Naming, error)

// Claim reports whether a file is stored, and keeps it for UnnamedLife from now on: an event that names it is about to be
// taken. The event must be where a Namer finds it before that time is over.
func (s *Store) Claim(ctx context.Context, h rootline.Hash) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.Has(ctx, h) {
		return false, nil
	}
	return true, s.touchLocked(ctx, h)
}

// touchLocked puts off the end of a file that is there. The caller holds the lock.
func (s *Store) touchLocked(ctx context.Context, h rootline.Hash) error {
	e, err := s.index.file(ctx, h)
	now := rootline.InstantOf(s.now())
	if err != nil || e != nil && (e.named || now-e.touched < rootline.Instant(touchedAgain.Milliseconds())) {
		return err
	}
	if e != nil {
		return s.index.touch(ctx, h, now)
	}
	// Somebody put it into the folder by hand.
	info, err := s.root.Stat(name(h))
	if err != nil {
		return err
	}
	if err = s.index.add(ctx, entry{hash: h, bytes: info.Size(), touched: now}); err == nil {
		s.usage.add(Owner{}, Amount{info.Size(), 1})
	}
	return err
}

// Sweep drops the files that no event names and nobody touched for UnnamedLife, and parts that nobody went on with. It
// returns how many files were dropped.
func (s *Store) Sweep(ctx context.Context, named Namer) (dropped int, err error) {
	if err := s.sweepParts(ctx); err != nil {
		return 0, err
	}
	before := rootline.InstantOf(s.now().Add(-UnnamedLife))
	for last := (entry{touched: -1 << 62}); ; {
		found, err := s.index.unnamed(ctx, before, &last, sweptAtOnce)
		if err != nil || len(found) == 0 {
			return dropped, err
		}
		last = found[len(found)-1]
		files := make([]rootline.Hash, len(found))
		for i, e := range found {
			files[i] = e.hash
		}
		namings, err := named(ctx, files)
		if err != nil {
			return dropped, err
		}
		for i, h := range files {
			gone, err := s.settle(ctx, h, namings[i], before)
			if err != nil {
				return dropped, err
			}
			if gone {
				dropped++
			}
		}
	}
}

// settle drops a file that nothing names, unless somebody touched it since a Namer was asked.
func (s *Store) settle(ctx context.Context, h rootline.Hash, n Naming, before rootline.Instant) (gone bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch n {
	case Recorded:
		return false, s.index.name(ctx, h)
	case Waiting:
		return false, nil
	}
	e, err := s.index.file(ctx, h)
	if err != nil || e == nil || e.named || e.touched >= before {
		return false, err
	}
	// The file first: after a crash in between the index has a file that is not there, which the next sweep drops.
	err = errors.Join(ignoreMissing(s.root.Remove(name(h))), ignoreMissing(s.root.Remove(filepath.Join(damaged, h.String()))))
	if err != nil {
		return false, err
	}
	if err := errors.Join(s.index.drop(ctx, h), s.dropPicturesLocked(ctx, h)); err != nil {
		return false, err
	}
	s.usage.take(e.owner, Amount{e.bytes, 1})
	s.metrics.dropped.Inc()
	s.countDamaged()
	return true, nil
}
