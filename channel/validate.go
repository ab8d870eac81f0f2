package channel

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/rootline/rootline/limits"
)

// validation is the validation of one block's transactions after State.
type validation struct {
	*State
	block    *Prepared
	next     *State
	verdicts []Verdict
	// unknown says of transactions why their verdict is not recomputed, though nothing was found against them.
	unknown []error
	// tainted are where those looked at so far give keys policies of their own.
	tainted map[string]bool
	// stale are those that read a key in another version than the one before the block.
	stale []bool
	// versions are where what is written goes at once, written which keys those were.
	versions Versions
	written  written
}

// run computes the verdicts: each transaction by itself, then ids that come twice, then what they read. What a transaction
// writes is kept nowhere but in versions: how much that is, is up to whoever made it.
func (v *validation) run() error {
	txs := v.block.transactions
	v.unknown, v.tainted, v.stale = make([]error, len(txs)), map[string]bool{}, make([]bool, len(txs))
	ids := make([]string, 0, len(txs))
	for _, t := range txs {
		if t.known != "" {
			ids = append(ids, t.known)
		}
	}
	used, err := usedBefore(v.versions, ids)
	if err != nil {
		return err
	}
	inBlock := map[string]bool{}
	for i, t := range txs {
		if !v.block.lets(i) {
			t.broken = errLeft
		}
		f := v.calmly(t, used, &v.unknown[i])
		if f == nil && t.kind == typeEndorser {
			if inBlock[t.id] {
				f = flawed(DuplicateTransactionID, "its id is that of one before it in the block")
			}
			inBlock[t.id] = true
		}
		if v.verdicts[i] = (Verdict{Computed: true}); f == nil {
			v.taints(t)
		} else {
			v.verdicts[i] = Verdict{Code: f.code, Computed: true, Why: f.why}
		}
	}
	if err := v.lookUp(); err != nil {
		return err
	}
	if err := v.said(); err != nil {
		return err
	}
	for i := range txs {
		if err := v.inOrder(i); err != nil {
			return err
		}
	}
	return v.versions.Remember(ids)
}

// usedBefore are those of ids that transactions in earlier blocks have.
func usedBefore(versions Versions, ids []string) (map[string]bool, error) {
	found, err := versions.Transactions(ids)
	if err != nil {
		return nil, err
	}
	used := map[string]bool{}
	for i, id := range ids {
		if found[i] {
			used[id] = true
		}
	}
	return used, nil
}

// calmly is alone for one at which this program may break down.
func (v *validation) calmly(t *transaction, used map[string]bool, unknown *error) (f *flaw) {
	if t.broken != nil {
		*unknown = t.broken
		return nil
	}
	defer func() {
		if r := recover(); r != nil {
			f, *unknown = nil, fmt.Errorf("%w: %v", errBroken, r)
		}
	}()
	return v.alone(t, used, unknown)
}

// alone validates a transaction without regard to the others of its block (committer/txvalidator/v20).
func (v *validation) alone(t *transaction, used map[string]bool, unknown *error) *flaw {
	if t.early != nil {
		return t.early
	}
	if t.channel != v.config.channel {
		return flawed(BadCreatorSignature, "it is for the channel %q", t.channel)
	}
	if v.config.fault != nil {
		*unknown = v.config.fault
		return nil
	}
	creator, err := v.config.identity(t.creator)
	switch {
	case errors.Is(err, errUnsupported):
		*unknown = err // what can be found against it is still found
	case err != nil:
		return flawed(BadCreatorSignature, "its creator: %v", err)
	case creator.invalid != nil:
		return flawed(BadCreatorSignature, "its creator: %v", creator.invalid)
	case t.signed != nil:
		return flawed(BadCreatorSignature, "its creator: %v", t.signed)
	}
	switch {
	case t.form != nil:
		return t.form
	case t.kind == typeConfig:
		return nil
	case used[t.id]:
		return flawed(DuplicateTransactionID, "its id is that of one in an earlier block")
	case t.call != nil:
		return t.call
	}
	return v.endorsements(t, unknown)
}

// endorsements evaluates the policies in force for what a transaction called and wrote.
func (v *validation) endorsements(t *transaction, unknown *error) *flaw {
	e, hopeful, unsupported := v.config.evaluation(t.endorsements)
	t.accesses.any(func(a *access) bool {
		if a.ranges || a.metadata || a.namespace == "" && a.reads || a.writing() && (v.parameters[a.space()] || v.tainted[a.space()]) {
			*unknown = errUnsupported
		}
		return false
	})
	// Of the namespaces that are no chaincodes', the first one ends it: no more are gone through than there are chaincodes.
	namespaces := map[string]bool{}
	evaluate := func(namespace string) *flaw {
		if namespaces[namespace] {
			return nil
		}
		namespaces[namespace] = true
		ok, err := e.endorsed(v.definitions, namespace, t.accesses, v.parameters)
		if ok && err == nil {
			return nil
		}
		if errors.Is(err, errUndefined) {
			return flawed(InvalidChaincode, "%q: %v", namespace, err)
		}
		// Where something is not known, it may be in force; without that no one member could have all others' word doubted.
		if unsupported := errors.Join(err, unsupported); unsupported != nil {
			if may, err := hopeful.endorsed(v.definitions, namespace, t.accesses, v.parameters); may || err != nil {
				*unknown = unsupported
				return nil
			}
		}
		return flawed(EndorsementPolicyFailure, "its endorsements do not satisfy the policy of %q", namespace)
	}
	f := evaluate(t.chaincode)
	t.accesses.any(func(a *access) bool {
		if f == nil && a.writing() {
			f = evaluate(a.namespace)
		}
		return f != nil
	})
	return f
}

// taints notes where a transaction gives keys policies of their own, for those after it in the block.
func (v *validation) taints(t *transaction) {
	t.accesses.any(func(a *access) bool {
		if a.metadata {
			v.tainted[a.space()] = true
		}
		return false
	})
}

// lookUp looks up all that the block's transactions read, in parts.
func (v *validation) lookUp() error {
	type seen struct {
		tx      int
		key     Key
		version Version
	}
	var part []seen
	wanted := map[Key]Version{}
	flush := func() error {
		keys := slices.Collect(maps.Keys(wanted))
		found, err := v.versions.Versions(keys)
		if err != nil {
			return err
		}
		for i, k := range keys {
			wanted[k] = found[i]
		}
		for _, s := range part {
			v.stale[s.tx] = v.stale[s.tx] || !s.version.same(wanted[s.key])
		}
		clear(part)
		part = part[:0]
		clear(wanted)
		return nil
	}
	for i, t := range v.block.transactions {
		if v.verdicts[i].Code != Valid {
			continue
		}
		if err := t.accesses.each(func(a *access) error {
			if !v.compares(a) {
				return nil
			}
			return a.eachRead(func(r read) error {
				k := a.of(r.key)
				wanted[k] = Version{}
				if part = append(part, seen{i, k, r.version}); len(part) < limits.KeysAtOnce {
					return nil
				}
				return flush()
			})
		}); err != nil {
			return err
		}
	}
	return flush()
}

// compares reports whether what was read somewhere can be held against the versions.
func (v *validation) compares(a *access) bool {
	// The configuration's own namespace is not followed, and marked.
	return a.reads && a.namespace != "" && !(a.private && v.expires(a))
}

// said notes of which transactions the verdict is somebody's word, and checks that there is one. It is checked before
// anything is written.
func (v *validation) said() error {
	blind := v.next.blind
	for i, t := range v.block.transactions {
		if v.verdicts[i].Code != Valid || !blind && v.stale[i] {
			continue
		}
		switch {
		case blind && v.unknown[i] == nil:
			v.unknown[i] = errBlind
		case !blind && t.accesses.any(func(a *access) bool { return a.reads && a.namespace != "" && !v.compares(a) }):
			v.unknown[i] = errUnsupported
		}
		why := v.unknown[i]
		if why == nil {
			continue
		}
		if i >= len(v.block.Flags) || Code(v.block.Flags[i]) == NotValidated {
			return v.block.Block.fault(FaultFlags, "what became of transaction %d is not recomputed (%v), and nobody says it", i, why)
		}
		blind = blind || t.broken != nil && Code(v.block.Flags[i]) == Valid
	}
	return nil
}

// inOrder decides one transaction after those before it, and takes over what it writes.
func (v *validation) inOrder(i int) error {
	t, verdict := v.block.transactions[i], &v.verdicts[i]
	if verdict.Code != Valid {
		return nil
	}
	if !v.next.blind { // what it read cannot be held against anything then
		conflict, err := v.conflict(i, t)
		if err != nil {
			return err
		}
		if conflict != "" {
			*verdict = Verdict{Code: ReadConflict, Computed: true, Why: conflict}
			return nil
		}
	}
	if why := v.unknown[i]; why != nil {
		*verdict = Verdict{Code: Code(v.block.Flags[i]), Why: why.Error(), Broken: errors.Is(why, errBroken), Decides: t.decides()}
		if verdict.Code != Valid {
			return nil
		}
		if t.broken != nil && !v.next.blind {
			v.next.blind = true
			v.next.edition++
		}
	}
	if t.kind == typeConfig {
		return v.next.configure(v.block)
	}
	return v.take(i, t)
}

// decides reports whether others depend on a transaction, whatever they read. What organisations write into their own
// collections of Lifecycle, which each may alone, decides nothing.
func (t *transaction) decides() bool {
	return t.broken != nil || t.kind == typeConfig || t.accesses.any(func(a *access) bool {
		return a.namespace == Lifecycle && !a.private && a.writing()
	})
}

// errAgain ends the search for a key that one before in the block wrote.
var errAgain = errors.New("it was written before in the block")

// conflict finds a key that was written since the transaction read it (txmgmt/validation/validator.go).
func (v *validation) conflict(i int, t *transaction) (why string, err error) {
	if v.stale[i] {
		return "it read a key in another version than the one there is", nil
	}
	if v.written.none() {
		return "", nil
	}
	again := v.inParts(func(_ Key, now Version) error {
		if now.Block == v.block.Number {
			return errAgain
		}
		return nil
	})
	err = t.accesses.each(func(a *access) error {
		if !v.compares(a) {
			return nil
		}
		return a.eachRead(func(r read) error {
			if k := a.of(r.key); v.written.maybe(k) {
				return again.add(k)
			}
			return nil
		})
	})
	if err == nil {
		err = again.flush()
	}
	if errors.Is(err, errAgain) {
		return "it read a key that one before it in the block wrote", nil
	}
	return "", err
}

// expires reports whether what a collection holds may be deleted by itself.
func (v *validation) expires(a *access) bool {
	if len(a.collection) > len(implicitPrefix) && a.collection[:len(implicitPrefix)] == implicitPrefix {
		return false
	}
	d, err := define(v.definitions, a.namespace)
	if err != nil {
		return true
	}
	c, ok := d.collection(a.collection)
	return !ok || c.expires
}

// take takes over what a valid transaction writes.
func (v *validation) take(i int, t *transaction) error {
	at := Version{Block: v.block.Number, Tx: uint64(i), Exists: true} // an index
	gone := Version{Block: v.block.Number}
	last := i == len(v.block.transactions)-1
	put := func(k Key, version Version) error {
		if !last {
			v.written.add(k)
		}
		return v.versions.Put(k, version)
	}
	return t.accesses.each(func(a *access) error {
		if a.metadata {
			v.next.taint(a.space())
			// Metadata of a key that is not there is none.
			described := v.inParts(func(k Key, now Version) error {
				if !now.Exists {
					return nil
				}
				return put(k, at)
			})
			if err := a.eachMetadata(func(key string) error { return described.add(a.of(key)) }); err != nil {
				return err
			}
			if err := described.flush(); err != nil {
				return err
			}
		}
		if err := a.eachWrite(func(w write) error {
			if w.delete {
				return put(a.of(w.key), gone)
			}
			return put(a.of(w.key), at)
		}); err != nil {
			return err
		}
		if a.namespace == Lifecycle && !a.private && a.writes {
			return v.next.define(a)
		}
		return nil
	})
}

// taint notes that keys of a namespace, or of a collection, may have policies of their own.
func (s *State) taint(space string) {
	if !s.parameters[space] {
		s.edition++
		s.parameters = maps.Clone(s.parameters)
		s.parameters[space] = true
	}
}

// define takes over changes of the chaincodes' definitions.
func (s *State) define(a *access) error {
	s.edition++
	s.definitions = maps.Clone(s.definitions)
	return a.eachWrite(func(w write) error {
		if w.delete {
			delete(s.definitions, w.key)
		} else {
			s.definitions[w.key] = slices.Clone(w.value)
		}
		return nil
	})
}
