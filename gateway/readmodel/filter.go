package readmodel

import (
	"database/sql"
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
	// Beneath takes those that lie under an asset, and those that lie under something of the kinds Between which lies under it.
	Beneath, Between string
	// Frozen takes those that any recall holds.
	Frozen bool
	// Party takes those that an organisation made or answers for; Signer those about which a device signed an event.
	Party, Signer string
	// Readers are fields that name organisations, as "rulebook/kind/field" with commas between: Party takes those, too, of which such a
	// field names it.
	Readers string
	// Order is how the list is sorted.
	Order Order
	// exactly takes what lies at a place itself, unplaced what lies at none: see byValue.
	exactly  string
	unplaced bool
}

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
		{f.Lot, `a.lot = ? AND a.lot <> ''`}, {f.Pending, `a.pending = ? AND a.pending <> ''`},
		{f.Recall, `a.id IN (SELECT asset FROM freezes WHERE recall = ? AND held = 1)`},
	} {
		if c.value != "" {
			add(c.condition, c.value)
		}
	}
	if f.Under != "" {
		add(`a.id IN (`+below+`)`, f.Under, f.Under)
	}
	if f.Beneath != "" {
		between, values := isIn(`p.kind`, f.Between)
		add(`a.id IN (`+below+` UNION SELECT b.id FROM assets p JOIN assets b ON b.under = p.id AND b.under <> '' WHERE p.under = ? AND p.under <> '' AND `+between+`)`,
			append([]any{f.Beneath, f.Beneath, f.Beneath}, values...)...)
	}
	if f.Place != "" {
		// '0' follows '/': the range holds all places within.
		place := free + `a.place`
		add(place+` <> '' AND (`+place+` = ? OR `+place+` > ? AND `+place+` < ?)`, f.Place, f.Place+"/", f.Place+"0")
	}
	if f.exactly != "" {
		add(free+`a.place = ? AND `+free+`a.place <> ''`, f.exactly)
	}
	if f.unplaced {
		add(free + `a.place = ''`)
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
	if f.Party != "" {
		condition, values := f.partyTo()
		add(condition, values...)
	}
	if f.Signer != "" {
		add(`a.id IN (SELECT e.asset FROM events e WHERE e.device = ? AND e.asset <> '')`, f.Signer)
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

// partyTo is the condition that an asset is the party's own, or names it as who reads it.
func (f *AssetFilter) partyTo() (string, []any) {
	either, args := []string{`a.maker = ?`, `a.custodian = ?`}, []any{f.Party, f.Party}
	for one := range strings.SplitSeq(f.Readers, ",") {
		if part := strings.Split(one, "/"); len(part) == 3 {
			// A sieve before holds: the organisation's id stands somewhere in the record.
			either = append(either, `(a.kind = ? AND a.rulebook > ? AND a.rulebook < ? AND
				EXISTS (SELECT 1 FROM state s WHERE s.key = 'A/' || a.id AND instr(CAST(s.value AS TEXT), ?) > 0))`)
			args = append(args, part[1], part[0]+"@", part[0]+"A", f.Party)
		}
	}
	return `(` + strings.Join(either, ` OR `) + `)`, args
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

// sieved reports whether rows may come that do not hold what is looked for in the records themselves.
func (f *AssetFilter) sieved() bool { return f.Text != "" || f.Party != "" && f.Readers != "" }

// names reports whether an asset is the party's own, or a field of readers names the party.
func (f *AssetFilter) names(a *Asset) bool {
	if f.Party == "" || f.Readers == "" || a.Maker == f.Party || a.Custodian == f.Party {
		return true
	}
	book, _, _ := rootline.SplitRulebook(a.Rulebook)
	for one := range strings.SplitSeq(f.Readers, ",") {
		if field, is := strings.CutPrefix(one, book+"/"+a.Kind+"/"); is && a.Fields[field].Str() == f.Party {
			return true
		}
	}
	return false
}

// holds reports whether the text that the filter asks for is in a field of the record, and the party is one that reads it.
func (f *AssetFilter) holds(a *Asset) bool {
	if !f.names(a) {
		return false
	}
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
	return f.Lot != "" || f.Under != "" || f.Beneath != "" || f.Pending != "" || f.Recall != "" || f.Frozen || f.Disputed || f.Signer != ""
}

// A page of a filtered list is taken from an index in the order of ids, so that it costs what it shows and not what
// there is. An index for each mixture of kind, state, custodian and position would cost every event more. There is one,
// of all four, and since each has few values, the mixtures that there are (the groups) are few, too: a page is merged
// from the first ids of those that fit. The same goes for the places within a place, where the position is left out: places
// are many, and each mixture more counts once for each of them.

// group is a mixture that some asset has. place is "" in the index of all assets.
type group struct {
	place, kind, state, custodian string
	located                       bool
}

func scanGroup(rows *sql.Rows) (g group, err error) {
	err = rows.Scan(&g.place, &g.kind, &g.state, &g.custodian, &g.located)
	return g, err
}

// maxGroups bounds what a page is merged from. Past it assets are looked through in their order.
const maxGroups = 400

// beyond comes after every code.
const beyond = "\U0010FFFF"

// The groups are found by leaps: each step goes to the first entry of the index after the last group. SQLite seeks to
// what is equal or greater even where it is asked for what is greater, so the id has its part in the comparison.
const (
	nextGroup = `SELECT '', kind, state, custodian, located FROM assets INDEXED BY assets_group
		WHERE (kind, state, custodian, located, id) > (?, ?, ?, ?, ?) ORDER BY kind, state, custodian, located, id LIMIT 1`
	nextGroupAt = `SELECT place, kind, state, custodian, 0 FROM assets INDEXED BY assets_place
		WHERE place <> '' AND (place, kind, state, custodian, id) > (?, ?, ?, ?, ?) AND place < ?
		ORDER BY place, kind, state, custodian, id LIMIT 1`
	idsOfGroup = `SELECT id FROM assets INDEXED BY assets_group
		WHERE kind = ? AND state = ? AND custodian = ? AND located = ? AND id > ? ORDER BY id LIMIT ?`
	idsOfGroupAt = `SELECT id FROM assets INDEXED BY assets_place
		WHERE place = ? AND place <> '' AND kind = ? AND state = ? AND custodian = ? AND id > ? ORDER BY id LIMIT ?`
	idsOfGroupDown = `SELECT id FROM assets INDEXED BY assets_group
		WHERE kind = ? AND state = ? AND custodian = ? AND located = ? AND id < ? ORDER BY id DESC LIMIT ?`
	idsOfGroupAtDown = `SELECT id FROM assets INDEXED BY assets_place
		WHERE place = ? AND place <> '' AND kind = ? AND state = ? AND custodian = ? AND id < ? ORDER BY id DESC LIMIT ?`
)

// groupPart is what of the filter groups are made of, and what they say nothing about.
func (f *AssetFilter) groupPart() (groups, rest AssetFilter) {
	groups = AssetFilter{Kind: f.Kind, State: f.State, Custodian: f.Custodian, Place: f.Place, Located: f.Located, exactly: f.exactly}
	rest = *f
	rest.Kind, rest.State, rest.Custodian, rest.Place, rest.Order, rest.exactly = "", "", "", "", ByID, ""
	if f.Place == "" && f.exactly == "" {
		rest.Located = Either
	} else {
		groups.Located = Either
	}
	return groups, rest
}

// fits reports whether a group's assets pass the filter.
func (f *AssetFilter) fits(g group) bool {
	return anyOf(f.Kind, g.kind) && anyOf(f.State, g.state) && anyOf(f.Custodian, g.custodian) &&
		(f.Place == "" || f.Place == g.place || strings.HasPrefix(g.place, f.Place+"/")) && (f.exactly == "" || f.exactly == g.place) &&
		(f.Located == Either || (f.Located == Yes) == g.located)
}

// groups are those that fit the filter; ok is false when there are too many to merge, or to look for.
func (v *View) groups(f *AssetFilter) (fit []group, ok bool, err error) {
	var last group
	next := func() ([]group, error) {
		return collect(v, scanGroup, nextGroup, last.kind, last.state, last.custodian, last.located, beyond)
	}
	if f.Place != "" || f.exactly != "" {
		// '0' follows '/': the range holds all places within.
		end := f.Place + "0"
		if last.place = f.Place; f.exactly != "" {
			last.place, end = f.exactly, f.exactly+afterPlace
		}
		next = func() ([]group, error) {
			return collect(v, scanGroup, nextGroupAt, last.place, last.kind, last.state, last.custodian, beyond, end)
		}
	}
	for leaps := 0; leaps < 2*maxGroups; leaps++ {
		found, err := next()
		if err != nil {
			return nil, false, err
		}
		if len(found) == 0 {
			return fit, true, nil
		}
		if last = found[0]; f.fits(last) {
			fit = append(fit, last)
		}
		if len(fit) > maxGroups {
			return nil, false, nil
		}
	}
	return nil, false, nil
}

// idsOf gives the first ids of a group after one, or the last before it.
func (v *View) idsOf(g group, after string, limit int, down bool) ([]string, error) {
	all, placed := idsOfGroup, idsOfGroupAt
	if down {
		all, placed = idsOfGroupDown, idsOfGroupAtDown
	}
	if g.place != "" {
		return collect(v, text, placed, g.place, g.kind, g.state, g.custodian, after, limit)
	}
	return collect(v, text, all, g.kind, g.state, g.custodian, g.located, after, limit)
}

// merge gives the first ids after one, of the groups together, or the last before it.
func (v *View) merge(groups []group, after string, limit int, down bool) ([]string, error) {
	var ids []string
	for _, g := range groups {
		of, err := v.idsOf(g, after, limit, down)
		if err != nil {
			return nil, err
		}
		ids = append(ids, of...)
	}
	slices.Sort(ids)
	if down {
		slices.Reverse(ids)
	}
	return ids[:min(limit, len(ids))], nil
}
