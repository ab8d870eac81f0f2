package channel

import "errors"

// evaluation begins to evaluate policies against those whose endorsements hold, each once. unsupported is the error of one
// whose membership rules are not known here.
func (c *Config) evaluation(by []endorsement) (e *evaluation, unsupported error) {
	e = &evaluation{config: c}
	seen := map[string]bool{}
	for _, one := range by {
		id, err := c.identity(one.by)
		if errors.Is(err, errUnsupported) {
			unsupported = err
		}
		if err == nil && one.signed == nil && !seen[id.key] {
			seen[id.key] = true
			e.ids = append(e.ids, id)
		}
	}
	return e, unsupported
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
	e, unsupported := s.config.evaluation(list)
	ok, err := e.endorsed(s.definitions, chaincode, nil)
	if err == nil && !ok {
		err = unsupported
	}
	return ok && err == nil, err
}
