package page

import (
	"slices"
	"time"

	"github.com/rootline/rootline"
)

// Item is what the page of an asset shows.
type Item struct {
	// Code is the asset's id, or the id of the item that sleeps in a listed lot.
	Code string
	// Project is the title of the works; it may be empty.
	Project rootline.Text
	// Kind is the title of its kind, Rules the version of the rulebook that it lives under.
	Kind  rootline.Text
	Rules Rules
	State State
	// Maker created it, Custodian answers for it now.
	Maker     Party
	Custodian Party
	// Place is the part of the works that it belongs to, Position where an event last saw it.
	Place    *Place
	Position *rootline.Position
	// Map shows where that is; nil without outlines.
	Map *Map
	// Frozen are the recalls that hold the item.
	Frozen []Freeze
	// Quantity is set for counted lots, in Unit; Listed is the number of codes of a listed lot.
	Quantity *rootline.Quantity
	Unit     string
	Listed   int64
	// Lot is the listed lot that it was woken from or sleeps in.
	Lot *Root
	// Roots are the inputs that went into it, UsedBy what it went into itself.
	Roots  []Root
	UsedBy *Root
	// Fields is what is kept of it, in the rulebook's order.
	Fields []Field
	// Tags are further codes that are bound to it.
	Tags []string
	// Events are newest first. MoreEvents is how many older ones are not among them.
	Events     []Event
	MoreEvents int
	Integrity  Integrity
	// Installed is the newest event that put it where it stands: its planting, its hoisting. Nil when there is none.
	Installed *Event
	// Zone is that of the works: days and times are shown in it. Nil is UTC.
	Zone *time.Location
	// ProofURL is where a proof bundle of the item is, if the gateway makes them.
	ProofURL string
	// PhotoURL is where a photo of it is that was released to the public; "" without one.
	PhotoURL string
	// Address is the whole public address that the QR code holds, printed beside it; it may be empty.
	Address string
}

// Rules are a version of a rulebook.
type Rules struct {
	Title   rootline.Text
	Version int
}

// Freeze is a recall that holds the item.
type Freeze struct {
	// By opened it at Since, for Reason.
	By     Party
	Since  rootline.Instant
	Reason string
	// Lot is what was recalled; nil when that is the item itself.
	Lot *Root
	// Possible says that it is not certain that the item holds some of it.
	Possible bool
}

// State is where the asset stands.
type State struct {
	Name  string
	Title rootline.Text
	Tone  Tone
}

// Tone chooses the shape and the colour that go with a state's word.
type Tone string

// The tones. The zero Tone is that of a state like any other.
const (
	Plain    Tone = ""
	Accepted Tone = "accepted"
	Waiting  Tone = "waiting"
	Refused  Tone = "refused"
	Asleep   Tone = "asleep"
)

// Party is an organisation: its MSP id, and its title where the ledger has one.
type Party struct {
	MSPID string
	Title rootline.Text
}

// Place names a part of the works.
type Place struct {
	ID    string
	Title rootline.Text
}

// Root is another asset that this one leads to.
type Root struct {
	Code string
	Name rootline.Text
	// Amount is how much of it went in, in Unit; 0 where it went in whole.
	Amount int64
	Unit   string
}

// Field is a named value of the asset's record or of an event's data.
type Field struct {
	// Name is the member's name, shown when there is no title.
	Name  string
	Title rootline.Text
	Value rootline.Value
	// Unit is the unit of integers: mm, kg, s, year. Whole seconds since 1970 are shown as a moment.
	Unit string
	// In is the unit that it is read in where the rulebook says so, Places the powers of ten between the two.
	In     string
	Places int
	// Most is the largest integer that the rulebook allows, 0 for none: it tells a trunk's length from a distance.
	Most int64
	// Words are the titles of values that are names: of choices, of organisations, of places.
	Words map[string]rootline.Text
	// Members are what each of a list of entries has, without values.
	Members []Field
	// Code says that the value is the code of another asset: it is shown as a link.
	Code bool
}

// Integrity is what the gateway found when it checked the record for itself.
type Integrity struct {
	// Events, Devices and Organisations count the item's events and who signed them.
	Events        int
	Devices       int
	Organisations int
	Standing
	// Disputed counts the events that the ledger holds and that this gateway judges otherwise.
	Disputed int
	// Unjudged is the quarantined transaction that something newer of the item goes back to; "" when there is none.
	Unjudged string
	// Broken counts what did not agree when hashes, signatures, blocks and records were checked again.
	Broken int
	Compared
}

// Compared says what was compared with what, and by whom.
type Compared struct {
	// Unchecked says why nothing was: "peer", "behind", "busy", "outdated"; "" when it was.
	Unchecked string
	// Events of All were compared with the blocks First to Last of the peer of By; Signatures were checked, and Records
	// compared with that peer's.
	Events, All, Signatures, Records int
	// States counts the events whose state was not compared; More says that loading the page again goes on comparing.
	States      int
	More        bool
	First, Last uint64
	By          Party
	// Peers is how many organisations' peers endorsed the very record, Silent are those who did not answer.
	Peers  int
	Silent []Party
	// NotRecomputed is what something of it rests on, and which only the word of a peer stands for; nil when all was
	// recomputed.
	NotRecomputed *NotRecomputed
}

// NotRecomputed is a transaction of which only the peer that delivered it says whether it took effect.
type NotRecomputed struct {
	Transaction string
	Block       uint64
}

// Whole reports whether all that is shown was compared.
func (c Compared) Whole() bool { return c.Events == c.All && c.States == 0 }

// Asleep reports whether the item has no events of its own yet and is shown as part of its lot.
func (i *Item) Asleep() bool { return i.State.Tone == Asleep }

// Evidence reports whether an event that is shown names files.
func (i *Item) Evidence() bool {
	return slices.ContainsFunc(i.Events, func(e Event) bool { return e.Evidence > 0 })
}
