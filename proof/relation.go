package proof

import (
	"encoding/json"
	"slices"

	"github.com/rootline/rootline"
)

// Relation is how an event of an item's history is related to the item, by what was signed.
type Relation string

// The relations, of which the first that holds is an event's.
const (
	// Own: the event is about the item itself.
	Own Relation = "own"
	// Input: it is about another item, for which it used this one up, in part or whole.
	Input Relation = "input"
	// Part: it divided another lot into this one.
	Part Relation = "part"
	// Under: it is about an item that lies under this one.
	Under Relation = "under"
	// Referred: it is about another item, and refers to this one.
	Referred Relation = "referred"
	// Act: it is an act of the registry that names the item, as recalls do.
	Act Relation = "act"
	// Unnamed: what was signed does not name the item. The ledger's rules made it a part of the item's history all the same: so
	// the work on what lies under an item changes what that counts.
	Unnamed Relation = "unnamed"
)

func relationOf(e *rootline.Event, item string) Relation {
	switch {
	case e.Asset == item:
		return Own
	case slices.ContainsFunc(e.Inputs, func(i rootline.Input) bool { return i.Asset == item }):
		return Input
	case slices.ContainsFunc(e.Into, func(p rootline.Part) bool { return p.Asset == item }):
		return Part
	case e.Under == item:
		return Under
	case slices.Contains(e.Refs, item):
		return Referred
	case e.Rulebook == rootline.Registry && e.Asset == "" && names(e.Data, item):
		return Act
	}
	return Unnamed
}

// names reports whether a text in an act's data is the code of the item.
func names(data json.RawMessage, item string) bool {
	var v any
	return json.Unmarshal(data, &v) == nil && holds(v, item)
}

func holds(v any, text string) bool {
	switch v := v.(type) {
	case string:
		return v == text
	case []any:
		return slices.ContainsFunc(v, func(e any) bool { return holds(e, text) })
	case map[string]any:
		for _, e := range v {
			if holds(e, text) {
				return true
			}
		}
	}
	return false
}
