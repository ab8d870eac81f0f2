package codeindex

import (
	"slices"
	"sync"

	"github.com/rootline/rootline"
)

// trees keeps the trees that were used last, up to maxLeaves in all: 64 bytes of memory a leaf.
type trees struct {
	mu     sync.Mutex
	order  []int64 // numbers of lists, the last used last
	by     map[int64]rootline.Tree
	leaves int
}

const maxLeaves = 2 * rootline.MaxListed

// reset forgets all trees.
func (t *trees) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.order, t.by, t.leaves = nil, nil, 0
}

// get returns the tree of a list, by its number, and builds it when it is not kept.
func (t *trees) get(list int64, codes func() (rootline.Codes, error)) (rootline.Tree, error) {
	t.mu.Lock()
	defer t.mu.Unlock() // also while building: many who scan one truck's trees at once want the same tree
	if found, ok := t.by[list]; ok {
		i := slices.Index(t.order, list)
		t.order = append(slices.Delete(t.order, i, i+1), list)
		return found, nil
	}
	all, err := codes()
	if err != nil {
		return nil, err
	}
	if t.by == nil {
		t.by = map[int64]rootline.Tree{}
	}
	t.by[list], t.order, t.leaves = all.Tree(), append(t.order, list), t.leaves+len(all)
	built := t.by[list]
	for t.leaves > maxLeaves && len(t.order) > 1 {
		oldest := t.order[0]
		t.leaves -= len(t.by[oldest].Leaves())
		delete(t.by, oldest)
		t.order = t.order[1:]
	}
	return built, nil
}
