package channel

import (
	"errors"
	"strings"
)

// The kinds of policies in the configuration (common.Policy_PolicyType).
const (
	policySignature    = 1
	policyImplicitMeta = 3
)

// rule is a signature policy (common.SignaturePolicy): the principal of a number, or n of several rules.
type rule struct {
	principal int
	n         int32
	rules     []*rule
}

// maxRules bounds the rules of one policy, and maxRuleDepth how deep they lie in each other.
const (
	maxRules     = 1000
	maxRuleDepth = 32
)

var (
	errPolicy   = errors.New("the policy cannot be read")
	errTooLarge = errors.New("the policy is too large")
)

// evaluation is the evaluation of policies against those who signed one thing.
type evaluation struct {
	config *Config
	ids    []*identity
	// hopeful takes what is not supported for satisfied, and lets one signer stand for any number: what is not satisfied then
	// is not satisfied at all.
	hopeful bool
}

// application evaluates a common.ApplicationPolicy: a policy of its own, or a reference to one of the configuration's.
func (e *evaluation) application(b []byte) (bool, error) {
	var own []byte
	reference, isReference := "", false
	err := each(b, func(f field) (err error) {
		switch {
		case f.is(1):
			own, isReference = join(own, f.bytes), false
		case f.is(2):
			own, isReference = nil, true
			reference, err = f.text()
		}
		return err
	})
	switch {
	case err != nil:
		return false, nil // Fabric: the policy fails
	case isReference:
		return e.reference(reference)
	case own != nil:
		return e.signature(own)
	}
	return false, nil
}

// reference evaluates a policy of the configuration by its path, "/Channel/Application/Endorsement".
func (e *evaluation) reference(path string) (bool, error) {
	if strings.HasPrefix(path, "/") {
		var ok bool
		if path, ok = strings.CutPrefix(path, "/Channel/"); !ok {
			return false, nil
		}
	}
	names := strings.Split(path, "/")
	g := e.config.root.at(names[:len(names)-1]...)
	return e.named(g, names[len(names)-1], 0)
}

// named evaluates a group's policy by its name; one that is not there is never satisfied.
func (e *evaluation) named(g *group, name string, depth int) (bool, error) {
	p, ok := g.policies[name]
	switch {
	case !ok || depth > maxDepth:
		return false, nil
	case p.kind == policySignature:
		return e.signature(p.value)
	case p.kind == policyImplicitMeta:
		return e.implicit(g, p.value, depth)
	}
	return e.hopeful, errUnsupported
}

// implicit evaluates common.ImplicitMetaPolicy: any, all or most of the groups below satisfy their policy of a name.
func (e *evaluation) implicit(g *group, b []byte, depth int) (bool, error) {
	var sub string
	var kind uint64
	if err := each(b, func(f field) (err error) {
		switch {
		case f.is(1):
			sub, err = f.text()
		case f.isVarint(2):
			kind = f.varint
		}
		return err
	}); err != nil {
		return e.hopeful, errUnsupported
	}
	need := 0
	switch kind {
	case 0:
		need = min(1, len(g.groups))
	case 1:
		need = len(g.groups)
	case 2:
		if len(g.groups) > 0 {
			need = len(g.groups)/2 + 1
		}
	}
	satisfied, unsupported := 0, error(nil)
	for _, below := range g.groups {
		ok, err := e.named(below, sub, depth+1)
		if err != nil {
			unsupported = err
		}
		if ok {
			satisfied++
		}
	}
	if satisfied >= need || e.hopeful {
		return satisfied >= need, nil
	}
	return false, unsupported
}

// signature evaluates common.SignaturePolicyEnvelope. Each signer counts once (common/cauthdsl).
func (e *evaluation) signature(b []byte) (bool, error) {
	var top []byte
	var principals [][]byte
	err := each(b, func(f field) error {
		switch {
		case f.is(2):
			top = join(top, f.bytes)
		case f.is(3):
			principals = append(principals, f.bytes)
		}
		return nil
	})
	if err != nil || top == nil {
		return false, nil
	}
	count := 0
	r, err := parseRule(top, len(principals), 0, &count)
	if errors.Is(err, errTooLarge) {
		return e.hopeful, errUnsupported
	}
	if err != nil {
		return false, nil
	}
	ev := ruleEvaluation{evaluation: e, principals: principals}
	holds := ev.holds(r, make([]bool, len(e.ids)))
	if e.hopeful {
		return holds, nil
	}
	return holds, ev.unsupported
}

func parseRule(b []byte, principals, depth int, count *int) (*rule, error) {
	if *count++; *count > maxRules || depth > maxRuleDepth {
		return nil, errTooLarge
	}
	var several []byte
	r, is := &rule{}, 0
	err := each(b, func(f field) error {
		switch {
		case f.isVarint(1):
			r.principal, is, several = int(int32(f.varint)), 1, nil // as protobuf does
		case f.is(2):
			several, is = join(several, f.bytes), 2
		}
		return nil
	})
	switch {
	case err != nil || is == 0:
		return nil, errPolicy
	case is == 1:
		if r.principal < 0 || r.principal >= principals {
			return nil, errPolicy
		}
		return r, nil
	}
	r.rules = []*rule{}
	err = each(several, func(f field) error {
		switch {
		case f.isVarint(1):
			r.n = int32(f.varint) // as protobuf does
		case f.is(2):
			below, err := parseRule(f.bytes, principals, depth+1, count)
			r.rules = append(r.rules, below)
			return err
		}
		return nil
	})
	return r, err
}

type ruleEvaluation struct {
	*evaluation
	principals  [][]byte
	unsupported error
}

// holds evaluates a rule, and marks the signers that it used.
func (e *ruleEvaluation) holds(r *rule, used []bool) bool {
	if r.rules == nil {
		for i, id := range e.ids {
			if used[i] {
				continue
			}
			ok, err := e.config.is(id, e.principals[r.principal], 0)
			if err != nil {
				e.unsupported = err
			}
			if ok || err != nil && e.hopeful {
				used[i] = !e.hopeful
				return true
			}
		}
		return false
	}
	satisfied := int32(0)
	trial := make([]bool, len(used))
	for _, below := range r.rules {
		copy(trial, used)
		if e.holds(below, trial) {
			satisfied++
			copy(used, trial)
		}
	}
	return satisfied >= r.n
}

// The classifications of principals (msp.MSPPrincipal_Classification).
const (
	principalRole     = 0
	principalIdentity = 2
	principalCombined = 4
)

// is reports whether an identity is what a principal says (msp.MSPPrincipal).
func (c *Config) is(id *identity, principal []byte, depth int) (bool, error) {
	var kind uint64
	var value []byte
	if err := each(principal, func(f field) error {
		switch {
		case f.isVarint(1):
			kind = f.varint
		case f.is(2):
			value = f.bytes
		}
		return nil
	}); err != nil || depth > maxDepth {
		return false, errUnsupported
	}
	switch kind {
	case principalRole:
		var mspID string
		var r uint64
		err := each(value, func(f field) (err error) {
			switch {
			case f.is(1):
				mspID, err = f.text()
			case f.isVarint(2):
				r = f.varint
			}
			return err
		})
		return err == nil && id.msp.id == mspID && id.plays(role(r)), nil // as protobuf does
	case principalIdentity:
		other, err := c.identity(value)
		if errors.Is(err, errUnsupported) {
			return false, err
		}
		return err == nil && other.key == id.key && other.invalid == nil, nil
	case principalCombined:
		all, some := true, false
		var unsupported error
		err := each(value, func(f field) error {
			if f.is(1) {
				ok, err := c.is(id, f.bytes, depth+1)
				if err != nil {
					unsupported = err
				}
				all, some = all && ok, true
			}
			return nil
		})
		return err == nil && all && some, unsupported
	}
	return false, errUnsupported
}
