package readmodel

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
)

// Cursor is how far the blocks were applied.
type Cursor struct {
	Block uint64
	Hash  rootline.Hash
	// Time is the block's time; see Block.
	Time rootline.Instant
}

// Asset is an asset as pages show it.
type Asset struct {
	rootline.Asset
	// Tags are the codes that lead to it besides its own, replaced ones included, in their order.
	Tags []string
	// Asleep says that it is only a code on the list of its lot so far. It then shows what it would wake with: the
	// item's kind, and the lot's state, place, custodian and fields. Seq is 0.
	Asleep bool
	// Disputed says that a disputed event names it.
	Disputed bool
	// Photo is its newest photo, of an event that was not corrected; zero when it has none.
	Photo rootline.Hash
	// ReleasedPhoto is its newest photo that is released to the public; zero when it has none.
	ReleasedPhoto rootline.Hash
	// Unjudged is the id of a quarantined transaction when the ledger holds something newer of it that goes back to that
	// one, so that what is shown is only what was judged before; "" otherwise.
	Unjudged string
	// NotRecomputed is the first transaction that it rests on and that was not recomputed; nil when there is none.
	NotRecomputed *NotRecomputed
}

// EventStatus says whether this gateway's own judgement agrees with the ledger.
type EventStatus string

// The values of EventStatus.
const (
	Committed EventStatus = "committed"
	// Disputed events lie in a valid transaction that this gateway judges otherwise. They are kept and shown, and
	// change nothing in the state that it judges by.
	Disputed EventStatus = "disputed"
	// NotJudgedHere events lie in a valid transaction that was judged on what goes back to a quarantined one. They are
	// kept and shown, and this gateway says nothing for or against them.
	NotJudgedHere EventStatus = "unjudged"
)

// Event is a recorded event.
type Event struct {
	// Ordinal is its place in the order of the ledger, from 1, disputed ones included.
	Ordinal int64
	// Event is nil when a disputed event cannot be read.
	Event *rootline.Event
	// Hash is the SHA-256 of the JWS signing input; zero when it cannot be read.
	Hash rootline.Hash
	JWS  string
	// Inclusion is what travelled beside the signature.
	Inclusion *rootline.Inclusion
	// Kind is the kind of the event's asset, State the state that it has after the event; "" for acts of the registry.
	Kind, State string
	// Link says how the event concerns the asset whose history was asked for; LinkAsset and the event's own asset for
	// other queries. Seq and Head are that asset's, 0 and zero for acts of the registry and disputed events. Amount
	// is what was used of an input or divided off, 0 otherwise.
	Link   string
	Seq    uint64
	Head   rootline.Hash
	Amount int64
	// Device is the kid that signed; Organisation, Role and Name are that device's when it did.
	Device, Organisation, Role, Name string
	// Witnessed is the time of the transaction, to which several organisations' clocks agreed.
	Witnessed rootline.Instant
	// Late says that the event reached the ledger long after the time that the device claims; see projection.Config.
	Late bool
	// CorrectedBy are the ids of committed events that put this one right, in the order of the ledger.
	CorrectedBy []string
	// Attests is the id of the event that this one, an attestation, let in; AttestedBy the id of the attestation that
	// let this one in.
	Attests, AttestedBy string
	Block               uint64
	BlockHash           rootline.Hash
	Transaction         string
	// Position is the event's index in its transaction, from 0.
	Position int
	Status   EventStatus
}

// Direction says which way a trace goes.
type Direction string

// Back goes to what an asset was made from, Forward to what it went into.
const (
	Back    Direction = "back"
	Forward Direction = "forward"
)

// Trace is the genealogy of an asset.
type Trace struct {
	Root      string
	Direction Direction
	// Nodes are in the order of their depth, then of their ids. The first is the root.
	Nodes []TraceNode
	// Edges join the nodes: From went into To. They are in the order of the ledger.
	Edges []Edge
	// Truncated says that there is more beyond the depth or the limit.
	Truncated bool
}

// TraceNode is an asset of a trace. Depth is the least number of steps from the root.
type TraceNode struct {
	Asset Asset
	Depth int
}

// Edge says that an amount of From went into To by an event. Items that wake come from their lot, with amount 1; parts
// come from the lot that was divided.
type Edge struct {
	From, To string
	Amount   int64
	// Event is the id of the event.
	Event string
	// Possible says that it is not certain that From went in.
	Possible bool
}

// Block is a block as this gateway read it.
type Block struct {
	Number                   uint64
	Hash, Previous, DataHash rootline.Hash
	// Time is the median of the timestamps of its transactions.
	Time rootline.Instant
	// Count is the number of transactions, Events the number of events in them.
	Count, Events int
	// Transactions is filled by the query for one block, and by no other.
	Transactions []Transaction
}

// Verdict says how a transaction fared when it was judged again here.
type Verdict string

// The values of Verdict.
const (
	// NotJudged transactions were invalid, or none of Rootline's.
	NotJudged       Verdict = ""
	Agreed          Verdict = "agreed"
	VerdictDisputed Verdict = "disputed"
	// VerdictQuarantined transactions ended this gateway again and again and are not tried; VerdictUnjudged ones build on
	// the writes of such.
	VerdictQuarantined Verdict = "quarantined"
	VerdictUnjudged    Verdict = "unjudged"
)

// Transaction is a transaction as this gateway read it.
type Transaction struct {
	ID    string
	Block uint64
	// Position is its index in the block, from 0.
	Position int
	// Code is Fabric's validation code, 0 for valid; CodeName its name.
	Code     int32
	CodeName string
	Valid    bool
	// Chaincode and Function are what was called, Function in its canonical spelling.
	Chaincode, Function string
	// Creator is the MSP id of who submitted it; Admin says that its certificate is an admin's.
	Creator string
	Admin   bool
	// Endorsers are MSP ids.
	Endorsers []string
	Time      rootline.Instant
	Verdict   Verdict
	// Arguments are kept of disputed transactions only, to the byte.
	Arguments [][]byte
	// Events are the ids of the events in it, in their order; not those recorded before by another.
	Events []string
	// Repeated are the events in it that were recorded before, in their order: they have no effect in it.
	Repeated []Repeated
}

// Repeated is an event that a transaction holds once more.
type Repeated struct {
	ID string `json:"id"`
	// Block is the one that recorded it; 0 when it is not known here.
	Block uint64 `json:"block"`
}

// BlockApplied is what one block brought: what listeners are told after it is applied, and what a stream resumes with.
type BlockApplied struct {
	Number       uint64
	Hash         rootline.Hash
	Time         rootline.Instant
	Transactions int
	Events       []EventBrief
	// Repeated counts the events in valid transactions that were recorded before, and have no effect in it.
	Repeated int
	Findings []Finding
}

// EventBrief is an event in a list of news.
type EventBrief struct {
	ID, Asset, Kind, Action, State string
	Hash                           rootline.Hash
	// Rulebook is that of the event, with its version.
	Rulebook           string
	Organisation, Role string
	At, Witnessed      rootline.Instant
	Block              uint64
	Transaction        string
	Status             EventStatus
}

// Finding is something that did not agree when this gateway read the blocks for itself.
type Finding struct {
	// ID is made of where it was found and its kind; the same blocks give the same ids.
	ID string
	// Kind is a stable name; see package projection.
	Kind string
	// Alarm says that the ledger's content is in question, not only an event's circumstances.
	Alarm       bool
	Block       uint64
	Transaction string
	Event       string
	Asset       string
	// Detail is for people who look into it, in English.
	Detail string
	// Found is the time of the block that it was found in.
	Found rootline.Instant
}

// Rulebook is an adopted rulebook.
type Rulebook struct {
	// Name is the rulebook with its version: "forestation@1".
	Name string
	// Current says that new assets take this version.
	Current bool
	Adopted rootline.Instant
	// YAML is its text, exactly as voted on.
	YAML string
	// Book is the same, parsed. It is shared: do not change it.
	Book *rulebook.Rulebook
}

// Ledger is what a device needs to know to build an event, and who takes part.
type Ledger struct {
	// Ledger is nil before the founding.
	Ledger *rootline.Ledger
	// Organisations are in the order of the founding.
	Organisations []rootline.Organisation
	Cursor        Cursor
}
