package channel

import (
	"errors"
	"strings"
)

// Lifecycle is the namespace of the chaincodes' definitions.
const Lifecycle = "_lifecycle"

// What Fabric calls the parts of a definition's keys (core/chaincode/lifecycle).
const (
	metadataKey        = "namespaces/metadata/"
	fieldsKey          = "namespaces/fields/"
	validationField    = "/ValidationInfo"
	collectionsField   = "/Collections"
	definitionType     = "ChaincodeDefinition"
	builtinPlugin      = "vscc"
	implicitPrefix     = "_implicit_org_"
	organisationPolicy = "Endorsement"
)

// definition is what validates the transactions of a namespace.
type definition struct {
	// policy is a common.ApplicationPolicy.
	policy      []byte
	collections []byte
}

// errUndefined is the error of a namespace that is no chaincode's.
var errUndefined = errors.New("it is no chaincode of the channel")

// define reads the definition of a namespace from the state of Lifecycle.
func define(state map[string][]byte, name string) (*definition, error) {
	kind, ok := state[metadataKey+name]
	if !ok {
		return nil, errUndefined
	}
	if datatype, err := member(kind, 1); err != nil || string(datatype) != definitionType {
		return nil, errUnsupported
	}
	field := func(name string) ([]byte, error) { return member(state[name], 2) } // lifecycle.StateData
	d := &definition{}
	info, err := field(fieldsKey + name + validationField)
	if err != nil {
		return nil, errUnsupported
	}
	plugin, parameter, err := pair(info, false)
	if err != nil {
		return nil, errUnsupported
	}
	if len(plugin) == 0 || len(parameter) == 0 {
		return nil, errUndefined
	}
	if string(plugin) != builtinPlugin {
		return nil, errUnsupported
	}
	d.policy = parameter
	d.collections, err = field(fieldsKey + name + collectionsField)
	return d, err
}

// collection is a private collection of a chaincode (peer.StaticCollectionConfig).
type collection struct {
	// policy is a common.ApplicationPolicy; nil for the chaincode's.
	policy []byte
	// expires says that what it holds is deleted after some blocks.
	expires bool
}

// collection finds a collection by its name in peer.CollectionConfigPackage.
func (d *definition) collection(name string) (*collection, bool) {
	var found *collection
	err := each(d.collections, func(f field) error {
		if !f.is(1) || found != nil {
			return nil
		}
		static, err := member(f.bytes, 1)
		if err != nil {
			return err
		}
		c, called := &collection{}, ""
		err = each(static, func(f field) (err error) {
			switch {
			case f.is(1):
				called, err = f.text()
			case f.isVarint(5):
				c.expires = f.varint != 0
			case f.is(8):
				c.policy = join(c.policy, f.bytes)
			}
			return err
		})
		if called == name {
			found = c
		}
		return err
	})
	return found, err == nil && found != nil
}

// endorsed evaluates who may change a namespace against those who signed a transaction that does
// (core/common/validation/statebased). Without changes, the chaincode's policy has to be satisfied. Of the spaces in apart, keys
// may have policies of their own, and what is changed there is passed over.
func (e *evaluation) endorsed(state map[string][]byte, namespace string, accesses results, apart map[string]bool) (bool, error) {
	own := func() (bool, error) { return e.lifecycle() }
	d := &definition{}
	if namespace != Lifecycle {
		var err error
		if d, err = define(state, namespace); err != nil {
			return false, err
		}
		own = func() (bool, error) { return e.application(d.policy) }
	}
	checked, needsOwn, passed := false, false, false
	collections := map[string]bool{} // one may come any number of times
	if err := accesses.each(func(a *access) error {
		if a.namespace != namespace || !a.writing() || a.private && collections[a.collection] {
			return nil
		}
		if apart[a.space()] {
			passed = true
			return nil
		}
		if !a.private {
			needsOwn = true
			return nil
		}
		collections[a.collection] = true
		byItself, ok, err := e.collection(d, a.collection)
		if ok && e.hopeful {
			err = nil
		}
		if err == nil && byItself && !ok {
			err = errFound
		}
		checked = checked || byItself
		needsOwn = needsOwn || !byItself
		return err
	}); errors.Is(err, errFound) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	if needsOwn || !checked && !passed {
		return own()
	}
	return true, nil
}

// collection evaluates a collection's own policy; byItself is false when the chaincode's holds for it.
func (e *evaluation) collection(d *definition, name string) (byItself, ok bool, err error) {
	if mspID, implicit := strings.CutPrefix(name, implicitPrefix); implicit {
		ok, err := e.organisation(mspID)
		return true, ok, err
	}
	c, found := d.collection(name)
	if !found {
		return true, false, nil
	}
	if c.policy == nil {
		return false, false, nil
	}
	ok, err = e.application(c.policy)
	return true, ok, err
}

// organisation evaluates an organisation's policy for endorsements; without one, any member will do.
func (e *evaluation) organisation(mspID string) (bool, error) {
	name, ok := e.config.organisations[mspID]
	if !ok {
		return false, nil
	}
	g := e.config.root.at("Application", name)
	if _, ok := g.policies[organisationPolicy]; ok {
		return e.named(g, organisationPolicy, 0)
	}
	for _, id := range e.ids {
		if id.msp.id == mspID && id.plays(roleMember) {
			return true, nil
		}
	}
	return false, nil
}

// lifecycle evaluates the policy for the definitions; without one, members of most organisations will do.
func (e *evaluation) lifecycle() (bool, error) {
	g := e.config.root.at("Application")
	if _, ok := g.policies["LifecycleEndorsement"]; ok {
		return e.named(g, "LifecycleEndorsement", 0)
	}
	by := map[string]bool{}
	for _, id := range e.ids {
		if _, ok := e.config.organisations[id.msp.id]; ok && id.plays(roleMember) {
			by[id.msp.id] = true
		}
	}
	return len(by) > len(e.config.organisations)/2, nil
}
