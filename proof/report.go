package proof

import (
	_ "embed"
	"encoding/json"
	"time"

	"github.com/rootline/rootline"
)

// Options are what is asked of a proof beyond being valid. The zero Options ask for nothing.
type Options struct {
	// Configuration is the envelope of the anchor's block, for proofs that leave it out.
	Configuration []byte
	// Code is what the proof has to be about; "" for anything.
	Code string
	// Nonce is what the answers have to be to; nil for any.
	Nonce []byte
	// Organisations is how many of the anchor's members have to vouch; 0 for the anchor's K.
	Organisations int
	// Now is the time of who verifies; zero when it is not to be compared. MaxAge is how old answers may be at Now; 0 for
	// any age.
	Now    rootline.Instant
	MaxAge time.Duration
}

// Report is what a valid proof shows.
type Report struct {
	Kind    string `json:"kind"`
	Subject string `json:"subject"`
	Channel string `json:"channel"`
	Net     string `json:"net"`
	// Pin is the block that all else was verified from, and Pinned whether an anchor named it.
	Pin    Pin  `json:"pin"`
	Pinned bool `json:"pinned"`
	// Configuration is the last one that was followed to.
	Configuration Followed `json:"configuration"`
	// Date is when the answers were asked for, as those who vouch witnessed it to a minute; of a set, when its signers say
	// that they made it.
	Date rootline.Instant `json:"date"`
	// Nonce is the answers', in hexadecimal.
	Nonce string `json:"nonce,omitempty"`
	// Organisations vouch, of Members; K must at least.
	Organisations []string `json:"organisations"`
	Members       []string `json:"members"`
	K             int      `json:"k"`
	// Seal is the newest seal: what the answers say is not older than its block. Nil when there was none.
	Seal *Sealed `json:"seal"`
	// Submitted is the block that holds the answers themselves, ordered by a quorum; nil when the proof has none.
	Submitted *uint64 `json:"submitted,omitempty"`
	// Headers is how many block headers were verified, Deep how many whole blocks.
	Headers int `json:"headers"`
	Deep    int `json:"deep"`
	// Unconfirmed are organisations whose record does not name the beginning of the ledger.
	Unconfirmed []string `json:"genesisNotRecorded,omitempty"`

	Item   *rootline.Asset `json:"item,omitempty"`
	Events []EventReport   `json:"events,omitempty"`
	// OwnEvents is how many of them are about the item itself; nil where the proof is of no item.
	OwnEvents *int           `json:"ownEvents,omitempty"`
	Devices   []DeviceReport `json:"devices,omitempty"`
	// ItemTitles are what the texts of rulebooks call the item's kind and state; nil where the proof does not have that text.
	ItemTitles *ItemTitles `json:"itemTitles,omitempty"`
	// Rulebooks are those whose texts the proof has.
	Rulebooks []RulebookReport `json:"rulebooks,omitempty"`
	// Lists are those on which the absent code is not.
	Lists []string `json:"lists,omitempty"`
	Items []Item   `json:"items,omitempty"`
	// Maker is whose gateway made the list, by MSP id, which that organisation signed.
	Maker string `json:"maker,omitempty"`
	// ItemsProven is of how many items a ZIP has the own proof; nil for a set alone.
	ItemsProven *int `json:"itemsProven,omitempty"`

	// Weaker are the codes of what was asked for and is not shown.
	Weaker []Code `json:"weaker"`
	// Unproven is what no proof of this kind can show.
	Unproven []Limit `json:"unproven"`
}

// Exit is ExitValid, or ExitWeaker when something that was asked for is not shown.
func (r *Report) Exit() int {
	if len(r.Weaker) > 0 {
		return ExitWeaker
	}
	return ExitValid
}

// Pin is a pinned block.
type Pin struct {
	Block uint64        `json:"block"`
	Hash  rootline.Hash `json:"hash"`
}

// Followed is a configuration.
type Followed struct {
	Sequence uint64 `json:"sequence"`
	Block    uint64 `json:"block"`
}

// Sealed is a seal.
type Sealed struct {
	Block     uint64           `json:"block"`
	Witnessed rootline.Instant `json:"witnessed"`
}

// EventReport is an event of the item's history.
type EventReport struct {
	Seq uint64 `json:"seq"`
	ID  string `json:"id"`
	// Asset is whose event it is: the item's own, or of another that it concerns as well; "" for acts of the registry. Relation is
	// how it is related to the item, by what was signed, and Wrote the item's key that an event which is not its own wrote.
	Asset    string   `json:"asset,omitempty"`
	Relation Relation `json:"relation"`
	Wrote    string   `json:"wrote,omitempty"`
	Action   string   `json:"action"`
	// Title is what the text of the rulebook calls the action, where the proof has it.
	Title    rootline.Text `json:"title,omitzero"`
	Rulebook string        `json:"rulebook"`
	// At is the device's claim, Witnessed the time of the transaction in Block, Transaction.
	At          rootline.Instant `json:"at"`
	Witnessed   rootline.Instant `json:"witnessed"`
	Block       uint64           `json:"block"`
	Transaction uint64           `json:"transaction"`
	Device      string           `json:"device"`
	// AttestedBy is the device that vouched for it after its own device's end.
	AttestedBy string `json:"attestedBy,omitempty"`
	// Seen is the block after which it was signed; nil when it names none, or one that there is not, which Unseen says.
	Seen   *uint64 `json:"seen,omitempty"`
	Unseen bool    `json:"seenIsFalse,omitempty"`
	// List is where its code was shown to be.
	List string `json:"list,omitempty"`
	// Deep says that its bytes lie in a whole block of the proof.
	Deep bool `json:"deep"`
	// Event is what was signed.
	Event *rootline.Event `json:"event"`
}

// DeviceReport is a device that signed.
type DeviceReport struct {
	Kid          string `json:"kid"`
	Name         string `json:"name"`
	Organisation string `json:"organisation"`
	Role         string `json:"role"`
	// InvitedBy is "" for an organisation's first device, which its Fabric administrator let in.
	InvitedBy string           `json:"invitedBy,omitempty"`
	Since     rootline.Instant `json:"since"`
	Until     rootline.Instant `json:"until,omitzero"`
	Revoked   rootline.Instant `json:"revoked,omitzero"`
}

// ItemTitles are what an item's kind and state are called.
type ItemTitles struct {
	Kind  rootline.Text `json:"kind"`
	State rootline.Text `json:"state"`
}

// RulebookReport is a rulebook.
type RulebookReport struct {
	Name   string        `json:"name"`
	SHA256 rootline.Hash `json:"sha256"`
	// Title is what its text calls itself, where the proof has that beside the answers.
	Title rootline.Text `json:"title,omitzero"`
}

// Limit is something that a proof cannot show.
type Limit struct {
	Name string        `json:"name"`
	Says rootline.Text `json:"says"`
}

//go:embed unproven.json
var unprovenJSON []byte

// unproven are the limits, with the kinds of proof that they are of.
var unproven = func() (list []struct {
	Limit
	Kinds []string `json:"kinds"`
}) {
	if err := json.Unmarshal(unprovenJSON, &list); err != nil {
		panic("proof: unproven.json: " + err.Error())
	}
	return list
}()
