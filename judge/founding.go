package judge

import (
	"regexp"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/strictjson"
)

var netForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

// Found judges the founding of the ledger: once, by the Fabric admin of one of the founding organisations.
func (j *Judge) Found(state State, caller Caller, arg string, witnessed rootline.Instant) (*Decision, error) {
	view := newOverlay(state)
	ledger, err := get[*rootline.Ledger](view, ledgerRef)
	if err != nil {
		return nil, err
	}
	if ledger != nil {
		if _, err := protocolOf(view); err != nil {
			return nil, err
		}
		return refuseAll(rootline.Refuse(rootline.CodeAlreadyFounded))
	}
	if len(arg) > limits.FoundingBytes {
		return refuseAll(rootline.Refuse(rootline.CodeTooLarge, len(arg), limits.FoundingBytes))
	}
	var f rootline.Founding
	if err := strictjson.Decode([]byte(arg), &f); err != nil {
		return refuseAll(rootline.Refuse(rootline.CodeBadFounding, err.Error()))
	}
	if !KnowsProtocol(f.Protocol) {
		return nil, &UnknownProtocolError{Number: f.Protocol}
	}
	if reason := wrongFounding(&f); reason != "" {
		return refuseAll(rootline.Refuse(rootline.CodeBadFounding, reason))
	}
	founded := &rootline.Ledger{Net: f.Net, Protocol: f.Protocol, Founded: witnessed}
	member := false
	for _, org := range f.Organisations {
		founded.Organisations = append(founded.Organisations, org.MSPID)
		member = member || org.MSPID == caller.MSPID
		view.put(&org)
	}
	if !member || !caller.Admin {
		return refuseAll(rootline.Refuse(rootline.CodeNotAdmin, caller.MSPID))
	}
	view.put(founded)
	view.keep()
	return &Decision{Writes: view.writes()}, nil
}

func wrongFounding(f *rootline.Founding) string {
	if !netForm.MatchString(f.Net) {
		return "net is 32 hexadecimal digits"
	}
	if len(f.Organisations) < 2 {
		return "a ledger that several parties can trust has at least two organisations"
	}
	if len(f.Organisations) > limits.Organisations {
		return "at most 64 organisations found a ledger"
	}
	seen := map[string]bool{}
	var prefixes []string
	for _, o := range f.Organisations {
		switch {
		case !rootline.ValidMSPID(o.MSPID) || seen[o.MSPID]:
			return "an organisation is named once, by its MSP id"
		case !rootline.ValidPrefix(o.Prefix) || overlaps(o.Prefix, prefixes):
			return "each organisation has a GS1 company prefix of its own, none the beginning of another's"
		case o.Confirmed != 0 || !o.Genesis.IsZero():
			return "an organisation confirms for itself"
		case !o.Title.Short():
			return "a title has at most 400 characters"
		case len(o.Roles) > limits.OrganisationRoles:
			return "an organisation gives at most 64 roles"
		}
		for _, r := range o.Roles {
			if !rootline.ValidName(r) || r == rootline.RoleAdmin {
				return "roles are lower-case names; every organisation has admins"
			}
		}
		seen[o.MSPID] = true
		prefixes = append(prefixes, o.Prefix)
	}
	return ""
}

// overlaps reports whether codes of the prefix could be taken for another organisation's.
func overlaps(prefix string, others []string) bool {
	for _, o := range others {
		if strings.HasPrefix(o, prefix) || strings.HasPrefix(prefix, o) {
			return true
		}
	}
	return false
}

// Confirm judges an organisation's confirmation of the founding, which registers its first admin device. The
// argument is the JWS of that device's enrol event.
func (j *Judge) Confirm(state State, caller Caller, arg string, witnessed rootline.Instant) (*Decision, error) {
	c := read(&rootline.Submission{JWS: arg})
	view := newOverlay(state)
	in, err := protocolOf(view)
	if err != nil {
		return nil, err
	}
	d := &Decision{Outcomes: []Outcome{{Event: c.event, Signed: c.signed, Hash: c.hash}}}
	err = j.confirm(view, c, in, &d.Outcomes[0], caller, witnessed)
	if refusal := rootline.AsError(err); refusal != nil {
		d.Outcomes[0].Refused = refusal
		d.Refused = []rootline.Refusal{{Event: c.eventID(), Error: refusal}}
		return d, nil
	} else if err != nil {
		return nil, err
	}
	view.keep()
	d.Writes = view.writes()
	return d, nil
}

func (j *Judge) confirm(view *overlay, c *reading, in *protocol, out *Outcome, caller Caller, witnessed rootline.Instant) error {
	if c.err != nil {
		return c.err
	}
	ledger, err := get[*rootline.Ledger](view, ledgerRef)
	if err != nil {
		return err
	}
	if ledger == nil {
		return rootline.Refuse(rootline.CodeNotFounded)
	}
	org, err := get[*rootline.Organisation](view, rootline.Ref{Space: rootline.SpaceOrganisation, ID: caller.MSPID})
	if err != nil {
		return err
	}
	switch {
	case org == nil || !caller.Admin:
		return rootline.Refuse(rootline.CodeNotAdmin, caller.MSPID)
	case org.Confirmed != 0:
		return rootline.Refuse(rootline.CodeAlreadyConfirmed, caller.MSPID)
	case c.signed.Net != ledger.Net:
		return rootline.Refuse(rootline.CodeWrongNet, c.signed.Net)
	case c.event.Rulebook != rootline.Registry || c.event.Action != rootline.ActEnrol:
		return rootline.Refuse(rootline.CodeUnknownAction, "registry", c.event.Action, rootline.Registry).At("/action")
	}
	a := &act{judge: j, protocol: in, view: view, event: c.event, out: out, witnessed: witnessed, ledger: ledger}
	first, err := a.ownKey(c)
	if err != nil {
		return err
	}
	if first.Role != rootline.RoleAdmin {
		return rootline.Refuse(rootline.CodeRoleNotInvited, rootline.RoleAdmin, first.Role).At("/data/role")
	}
	if first.Proof != "" || !a.validPseudonym(first.Name) {
		return rootline.Refuse(rootline.CodeMissing, c.event.Action, "name").At("/data/name")
	}
	confirmed := *org
	confirmed.Confirmed, confirmed.Genesis = witnessed, first.Genesis
	view.put(&confirmed)
	a.register(&rootline.Device{
		Kid: c.signed.Kid, Key: first.Key, Organisation: org.MSPID, Role: rootline.RoleAdmin, Name: first.Name, Since: witnessed,
	})
	return nil
}

func refuseAll(e *rootline.Error) (*Decision, error) {
	return &Decision{Refused: []rootline.Refusal{{Index: -1, Error: e}}}, nil
}

func enrolProof(payload []byte) (*rootline.EnrolProof, error) {
	var p rootline.EnrolProof
	return &p, strictjson.Decode(payload, &p)
}
