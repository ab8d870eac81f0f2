package channel

import (
	"hash/maphash"

	"github.com/rootline/rootline/limits"
)

// written says of keys whether they may have been written in a block. Versions know it for certain: it spares asking them
// for most of the keys that are read. It takes no more memory however much is written.
type written struct {
	seed maphash.Seed
	keys map[uint64]struct{}
	// many says that there are more than are kept.
	many bool
}

func (w *written) none() bool { return len(w.keys) == 0 && !w.many }

func (w *written) add(k Key) {
	if w.many {
		return
	}
	if w.keys == nil {
		w.seed, w.keys = maphash.MakeSeed(), map[uint64]struct{}{}
	}
	w.keys[maphash.Comparable(w.seed, k)] = struct{}{}
	if len(w.keys) > limits.KeysWritten {
		w.keys, w.many = nil, true
	}
}

func (w *written) maybe(k Key) bool {
	if w.many || w.keys == nil {
		return w.many
	}
	_, ok := w.keys[maphash.Comparable(w.seed, k)]
	return ok
}

// lookups look keys up, many at once, and say of each which version there is now.
type lookups struct {
	versions Versions
	keys     []Key
	found    func(Key, Version) error
}

func (v *validation) inParts(found func(Key, Version) error) *lookups {
	return &lookups{versions: v.versions, found: found}
}

func (p *lookups) add(k Key) error {
	if p.keys = append(p.keys, k); len(p.keys) < limits.KeysAtOnce {
		return nil
	}
	return p.flush()
}

func (p *lookups) flush() error {
	if len(p.keys) == 0 {
		return nil
	}
	found, err := p.versions.Versions(p.keys)
	for i := 0; i < len(found) && err == nil; i++ {
		err = p.found(p.keys[i], found[i])
	}
	clear(p.keys)
	p.keys = p.keys[:0]
	return err
}
