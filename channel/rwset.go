package channel

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"

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

// results is rwset.TxReadWriteSet, well formed. What there is in it is gone through when it is asked for: there may be
// millions of namespaces.
type results []byte

// parseResults checks that what a transaction read and wrote is well formed. Of one in which a namespace comes twice nothing
// is given.
func parseResults(b []byte) (results, error) {
	if err := shapeResults.check(b); err != nil {
		return nil, err
	}
	r := results(b)
	if err := r.each((*access).check); err != nil {
		return nil, err
	}
	twice, err := r.twice()
	if err == nil && twice {
		err = errDuplicateNamespace
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// each calls f for what was done in each namespace, its public part and then its collections, as far as there is anything.
func (r results) each(f func(*access) error) error {
	return each(r, func(m field) error {
		if !m.is(2) {
			return nil
		}
		return eachAccess(m.bytes, f)
	})
}

// errFound ends a search.
var errFound = errors.New("it is found")

// any reports whether there is an access of which f says so.
func (r results) any(f func(*access) bool) bool {
	return errors.Is(r.each(func(a *access) error {
		if f(a) {
			return errFound
		}
		return nil
	}), errFound)
}

// namedAtOnce is how many names of namespaces are held against each other at once, by eight bytes of each.
const namedAtOnce = 1 << 19

// twice reports whether a namespace comes twice. There may be millions: they are told apart by hashes that nobody can choose,
// a part of them at a time, and those that share one are looked at again.
func (r results) twice() (bool, error) {
	n := uint64(0)
	if err := r.eachNamespace(func([]byte) error { n++; return nil }); err != nil || n < 2 {
		return false, err
	}
	parts, seed := n/(namedAtOnce/2)+1, maphash.MakeSeed()
	hashes := make([]uint64, 0, min(n, namedAtOnce))
	for part := range parts {
		hashes = hashes[:0]
		err := r.eachNamespace(func(name []byte) error {
			if h := maphash.Bytes(seed, name); h%parts == part {
				hashes = append(hashes, h)
			}
			if len(hashes) == namedAtOnce { // twice what was to be expected
				return errFound
			}
			return nil
		})
		if err != nil && !errors.Is(err, errFound) {
			return false, err
		}
		slices.Sort(hashes)
		for i := 1; i < len(hashes); i++ {
			if hashes[i] != hashes[i-1] {
				continue
			}
			if twice, err := r.twiceOf(func(name []byte) bool { return maphash.Bytes(seed, name) == hashes[i] }); twice || err != nil {
				return twice, err
			}
		}
	}
	return false, nil
}

// twiceOf reports whether one of few namespaces comes twice.
func (r results) twiceOf(few func(name []byte) bool) (bool, error) {
	names := map[string]bool{}
	err := r.eachNamespace(func(name []byte) error {
		if !few(name) {
			return nil
		}
		if names[string(name)] {
			return errFound
		}
		names[string(name)] = true
		return nil
	})
	if errors.Is(err, errFound) {
		return true, nil
	}
	return false, err
}

// eachNamespace calls f for the name of each namespace, as often as it comes.
func (r results) eachNamespace(f func(name []byte) error) error {
	return each(r, func(m field) error {
		if !m.is(2) {
			return nil
		}
		name, err := member(m.bytes, 1)
		if err != nil {
			return err
		}
		return f(name)
	})
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

// eachAccess reads rwset.NsReadWriteSet, and calls f for what there is in it.
func eachAccess(b []byte, f func(*access) error) error {
	public := access{}
	if err := each(b, func(m field) (err error) {
		switch {
		case m.is(1):
			public.namespace, err = m.text()
		case m.is(2):
			public.set = m.bytes
		}
		return err
	}); err != nil {
		return err
	}
	if err := public.give(f); err != nil {
		return err
	}
	return each(b, func(m field) error {
		if !m.is(3) {
			return nil
		}
		c, err := parseCollection(m.bytes)
		if err != nil {
			return err
		}
		c.namespace = public.namespace
		return c.give(f)
	})
}

// give calls f if there is anything.
func (a access) give(f func(*access) error) error {
	if err := a.look(); err != nil || !a.reads && !a.writing() && !a.ranges {
		return err
	}
	found := a
	return f(&found)
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
	return a, err
}

// check checks that all of a set is well formed.
func (a *access) check() error {
	shape := shapePublic
	if a.private {
		shape = shapeHashed
	}
	return shape.check(a.set)
}

// look finds out what there is in a set.
func (a *access) look() error {
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
