package rulebook

import (
	"time"

	"github.com/rootline/rootline"
)

// Examples are little histories of a rulebook's works. Each is played from the beginning, in a world of its own that holds
// the actors and places, through the same judge that decides on the ledger.
type Examples struct {
	Actors    []Player
	Places    []rootline.Place
	Histories []History
}

// Player is somebody who acts in the examples.
type Player struct {
	Name, Role string
	// Organisation is any MSP id; the world founds those that are named.
	Organisation string
}

// History is a sequence of steps.
type History struct {
	Name  string
	Steps []*Step
}

// Step is one event of a history, in the words of the examples: assets, actors and tags go by names of the author's own.
type Step struct {
	// Line and Column are where the step stands in the file; Path its pointer.
	Line, Column int
	Path         string

	// Book is the rulebook that the action is of: the examples' own or one beside it; nil for steps of the registry.
	Book *Rulebook

	Kind, Action, Asset, Actor string
	// After is how much time passes before it.
	After    time.Duration
	Place    *rootline.Position
	Evidence int
	Amount   int64
	Inputs   []StepInput
	Refs     []string
	// Data are the members as they are signed, but for texts "@name", which stand for the code of the asset of that name.
	Data rootline.Fields
	// Under is the name of the asset that a new one lies under.
	Under string
	// List names the codes of a new listed lot, or only counts them; Into those of the lots that it is divided into.
	List *StepList
	Into []StepList
	Tag  string
	// Replaces is the name of the tag that is taken off.
	Replaces string
	// Corrects says that the event corrects the last one of the asset.
	Corrects bool

	// Refused is the code that the step must be refused with; "" for a step that must be allowed.
	Refused rootline.Code
	// Variants are changes of the step, each of which must be refused before the step itself is allowed.
	Variants []*Step
	// State, when given, is the state that the asset must have afterwards.
	State string
}

// RegistrySteps stands in place of a kind for what the registry does to assets of all kinds: "registry/recall" opens the
// recall of the step's asset and freezes those in its refs, "registry/release" lets them go, the asset too.
const RegistrySteps = "registry"

// StepInput is an asset, by its name, and how much of it is used.
type StepInput struct {
	Asset  string
	Amount int64
}

// StepList is a list of codes. Lot is the name of the lot, only in Into.
type StepList struct {
	Lot string
	// Items are names of the items; when there are none, Count says how many the list holds, and none of them can wake.
	Items []string
	Count int64
}
