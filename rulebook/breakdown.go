package rulebook

import (
	"maps"
	"slices"

	"cel.dev/cel-go/common/types"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/strictjson"
)

// Under is what an asset lies under in the breakdown of the works, and what is counted there.
type Under struct {
	// By is the field that keeps the asset above; "" where the event that creates an asset names it.
	By string `json:"by,omitempty"`
	// Kinds are what it may lie under, each with the states in which that one is open to it: only then may it be
	// created there, and only then may what is counted of it change.
	Kinds []KindStates `json:"kinds"`
	// Optional says that an asset may also lie under nothing.
	Optional bool     `json:"optional,omitempty"`
	Counts   []*Count `json:"counts,omitempty"`
	// Audience is to whom gateways show the counts.
	Audience Audience `json:"audience,omitempty"`
	// Progress says which of the counts tell how far the one above is; nil where none do.
	Progress *Progress `json:"progress,omitempty"`
}

// Above is the id of what an asset lies under, "" for nothing.
func (u *Under) Above(asset *rootline.Asset) string {
	if u.By == "" {
		return asset.Under
	}
	return asset.Fields[u.By].Str()
}

// Open reports whether an asset of a kind, under a rulebook with its version and in a state, is open to what lies under it.
func (u *Under) Open(rulebook, kind, state string) bool {
	k := find(u.Kinds, rulebook, kind)
	return k != nil && slices.Contains(k.States, state)
}

// Of gives the entry that an asset above falls under, whatever its state; nil when nothing of the kind lies under such assets.
func (u *Under) Of(asset *rootline.Asset) *KindStates {
	return find(u.Kinds, asset.Rulebook, asset.Kind)
}

// ofOwn reports whether assets of an own kind of the rulebook may have something under them.
func (u *Under) ofOwn(kind string) bool {
	return slices.ContainsFunc(u.Kinds, func(k KindStates) bool { return k.Own() && k.Kind == kind })
}

// Count is a number that an asset keeps of what lies under it.
type Count struct {
	Name string `json:"name"`
	// Check is what each asset counts for: 1 when a condition holds, or a number.
	Check string `json:"check"`
	// Of says which of these numbers is told; "" is their sum.
	Of Pick `json:"of,omitempty"`

	formula *formula
	// from is where it stands, until it is compiled.
	from entry
}

// Pick is which of the numbers of those under an asset is told.
type Pick string

// What is told of numbers besides their sum. The last one is that of which the number changed last.
const (
	Greatest Pick = "greatest"
	Least    Pick = "least"
	Last     Pick = "last"
)

// The counts that every breakdown has: all that lie under an asset, and those of them that a recall holds, or something
// under them.
const (
	CountTotal  = "total"
	CountFrozen = "frozen"
)

// CountKey is the name under which an asset keeps a count of what lies under it. What lies there by another rulebook is counted
// under that one's name: no rulebook counts into what another one's rules read.
func CountKey(above, book, name string) string {
	if own, _, _ := rootline.SplitRulebook(above); own == book {
		return name
	}
	return book + "/" + name
}

// Breakdowns are the one or two in which assets of the kind lie under another one.
func (k *Kind) Breakdowns() []*Under {
	var list []*Under
	for _, u := range []*Under{k.Under, k.AlsoUnder} {
		if u != nil {
			list = append(list, u)
		}
	}
	return list
}

// Above are the ids of what an asset of the kind lies under: none, one or two.
func (k *Kind) Above(asset *rootline.Asset) []string {
	var ids []string
	for _, u := range k.Breakdowns() {
		if id := u.Above(asset); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// TallyKey is the name under which an asset keeps a tally of what lies under it; CountKey says why it may begin with a rulebook.
func TallyKey(above, book string, of Pick, name string) string {
	return string(of) + "/" + CountKey(above, book, name)
}

// Addition is what one asset adds to what is counted above it.
type Addition struct {
	// Sums are the counts by name; zeroes are left out.
	Sums map[string]int64
	// Numbers are those of which the greatest, the least or the last is told.
	Numbers map[Told]int64
}

// Told names a number of which not the sum is told.
type Told struct {
	Of   Pick
	Name string
}

// Equal reports whether two assets add the same.
func (a Addition) Equal(b Addition) bool {
	return maps.Equal(a.Sums, b.Sums) && maps.Equal(a.Numbers, b.Numbers)
}

// Adds are what an asset adds to the counts of the one that it lies under. What cannot be worked out, since the asset's record
// does not hold it yet, counts nothing.
func (u *Under) Adds(asset *rootline.Asset) Addition {
	counts := map[string]int64{CountTotal: 1}
	numbers := map[Told]int64{}
	if Holds(asset) {
		counts[CountFrozen] = 1
	}
	vars := activate(&Facts{Asset: asset})
	for _, c := range u.Counts {
		out, _, err := c.formula.program.Eval(vars)
		if err != nil {
			continue
		}
		switch v := out.(type) {
		case types.Bool:
			if v {
				counts[c.Name] = 1
			}
		case types.Int:
			switch {
			case c.Of != "" && v <= strictjson.MaxInteger && v >= -strictjson.MaxInteger:
				numbers[Told{c.Of, c.Name}] = int64(v)
			case c.Of == "" && v != 0:
				counts[c.Name] = int64(v)
			}
		}
	}
	return Addition{Sums: counts, Numbers: numbers}
}

// Holds reports whether a recall holds an asset, or anything under it however far below: what rests on it waits either way.
func Holds(asset *rootline.Asset) bool {
	return len(asset.Frozen) > 0 || asset.Children[CountFrozen] > 0
}

// Moves names anew what an earlier version called otherwise: old name to new name. What is not named keeps its name.
type Moves struct {
	States map[string]string `json:"states,omitempty"`
	Fields map[string]string `json:"fields,omitempty"`
}

// IsZero reports whether everything keeps its name.
func (m Moves) IsZero() bool { return len(m.States) == 0 && len(m.Fields) == 0 }

// State is the name here of a state of an earlier version; Field the same of a field.
func (m Moves) State(old string) string { return renamed(m.States, old) }

// Field is the name here of a field of an earlier version.
func (m Moves) Field(old string) string { return renamed(m.Fields, old) }

func renamed(names map[string]string, old string) string {
	if name, ok := names[old]; ok {
		return name
	}
	return old
}
