package rootline

import (
	"strconv"
	"strings"

	"github.com/rootline/rootline/jws"
)

// Registry is the rulebook that is built in: it governs who may sign, where the works are and which rulebooks hold.
// It cannot be changed by vote, since voting stands on it.
const Registry = "registry@1"

// The acts of the registry: the actions of events under Registry.
const (
	ActInvite  = "invite"  // an admin offers a role to whoever holds a one-time key
	ActEnrol   = "enrol"   // a device takes the role, signing with its own key and the one-time key
	ActRenew   = "renew"   // an admin moves the end of a device of the own organisation
	ActRevoke  = "revoke"  // an admin ends a device or an invitation of the own organisation
	ActPlace   = "place"   // a manager adds or changes a place
	ActIssue   = "issue"   // an admin or manager issues a roll of blank tags to the own organisation
	ActPropose = "propose" // an admin proposes a rulebook, and votes for it
	ActVote    = "vote"    // an admin votes for a proposed rulebook
	// ActWithdraw: an admin takes back the vote for a rulebook that was not adopted. A proposal without votes is gone.
	ActWithdraw = "withdraw"
	ActAttest   = "attest" // somebody of another organisation vouches for an event that came after its device's end
	ActMove     = "move"   // assets go over to a later version of their rulebook
	ActRaise    = "raise"  // an admin votes for the next protocol number
	ActRoles    = "roles"  // an admin votes for the roles that an organisation may give
	ActPin      = "pin"    // an admin states the hash of block 0 that the own organisation pinned, where its confirmation did not

	ActRecall            = "recall"             // a lot is recalled, and what depends on it frozen
	ActRecallAdd         = "recall-add"         // more dependants are frozen, by whoever found them
	ActRecallAcknowledge = "recall-acknowledge" // a holder says that it knows
	ActRecallRelease     = "recall-release"     // assets are let go
	ActRecallClose       = "recall-close"       // the recall is over
)

// Roles that the registry itself knows; all others are words of the rulebooks.
const (
	RoleAdmin   = "admin"
	RoleManager = "manager"
)

// FirstProtocol is the protocol number that a ledger is founded with.
const FirstProtocol = 1

// FirstMeaning counts what FirstProtocol has meant. Until the first release a commit that changes a decision raises it: "up"
// does not go on with a ledger that it founded under another one.
//
//	2: an event's id belongs to the key that signs
//	3: a place at the top whose name ends in an organisation's prefix is that organisation's
//	4: a bare kind in inputs and refs is one of the event's own rulebook; kinds of others are named with it
//	5: the roles of an organisation change by a vote, and who has one that it may give no longer signs nothing
//	6: an event refers to up to 500 assets, and may leave marks there
//	7: an asset may lie under a second one, which a field keeps
const FirstMeaning = 7

// Ledger is the founding of one ledger.
type Ledger struct {
	// Net is the ledger's own random id: 32 hexadecimal digits. Every signature names it.
	Net string `json:"net"`
	// Protocol is the number of the rules by which events are judged now; 0 on a ledger of before the first release. It
	// is founded with, and raised by one when a majority of the organisations votes for it.
	Protocol      int      `json:"protocol"`
	Organisations []string `json:"organisations"`
	Founded       Instant  `json:"founded"`
}

// Ref implements Record. There is one.
func (l *Ledger) Ref() Ref { return Ref{SpaceLedger, ""} }

// Organisation is a member of the project.
type Organisation struct {
	MSPID string `json:"mspId"`
	Title Text   `json:"title"`
	// Prefix is the GS1 company prefix of the codes that the organisation makes.
	Prefix string `json:"prefix"`
	// Roles are what its admins may give to devices, besides admin.
	Roles []string `json:"roles"`
	// Confirmed is when its Fabric admin confirmed the founding; zero before.
	Confirmed Instant `json:"confirmed,omitzero"`
	// Genesis is the hash of the channel's block 0, as the organisation pinned it; zero where it has not said.
	Genesis Hash `json:"genesis,omitzero"`
	// RoleChanges counts how often its roles were changed by a vote.
	RoleChanges int `json:"roleChanges,omitempty"`
}

// Ref implements Record.
func (o *Organisation) Ref() Ref { return Ref{SpaceOrganisation, o.MSPID} }

// Founding is the argument of the transaction that founds a ledger.
type Founding struct {
	Net string `json:"net"`
	// Protocol is the number of the rules to begin with. The founder names it, so that whoever judges the founding again
	// with later code judges the same.
	Protocol      int            `json:"protocol"`
	Organisations []Organisation `json:"organisations"`
}

// Device is a key that signs events, and what it may do.
type Device struct {
	// Kid is the RFC 7638 thumbprint of Key.
	Kid          string  `json:"kid"`
	Key          jws.Key `json:"key"`
	Organisation string  `json:"organisation"`
	Role         string  `json:"role"`
	// Name is a pseudonym: "C7". No person's name goes on the ledger.
	Name string `json:"name"`
	// InvitedBy is the kid of the admin who invited it; "" for an organisation's first.
	InvitedBy string  `json:"invitedBy,omitempty"`
	Since     Instant `json:"since"`
	// Until is when it ends by itself; zero for never.
	Until   Instant `json:"until,omitzero"`
	Revoked Instant `json:"revoked,omitzero"`
}

// Ref implements Record.
func (d *Device) Ref() Ref { return Ref{SpaceDevice, d.Kid} }

// Active returns nil when the device may sign at the witnessed time, and the refusal otherwise.
func (d *Device) Active(at Instant) error {
	switch {
	case d.Revoked != 0:
		return Refuse(CodeDeviceRevoked, d.Revoked)
	case d.Until != 0 && at > d.Until:
		return Refuse(CodeDeviceExpired, d.Until)
	}
	return nil
}

// End is when the device was or will be at its end: revoked, or expired before that; zero for never.
func (d *Device) End() Instant {
	if d.Revoked == 0 || d.Until != 0 && d.Until < d.Revoked {
		return d.Until
	}
	return d.Revoked
}

// Invitation is a role offered to whoever holds a one-time key. It lies under the id of the event that made it, so that
// several organisations may invite the same key: none keeps it from another, and whoever enrols says which it accepts.
type Invitation struct {
	Event        string  `json:"event"`
	Kid          string  `json:"kid"`
	Key          jws.Key `json:"key"`
	Organisation string  `json:"organisation"`
	Role         string  `json:"role"`
	Name         string  `json:"name"`
	InvitedBy    string  `json:"invitedBy"`
	// Expires is when the offer ends; Until when the device that takes it will.
	Expires Instant `json:"expires"`
	Until   Instant `json:"until,omitzero"`
	// UsedBy is the kid of the device that took it.
	UsedBy string `json:"usedBy,omitempty"`
	// Revoked is when an admin ended it before anybody took it.
	Revoked Instant `json:"revoked,omitzero"`
}

// Ref implements Record.
func (i *Invitation) Ref() Ref { return Ref{SpaceInvitation, i.Event} }

// AdoptedRulebook is a version of a rulebook that a majority adopted.
type AdoptedRulebook struct {
	// Name is the rulebook with its version: "forestation@1".
	Name string `json:"name"`
	// YAML is its text, exactly as voted on.
	YAML    string  `json:"yaml"`
	Adopted Instant `json:"adopted"`
}

// Ref implements Record.
func (r *AdoptedRulebook) Ref() Ref { return Ref{SpaceRulebook, r.Name} }

// CurrentRulebook says which version new assets take.
type CurrentRulebook struct {
	// Name is the rulebook without a version: "forestation".
	Name    string `json:"name"`
	Version int    `json:"version"`
}

// Ref implements Record.
func (r *CurrentRulebook) Ref() Ref { return Ref{SpaceRulebook, r.Name} }

// Decides reports whether the version that a ballot is on was adopted: versions are adopted one after
// the other. Of no rulebook, nil, none was.
func (r *CurrentRulebook) Decides(ballot string) bool {
	ref, _ := BallotRulebook(ballot)
	_, version, _ := SplitRulebook(ref)
	return r != nil && r.Version >= version
}

// ProtocolBallot is the name of the ballot on a protocol number. No rulebook is named with a slash.
func ProtocolBallot(number int) string { return "protocol/" + strconv.Itoa(number) }

// RolesBallot is the name of the ballot on the roles that an organisation may give, which are sorted. It is another one after each
// change of them. No rulebook is named with a slash.
func RolesBallot(o *Organisation, roles []string) string {
	return rolesBallots + o.MSPID + "/" + strconv.Itoa(o.RoleChanges) + "/" + HashOf([]byte(strings.Join(roles, "\n"))).String()
}

const rolesBallots = "roles/"

// BallotOrganisation is the organisation whose roles a ballot is on, and how often these had been changed when it began; ok is false
// when it is on none.
func BallotOrganisation(ballot string) (mspID string, changes int, ok bool) {
	rest, ok := strings.CutPrefix(ballot, rolesBallots)
	parts := strings.Split(rest, "/")
	if !ok || len(parts) != 3 {
		return "", 0, false
	}
	changes, err := strconv.Atoi(parts[1])
	return parts[0], changes, err == nil
}

// OwnBallot is the name of the ballot on an organisation's own text of a version of a rulebook, where another text was
// proposed first: whoever is first keeps nobody from theirs.
func OwnBallot(rulebook, mspID string) string { return rulebook + ":" + mspID }

// BallotRulebook is the rulebook, with its version, that a ballot is on; ok is false when it is on none.
func BallotRulebook(ballot string) (rulebook string, ok bool) {
	rulebook, _, _ = strings.Cut(ballot, ":")
	_, _, ok = SplitRulebook(rulebook)
	return rulebook, ok
}

// RulebookReaders are the rulebooks whose version that holds reads kinds of another one: no version of that one may take from
// them what they read.
type RulebookReaders struct {
	// Rulebook is the one that is read, without its version.
	Rulebook string `json:"rulebook"`
	// Names are rulebooks without their versions, in the order in which they began to read it, each once, at most
	// limits.RulebookReaders.
	Names []string `json:"names"`
}

// Ref implements Record.
func (r *RulebookReaders) Ref() Ref { return Ref{SpaceReaders, r.Rulebook} }

// Seal marks a moment of the ledger: whatever was attested under it is not older than the block that it lies in.
type Seal struct {
	// Nonce is 16 to 64 bytes that its submitter chose: random ones, or the root of a log.
	Nonce []byte `json:"nonce" cbor:"1,keyasint"`
	// Witnessed is the time of its transaction.
	Witnessed Instant `json:"witnessed" cbor:"2,keyasint"`
}

// Ref implements Record. There is one, the newest.
func (s *Seal) Ref() Ref { return Ref{SpaceSeal, ""} }

// Ballot is a proposed rulebook, a protocol number or the roles of an organisation, and who voted for it. The text is under a key of its own, so that
// a vote does not write it again and a list of ballots does not read it.
type Ballot struct {
	// Name is the rulebook with its version, or what OwnBallot, ProtocolBallot or RolesBallot gives.
	Name string `json:"name"`
	// Title is the rulebook's, SHA256 the hash of its text. A protocol number has none.
	Title  Text `json:"title,omitzero"`
	SHA256 Hash `json:"sha256,omitzero"`
	// Organisation and Roles say which roles who may give; of a rulebook or a protocol number there are none.
	Organisation string   `json:"organisation,omitempty"`
	Roles        []string `json:"roles,omitempty"`
	// Votes are MSP ids, in the order of voting, each once. Without any, the proposal was withdrawn.
	Votes []string `json:"votes"`
}

// Ref implements Record.
func (b *Ballot) Ref() Ref { return Ref{SpaceBallot, b.Name} }

// ProposedText is the text that a ballot is on.
type ProposedText struct {
	// Ballot is the name of the ballot.
	Ballot string `json:"ballot"`
	// YAML is empty once the text was adopted, when it is under the rulebook's own key, and once it was withdrawn.
	YAML string `json:"yaml"`
}

// Ref implements Record.
func (t *ProposedText) Ref() Ref { return Ref{SpaceProposedText, t.Ballot} }

// OpenVotes are the ballots on rulebooks and on roles that an organisation voted on. Those that were decided since are among them until
// its next vote. There is no open ballot without a vote, so that this bounds their number.
type OpenVotes struct {
	Organisation string `json:"organisation"`
	// Ballots are names, in the order of voting, each once, at most limits.OpenVotes.
	Ballots []string `json:"ballots"`
}

// Ref implements Record.
func (v *OpenVotes) Ref() Ref { return Ref{SpaceOpenVotes, v.Organisation} }
