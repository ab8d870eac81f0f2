package readmodel

import (
	"slices"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
)

// ReadsOf says how much a device sees: the least that a rulebook in force says of its role, and no more than its own where its
// organisation may give the role no longer.
func (v *View) ReadsOf(d *rootline.Device) (rulebook.Reads, error) {
	if d.Role == rootline.RoleAdmin {
		return rulebook.ReadsAll, nil
	}
	org, err := record[*rootline.Organisation](v, rootline.SpaceOrganisation, d.Organisation)
	if err != nil {
		return "", err
	}
	if org != nil && !slices.Contains(org.Roles, d.Role) {
		return rulebook.ReadsDevice, nil
	}
	current, err := collect(v, scanRecord[*rootline.CurrentRulebook](rootline.SpaceRulebook),
		`SELECT substr(key, 3), value FROM state WHERE key >= 'R/' AND key < 'R0' AND instr(key, '@') = 0 ORDER BY key`)
	if err != nil {
		return "", err
	}
	least := rulebook.ReadsAll
	for _, c := range current {
		roles, err := v.rolesOf(c)
		if err != nil {
			return "", err
		}
		for _, role := range roles {
			switch {
			case role.Name != d.Role:
			case role.Reads == rulebook.ReadsDevice:
				return rulebook.ReadsDevice, nil
			case role.Reads == rulebook.ReadsOrganisation:
				least = rulebook.ReadsOrganisation
			}
		}
	}
	return least, nil
}

// rolesOf are the roles of the version of a rulebook that holds. They are asked for with each request of a device that is signed in, so
// that the text is read once for each version: what a ledger adopted does not change.
func (v *View) rolesOf(c *rootline.CurrentRulebook) ([]rulebook.Role, error) {
	ledger, err := record[*rootline.Ledger](v, rootline.SpaceLedger, "")
	if err != nil || ledger == nil {
		return nil, err
	}
	ref := (&rulebook.Rulebook{Name: c.Name, Version: c.Version}).Ref()
	key := strings.Join([]string{ledger.Net, ref}, "/")
	if known, ok := v.store.roles.Load(key); ok {
		return known.([]rulebook.Role), nil
	}
	adopted, err := record[*rootline.AdoptedRulebook](v, rootline.SpaceRulebook, ref)
	if err != nil || adopted == nil {
		return nil, err
	}
	book, err := v.store.books.Parse(adopted.YAML)
	if err != nil {
		return nil, err
	}
	v.store.roles.Store(key, book.Roles)
	return book.Roles, nil
}
