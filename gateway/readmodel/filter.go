package readmodel

import (
	"slices"
	"strings"

	"github.com/rootline/rootline"
)

// AssetFilter narrows a list of assets; "" and 0 leave a member open.
type AssetFilter struct {
	// Book is the name of a rulebook without its version: a kind is one of its rulebook, and two rulebooks may have kinds of one
	// name. It and Kind, State, Custodian and Maker may be several values with commas between them: any of them will do.
	Book, Kind, State, Custodian, Maker, Lot string
	// Place takes the places within it, too: "forest/9" finds what is in forest/9/14.
	Place string
	// Located takes those with a position, or those without one.
	Located Choice
	// ChangedFrom and ChangedTo bound the witnessed time of the last event: from it, and before it.
	ChangedFrom, ChangedTo rootline.Instant
	// Q is part of the code of the asset or of one of its tags. Spaces and the case do not matter.
	Q string
	// Text is part of a text among the fields of the record; the case of Latin letters does not matter.
	Text string
	// Disputed takes only those that a disputed event names.
	Disputed bool
	// Under takes those that lie under an asset, Recall those that a recall holds, Pending those of which an action of
	// that name waits for more signatures.
	Under, Recall, Pending string
	// Frozen takes those that any recall holds.
	Frozen bool
	// Order is how the list is sorted.
	Order Order
}

// Order is how a list of assets is sorted.
type Order string

// The orders of assets.
const (
	ByID   Order = ""
	Newest Order = "newest"
)

// Choice is a yes, a no, or left open.
type Choice string

// The values of Choice.
const (
	Either Choice = ""
	Yes    Choice = "yes"
	No     Choice = "no"
)

// anyOf reports whether one of the values of a filter's member is v; every v is, where the member is open.
func anyOf(member, v string) bool {
	if member == "" || member == v {
		return true
	}
	return strings.IndexByte(member, ',') >= 0 && slices.Contains(strings.Split(member, ","), v)
}

// isIn is the condition that a column has one of a member's values.
func isIn(column, member string) (string, []any) {
	values := strings.Split(member, ",")
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	if len(values) == 1 {
		return column + ` = ?`, args
	}
	return column + ` IN (?` + strings.Repeat(`, ?`, len(values)-1) + `)`, args
}

// isOfBook is the condition that an asset is judged by some version of one of the rulebooks. 'A' follows '@'.
func isOfBook(member string) (string, []any) {
	var either []string
	var args []any
	for book := range strings.SplitSeq(member, ",") {
		either, args = append(either, `a.rulebook > ? AND a.rulebook < ?`), append(args, book+"@", book+"A")
	}
	return `(` + strings.Join(either, ` OR `) + `)`, args
}

// where gives the conditions of a filter and what fills them. Some say what a value implies, so that an index that leaves
// empty values out can be used. The text is looked for in whole records: see holds. Where the way is chosen already, free is
// "+", which keeps SQLite from another index.
func (f *AssetFilter) where(free string) (where []string, args []any) {
	add := func(condition string, values ...any) {
		where, args = append(where, condition), append(args, values...)
	}
	for _, c := range []struct{ column, value string }{{`kind`, f.Kind}, {`state`, f.State}, {`custodian`, f.Custodian}, {`maker`, f.Maker}} {
		if c.value != "" {
			condition, values := isIn(free+`a.`+c.column, c.value)
			add(condition, values...)
		}
	}
	if f.Book != "" {
		condition, values := isOfBook(f.Book)
		add(condition, values...)
	}
	for _, c := range []struct{ value, condition string }{
		{f.Lot, `a.lot = ? AND a.lot <> ''`}, {f.Under, `a.under = ? AND a.under <> ''`}, {f.Pending, `a.pending = ? AND a.pending <> ''`},
		{f.Recall, `a.id IN (SELECT asset FROM freezes WHERE recall = ? AND held = 1)`},
	} {
		if c.value != "" {
			add(c.condition, c.value)
		}
	}
	if f.Place != "" {
		// '0' follows '/': the range holds all places within.
		place := free + `a.place`
		add(place+` <> '' AND (`+place+` = ? OR `+place+` > ? AND `+place+` < ?)`, f.Place, f.Place+"/", f.Place+"0")
	}
	if f.Located != Either {
		add(free+`a.located = ?`, f.Located == Yes)
	}
	if f.ChangedFrom != 0 {
		add(free+`a.changed >= ?`, f.ChangedFrom)
	}
	if f.ChangedTo != 0 {
		add(free+`a.changed < ?`, f.ChangedTo)
	}
	if q := strings.ToUpper(strings.Join(strings.Fields(f.Q), "")); q != "" {
		add(`(instr(a.id, ?) > 0 OR EXISTS (SELECT 1 FROM tags t WHERE t.asset <> '' AND t.asset = a.id AND instr(t.code, ?) > 0))`, q, q)
	}
	if f.Frozen {
		add(`a.id IN (SELECT asset FROM freezes WHERE held = 1)`)
	}
	if f.Disputed {
		add(`a.id IN (SELECT asset FROM event_subjects WHERE seq = 0 AND link <> 'unjudged')`)
	}
	if f.Text != "" {
		// A sieve before holds: SQLite folds the case of Latin letters alone.
		add(`EXISTS (SELECT 1 FROM state s WHERE s.key = 'A/' || a.id AND instr(lower(CAST(s.value AS TEXT)), ?) > 0)`, lower(f.Text))
	}
	return where, args
}

// lower folds the case as SQLite does.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, s)
}

// holds reports whether the text that the filter asks for is in a field of the record.
func (f *AssetFilter) holds(a *Asset) bool {
	if f.Text == "" {
		return true
	}
	wanted := lower(f.Text)
	for _, v := range a.Fields {
		if strings.Contains(lower(v.Str()), wanted) || slices.ContainsFunc(v.List(), func(v rootline.Value) bool { return strings.Contains(lower(v.Str()), wanted) }) {
			return true
		}
	}
	return false
}

// narrow reports whether the filter names something that few assets have to do with, and that has an index.
func (f *AssetFilter) narrow() bool {
	return f.Lot != "" || f.Under != "" || f.Pending != "" || f.Recall != "" || f.Frozen || f.Disputed
}
