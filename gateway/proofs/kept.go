package proofs

import (
	"sync"
	"time"

	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/proof"
)

// keptFor is how long a proof is given again.
const keptFor = time.Minute

// kept are proofs that were just made. Their length together is bounded: past it the oldest go.
type kept struct {
	mu    sync.Mutex
	each  map[string]keptProof
	order []string
	bytes int
}

type keptProof struct {
	made *Made
	at   time.Time
}

func (k *kept) get(key string, now time.Time) *Made {
	k.mu.Lock()
	defer k.mu.Unlock()
	if p, ok := k.each[key]; ok && now.Sub(p.at) < keptFor {
		return p.made
	}
	return nil
}

func (k *kept) put(key string, made *Made, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.each == nil {
		k.each = map[string]keptProof{}
	}
	if old, ok := k.each[key]; ok {
		k.bytes += len(made.File) - len(old.made.File)
	} else {
		k.order = append(k.order, key)
		k.bytes += len(made.File)
	}
	k.each[key] = keptProof{made, now}
	for len(k.order) > 0 && (k.bytes > limits.ProofsKept || now.Sub(k.each[k.order[0]].at) >= keptFor) {
		first := k.order[0]
		k.bytes -= len(k.each[first].made.File)
		delete(k.each, first)
		k.order = k.order[1:]
	}
}

// headers remembers headers of blocks, which do not change.
type headers struct {
	mu   sync.Mutex
	each map[uint64]*proof.Header
}

// maxHeaders bounds them; past it, it starts over. One has about a kilobyte.
const maxHeaders = 4096

func (h *headers) get(number uint64) *proof.Header {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.each[number]
}

func (h *headers) put(number uint64, one *proof.Header) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.each == nil || len(h.each) >= maxHeaders {
		h.each = map[uint64]*proof.Header{}
	}
	h.each[number] = one
}
