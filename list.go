package rootline

import (
	"crypto/sha256"
	"slices"
	"strings"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"

	"github.com/rootline/rootline/limits"
)

// MaxListed is the number of items a single listed lot or roll may hold.
const MaxListed = limits.Listed

// List commits to the codes of a listed lot or of a roll of tags, without naming them: how many they are, and the
// RFC 6962 Merkle tree head over them in sorted order, each code's bytes being a leaf.
type List struct {
	Count int64 `json:"count"`
	Root  Hash  `json:"root"`
}

func (l *List) valid() bool { return l.Count >= 1 && l.Count <= MaxListed && !l.Root.IsZero() }

// Inclusion proves that a code is on a list. It travels beside the signed event, since the person who scans a tree
// does not have the list; it is checked against the signed root and therefore needs no signature of its own.
type Inclusion struct {
	// List is the code of the listed lot or roll.
	List string `json:"list"`
	// Index is the position of the code in the sorted list, from 0.
	Index int64 `json:"index"`
	// Path is the audit path of RFC 6962, section 2.1.1, from the leaf up: at most MaxPath hashes.
	Path []Hash `json:"path"`
}

// MaxPath is the length of an audit path.
const MaxPath = limits.PathHashes

// wrong says what is not in order with the form of an inclusion, nothing when all is.
func (in *Inclusion) wrong() Text {
	switch {
	case !ValidCode(in.List):
		return Text{"a proof names the code of a list", "证明须写明清单的编码"}
	case in.Index < 0 || in.Index >= MaxListed:
		return Text{"a proof has an index from 0 to 999,999", "证明的序号为 0 至 999,999"}
	case len(in.Path) > MaxPath:
		return Text{"a proof has at most 64 hashes", "证明最多有 64 个哈希"}
	}
	return Text{}
}

// CheckInclusion refuses a proof that stands beside an event and has not the right form, or that no event of this form
// needs: one that makes an asset without binding a tag, or an act of the registry but an attestation. The error is an
// *Error with CodeMalformedEvent or CodeNotAsked.
func (e *Event) CheckInclusion(in *Inclusion) error {
	if in == nil {
		return nil
	}
	if reason := in.wrong(); !reason.IsZero() {
		return Refuse(CodeMalformedEvent, reason).At("/inclusion")
	}
	needed := e.Tag != "" || e.Kind == ""
	if e.Rulebook == Registry {
		needed = e.Action == ActAttest
	}
	if !needed {
		return Refuse(CodeNotAsked, e.Action, "inclusion").At("/inclusion")
	}
	return nil
}

// Proves reports whether the inclusion shows that code is on list.
func (in *Inclusion) Proves(code string, list *List) bool {
	if in == nil || list == nil || in.Index < 0 || in.Index >= list.Count || len(in.Path) > MaxPath {
		return false
	}
	path := make([][]byte, len(in.Path))
	for i := range in.Path {
		path[i] = in.Path[i][:]
	}
	leaf := rfc6962.DefaultHasher.HashLeaf([]byte(code))
	return proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(in.Index), uint64(list.Count), leaf, path, list.Root[:]) == nil
}

// Codes is a code list in sorted order without repetition: what a List commits to.
type Codes []string

// CodeListType is the media type of an evidence file with the codes of a listed lot or a roll: one code a line, in
// UTF-8, sorted.
const CodeListType = "text/vnd.rootline.codes"

// File is the evidence file of the codes, of the type CodeListType.
func (c Codes) File() []byte { return []byte(strings.Join(c, "\n") + "\n") }

// NewCodes sorts codes and drops repeated ones.
func NewCodes(codes []string) Codes {
	c := slices.Clone(codes)
	slices.Sort(c)
	return Codes(slices.Compact(c))
}

// List is the commitment to the codes.
func (c Codes) List() List {
	level := c.leaves()
	for len(level) > 1 {
		level = parents(level[:0], level)
	}
	return List{Count: int64(len(c)), Root: rootOf(level)}
}

// Tree holds all nodes of the RFC 6962 tree over a code list, level by level from the leaves: 64 bytes a code. A path costs
// a few look-ups in it, where computing one costs as many hashes as there are codes.
type Tree [][]Hash

// Tree is the tree over the codes.
func (c Codes) Tree() Tree {
	level := c.leaves()
	t := Tree{level}
	for len(level) > 1 {
		level = parents(make([]Hash, 0, (len(level)+1)/2), level)
		t = append(t, level)
	}
	return t
}

// Leaves are the hashes of the codes, in their order.
func (t Tree) Leaves() []Hash { return t[0] }

// List is the commitment to the codes.
func (t Tree) List() List { return List{Count: int64(len(t[0])), Root: rootOf(t[len(t)-1])} }

// Path is the audit path of the leaf at a position, from the leaf up.
func (t Tree) Path(i int) []Hash {
	path := []Hash{}
	for _, level := range t[:len(t)-1] {
		if sibling := i ^ 1; sibling < len(level) {
			path = append(path, level[sibling])
		}
		i >>= 1
	}
	return path
}

func (c Codes) leaves() []Hash {
	leaves := make([]Hash, len(c))
	for i := range c {
		leaves[i] = LeafHash(c[i])
	}
	return leaves
}

// parents appends the nodes above a level to into, which may begin where the level does. The odd one out goes up as it is.
func parents(into, level []Hash) []Hash {
	for i := 0; i+1 < len(level); i += 2 {
		into = append(into, NodeHash(&level[i], &level[i+1]))
	}
	if len(level)%2 == 1 {
		into = append(into, level[len(level)-1])
	}
	return into
}

// rootOf is the highest level's only node; of a tree without leaves, what RFC 6962 says.
func rootOf(level []Hash) Hash {
	if len(level) == 0 {
		return Hash(rfc6962.DefaultHasher.EmptyRoot())
	}
	return level[0]
}

// Prove makes the inclusion of a code in the list that is called id. ok is false when the code is not on it.
func (c Codes) Prove(id, code string) (in *Inclusion, ok bool) {
	i, found := slices.BinarySearch(c, code)
	if !found {
		return nil, false
	}
	return &Inclusion{List: id, Index: int64(i), Path: c.Tree().Path(i)}, true
}

// LeafHash is RFC 6962's hash of a code as a leaf. The library's allocates, which takes longer than the hash of a code.
func LeafHash(code string) Hash {
	var room [64]byte
	return sha256.Sum256(append(append(room[:0], rfc6962.RFC6962LeafHashPrefix), code...))
}

// NodeHash is RFC 6962's hash of two subtrees.
func NodeHash(left, right *Hash) Hash {
	var b [1 + 2*len(Hash{})]byte
	b[0] = rfc6962.RFC6962NodeHashPrefix
	copy(b[1:], left[:])
	copy(b[1+len(left):], right[:])
	return sha256.Sum256(b[:])
}
