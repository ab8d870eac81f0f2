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
		return refuseAll(rootline.Refuse(rootline.CodeBadFounding, err))
	}
	if !KnowsProtocol(f.Protocol) {
		return nil, &UnknownProtocolError{Number: f.Protocol}
	}
	if reason := wrongFounding(&f); !reason.IsZero() {
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

func wrongFounding(f *rootline.Founding) rootline.Text {
	if !netForm.MatchString(f.Net) {
		return rootline.Text{En: "net is 32 hexadecimal digits", Zh: "net 应为 32 位十六进制数字"}
	}
	if len(f.Organisations) < 2 {
		return rootline.Text{En: "a ledger that several parties can trust has at least two organisations", Zh: "多方可信的账本至少有两个单位"}
	}
	if len(f.Organisations) > limits.Organisations {
		return rootline.Text{En: "at most 64 organisations found a ledger", Zh: "建立账本的单位最多 64 个"}
	}
	seen := map[string]bool{}
	var prefixes []string
	for _, o := range f.Organisations {
		switch {
		case !rootline.ValidMSPID(o.MSPID) || seen[o.MSPID]:
			return rootline.Text{En: "an organisation is named once, by its MSP id", Zh: "每个单位以其 MSP 编号只列一次"}
		case !rootline.ValidPrefix(o.Prefix) || overlaps(o.Prefix, prefixes):
			return rootline.Text{En: "each organisation has a GS1 company prefix of its own, none the beginning of another's", Zh: "每个单位须有自己的 GS1 厂商识别代码前缀，且不得为他人前缀的开头"}
		case o.Confirmed != 0 || !o.Genesis.IsZero():
			return rootline.Text{En: "an organisation confirms for itself", Zh: "单位须由自己确认"}
		case !o.Title.Short():
			return rootline.Text{En: "a title has at most 400 characters", Zh: "名称最多 400 个字符"}
		case len(o.Roles) > limits.OrganisationRoles:
			return rootline.Text{En: "an organisation gives at most 64 roles", Zh: "每个单位最多授予 64 个角色"}
		}
		for _, r := range o.Roles {
			if !rootline.ValidName(r) || r == rootline.RoleAdmin {
				return rootline.Text{En: "roles are lower-case names; every organisation has admins", Zh: "角色为小写名称；每个单位都有 admin"}
			}
		}
		seen[o.MSPID] = true
		prefixes = append(prefixes, o.Prefix)
	}
	return rootline.Text{}
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
