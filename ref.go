package rootline

import "strings"

// Space is the one-letter namespace of a record on the ledger.
type Space byte

// The namespaces. ARCHITECTURE's table "On the ledger" explains each.
const (
	SpaceAsset        Space = 'A'
	SpaceDevice       Space = 'D'
	SpaceEvent        Space = 'E'
	SpaceInvitation   Space = 'I'
	SpaceLedger       Space = 'L'
	SpaceOrganisation Space = 'O'
	SpacePlace        Space = 'P'
	SpaceRulebook     Space = 'R'
	SpaceTag          Space = 'T'
	SpaceBallot       Space = 'V'
	SpaceClaim        Space = 'U'
	SpaceRecall       Space = 'F'
	SpaceSeal         Space = 'S'
	SpaceProposedText Space = 'X'
	SpaceOpenVotes    Space = 'Y'
	SpaceReaders      Space = 'B'
	SpaceMark         Space = 'M'
)

// Spaces lists every namespace, in key order.
const Spaces = "ABDEFILMOPRSTUVXY"

// Ref names one record: its namespace and its id within it.
type Ref struct {
	Space Space
	ID    string
}

// String gives the form used in logs and answers: "A/9520001T7H2K9QF3ABCD".
func (r Ref) String() string { return string(rune(r.Space)) + "/" + r.ID }

// Compare orders references by namespace, then id. It is the order in which writes reach the ledger.
func (r Ref) Compare(o Ref) int {
	if r.Space != o.Space {
		return int(r.Space) - int(o.Space)
	}
	return strings.Compare(r.ID, o.ID)
}

// Record is anything that the ledger keeps under a key of its own.
type Record interface {
	Ref() Ref
}
