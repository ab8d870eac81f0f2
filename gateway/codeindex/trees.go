package codeindex

import (
	"slices"
	"strconv"
	"sync"

	"golang.org/x/sync/singleflight"

	"github.com/rootline/rootline"
)

// trees keeps the trees that were used last, up to maxLeaves in all: 64 bytes of memory a leaf. Those who want a tree that is
// being built wait for it; nobody else does.
type trees struct {
	building singleflight.Group
	mu       sync.Mutex
	order    []int64 // numbers of lists, the last used last
	by       map[int64]rootline.Tree
	leaves   int
	age      int
}

const maxLeaves = 2 * rootline.MaxListed

// reset forgets all trees.
func (t *trees) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.order, t.by, t.leaves = nil, nil, 0
	t.age++
}

// get returns the tree of a list, by its number, and builds it when it is not kept.
func (t *trees) get(list int64, codes func() (rootline.Codes, error)) (rootline.Tree, error) {
	if found, ok := t.kept(list); ok {
		return found, nil
	}
	build := func() (any, error) {
		if found, ok := t.kept(list); ok {
			return found, nil
		}
		age := t.ageNow()
		all, err := codes()
		if err != nil {
			return rootline.Tree(nil), err
		}
		tree := all.Tree()
		t.keep(list, tree, age)
		return tree, nil
	}
	tree, err, shared := t.building.Do(strconv.FormatInt(list, 10), build)
	if err != nil && shared { // who built it may have gone away
		tree, err = build()
	}
	return tree.(rootline.Tree), err
}

// ageNow counts how often all was forgotten: a tree that was begun before that is not kept.
func (t *trees) ageNow() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.age
}

func (t *trees) kept(list int64) (rootline.Tree, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	found, ok := t.by[list]
	if ok {
		i := slices.Index(t.order, list)
		t.order = append(slices.Delete(t.order, i, i+1), list)
	}
	return found, ok
}

func (t *trees) keep(list int64, tree rootline.Tree, age int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.by == nil {
		t.by = map[int64]rootline.Tree{}
	}
	if _, there := t.by[list]; there || age != t.age {
		return
	}
	t.by[list], t.order, t.leaves = tree, append(t.order, list), t.leaves+len(tree.Leaves())
	for t.leaves > maxLeaves && len(t.order) > 1 {
		oldest := t.order[0]
		t.leaves -= len(t.by[oldest].Leaves())
		delete(t.by, oldest)
		t.order = t.order[1:]
	}
}
