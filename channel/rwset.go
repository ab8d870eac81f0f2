package channel

import (
	"bytes"
	"crypto/sha256"
	"fmt"

	"github.com/rootline/rootline/limits"
)

// access is what a transaction did in one namespace, or in one private collection of one.
type access struct {
	namespace, collection string
	// private says that it is a collection, whatever its name.
	private bool
	reads   []read
	writes  []write
	// ranges says that it read ranges of keys, metadata that it wrote metadata of keys.
	ranges   bool
	metadata []string
}

// read is a key with the version that the transaction saw.
type read struct {
	key     string
	version Version
}

// write is a key that the transaction wrote or deleted. value is kept of the namespace of the definitions only.
type write struct {
	key    string
	delete bool
	value  []byte
}

// of names a key for the versions.
func (a *access) of(key string) Key {
	k := Key{a.namespace, a.collection, key}
	if a.private && k.Collection == "" {
		k.Collection = "\x00"
	}
	return k
}

// writing reports whether anything is written.
func (a *access) writing() bool { return len(a.writes)+len(a.metadata) > 0 }

// errDuplicateNamespace is the error of a namespace that comes twice.
var errDuplicateNamespace = fmt.Errorf("a namespace comes twice in its writes")

// errMembers is the error of reads and writes that are more than there is reason for. Fabric reads them all; their members
// may be two bytes long, and take some hundred bytes of memory each.
var errMembers = fmt.Errorf("%w: it has more than %d reads and writes", errUnsupported, limits.MessageMembers)

// parseResults reads rwset.TxReadWriteSet. The public part of a namespace comes before its collections.
func parseResults(b []byte) ([]access, error) {
	if err := shapeResults.check(b); err != nil {
		return nil, err
	}
	if len(b) > limits.MessageMembers {
		if left, err := countResults(b, limits.MessageMembers); err != nil {
			return nil, err
		} else if left < 0 {
			return nil, errMembers
		}
	}
	var out []access
	seen := map[string]bool{}
	twice := false
	err := each(b, func(f field) error {
		if !f.is(2) {
			return nil
		}
		parts, err := parseNamespace(f.bytes)
		if err != nil {
			return err
		}
		twice = twice || seen[parts[0].namespace]
		seen[parts[0].namespace] = true
		out = append(out, parts...)
		return nil
	})
	if err == nil && twice {
		err = errDuplicateNamespace
	}
	return out, err
}

// countResults counts namespaces, collections, and all that these read and write, down from left.
func countResults(b []byte, left int) (int, error) {
	within := func(b []byte) error { return each(b, func(field) error { left--; return nil }) }
	err := each(b, func(f field) error {
		left--
		if !f.is(2) {
			return nil
		}
		return each(f.bytes, func(f field) error {
			left--
			switch {
			case f.is(2):
				return within(f.bytes)
			case f.is(3):
				return each(f.bytes, func(f field) error {
					if f.is(2) {
						return within(f.bytes)
					}
					return nil
				})
			}
			return nil
		})
	})
	return left, err
}

// parseNamespace reads rwset.NsReadWriteSet.
func parseNamespace(b []byte) ([]access, error) {
	out := make([]access, 1)
	var public []byte
	err := each(b, func(f field) (err error) {
		switch {
		case f.is(1):
			out[0].namespace, err = f.text()
		case f.is(2):
			public = f.bytes
		case f.is(3):
			var a access
			if a, err = parseCollection(f.bytes); err == nil {
				out = append(out, a)
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].namespace = out[0].namespace
	}
	return out, out[0].parsePublic(public)
}

// parsePublic reads kvrwset.KVRWSet.
func (a *access) parsePublic(b []byte) error {
	if err := shapePublic.check(b); err != nil {
		return err
	}
	keep := a.namespace == Lifecycle
	return each(b, func(f field) error {
		switch {
		case f.is(1):
			return a.parseRead(f.bytes, true)
		case f.is(2):
			a.ranges = true
		case f.is(3):
			w := write{}
			err := each(f.bytes, func(f field) (err error) {
				switch {
				case f.is(1):
					w.key, err = f.text()
				case f.isVarint(2):
					w.delete = f.varint != 0
				case f.is(3):
					w.value = f.bytes
				}
				return err
			})
			// An empty value is a deletion (rwsetutil.IsKVWriteDelete).
			w.delete = w.delete || len(w.value) == 0
			if !keep {
				w.value = nil
			}
			a.writes = append(a.writes, w)
			return err
		case f.is(4):
			return a.parseMetadata(f.bytes)
		}
		return nil
	})
}

func (a *access) parseMetadata(b []byte) error {
	key, err := member(b, 1)
	a.metadata = append(a.metadata, string(key))
	return err
}

// parseRead reads kvrwset.KVRead or KVReadHash.
func (a *access) parseRead(b []byte, text bool) error {
	var r read
	var version []byte
	err := each(b, func(f field) (err error) {
		switch {
		case f.is(1) && text:
			r.key, err = f.text()
		case f.is(1):
			r.key = string(f.bytes)
		case f.is(2):
			version = join(version, f.bytes)
		}
		return err
	})
	if err == nil && version != nil {
		r.version.Exists = true
		err = each(version, func(f field) error {
			switch {
			case f.isVarint(1):
				r.version.Block = f.varint
			case f.isVarint(2):
				r.version.Tx = f.varint
			}
			return nil
		})
	}
	a.reads = append(a.reads, r)
	return err
}

// hashOfNothing is the hash of an empty value, which deletes (rwsetutil.IsKVWriteHashDelete).
var hashOfNothing = sha256.Sum256(nil)

// parseCollection reads rwset.CollectionHashedReadWriteSet.
func parseCollection(b []byte) (access, error) {
	a := access{private: true}
	var hashed []byte
	err := each(b, func(f field) (err error) {
		switch {
		case f.is(1):
			a.collection, err = f.text()
		case f.is(2):
			hashed = f.bytes
		}
		return err
	})
	if err == nil {
		err = shapeHashed.check(hashed)
	}
	if err != nil {
		return a, err
	}
	return a, each(hashed, func(f field) error {
		switch {
		case f.is(1):
			return a.parseRead(f.bytes, false)
		case f.is(2):
			w := write{}
			var value []byte
			err := each(f.bytes, func(f field) error {
				switch {
				case f.is(1):
					w.key = string(f.bytes)
				case f.isVarint(2):
					w.delete = f.varint != 0
				case f.is(3):
					value = f.bytes
				}
				return nil
			})
			w.delete = w.delete || len(value) == 0 || bytes.Equal(value, hashOfNothing[:])
			a.writes = append(a.writes, w)
			return err
		case f.is(3):
			return a.parseMetadata(f.bytes)
		}
		return nil
	})
}
