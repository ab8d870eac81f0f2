package readmodel

import (
	"github.com/rootline/rootline"
)

// Invitations lists all invitations, taken and ended ones too, in the order of the events that invite.
func (v *View) Invitations(p Page) (List[rootline.Invitation], error) {
	return listed[rootline.Invitation](v, "invitations", `SELECT substr(key, 3), value FROM state`, `substr(key, 3)`,
		[]condition{{`I/`, `key >= ?`}, {`I0`, `key < ?`}}, p, rootline.SpaceInvitation,
		func(i *rootline.Invitation) string { return i.Event })
}
