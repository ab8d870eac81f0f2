package rootline

import (
	"slices"

	"github.com/rootline/rootline/limits"
)

// Tally is what an asset keeps of a number of those under it, to know one of them: the greatest, the least, or the last.
type Tally struct {
	// Values are the best of them: descending for the greatest, ascending for the least. The last one stands alone.
	Values []Tallied `json:"values,omitempty"`
	// Beyond is how many have a value that is not among these, each no better than the worst of them.
	Beyond int64 `json:"beyond,omitempty"`
}

// Tallied is a value, and how many of those under the asset have it.
type Tallied struct {
	Value int64 `json:"value"`
	Count int64 `json:"count"`
}

// MaxTallied is how many different values a tally keeps.
const MaxTallied = limits.Tallied

// Best is the first of the values. There is none where nothing has one, and where it is not known any more: all of those that
// were kept are gone, and of the rest only the number is known.
func (t Tally) Best() (value int64, known bool) {
	if len(t.Values) == 0 {
		return 0, false
	}
	return t.Values[0].Value, true
}

// Empty reports whether nothing has a value.
func (t Tally) Empty() bool { return len(t.Values) == 0 && t.Beyond == 0 }

// With adds a value. The tally itself stays as it is.
func (t Tally) With(value int64, greatest bool) Tally {
	at, found := t.find(value, greatest)
	switch {
	case found:
		t.Values = slices.Clone(t.Values)
		t.Values[at].Count++
	case at == len(t.Values) && (t.Beyond > 0 || at == MaxTallied):
		t.Beyond++ // those beyond may be better than it
	default:
		t.Values = slices.Insert(slices.Clone(t.Values), at, Tallied{Value: value, Count: 1})
		if worst := len(t.Values) - 1; worst == MaxTallied {
			t.Beyond += t.Values[worst].Count
			t.Values = t.Values[:worst]
		}
	}
	return t
}

// Without takes away a value that was added.
func (t Tally) Without(value int64, greatest bool) Tally {
	at, found := t.find(value, greatest)
	switch {
	case !found:
		t.Beyond--
	case t.Values[at].Count > 1:
		t.Values = slices.Clone(t.Values)
		t.Values[at].Count--
	default:
		t.Values = slices.Delete(slices.Clone(t.Values), at, at+1)
	}
	return t
}

func (t Tally) find(value int64, greatest bool) (at int, found bool) {
	return slices.BinarySearchFunc(t.Values, value, func(one Tallied, v int64) int {
		switch {
		case one.Value == v:
			return 0
		case (one.Value > v) == greatest:
			return -1
		}
		return 1
	})
}
