package fabric

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
)

// endorsers knows who could endorse in place of the own peer. A peer's gateway service has its own peer endorse first and
// gives up when that cannot, because its chaincode service is down, though others could do without it. Who is told of
// others by name takes those; which of them are enough is learnt from the transactions that took effect.
type endorsers struct {
	own string

	mu sync.Mutex
	// others have endorsed something; enough is how many organisations a transaction had that took effect, and instead
	// the last of them that did without the own one.
	others  map[string]bool
	enough  int
	instead []string
	// without is until when the own peer is not asked first.
	without time.Time
}

// withoutOwn is how long the own peer is passed over after it could not endorse.
const withoutOwn = 10 * time.Second

// learn takes notice of who endorsed what took effect.
func (e *endorsers) learn(b *block.Block) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := range b.Transactions {
		t := &b.Transactions[i]
		if !t.Valid || t.Chaincode != wire.Chaincode || len(t.Endorsers) == 0 {
			continue
		}
		if e.others == nil {
			e.others = map[string]bool{}
		}
		for _, msp := range t.Endorsers {
			if msp != e.own {
				e.others[msp] = true
			}
		}
		e.enough = len(t.Endorsers)
		if !slices.Contains(t.Endorsers, e.own) {
			e.instead = t.Endorsers
		}
	}
}

// substitutes are organisations whose endorsements are enough without the own one; nil when none are known.
func (e *endorsers) substitutes() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.instead != nil:
		return e.instead
	case e.enough > 0 && len(e.others) >= e.enough:
		return slices.Sorted(maps.Keys(e.others))
	}
	return nil
}

// known are the other organisations that have endorsed something.
func (e *endorsers) known() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Sorted(maps.Keys(e.others))
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

// ownPeerCannot reports whether a proposal failed because the own peer did not endorse it and gave no reasons of
// Rootline's chaincode: others may.
func ownPeerCannot(err error) bool {
	var endorse *client.EndorseError
	if !errors.As(err, &endorse) {
		return false
	}
	s := status.Convert(endorse.TransactionError)
	if s.Code() == codes.DeadlineExceeded && strings.HasSuffix(s.Message(), textFirst) {
		return true
	}
	if !strings.HasPrefix(s.Message(), textOwnPeer) {
		return false
	}
	for _, d := range endorse.Details() {
		if _, refused := wire.ParseRefused(d.GetMessage()); refused {
			return false
		}
	}
	return true
}
