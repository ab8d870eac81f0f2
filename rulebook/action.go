package rulebook

import (
	"slices"

	"github.com/rootline/rootline"
)

// Action is something that is done to an asset, and that one event records.
type Action struct {
	Name  string        `json:"name"`
	Title rootline.Text `json:"title"`
	// Creates says that the asset begins with this action; it then has no From.
	Creates bool `json:"creates,omitempty"`
	// From are the states that the action may find the asset in.
	From []string `json:"from,omitempty"`
	// To is the state afterwards; "" keeps the one before.
	To string `json:"to,omitempty"`
	// By are the roles that may do it.
	By []string `json:"by"`
	// Signers are the roles that must each sign an event of their own, in any order and each for another organisation,
	// before the action is done. They are then By, too. Without them one event does it.
	Signers []string `json:"signers,omitempty"`
	// Adds says that the event's amount is added to the counted lot: a silo is filled up.
	Adds bool `json:"adds,omitempty"`
	// Frees says that what the asset claimed for itself alone (see Unique) may be claimed by another from now on.
	Frees bool `json:"frees,omitempty"`
	// WhenFrozen says that a recall that froze the asset does not stop the action.
	WhenFrozen bool `json:"whenFrozen,omitempty"`
	// Releases says that the files which the event names are released to the public: guests see the photos among them. Pages
	// show those of the organisation that answers for the asset.
	Releases bool `json:"releases,omitempty"`
	// Walk says that the action may be done to many assets on one walk: each with the position and the time at which the
	// person stood before it, and one signature on the list at the end. It decides nothing on the ledger, which judges
	// each event by itself.
	Walk bool `json:"walk,omitempty"`
	// Likely says that this is what is usually done next in the states of From: forms offer it before what is done now and
	// then. It decides nothing on the ledger.
	Likely bool `json:"likely,omitempty"`
	// Unique are the expressions whose values together no two assets of the kind may have.
	Unique []string `json:"unique,omitempty"`
	Asks   Asks     `json:"asks"`
	// Marks are left at each asset that the event refers to; Unmarks are the names of those that are taken back there.
	Marks   []*LeftMark `json:"marks,omitempty"`
	Unmarks []string    `json:"unmarks,omitempty"`
	Rules   []*Rule     `json:"rules,omitempty"`
	// TakesCustody makes the actor's organisation the asset's custodian.
	TakesCustody bool  `json:"takesCustody,omitempty"`
	EPCIS        EPCIS `json:"epcis,omitzero"`

	book  string // the rulebook's Ref
	kind  *Kind
	keeps []*keep
	// claims are the formulas of Unique.
	claims []*formula
	place  *formula
	// plainPlace is to place as keep's plain is to it.
	plainPlace bool
	// reads are the fields of type PlaceRef whose places the rules look at; readsPlace says so for the asset's own.
	reads      []string
	readsPlace bool
	// readsMarks are the marks that the rules look at.
	readsMarks []string
	// readsUnder says that they look at the asset that this one lies under.
	readsUnder bool
}

// Changes reports whether the action changes what signatures that are still waiting for others were about.
func (a *Action) Changes() bool {
	return a.To != "" || len(a.keeps) > 0 || a.place != nil || a.TakesCustody || a.Asks.Inputs != nil || a.Adds || len(a.Marks)+len(a.Unmarks) > 0
}

// ReadsUnder reports whether the rules look at the asset that this one lies under.
func (a *Action) ReadsUnder() bool { return a.readsUnder }

// Need says whether an event has a member.
type Need string

// The answers of Need. An action that does not ask for a member refuses events that have it.
const (
	No       Need = "no"
	Optional Need = "optional"
	Required Need = "required"
)

// Asks is what an action wants to know. Its zero value asks nothing; Place and Amount are then No.
type Asks struct {
	Place Need `json:"place"`
	// Evidence is the least number of files; more is always allowed.
	Evidence int `json:"evidence,omitempty"`
	// Sample says that of this many assets one needs that evidence, see rootline.Sampled; up to 1, each does.
	Sample int  `json:"sample,omitempty"`
	Amount Need `json:"amount"`
	// Data are the members of the event's data.
	Data   []Field   `json:"data,omitempty"`
	Inputs *InputAsk `json:"inputs,omitempty"`
	// Refs are assets that the rules look at without using them up.
	Refs *InputAsk `json:"refs,omitempty"`
	// List says that the event commits to the codes of a new listed lot.
	List bool `json:"list,omitempty"`
	// Into says that the event divides a listed lot.
	Into bool   `json:"into,omitempty"`
	Tag  TagAsk `json:"tag,omitempty"`
	// Corrects says that the event names an earlier one, which it puts right.
	Corrects bool `json:"corrects,omitempty"`
}

// EvidenceOf is the least number of files about an asset.
func (a *Asks) EvidenceOf(code string) int {
	if !rootline.Sampled(code, a.Sample) {
		return 0
	}
	return a.Evidence
}

// TagAsk says what an action does with a tag; "" is nothing.
type TagAsk string

// The values of TagAsk.
const (
	BindTag    TagAsk = "bind"
	ReplaceTag TagAsk = "replace"
)

// InputAsk says which other assets an event may name, and how many.
type InputAsk struct {
	Kinds []KindStates `json:"kinds"`
	Min   int          `json:"min"`
	Max   int          `json:"max"`
	// Mixes says that it is not certain that each input went in: any of them may have.
	Mixes bool `json:"mixes,omitempty"`
}

// KindStates is a kind of input and the states in which it may go in.
type KindStates struct {
	// Book is the rulebook, without its version, that the kind is one of; "" for the own one.
	Book   string   `json:"book,omitempty"`
	Kind   string   `json:"kind"`
	States []string `json:"states"`

	// from is the rulebook's name, its own one, too.
	from string
}

// find gives the entry that an asset of a kind and under a rulebook, named with its version, falls under; nil when none.
func find(kinds []KindStates, rulebook, kind string) *KindStates {
	i := slices.IndexFunc(kinds, func(k KindStates) bool { return k.Is(rulebook, kind) })
	if i < 0 {
		return nil
	}
	return &kinds[i]
}

// Of gives the entry that an asset falls under, whatever its state; nil when its kind does not answer the ask. A bare kind is one
// of the own rulebook.
func (in *InputAsk) Of(asset *rootline.Asset) *KindStates {
	return find(in.Kinds, asset.Rulebook, asset.Kind)
}

// EPCIS is the action's business step and disposition in the Core Business Vocabulary of GS1, for the export.
type EPCIS struct {
	BizStep     string `json:"bizStep,omitempty"`
	Disposition string `json:"disposition,omitempty"`
}

// Rule is a condition that must hold for the action to be accepted.
type Rule struct {
	// Check is a CEL expression that is true or false.
	Check string `json:"check"`
	// Code is the stable name of the refusal, unique within the action.
	Code rootline.Code `json:"code"`
	// Says is the refusal in words, with the way out.
	Says rootline.Text `json:"says"`
	// Clause is the clause of the standard or contract behind it.
	Clause rootline.Text `json:"clause,omitzero"`

	formula *formula
}

// keep is one entry of an action's keeps.
type keep struct {
	field   *Field
	formula *formula
	// plain says that the expression only reads one member. When that is absent, the field stays as it was.
	plain bool
	// data names the member of the event's data when that is what the expression reads: it then needs no evaluation.
	data string
}
