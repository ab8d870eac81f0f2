package readmodel

import (
	"database/sql"
	"slices"
	"strings"
)

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
)

// groupPart is what of the filter groups are made of, and what they say nothing about.
func (f *AssetFilter) groupPart() (groups, rest AssetFilter) {
	groups = AssetFilter{Kind: f.Kind, State: f.State, Custodian: f.Custodian, Place: f.Place, Located: f.Located}
	rest = *f
	rest.Kind, rest.State, rest.Custodian, rest.Place, rest.Order = "", "", "", "", ByID
	if f.Place == "" {
		rest.Located = Either
	} else {
		groups.Located = Either
	}
	return groups, rest
}

// fits reports whether a group's assets pass the filter.
func (f *AssetFilter) fits(g group) bool {
	return anyOf(f.Kind, g.kind) && anyOf(f.State, g.state) && anyOf(f.Custodian, g.custodian) &&
		(f.Place == "" || f.Place == g.place || strings.HasPrefix(g.place, f.Place+"/")) &&
		(f.Located == Either || (f.Located == Yes) == g.located)
}

// groups are those that fit the filter; ok is false when there are too many to merge.
func (v *View) groups(f *AssetFilter) (fit []group, ok bool, err error) {
	var last group
	next := func() ([]group, error) {
		return collect(v, scanGroup, nextGroup, last.kind, last.state, last.custodian, last.located, beyond)
	}
	if f.Place != "" {
		// '0' follows '/': the range holds all places within.
		last.place = f.Place
		next = func() ([]group, error) {
			return collect(v, scanGroup, nextGroupAt, last.place, last.kind, last.state, last.custodian, beyond, f.Place+"0")
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

// idsOf gives the first ids of a group after one.
func (v *View) idsOf(g group, after string, limit int) ([]string, error) {
	if g.place != "" {
		return collect(v, text, idsOfGroupAt, g.place, g.kind, g.state, g.custodian, after, limit)
	}
	return collect(v, text, idsOfGroup, g.kind, g.state, g.custodian, g.located, after, limit)
}

// merge gives the first ids after one, of the groups together.
func (v *View) merge(groups []group, after string, limit int) ([]string, error) {
	var ids []string
	for _, g := range groups {
		of, err := v.idsOf(g, after, limit)
		if err != nil {
			return nil, err
		}
		ids = append(ids, of...)
	}
	slices.Sort(ids)
	return ids[:min(limit, len(ids))], nil
}
