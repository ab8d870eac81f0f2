package rootline

import (
	"encoding/json"

	"github.com/rootline/rootline/limits"
)

// Asset is what the ledger knows of one traced thing, or of a lot of them: enough to judge the next event, no more.
// Its history is the events, found through the blocks and linked by Head.
type Asset struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Rulebook string `json:"rulebook"`
	State    string `json:"state"`
	// Maker and Custodian are MSP ids: who created the asset, and who answers for it now.
	Maker     string `json:"maker"`
	Custodian string `json:"custodian"`
	// Place is the part of the works that it belongs to; Position is where an event last saw it.
	Place    string    `json:"place,omitempty"`
	Position *Position `json:"position,omitempty"`
	// Lot is the listed lot that the asset was woken from, or that this lot was divided from.
	Lot string `json:"lot,omitempty"`
	// Quantity belongs to counted lots, List to listed ones.
	Quantity *Quantity `json:"quantity,omitempty"`
	List     *List     `json:"list,omitempty"`
	// UsedBy is the asset that a single thing was used up for.
	UsedBy string `json:"usedBy,omitempty"`
	// Parents are the inputs that went into it, in the order of their events.
	Parents []Parent `json:"parents,omitempty"`
	// Under is the asset that it lies under in the breakdown of the works: an element's division. Children is what it
	// counts of those that lie under it itself, by the names of the rulebook's counts, besides total and frozen.
	Under    string           `json:"under,omitempty"`
	Children map[string]int64 `json:"children,omitempty"`
	// Tallies are what it keeps of numbers of those that lie under it, of which the rulebook reads the greatest, the least or the
	// last: "greatest/layer".
	Tallies map[string]Tally `json:"tallies,omitempty"`
	// Pending is an action of several signers that not all have signed yet.
	Pending *Pending `json:"pending,omitempty"`
	// Frozen are the recalls that hold the asset.
	Frozen []Freeze `json:"frozen,omitempty"`
	// Released are the recalls that let the asset go, the last ones. Only who may recall freezes it for them again.
	Released []string `json:"released,omitempty"`
	// Claim is the id of what it has for itself alone; see Claim.
	Claim string `json:"claim,omitempty"`
	// Fields is what earlier actions said to keep.
	Fields Fields `json:"fields,omitempty"`
	// Seq counts the events of the asset from 1; Head links them.
	Seq  uint64 `json:"seq"`
	Head Hash   `json:"head"`
	// Changed is the witnessed time of the last event.
	Changed Instant `json:"changed"`
}

// Limits of an asset's record.
const (
	MaxParents = limits.Parents
	MaxFields  = limits.Fields
	MaxCounts  = limits.Counts
	MaxSigners = limits.Signers
	// MaxFreezes is how many recalls may hold one asset at a time.
	MaxFreezes = limits.Freezes
)

// Parent is an asset that went into another, and how much of it.
type Parent struct {
	Asset  string `json:"asset"`
	Amount int64  `json:"amount"`
	// Possible says that it is not certain to have gone in: it was drawn from where things mix, a silo or a stockpile.
	Possible bool `json:"possible,omitempty"`
}

// Pending is an action that asks for several signers, as far as they have signed.
type Pending struct {
	Action string `json:"action"`
	// Agreed is what all must say alike: see AgreedHash.
	Agreed Hash `json:"agreed"`
	// Base is the asset's head before the first signature.
	Base       Hash        `json:"base"`
	Signatures []Signature `json:"signatures"`
}

// Signature is one signer's event of a pending action.
type Signature struct {
	Role         string `json:"role"`
	Organisation string `json:"organisation"`
	Device       string `json:"device"`
	Event        string `json:"event"`
	// Head is the asset's head with this signature.
	Head Hash `json:"head"`
}

// AgreedHash is of what the signers of one action must say alike: the data and the references, each of them in the one
// order that JSON gives.
func AgreedHash(action string, data Fields, refs []string) (Hash, error) {
	b, err := json.Marshal(struct {
		Action string   `json:"action"`
		Data   Fields   `json:"data"`
		Refs   []string `json:"refs"`
	}{action, data, refs})
	if err != nil {
		return Hash{}, err
	}
	return HashOf(append([]byte("rootline/agreed/v1\n"), b...)), nil
}

// Claim says which asset has something for itself alone: the one layer of its number on a section.
type Claim struct {
	// ID is the rulebook's name, the kind and the SHA-256 of what is claimed, with slashes between.
	ID string `json:"id"`
	// Asset is who has it, "" when it was given up.
	Asset string `json:"asset,omitempty"`
}

// Mark is what events of a rulebook left at an asset that they referred to, in all or by one asset. It is a record of its own, beside the
// asset's.
type Mark struct {
	// ID is what MarkID gives.
	ID string `json:"id"`
	// Asset is who left it, in the record of all where it is left once; "" when it was taken back.
	Asset string `json:"asset,omitempty"`
	// Count is how often it was left, Sum what was added.
	Count int64 `json:"count,omitempty"`
	Sum   int64 `json:"sum,omitempty"`
}

// MarkID names a mark: the asset that it lies at, the rulebook without its version, the mark's name, what it is apart for ("" for nothing),
// and, where it is the part of one, the asset that left it.
func MarkID(at, rulebook, name, per, by string) string {
	return at + "/" + rulebook + "/" + name + "/" + per + "/" + by
}

// Ref implements Record.
func (m *Mark) Ref() Ref { return Ref{SpaceMark, m.ID} }

// Ref implements Record.
func (c *Claim) Ref() Ref { return Ref{SpaceClaim, c.ID} }

// Ref implements Record.
func (a *Asset) Ref() Ref { return Ref{SpaceAsset, a.ID} }

// Quantity is what a counted lot came with and what is left of it, in the smallest unit of its kind.
type Quantity struct {
	Total int64 `json:"total"`
	Left  int64 `json:"left"`
}

// Link appends an event to the history of the asset.
func (a *Asset) Link(event Hash, witnessed Instant) {
	a.Seq++
	a.Head = NextHead(a.Head, a.Seq, event)
	a.Changed = witnessed
}

// EventRecord marks an event as accepted. The signed bytes themselves stay in the block.
type EventRecord struct {
	ID string `json:"id"`
	// Subject is the asset, or the Ref of the registry's record, that the event was about.
	Subject string `json:"subject"`
	// Seq is the event's place in the asset's history; 0 for an act of the registry.
	Seq uint64 `json:"seq,omitempty"`
	// Hash is the SHA-256 of the JWS signing input: of what was signed, since ECDSA signatures are malleable.
	Hash Hash `json:"hash"`
	// Witnessed is the time of the transaction that recorded it.
	Witnessed Instant `json:"witnessed"`
}

// Ref implements Record.
func (e *EventRecord) Ref() Ref { return Ref{SpaceEvent, e.ID} }

// Tag is a code that is not itself an asset's: a roll of blank codes, or a code bound to an asset.
type Tag struct {
	Code string `json:"code"`
	// Organisation is the MSP id that a roll was issued to.
	Organisation string `json:"organisation,omitempty"`
	// List commits to the codes of a roll; bound tags have none.
	List *List `json:"list,omitempty"`
	// Asset is what the code is bound to. It stays so when the code is replaced: an old code still leads to the item.
	Asset string `json:"asset,omitempty"`
	Roll  string `json:"roll,omitempty"`
	// ReplacedBy is the code that took over from this one.
	ReplacedBy string `json:"replacedBy,omitempty"`
}

// Ref implements Record.
func (t *Tag) Ref() Ref { return Ref{SpaceTag, t.Code} }
