// Package budget bounds what anyone may take of a gateway at one time: bytes in work, open streams, connections.
package budget

import (
	"errors"
	"sync"
)

// Limits are what may be taken at one time, in the unit of what is taken.
type Limits struct {
	// All is for everyone together; Guests for all who are not signed in. What lies between them is kept for members.
	All, Guests int64
	// Guest is for one address, Member for one device that is signed in.
	Guest, Member int64
}

// Who takes.
type Who struct {
	// Name is a device's kid, or the name that NameOf gives an address. "" is counted with all only: this machine's own
	// programs.
	Name   string
	Member bool
}

// The ways in which nothing is left.
var (
	// ErrOwn: the taker has its share, whatever is left to others.
	ErrOwn = errors.New("budget: the taker has all that one may have")
	// ErrAll: everything that is for such takers is taken.
	ErrAll = errors.New("budget: nothing is left")
)

// Budget hands out shares and never waits. It may be used by many goroutines.
type Budget struct {
	limits Limits

	mu          sync.Mutex
	all, guests int64
	each        map[Who]int64
}

// New returns a budget of which nothing is taken.
func New(limits Limits) *Budget { return &Budget{limits: limits, each: map[Who]int64{}} }

// Limits are those that it was made with.
func (b *Budget) Limits() Limits { return b.limits }

// Take takes n, or fails with ErrOwn or ErrAll and takes nothing. The share is given back by release, which may be
// called more than once.
func (b *Budget) Take(who Who, n int64) (release func(), err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	most := b.limits.Guest
	if who.Member {
		most = b.limits.Member
	}
	switch {
	case who.Name != "" && b.each[who]+n > most:
		return nil, ErrOwn
	case b.all+n > b.limits.All || !who.Member && b.guests+n > b.limits.Guests:
		return nil, ErrAll
	}
	b.add(who, n)
	return sync.OnceFunc(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.add(who, -n)
	}), nil
}

// Taken is how much is taken by all.
func (b *Budget) Taken() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all
}

func (b *Budget) add(who Who, n int64) {
	b.all += n
	if !who.Member {
		b.guests += n
	}
	if who.Name == "" {
		return
	}
	if b.each[who] += n; b.each[who] == 0 {
		delete(b.each, who)
	}
}
