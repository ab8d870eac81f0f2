package readmodel

import (
	"sync"

	"github.com/transparency-dev/merkle/rfc6962"

	"github.com/rootline/rootline"
)

// tree holds all nodes of the RFC 6962 tree over a code list, level by level from the leaves, so that a proof costs a
// few look-ups where computing it from the codes costs as many hashes as there are codes.
type tree [][]rootline.Hash

func newTree(codes []string) tree {
	level := make([]rootline.Hash, len(codes))
	for i, c := range codes {
		level[i] = rootline.LeafHash(c)
	}
	t := tree{level}
	for len(level) > 1 {
		up := make([]rootline.Hash, 0, (len(level)+1)/2)
		for i := 0; i+1 < len(level); i += 2 {
			up = append(up, rootline.NodeHash(&level[i], &level[i+1]))
		}
		if len(level)%2 == 1 { // the odd one out goes up as it is
			up = append(up, level[len(level)-1])
		}
		t, level = append(t, up), up
	}
	return t
}

// path is the audit path of a leaf, from the leaf up.
func (t tree) path(i int) []rootline.Hash {
	path := []rootline.Hash{}
	for _, level := range t[:len(t)-1] {
		if sibling := i ^ 1; sibling < len(level) {
			path = append(path, level[sibling])
		}
		i >>= 1
	}
	return path
}

// trees keeps the trees that were used last, up to maxLeaves in all: 64 bytes of memory a leaf.
type trees struct {
	mu     sync.Mutex
	order  []string // the last used last
	by     map[string]tree
	leaves int
}

const maxLeaves = 2 * rootline.MaxListed

// reset forgets all trees.
func (t *trees) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.order, t.by, t.leaves = nil, nil, 0
}

// get returns the tree of a list and builds it when it is not kept.
func (t *trees) get(list string, codes func() ([]string, error)) (tree, error) {
	t.mu.Lock()
	defer t.mu.Unlock() // also while building: many who scan one truck's trees at once want the same tree
	found, ok := t.by[list]
	if ok {
		for i, l := range t.order {
			if l == list {
				t.order = append(append(t.order[:i:i], t.order[i+1:]...), list)
				break
			}
		}
		return found, nil
	}
	all, err := codes()
	if err != nil {
		return nil, err
	}
	found = newTree(all)
	if t.by == nil {
		t.by = map[string]tree{}
	}
	t.by[list], t.order, t.leaves = found, append(t.order, list), t.leaves+len(all)
	for t.leaves > maxLeaves && len(t.order) > 1 {
		oldest := t.order[0]
		t.leaves -= len(t.by[oldest][0])
		delete(t.by, oldest)
		t.order = t.order[1:]
	}
	return found, nil
}

// root is the tree's head; of a tree without leaves, RFC 6962's.
func (t tree) root() rootline.Hash {
	if len(t[0]) == 0 {
		return rootline.Hash(rfc6962.DefaultHasher.EmptyRoot())
	}
	return t[len(t)-1][0]
}
