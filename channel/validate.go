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
	// updates are what the block's transactions have written so far.
	updates map[Key]Version
}

// run computes the verdicts: each transaction by itself, then ids that come twice, then what they read.
func (v *validation) run(versions Versions) error {
	txs := v.block.transactions
	v.unknown, v.updates = make([]error, len(txs)), map[Key]Version{}
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
		v.verdicts[i] = Verdict{Computed: true}
		if f != nil {
			v.verdicts[i] = Verdict{Code: f.code, Computed: true, Why: f.why}
		}
	}
	known, err := v.versions(versions)
	if err != nil {
		return err
	}
	for i := range txs {
		if err := v.inOrder(i, known); err != nil {
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
	if t.large {
		*unknown = errMembers
	}
	namespaces := []string{t.chaincode}
	for i := range t.accesses {
		a := &t.accesses[i]
		if a.writing() && !slices.Contains(namespaces, a.namespace) {
			namespaces = append(namespaces, a.namespace)
		}
		if a.ranges || len(a.metadata) > 0 || a.namespace == "" && len(a.reads) > 0 || a.writing() && v.parameters[a.namespace] {
			*unknown = errUnsupported
		}
	}
	for _, namespace := range namespaces {
		ok, err := e.endorsed(v.definitions, namespace, t.accesses)
		switch {
		case errors.Is(err, errUndefined):
			return flawed(InvalidChaincode, "%q: %v", namespace, err)
		case err == nil && !ok && unsupported == nil && !v.parameters[namespace]:
			return flawed(EndorsementPolicyFailure, "its endorsements do not satisfy the policy of %q", namespace)
		case err != nil:
			*unknown = err
		case !ok && unsupported != nil:
			*unknown = unsupported
		}
	}
	return nil
}

// versions looks up all that the block's transactions read, and what they write metadata of.
func (v *validation) versions(versions Versions) (map[Key]Version, error) {
	wanted := map[Key]Version{}
	for i, t := range v.block.transactions {
		if v.verdicts[i].Code != Valid {
			continue
		}
		for j := range t.accesses {
			a := &t.accesses[j]
			for _, r := range a.reads {
				wanted[a.of(r.key)] = Version{}
			}
			for _, key := range a.metadata {
				wanted[a.of(key)] = Version{}
			}
		}
	}
	keys := slices.Collect(maps.Keys(wanted))
	found, err := versions.Versions(keys)
	if err != nil {
		return nil, err
	}
	for i, k := range keys {
		wanted[k] = found[i]
	}
	return wanted, nil
}

// inOrder decides one transaction after those before it, and takes over what it writes.
func (v *validation) inOrder(i int, known map[Key]Version) error {
	t, verdict := v.block.transactions[i], &v.verdicts[i]
	if verdict.Code != Valid {
		return nil
	}
	if v.next.blind && v.unknown[i] == nil {
		v.unknown[i] = errBlind
	}
	if v.next.blind {
		// What it read cannot be held against anything.
	} else if conflict, unknown := v.conflict(t, known); conflict != "" {
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
		if (t.broken != nil || t.large) && !v.next.blind {
			v.next.blind = true
			v.next.edition++
		}
	}
	if t.kind == typeConfig {
		return v.next.configure(v.block)
	}
	v.take(i, t, known)
	return nil
}

// conflict finds a key that was written since the transaction read it (txmgmt/validation/validator.go).
func (v *validation) conflict(t *transaction, known map[Key]Version) (why string, unknown error) {
	for i := range t.accesses {
		a := &t.accesses[i]
		if a.namespace == "" {
			continue // the configuration's own; not followed, and marked
		}
		if a.private && len(a.reads) > 0 && v.expires(a) {
			unknown = errUnsupported
			continue
		}
		for _, r := range a.reads {
			k := a.of(r.key)
			if _, again := v.updates[k]; again {
				return "it read a key that one before it in the block wrote", nil
			}
			if r.version != known[k] {
				return "it read a key in another version than the one there is", nil
			}
		}
	}
	return "", unknown
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
func (v *validation) take(i int, t *transaction, known map[Key]Version) {
	at := Version{Block: v.block.Number, Tx: uint64(i), Exists: true} // an index
	for j := range t.accesses {
		a := &t.accesses[j]
		for _, key := range a.metadata {
			k := a.of(key)
			if u, ok := v.updates[k]; ok && u.Exists || !ok && known[k].Exists {
				v.updates[k] = at
			}
			v.next.taint(a.namespace)
		}
		for _, w := range a.writes {
			if w.delete {
				v.updates[a.of(w.key)] = Version{}
			} else {
				v.updates[a.of(w.key)] = at
			}
		}
		if a.namespace == Lifecycle && !a.private && len(a.writes) > 0 {
			v.next.define(a.writes)
		}
	}
}

// taint notes that keys of a namespace may have policies of their own.
func (s *State) taint(namespace string) {
	if !s.parameters[namespace] {
		s.edition++
		s.parameters = maps.Clone(s.parameters)
		s.parameters[namespace] = true
	}
}

// define takes over changes of the chaincodes' definitions.
func (s *State) define(writes []write) {
	s.edition++
	s.definitions = maps.Clone(s.definitions)
	for _, w := range writes {
		if w.delete {
			delete(s.definitions, w.key)
		} else {
			s.definitions[w.key] = slices.Clone(w.value)
		}
	}
}
