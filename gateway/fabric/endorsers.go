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
	channel atomic.Pointer[func() *channel.State]

	mu sync.Mutex
	// others have endorsed something that took effect.
	others []string
	// fewest is the fewest organisations that a transaction had that took effect. enough are asked: as many, or more for a
	// while, after the policy did not take transactions. failed counts those since one took effect.
	fewest, enough, failed int
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

// learn takes notice of who endorsed what took effect on the record. One member alone may write what is nobody else's, such as
// a private collection of its own, and nothing is learnt from that.
func (e *endorsers) learn(b *block.Block) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := range b.Transactions {
		t := &b.Transactions[i]
		if !t.Valid || t.Chaincode != wire.Chaincode || len(t.Endorsers) == 0 || len(t.WritesTo(wire.Chaincode)) == 0 {
			continue
		}
		by := slices.Compact(slices.Sorted(slices.Values(t.Endorsers)))
		for _, msp := range by {
			if at, known := slices.BinarySearch(e.others, msp); !known && msp != e.own {
				e.others = slices.Insert(e.others, at, msp)
			}
		}
		if e.fewest == 0 || len(by) < e.fewest {
			e.fewest = len(by)
		}
		if e.enough == 0 || len(by) < e.enough {
			e.enough = len(by)
		}
		e.failed = 0
	}
}

// known are the other organisations that can endorse, sorted: those of the configuration that was followed. Before one was,
// those that endorsed by the blocks as they were delivered, which nobody has verified.
func (e *endorsers) known() []string {
	c := e.config()
	if c == nil {
		e.mu.Lock()
		defer e.mu.Unlock()
		return slices.Clone(e.others)
	}
	out := slices.DeleteFunc(slices.Clone(c.Organisations()), func(msp string) bool { return msp == e.own })
	slices.Sort(out)
	return slices.Compact(out)
}

// Follow tells where the channel's state is to be had, as the blocks were followed; channel gives nil while it is not known.
// Organisations that have endorsed nothing yet are found in it, endorsers' certificates checked by it, and endorsements held
// against the policy in it before they are submitted.
func (c *Client) Follow(channel func() *channel.State) { c.endorsers.channel.Store(&channel) }

// state is the channel's; nil while it is not known.
func (e *endorsers) state() *channel.State {
	if f := e.channel.Load(); f != nil {
		return (*f)()
	}
	return nil
}

// config is the channel's configuration; nil while it is not known.
func (e *endorsers) config() *channel.Config {
	if s := e.state(); s != nil {
		return s.Config()
	}
	return nil
}

// least is how many organisations are enough when no more of them answer, while the policy is not known.
func (e *endorsers) least() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.fewest == 0 {
		return usuallyEnough
	}
	return e.fewest
}

// needed is how many organisations are asked.
func (e *endorsers) needed() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.enough == 0 {
		return usuallyEnough
	}
	return e.enough
}

// notTaken hears of a transaction whose endorsements did not satisfy the policy. After some of them in a row one more
// organisation is asked. Where the endorsements were held against the policy before, it has changed since, and nobody is to
// blame; otherwise one of the others is, and as it is not known who, all are avoided for no longer than a moment.
func (e *endorsers) notTaken(others []string, judged bool) {
	if !judged {
		for _, msp := range others {
			e.conduct.suspect(msp, FaultPolicy)
		}
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
