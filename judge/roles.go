package judge

import (
	"slices"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
)

// roles adds the signer's organisation to those who want that an organisation may give certain roles. With a majority of all
// member organisations it may give those and no others, from the next transaction on. Each change of an organisation's roles
// ends the votes that stood for other ones.
func (a *act) roles() error {
	d, err := body[rootline.RolesData](a.event)
	if err != nil {
		return err
	}
	org, err := a.getOrg(d.Organisation)
	switch {
	case err != nil:
		return err
	case org == nil || !slices.Contains(a.ledger.Organisations, d.Organisation):
		return rootline.Refuse(rootline.CodeBadRoles, rootline.Text{En: "%s is no organisation of this ledger", Zh: "%s 不是本账本的单位"}.Fill(d.Organisation)).At("/data/organisation")
	}
	wanted := append([]string{}, d.Roles...) // none is an empty list
	slices.Sort(wanted)
	held := slices.Sorted(slices.Values(org.Roles))
	if reason := wrongRoles(wanted); !reason.IsZero() {
		return rootline.Refuse(rootline.CodeBadRoles, reason).At("/data/roles")
	}
	if slices.Equal(wanted, slices.Compact(held)) {
		return rootline.Refuse(rootline.CodeBadRoles, rootline.Text{En: "these are the roles that %s may give already", Zh: "这些正是 %s 现可授予的角色"}.Fill(org.MSPID)).At("/data/roles")
	}
	name := rootline.RolesBallot(org, wanted)
	ballot, err := get[*rootline.Ballot](a.view, rootline.Ref{Space: rootline.SpaceBallot, ID: name})
	if err != nil {
		return err
	}
	if ballot == nil || len(ballot.Votes) == 0 {
		ballot = &rootline.Ballot{Name: name, Organisation: org.MSPID, Roles: wanted}
	}
	voted, holds, err := a.voted(ballot)
	if err != nil {
		return err
	}
	if !holds {
		return a.waits(voted)
	}
	changed := *org
	changed.Roles, changed.RoleChanges = wanted, org.RoleChanges+1
	a.view.put(&changed)
	a.view.put(voted)
	a.accept(voted.Ref().String(), 0)
	return nil
}

// wrongRoles says what is wrong with roles, which are sorted.
func wrongRoles(roles []string) rootline.Text {
	switch {
	case len(roles) > limits.OrganisationRoles:
		return rootline.Text{En: "an organisation gives at most 64 roles", Zh: "每个单位最多授予 64 个角色"}
	case len(slices.Compact(slices.Clone(roles))) < len(roles):
		return rootline.Text{En: "a role is named twice", Zh: "有角色重复"}
	}
	for _, r := range roles {
		if !rootline.ValidName(r) || r == rootline.RoleAdmin {
			return rootline.Text{En: "roles are lower-case names; every organisation has admins", Zh: "角色为小写名称；每个单位都有 admin"}
		}
	}
	return rootline.Text{}
}

// holdsRole refuses a device whose role its organisation may give no longer.
func (a *act) holdsRole() error {
	if role := a.device.Role; role != rootline.RoleAdmin && !slices.Contains(a.org.Roles, role) {
		return rootline.Refuse(rootline.CodeRoleWithdrawn, a.org.MSPID, role)
	}
	return nil
}
