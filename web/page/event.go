package page

import (
	"time"

	"github.com/rootline/rootline"
)

// Event is one entry of an item's history.
type Event struct {
	ID     string
	Action rootline.Text
	// Name is the action's name, shown when it has no title: "plant".
	Name string
	// Claimed is when the device says that it was done, Witnessed when the ledger's organisations received it.
	Claimed   rootline.Instant
	Witnessed rootline.Instant
	// Late says that it was ordered long after it was endorsed.
	Late         bool
	Organisation Party
	// Role is the signer's role in words, Signer the pseudonym: "C7".
	Role   rootline.Text
	Signer string
	// Position is where the device was.
	Position *rootline.Position
	// Amount is in Unit. For an event that used the item for another, it is how much was used, and Into is the other.
	Amount int64
	Unit   string
	Into   *Root
	Fields []Field
	// Refs are further assets that it names: the tree that replaces a dead one.
	Refs []Root
	// Evidence counts the files that the event names by their SHA-256.
	Evidence int
	Block    uint64
	// Corrects is the event that this one corrects; CorrectedBy are those that correct this one.
	Corrects    string
	CorrectedBy []string
	// Disputed says that this gateway judges the event otherwise than the ledger's endorsers did.
	Disputed bool
	// Unjudged says that it builds on a transaction that is quarantined at this gateway.
	Unjudged bool
	// OfLot says that it is an event of the item's lot, before the item had a life of its own.
	OfLot bool
}

// worthTelling is the difference between claimed and witnessed time from which on both are shown.
const worthTelling = time.Minute

// Delay is how much later than claimed the event was witnessed; negative when the device's clock was ahead.
func (e Event) Delay() time.Duration { return e.Witnessed.Time().Sub(e.Claimed.Time()) }

// TwoTimes reports whether claimed and witnessed time differ so much that both are worth showing.
func (e Event) TwoTimes() bool { return e.Delay().Abs() > worthTelling }
