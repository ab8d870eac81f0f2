package readmodel

import (
	"database/sql"
	"slices"
	"strings"
)

// A page of a filtered list is taken from an index in the order of ids, so that it costs what it shows and not what
// there is. An index for each mixture of kind, state and custodian would cost every event more. There is one, of all
// three, and since each has few values, the mixtures that there are (the groups) are few, too: a page is merged from
// the first ids of those that fit. The same goes for the places within a place.

// group is a mixture that some asset has. place is "" in the index of all assets.
type group struct{ place, kind, state, custodian string }

func scanGroup(rows *sql.Rows) (g group, err error) {
	err = rows.Scan(&g.place, &g.kind, &g.state, &g.custodian)
	return g, err
}

// maxGroups bounds what a page is merged from. Past it the planner chooses an index, which is then as good.
const maxGroups = 400

// beyond comes after every code.
const beyond = "\U0010FFFF"

// The groups are found by leaps: each step goes to the first entry of the index after the last group. SQLite seeks to
// what is equal or greater even where it is asked for what is greater, so the id has its part in the comparison.
const (
	nextGroup = `SELECT '', kind, state, custodian FROM assets INDEXED BY assets_group
		WHERE (kind, state, custodian, id) > (?, ?, ?, ?) ORDER BY kind, state, custodian, id LIMIT 1`
	nextGroupAt = `SELECT place, kind, state, custodian FROM assets INDEXED BY assets_place
		WHERE place <> '' AND (place, kind, state, custodian, id) > (?, ?, ?, ?, ?) AND place < ?
		ORDER BY place, kind, state, custodian, id LIMIT 1`
	idsOfGroup = `SELECT id FROM assets INDEXED BY assets_group
		WHERE kind = ? AND state = ? AND custodian = ? AND id > ? ORDER BY id LIMIT ?`
	idsOfGroupAt = `SELECT id FROM assets INDEXED BY assets_place
		WHERE place = ? AND place <> '' AND kind = ? AND state = ? AND custodian = ? AND id > ? ORDER BY id LIMIT ?`
)

// grouped reports whether the filter asks for nothing but what groups are made of.
func (f *AssetFilter) grouped() bool {
	rest := *f
	rest.Kind, rest.State, rest.Custodian, rest.Place = "", "", "", ""
	return rest == AssetFilter{} && *f != AssetFilter{}
}

// fits reports whether a group's assets pass the filter.
func (f *AssetFilter) fits(g group) bool {
	return (f.Kind == "" || f.Kind == g.kind) && (f.State == "" || f.State == g.state) &&
		(f.Custodian == "" || f.Custodian == g.custodian) &&
		(f.Place == "" || f.Place == g.place || strings.HasPrefix(g.place, f.Place+"/"))
}

// groups are those that fit the filter; ok is false when there are too many to merge.
func (v *view) groups(f *AssetFilter) (fit []group, ok bool, err error) {
	var last group
	seen := func(g group) (more bool) {
		if last = g; f.fits(g) {
			fit = append(fit, g)
		}
		return len(fit) <= maxGroups
	}
	next := func() ([]group, error) {
		return collect(v, scanGroup, nextGroup, last.kind, last.state, last.custodian, beyond)
	}
	if f.Place != "" {
		// '0' follows '/': the range holds all places within.
		last.place = f.Place
		next = func() ([]group, error) {
			return collect(v, scanGroup, nextGroupAt, last.place, last.kind, last.state, last.custodian, beyond, f.Place+"0")
		}
	}
	for leaps := 0; leaps < 4*maxGroups; leaps++ {
		found, err := next()
		if err != nil {
			return nil, false, err
		}
		if len(found) == 0 {
			return fit, true, nil
		}
		if !seen(found[0]) {
			return nil, false, nil
		}
	}
	return nil, false, nil
}

// merge gives the first ids after one, of the groups together.
func (v *view) merge(groups []group, after string, limit int) ([]string, error) {
	var ids []string
	for _, g := range groups {
		query, args := idsOfGroup, []any{g.kind, g.state, g.custodian, after, limit}
		if g.place != "" {
			query, args = idsOfGroupAt, append([]any{g.place}, args...)
		}
		of, err := collect(v, text, query, args...)
		if err != nil {
			return nil, err
		}
		ids = append(ids, of...)
	}
	slices.Sort(ids)
	return ids[:min(limit, len(ids))], nil
}

// page gives the assets of a page by its filter, one more than the limit when there are more.
func (v *view) page(f *AssetFilter, after string, limit int) ([]Asset, error) {
	if f.grouped() {
		groups, ok, err := v.groups(f)
		if err != nil {
			return nil, err
		}
		if ok {
			ids, err := v.merge(groups, after, limit+1)
			if err != nil {
				return nil, err
			}
			return v.assets(ids)
		}
	}
	where, args := f.where()
	ids := `SELECT a.id FROM assets a WHERE ` + strings.Join(append(where, `a.id > ?`), ` AND `) + ` ORDER BY a.id LIMIT ?`
	// The ids are found first: sorting whole records would read them all.
	found, err := collect(v, text, ids, append(args, after, limit+1)...)
	if err != nil {
		return nil, err
	}
	return v.assets(found)
}
