package channel

// Key names something that a transaction reads or writes: a key of a chaincode's public state, or, with a collection,
// the hash of a key of its private state.
type Key struct{ Namespace, Collection, Name string }

// Version is the place of the transaction that wrote a key last. Without Exists the key is not there; Block is then the one
// that deleted it last, or 0.
type Version struct {
	Block, Tx uint64
	Exists    bool
}

// same reports whether one that read a key in version v read what there is.
func (v Version) same(there Version) bool { return v == there || !v.Exists && !there.Exists }

// Versions are what transactions leave behind, disputed ones too, as of what was put last. Whoever keeps them writes them
// together with how far the blocks were followed, all or none.
type Versions interface {
	// Versions gives the versions of keys, in their order.
	Versions(keys []Key) ([]Version, error)
	// Transactions reports which ids are those of transactions in the blocks so far, invalid ones included, in the order
	// of the ids.
	Transactions(ids []string) ([]bool, error)
	// Put gives a key its version. There is no bound to how many keys one transaction writes.
	Put(key Key, version Version) error
	// Remember keeps the ids of a block's transactions, which may be known already.
	Remember(ids []string) error
}

// Memory is Versions in memory.
type Memory struct {
	versions map[Key]Version
	ids      map[string]bool
}

// NewMemory makes an empty Memory.
func NewMemory() *Memory { return &Memory{map[Key]Version{}, map[string]bool{}} }

// Versions implements Versions.
func (m *Memory) Versions(keys []Key) ([]Version, error) {
	out := make([]Version, len(keys))
	for i, k := range keys {
		out[i] = m.versions[k]
	}
	return out, nil
}

// Transactions implements Versions.
func (m *Memory) Transactions(ids []string) ([]bool, error) {
	out := make([]bool, len(ids))
	for i, id := range ids {
		out[i] = m.ids[id]
	}
	return out, nil
}

// Put implements Versions.
func (m *Memory) Put(key Key, version Version) error {
	m.versions[key] = version
	return nil
}

// Remember implements Versions.
func (m *Memory) Remember(ids []string) error {
	for _, id := range ids {
		m.ids[id] = true
	}
	return nil
}
