package rootline

import "github.com/rootline/rootline/jws"

// The bodies of the registry's acts: what an event's data holds, per action.
type (
	// InviteData offers a role.
	InviteData struct {
		Key     jws.Key `json:"key"`
		Role    string  `json:"role"`
		Name    string  `json:"name"`
		Expires Instant `json:"expires"`
		Until   Instant `json:"until,omitzero"`
	}
	// EnrolData takes an offered role. Proof is a JWS of type TypEnrolment by the one-time key over EnrolProof.
	EnrolData struct {
		Key   jws.Key `json:"key"`
		Role  string  `json:"role"`
		Proof string  `json:"proof,omitempty"`
		// Name is given only by an organisation's first device, which nobody invited.
		Name string `json:"name,omitempty"`
		// Genesis is the hash of the channel's block 0, which the organisation compared with its own pin. Only its first device
		// gives it; one that does not may have it stated by PinData later.
		Genesis Hash `json:"genesis,omitzero"`
	}
	// EnrolProof is what the one-time key signs: the device that it lets in, and what that one accepts. An organisation
	// that sees another's invitation can invite the same key, but nobody is taken for its own by it.
	EnrolProof struct {
		Device string `json:"device"`
		// Organisation is the MSP id of who invited, and Invitation the id of the event that did.
		Organisation string `json:"organisation"`
		Invitation   string `json:"invitation"`
	}
	// RenewData moves the end of a device; no Until means without end.
	RenewData struct {
		Device string  `json:"device"`
		Until  Instant `json:"until,omitzero"`
	}
	// RevokeData ends a device, or an invitation that nobody took yet: one of the two is named.
	RevokeData struct {
		Device string `json:"device,omitempty"`
		// Invitation is the id of the event that invited.
		Invitation string `json:"invitation,omitempty"`
		Reason     string `json:"reason,omitempty"`
	}
	// ProposeData is a rulebook's YAML.
	ProposeData struct {
		YAML string `json:"yaml"`
	}
	// VoteData names a proposed rulebook and the hash of the text that the voter read.
	VoteData struct {
		Rulebook string `json:"rulebook"`
		SHA256   Hash   `json:"sha256"`
	}
	// WithdrawData names the ballot from which the organisation's vote is taken: on a rulebook, or on roles.
	WithdrawData struct {
		Rulebook string `json:"rulebook"`
	}
	// RaiseData names the protocol number that is voted for: the one after that in force.
	RaiseData struct {
		Protocol int `json:"protocol"`
	}
	// RolesData names all the roles that an organisation may give, besides admin, if a majority votes for it.
	RolesData struct {
		Organisation string   `json:"organisation"`
		Roles        []string `json:"roles"`
	}
	// PinData is the hash of the channel's block 0 that the signer's organisation pinned.
	PinData struct {
		Genesis Hash `json:"genesis"`
	}
	// AttestData embeds the event that is vouched for, as its device signed it.
	AttestData struct {
		JWS    string `json:"jws"`
		Reason string `json:"reason"`
	}
	// MoveData names assets that go over to a version of their rulebook.
	MoveData struct {
		Rulebook string   `json:"rulebook"`
		Assets   []string `json:"assets"`
		Reason   string   `json:"reason"`
	}
	// IssueData names a roll of blank tags; the event's list commits to its codes.
	IssueData struct {
		Roll string `json:"roll"`
	}
)

// The values of the JWS header "typ": each message can be mistaken for no other.
const (
	TypEvent     = "rootline-event"
	TypSignIn    = "rootline-sign-in"
	TypEnrolment = "rootline-enrolment"
)

// SignIn is the challenge that a device builds itself and signs to be let in to read.
type SignIn struct {
	// Origin is the gateway that it is meant for: "https://works.example".
	Origin string `json:"origin"`
	// Nonce is 16 or more random bytes in base64url; it is taken once.
	Nonce   string  `json:"nonce"`
	Expires Instant `json:"expires"`
}

// Submission is an event as it travels to a gateway and on to the chaincode.
type Submission struct {
	JWS string `json:"jws"`
	// Inclusion proves a code that wakes from a listed lot, or a blank tag's place on its roll.
	Inclusion *Inclusion `json:"inclusion,omitempty"`
}

// Refusal says which submission of a batch was refused, and why.
type Refusal struct {
	Index int    `json:"index"`
	Event string `json:"event,omitempty"`
	Error *Error `json:"error"`
}
