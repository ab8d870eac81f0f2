package channel

// Key names something that a transaction reads or writes: a key of a chaincode's public state, or, with a collection,
// the hash of a key of its private state.
type Key struct{ Namespace, Collection, Name string }

// Version is the place of the transaction that wrote a key last. The zero Version stands for a key that is not there.
type Version struct {
	Block, Tx uint64
	Exists    bool
}

// Versions are what transactions leave behind, disputed ones too, as of some block. Whoever keeps them writes them
// together with how far the blocks were followed, all or none.
type Versions interface {
	// Versions gives the versions of keys, in their order.
	Versions(keys []Key) ([]Version, error)
	// Transactions reports which ids are those of transactions in the blocks so far, invalid ones included, in the order
	// of the ids.
	Transactions(ids []string) ([]bool, error)
	// Add adds what a block brought: new versions, and its transactions' ids, which may be known already.
	Add(versions map[Key]Version, ids []string) error
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

// Add implements Versions.
func (m *Memory) Add(versions map[Key]Version, ids []string) error {
	for k, v := range versions {
		if v.Exists {
			m.versions[k] = v
		} else {
			delete(m.versions, k)
		}
	}
	for _, id := range ids {
		m.ids[id] = true
	}
	return nil
}
