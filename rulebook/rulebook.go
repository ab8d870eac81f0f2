package rulebook

import (
	"strconv"

	"github.com/rootline/rootline"
)

// Rulebook is one version of the rules of one sort of works.
type Rulebook struct {
	Name    string        `json:"name"`
	Version int           `json:"version"`
	Title   rootline.Text `json:"title"`
	Roles   []Role        `json:"roles"`
	// Powers are the roles that may do what concerns assets of all kinds.
	Powers Powers `json:"powers,omitzero"`
	// Reads are the kinds of other rulebooks that actions of this one name.
	Reads []*Foreign `json:"reads,omitempty"`
	// Tables are numbers that rules look up by key.
	Tables []*Table `json:"tables,omitempty"`
	// Marks are what events leave at assets that they refer to.
	Marks []Mark `json:"marks,omitempty"`
	// Kinds are in the order of the file, as are the states, fields and actions within them.
	Kinds []*Kind `json:"kinds"`
	// Figures are the numbers that people look at day by day.
	Figures []*Figure `json:"figures,omitempty"`
}

// Ref names the rulebook with its version: "forestation@1".
func (r *Rulebook) Ref() string { return r.Name + "@" + strconv.Itoa(r.Version) }

// Kind returns the kind of that name, nil when there is none.
func (r *Rulebook) Kind(name string) *Kind {
	for _, k := range r.Kinds {
		if k.Name == name {
			return k
		}
	}
	return nil
}

// Role is a part that a person plays on the works; devices are enrolled with one.
type Role struct {
	Name  string        `json:"name"`
	Title rootline.Text `json:"title"`
	// Reads is how much a gateway shows to devices of the role; "" is all that members see. It decides nothing on the ledger.
	Reads Reads `json:"reads,omitempty"`
}

// Reads is how much a role sees.
type Reads string

// The values of Reads, the narrowest last.
const (
	// ReadsAll is all that members see.
	ReadsAll Reads = ""
	// ReadsOrganisation is what the own organisation made or answers for, and what it signed.
	ReadsOrganisation Reads = "organisation"
	// ReadsDevice is what the own device signed, and what that was about.
	ReadsDevice Reads = "device"
)

// LotKind says whether assets of a kind are lots, and of which sort. A single thing has "".
type LotKind string

const (
	// Counted lots hold an amount that is drawn on: 40,000 kg of cement.
	Counted LotKind = "counted"
	// Listed lots stand for items whose codes are known, until each wakes: 10,000 saplings.
	Listed LotKind = "listed"
)

// Kind is a sort of thing that is traced.
type Kind struct {
	Name  string        `json:"name"`
	Title rootline.Text `json:"title"`
	// Unit is the smallest unit that amounts of it are counted in: "each", "kg".
	Unit string  `json:"unit"`
	Lot  LotKind `json:"lot,omitempty"`
	// Lists is the kind of the items of a listed lot. An item wakes in the state of its lot, so only while that is a
	// state of the item's kind, too.
	Lists string `json:"lists,omitempty"`
	// Mixes says that what goes into an asset of the kind is mixed up there, as in a silo or a stockpile: it is then
	// possible, not certain, that it is in what is drawn from it.
	Mixes bool `json:"mixes,omitempty"`
	// Under says that each asset of the kind lies under another one in the breakdown of the works; nil when not.
	Under *Under `json:"under,omitempty"`
	// AlsoUnder says that assets of the kind may lie under a second one, beside the first; nil when not.
	AlsoUnder *Under `json:"alsoUnder,omitempty"`
	// Moves says how an asset comes here from an earlier version of the rulebook.
	Moves  Moves   `json:"moves,omitzero"`
	States []State `json:"states"`
	// Fields is the bounded record that actions keep values in, and that later rules read.
	Fields  []Field   `json:"fields,omitempty"`
	Actions []*Action `json:"actions"`
	// Shows is what pages make of the fields.
	Shows Shows `json:"shows,omitzero"`
	// Money is what assets of the kind are to who pays for the works; nil for nothing.
	Money *Money `json:"money,omitempty"`
}

// Action returns the action of that name, nil when there is none.
func (k *Kind) Action(name string) *Action {
	for _, a := range k.Actions {
		if a.Name == name {
			return a
		}
	}
	return nil
}

// State returns the state of that name, nil when there is none.
func (k *Kind) State(name string) *State {
	for i := range k.States {
		if k.States[i].Name == name {
			return &k.States[i]
		}
	}
	return nil
}

// Field returns the kept field of that name, nil when there is none.
func (k *Kind) Field(name string) *Field { return fieldIn(k.Fields, name) }

func fieldIn(fields []Field, name string) *Field {
	for i := range fields {
		if fields[i].Name == name {
			return &fields[i]
		}
	}
	return nil
}

// State is a stage in the life of a thing.
type State struct {
	Name  string        `json:"name"`
	Title rootline.Text `json:"title"`
	// Tone is how it looks: what the kind shows, else what the words of its actions for the export say.
	Tone Tone `json:"tone"`
}

// Powers are the roles that may do what the registry knows for assets of all kinds. An absent power is nobody's.
type Powers struct {
	// Attest is to vouch for an event that was signed before its device's end and delivered after it.
	Attest []string `json:"attest,omitempty"`
	// Recall is to open and close the recall of a lot, Release to let go what one froze.
	Recall  []string `json:"recall,omitempty"`
	Release []string `json:"release,omitempty"`
	// Move is to move assets to this version of the rulebook.
	Move []string `json:"move,omitempty"`
}
