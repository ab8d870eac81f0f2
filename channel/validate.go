package channel

import (
	"errors"
	"fmt"
	"maps"
	"slices"
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
	// stale are those that read a key in another version than the one before the block; there are the keys that are there of
	// those that metadata is written of.
	stale []bool
	there map[Key]bool
	// updates are what the block's transactions have written so far.
	updates map[Key]Version
}

// run computes the verdicts: each transaction by itself, then ids that come twice, then what they read.
func (v *validation) run(versions Versions) error {
	txs := v.block.transactions
	v.unknown, v.updates = make([]error, len(txs)), map[Key]Version{}
	v.tainted, v.stale, v.there = map[string]bool{}, make([]bool, len(txs)), map[Key]bool{}
	ids := make([]string, 0, len(txs))
	for _, t := range txs {
		if t.known != "" {
			ids = append(ids, t.known)
		}
	}
	used, err := usedBefore(versions, ids)
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
	if err := v.lookUp(versions); err != nil {
		return err
	}
	for i := range txs {
		if err := v.inOrder(i); err != nil {
			return err
		}
	}
	return versions.Add(v.updates, ids)
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
		*unknown = err
		return nil
	case err != nil:
		return flawed(BadCreatorSignature, "its creator: %v", err)
	case creator.invalid != nil:
		return flawed(BadCreatorSignature, "its creator: %v", creator.invalid)
	case t.signed != nil:
		return flawed(BadCreatorSignature, "its creator: %v", t.signed)
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
	e, unsupported := v.config.evaluation(t.endorsements)
	apart := map[string]bool{} // namespaces with writes where keys may have policies of their own
	for i := range t.accesses {
		a := &t.accesses[i]
		own := a.writing() && v.parameters[a.space()]
		if own {
			apart[a.namespace] = true
		}
		if own || a.ranges || a.metadata || a.namespace == "" && a.reads || a.writing() && v.tainted[a.space()] {
			*unknown = errUnsupported
		}
	}
	// Of the namespaces that are no chaincodes', the first one ends it: no more are gone through than there are chaincodes.
	namespaces := map[string]bool{}
	for i := -1; i < len(t.accesses); i++ {
		namespace := t.chaincode
		if i >= 0 {
			namespace = t.accesses[i].namespace
		}
		if namespaces[namespace] || i >= 0 && !t.accesses[i].writing() {
			continue
		}
		namespaces[namespace] = true
		ok, err := e.endorsed(v.definitions, namespace, t.accesses)
		switch {
		case errors.Is(err, errUndefined):
			return flawed(InvalidChaincode, "%q: %v", namespace, err)
		case err == nil && !ok && unsupported == nil && !apart[namespace]:
			return flawed(EndorsementPolicyFailure, "its endorsements do not satisfy the policy of %q", namespace)
		case err != nil:
			*unknown = err
		case !ok && unsupported != nil:
			*unknown = unsupported
		}
	}
	return nil
}

// taints notes where a transaction gives keys policies of their own, for those after it in the block.
func (v *validation) taints(t *transaction) {
	for i := range t.accesses {
		if a := &t.accesses[i]; a.metadata {
			v.tainted[a.space()] = true
		}
	}
}

// lookedUp is how many keys are looked up at once: what a block may read is bounded by nothing but its length.
const lookedUp = 1 << 13

// lookUp looks up all that the block's transactions read, and what they write metadata of.
func (v *validation) lookUp(versions Versions) error {
	type seen struct {
		tx      int
		key     Key
		version Version
		// metadata says that it is not read.
		metadata bool
	}
	var part []seen
	wanted := map[Key]Version{}
	flush := func() error {
		keys := slices.Collect(maps.Keys(wanted))
		found, err := versions.Versions(keys)
		if err != nil {
			return err
		}
		for i, k := range keys {
			wanted[k] = found[i]
		}
		for _, s := range part {
			switch known := wanted[s.key]; {
			case !s.metadata:
				v.stale[s.tx] = v.stale[s.tx] || known != s.version
			case known.Exists:
				v.there[s.key] = true
			}
		}
		part = part[:0]
		clear(wanted)
		return nil
	}
	add := func(s seen) error {
		wanted[s.key] = Version{}
		if part = append(part, s); len(part) < lookedUp {
			return nil
		}
		return flush()
	}
	for i, t := range v.block.transactions {
		if v.verdicts[i].Code != Valid {
			continue
		}
		for j := range t.accesses {
			a := &t.accesses[j]
			if v.compares(a) {
				if err := a.eachRead(func(r read) error { return add(seen{tx: i, key: a.of(r.key), version: r.version}) }); err != nil {
					return err
				}
			}
			if err := a.eachMetadata(func(key string) error { return add(seen{tx: i, key: a.of(key), metadata: true}) }); err != nil {
				return err
			}
		}
	}
	return flush()
}

// compares reports whether what was read somewhere can be held against the versions.
func (v *validation) compares(a *access) bool {
	// The configuration's own namespace is not followed, and marked.
	return a.reads && a.namespace != "" && !(a.private && v.expires(a))
}

// inOrder decides one transaction after those before it, and takes over what it writes.
func (v *validation) inOrder(i int) error {
	t, verdict := v.block.transactions[i], &v.verdicts[i]
	if verdict.Code != Valid {
		return nil
	}
	if v.next.blind && v.unknown[i] == nil {
		v.unknown[i] = errBlind
	}
	if v.next.blind {
		// What it read cannot be held against anything.
	} else if conflict, unknown := v.conflict(i, t); conflict != "" {
		*verdict = Verdict{Code: ReadConflict, Computed: true, Why: conflict}
		return nil
	} else if unknown != nil {
		v.unknown[i] = unknown
	}
	if why := v.unknown[i]; why != nil {
		if i >= len(v.block.Flags) || Code(v.block.Flags[i]) == NotValidated {
			return v.block.Block.fault(FaultFlags, "what became of transaction %d is not recomputed (%v), and nobody says it", i, why)
		}
		*verdict = Verdict{Code: Code(v.block.Flags[i]), Why: why.Error(), Broken: errors.Is(why, errBroken)}
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

// conflict finds a key that was written since the transaction read it (txmgmt/validation/validator.go).
func (v *validation) conflict(i int, t *transaction) (why string, unknown error) {
	if v.stale[i] {
		return "it read a key in another version than the one there is", nil
	}
	for j := range t.accesses {
		a := &t.accesses[j]
		if !a.reads || a.namespace == "" {
			continue
		}
		if !v.compares(a) {
			unknown = errUnsupported
			continue
		}
		if len(v.updates) > 0 && a.eachRead(func(r read) error {
			if _, again := v.updates[a.of(r.key)]; again {
				return errAgain
			}
			return nil
		}) != nil {
			return "it read a key that one before it in the block wrote", nil
		}
	}
	return "", unknown
}

// errAgain is the error of a key that one before in the block wrote.
var errAgain = errors.New("it was written before in the block")

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
	for j := range t.accesses {
		a := &t.accesses[j]
		if a.metadata {
			v.next.taint(a.space())
		}
		err := a.eachMetadata(func(key string) error {
			k := a.of(key)
			if u, ok := v.updates[k]; ok && u.Exists || !ok && v.there[k] {
				v.updates[k] = at
			}
			return nil
		})
		if err == nil {
			err = a.eachWrite(func(w write) error {
				if w.delete {
					v.updates[a.of(w.key)] = Version{}
				} else {
					v.updates[a.of(w.key)] = at
				}
				return nil
			})
		}
		if err == nil && a.namespace == Lifecycle && !a.private && a.writes {
			err = v.next.define(a)
		}
		if err != nil {
			return err
		}
	}
	return nil
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
