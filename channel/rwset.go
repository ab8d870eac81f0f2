package channel

import (
	"bytes"
	"crypto/sha256"
	"fmt"

	"github.com/rootline/rootline/limits"
)

// access is what a transaction did in one namespace, or in one private collection of one. It keeps the bytes in which its
// reads and writes lie, and goes through them when they are asked for: a member of two bytes takes no memory.
type access struct {
	namespace, collection string
	// private says that it is a collection, whatever its name.
	private bool
	// set is kvrwset.KVRWSet, or kvrwset.HashedRWSet of a collection; well formed.
	set []byte
	// What there is in it.
	reads, writes bool
	// ranges says that it read ranges of keys, metadata that it wrote metadata of keys.
	ranges, metadata bool
}

// read is a key with the version that the transaction saw.
type read struct {
	key     string
	version Version
}

// write is a key that the transaction wrote or deleted. Of a collection's there is no value.
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

// space names the namespace, or the collection of one.
func (a *access) space() string {
	if a.private {
		return a.namespace + "\x00" + a.collection
	}
	return a.namespace
}

// writing reports whether anything is written.
func (a *access) writing() bool { return a.writes || a.metadata }

// errDuplicateNamespace is the error of a namespace that comes twice.
var errDuplicateNamespace = fmt.Errorf("a namespace comes twice in its writes")

// errMembers is the error of a message that has more members than there is reason for, where they are all kept.
var errMembers = fmt.Errorf("%w: it has more than %d members", errUnsupported, limits.MessageMembers)

// parseResults reads rwset.TxReadWriteSet: of each namespace its public part, and then its collections, as far as there is
// anything in them. Of one in which a namespace comes twice nothing is given.
func parseResults(b []byte) ([]access, error) {
	if err := shapeResults.check(b); err != nil {
		return nil, err
	}
	var out []access
	seen := map[string]bool{}
	twice := false
	err := each(b, func(f field) error {
		if !f.is(2) {
			return nil
		}
		name, more, err := parseNamespace(f.bytes, out)
		if twice = twice || seen[name]; twice {
			out = nil
			clear(seen)
			return err
		}
		seen[name], out = true, more
		return err
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

// parseNamespace reads rwset.NsReadWriteSet, and adds what there is in it.
func parseNamespace(b []byte, to []access) (name string, out []access, err error) {
	a := access{}
	if err := each(b, func(f field) (err error) {
		switch {
		case f.is(1):
			a.namespace, err = f.text()
		case f.is(2):
			a.set = f.bytes
		}
		return err
	}); err != nil {
		return "", to, err
	}
	out = to
	add := func(a access, err error) error {
		if err == nil && (a.reads || a.writing() || a.ranges) {
			out = append(out, a)
		}
		return err
	}
	if err := add(a, a.look()); err != nil {
		return "", to, err
	}
	return a.namespace, out, each(b, func(f field) error {
		if !f.is(3) {
			return nil
		}
		c, err := parseCollection(f.bytes)
		c.namespace = a.namespace
		return add(c, err)
	})
}

// parseCollection reads rwset.CollectionHashedReadWriteSet.
func parseCollection(b []byte) (access, error) {
	a := access{private: true}
	err := each(b, func(f field) (err error) {
		switch {
		case f.is(1):
			a.collection, err = f.text()
		case f.is(2):
			a.set = f.bytes
		}
		return err
	})
	if err == nil {
		err = a.look()
	}
	return a, err
}

// look finds out what there is in a set, and that all of it is well formed.
func (a *access) look() error {
	shape := shapePublic
	if a.private {
		shape = shapeHashed
	}
	if err := shape.check(a.set); err != nil {
		return err
	}
	return each(a.set, func(f field) error {
		switch {
		case f.is(1):
			a.reads = true
		case a.isWrite(f):
			a.writes = true
		case a.isMetadata(f):
			a.metadata = true
		case f.is(2):
			a.ranges = true
		}
		return nil
	})
}

func (a *access) isWrite(f field) bool { return a.private && f.is(2) || !a.private && f.is(3) }

func (a *access) isMetadata(f field) bool { return a.private && f.is(3) || !a.private && f.is(4) }

// eachRead calls f for each kvrwset.KVRead or KVReadHash.
func (a *access) eachRead(f func(read) error) error {
	return each(a.set, func(m field) error {
		if !m.is(1) {
			return nil
		}
		r, err := parseRead(m.bytes)
		if err != nil {
			return err
		}
		return f(r)
	})
}

func parseRead(b []byte) (r read, err error) {
	var version []byte
	err = each(b, func(f field) error {
		switch {
		case f.is(1):
			r.key = string(f.bytes)
		case f.is(2):
			version = join(version, f.bytes)
		}
		return nil
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
	return r, err
}

// hashOfNothing is the hash of an empty value, which deletes (rwsetutil.IsKVWriteHashDelete).
var hashOfNothing = sha256.Sum256(nil)

// eachWrite calls f for each kvrwset.KVWrite or KVWriteHash.
func (a *access) eachWrite(f func(write) error) error {
	return each(a.set, func(m field) error {
		if !a.isWrite(m) {
			return nil
		}
		w := write{}
		if err := each(m.bytes, func(f field) error {
			switch {
			case f.is(1):
				w.key = string(f.bytes)
			case f.isVarint(2):
				w.delete = f.varint != 0
			case f.is(3):
				w.value = f.bytes
			}
			return nil
		}); err != nil {
			return err
		}
		// An empty value is a deletion (rwsetutil.IsKVWriteDelete).
		w.delete = w.delete || len(w.value) == 0
		if a.private {
			w.delete = w.delete || bytes.Equal(w.value, hashOfNothing[:])
			w.value = nil
		}
		return f(w)
	})
}

// eachMetadata calls f for each key of which metadata is written.
func (a *access) eachMetadata(f func(key string) error) error {
	return each(a.set, func(m field) error {
		if !a.isMetadata(m) {
			return nil
		}
		key, err := member(m.bytes, 1)
		if err != nil {
			return err
		}
		return f(string(key))
	})
}
