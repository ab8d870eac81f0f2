package fabric

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/block"
)

// endorsers knows which organisations can endorse, and how many are enough: from the transactions that took effect, and
// from the channel's configuration where that is followed.
type endorsers struct {
	own     string
	conduct *conduct
	channel atomic.Pointer[func() *channel.Config]

	mu sync.Mutex
	// others have endorsed something that took effect.
	others []string
	// enough is the fewest organisations that a transaction had that took effect; failed counts the transactions since
	// then that the policy did not take.
	enough, failed int
	// without is until when the own peer is not asked.
	without time.Time
}

const (
	// withoutOwn is how long the own peer is passed over after it could not endorse.
	withoutOwn = 10 * time.Second
	// usuallyEnough organisations are asked while nothing is known of the policy.
	usuallyEnough = 2
	// policyTries are transactions in a row that the policy does not take, after which one more organisation is asked.
	policyTries = 3
)

// learn takes notice of who endorsed what took effect.
func (e *endorsers) learn(b *block.Block) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := range b.Transactions {
		t := &b.Transactions[i]
		if !t.Valid || t.Chaincode != wire.Chaincode || len(t.Endorsers) == 0 {
			continue
		}
		by := slices.Compact(slices.Sorted(slices.Values(t.Endorsers)))
		for _, msp := range by {
			if at, known := slices.BinarySearch(e.others, msp); !known && msp != e.own {
				e.others = slices.Insert(e.others, at, msp)
			}
		}
		if e.enough == 0 || len(by) < e.enough {
			e.enough = len(by)
		}
		e.failed = 0
	}
}

// known are the other organisations that can endorse, sorted.
func (e *endorsers) known() []string {
	e.mu.Lock()
	out := slices.Clone(e.others)
	e.mu.Unlock()
	if c := e.config(); c != nil {
		out = slices.DeleteFunc(append(out, c.Organisations()...), func(msp string) bool { return msp == e.own })
		slices.Sort(out)
		out = slices.Compact(out)
	}
	return out
}

// Follow tells where the channel's configuration is to be had, as the blocks were followed; channel gives nil while it is
// not known. Organisations that have endorsed nothing yet are found in it, and endorsers' certificates checked by it.
func (c *Client) Follow(channel func() *channel.Config) { c.endorsers.channel.Store(&channel) }

func (e *endorsers) config() *channel.Config {
	if f := e.channel.Load(); f != nil {
		return (*f)()
	}
	return nil
}

// needed is how many organisations have to endorse.
func (e *endorsers) needed() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.enough == 0 {
		return usuallyEnough
	}
	return e.enough
}

// notTaken hears of a transaction whose endorsements did not satisfy the policy: the others who endorsed it are blamed,
// and after some of them in a row one more is asked.
func (e *endorsers) notTaken(others []string) {
	for _, msp := range others {
		e.conduct.blame(msp, FaultPolicy)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.failed++; e.failed >= policyTries {
		e.enough, e.failed = min(max(e.enough, usuallyEnough)+1, len(e.others)+1), 0
	}
}

// passOver notes that the own peer cannot endorse at present.
func (e *endorsers) passOver() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.without = time.Now().Add(withoutOwn)
}

func (e *endorsers) passedOver() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return time.Now().Before(e.without)
}
