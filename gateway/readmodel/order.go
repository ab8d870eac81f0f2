package readmodel

import (
	"database/sql"
	"slices"
	"strings"

	"github.com/rootline/rootline"
)

// Order is how a list is sorted; a "-" before the column turns it round.
type Order string

// The orders of assets. Those by a column go on by the code where its values are equal. What lies at no place comes after
// all places.
const (
	ByID            Order = ""
	ByIDDown        Order = "-code"
	Newest          Order = "-changed"
	Oldest          Order = "changed"
	ByKind          Order = "kind"
	ByKindDown      Order = "-kind"
	ByState         Order = "state"
	ByStateDown     Order = "-state"
	ByCustodian     Order = "custodian"
	ByCustodianDown Order = "-custodian"
	ByPlace         Order = "place"
	ByPlaceDown     Order = "-place"
)

// Orders are all of them.
var Orders = []Order{ByID, ByIDDown, Newest, Oldest, ByKind, ByKindDown, ByState, ByStateDown, ByCustodian, ByCustodianDown, ByPlace, ByPlaceDown}

// at is where a walk over assets stands: changed in the orders of changes, value in those of a column.
type at struct {
	Changed int64
	Value   string
	ID      string
}

// nowhere is the end of a walk.
var nowhere at

// noPlace stands for no place where assets are sorted by theirs. It comes after the letters of places.
const noPlace = "~"

func (o Order) down() bool { return strings.HasPrefix(string(o), "-") }

// column is the one that an order goes by; "" for the code.
func (o Order) column() string { return strings.TrimPrefix(strings.TrimPrefix(string(o), "-"), "code") }

// ofValues reports whether the order is that of a column which many assets have the same value of.
func (o Order) ofValues() bool {
	column := o.column()
	return column != "" && column != "changed"
}

// key is the expression that goes before the code in the order; "" is none.
func (o Order) key() string {
	switch column := o.column(); column {
	case "":
		return ""
	case "place":
		return `iif(a.place = '', '` + noPlace + `', a.place)`
	default:
		return `a.` + column
	}
}

// begin is before the first asset.
func (o Order) begin() at {
	switch {
	case o == ByIDDown:
		return at{ID: beyond}
	case o == Newest:
		return at{Changed: 1 << 62}
	case o.down():
		return at{Value: beyond}
	}
	return at{}
}

// at is where an asset stands in the order.
func (o Order) at(a *rootline.Asset) at {
	p := at{ID: a.ID}
	switch o.column() {
	case "changed":
		p.Changed = int64(a.Changed)
	case "kind":
		p.Value = a.Kind
	case "state":
		p.Value = a.State
	case "custodian":
		p.Value = a.Custodian
	case "place":
		if p.Value = a.Place; p.Value == "" {
			p.Value = noPlace
		}
	}
	return p
}

// position is what rows of a query are read as: see scanAt.
func (o Order) position() string {
	switch {
	case o.ofValues():
		return `a.id, 0, ` + o.key()
	case o.column() == "changed":
		return `a.id, a.changed, ''`
	}
	return `a.id, 0, ''`
}

// compared is the condition that an asset comes after a place in the order or, where it is turned, that it does not.
func (o Order) compared(p at, turned bool) (string, []any) {
	sign := ` > `
	if o.down() && !o.ofValues() {
		sign = ` < `
	}
	if turned {
		sign = map[string]string{` > `: ` <= `, ` < `: ` >= `}[sign]
	}
	switch key := o.key(); {
	case key == "":
		return `a.id` + sign + `?`, []any{p.ID}
	case !o.ofValues():
		return `(a.changed, a.id)` + sign + `(?, ?)`, []any{p.Changed, p.ID}
	case o.down():
		return `(` + key + ` < ? OR ` + key + ` = ? AND a.id > ?)`, []any{p.Value, p.Value, p.ID}
	default:
		return `(` + key + `, a.id) > (?, ?)`, []any{p.Value, p.ID}
	}
}

// by is the clause that sorts.
func (o Order) by() string {
	switch key := o.key(); {
	case key == "" && !o.down():
		return ` ORDER BY a.id`
	case key == "":
		return ` ORDER BY a.id DESC`
	case o == Newest:
		return ` ORDER BY a.changed DESC, a.id DESC`
	case o.down():
		return ` ORDER BY ` + key + ` DESC, a.id`
	default:
		return ` ORDER BY ` + key + `, a.id`
	}
}

// maxValues is how many values of a column one page looks at: most places hold nothing of what a filter asks for. Of those
// for which all assets are looked through, it is maxThrough.
const (
	maxValues  = 200
	maxThrough = 4
)

// byValue goes through the values of the order's column, and through the assets of each in the order of their ids. So each
// step has the index, and the bounds, of a list that is filtered by that value.
func (v *View) byValue(f *AssetFilter, m mixtures) (walker, error) {
	next, err := v.values(f, m)
	if err != nil {
		return nil, err
	}
	return func(from at, limit int) (found []string, end at, whole bool, err error) {
		for looked, walked := 0, 0; ; looked++ {
			value, ok, err := next(from.Value, from.ID != "" || looked == 0)
			if err != nil || !ok {
				return found, nowhere, true, err
			}
			if value != from.Value {
				from = at{Value: value}
			}
			if looked == maxValues || walked == maxThrough {
				return found, from, false, nil
			}
			one := f.having(value)
			w, through, err := v.walkOf(one, f, m)
			if err != nil {
				return nil, nowhere, false, err
			}
			if through {
				walked++
			}
			some, stopped, full, err := w(at{ID: from.ID}, limit-len(found))
			if err != nil {
				return nil, nowhere, false, err
			}
			found = append(found, some...)
			switch {
			case len(found) == limit:
				return found, at{Value: value, ID: found[limit-1]}, true, nil
			case stopped != nowhere && !full:
				return found, at{Value: value, ID: stopped.ID}, false, nil
			}
			from = at{Value: value}
		}
	}, nil
}

// walkOf is the walk over those of one value. Where the groups of all values were looked for, none are looked for again.
func (v *View) walkOf(one, all *AssetFilter, m mixtures) (walker, bool, error) {
	if all.Order.column() == "place" {
		m, err := v.mixtures(one)
		if err != nil {
			return nil, false, err
		}
		return v.walkIn(one, m)
	}
	of := mixtures{known: m.known}
	for _, g := range m.groups {
		if one.fits(g) {
			of.groups = append(of.groups, g)
		}
	}
	return v.walkIn(one, of)
}

// having is the filter of those that have a value in the order's column, in the order of their ids.
func (f *AssetFilter) having(value string) *AssetFilter {
	one := *f
	one.Order = ByID
	switch f.Order.column() {
	case "kind":
		one.Kind = value
	case "state":
		one.State = value
	case "custodian":
		one.Custodian = value
	case "place":
		one.Place = ""
		if one.exactly = value; value == noPlace {
			one.unplaced, one.exactly = true, ""
		}
	}
	return &one
}

// values gives the next value of the order's column after one, or that one itself where it is included; ok is false after
// the last.
func (v *View) values(f *AssetFilter, m mixtures) (next func(value string, included bool) (string, bool, error), err error) {
	column := f.Order.column()
	if column == "place" {
		return func(value string, included bool) (string, bool, error) { return v.nextPlace(f, value, included) }, nil
	}
	var all []string
	if m.known {
		for _, g := range m.groups {
			all = append(all, map[string]string{"kind": g.kind, "state": g.state, "custodian": g.custodian}[column])
		}
	} else if all, err = v.allValues(column); err != nil {
		return nil, err
	}
	slices.Sort(all)
	all = slices.Compact(all)
	if f.Order.down() {
		slices.Reverse(all)
	}
	return func(value string, included bool) (string, bool, error) {
		for _, one := range all {
			if one == value && included || f.Order.down() && one < value || !f.Order.down() && one > value {
				return one, true, nil
			}
		}
		return "", false, nil
	}, nil
}

// nextKind finds the next kind and state after one, or the next kind where the state is beyond all.
const nextKind = `SELECT kind, state FROM assets INDEXED BY assets_group WHERE (kind, state, custodian) > (?, ?, ?)
	ORDER BY kind, state, custodian LIMIT 1`

// allValues are the values that any asset may have in a column. There are no more than the adopted rulebooks have kinds with
// states, or than there are organisations, however many assets and places there are.
func (v *View) allValues(column string) ([]string, error) {
	if column == "custodian" {
		l, err := record[*rootline.Ledger](v, rootline.SpaceLedger, "")
		if err != nil || l == nil {
			return nil, err
		}
		return slices.Clone(l.Organisations), nil
	}
	var all []string
	for last := (group{}); ; {
		state := last.state
		if column == "kind" && len(all) > 0 {
			state = beyond
		}
		found, err := collect(v, func(rows *sql.Rows) (g group, err error) { return g, rows.Scan(&g.kind, &g.state) }, nextKind, last.kind, state, beyond)
		if err != nil || len(found) == 0 {
			return all, err
		}
		last = found[0]
		all = append(all, map[string]string{"kind": last.kind, "state": last.state}[column])
	}
}

const (
	nextPlace = `SELECT place FROM assets INDEXED BY assets_place WHERE place <> '' AND place >= ? AND place < ? ORDER BY place LIMIT 1`
	lastPlace = `SELECT place FROM assets INDEXED BY assets_place WHERE place <> '' AND place >= ? AND place < ? ORDER BY place DESC LIMIT 1`
)

// after a place, and before all places within it, comes this.
const afterPlace = "\x01"

// nextPlace is values for places, which may be many.
func (v *View) nextPlace(f *AssetFilter, value string, included bool) (string, bool, error) {
	// '0' follows '/': the range holds all places within. Some that only begin alike are in it, and are left out.
	first, end := f.Place, f.Place+"0"
	if f.Place == "" {
		end = noPlace
	}
	open := f.Place == ""
	if value == noPlace && included && open {
		return noPlace, true, nil
	}
	down := f.Order.down()
	if down && value == beyond && open {
		return noPlace, true, nil
	}
	for {
		query, low, high := nextPlace, max(first, value), end
		switch {
		case down:
			query, low, high = lastPlace, first, min(end, value)
			if included && value < noPlace {
				high = min(end, value+afterPlace)
			}
		case value != "" && !included:
			low = max(first, value+afterPlace)
		}
		found, err := collect(v, text, query, low, high)
		switch {
		case err != nil:
			return "", false, err
		case len(found) == 0:
			return noPlace, open && !down && value != noPlace, nil
		case open || found[0] == f.Place || strings.HasPrefix(found[0], f.Place+"/"):
			return found[0], true, nil
		}
		// It only begins like the place asked for: past all such are those within, or, downwards, the place itself.
		if value, included = f.Place+"/", true; down {
			value, included = f.Place+afterPlace, false
		}
	}
}
