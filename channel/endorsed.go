package channel

import "errors"

// evaluation begins to evaluate policies against those whose endorsements hold, each once. unsupported is the error of one
// whose membership rules are not known here; hopeful counts these, too, and whatever else is not known.
func (c *Config) evaluation(by []endorsement) (e, hopeful *evaluation, unsupported error) {
	e, hopeful = &evaluation{config: c}, &evaluation{config: c, hopeful: true}
	seen := map[string]bool{}
	for _, one := range by {
		id, err := c.identity(one.by)
		if errors.Is(err, errUnsupported) {
			unsupported = err
			mspID, _, _ := parseIdentity(one.by) // it was read to find its rules
			hopeful.ids = append(hopeful.ids, &identity{msp: c.msps[mspID], key: string(one.by), unread: true})
		}
		if err == nil && one.signed == nil && !seen[id.key] {
			seen[id.key] = true
			e.ids = append(e.ids, id)
		}
	}
	hopeful.ids = append(hopeful.ids, e.ids...)
	return e, hopeful, unsupported
}

// Endorsed reports whether endorsements of a response satisfy the policy by which peers validate what a chaincode changes of
// its public state, as of the last block that was followed. The error is that this is not known here.
func (s *State) Endorsed(chaincode string, response []byte, by []Endorsement) (bool, error) {
	switch {
	case s.config.fault != nil:
		return false, s.config.fault
	case s.parameters[chaincode]:
		return false, errUnsupported
	}
	list := make([]endorsement, 0, len(by))
	for _, e := range by {
		list = append(list, endorsement{by: e.Identity, signed: check(e.Identity, e.Signature, response, e.Identity)})
	}
	e, _, unsupported := s.config.evaluation(list)
	ok, err := e.endorsed(s.definitions, chaincode, nil, nil)
	if err == nil && !ok {
		err = unsupported
	}
	return ok && err == nil, err
}
